"""How the files of the core hang together."""

import ast
from pathlib import Path

CORE = Path(__file__).parents[2] / "mixes"
TREES = {".".join(path.relative_to(CORE).with_suffix("").parts): ast.parse(path.read_text("utf-8"))
         for path in sorted(CORE.rglob("*.py"))}


def imported(name, node):
    """The files of the core that an import statement in one of them names."""
    if not isinstance(node, ast.ImportFrom) or not node.level:
        return set()
    base = [*name.split(".")[:-node.level], *filter(None, [node.module])]
    found = {".".join([*base, alias.name]) for alias in node.names} & TREES.keys()
    return found or {own for own in (".".join(base), ".".join([*base, "__init__"])) if own in TREES}


GRAPH = {name: set().union(*(imported(name, node) for node in ast.walk(tree))) for name, tree in TREES.items()}


def test_no_file_of_the_core_needs_itself():
    left = dict(GRAPH)
    while free := [name for name, needed in left.items() if not needed & left.keys()]:
        for name in free:
            del left[name]
    assert not left
    assert {"mixture", "run"} <= GRAPH["mixture"] | GRAPH["selection"]  # the graph is not empty


def test_no_function_hides_an_import_of_the_core():
    hidden = [(name, node.lineno) for name, tree in TREES.items() for function in ast.walk(tree)
              if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) for node in ast.walk(function)
              if imported(name, node)]
    assert not hidden


def test_no_file_calls_what_is_private_to_another_class():
    foreign = [(name, node.lineno) for name, tree in TREES.items() for node in ast.walk(tree)
               if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__")
               and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "run", "Moments"))]
    assert not foreign
