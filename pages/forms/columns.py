"""The list of an uploaded table's columns: what stands in each, and whether it is fitted, the known classes or left out."""

import time

import streamlit as st

from pages.kept import put, value
from pages.session import session
from pages.work import columns as texts
from pages.work.literal import literal
from pages.work.settings import COLUMNS

_KEY = f"set_{COLUMNS.name}"
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
    roles = _roles(name, described)
    key = f"roles_{texts.word_of(roles)}"
    place = st.expander("Columns", expanded=True, key="part_columns", on_change="rerun")
    if place.open:
        with place:
            if st.button("See the first rows", key="first_rows", width="stretch"):
                _first_rows(name, frame)
            _list(key, described, roles)
    features = [column for column, role in roles.items() if role == "feature"]
    return features, next((column for column, role in roles.items() if role == "class"), None)


def _roles(name, described):
    """The role of each column: as the link says or was chosen, now or when this table was shown before, else what is proposed."""
    own, told, names = session(), value(_KEY, ""), [column.name for column in described]
    remembered = own.roles.get(texts.word_of(names), "")
    roles = texts.roles_of(told, names) or texts.roles_of(remembered, names) or {column.name: column.role for column in described}
    if own.asked is not None and told == own.asked.values[COLUMNS.name] not in ("", texts.written(roles)):
        own.say(literal(f"The columns of {name} are not those that the link is about: what is proposed is used."), time.monotonic())
    _remember(roles)
    return roles


def _remember(roles):
    """Let columns be used so; the session knows it when this table is chosen again."""
    told = texts.written(roles)
    session().roles[texts.word_of(roles)] = told
    put({_KEY: told})


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
            args=(proposed, roles, "feature"),
            width="stretch",
            disabled=not proposed,
            help="Fit all columns of this list that are proposed as features.",
        )
        right.button(
            "Leave all out",
            key="leave_all_out",
            on_click=_choose,
            args=(fitted, roles, "left out"),
            width="stretch",
            disabled=not fitted,
            help="Leave out all features of this list.",
        )
        shown = _page(shown)
    with st.container(key="columns_list"):
        _switches(key, shown, roles)


def _switches(key, shown, roles):
    for column in shown:
        switch = f"{key} {column.name}"
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
            args=(column, roles, switch),
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


def _switched(column, roles, switch):
    _choose([column], roles, value(switch))


def _choose(columns, roles, role):
    """Give some columns a role; the class is one alone."""
    now = texts.roles_of(value(_KEY, ""), list(roles)) or roles  # another click may have come meanwhile
    if role == "class":
        now = {name: "left out" if own == "class" else own for name, own in now.items()}
    _remember(now | {column.name: role for column in columns})


@st.dialog("First rows", width="large")
def _first_rows(name, frame):
    st.caption(literal(f"{min(_FIRST_ROWS, len(frame)):,} of {len(frame):,} rows of {name}, as they were read."))
    rows = frame.head(_FIRST_ROWS)
    rows = rows.astype({column: "str" for column, dtype in rows.dtypes.items() if dtype.kind == "O"})
    times = rows.select_dtypes("datetime")
    days = times.columns[(times.isna() | (times == times.apply(lambda column: column.dt.normalize()))).all()]
    format = dict.fromkeys(days, st.column_config.DateColumn(format="YYYY-MM-DD"))
    st.dataframe(rows.set_axis(rows.index + 1), column_config=format, placeholder="")
