"""What a browser says: words that make no sense are left out with one sentence."""

import pytest

from pages.wire.said import heard

RUN = "r1.0123abcd x / y"
PLACE = {"iteration": 3, "half": "M"}
SENSE = {
    "need": {"run": RUN, "from": 4, "have": True, "shown": PLACE},
    "shown": {"run": RUN, **PLACE, "playing": False},
    "stands": {"run": RUN, **PLACE},
    "look": {"run": RUN, **PLACE, "point": 3, "focus": {"layer": 1, "node": 0, "from": 2}},
    "export": {"run": RUN, "iteration": 3, "kind": "script"},
    "table": {"run": RUN, "have": False},
    "more": {"run": RUN, "click": 5},
    "edit": {"run": RUN, **PLACE, "text": "d2(4.25,79.5)"},
}
NOT_WHOLE = [10**9, -5, "x", "3", None, float("nan"), float("inf"), 2.5, True, [], [3], {}, 10**400]
NOT_TEXT = [None, 5, ["r1"], {"run": 1}, "x" * 10**6]
NOT_TRUTH = [None, "yes", 1, [], float("nan")]
NONSENSE = [
    *[(name, word) for name in SENSE for word in (5, "x", [], [[]] * 10**5, True, float("nan"), {}, {"run": RUN})],
    *[(name, {**word, "run": run}) for name, word in SENSE.items() for run in [*NOT_TEXT, "", "r1", "r99.zzzzzzzz", "../etc"]],
    *[("need", {**SENSE["need"], "from": value}) for value in NOT_WHOLE],
    *[("need", {**SENSE["need"], "have": value}) for value in NOT_TRUTH],
    *[("need", {**SENSE["need"], "shown": value}) for value in [None, 3, [], {}, {"iteration": 3}, {"half": "M"}]],
    *[("need", {**SENSE["need"], "shown": {**PLACE, "iteration": value}}) for value in NOT_WHOLE],
    *[("shown", {**SENSE["shown"], "iteration": value}) for value in NOT_WHOLE],
    *[("shown", {**SENSE["shown"], "half": value}) for value in ["", "e", None, 1, ["M"], "EM"]],
    *[("shown", {**SENSE["shown"], "playing": value}) for value in NOT_TRUTH],
    *[("stands", {**SENSE["stands"], "iteration": value}) for value in NOT_WHOLE],
    *[("look", {**SENSE["look"], "point": value}) for value in NOT_WHOLE if value is not None],
    *[("look", {**SENSE["look"], "focus": value}) for value in (5, "x", [], {}, {"layer": 1}, {"layer": 1, "node": 10**9})],
    *[("look", {**SENSE["look"], "focus": {"layer": 1, "node": 0, "from": value}}) for value in NOT_WHOLE if value is not None],
    *[("export", {**SENSE["export"], "iteration": value}) for value in NOT_WHOLE],
    *[("export", {**SENSE["export"], "kind": value}) for value in NOT_TEXT],
    *[("export", {**SENSE["export"], "model": value}) for value in NOT_WHOLE if value is not None],
    *[
        ("export", {**SENSE["export"], "frames": value})
        for value in [None, 5, "x", {}, [5], ["x"], ["data:image/gif;base64,"], ["data:image/png;base64,"] * 10**5, [[]] * 10**5]
    ],
    *[("more", {**SENSE["more"], "click": value}) for value in NOT_WHOLE if value != 10**9 and value != 3],
    *[("edit", {**SENSE["edit"], "iteration": value}) for value in NOT_WHOLE],
    *[("edit", {**SENSE["edit"], "text": value}) for value in NOT_TEXT],
    *[("table", {**SENSE["table"], "have": value}) for value in NOT_TRUTH],
]


def newest(id):
    """One run is known, which has come to iteration 8."""
    return 8 if id == "r1.0123abcd" else None


@pytest.mark.parametrize("name", SENSE)
def test_what_makes_sense_is_heard(name):
    said, nonsense = heard({name: SENSE[name]}, newest)
    assert nonsense == "" and said[name].items() >= {key: SENSE[name][key] for key in said[name] if key in SENSE[name]}.items()


def test_what_makes_no_sense_is_left_out_with_one_sentence():
    for name, word in NONSENSE:
        said, nonsense = heard({name: word}, newest)
        assert said == {}, (name, str(word)[:200])
        assert nonsense.startswith("The page was told something that makes no sense") and nonsense.endswith("."), (name, str(word)[:200])
        assert len(nonsense) < 300 and "\n" not in nonsense


def test_a_word_that_makes_sense_is_heard_beside_one_that_does_not():
    said, nonsense = heard({"need": 5, "shown": SENSE["shown"]}, newest)
    assert list(said) == ["shown"] and nonsense


@pytest.mark.parametrize("events", [None, 5, "need", [], ["need"], [{"need": 1}], {}, {"unknown": 5}, {5: 5}])
def test_what_is_no_word_at_all_is_nothing(events):
    assert heard(events, newest) == ({}, "")


def test_a_word_about_a_run_of_another_session_is_left_out_silently():
    assert heard({"shown": {**SENSE["shown"], "run": "r1.ffffffff x / y"}}, newest) == ({}, "")


def raw(page, name, word):
    """The answer to anything at all."""
    page.app.session_state[page.key] = {name: word}
    page.run()
    answer = page.payload
    del page.app.session_state[page.key]
    return answer


def spoilt(word):
    """A word with each of its parts missing, or something else."""
    yield from (5, [], "x", {})
    for part in word:
        yield {name: value for name, value in word.items() if name != part}
        yield from ({**word, part: value} for value in (10**9, -5, "x", float("nan"), ["x"] * 1000, {"x": {}}))


@pytest.mark.slow
def test_explore_answers_nonsense_with_a_sentence_and_goes_on(page):
    page.play(upto=4)
    run, places = page.payload["run"], dict(page.session.places)
    trace = len(page.session.run.run.trace)
    for name in ("shown", "need", "export"):
        for word in [*spoilt({**SENSE[name], "run": run})][::3]:
            answer = raw(page, name, word)
            assert answer["run"] == run and "\n" not in answer.get("error", "") and "file" not in answer, (name, str(word)[:200])
    assert len(page.session.run.run.trace) == trace and page.session.places == places
    assert "makes no sense" in raw(page, "need", {**SENSE["need"], "run": run, "from": 10**9})["error"]
    assert "kind is 'nothing'" in raw(page, "export", {**SENSE["export"], "run": run, "kind": "nothing"})["error"]
    assert "error" not in page.need(trace), "it goes on"


@pytest.mark.slow
def test_compare_answers_nonsense_with_a_sentence_and_goes_on(compare):
    compare.need(0, have=False)
    run, newest = compare.payload["run"], compare.comparison.newest
    for name in ("shown", "need", "table"):
        for word in [*spoilt({**SENSE[name], "run": run})][::5]:
            answer = raw(compare, name, word)
            assert answer["run"] == run and "\n" not in answer.get("error", ""), (name, str(word)[:200])
    assert compare.comparison.newest == newest
    for model in (None, 3):
        asked = {"run": run, "iteration": 0, "kind": "script", "model": model}
        assert raw(compare, "export", asked)["error"] == "The file could not be made: there is no such model in this comparison."
    assert "error" not in compare.need(newest + 1), "it goes on"
