"""A page that the server has forgotten: it was restarted, or the connection was away for too long.

The browser keeps what Python last told it of the page (`record`), and tells it to a session that does not know it. A
browser can send anything, so every value is checked; what cannot come back is said.
"""

import re
import time

import streamlit as st

from . import data_picker, model_form
from .comparison import LETTERS
from .kept import COMPARE, kept_values, session
from .said import Nonsense, mapping, member, one_of, text
from .saved import Saved

KEY = "comeback"
_MOST_VALUES = 500
READ = 20  # seconds that a sentence stays at least
_LANE = re.compile(r"lane\d{1,6}")
_KEY = re.compile(rf"(set|{_LANE.pattern})_(\w+)")
_LOST = {"tables": "the tables you uploaded are gone, upload them again",
         "saved": "the files of parameters that you opened are gone, open them again",
         "forks": "what you changed while the model learned now holds from its start",
         "earlier": "the earlier runs are gone",
         "values": "some settings could not be read and have their usual values"}

_component = st.components.v2.component("mixes_comeback", html="<span></span>", isolate_styles=False, js="""
export default function ({ setTriggerValue }) {
  const tell = (event) => setTriggerValue("again", event.detail)
  document.addEventListener("mixes-comeback", tell)
  return () => document.removeEventListener("mixes-comeback", tell)
}
""")


def record():
    """What a browser keeps of this session: see `comeback`."""
    run, runs = st.session_state.get("run"), st.session_state.get("runs", [])
    lost = {"tables": bool(st.session_state.get("tables")),
            "saved": any(isinstance(value, Saved) for value in kept_values(COMPARE).values()),
            "forks": run is not None and run.parent is not None,
            "earlier": any(each is not run and len(each.run.trace) > 1 for each in runs)}
    values = {key: value for key, value in kept_values(COMPARE).items() if isinstance(value, (str, bool, int, float))}
    return {"session": session(), "again": st.session_state.get("again"),
            "record": {"values": values, "lanes": st.session_state.get("lanes"), "lost": [name for name in lost if lost[name]]}}


def comeback():
    """Before anything else of a page: bring back what another session had, when the browser tells of it."""
    _component(key=KEY, on_again_change=lambda: None)
    event = st.session_state.get(KEY)
    told = event.get("again") if isinstance(event, dict) else None
    if told is None:
        return
    before = None
    try:
        before = text(member(told, "session"), "session", 20)
        if before in (session(), st.session_state.get("again")):
            return
        values, lanes, lost = checked(member(told, "record"))
    except Nonsense:
        values, lanes, lost = {}, None, ["values"]
    st.session_state.update(values)
    if lanes:
        st.session_state["lanes"], st.session_state["last_lane"] = lanes, max(int(lane[4:]) for lane in lanes)
    missing = "; ".join(_LOST[name] for name in lost)
    end = f", but {missing}." if missing else ": all is as it was."
    sentence = f"The server had forgotten this page. It has been made again from its settings{end}"
    st.session_state["notice"] = sentence, None, time.monotonic()
    st.session_state["again"] = before  # last: Streamlit may break off at any of these lines, and the browser tells it again


def notice():
    """Say what has come back and what has not, until a setting is changed; the place on the page is always there."""
    place = st.empty()
    sentence, values, since = st.session_state.get("notice", ("", None, 0.0))
    now = kept_values(COMPARE)
    if sentence and (values == now or time.monotonic() - since < READ):  # meanwhile the page may settle its own settings
        st.session_state["notice"] = sentence, now, since
        place.info(sentence)
    else:
        st.session_state.pop("notice", None)


def checked(told):
    """Values by key, the lanes, and the names of what is lost."""
    values, lost = {}, [one_of(name, "lost", _LOST) for name in _list(member(told, "lost"), len(_LOST))]
    wanted = mapping(member(told, "values"), "values")
    if len(wanted) > _MOST_VALUES:
        raise Nonsense("there are too many values")
    for key, value in wanted.items():
        check = check_of(key)
        try:
            if check is not None:
                values[key] = check(value, key)
        except Nonsense:
            lost.append("values")
    lanes = member(told, "lanes")
    if lanes is not None:
        lanes = [text(lane, "lane") for lane in _list(lanes, len(LETTERS))]
        if len(set(lanes)) < max(2, len(lanes)) or not all(map(_LANE.fullmatch, lanes)):
            raise Nonsense("lanes are not names of two to four models")
    return values, lanes, list(dict.fromkeys(lost))


def check_of(key):
    """How a value is checked; None for what belongs to a table that is gone."""
    if key.startswith("view_"):
        return text
    form, name = found.groups() if (found := _KEY.fullmatch(key)) else ("", "")
    own = {**data_picker.CHECKS, **model_form.PREPARATION_CHECKS} if form == "set" else {}
    return (model_form.CHECKS | own).get(name)


def _list(value, most):
    if not isinstance(value, list) or len(value) > most:
        raise Nonsense(f"it needs to be a list of at most {most}")
    return value
