"""What Tune computes: settings by starts, and by splits; and what is known of them so far. No Streamlit in here."""

from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import product
from threading import Lock

from mixes import selection
from mixes.selection import PROBLEM, Cell, Score, Start

from . import experiment as experiments
from .experiment import Settings
from .lookup import has, of_models, table, usual
from .models import MODELS
from .one_more import TEST
from .tunable import AXES, NONE, SLOTS, STARTS, listed, said
from .values import named, settings_of
from .wording import too_many_factors

MOST_CELLS = 400
MOST_INIT = 5  # starts in each split
_MORE = (20, 50, 100, 200)  # starts that are offered where the best optimum was found once


@dataclass(frozen=True)
class Plan:
    """What is to be computed.

    Attributes
    ----------
    base : Settings
        Those of the form of a model.
    axes : tuple of (name, tuple of values)
        What is varied, by names of the table.
    n_starts, n_splits : int
    annealed_too : bool
        Each start is run plain and annealed.
    d : int
        Features of the data.
    """

    base: Settings
    axes: tuple = ()
    n_starts: int = 20
    n_splits: int = 0
    annealed_too: bool = False
    d: int = 1

    @property
    def kind(self):
        return "sweep" if self.axes else "starts"

    @property
    def n_init(self):
        """Starts in each split."""
        return min(MOST_INIT, self.n_starts)

    @cached_property
    def cells(self):
        """A list of the `Settings` of each combination that can be, what sets it apart by words, and the same by keywords."""
        return [made for made in self._combined if not self._wrong(made[0])]

    @cached_property
    def left_out(self):
        """Why each combination that cannot be, as its layers are too wide, is left out: a list of sentences."""
        return [wrong[0][1] for settings, _, _ in self._combined if (wrong := self._wrong(settings))]

    def _wrong(self, settings):
        return too_many_factors(settings.structure.get("layer_dims", ()), self.d)

    @cached_property
    def _combined(self):
        axes = (("annealing", (False, True)),) if self.annealed_too else self.axes
        whole = usual(of_models()) | named(self.base) | {"n_init": 1, "start_number": 0}
        made = []
        for combined in product(*(chosen for _, chosen in axes)):
            change = dict(zip([name for name, _ in axes], combined))
            settings = settings_of(whole | _meant(change), self.base)
            words = {word_of(name): _shown(name, value) for name, value in change.items()}
            made.append((settings, words, _keywords(settings, change)))
        return made


def word_of(axis):
    """What an axis is called."""
    return AXES[axis][0] if axis in AXES else table()[axis].words.name


def _shown(axis, value):
    return value if axis == "annealing" else said(axis, value)


def _meant(change):
    """Settings by name where some axes have these values: clusters of a model with layers are the first one's components."""
    more = {"size_1": change["components"]} if "components" in change else {}
    return change | more | ({"annealing": True} if "start_v" in change else {})


def _keywords(settings, change):
    """The keywords that some axes are, and their values."""
    own = {"model": settings.model, **settings.structure, **settings.steering}
    wanted = {"model" if name == "model" else table()[name].keyword for name in change}
    if "n_components" in wanted and "n_components" not in own:
        wanted.add("layer_sizes")
    return {name: value for name, value in own.items() if name in wanted}


def axes_of(settings):
    """The names of what can be varied of a model."""
    layers = len(settings.structure.get("layer_sizes", ()))

    def there(name):
        if name in ("components", "model"):
            return True
        of_layer = name.startswith(("size_", "dim_"))
        return has(settings.model, name) and not (of_layer and int(name[-1]) > layers)

    return [name for name in AXES if there(name)]


def go_together(one, other):
    """Whether two axes may be varied together: not the model and what some models lack, as they would be fitted again for each value."""
    beside = {one, other} - {"model"}
    return one != other and ("model" not in (one, other) or beside == {"components"} or all(has(model, *beside) for model in MODELS))


def planned(settings, values, d):
    """The `Plan` of some settings and of what Tune asks, by name, for data of d features; a ValueError says why there is none."""
    sweep, axes = values["tune"] == "sweep", {}
    for slot in SLOTS if sweep else ():
        name = values[f"axis_{slot}"]
        if name != NONE and name not in axes:
            axes[name] = tuple(listed(name, values[f"values_{slot}_{name}"]))
            if not axes[name]:
                raise ValueError(f"Choose at least one value of {word_of(name)}.")
    plan = Plan(
        settings,
        tuple(axes.items()),
        values["tune_starts"],
        values["tune_splits"] if sweep else 0,
        not sweep and values["annealed_too"],
        d,
    )
    count = 1
    for chosen in axes.values():
        count *= len(chosen)
    if count > MOST_CELLS:
        raise ValueError(f"These are {count:,} combinations; {MOST_CELLS} are the most: vary fewer values.")
    if not plan.cells:
        raise ValueError(f"None of these settings can be: {plan.left_out[0]}")
    return plan


def told(plan):
    """How many fits a plan is, in a line, and what of it is left out."""
    count = len(plan.cells)
    starts, of = _several(plan.n_starts, "start"), "setting" if count == 1 else "settings"
    if plan.annealed_too:
        line = f"{starts}, plain and annealed: {_several(count * plan.n_starts, 'fit')}"
    elif plan.axes:
        settings = str(count) if plan.left_out else " × ".join(str(len(chosen)) for _, chosen in plan.axes)
        line = f"{settings} {of} × {starts} = {_several(count * plan.n_starts, 'fit')}"
    else:
        line = f"{starts} of one model"
    if plan.n_splits:
        more = count * plan.n_splits * plan.n_init
        own = f"{count} {of} × {plan.n_splits} splits × {_several(plan.n_init, 'start')}"
        line += f", and {own} = {more:,} more for the held-out scores"
    if not (less := len(plan.left_out)):
        return f"{line}."
    return f"{line}. {less} cannot be, and {'is' if less == 1 else 'are'} left out: {plan.left_out[0]}"


def _several(count, word):
    return f"{count:,} {word}{'' if count == 1 else 's'}"


@dataclass(eq=False)
class Tuned:
    """A plan, the data it is about, and its results so far.

    Attributes
    ----------
    plan : Plan
    dataset : Dataset
    widgets : dict
        The values of the forms that it was asked with, by key.
    job : Job
        See `pages.jobs`; set once it has begun.
    table : tuple or None
        The table that was last looked at, after how many results.
    n_starts : int
        The most starts that a cell has or is to have.
    tests : dict of float
        What is tested of `one_more`, by the number of the smaller cell: the statistic of the data.
    ratios : dict of dict
        Those of its samples so far, by the same number and their own; None where there is none.
    opened : dict or None
        The values of the forms, by key, that one of its starts was opened with, until the page is there again.
    """

    plan: Plan
    dataset: object
    widgets: dict = field(default_factory=dict)
    job: object = None
    table: tuple | None = None
    n_starts: int = 0
    tests: dict = field(default_factory=dict)
    ratios: dict = field(default_factory=dict)
    opened: dict | None = None

    def __post_init__(self):
        self.n_starts = self.plan.n_starts
        self.data = experiments.prepare(self.dataset, self.plan.base)
        self.cells = [Cell(number, words) for number, (_, words, _) in enumerate(self.plan.cells)]
        self.models, self.fits, self._starts, self._scores, self._seen, self._lock, self._rows = {}, {}, {}, {}, 0, Lock(), {}
        for number, (settings, _, _) in enumerate(self.plan.cells):
            try:
                model = self.models[number] = estimator(settings, self.data.scaling)
                self.fits[number] = model, model.prepared(self.data.X, None, self.data.X_validation)
            except selection.FAILURES as problem:
                self._starts[number, 0] = Start(0, -1, {PROBLEM: selection.said_of(problem)})

    @property
    def title(self):
        varied = f" by {' and '.join(word_of(name) for name, _ in self.plan.axes)}" if self.plan.axes else ""
        base = self.plan.base
        what = "Mixtures" if "model" in dict(self.plan.axes) else MODELS[base.model].title
        size = "" if {"components", "model"} & dict(self.plan.axes).keys() else f", {MODELS[base.model].summary(base.structure)}"
        return f"{what}{size}{varied}, on {self.dataset.name}"

    def batches(self, n_starts, n_splits, of=None):
        """What is to be computed: name, function, arguments and units of each of some cells, by their numbers."""
        chosen = [number for number in self.models if of is None or number in of]
        for number in chosen:
            if number not in self.fits:
                continue
            model, rows = self.fits[number]
            run = partial(selection.run_block, labels=self.data.labels)
            yield ("starts", number), run, (model, rows), tuple(selection.blocks(model, rows, range(n_starts)))
        for number in chosen if n_splits else ():  # of one that cannot be fitted each says why
            score = partial(selection.score_splits, n_splits=self.plan.n_splits)
            arguments = self.best_of_some(number), self.data.X, self.cells[number]
            yield ("splits", number), score, arguments, tuple((split,) for split in range(n_splits))

    def best_of_some(self, number):
        """The model of a cell, of as many starts as each split and each sample has."""
        return estimator(self.plan.cells[number][0], self.data.scaling).set_params(n_init=self.plan.n_init)

    @property
    def smaller(self):
        """Fewer starts and splits, for who does not want to wait; None where there is nothing smaller."""
        n_starts, n_splits = max(1, self.plan.n_starts // 4), self.plan.n_splits and 5
        return None if (n_starts, n_splits) == (self.plan.n_starts, self.plan.n_splits) else (n_starts, n_splits)

    def known(self):
        """Pairs of each `Cell` and `Start`, and the `Score` of each split, so far."""
        with self._lock:
            results = self.job.results
            for result in results[self._seen :]:
                kind, number = result.batch
                for place, each in enumerate(result.unit):
                    found = result.found if isinstance(result.found, str) else result.found[place]
                    if kind == "starts":
                        self._starts[number, each] = Start(each, -1, {PROBLEM: found}) if isinstance(found, str) else found
                    elif kind == TEST:
                        self.ratios.setdefault(number, {})[each] = None if isinstance(found, str) else found
                    else:
                        self._scores[number, each] = (
                            Score(self.cells[number], each, 0, 0, float("nan"), found) if isinstance(found, str) else found
                        )
            self._seen = len(results)
            starts = [(self.cells[number], start) for (number, _), start in sorted(self._starts.items())]
            return starts, [score for _, score in sorted(self._scores.items())]

    def tabulated(self, found):
        """The table of what was found, with settings by their words; cells without news are not gone through again."""
        return selection.tabulate_sweep(found, self._rows)

    def more(self, found):
        """How many starts more are offered, of which cells, by their numbers; None where there is no need."""
        counts = {}
        for cell, start in found:
            counts[cell.number] = max(counts.get(cell.number, 0), start.number + 1)
        once = [number for number in selection.needs_more(found, self.tabulated(found)) if number in self.fits]
        most = max((counts[number] for number in once), default=0)
        step = next((each for each in _MORE if each > most), None)
        return (step, once) if once and step else None

    def values_of(self, cell, start):
        """What the forms hold for the run of one start, by name; a ValueError where there is none."""
        if not 0 <= cell < len(self.plan.cells) or cell not in self.fits or not 0 <= start < max(STARTS):
            raise ValueError("this start is not one of these")
        return named(self.plan.cells[cell][0]) | {"start_number": start}


def estimator(settings, scaling):
    """The model of some settings; it runs to its last iteration where it is not to stop before."""
    model = experiments.model(settings, scaling)
    return model if settings.stop_when_it_holds else model.set_params(stopping_criterion=None)
