"""How the files of the pages hang together: every arrow points down."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "pages"
TREES = {
    ".".join((PAGES.name, *path.relative_to(PAGES).with_suffix("").parts)): ast.parse(path.read_text("utf-8"))
    for path in sorted(PAGES.rglob("*.py"))
}
FLOORS = [
    {"work", "kept", "memory"},
    {"session", "room", "jobs"},
    {"wire"},
    {"forms"},
    {"address"},
    {"exploring"},
]  # the pages themselves are above all


def imported(name, node):
    """The modules that an import statement in one of the files names."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if not isinstance(node, ast.ImportFrom):
        return set()
    base = ".".join([*name.split(".")[: -node.level], *filter(None, [node.module])]) if node.level else node.module
    return {own if (own := f"{base}.{alias.name}") in TREES else base for alias in node.names}


GRAPH = {name: set().union(*(imported(name, node) for node in ast.walk(tree))) for name, tree in TREES.items()}
OWN = {name: needed & TREES.keys() for name, needed in GRAPH.items()}


def room(name):
    """The folder that a file lies in, or the file itself where it lies in none."""
    return name.split(".")[1]


def floor(name):
    return next((level for level, rooms in enumerate(FLOORS) if room(name) in rooms), len(FLOORS))


def test_no_file_of_the_pages_needs_itself():
    order = list(TopologicalSorter(OWN).static_order())  # a circle is an error that names it
    assert order.index("pages.work.settings") < order.index("pages.session") < order.index("pages.explore")


def test_arrows_between_the_rooms_point_down():
    arrows = {(name, own) for name, needed in OWN.items() for own in needed if room(own) != room(name)}
    assert not [arrow for arrow in arrows if floor(arrow[0]) <= floor(arrow[1])]
    assert ("pages.explore", "pages.forms.examples") in arrows and {room(name) for name in TREES} > set.union(*FLOORS)


def test_no_function_hides_an_import_of_the_pages():
    assert not [
        (name, node.lineno)
        for name, tree in TREES.items()
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if imported(name, node) & TREES.keys()
    ]


@pytest.mark.parametrize(
    "name",
    [name for name, tree in TREES.items() if room(name) in ("work", "room", "jobs") or "No Streamlit in here" in ast.get_docstring(tree)],
)
def test_what_works_without_streamlit_imports_none(name):
    assert not [needed for needed in GRAPH[name] if needed.split(".")[0] == "streamlit"]
