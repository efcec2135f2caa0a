"""The picture of a mixture: density, points coloured by responsibility, component outlines.

Every trace has ``meta.role`` (and ``meta.component``). The player draws a scene by the same rules (style.js, still.js).
"""

import numpy as np
from scipy.stats import multivariate_normal, norm

from ..checks import feature_names
from ..view import View, broadened
from . import style, templates

_CELLS = 80  # of the density grid, each way; twice as many where a Gaussian is thinner than a cell
_FLOOR = templates.LOWEST - 6  # below, a density is as good as none
_MOST_DRAWN, _MOST_TWICE = 60, 16  # with more Gaussians, outlines at two standard deviations would only tangle
_FULL = 0.4  # of an equal share, from which weight on a component is drawn in full


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
        features = tuple(features)[: X.shape[1]]
        view = View(np.eye(X.shape[1])[list(features)], np.zeros(len(features)), tuple(names[i] for i in features))
    parameters = model.parameters_
    draw = density_1d if len(view.names) == 1 else density_2d
    return draw(
        view.points(X),
        *parameters.gaussians(view),
        posterior.argmax(axis=1),
        posterior.max(axis=1),
        names=view.names,
        theme=theme,
        grids=lambda *nodes: parameters.density_grids(view, *nodes),
        locations=parameters.locations_in(view),
    )


def density_2d(
    points,
    weights,
    means,
    covariances,
    owners,
    labels=None,
    confidence=None,
    *,
    names=("x", "y"),
    theme="light",
    grids=None,
    locations=None,
):
    """Figure of Gaussians (g,), (g, 2), (g, 2, 2) and points (n, 2) on two axes.

    Parameters
    ----------
    owners : array (g,) of int
        The component (cluster) each Gaussian belongs to.
    labels, confidence : arrays (n,), optional
        Most probable component of each point and its probability; neutral without.
    grids : callable, optional
        Weighted densities (g, q, p) on nodes (p,) and (q,) of the axes, where components are not Gaussian; or None.
    locations : array (g, 2), optional
        Where components begin that lean: an arrow goes from there to the mean.
    """
    template = templates.density_2d(points, names=names, theme=theme)
    whole, dots, outline, arrow, centres, starts = template["data"]
    ranges = [template["layout"][axis]["range"] for axis in ("xaxis", "yaxis")]
    nodes = [np.linspace(*ends, _CELLS + 1) for ends in ranges]
    parts = grids and grids(*nodes)
    if parts is None:
        nodes, drawn = _nodes(ranges, covariances)
        corners = np.stack(np.meshgrid(*nodes), axis=-1)
        z = sum(weight * multivariate_normal(mean, covariance).pdf(corners) for weight, mean, covariance in zip(weights, means, drawn))
    else:
        z = parts.sum(axis=0)
    unit = templates.density_unit(points)
    whole |= {"x": nodes[0], "y": nodes[1], "z": _levels(z, unit), "text": [[f"{value:.3g}" for value in row] for row in z]}
    _fill_points(dots, points[:, 0], points[:, 1], labels, confidence, theme)
    kept, opacities = _kept(weights), _opacities(weights)
    deviations = (1, 2) if len(kept) <= _MOST_TWICE else (1,)
    if parts is None:
        rings = _ellipses(outline, kept, means, covariances, owners, opacities, deviations, theme)
    else:
        around = grids(*templates.density_nodes(points))
        rings = [_outline(outline, nodes, parts[g], around[g], owners[g], opacities[g], r, theme) for g in kept for r in deviations]
    colours = [style.color(owners[g], theme) for g in kept]
    marks = {"text": [f"component {owners[g] + 1}, weight {style.percent(weights[g])}" for g in kept]}
    centres |= {"x": means[kept, 0], "y": means[kept, 1], **marks}
    centres["marker"] |= {"color": colours, "opacity": opacities[kept]}
    template["data"] = [whole, dots, *rings, centres]
    if locations is not None:
        starts |= {"x": locations[kept, 0], "y": locations[kept, 1], **marks}
        starts["marker"] |= {"opacity": opacities[kept], "line": starts["marker"]["line"] | {"color": colours}}
        arrows = [_arrow(arrow, locations[g], means[g], opacities[g], centres["marker"]["size"] / 2) for g in kept]
        template["data"] = [whole, dots, *rings, *arrows, centres, starts]
    return templates.figure(template)


def density_1d(
    points, weights, means, covariances, owners, labels=None, confidence=None, *, names=("x",), theme="light", grids=None, locations=None
):
    """Figure of Gaussians (g,), (g, 1), (g, 1, 1) over a histogram of points (n, 1); `grids` (g, p) as in `density_2d`."""
    template = templates.density_1d(points, names=names, theme=theme)
    histogram, whole, component, dots = template["data"]
    x = np.linspace(*template["layout"]["xaxis"]["range"], 401)

    def curves(at):
        return weights[:, None] * norm.pdf(at, means, np.sqrt(covariances[:, 0]))

    weights, parts = np.asarray(weights), grids and grids(x)
    if parts is None:
        parts, peak = curves(x), curves(means[:, 0]).sum(axis=0).max()
    else:
        peak = grids(*templates.density_nodes(points)).sum(axis=0).max()
    span = template["layout"]["yaxis"]["range"]
    if peak > span[1]:  # a density sharper than the axis is tall
        template["layout"]["yaxis"]["range"] = [end * 1.25 * peak / span[1] for end in span]
    histogram |= {name: np.array(histogram[name]) for name in ("x", "y", "width")}
    whole |= {"x": x, "y": parts.sum(axis=0)}
    opacities = _opacities(weights)
    components = [
        component
        | {
            "x": x,
            "y": parts[g],
            "opacity": opacities[g],
            "meta": component["meta"] | {"component": int(owners[g])},
            "line": component["line"] | {"color": style.color(owners[g], theme), "dash": style.dash(owners[g], theme)},
            "hovertemplate": f"component {owners[g] + 1}: %{{y:.3g}}<extra></extra>",
        }
        for g in _kept(weights)
    ]
    _fill_points(dots, points[:, 0], np.zeros(len(points)), labels, confidence, theme)
    template["data"] = [histogram, whole, *components, dots]
    return templates.figure(template)


def _nodes(ranges, covariances):
    """The nodes of each axis, more where a Gaussian is thin, and the covariances as they are drawn on them."""
    for cells in (_CELLS, 2 * _CELLS):
        steps = [(high - low) / cells for low, high in ranges]
        if np.linalg.eigvalsh(covariances / np.outer(steps, steps)).min() >= 1:
            break
    return [np.linspace(*ends, cells + 1) for ends in ranges], broadened(covariances, steps)


def _levels(density, unit):
    """A density in powers of two of its unit."""
    return np.log2(np.maximum(density / unit, 2.0**_FLOOR))


def _kept(weights):
    """The Gaussians that are drawn: all, or the heaviest."""
    return np.arange(len(weights)) if len(weights) <= _MOST_DRAWN else np.argsort(-np.asarray(weights), kind="stable")[:_MOST_DRAWN]


def _opacities(weights):
    """How strong each Gaussian is drawn, in six steps: one that loses its points fades away."""
    return np.maximum(0.1, np.ceil(6 * np.minimum(1, np.asarray(weights) * len(weights) / _FULL)) / 6)


def _ellipses(trace, kept, means, covariances, owners, opacities, deviations, theme):
    """Outlines of Gaussians, gathered by what a trace has but one of: owner, opacity and standard deviation."""
    gathered = {}
    for g in kept:
        for r in deviations:
            gathered.setdefault((owners[g], opacities[g], r), []).append(ellipse(means[g], covariances[g], r))
    return [_look(trace, *key, theme) | dict(zip("xy", np.concatenate(loops).T)) for key, loops in gathered.items()]


def _look(trace, owner, opacity, deviations, theme):
    """An outline in the colour of its owner, thinner further out."""
    line = trace["line"] | {
        "color": style.color(owner, theme),
        "dash": style.dash(owner, theme),
        "width": trace["line"]["width"] / deviations,
    }
    return trace | {"opacity": opacity, "line": line, "meta": trace["meta"] | {"component": int(owner), "deviations": deviations}}


def _outline(trace, nodes, density, grid, owner, opacity, deviations, theme):
    """Outline of a density that is not Gaussian, holding as much of its grid's mass as that of a Gaussian does."""
    level = np.log2(enclosing_level(grid, 1 - np.exp(-(deviations**2) / 2)))
    look = _look(trace, owner, opacity, deviations, theme)
    return {
        "type": "contour",
        "x": nodes[0],
        "y": nodes[1],
        "z": np.log2(np.maximum(density, 1e-300)),
        "showscale": False,
        "autocontour": False,
        "contours": {"start": level, "end": level, "size": 1, "coloring": "none"},
        "hoverinfo": "skip",
        "opacity": opacity,
        "line": look["line"] | {"smoothing": 0},
        "meta": look["meta"] | {"role": "outline"},
    }


def _arrow(trace, start, end, opacity, short):
    """An arrow that ends some pixels before its goal."""
    head = {
        "symbol": "arrow",
        "size": [0, 10],
        "angleref": "previous",
        "standoff": [0, short],
        "color": trace["line"]["color"],
        "opacity": 1,
        "line": {"width": 0},
    }
    return trace | {"mode": "lines+markers", "x": [start[0], end[0]], "y": [start[1], end[1]], "opacity": opacity, "marker": head}


def enclosing_level(grid, share):
    """The density above which this share of a grid's mass lies."""
    ordered = np.sort(grid, axis=None)[::-1]
    mass = np.cumsum(ordered)
    return ordered[np.searchsorted(mass, share * mass[-1])]


def ellipse(mean, covariance, deviations=1.0, n=96):
    """Outline (n + 2, 2) of a 2-D Gaussian at some standard deviations; a NaN row at its end lifts the pen."""
    angle = 2 * np.pi * (np.arange(n + 1) % n) / n
    width = np.sqrt(max(covariance[0][0], 0))
    slope = covariance[0][1] / width if width > 0 else 0.0
    rest = np.sqrt(max(covariance[1][1] - slope**2, 0))
    around = np.stack([width * np.cos(angle), slope * np.cos(angle) + rest * np.sin(angle)], axis=1)
    return np.concatenate([mean + deviations * around, [[np.nan, np.nan]]])


def _fill_points(trace, x, y, labels, confidence, theme):
    """Rows coloured by their component, from neutral to sure; neutral without labels."""
    n = len(x)
    if labels is None:
        look = {"color": [style.NEUTRAL[theme]] * n, "symbol": ["circle"] * n}
        text = [f"row {i + 1}" for i in range(n)]
    else:
        look = {"color": [style.mix(j, c, theme) for j, c in zip(labels, confidence)], "symbol": [style.symbol(j) for j in labels]}
        text = [f"row {i + 1}: component {j + 1}, {style.percent(c)}" for i, (j, c) in enumerate(zip(labels, confidence))]
    trace |= {"x": x, "y": y, "text": text}
    trace["marker"] |= look
