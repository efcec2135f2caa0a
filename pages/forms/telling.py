"""Settings with which something is seen, for data with which the usual ones show little."""

from pages.kept import put, value
from pages.session import session
from pages.work.lookup import of_models, usual

# data set -> (settings of a form, what is said of them)
_OWN = {
    "Digits": (
        {"components": 10, "init": "kmeans", "regularisation": 0.01, "size_1": 10, "dim_1": 6},
        "Begun with settings that show something: ten clusters from k-means, ε = 0.01.",
    )
}


def settle():
    """Other data are chosen: settings that nobody has changed become those of the data, or the usual ones again."""
    ordinary, own = usual(of_models()), session()
    name = value("set_built_in") if value("set_source", "Built-in") == "Built-in" else None
    put({f"set_{setting}": ordinary[setting] for setting, brought in own.settled.items() if value(f"set_{setting}") == brought})
    telling, _ = _OWN.get(name, ({}, ""))
    brings = {setting: brought for setting, brought in telling.items() if value(f"set_{setting}", ordinary[setting]) == ordinary[setting]}
    put({f"set_{setting}": brought for setting, brought in brings.items()})
    own.settled = brings  # last, as Streamlit may break off before


def settled(name):
    """What there is to say of the settings of a built-in data set, or ""."""
    telling, sentence = _OWN.get(name, ({}, ""))
    return sentence if telling and session().settled == telling else ""
