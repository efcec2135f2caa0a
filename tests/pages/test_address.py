"""A page is opened where its address says, and tells the address of where it stands."""

import numpy as np
import pytest

from pages.room.rooms import ROOMS
from pages.work import following, links, values


def told(page):
    """The address that the player is told of."""
    return page.payload["link"]["query"]


def address(page, at):
    """The link of a page whose playhead stands somewhere."""
    return f"{told(page)}&at={at}"


def same(one, other):
    """The same bits in the traces of two runs, as far as both have learned."""
    for a, b in zip(one.run.trace, other.run.trace):
        assert a.log_likelihood == b.log_likelihood and a.objective == b.objective
        np.testing.assert_array_equal(a.parameters.means if hasattr(a.parameters, "means") else a.parameters.layers[0].means, _means(b))
    assert one.settings == other.settings


def _means(state):
    parameters = state.parameters
    return parameters.means if hasattr(parameters, "means") else parameters.layers[0].means


@pytest.mark.slow
@pytest.mark.parametrize("model", ["GMM", "SkewGMM", "DGMM", "GMN"])
def test_a_link_gives_the_same_bits_forks_included(page, arrive, model):
    page.set("set_source", "Generated").set("set_kind", "moons").set("set_n", 200).set("set_data_seed", 3)
    page.set("set_model", model).click("New start").play(upto=6)
    page.show(6)
    page.set("set_rate", 0.5).play(upto=9, first=7)
    page.show(4)  # a fork of a fork, before it was forked
    page.set("set_annealing", True).play(upto=9, first=5)
    page.show(7)
    page.set("set_regularisation", 0.01).play(upto=9, first=8)
    page.show(9)
    run = page.session.run
    assert [each.forked_at for each in following.chain(run)] == [0, 4, 7], "what was changed at 6 came to nothing"
    other = arrive(address(page, 9))
    assert other.session.run.newest == 9 and not other.errors() and not other.said()
    same(other.session.run, run)
    assert [each.forked_at for each in following.chain(other.session.run)] == [0, 4, 7]
    assert told(other) == told(page) and other.payload["static"]["start"] == {"iteration": 9, "half": "M", "playing": None}
    assert other.widgets()["set_rate"].value == 0.5 and other.widgets()["set_annealing"].value is True


def test_the_half_step_axes_and_preparation_are_in_the_link(page, arrive):
    page.set("set_built_in", "Iris").set("set_standardise", False).set("set_held_out", 0.2)
    key = page.session.data.key
    page.set(f"view_{key}", "Features").set(f"view_x_{key}", "petal width (cm)")
    assert told(page) == "v=1&d=iris&z=0&h=0.2&w=4,2"
    other = arrive(address(page, "3E"))
    assert other.payload["run"].endswith("petal width (cm) / sepal width (cm)")
    assert other.payload["static"]["start"] == {"iteration": 3, "half": "E", "playing": None}
    assert other.session.run.settings == page.session.run.settings
    deep = arrive("m=dgmm&w=l1&at=2")
    assert deep.widgets()["view_space"].value == "layer 1" and told(deep) == "v=1&m=dgmm&L=2x2,3x1&w=l1"


def test_a_comparison_is_opened_where_it_stood(compare, arrive):
    compare.change(0, "model", "SkewGMM").change(1, "components", 4).on(1, "Duplicate").change(2, "regularisation", 0.1)
    other = arrive(address(compare, 5), "compare")
    assert told(other) == told(compare) and len(other.forms) == 3
    assert [lane.settings for lane in other.comparison.lanes] == [lane.settings for lane in compare.comparison.lanes]
    assert other.comparison.newest == 5 and other.payload["start"] == {"iteration": 5, "half": "M", "playing": None}
    assert not other.errors() and not other.said()


def test_a_page_that_stands_as_at_first_has_no_state_to_tell(page, arrive):
    assert told(page) == "v=1" and page.payload["link"]["lacks"] == ""
    assert arrive("utm_source=mail&x=1").session.run.settings == page.session.run.settings


def test_the_log_likelihood_of_a_link_is_compared(arrive):
    page = arrive("v=1&k=2&at=3")
    there = page.session.run.run.trace[3].log_likelihood
    assert not arrive(f"v=1&at=3&ll={there:.9g}").said()
    different = arrive(f"v=1&at=3&ll={there * (1 + 1e-6):.9g}").said()
    assert different.startswith(
        f"At iteration 3 the log-likelihood was {there * (1 + 1e-6):.9g} where the link was made, and is {there:.9g}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["explore", "compare"])
@pytest.mark.parametrize(
    "query",
    [
        "k=<script>alert(1)</script>&d=*bold*",
        "k=99&e=NaN&n=1e400&L=9999x-1&s=" + "9" * 100_000,
        "m=gmn&L=20x64,20x64,20x64,20x64&at=5000",
        "d=u_0123456789ab_%00%ff&i=saved",
        "A=m.gmn~L.99x99&B=k.0&C=~~~&at=3E",
        "f=5000:u.0.5;4999:a.1&at=1",
        "v=%00&v=2&at=xE&ll=inf&w=l9,,x",
    ],
)
def test_a_hostile_address_gives_a_clean_page(monkeypatch, arrive, name, query):
    monkeypatch.setattr(following, "SECONDS", 1)
    page = arrive(query, name)
    assert page.players() or page.errors() or page.app.warning
    assert len(page.said()) < 1500 and "<script>" not in page.app.main.children


def test_a_link_about_a_table_waits_for_the_file(page, arrive):
    content = b"a,b,c\n" + b"".join(b"%d,%d,%d\n" % (i, i * i % 7, i % 11) for i in range(40))
    page.upload("mine.csv", content)
    page.use("c", "left out").set("set_components", 3).play(upto=3)
    page.show(3)
    page.set("set_rate", 0.5).play(upto=5, first=4)
    assert page.payload["link"]["lacks"] == "The link does not hold your table mine.csv and how it is read: send that too."
    other = arrive(address(page, 5))
    assert other.said() == "This link is about the table mine.csv, which is not in it: upload it on the left."
    assert other.session.run.dataset.name == "Old Faithful" and other.session.asked is not None
    assert "link" not in other.payload, "the address stays until the table is there"
    other.upload("mine.csv", content)
    same(other.session.run, page.session.run)
    assert other.session.run.newest == 5 and other.session.asked is None
    assert other.session.run.dataset.features == page.session.run.dataset.features and other.switches()["c"].value == "left out"
    before = told(other)
    other.upload("other.csv", content.replace(b"a,b", b"d,e"))
    other.app.session_state["comeback"] = {"back": before}
    other.run()
    assert other.session.run.dataset.name == "mine.csv" and not other.said(), "the table is known here"
    other.set("set_source", "Built-in")


def test_as_long_as_no_table_is_chosen_the_address_stays(page):
    page.set("set_built_in", "Iris").set("set_source", "Upload")
    assert "link" not in page.payload
    page.upload("bad.csv", b"")
    assert "link" not in page.payload


def test_what_cannot_be_followed_is_said(arrive):
    late = arrive("v=1&f=4000:u.0.5&at=10")
    assert late.said().startswith("The link changes a setting at iteration 4000; it is changed at ")
    ended = arrive("v=1&at=5000").said()
    assert ended.startswith("The link stands at iteration 5000; this run has ended at ")
    saved = arrive("v=1&i=saved&at=3&ll=-100.5").said()
    assert saved == "This link begins with a file of parameters, which is not in it: open it on the left."


def test_a_model_that_was_made_to_fit_is_not_the_link(arrive):
    page = arrive("v=1&m=gmn&L=2x5&at=5&ll=-300")
    page.click("Make it fit")
    assert page.session.asked is None and page.session.places.get(page.session.run.id, 0) == 0 and not page.said()


def test_a_comparison_s_axes_are_its_own(page, compare):
    compare.open("explore").set("set_model", "DGMM").set("set_built_in", "Iris").set("view_space", "layer 1")
    compare.open()
    assert "w=l1" not in told(compare)


def test_going_back_brings_the_state_of_that_address_and_its_run(page):
    page.set("set_components", 3)
    before, run = told(page), page.session.run
    page.play(upto=4)
    page.set("set_model", "GMN")
    page.app.session_state["comeback"] = {"back": f"?{before}&at=2"}
    page.run()
    assert page.session.run is run, "it is taken up, not begun again"
    assert page.widgets()["set_model"].value == "GMM" and told(page) == before
    assert page.session.places[run.id] == 2
    del page.app.session_state["comeback"]
    page.set("set_components", 4)
    assert page.session.run.clusters == 4, "what is done afterwards holds"


def test_going_back_on_compare_leaves_what_explore_has(compare):
    compare.open("explore").set("set_model", "GMN")
    compare.open()
    compare.app.session_state["comeback"] = {"back": "?v=1&A=m.gmm&B=m.gmm~k.4"}
    compare.run()
    assert told(compare) == "v=1&A=m.gmm&B=m.gmm~k.4"
    del compare.app.session_state["comeback"]
    compare.key = "player"
    assert told(compare.open("explore")) == "v=1&m=gmn&L=2x2,3x1"


def test_a_link_that_leads_far_is_followed_for_a_moment_only(monkeypatch, arrive):
    monkeypatch.setattr(following, "SECONDS", 0)
    page = arrive("m=gmn&at=50")
    assert page.said() == "The link stands at iteration 50; this run is at 0 so far." and page.session.run.newest == 0


@pytest.mark.slow
def test_every_setting_of_the_form_is_in_the_link(page):
    page.set("set_model", "SkewGMM").set("set_skewness", "full").set("set_init", "kmeans").set("set_n_init", 2)
    page.set("set_threshold", 0.1).set("set_stop", False).set("set_max_iter", 50).set("set_regularisation", 0.01)
    link = links.read(told(page))
    wanted = values.named(page.session.run.settings)
    assert {name: link.values[name] for name in wanted} == wanted


@pytest.mark.parametrize("page", ["", "compare"])
def test_who_comes_by_the_code_of_a_room_is_where_it_stands_and_finds_the_page_arranged(arrive, page):
    room = ROOMS.open()
    query = "v=1&k=3&i=kmeans" if not page else "v=1&A=m.gmm~k.3&B=m.gmm~k.4"
    ROOMS.lead(room.code, room.key, {"state": {"page": page, "query": query}, "place": {"iteration": 4, "half": "M"}})
    try:
        there = arrive(f"r={room.code}&hide=speed&lock=1")
        own = there.session
        assert own.arranged.hide == ("speed",) and own.locked
        if page:
            assert [lane.settings.structure["n_components"] for lane in own.comparison.lanes] == [3, 4]
        else:
            assert own.run.newest >= 4 and own.run.settings.structure["n_components"] == 3
    finally:
        ROOMS.end(room.code, room.key)


def test_what_a_link_asks_for_stands_on_every_page_one_goes_to(arrive):
    page = arrive("v=1&d=iris&k=3&z=0&h=0.2")
    page.open("tune")
    assert page.session.data.dataset.name == "Iris" and page.app.session_state["set_built_in"] == "Iris"
    page.open("compare")
    [settings, _] = page.session.comparison.settings
    assert (settings.dataset_key, settings.standardise, settings.held_out, settings.structure["n_components"]) == ("Iris", False, 0.2, 3)
    page.open("explore")
    assert told(page) == "v=1&d=iris&z=0&h=0.2&k=3"
