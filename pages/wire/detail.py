"""What a still picture can tell of each drawn row. No Streamlit in here."""

import numpy as np

from mixes import View
from mixes.gaussians import merge

from .encoding import encoded

_TOLD_PATHS = 3  # the most probable paths of a row
_SAMPLES = 3  # pictures drawn from each cluster


def detail(experiment, place):
    """What a still picture can tell of each drawn row: its nodes, its most probable paths, and pictures of images.

    Parameters
    ----------
    place : mapping
        The player's "iteration" and "half".
    """
    run, t = experiment.run, place["iteration"]
    parameters = run.trace[t].parameters
    posterior = run.path_responsibilities_at(t, experiment.drawn)
    numbers = run.path_numbers_at(t)
    nodes = parameters.node_responsibilities(posterior, numbers)
    best = np.argsort(-posterior, axis=1, kind="stable")[:, :_TOLD_PATHS]
    return {
        "run": place["run"],
        "iteration": t,
        "half": place["half"],
        "nodes": [encoded(np.rint(255 * node.T), np.uint8) for node in nodes],
        "paths": {
            "m": best.shape[1],
            "index": encoded(best if numbers is None else numbers[best], "<i4"),
            "probability": encoded(np.rint(255 * np.take_along_axis(posterior, best, axis=1)), np.uint8),
        },
        "images": _images(experiment, parameters),
    }


def _images(experiment, parameters):
    """Means and samples of the clusters, and the drawn rows, as pictures; None unless rows are pictures."""
    dataset, run = experiment.dataset, experiment.run
    if dataset.image_shape is None:
        return None
    scaling, clusters = experiment.scaling, parameters.n_clusters
    everything = View(np.diag(scaling.scale), scaling.center, dataset.features)
    weights, means, covariances, owners = parameters.gaussians(everything)
    _, means, _ = merge(weights, means, covariances, owners, clusters)
    drawn, labels = run.model.from_parameters(parameters, random_state=0).sample(60 * clusters)
    samples = np.zeros((clusters, _SAMPLES, means.shape[1]))
    for j in range(clusters):
        own = scaling.inverse(drawn[labels == j][:_SAMPLES])
        samples[j, : len(own)] = own
    rows, highest = dataset.X[experiment.rows[experiment.shown]], float(dataset.X.max())
    return {
        "shape": list(dataset.image_shape),
        "max": highest,
        "means": encoded(means, "<f4"),
        "samples": encoded(samples, "<f4"),
        "points": encoded(np.rint(255 * rows / highest), np.uint8),
    }
