"""States of the page that links lead to, without a page: for the tests of lessons, and for who writes one.

python -m tests.opened 'd=iris&k=3&at=end' [row]   prints the facts there, and those of a drawn row that is picked, from 0.
"""

import sys
from functools import cache
from itertools import count
from math import inf

from mixes import datasets
from pages.work import facts
from pages.work.experiment import Settings
from pages.work.following import follow, reach
from pages.work.links import read
from pages.work.lookup import of_models
from pages.work.settings import DATA, DRAWN
from pages.work.values import settings_of

OF_DATA = [setting.name for setting in (*DATA, *DRAWN)]


@cache
def _data(source, built_in, kind, n, noise, seed):
    return datasets.load(built_in) if source == "Built-in" else datasets.generate(kind, n, noise, random_state=seed)


@cache
def opened(query):
    """The experiment and the `Link` of a query."""
    link = read(query)
    assert not link.remarks, link.remarks
    dataset = _data(*(link.values[name] for name in OF_DATA))
    values = {setting.name: setting.usual for setting in of_models()} | link.values
    base = Settings("", "", {}, {}, 0.0, True, link.values["standardise"], link.values["held_out"])
    ids = count()
    experiment, remarks = follow(lambda letter: f"{letter}{next(ids)}", dataset, settings_of(values, base), link)
    assert not remarks, remarks
    reach(experiment, link.iteration, inf)  # a page waits for so many seconds only; a busy machine may need more
    return experiment, link


def facts_of(query, looked=None):
    """The facts of a state, and of what is looked at there (see `facts.of_point`)."""
    experiment, link = opened(query)
    place = min(link.iteration, experiment.newest), link.half
    found = facts.of_settings(experiment.settings, link.values) | facts.of_run(experiment, *place)
    found |= facts.of_components(experiment, *place) | facts.of_bound(experiment, *place)
    return found | facts.of_point(experiment, *place, looked or {})


if __name__ == "__main__":
    for name, value in facts_of(sys.argv[1], {"point": int(sys.argv[2])} if len(sys.argv) > 2 else None).items():
        print(f"{name:>22}  {value}")
