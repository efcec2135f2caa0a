"""Whether one component more is needed: a bootstrap test beside a sweep of components. No Streamlit in here."""

from functools import partial

from mixes import selection

SAMPLES = 99
TEST = "test"  # what the names of its batches begin with


def offered(tuned, found):
    """The number of the cell of k components, the best by BIC, where it can be tested against k + 1; else None."""
    if [name for name, _ in tuned.plan.axes] != ["components"]:
        return None
    values, _, leading, _ = selection.measured(tuned.tabulated(found))
    number = next(iter(leading), None)
    if number is None or number + 1 not in values or len(tuned.ratios.get(number, ())) == SAMPLES:
        return None
    return number


def components(tuned, number):
    """How many components a cell has."""
    return tuned.plan.axes[0][1][number]


def batch(tuned, found, number):
    """Name, function, arguments and units of a test; its statistic is known from then on.

    The starts that it is fitted from are the first ones of the sweep.
    """
    own = [[start for cell, start in found if cell.number == each and start.number < tuned.plan.n_init] for each in (number, number + 1)]
    smaller, larger = map(selection.best_of, own)
    tuned.tests[number] = selection.likelihood_ratio(smaller, larger)
    models = map(tuned.best_of_some, (number, number + 1))
    ratios = partial(selection.bootstrap_ratios, n_samples=SAMPLES)
    return (TEST, number), ratios, (*models, smaller.parameters, len(tuned.data.X)), tuple((sample,) for sample in range(SAMPLES))


def told(tuned, under_way):
    """A sentence for each test so far; ``under_way`` are the numbers of the cells whose tests go on."""
    return [
        selection.tell_bootstrap(statistic, list(tuned.ratios.get(number, {}).values()), components(tuned, number), number in under_way)
        for number, statistic in tuned.tests.items()
    ]
