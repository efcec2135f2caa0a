"""The files of the player: found by walking the imports, styled in a named order."""

import json
import re

import pytest

from pages.wire import mounting
from pages.work import player_files
from pages.work.player_files import ASSETS, ENTRIES, STYLES, modules, style


def test_the_entries_import_every_module_between_them():
    found = {name for entry in ENTRIES for name in modules(entry)}
    assert found == {file.relative_to(ASSETS).as_posix() for file in ASSETS.rglob("*.js")}
    assert "panels/network.js" not in modules("compare.js") and "panels/difference.js" not in modules("explore.js")


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_module_names_only_modules_that_come_with_it(entry):
    sources = modules(entry)
    # types are imported in comments
    code = [re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL) for source in sources.values()]
    imported = [name for source in code for name in re.findall(r'\b(?:from|import)\s*\(?"([^"]+)"', source)]
    assert len(imported) > (20 if entry in ("tune.js", "board.js") else 50) and {
        name.removeprefix("player/") for name in imported
    } == sources.keys() - {entry}


def test_imports_are_followed_through_folders_and_circles_end(tmp_path, monkeypatch):
    monkeypatch.setattr(player_files, "ASSETS", tmp_path)
    (tmp_path / "room").mkdir()
    (tmp_path / "entry.js").write_text('import {\n  a,\n} from "./room/a.js";\nimport "./room/b.js";\n')
    (tmp_path / "room" / "a.js").write_text('import { b } from "./b.js";\nexport const a = b;\n')
    (tmp_path / "room" / "b.js").write_text('import "../entry.js";\nexport const b = 1;\n')
    found = modules("entry.js")
    assert set(found) == {"entry.js", "room/a.js", "room/b.js"}
    assert found["room/a.js"].startswith('import { b } from "player/room/b.js";') and '"player/entry.js"' in found["room/b.js"]


def test_the_page_preloads_what_each_entry_imports():
    [listed] = re.findall(r"^const modules = (.*)$", mounting._BOOTSTRAP, re.MULTILINE)
    assert json.loads(listed) == {entry: list(modules(entry)) for entry in ENTRIES}


def test_every_style_sheet_has_its_place_in_the_order():
    assert sorted(STYLES) == sorted(file.relative_to(ASSETS).as_posix() for file in ASSETS.rglob("*.css"))
    places = [style().index((ASSETS / name).read_text("utf-8")) for name in STYLES]
    assert places == sorted(places)
