"""What an annealed run shows, in plain sentences."""

import numpy as np

_APART = 0.1  # standard deviations of a feature: means that are closer in all of them are one
_NAMED = 4  # partings that are told, the last ones


def tell_annealing(run):
    """How v rose, when the components parted, and how it ended, so far.

    Parameters
    ----------
    run : Run
        Of an annealed model.

    Returns
    -------
    str
    """
    last, model = run.trace[-1], run.model
    v = [state.inverse_temperature for state in run.trace]
    plain = next((iteration for iteration, each in enumerate(v) if each == 1 and iteration), None)
    free = ", with free shapes" if model.annealing_shapes == "free" else ""
    rise = f"v rises from {model.annealing_start_v:g} to 1 at iteration {plain}" if plain else f"v has risen to {v[-1]:.2f} so far"
    ends = "the stopping rule holds" if last.converged else f"{last.iteration} iterations are done"
    log_likelihood = f"{last.log_likelihood:.2f}".replace("-", "−")  # the minus of the charts
    return f"{rise}{free}. {_parting(run)} At the end, where {ends}, the log-likelihood is {log_likelihood}."


def _parting(run):
    """When components that annealing brought together have parted."""
    counts = [groups(state.parameters.means, run.X) for state in run.trace[1:]]
    if not counts or max(counts) == 1:
        return "All components are one so far."
    k = len(run.trace[-1].parameters.means)
    if min(counts) == k:
        return f"The {k} components lie apart from the first iteration on."
    first = counts.index(min(counts))
    most, steps = counts[first], []
    for t, count in enumerate(counts[first:], start=first + 1):
        if count > most:
            most = count
            steps.append(f"{count} from v = {run.trace[t].inverse_temperature:.2f}")
    lie = "one" if counts[first] == 1 else f"{counts[first]} that lie apart"
    later = f"; then {', '.join(steps[-_NAMED:])}" if steps else ""
    return f"The components are at first drawn together, to {lie}{later}."


def groups(means, X):
    """How many groups the means (k, d) of components form, by the standard deviations of the rows X (n, d)."""
    deviations = X.std(axis=0)
    scaled, found = means / np.where(deviations > 0, deviations, 1.0), []
    for mean in scaled:
        if not any((abs(mean - other) < _APART).all() for other in found):
            found.append(mean)
    return len(found)
