"""How files and rooms hang together: arrows point one way, and who needs something of a room asks at its door.

A room is a folder with an `__init__`, its door, which says what the room is and what others may use.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text("utf-8"))
    for package in ("mixes", "pages")
    for path in sorted((ROOT / package).rglob("*.py"))
}
CORE = {name: tree for name, tree in TREES.items() if name.startswith("mixes.")}
DOORS = {name.removesuffix(".__init__"): tree for name, tree in CORE.items() if name.endswith(".__init__")}


def asked(name, node):
    """Where an import statement in a file looks, and for which names."""
    if isinstance(node, ast.Import):
        return [(alias.name, set()) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        folder = name.split(".")[: -node.level] if node.level else []
        return [(".".join([*folder, *filter(None, [node.module])]), {alias.name for alias in node.names})]
    return []


def imported(name, node):
    """The files of ours that an import statement in one of them names; of a room that is its door."""
    files = set()
    for place, names in asked(name, node):
        below = {file for own in names for file in (f"{place}.{own}", f"{place}.{own}.__init__")} & TREES.keys()
        files |= below or {place, f"{place}.__init__"} & TREES.keys()
    return files


GRAPH = {name: set().union(*(imported(name, node) for node in ast.walk(tree))) for name, tree in TREES.items()}


def knot(graph):
    """What is left of a graph when all that needs nothing of the rest has gone: nothing, where there is no circle."""
    left = dict(graph)
    while free := [name for name, needed in left.items() if not needed & left.keys()]:
        for name in free:
            del left[name]
    return left


def inside(folder):
    """What the files and rooms of a folder need of one another."""

    def entry(name):
        return name.removeprefix(f"{folder}.").split(".")[0] if name.startswith(f"{folder}.") else None

    graph = {}
    for name, needed in GRAPH.items():
        graph.setdefault(entry(name), set()).update(map(entry, needed))
    return {own: needed - {own, None} for own, needed in graph.items() if own}


def offered(door):
    """The names in the ``__all__`` of a room."""
    return next(set(ast.literal_eval(node.value)) for node in door.body if isinstance(node, ast.Assign) and node.targets[0].id == "__all__")


def test_no_file_needs_itself():
    assert not knot(GRAPH)
    assert "mixes.run" in GRAPH["mixes.mixture"] and "mixes.deep.__init__" in GRAPH["mixes.__init__"]
    assert "mixes.selection.__init__" in GRAPH["pages.tune"]


def test_no_room_needs_itself():
    assert {folder: found for folder in DOORS if (found := knot(inside(folder)))} == {}
    assert "gaussian" in inside("mixes")["skew"] and "reading" in inside("mixes.datasets")["columns"]


def test_rooms_are_entered_by_their_doors():
    rooms = DOORS.keys() - {"mixes"}  # what lies in the core itself all may use
    assert not [
        (name, node.lineno)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        for place, names in asked(name, node)
        for room in rooms
        if not name.startswith(f"{room}.") and (place.startswith(f"{room}.") or place == room and not names <= offered(DOORS[room]))
    ]
    assert not [
        name for name, needed in GRAPH.items() for room in DOORS if name.startswith(f"{room}.") and f"{room}.__init__" in needed
    ]  # nobody inside goes round by the door


def test_a_door_says_what_the_room_is_and_offers_all_that_it_takes_from_within():
    for door in DOORS.values():
        taken = [alias.asname or alias.name for node in door.body if isinstance(node, ast.ImportFrom) for alias in node.names]
        assert ast.get_docstring(door) and sorted(taken) == sorted(offered(door))


def test_no_function_hides_an_import_of_ours():
    hidden = [
        (name, node.lineno)
        for name, tree in TREES.items()
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if imported(name, node)
    ]
    assert not hidden


def test_no_file_calls_what_is_private_to_another_class():
    foreign = [
        (name, node.lineno)
        for name, tree in CORE.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.endswith("__")
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "run", "Moments"))
    ]
    assert not foreign
