"""The text of a lesson: its list, and a step that asks, waits and tells."""

import time

import streamlit as st

from pages.kept import value
from pages.session import session
from pages.work.classroom import PARTS
from pages.work.lessons import lessons


def asked_for():
    """Open the lesson that an address asks for, once."""
    own = session()
    wanted, own.wanted = own.wanted, None
    if wanted is None:
        return
    (name, id), bare = wanted
    lesson = lessons().get(name)
    if lesson is None:
        own.leave_lesson()
        own.say(f"There is no lesson of the name {name} here: choose one below.", time.monotonic())
    elif own.lesson is None or own.lesson.link != f"{name}.{id}":
        own.take(lesson, lesson.number(id), here=not bare)
        if bare:
            st.rerun()  # with the state in which the step begins


def choose():
    """Offer the lessons."""
    own = session()
    with st.container(key="lessons"):
        for name, lesson in lessons().items():
            done = len(own.learnt.get(name, ()))
            with st.container(border=True, key=f"lesson_{name}"):
                st.subheader(lesson.title, anchor=False)
                st.markdown(lesson.goal)
                whole = done == len(lesson.steps)
                left = "done" if whole else f"{done} of {len(lesson.steps)} steps done" if done else f"{len(lesson.steps)} steps"
                st.caption(f"{'✓ ' if whole else ''}{lesson.minutes} minutes · {left}")
                first = next((number for number, step in enumerate(lesson.steps) if step.id not in own.learnt.get(name, ())), 0)
                go_on = 0 < done and not whole and _begins(lesson, first)
                st.button(
                    "Go on" if go_on else "Again" if whole else "Begin",
                    key=f"begin_{name}",
                    on_click=own.take,
                    args=(lesson, first if go_on else 0),
                    type="secondary" if whole else "primary",
                )


def _begins(lesson, number):
    """Whether a step has a state of its own to begin in."""
    return bool(lesson.steps[number].setup)


def panel(taken):
    """Show a step: what is guessed comes before what is done, and that before what is told."""
    own, lesson, step = session(), taken.lesson, taken.step
    st.progress((taken.number + bool(taken.told)) / len(lesson.steps), text=f"Step {taken.number + 1} of {len(lesson.steps)}")
    if taken.number == 0 and lesson.text:
        st.markdown(lesson.text)
    if taken.asks:
        st.radio(step.guess.ask, step.guess.options, index=None, key=f"guess_{taken.link}", on_change=_guessed, args=(taken,))
        st.caption("Guess first: a wrong guess teaches as much as a right one.")
    else:
        if step.guess:
            st.markdown(f"{step.guess.ask}  \n**Your guess: {taken.guess}**")
        st.markdown(f":{'green' if taken.told else 'orange'}[**{'✓ Done:' if taken.told else 'To do:'}**] {step.task}")
    if taken.told:
        if step.guess:
            st.markdown("**Your guess is right.**" if taken.guess == step.guess.answer else f"**It is: {step.guess.answer}.**")
        st.markdown(taken.told)
        if step.why:
            with st.expander(step.why[0]):
                st.markdown(step.why[1])
        if step.source:
            st.caption(step.source)
        if taken.last:
            st.success("That was the last step of this lesson.")
        else:
            st.button("Next step", key="next_step", type="primary", on_click=own.take, args=(lesson, taken.number + 1))
    with st.container(horizontal=True, key="lesson_ways"):
        if step.setup:
            st.button("Begin this step again", key="again_step", type="tertiary", on_click=own.take, args=(lesson, taken.number))
        st.button("All lessons", key="leave_lesson", type="tertiary", on_click=own.leave_lesson)


def _guessed(taken):
    taken.guess = value(f"guess_{taken.link}", "")


def outline(taken):
    """Outline what a step points to, as long as there is something to do."""
    where = [part.where or f"[data-part={part.key}]" for part in PARTS if part.key in taken.step.point]
    if where and not taken.asks and not taken.told:
        st.html(f"<style>:is({', '.join(where)}) {{ outline: 3px solid #d9820f; outline-offset: 3px; border-radius: 6px; }}</style>")
