"""Learn: lessons in which one predicts, does and sees why, beside the live page."""

import streamlit as st

from pages.exploring import arrive, explored
from pages.forms.headline import headline
from pages.forms.lesson import asked_for, choose, outline, panel, pointed
from pages.kept import kept_values
from pages.session import session
from pages.wire.comeback import notice
from pages.wire.progress import progress
from pages.wire.watching import looking, seen

arrive("learn")
asked_for()
taken = session().lesson
if taken is None:
    progress()  # first, as the list tells of it
    headline("Learn", "Short lessons: predict what will happen, try it, and see why. All that you see is the page itself.")
    notice(kept_values())
    choose()
else:
    headline(taken.lesson.title, taken.lesson.goal)
    text, app = st.columns([1, 2], gap="medium")
    with app:
        explored(watch=seen, lesson=taken.link, pointed=pointed(taken))
    looking()
    with text, st.container(key="lesson"):
        panel(taken)
    progress(outline(taken))  # last, as what is done may only now be known
