"""The list of an uploaded table's columns: what stands in each, and whether it is fitted, the known classes or left out."""

import hashlib
import json

import streamlit as st

from pages.kept import put, value
from pages.work.literal import literal

_AT_ONCE = 20  # columns that are listed
_FIRST_ROWS = 20
_ROLES, _NO_NUMBERS = ("feature", "class", "left out"), ("class", "left out")


def choose_columns(name, frame, described):
    """Show the columns, each with a switch of what it is used for.

    Parameters
    ----------
    name : str, of the table
    frame : DataFrame
    described : list of mixes.datasets.Column
        What is proposed.

    Returns
    -------
    features : list of str
    label : str or None
        The known classes.
    """
    key = "set_roles_" + hashlib.sha256(json.dumps([column.name for column in described]).encode()).hexdigest()[:12]
    roles = _roles(described, value(key, {}))
    place = st.expander("Columns", expanded=True, key="part_columns", on_change="rerun")
    if place.open:
        with place:
            if st.button("See the first rows", key="first_rows", width="stretch"):
                _first_rows(name, frame)
            _list(key, described, roles)
    features = [column for column, role in roles.items() if role == "feature"]
    return features, next((column for column, role in roles.items() if role == "class"), None)


def _roles(described, chosen):
    """The role of each column: the chosen one, else what is proposed; a class that is chosen leaves no room for a proposed one."""
    taken = any(chosen.get(column.name) == "class" for column in described)
    proposed = {column.name: "left out" if taken and column.role == "class" else column.role for column in described}
    return proposed | {name: role for name, role in chosen.items() if name in proposed}


def _list(key, described, roles):
    shown = described
    if len(described) > _AT_ONCE:
        shown = _found(key, described)
        proposed = [column for column in shown if column.role == "feature" and roles[column.name] == "left out"]
        fitted = [column for column in shown if roles[column.name] == "feature"]
        left, right = st.columns(2)
        left.button(
            "Fit all",
            key="fit_all",
            on_click=_choose,
            args=(key, proposed, roles, "feature"),
            width="stretch",
            disabled=not proposed,
            help="Fit all columns of this list that are proposed as features.",
        )
        right.button(
            "Leave all out",
            key="leave_all_out",
            on_click=_choose,
            args=(key, fitted, roles, "left out"),
            width="stretch",
            disabled=not fitted,
            help="Leave out all features of this list.",
        )
        shown = _page(shown)
    with st.container(key="columns_list"):
        _switches(key, shown, roles)


def _switches(key, shown, roles):
    for column in shown:
        switch = f"{key[4:]} {column.name}"
        put({switch: roles[column.name]})
        options = _ROLES if column.is_numbers or roles[column.name] == "feature" else _NO_NUMBERS
        st.markdown(_told(column))
        st.segmented_control(
            column.name,  # for who hears it: a label is read out with all its markup
            options,
            key=switch,
            required=True,
            width="stretch",
            on_change=_switched,
            args=(key, column, roles, switch),
            label_visibility="collapsed",
        )


def _found(key, described):
    wanted = st.text_input("Find a column", key=f"find_{key}").strip().lower()
    return [column for column in described if wanted in column.name.lower()]


def _page(shown):
    pages = -(-len(shown) // _AT_ONCE)
    page = st.pagination(pages, max_visible_pages=5, key="columns_page") if pages > 1 else 1
    return shown[(page - 1) * _AT_ONCE : page * _AT_ONCE]


def _told(column):
    """The column's name, what stands in it and why it is no feature."""
    missing = f"{column.missing:,} missing" if column.missing else ""
    reason = "" if column.reason == column.kind else column.reason
    about = " · ".join(filter(None, (column.kind, column.values, missing)))
    return f"**{literal(column.name)}** {literal(reason)}  \n:small[:gray[{literal(about)}]]"


def _switched(key, column, roles, switch):
    _choose(key, [column], roles, value(switch))


def _choose(key, columns, roles, role):
    """Give some columns a role; the class is one alone."""
    chosen = dict(value(key, {}))
    if role == "class":
        chosen |= {name: "left out" for name, own in roles.items() if own == "class"}
    put({key: chosen | {column.name: role for column in columns}})


@st.dialog("First rows", width="large")
def _first_rows(name, frame):
    st.caption(literal(f"{min(_FIRST_ROWS, len(frame)):,} of {len(frame):,} rows of {name}, as they were read."))
    rows = frame.head(_FIRST_ROWS)
    rows = rows.astype({column: "str" for column, dtype in rows.dtypes.items() if dtype.kind == "O"})
    times = rows.select_dtypes("datetime")
    days = times.columns[(times.isna() | (times == times.apply(lambda column: column.dt.normalize()))).all()]
    format = dict.fromkeys(days, st.column_config.DateColumn(format="YYYY-MM-DD"))
    st.dataframe(rows.set_axis(rows.index + 1), column_config=format, placeholder="")
