"""Whatever a person clicks, in whatever order: no exception, and always a picture."""

import random

import numpy as np
import pytest
from streamlit.testing.v1 import element_tree

from pages.work.sharing import LABELS

STEPS = 15


def options(widget):
    """A few values this widget can take."""
    if isinstance(widget, element_tree.Toggle):
        return [True, False]
    if isinstance(widget, (element_tree.Slider, element_tree.NumberInput)):
        low, high = widget.min, min(widget.max, 60)
        middle = low + round((high - low) / 3 / widget.step) * widget.step
        return [low, middle, high] if not widget.key.endswith("n_init") else [1, 2]
    if isinstance(widget, element_tree.Multiselect):
        return [[], *([choice] for choice in widget.options)]
    if isinstance(widget, element_tree.SelectSlider):
        return {"n": [50, 100, 500], "regularisation": [0.0, 1e-6, 0.5], "threshold": [10.0, 1e-3], "out": [0.0, 0.1, 0.5]}[
            widget.key.split("_")[-1]
        ]
    if widget.key.startswith("sharing_"):  # what stands in the page are labels
        return list(LABELS[widget.key.split("_")[1]])
    if widget.key.startswith("set_missing"):  # of a table
        return ["drop", "median"]
    if widget.key.endswith("_init"):
        return ["random", "kmeans"]
    values = {
        "set_built_in": ["Old Faithful", "Iris", "Wine"],
        "set_source": ["Built-in", "Generated", "Upload"],
        "set_kind": ["blobs", "rings", "deep mixture"],
    }
    return values.get(widget.key) or widget.options


def a_table(draw):
    n, d = draw.choice([2, 3, 12, 60]), draw.choice([1, 2, 5])
    values = np.random.default_rng(draw.randrange(100)).normal(size=(n, d)).round(draw.choice([0, 1, 6]))
    lines = [",".join(f"{value:g}" for value in row) for row in values]
    if draw.random() < 0.3:
        lines[-1] = lines[-1].replace(lines[-1].split(",")[0], "", 1)
    return ("\n".join([",".join(f"f{j}" for j in range(d)), *lines]) + "\n").encode()


def one_step(page, draw):
    """Do something; gives what was done, for the report."""
    act = draw.choice(["set"] * 6 + ["play", "play", "show", "upload", "return", "new start", "export"])
    last = len(page.session.run.run.trace) - 1
    if act == "set":
        key, widget = draw.choice([(key, widget) for key, widget in page.widgets().items() if not widget.disabled])
        value = draw.choice(options(widget))
        page.set(key, value)
        return f"{key} = {value!r}"
    if act == "play":
        page.need(last + 1)
    elif act == "show":
        page.show(int(draw.random() * last))
    elif act == "upload":
        table = a_table(draw)
        page.upload(f"table{draw.randrange(2)}.csv", table)
        return f"upload {table!r}"
    elif act == "return" and page.runs():
        page.click(draw.choice(page.runs()))
    elif act == "new start":
        page.click("New start")
    elif act == "export":
        page.say("export", kind=draw.choice(["parameters", "trace"]), iteration=int(draw.random() * last))
    return act


def walk(page, seed, step, check):
    """Do something `STEPS` times, and check after each; gives what was done."""
    draw, done = random.Random(seed), []
    for _ in range(STEPS):
        try:
            done.append(step(page, draw))
        except Exception as problem:
            raise AssertionError(f"after {done}") from problem
        assert all("\n" not in error for error in page.errors()), done
        assert check(), f"no picture after {done}"
    return done


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_random_walk(page, seed):
    done = walk(page, seed, one_step, lambda: len(page.players()) == 1)
    answer = page.need(0, have=False)
    assert answer["rows"] and answer["rows"][0]["i"] == 0 and "error" not in answer, done


def one_step_of_compare(compare, draw):
    """As `one_step`, on the Compare page."""
    act = draw.choice(["set"] * 5 + ["play", "play", "table", "click", "upload", "away", "export"])
    if act == "set":
        key, widget = draw.choice([(key, widget) for key, widget in compare.widgets().items() if not widget.disabled])
        value = draw.choice(options(widget))
        compare.set(key, value)
        return f"{key} = {value!r}"
    if act == "upload":
        table = a_table(draw)
        compare.upload("table.csv", table)
        return f"upload {table!r}"
    if act == "click":
        button = draw.choice([button for button in compare.app.button if not button.disabled])
        label = f"{button.label} ({button.key})"
        button.click()
        compare.run()
        return label
    if act == "away":
        compare.open("explore").open()
    elif compare.comparison.working:
        if act == "play":
            compare.need(compare.comparison.working[0].newest + 1)
        elif act == "table":
            compare.say("table", have=draw.random() < 0.7)
        elif act == "export":
            lanes = [number for number, lane in enumerate(compare.comparison.lanes) if lane.experiment is not None]
            compare.say("export", kind=draw.choice(["parameters", "trace", "script"]), model=draw.choice(lanes), iteration=0)
    return act


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_random_walk_on_compare(compare, seed):
    def right():
        pictures = len(compare.players()) == bool(compare.comparison.working)
        return pictures and 2 <= len(compare.forms) == len(compare.comparison.lanes) <= 4

    done = walk(compare, seed, one_step_of_compare, right)
    if compare.comparison.working:
        for model in compare.need(0, have=False)["models"]:
            assert (model["rows"] and model["rows"][0]["i"] == 0) or model["error"], done
