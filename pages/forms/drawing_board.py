"""Data of one's own hand: a board to draw points on, and an offer to begin with rows that are there."""

import streamlit as st

from pages.kept import standing
from pages.session import session
from pages.wire.board import DRAWING, heard, show, take
from pages.work import views
from pages.work.checks import Nonsense
from pages.work.chosen import Chosen
from pages.work.drawing import CLASSES, EMPTY, MOST_POINTS, NAME, Drawing
from pages.work.literal import literal


@st.cache_resource(max_entries=64, show_spinner=False)
def _made(text):
    drawing = Drawing.read(text)
    return Chosen(drawing.key, drawing.dataset(), drawing.code())


def drawing_board():
    """Ask for a drawing; gives what is `Chosen` of it, or None as long as there is too little on the board."""
    heard()
    text = standing(DRAWING, EMPTY)
    show(text)
    drawing = Drawing.read(text)
    if not len(drawing.cells):
        _offer_rows()
    if drawing.lacks:
        st.caption(drawing.lacks)
        return None
    return _made(text)


def _offer_rows():
    """Offer to begin with the data that are shown, as far as a board can hold them."""
    if session().data is None or session().data.dataset.name == NAME:
        return
    dataset = session().data.dataset
    features = views.axes(dataset)[1]
    try:
        text = Drawing.of(dataset, features).write()
        Drawing.read(text)
    except Nonsense:  # they lie too far out
        return
    n, d = dataset.X.shape
    rows = f"{MOST_POINTS:,} of its {n:,} rows" if n > MOST_POINTS else f"Its {n:,} rows"
    names = f", of {' and '.join(dataset.features[j] for j in features)} alone" if d > len(features) else ""
    without = f", without their {len(dataset.label_names)} classes" if len(dataset.label_names) > len(CLASSES) else ""
    st.button(
        literal(f"Begin with {dataset.name}"),
        key="begin_drawing",
        on_click=take,
        args=(text,),
        disabled=session().locked,
        width="stretch",
        help=literal(f"{rows}{names}{without}, to add to and to take away from. The features are then called x1 and x2."),
    )
