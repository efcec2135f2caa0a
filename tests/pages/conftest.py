"""The app driven without a browser."""

import json
import re
from functools import cache, partial
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_cache
from streamlit.testing.v1 import AppTest

from pages.wire import tuned as chart
from pages.work.measured import words
from tests.pages.jobs.at_once import AtOnce

APP = Path(__file__).parents[2] / "app.py"
KINDS = ("selectbox", "slider", "select_slider", "number_input", "toggle", "segmented_control", "multiselect", "radio")

# every new AppTest reads the metadata of all installed packages in search of components, a third of a second each time
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

# a server compiles each script once, an AppTest again at every run, which was a quarter of this ring's time
_CACHE = script_cache.ScriptCache()
script_cache.ScriptCache.get_bytecode = partial(script_cache.ScriptCache.get_bytecode, _CACHE)


def shown(text):
    """What a person sees of a text in which Markdown is escaped."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace("\u2060", "")


class Page:
    """The page as a person and the player use it; every run of the script must end without an exception."""

    name, key, component = "explore", "player", "mixes_player"

    def __init__(self, state=(), query=""):
        self.app = AppTest.from_file(str(APP), default_timeout=60)
        self.app.query_params.update(parse_qsl(query))
        if query and self.key != Page.key:
            self.app.switch_page(f"pages/{self.name}.py")  # it is opened by its link
        for key, value in dict(state).items():
            self.app.session_state[key] = value
        self.run()

    def open(self, page=None):
        self.app.switch_page(f"pages/{page or self.name}.py")
        return self.run()

    def run(self):
        self.app.run()
        assert not self.app.exception, self.app.exception[0].message
        return self

    @property
    def payload(self):
        """What the player was sent last."""
        [component] = self.players()
        return json.loads(component.proto.json)

    @property
    def session(self):
        """What the session keeps beside the values of its forms."""
        return self.app.session_state["session"]

    def players(self):
        return [component for component in self.app.get("bidi_component") if component.proto.component_name == self.component]

    def widgets(self):
        return {widget.key: widget for kind in KINDS for widget in getattr(self.app, kind)}

    def set(self, key, value):
        self.widgets()[key].set_value(value)
        return self.run()

    def click(self, label):
        [button] = [button for button in self.app.button if shown(button.label) == label or shown(button.label).startswith(f"{label}:")]
        button.click()
        return self.run()

    def upload(self, name, content):
        if not self.app.file_uploader:
            self.set("set_source", "Upload")
        self.app.file_uploader[0].set_value((name, content, "application/octet-stream"))
        return self.run()

    def switches(self):
        """The switch of each column of an uploaded table that is listed, by the column's name."""
        return {widget.key.partition(" ")[2]: widget for widget in self.app.segmented_control if (widget.key or "").startswith("roles_")}

    def use(self, column, role):
        """Switch a column to be a feature, the class or left out."""
        return self.set(self.switches()[column].key, role)

    def say(self, name, **event):
        """Send an event as the player does, and give the answer."""
        self.app.session_state[self.key] = {name: {"run": self.payload["run"], **event}}
        self.run()
        answer = self.payload
        del self.app.session_state[self.key]
        return answer

    def need(self, first, have=True):
        return self.say("need", **{"from": first, "have": have, "shown": {"iteration": max(first - 1, 0), "half": "M"}, "playing": True})

    def show(self, iteration):
        return self.say("shown", iteration=iteration, half="M", playing=False)

    def standing(self, iteration, act):
        """Act while the player stands there, which goes along with what asks for the page."""
        self.app.session_state[self.key] = {"stands": {"run": self.payload["run"], "iteration": iteration, "half": "M"}}
        act()
        del self.app.session_state[self.key]
        return self

    def play(self, upto=None, first=1):
        """Rows from `first` on to the end of the run, or to an iteration, asked for as the player does."""
        rows, end = [], None
        while end is None and (upto is None or first <= upto):
            answer = self.need(first)
            assert "error" not in answer, answer["error"]
            rows, end, first = rows + answer["rows"], answer["end"], first + len(answer["rows"])
        return rows if upto is None else [row for row in rows if row["i"] <= upto]

    def metrics(self, row):
        """The numbers of a row by name."""
        names = [metric["name"] for metric in words(self.session.run)]
        return dict(zip(names, row["m"], strict=True))

    @property
    def uploaded(self):
        """The key of the table that was uploaded last."""
        return self.session.uploaded[1]

    def runs(self):
        """Labels of the list of earlier runs."""
        return [shown(button.label) for button in self.app.button if button.key.startswith("return_")]

    def captions(self):
        return [shown(caption.value) for caption in self.app.caption]

    def said(self):
        return " ".join(shown(info.value) for info in self.app.info)

    def errors(self):
        return [shown(error.value) for error in self.app.error]


class ComparePage(Page):
    """The Compare page."""

    name, key = "compare", "comparison_player"

    def __init__(self, state=(), query=""):
        super().__init__(state, query)
        self.open()

    @property
    def comparison(self):
        return self.session.comparison

    @property
    def forms(self):
        return self.session.lanes

    def preset(self, name, stay=True):
        """Begin with a ready comparison, on the present data or on those that it brings."""
        toggle = self.widgets().get("preset_stay")  # none beside a table, which stays anyway
        if toggle is not None and toggle.value != stay:
            self.set("preset_stay", stay)
        [button] = [button for button in self.app.button if button.key.startswith("preset_") and button.label == name]
        button.click()
        return self.run()

    def on(self, number, label):
        """Click a button of one of the models."""
        form = self.forms[number]
        [button] = [button for button in self.app.button if button.label == label and f"_{form}" in button.key]
        button.click()
        return self.run()

    def change(self, number, name, value):
        """Change a setting of one of the models."""
        return self.set(f"{self.forms[number]}_{name}", value)

    def titles(self):
        return [model["title"] for model in self.payload["models"]]

    def play(self):
        """The rows of each model to the end of all runs, asked for as the player does."""
        models, missing = self.need(0, have=False)["models"], [0]
        rows = [{} for _ in models]
        while missing:
            for own, model in zip(rows, models):
                own |= {row["i"]: row for row in model["rows"] if "sketch" not in row}
            firsts = [next(t for t in count() if t not in own) for own in rows]
            missing = [
                t
                for t, model in zip(firsts, models)
                if model["run"] and not model.get("error") and not (model["end"] and t > model["end"]["iteration"])
            ]
            models = self.need(min(missing))["models"] if missing else []
        return [[own[t] for t in sorted(own)] for own in rows]

    def table(self):
        """The finished table, by measure."""
        answer = self.say("table", have=False)["table"]
        while answer["done"] < answer["total"]:
            answer = self.say("table", have=True)["table"]
        return answer


class TunePage(Page):
    """The Tune page, whose jobs are computed when a test says so."""

    name, key, component = "tune", "tune_chart", "mixes_tune"

    def __init__(self, state=(), query=""):
        super().__init__(state, query)
        self.open()

    @property
    def tuned(self):
        return self.session.tuned

    def press(self):
        """Press Run."""
        self.app.button(key="run_tune").click()
        return self.run()

    def finish(self):
        """Let the work come to its end; gives what the browser is told of it."""
        job = chart.JOBS.finish(self.tuned.job)
        assert job.state == "done", job.problem
        return job.describe(job, -1)

    def hear(self, event):
        """Let the chart say something; gives the page that is shown then."""
        self.app.session_state[self.key] = event
        self.run()
        if self.key in self.app.session_state:
            del self.app.session_state[self.key]
        [shown] = [each for each in self.app.get("bidi_component") if each.proto.component_name in (self.component, Page.component)]
        module = Path(json.loads(shown.proto.json)["player"]).stem
        self.__class__ = {"explore": Page, "compare": ComparePage, "tune": TunePage}[module]
        self.app.switch_page(f"pages/{module}.py")  # an AppTest does not know of it else
        return self

    def warnings(self):
        return [shown(each.value) for each in self.app.warning]


class LearnPage(Page):
    """The Learn page."""

    name = "learn"

    def __init__(self, state=(), query=""):
        self.app = AppTest.from_file(str(APP), default_timeout=60)
        self.app.query_params.update(parse_qsl(query))
        self.app.switch_page("pages/learn.py")
        for key, value in dict(state).items():
            self.app.session_state[key] = value
        self.run()

    @property
    def taken(self):
        return self.session.lesson

    def begin(self, name):
        self.app.button(key=f"begin_{name}").click()
        return self.run()

    def guess(self, option=None):
        [radio] = [each for each in self.app.radio if each.key.startswith("guess_")]
        radio.set_value(option or self.taken.step.guess.answer)
        return self.run()

    def next(self):
        self.app.button(key="next_step").click()
        return self.run()

    def text(self):
        return " ".join(shown(each.value) for each in self.app.markdown)

    def has(self, key):
        return any(button.key == key for button in self.app.button)


@pytest.fixture
def learn_at():
    """The Learn page, where something stands in the session or the address."""
    return LearnPage


@pytest.fixture
def learn():
    return LearnPage()


@pytest.fixture
def anew():
    """A page of a session that knows nothing yet, where the browser tells of a session before: ``anew(told, kind)``."""

    def anew(told, kind=Page):
        page = kind({"comeback": {"again": told}})
        del page.app.session_state["comeback"]
        return page

    return anew


@pytest.fixture
def arrive():
    """A page that is opened with an address: ``arrive(query)``, ``arrive(query, "compare")``."""
    return lambda query, page="explore": {"explore": Page, "compare": ComparePage, "tune": TunePage}[page](query=query)


@pytest.fixture
def page():
    return Page()


@pytest.fixture
def compare():
    return ComparePage()


@pytest.fixture
def at_once(monkeypatch):
    """Jobs of Tune are computed when a test says so."""
    monkeypatch.setattr(chart, "JOBS", AtOnce())


@pytest.fixture
def tune(at_once):
    return TunePage()
