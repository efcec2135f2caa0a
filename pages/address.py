"""The address of a page: read when it is opened and when one goes back, and told to the player, which keeps it current."""

import time
from urllib.parse import urlencode

import streamlit as st

from pages.forms.lanes import set_lanes
from pages.kept import kept_values, put, value
from pages.room.rooms import ROOMS
from pages.room.told import PAGES
from pages.session import session
from pages.wire.comeback import KEY
from pages.work import classroom, comparison as comparisons, links, views
from pages.work.following import SECONDS, Unmade, compared, follow
from pages.work.literal import literal
from pages.work.problems import FAILURES
from pages.work.settings import SAVED
from pages.work.values import named


def open_link(page=""):
    """Before anything else of a ``page``: let the forms be as the address says that it was opened with, or gone back to, or followed."""
    own, event = session(), value(KEY)
    if page != own.page:
        if own.page is not None:
            put(kept_values())  # of what nobody has touched since a link put it there, Streamlit forgets it for one run
        own.turn(page)
    event = event if isinstance(event, dict) else {}
    back, lead = event.get("back"), event.get("follow")
    if isinstance(back, str):
        own.goes, own.back = None, back  # first, as the browser says it once
    if isinstance(lead, dict) and lead.get("page") in PAGES and isinstance(lead.get("query"), str):
        own.goes, own.back = lead["page"], lead["query"]
    asked = st.query_params.to_dict()
    code, arranged = asked.get("r", ""), {key: asked[key] for key in classroom.KEYS if key in asked}
    alone = code and links.keys().isdisjoint(asked.keys() - arranged.keys())
    if alone and not own.opened and own.back is None and (stands := ROOMS.link(code)):
        own.goes, query = stands  # who comes by the code alone is at once where the room is
        own.back = f"{query}&{urlencode(arranged)}"
    if own.goes not in (None, page):
        st.switch_page(f"pages/{own.goes or 'explore'}.py", query_params={"r": code} if code else None)
    own.goes = None
    if own.opened and own.back is None:
        return
    query = urlencode(asked) if own.back is None else own.back
    if own.back is None and links.keys().isdisjoint(asked):
        own.opened = True
        return
    link = links.read(query)
    put({f"set_{name}": each for name, each in link.values.items()})
    if link.lanes:
        set_lanes(link.lanes)
    said = [literal(remark) for remark in link.remarks]
    if link.table:
        key, name = link.table
        if key in own.tables and own.tables[key].usable:
            put({"set_table": key})
        else:
            said.append(literal(f"This link is about the table {name}, which is not in it: upload it on the left."))
    if link.values.get("init") == SAVED and value(f"set_{SAVED}") is None:
        said.append("This link begins with a file of parameters, which is not in it: open it on the left.")
    own.ask(link, " ".join(said), time.monotonic())  # last: if Streamlit breaks off before, it is read again


def follow_link(chosen, settings):
    """Let the run be that of the link that was asked for; gives whether it is."""
    own = session()
    link = own.asked
    if link is None or not chosen.key.startswith(link.awaits):
        return False
    if link.lanes:  # it is of the other page
        own.asked = None
        return False
    stands = named(settings)
    if link.values["init"] == SAVED != stands["init"]:
        return False  # its file is awaited
    if _differ(stands, link.values):  # it was changed while a file was awaited
        own.asked = None
        return False
    try:
        with st.spinner("Going where the link leads"):
            experiment, remarks = follow(own.next_id, chosen.dataset, settings, link, own.runs)
            own.open_run(experiment)
            if own.plays is False and own.asked_elsewhere(experiment):
                experiment.id = own.next_id("r")  # a player that has it by the name it had would stay where it is
            put(views.read(experiment, link.view))
            own.arrive(experiment, literal(" ".join(remarks) or compared(experiment, link)), time.monotonic())
    except Unmade as problem:
        own.asked = None
        own.say(literal(str(problem)), time.monotonic())
        return False
    except FAILURES:
        own.asked = None
        raise
    return True


def _differ(stands, asked):
    """Whether settings by name are others than a link asks for."""
    return any(asked.get(name, each) != each for name, each in stands.items())


def follow_comparison(comparison, chosen):
    """Let the models of a comparison learn as far as the link that was asked for says."""
    own = session()
    link = own.asked
    if link is None or not comparison.working or not chosen.key.startswith(link.awaits):
        return
    settings = [named(each) for each in comparison.settings]
    if len(settings) != len(link.lanes) or any(map(_differ, settings, link.lanes)):  # they were changed
        own.asked = None
        return
    ends = time.monotonic() + SECONDS
    with st.spinner("Going where the link leads"):
        for iteration in range(1, link.iteration + 1):
            for lane in comparison.working:
                comparisons.reach(lane, iteration)
            if comparison.over or time.monotonic() > ends:
                break
        leader = comparison.working[0].experiment
        put(views.read(leader, link.view))
        missing = "" if comparison.over or comparison.newest >= link.iteration else compared(leader, link)
        own.arrive(comparison, missing, time.monotonic())


def follow_tuning(chosen):
    """Let Tune begin what the link that was asked for asks, once its data are there."""
    own = session()
    link = own.asked
    if link is not None and chosen.key.startswith(link.awaits):
        own.asked, own.tunes = None, "tune" in link.values
