"""A page that the server has forgotten: it was restarted, or the connection was away for too long.

The browser keeps what Python last told it of the page (`record`), and tells it to a session that does not know it. A
browser can send anything, so every value is checked; what cannot come back is said.
"""

import re
import time

import streamlit as st

from pages.kept import put, value
from pages.session import session
from pages.work.checks import Nonsense, mapping, member, one_of, text
from pages.work.comparison import LETTERS
from pages.work.lookup import of_models, table
from pages.work.saved import Saved

KEY = "comeback"
_MOST_VALUES = 500
READ = 20  # seconds that a sentence stays at least
_LANE = re.compile(r"lane\d{1,6}")
_KEY = re.compile(rf"(set|{_LANE.pattern})_(\w+)")
_LOST = {
    "tables": "the tables you uploaded are gone, upload them again",
    "saved": "the files of parameters that you opened are gone, open them again",
    "forks": "what you changed while the model learned now holds from its start",
    "earlier": "the earlier runs are gone",
    "values": "some settings could not be read and have their usual values",
}

_component = st.components.v2.component(
    "mixes_comeback",
    html="<span></span>",
    isolate_styles=False,
    js="""
export default function ({ parentElement, setTriggerValue }) {
  parentElement.leave?.() // with another theme this is called again, and what came before is not taken back
  const tell = (event) => setTriggerValue("again", event.detail)
  const lock = (event) => setTriggerValue("lock", event.detail)
  const page = location.pathname
  // to another page Streamlit goes by itself
  const back = () => location.pathname === page && setTriggerValue("back", location.search.slice(0, 10_000))
  const follow = (event) => setTriggerValue("follow", event.detail)
  document.addEventListener("mixes-comeback", tell)
  document.addEventListener("mixes-lock", lock)
  document.addEventListener("mixes-follow", follow)
  window.addEventListener("popstate", back)
  parentElement.leave = () => {
    document.removeEventListener("mixes-comeback", tell)
    document.removeEventListener("mixes-lock", lock)
    document.removeEventListener("mixes-follow", follow)
    window.removeEventListener("popstate", back)
  }
  return parentElement.leave
}
""",
)


def record(widgets):
    """What a browser keeps of this session, and of the values of its ``widgets``: see `comeback`."""
    own = session()
    lost = {
        "tables": bool(own.tables),
        "saved": any(isinstance(each, Saved) for each in widgets.values()),
        "forks": own.run is not None and own.run.parent is not None,
        "earlier": bool(own.earlier_runs),
    }
    values = {key: each for key, each in widgets.items() if isinstance(each, (str, bool, int, float, list, tuple))}
    guess = [own.lesson.link, own.lesson.guess] if own.lesson is not None and own.lesson.guess else None
    return {
        "session": own.name,
        "again": own.again,
        "record": {"values": values, "lanes": own.lanes, "guess": guess, "lost": [name for name in lost if lost[name]]},
    }


def comeback():
    """Before anything else of a page: bring back what another session had, when the browser tells of it; hear of the lock."""
    _component(key=KEY, **{f"on_{name}_change": lambda: None for name in ("again", "back", "lock", "follow")})
    event, own = value(KEY), session()
    if isinstance(event, dict) and isinstance(event.get("lock"), bool):
        own.lock(event["lock"])
    told = event.get("again") if isinstance(event, dict) else None
    if told is None:
        return
    before = None
    try:
        before = text(member(told, "session"), "session", 20)
        if before in (own.name, own.again):
            return
        values, lanes, guess, lost = checked(member(told, "record"))
    except Nonsense:
        values, lanes, guess, lost = {}, None, None, ["values"]
    if own.asked is not None and own.asked.forks or own.run is not None and own.run.parent is not None:  # the address brings them
        lost = [name for name in lost if name != "forks"]
    missing = "; ".join(_LOST[name] for name in lost)
    end = f", but {missing}." if missing else ": all is as it was."
    sentence = f"The server had forgotten this page. It has been made again from its settings{end}"
    put(values)  # first: Streamlit may break off meanwhile, and the browser tells it again until it is marked as done
    own.come_back(before, lanes, guess, sentence, time.monotonic())


def notice(widgets):
    """Say what has come back and what has not, until a setting is changed; the place on the page is always there."""
    place, own = st.empty(), session()
    sentence, values, since = own.notice or ("", None, 0.0)
    if sentence and (values == widgets or time.monotonic() - since < READ):  # meanwhile the page may settle its own settings
        own.notice = sentence, widgets, since
        place.info(sentence)
    else:
        own.notice = None


def checked(told):
    """Values by key, the lanes, a step of a lesson with what was guessed there, and the names of what is lost."""
    values, lost = {}, [one_of(name, "lost", _LOST) for name in _list(member(told, "lost"), len(_LOST))]
    wanted = mapping(member(told, "values"), "values")
    if len(wanted) > _MOST_VALUES:
        raise Nonsense("there are too many values")
    for key, chosen in wanted.items():
        check = check_of(key)
        try:
            if check is not None:
                values[key] = check(chosen, key)
        except Nonsense:
            lost.append("values")
    lanes = member(told, "lanes")
    if lanes is not None:
        lanes = [text(lane, "lane") for lane in _list(lanes, len(LETTERS))]
        if len(set(lanes)) < max(2, len(lanes)) or not all(map(_LANE.fullmatch, lanes)):
            raise Nonsense("lanes are not names of two to four models")
    guess = told.get("guess")  # a browser may have kept a record that was made before there was one
    if guess is not None:
        guess = tuple(text(part, "guess") for part in _list(guess, 2))
        if len(guess) != 2:
            raise Nonsense("a guess is not a step and an option")
    return values, lanes, guess, list(dict.fromkeys(lost))


def check_of(key):
    """How a value is checked; None for what belongs to a table that is gone."""
    if key.startswith("view_"):
        return text
    form, name = found.groups() if (found := _KEY.fullmatch(key)) else ("", "")
    settings = table() if form == "set" else {setting.name: setting for setting in of_models()}
    return settings[name].kind.check if name in settings else None


def _list(value, most):
    if not isinstance(value, list) or len(value) > most:
        raise Nonsense(f"it needs to be a list of at most {most}")
    return value
