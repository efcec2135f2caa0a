"""How far a reader is with the lessons: the browser keeps it, so that no server has to know who she is."""

import streamlit as st

from pages.kept import value
from pages.session import session
from pages.work.lessons import lessons

KEY = "progress"

_component = st.components.v2.component(
    "mixes_progress",
    html="<span></span>",
    isolate_styles=False,
    js="""
const NAME = "mixes-lessons"
const stored = () => {
  try { return JSON.parse(localStorage.getItem(NAME)) || {} } catch { return {} }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const kept = stored(), all = { ...data.done }
  let more = false
  for (const [lesson, steps] of Object.entries(kept)) {
    if (!Array.isArray(steps)) continue
    const known = new Set(all[lesson] || [])
    if (steps.every((step) => known.has(step))) continue
    more = true
    all[lesson] = [...new Set([...known, ...steps])]
  }
  try { localStorage.setItem(NAME, JSON.stringify(all)) } catch { /* a browser may forbid it: it is kept for this visit */ }
  if (more && !data.heard) setTriggerValue("stored", all)
  if (data.told && parentElement.told !== data.told) {
    const text = document.querySelector(".st-key-lesson")
    if (text && text.getBoundingClientRect().top < 0) text.scrollIntoView({ block: "start", behavior: "smooth" })
  }
  parentElement.told = data.told
  if (data.listing && location.search) history.replaceState(history.state, "", location.pathname)
}
""",
)


def progress():
    """Tell the browser what is done, and hear what it has kept.

    Without an open lesson none is to stand in the address; what a step has just told is scrolled to.
    """
    own, heard = session(), value(KEY)
    stored = heard.get("stored") if isinstance(heard, dict) else None
    if isinstance(stored, dict):
        for name, lesson in lessons().items():
            steps = stored.get(name)
            if isinstance(steps, list) and (done := {step.id for step in lesson.steps if step.id in steps}):
                own.learnt.setdefault(name, set()).update(done)
    done = {name: sorted(ids) for name, ids in own.learnt.items()}
    told = own.lesson.link if own.lesson is not None and own.lesson.told else ""
    data = {"done": done, "listing": own.lesson is None, "told": told, "heard": stored is not None}
    _component(key=KEY, data=data, on_stored_change=lambda: None)
