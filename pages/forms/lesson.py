"""The text of a lesson: its list, and a step that asks, waits and tells."""

import time

import streamlit as st

from pages.kept import value
from pages.session import session
from pages.work.lessons import POINTS, lessons


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
        number = lesson.number(id)
        own.take(lesson, number, lesson.begins(number) if bare else "", anew=bare)
        if bare:
            st.rerun()  # with the state in which the step begins


def choose():
    """Offer the lessons."""
    own = session()
    with st.container(key="lessons"):
        for name, lesson in lessons().items():
            done = len(own.learnt.get(name, ()))
            with st.container(border=True, key=f"lesson_{name}"):
                st.header(lesson.title, anchor=False)
                st.markdown(lesson.goal)
                whole = done == len(lesson.steps)
                left = "done" if whole else f"{done} of {len(lesson.steps)} steps done" if done else f"{len(lesson.steps)} steps"
                st.caption(f"{'✓ ' if whole else ''}{lesson.minutes} minutes · {left}")
                first = next((number for number, step in enumerate(lesson.steps) if step.id not in own.learnt.get(name, ())), 0)
                st.button(
                    "Again" if whole else "Go on" if done else "Begin",
                    key=f"begin_{name}",
                    on_click=own.take,
                    args=(lesson, first, lesson.begins(first)),
                    type="secondary" if whole else "primary",
                )


def panel(taken):
    """Show a step: what is guessed comes before what is done, and that before what is told."""
    own, lesson, step, number = session(), taken.lesson, taken.step, taken.number
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="lesson_place"):
        st.markdown(f"Step {number + 1} of {len(lesson.steps)}")
        st.button("All lessons", key="leave_lesson", type="tertiary", on_click=own.leave_lesson)
    if number == 0 and lesson.text and not taken.told:
        st.markdown(lesson.text)
    if taken.asks:
        st.radio(_together(step.guess.ask), step.guess.options, index=None, key=f"guess_{taken.link}", on_change=_guessed, args=(taken,))
        st.caption("Guess first: a wrong guess teaches as much as a right one.")
    else:
        if step.guess:
            st.markdown(f"{_together(step.guess.ask)}  \n**Your guess: {taken.guess}**")
        st.markdown(f":{'green' if taken.told else 'orange'}[**{'✓ Done:' if taken.told else 'To do:'}**] {_together(step.task)}")
    if taken.hint and not taken.told:
        st.info(f"{taken.hint} “Begin this step again” takes you back to where it began.")
    if taken.told:
        guessed = step.guess and ("Your guess is right" if taken.guess == step.guess.answer else f"It is: {step.guess.answer}")
        st.markdown(f"**{guessed}.** {_together(taken.told)}" if guessed else _together(taken.told))
        if step.why:
            with st.expander(step.why[0]):
                st.markdown(step.why[1])
        if step.source:
            st.caption(step.source)
        if taken.last:
            st.markdown("**That was the last step of this lesson.**")
    with st.container(horizontal=True, vertical_alignment="center", key="lesson_ways"):
        if taken.told and not taken.last:
            after = number + 1, lesson.steps[number + 1].setup
            st.button("Next step", key="next_step", type="primary", on_click=own.take, args=(lesson, *after))
        if taken.told and taken.last and (after := _after(lesson)):
            st.button(f"Next lesson: {after.title}", key="next_lesson", type="primary", on_click=own.take, args=(after, 0, after.begins(0)))
        if number:
            st.button("Previous step", key="previous_step", type="tertiary", on_click=_return, args=(lesson, number - 1))
        again = lesson, number, lesson.begins(number)
        st.button("Begin this step again", key="again_step", type="tertiary", on_click=own.take, args=again)


def _together(text):
    """A text whose dots and signs of percent stay with what is before them."""
    return text.replace(" …", "\u00a0…").replace(" %", "\u00a0%")


def _after(lesson):
    """The lesson after one, or None."""
    names = [*lessons(), None]
    return lessons().get(names[names.index(lesson.name) + 1])


def _guessed(taken):
    taken.guess = value(f"guess_{taken.link}", "")


def _return(lesson, number):
    """Show a step as it was left, and the page where its task is done, if that was done."""
    own = session()
    before = own.steps.get(f"{lesson.name}.{lesson.steps[number].id}")
    done = before is not None and bool(before.told)
    own.take(lesson, number, lesson.ends(number) if done else lesson.begins(number), anew=not done)


def pointed(taken):
    """The names of what a step points to, once there is something to do."""
    return () if taken.asks else taken.step.point


def outline(taken):
    """Outline what a step points to, as long as there is something to do; gives the selector of the first setting there, or ""."""
    where = [] if taken.told else [POINTS[name] for name in pointed(taken)]
    setting = next((selector for selector in where if selector.startswith(".st-key-")), "")
    if setting:  # settings can be behind a button
        where.append('[data-testid="stExpandSidebarButton"]')
    if where:
        here = f":is({', '.join(where)})"
        outlined = f"{here} {{ outline: 3px solid #c66f00; outline-offset: 3px; scroll-margin-block: 12px; }}"
        close = f"{here}:is([data-part=network], [data-part=density])"  # there is something right below them
        frame = 'content: ""; position: absolute; inset: -6px -6px -2px; border: 3px solid #c66f00; pointer-events: none;'
        outlined += f" {close} {{ outline: none; position: relative; }} {close}::after {{ {frame} }}"
        outlined += f" {here}:is([role=tab], [role=toolbar]) {{ outline-offset: -3px; }}"  # of these, what is outside is cut off
        outlined += f" .em-tabs {here}[role=tab] {{ padding-inline: 9px; margin-inline: -9px; }}"
        st.html(f"<style>{outlined}</style>")
    return setting
