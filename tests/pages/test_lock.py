"""A link that locks the model: its settings are seen and cannot be changed, and there is a way out."""

import pytest

from pages.work import classroom

LOOKED_AT = ("view_", "tab_of")  # what the keys of widgets begin with that change no model


def changeable(page):
    """Keys of what could change the model or the data."""
    widgets = [*page.widgets().values(), *page.app.button]
    return {each.key for each in widgets if not each.disabled and not each.key.startswith((*LOOKED_AT, "unlock"))}


@pytest.mark.parametrize("query", ["v=1&k=3&lock=1&at=2", "m=dgmm&d=g_moons_200_0.3_1&lock=1", "d=iris&a=0.1&lock=1&f=2:u.0.5&at=3"])
def test_a_locked_model_cannot_be_changed_until_it_is_unlocked(arrive, query):
    page = arrive(query)
    # what opens in a popover is behind its button, which is disabled
    assert {key for key in changeable(page) if not key.startswith("example_")} == set()
    assert [each.value for each in page.app.markdown if "locked" in each.value] == ["The model is locked."]
    assert page.payload["locked"] and "more" not in (page.payload["end"] or {})
    run = page.session.run
    page.need(page.session.run.newest + 1)
    assert page.session.run is run and page.session.run.newest > 0, "it plays"
    page.click("Unlock")
    assert "set_model" in changeable(page) and not page.payload["locked"] and page.session.run is run
    page.set("set_model", "GMN")
    assert page.session.run is not run


def test_the_axes_of_a_locked_model_can_be_chosen(arrive):
    page = arrive("d=iris&lock=1")
    page.set(f"view_{page.session.data.key}", "Features")
    page.set(f"view_x_{page.session.data.key}", "petal width (cm)")
    assert " petal width (cm) / " in page.payload["run"]


def test_a_lock_holds_on_both_pages_and_after_going_back(arrive):
    page = arrive("A=m.gmm&B=m.gmm~k.4&lock=1", "compare")
    assert {key for key in changeable(page) if not key.startswith(("preset_", "duplicate_"))} == set()
    page.app.session_state["comeback"] = {"back": "?v=1&A=m.gmm&B=m.gmm~k.5"}
    page.run()
    assert page.session.locked and page.comparison.settings[1].structure["n_components"] == 5
    del page.app.session_state["comeback"]
    page.key = "player"
    page.open("explore")
    assert page.payload["locked"] and page.widgets()["set_model"].disabled


@pytest.mark.parametrize("on", [True, False])
def test_the_lock_is_what_the_browser_says_and_nonsense_is_none(page, on):
    page.session.lock(not on)
    for told in (on, "yes", None, 1):
        page.app.session_state["comeback"] = {"lock": told}
        page.run()
        assert page.session.locked is on and page.widgets()["set_model"].disabled is on


def test_a_locked_run_is_not_given_more_iterations(arrive):
    page = arrive("v=1&n=3&go=0&lock=1")
    page.play()
    assert page.session.run.end["more"] and "more" not in page.payload["end"]
    page.say("more", click=5)
    assert page.session.run.run.model.max_iter == 3
    page.click("Unlock").say("more", click=6)
    assert page.session.run.run.model.max_iter > 3


def test_what_a_link_does_not_hold_is_not_locked(arrive):
    page = arrive("d=u_0123456789ab_mine.csv&lock=1")
    page.upload("other.csv", b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i % 7) for i in range(40)))
    assert page.session.run.dataset.name == "other.csv" and not page.switches()["a"].disabled
    assert page.widgets()["set_components"].disabled


def test_the_player_is_told_of_the_parts_once_and_of_what_the_page_was_opened_with(arrive):
    page = arrive("hide=tabs,speed,zork&pace=2l&tab=metrics")
    assert page.payload["arranged"] == {"hide": "speed,tabs", "pace": "2l", "tab": "metrics", "unsure": False}
    assert [part["key"] for part in page.payload["parts"]] == [part.key for part in classroom.PARTS]
    assert page.said() == "The link hides 'zork'; this page has no such part."
    assert "parts" not in page.need(1)


def test_what_is_set_is_told_in_one_line(arrive):
    told = arrive("d=iris&k=3&e=0.01&h=0.2&z=0").payload["static"]["told"]
    for words in (
        "Iris: 150 rows × 4 features (",
        "components: 3",
        "ε: 0.01",
        "rows held out: 20%",
        "standardised: no",
        "free parameters: 44",
    ):
        assert words in told
