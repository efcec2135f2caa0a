"""What Python and a player say to each other is what messages.md says, key by key.

Python's side is here; tests/player/wire.test.mjs holds the browser to the same tables.
"""

import json
import re
from pathlib import Path

import pytest
from streamlit.proto import BackMsg_pb2, ClientState_pb2, WidgetStates_pb2

from mixes import datasets
from mixes.deep import LatentView
from pages.room import told
from pages.room.rooms import Rooms
from pages.wire import comeback
from pages.wire.said import heard
from pages.wire.sources import Compared, Explored
from pages.work import comparison as comparisons, experiment as experiments, exports, hands, run_ids
from pages.work.experiment import Settings

_PAGE = (Path(__file__).parents[3] / "pages" / "wire" / "messages.md").read_text("utf-8")
STEERING = {
    "use_annealing": False,
    "annealing_start_v": 0.1,
    "annealing_shapes": "held",
    "var_regularization": 1e-3,
    "update_rate": 1.0,
    "max_iter": 2,
}
DEEP = {"layer_sizes": (2, 2), "layer_dims": (2, 1)}
STRUCTURES = {"GMM": {"n_components": 2}, "SkewGMM": {"n_components": 2, "skewness": "restricted"}, "DGMM": DEEP, "GMN": DEEP}
START = {"iteration": 0, "half": "M", "playing": None}
AT_REST = {"run": "r1.0123abcd", "iteration": 1, "half": "M", "playing": False}


def written(*titles):
    """The keys of some sections of messages.md."""
    sections = dict(re.findall(r"^##+ (.+?)\n(.*?)(?=^##|\Z)", _PAGE, re.MULTILINE | re.DOTALL))
    return {key for title in titles for key in re.findall(r"^\| `([^`]+)` \|", sections[title], re.MULTILINE)}


SENT = written("A message", "Still parts", "A row", "Detail", "Table")


def keys(value, path=""):
    """The keys of a message, each as deep as messages.md goes; what a model of a comparison has of a run is that of a run."""
    path = re.sub(r"^models\[\]\.(static|rows\[\]|end)", r"\1", path)
    if path in SENT:
        yield path
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from keys(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and all(isinstance(part, dict) for part in value):
        for part in value:
            yield from keys(part, f"{path}[]")
    elif value is not None:
        yield path


def settings(model):
    structure = STRUCTURES[model] | {"init": "random", "random_state": 0, "n_init": 1}
    return Settings("Iris", model, structure, STEERING, 1e-3, False, held_out=0.2, code='datasets.load("Iris")')


def explored():
    """What the player of each model is sent, on each kind of axes, and of a fork and of images."""
    iris = datasets.load("Iris")
    for model in STRUCTURES:
        experiment = experiments.begin("r1.0123abcd", iris, settings(model))
        views = [experiment.features(0, 1), experiment.features(2)]
        for view in [*views, LatentView(1, 2)] if STRUCTURES[model] is DEEP else views:
            source = Explored(experiment, view, ghosts=[experiment])
            yield source.answer({}, START)
            yield source.answer({"need": {"from": 1}}, None)
            yield source.answer({"shown": AT_REST}, None)
    fork = experiments.fork("r2.0123abcd", experiment, settings(model), 1)
    yield Explored(fork, views[0]).answer({}, START)
    split = hands.edited(lambda: "r4.0123abcd", fork, 1, "p2;s1")
    yield Explored(split, views[0]).answer({"need": {"from": 0}}, None)
    images = experiments.begin("r3.0123abcd", datasets.load("Digits"), settings("GMM"))
    yield Explored(images, images.principal).answer({"shown": AT_REST | {"iteration": 0}}, None)
    many = experiments.begin("r5.0123abcd", datasets.generate("blobs", 3000), settings("GMM"))
    yield Explored(many, many.principal).answer({"need": {"from": 1}}, None)
    _, _, page = exports.file(experiment, "replay", 0, views[0])
    yield json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def compared():
    """What the player of all models at once is sent, and of one that cannot begin."""
    wanted = [settings(model) for model in STRUCTURES]
    number = iter(range(1, 9))
    comparison = comparisons.begin(
        lambda letter: run_ids.new(letter, next(number), "0123abcd"),
        datasets.load("Iris"),
        wanted[:3] + [wanted[0]],
        impossible=["", "", "", "It has too many."],
    )
    source = Compared(comparison, comparison.working[0].experiment.features(0, 1))
    yield source.answer({}, START)
    yield source.answer({"need": {"from": 1}}, None)
    yield source.answer({"need": {"from": 2}, "table": {"have": False}}, None)
    while comparison.scored == 0:
        yield source.answer({"table": {"have": True}}, None)


def test_python_sends_the_keys_that_are_written_down_and_no_others(page, compare):
    sent = [
        *explored(),
        *compared(),
        page.payload,
        page.say("export", kind="trace", iteration=0),
        page.say("export", kind="nothing", iteration=0),
        compare.payload,
        compare.say("table", have=True),
    ]
    found = {key for message in sent for key in keys(json.loads(json.dumps(message)))}
    assert found - SENT == set(), "these are written down nowhere"
    assert SENT - found == set(), "these are never sent"


class Read(dict):
    """A word that notes what is read of it, whether it is there or not."""

    def __init__(self, word, found, path):
        super().__init__({name: Read(part, found, f"{path}.{name}") if isinstance(part, dict) else part for name, part in word.items()})
        self.found, self.path = found, path

    def __getitem__(self, name):
        self.found.add(f"{self.path}.{name}")
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.found.add(f"{self.path}.{name}")
        return super().get(name, default)


def test_python_reads_the_words_that_are_written_down_and_no_others():
    place = {"iteration": 3, "half": "M"}
    words = {
        "need": {"from": 4, "have": True, "shown": place},
        "shown": {**place, "playing": False},
        "stands": place,
        "look": {**place, "point": 7, "focus": {"layer": 1, "node": 2, "from": 0}},
        "export": {"iteration": 3, "kind": "script"},
        "table": {"have": False},
        "more": {"click": 5},
        "edit": {**place, "text": "s1"},
    }
    found = set()
    said, nonsense = heard({name: Read({"run": "r1.0123abcd x", **word}, found, name) for name, word in words.items()}, lambda id: 8)
    assert set(said) == set(words) and not nonsense
    assert found - {"need.shown", "look.focus"} == written("Words")


def test_what_comes_back_is_what_is_written_down():
    found = set()
    comeback.checked(Read({"values": {}, "lanes": None, "guess": None, "lost": []}, found, "record"))
    assert found | {"session"} == written("Come back")


def test_what_is_told_in_a_room_is_what_is_written_down(monkeypatch):
    found, shared = set(), written("Told in a room")
    question = {"kind": "where", "words": "Where?", "x": [0, 1], "y": [0, 1]}
    place = {"iteration": 3, "half": "M", "playing": False, "speed": 10, "linger": True, "sync": None}
    word = {
        "state": {"page": "", "query": "v=1"},
        "place": place,
        "pins": {"point": 3, "focus": {"layer": 1, "node": 0, "from": 2}},
        "question": question,
        "reveal": True,
    }
    body = {key: Read(part, found, key) if isinstance(part, dict) else part for key, part in word.items()}
    monkeypatch.setattr(told, "_read", lambda _: body)
    parts = told.lead(b"")
    answers = {"question.answers.cells", "question.answers.numbers"}
    assert found - {"pins.focus"} | {"reveal"} == shared - {"version", "followers", "question.number"} - answers
    rooms = Rooms()
    room = rooms.open()
    rooms.join(room.code, "abcd1234", lambda: None)
    rooms.lead(room.code, room.key, parts)
    sent = set(keys(json.loads(room.news())))
    for kind, value in (("where", (1, 2)), ("much", 3.0)):
        rooms.lead(room.code, room.key, {"question": question | {"kind": kind}})
        rooms.guess(room.code, "abcd1234", room.questions, lambda _: value)
        heard_back = rooms.lead(room.code, room.key, {"reveal": True})
        sent |= set(keys(json.loads(room.news())))
    assert sent | {"place.sync"} == shared - {"reveal"} and set(heard_back) == written("Told to who leads")
    monkeypatch.setattr(told, "_read", lambda _: Read({"g": "abcd1234", "q": 1, "v": 3.0}, found, "guess"))
    told.guess(b"")
    assert {key.partition(".")[2] for key in found if key.startswith("guess.")} == written("A guess")


def test_what_is_overheard_has_the_numbers_that_streamlit_gives_it():
    messages = vars(BackMsg_pb2) | vars(ClientState_pb2) | vars(WidgetStates_pb2)
    for line in re.findall(r"^\| `(\w+)\.(\w+)` \| (\d+) \|", _PAGE, re.MULTILINE):
        message, field, number = line
        assert messages[message].DESCRIPTOR.fields_by_name[field].number == int(number), field


def test_streamlit_merges_what_is_added_to_a_message():
    """What `forPage` and `saying` in requests.js rest on; the bytes are those of tests/player/requests.test.mjs."""
    states = WidgetStates_pb2.WidgetStates(widgets=[WidgetStates_pb2.WidgetState(id="a", bool_value=True)])
    asked = ClientState_pb2.ClientState(widget_states=states, page_script_hash="abc", fragment_id="f1")
    word = bytes.fromhex("5a1e121c0a1a0a01708201145b7b226576656e74223a227374616e6473227d5d")
    both = BackMsg_pb2.BackMsg.FromString(BackMsg_pb2.BackMsg(rerun_script=asked).SerializeToString() + bytes.fromhex("5a022a00") + word)
    states.widgets.add(id="p", json_trigger_value='[{"event":"stands"}]')
    assert both.rerun_script == ClientState_pb2.ClientState(widget_states=states, page_script_hash="abc", fragment_id="")


@pytest.mark.parametrize(
    "text, id",
    [
        ("r3.0123abcd x / y", "r3.0123abcd"),
        ("c12.0123abcd", "c12.0123abcd"),
        ("r3.0123abcd x by r1.0123abcd, 2", "r3.0123abcd"),
        ("r1", None),
        ("", None),
        ("x3.0123abcd", None),
        ("r3.0123abcdx", None),
    ],
)
def test_an_id_is_read_out_of_what_a_player_knows_it_by(text, id):
    assert run_ids.read(text) == id
