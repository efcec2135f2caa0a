"""The picture of a mixture: density, points coloured by responsibility, component ellipses.

Every trace has ``meta.role`` (and ``meta.component``), by which the app's player finds and refills it.
"""

import numpy as np
import plotly.graph_objects as go
from scipy.stats import multivariate_normal, norm

from ..checks import feature_names
from ..view import View, broadened
from . import style, templates

_GRID = 80  # points a side of the density grid


def density(model, X, features=(0, 1), *, names=None, theme="light"):
    """Figure of a fitted mixture with the rows it explains.

    Parameters
    ----------
    model : fitted mixture
    X : array-like (n, d)
    features : tuple of int, or "pca"
        One or two features to look at, or the first two principal components.
    names : sequence of str, optional
        Feature names.
    theme : "light" or "dark"

    Returns
    -------
    plotly.graph_objects.Figure
    """
    posterior = model.predict_proba(X)
    X = np.asarray(X, dtype=float)
    names = names or feature_names(model) or [f"feature {i}" for i in range(X.shape[1])]
    if isinstance(features, str):
        view = View.principal(X)
    else:
        features = tuple(features)[:X.shape[1]]
        view = View(np.eye(X.shape[1])[list(features)], np.zeros(len(features)), tuple(names[i] for i in features))
    weights, means, covariances, owners = model.parameters_.gaussians(view)
    draw = density_1d if len(view.names) == 1 else density_2d
    figure = draw(view.points(X), weights, means, covariances, owners, posterior.argmax(axis=1), posterior.max(axis=1),
                  names=view.names, theme=theme)
    return _without_gaussians(figure, model.parameters_, view, theme)


def density_2d(points, weights, means, covariances, owners, labels=None, confidence=None, *, names=("x", "y"),
               theme="light", n_owners=None):
    """Figure of Gaussians (g,), (g, 2), (g, 2, 2) and points (n, 2) on two axes.

    Parameters
    ----------
    owners : array (g,) of int
        The component (cluster) each Gaussian belongs to.
    labels, confidence : arrays (n,), optional
        Most probable component of each point and its probability; neutral without.
    """
    n_owners = int(np.max(owners)) + 1 if n_owners is None else n_owners
    template = templates.density_2d(points, n_owners, names=names, theme=theme)
    grid_x, grid_y = (np.linspace(*template["layout"][axis]["range"], _GRID) for axis in ("xaxis", "yaxis"))
    corners = np.stack(np.meshgrid(grid_x, grid_y), axis=-1)
    drawn = broadened(covariances, (grid_x[1] - grid_x[0], grid_y[1] - grid_y[0]))
    z = sum(weight * multivariate_normal(mean, covariance).pdf(corners)
            for weight, mean, covariance in zip(weights, means, drawn))
    whole, dots, *outlines, centres = template["data"]
    whole |= {"x": grid_x, "y": grid_y, "z": z}
    _fill_points(dots, points[:, 0], points[:, 1], labels, confidence, theme)
    for j, trace in enumerate(outlines):
        own = np.flatnonzero(owners == j)
        outline = np.concatenate([ellipse(means[g], covariances[g]) for g in own]) if own.size else np.empty((0, 2))
        trace |= {"x": outline[:, 0], "y": outline[:, 1]}
    centres |= {"x": means[:, 0], "y": means[:, 1],
                "text": [f"component {j + 1}, weight {weight:.1%}" for j, weight in zip(owners, weights)]}
    centres["marker"] |= {"color": [style.color(j, theme) for j in owners]}
    return go.Figure(template)


def density_1d(points, weights, means, covariances, owners, labels=None, confidence=None, *, names=("x",),
               theme="light", n_owners=None):
    """Figure of Gaussians (g,), (g, 1), (g, 1, 1) over a histogram of points (n, 1)."""
    n_owners = int(np.max(owners)) + 1 if n_owners is None else n_owners
    template = templates.density_1d(points, n_owners, names=names, theme=theme)
    grid = np.linspace(*template["layout"]["xaxis"]["range"], 400)
    curves = np.zeros((n_owners, len(grid)))
    for weight, mean, covariance, j in zip(weights, means[:, 0], covariances[:, 0, 0], owners):
        curves[j] += weight * norm.pdf(grid, mean, np.sqrt(covariance))
    histogram, *components, whole, dots = template["data"]
    histogram |= {name: np.array(histogram[name]) for name in ("x", "y", "width")}
    for trace, curve in zip(components, curves):
        trace |= {"x": grid, "y": curve}
    whole |= {"x": grid, "y": curves.sum(axis=0)}
    _fill_points(dots, points[:, 0], np.full(len(points), -0.03 * histogram["y"].max()), labels, confidence, theme)
    return go.Figure(template)


def _without_gaussians(figure, parameters, view, theme):
    """The figure, where components are not Gaussian with their own densities, and outlines for ellipses."""
    [whole] = [trace for trace in figure.data if trace.meta["role"] == "density"]
    one = len(view.names) == 1
    grids = parameters.density_grids(view, np.asarray(whole.x), None if one else np.asarray(whole.y))
    if grids is None:
        return figure
    whole.update({"y" if one else "z": grids.sum(axis=0)})
    if one:
        for trace in figure.data:
            if trace.meta["role"] == "component":
                trace.y = grids[trace.meta["component"]]
        return figure
    figure.data = [trace for trace in figure.data if trace.meta["role"] != "ellipse"]
    for j, grid in enumerate(grids):
        for share, width in zip((1 - np.exp(-0.5), 1 - np.exp(-2.0)), (2, 1)):  # within 1 and 2 standard deviations
            level = enclosing_level(grid, share)
            figure.add_contour(x=whole.x, y=whole.y, z=grid, showscale=False, hoverinfo="skip", autocontour=False,
                               contours={"start": level, "end": level, "size": 1, "coloring": "none"},
                               meta={"role": "outline", "component": j},
                               line={"color": style.color(j, theme), "width": width})
    return figure


def enclosing_level(grid, share):
    """The density above which this share of a grid's mass lies."""
    ordered = np.sort(grid, axis=None)[::-1]
    mass = np.cumsum(ordered)
    return ordered[np.searchsorted(mass, share * mass[-1])]


def ellipse(mean, covariance, deviations=(1.0, 2.0), n=64):
    """Outline of a 2-D Gaussian at some standard deviations; NaN rows lift the pen."""
    values, vectors = np.linalg.eigh(covariance)
    angle = np.linspace(0, 2 * np.pi, n)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    around = (vectors * np.sqrt(np.maximum(values, 0))) @ circle
    return np.concatenate([part for r in deviations for part in (mean + r * around.T, [[np.nan, np.nan]])])


def _fill_points(trace, x, y, labels, confidence, theme):
    """Rows coloured by their component, from neutral to sure; neutral without labels."""
    n = len(x)
    if labels is None:
        look = {"color": [style.NEUTRAL[theme]] * n, "symbol": ["circle"] * n}
        text = [f"row {i + 1}" for i in range(n)]
    else:
        look = {"color": [style.mix(j, c, theme) for j, c in zip(labels, confidence)], "symbol": [style.symbol(j) for j in labels]}
        text = [f"row {i + 1}: component {j + 1}, {c:.0%}" for i, (j, c) in enumerate(zip(labels, confidence))]
    trace |= {"x": x, "y": y, "text": text}
    trace["marker"] |= look
