"""What the clusters of a Gaussian mixture share: three choices that make one setting, with a drawing of it."""

import streamlit as st

from pages.kept import kept, put, standing, value
from pages.session import session
from pages.work.lookup import table
from pages.work.sharing import HELP, LABELS, PARTS, ROUND, SHARINGS, composed, drawing, letters, told


def ask_sharing(form, opened):
    """Ask for it, in a part that is folded away unless ``opened``, and give the value."""
    stands = standing(f"{form}_sharing", table()["sharing"].usual)
    key = f"part_sharing_{form}"
    with st.expander("Shape of the clusters", opened, key=f"{key}_opened" if opened else key):
        st.html(f'<div class="mixes-sharing">{drawing(stands)}<b>{SHARINGS[stands]}</b><p>{told(stands)}</p></div>')
        for part, letter in letters(stands).items():
            alone = part == "direction" and letters(stands)["shape"] == "I"
            if value(_key(part, form)) != letter:  # a link, an example or a file said so
                put({_key(part, form): letter})
            st.segmented_control(
                part.capitalize(),
                options=list(LABELS[part]),
                format_func=LABELS[part].get,
                **kept(_key(part, form)),
                required=True,
                width="stretch",
                disabled=alone or session().locked,
                help=ROUND if alone else HELP[part],
                on_change=_choose,
                args=(form,),
            )
    return stands


def _key(part, form):
    return f"sharing_{part}_{form}"


def _choose(form):
    before = letters(value(f"{form}_sharing"))
    put({f"{form}_sharing": composed({part: value(_key(part, form)) or before[part] for part in PARTS})})
