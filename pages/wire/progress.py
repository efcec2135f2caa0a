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
const NAME = "mixes-lessons", HEADER = 48
const SETTINGS = "[data-testid=stSidebar][data-collapsed=false]", UNFOLD = "[data-testid=stExpandSidebarButton]"
const FOLD = `${SETTINGS} [data-testid=stSidebarCollapseButton] button`
const stored = () => {
  try { return JSON.parse(localStorage.getItem(NAME)) || {} } catch { return {} }
}

let before = null // where the reader was in the lessons when this was called last
let pointed = "" // the setting that she is to find

const find = () => pointed && document.querySelector(`${SETTINGS} ${pointed}`)?.scrollIntoView({ block: "nearest" })
document.addEventListener("click", (event) => event.target.closest(UNFOLD) && setTimeout(find, 500))

/** What has come is to be seen, heard and where the keys are. */
const attend = (step, setting) => {
  const text = document.querySelector(".st-key-lesson, .st-key-lessons"), now = JSON.stringify(step)
  text?.setAttribute("aria-live", "polite") // what a step tells is read aloud
  if (text && before !== null && before !== now) {
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth"
    if (text.getBoundingClientRect().top < HEADER) text.scrollIntoView({ block: "start", behavior })
    setTimeout(() => {
      find()
      if (document.activeElement !== document.body) return // else what was pressed has gone
      text.tabIndex = -1
      text.focus({ preventScroll: true })
    }, 300)
  }
  before = now
  pointed = setting
}

export default function ({ data, setTriggerValue }) {
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
  attend(data.step, data.setting)
  if (data.listing && matchMedia("(max-width: 768px)").matches) document.querySelector(FOLD)?.click() // the list lies under it
  if (data.listing && location.search) history.replaceState(history.state, "", location.pathname)
}
""",
)


def progress(setting=""):
    """Tell the browser what is done, and hear what it has kept.

    Without an open lesson none is to stand in the address. A step that begins and what it tells are scrolled to and read aloud,
    and the keyboard goes on from there; so is a ``setting`` that it points to, by its CSS selector.
    """
    own, heard = session(), value(KEY)
    stored = heard.get("stored") if isinstance(heard, dict) else None
    if isinstance(stored, dict):
        for name, lesson in lessons().items():
            steps = stored.get(name)
            if isinstance(steps, list) and (done := {step.id for step in lesson.steps if step.id in steps}):
                own.learnt.setdefault(name, set()).update(done)
    done = {name: sorted(ids) for name, ids in own.learnt.items()}
    step = own.lesson and [own.lesson.link, own.lesson.guess, own.lesson.told]
    data = {"done": done, "listing": own.lesson is None, "step": step, "setting": setting, "heard": stored is not None}
    _component(key=KEY, data=data, on_stored_change=lambda: None)
