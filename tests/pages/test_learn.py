"""The Learn page: a step asks, waits until what it asks for is done, and tells what came of it."""

import json

import pytest

from pages.work.lessons import lessons
from pages.work.links import read as read_link


def test_a_task_is_told_once_a_guess_is_made_and_what_came_of_it_once_it_is_done(learn):
    learn.begin("starts")
    task = learn.taken.step.task
    assert task not in learn.text() and learn.payload["lesson"] == "starts.stuck"
    learn.guess("One")
    assert f"To do: {task}".split(":")[1] in learn.text() and not learn.has("next_step")
    last = learn.play()[-1]["i"]
    learn.show(last)
    assert "It is: None." in learn.text() and f"after {last} iterations" in learn.text() and learn.has("next_step")


def test_a_guess_comes_before_what_is_done_counts(learn):
    learn.begin("starts")
    learn.show(learn.play()[-1]["i"])
    assert not learn.taken.told
    learn.guess()
    assert learn.taken.told and "Your guess is right." in learn.text()


def test_a_lesson_is_begun_again_and_left_and_its_progress_is_told_to_the_browser(learn):
    learn.begin("starts").guess()
    learn.show(learn.play()[-1]["i"])
    learn.next()
    assert learn.taken.number == 1
    [progress] = [each for each in learn.app.get("bidi_component") if each.proto.component_name == "mixes_progress"]
    assert json.loads(progress.proto.json)["done"] == {"starts": ["stuck"]}
    learn.click("All lessons")
    assert learn.taken is None and learn.app.button(key="begin_starts").label == "Go on"
    learn.begin("starts")
    assert learn.taken.step.id == "again"


def test_a_step_without_a_state_of_its_own_begins_where_the_step_before_ends(learn_at):
    learn = learn_at(query="l=starts.again")
    run = learn.session.run
    assert run.settings.structure["random_state"] == 0 and learn.session.place(run) == run.newest > 50
    assert not learn.taken.told


def test_a_step_that_begins_elsewhere_in_the_run_that_is_shown_begins_there(learn_at):
    learn = learn_at(query="l=annealing.free")
    run, newest = learn.payload["run"], learn.session.run.newest
    assert learn.payload["static"]["start"]["iteration"] == newest > 172
    learn.guess().show(172)
    assert learn.taken.told
    learn.click("Begin this step again")
    again = learn.payload
    assert again["run"] != run and again["static"]["start"] == {"iteration": newest, "half": "M", "playing": False}
    learn.click("Begin this step again")
    assert learn.payload["run"] == again["run"], "it stands there already"


def test_one_goes_back_to_a_step_as_it_was_left_and_on_to_the_next_lesson_after_the_last(learn):
    learn.begin("starts").guess("One")
    learn.show(learn.play()[-1]["i"])
    told, run = learn.taken.told, learn.session.run
    learn.next().click("Previous step")
    assert learn.taken.told == told and learn.taken.guess == "One" and learn.session.run.settings == run.settings
    last = len(lessons()["starts"].steps) - 1
    learn.session.take(lessons()["starts"], last, lessons()["starts"].ends(last))
    learn.run().guess()
    assert not learn.has("next_step")
    learn.click("Next lesson: How many components?")
    assert learn.taken.link == "how_many.three"


def test_a_setting_that_a_step_points_to_is_not_folded_away_once_it_is_asked_for(learn_at):
    def opened():
        return [each.label for each in learn.app.sidebar.expander if each.proto.expanded]

    learn = learn_at(query="l=collapse.floor")
    assert opened() == []
    learn.guess()
    assert opened() == ["Steering"] and ".st-key-set_regularisation" in learn.app.get("html")[-1].proto.body


def test_who_may_be_astray_is_told_how_to_begin_again(learn):
    def hint():
        return [each.value for each in learn.app.info if "Begin this step again" in each.value]

    learn.begin("starts").guess()
    assert hint() == []
    learn.app.selectbox(key="set_kind").set_value("Moons")
    learn.run()
    assert "other data" in hint()[0]
    learn.click("Begin this step again")
    learn.guess()
    assert hint() == []
    learn.set("set_components", 1)
    for _ in range(3):
        learn.click("New start")
        assert hint() == []
        learn.show(learn.play()[-1]["i"])
    assert "Not done yet" in hint()[0]


def test_what_the_browser_has_kept_is_heard_and_nonsense_is_left_out(learn_at):
    told = {"stored": {"starts": ["stuck", "again", "nothing", 5], "none": ["x"], "em": "x"}}
    learn = learn_at({"progress": told})
    assert learn.session.learnt == {"starts": {"stuck", "again"}}


def test_a_link_opens_a_step_in_its_own_state_or_in_the_state_that_it_tells(learn_at):
    alone = learn_at(query="l=starts.kmeans")
    assert alone.taken.step.id == "kmeans" and alone.session.run.settings.structure["init"] == "kmeans"
    query = alone.payload["link"]["query"]
    assert read_link(query).lesson == ("starts", "kmeans") and not read_link(query).bare
    there = learn_at(query=f"{query}&k=3&at=2".replace("k=4", "k=3"))
    assert there.taken.step.id == "kmeans" and there.session.run.settings.structure["n_components"] == 3


@pytest.mark.parametrize("query", ["l=nothing.here", "l=.", "l=<script>alert(1)</script>.x"])
def test_a_lesson_that_there_is_not_is_said(learn_at, query):
    learn = learn_at(query=query)
    assert learn.taken is None and "There is no lesson of the name" in learn.said() and learn.has("begin_starts")


def test_back_finds_a_step_as_it_was(learn):
    learn.begin("starts").guess("One")
    learn.show(learn.play()[-1]["i"])
    before = learn.payload["link"]["query"] + "&at=71"
    learn.next()
    learn.app.session_state["comeback"] = {"back": f"?{before}"}
    learn.run()
    assert learn.taken.step.id == "stuck" and learn.taken.guess == "One" and learn.taken.told


@pytest.mark.slow
@pytest.mark.parametrize("name", list(lessons()))
def test_a_lesson_is_taken_to_its_end(learn, name):
    lesson = lessons()[name]
    learn.begin(name)
    for number, step in enumerate(lesson.steps):
        assert learn.taken.number == number and not learn.taken.told
        if step.guess:
            learn.guess()
        assert not learn.taken.told, "a guess alone does nothing"
        solve(learn, step)
        assert learn.taken.told, step.id
        if not learn.taken.last:
            learn.next()
    assert learn.session.learnt == {name: {step.id for step in lesson.steps}}


def solve(learn, step):
    """Do what a step asks: its solution's settings in the forms, and the playhead where it ends."""
    link = read_link(step.solve)
    if step.solve:
        learn.app.session_state["comeback"] = {"back": f"?{step.solve}&l={learn.taken.link}"}
        learn.run()
        del learn.app.session_state["comeback"]
    run = learn.session.run
    place = {"iteration": min(link.iteration, run.newest) if step.solve else learn.session.place(run), "half": link.half}
    if step.acts:
        learn.say("look", **place, **step.acts)
    else:
        learn.say("shown", **place, playing=False)
