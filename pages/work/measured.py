"""The numbers of the Metrics tab: what a run is measured by at each iteration. No Streamlit in here."""

from dataclasses import dataclass

from mixes import Evaluator
from mixes.evaluator import component_counts, on_diagonal
from mixes.metrics import METRICS, Fit, Metric

CONFUSION = "confusion"  # among the metrics of a state: known classes against clusters


def evaluator(labels, clusters):
    """What measures the clusters of a run at each iteration, or None; ``labels`` are the known classes of the rows, or None."""
    known = {"data", "pred"} | ({"labels"} if labels is not None else set())
    named = sorted(
        (metric for metric in METRICS.values() if metric.learning and "pred" in metric.needs and known.issuperset(metric.needs)),
        key=lambda metric: metric.name.lower(),
    )
    functions = {metric.name: _OfClusters(metric) for metric in named}
    if labels is not None:
        functions[CONFUSION] = _Confusion(clusters)
    return Evaluator(labels, **functions) if functions else None


@dataclass(frozen=True)
class _OfClusters:
    """A metric as an evaluator calls it."""

    metric: Metric

    def __call__(self, data, labels, pred):
        return self.metric.of(Fit(data=data, labels=labels, pred=pred))


@dataclass(frozen=True)
class _Confusion:
    """Rows of each known class in each cluster, and the orders that put the best match on the diagonal."""

    clusters: int

    def __call__(self, data, labels, pred):
        counts = component_counts(labels, pred, labels.max() + 1, self.clusters)
        components, classes = on_diagonal(counts)
        return {"counts": counts.tolist(), "components": components.tolist(), "classes": classes.tolist()}


def measured(experiment, state):
    """The numbers of one iteration by name, in the order in which they are shown."""
    held_out = state.log_likelihood_validation
    fit = Fit(
        log_likelihood=state.log_likelihood,
        objective=state.objective,
        entropy=state.entropy,
        held_out=None if held_out is None else held_out * experiment.held_out_scale,
        n_parameters=state.parameters.n_parameters,
        n_rows=len(experiment.run.X),
        iterations=state.iteration,
    )
    named = {metric.name: metric.of(fit) for metric in METRICS.values() if metric.learning and metric.known(fit)}
    return named | {name: value for name, value in state.metrics.items() if name != CONFUSION}


def words(experiment):
    """The words of these numbers, in their order: name, help and which way is better, or None."""
    scale = "standardised" if experiment.settings.standardise else "given"
    told = [METRICS[name] for name in measured(experiment, experiment.run.trace[0])]
    return [{"name": metric.name, "help": metric.learning.replace("{scale}", scale), "better": metric.better} for metric in told]
