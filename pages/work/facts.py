"""What lessons may ask of the page and tell: one flat list of facts. No Streamlit in here."""

import numpy as np

from mixes.metrics import METRICS

from .measured import measured
from .values import named

# facts by name, and what each is
OF_SETTINGS = {
    "data": "name of the data set, or kind of what is generated",
    "n": "rows that are fitted",
    "noise": "of what is generated",
    "data_seed": "of what is generated",
    "standardise": "features have standard deviation 1 for the fit",
    "held_out": "share of the rows held out",
    "model": "GMM, SkewGMM, DGMM or GMN",
    "k": "components, or those of the first layer",
    "sizes": "components of each layer",
    "dims": "factors of each layer",
    "skewness": "kind of skewness",
    "init": "random, kmeans or saved",
    "seed": "of the start",
    "n_init": "starts, of which the best is shown",
    "annealing": "it is on",
    "shapes": "held or free, while v is low",
    "start_v": "inverse temperature of the first iteration",
    "epsilon": "variance regularisation",
    "rate": "update rate",
    "max_iter": "most iterations",
    "threshold": "below which it stops",
}
OF_RUN = {
    "iteration": "that is shown",
    "half": "E or M",
    "temperature": "inverse temperature v there",
    "log_likelihood": "of the parameters that are shown",
    "objective": "what EM raises there",
    "log_likelihood_before": "of the iteration before",
    "parameters": "how many numbers the model has",
    "gain": "of log-likelihood in this iteration",
    "steepest": "the iteration, after the first, that gains most log-likelihood",
    "fell": "iterations so far in which the log-likelihood fell",
    "converged": "the stopping rule holds there",
    "ended": "the run has ended, and its end is shown",
    "known": "iterations there are",
    "held_out_best": "the iteration that predicts held-out rows best",
    "held_out_score": "log-likelihood of held-out rows there, scaled to the fitted rows",
    "events": "kinds of events so far",
    "edited": "a component was taken in hand",
    "log_likelihood_edited": "right after the last edit by hand",
    "weights": "of the clusters",
    "aic": "AIC",
    "bic": "BIC",
    "icl": "ICL",
    "ari": "adjusted Rand index, where classes are known",
    "accuracy": "share of rows in the right cluster, where classes are known",
    "certainty": "mean of the largest responsibility of the drawn rows",
    "unsure": "drawn rows whose largest responsibility is below 0.95",
}
OF_COMPONENTS = {  # of a model of one layer
    "means": "of the components, feature by feature, in the units of the table",
    "correlations": "of the first two features within each component",
    "near": "for each mean, fitted rows within 0.3 standard deviations of the data of it, in every feature",
}
OF_BOUND = {  # dear, and of a model of one layer too
    "bound": "the lower bound of the log-likelihood that the last E half-step made, for the parameters that are shown; while v is 1",
}
OF_STEP = {
    "runs": "runs that were seen in this step",
    "best": "the highest log-likelihood at the end of one of them",
    "forked": "the run was changed while it learned",
    "guessed": "what was guessed, or an empty text",
}
OF_POINT = {
    "picked": "a row is picked",
    "picked_row": "its number in the table, from 1",
    "picked_certainty": "largest responsibility for it",
    "picked_density": "density there, in the units of the table",
    "picked_density_rank": "1 is the lowest of the rows that are fitted",
    "picked_density_share": "of the highest density of a row",
    "hovered_layer": "layer of the node that is looked at, from 1",
    "hovered_path": "a link between two nodes is looked at",
    "node_weight": "weight of the node that is looked at",
    "path_weight": "probability of that link and its upper node",
    "group_weight": "probability of its lower node",
    "part_weight": "probability of its upper node",
}
FACTS = OF_SETTINGS | OF_RUN | OF_COMPONENTS | OF_BOUND | OF_STEP | OF_POINT
_SURE, _NEAR = 0.95, 0.3
_MEASURES = {"aic": "AIC", "bic": "BIC", "icl": "ICL", "ari": "ARI", "accuracy": "accuracy"}


def of_settings(settings, data):
    """Facts of the settings; ``data`` are values of the settings of the data, by name."""
    values = named(settings)
    sizes = tuple(settings.structure.get("layer_sizes", ())) or (settings.structure["n_components"],)
    return {
        "data": data.get("kind") if data.get("source") == "Generated" else data.get("built_in"),
        "noise": data.get("noise"),
        "data_seed": data.get("data_seed"),
        "standardise": settings.standardise,
        "held_out": settings.held_out,
        "model": settings.model,
        "k": sizes[0],
        "sizes": sizes,
        "dims": tuple(settings.structure.get("layer_dims", ())),
        "skewness": values.get("skewness"),
        "init": values["init"],
        "seed": settings.structure["random_state"],
        "n_init": settings.structure["n_init"],
        "annealing": values["annealing"],
        "shapes": values["shapes"],
        "start_v": values["start_v"] if values["annealing"] else None,
        "epsilon": values["regularisation"],
        "rate": values["rate"],
        "max_iter": values["max_iter"],
        "threshold": values["threshold"],
    }


def of_run(experiment, iteration, half):
    """Facts of a run at an iteration and half-step; after an E half-step the parameters are those of the iteration before."""
    trace, shown = experiment.run.trace, max(iteration - (half == "E"), 0)
    state, log_likelihood = trace[shown], trace.log_likelihood
    gains = np.diff(log_likelihood)
    held_out = trace.log_likelihood_validation * experiment.held_out_scale
    best = int(np.nanargmax(held_out)) if np.isfinite(held_out).any() else None
    numbers = measured(experiment, state)
    end = experiment.end
    edits = [state.log_likelihood for state in trace[: iteration + 1] if any(event.kind == "edited" for event in state.events)]
    certainty = experiment.run.watched_at(iteration).max(axis=1) if half == "E" or iteration else None
    return {
        "n": len(experiment.run.X),
        "iteration": iteration,
        "half": half,
        "temperature": trace[iteration].inverse_temperature,
        "log_likelihood": state.log_likelihood,
        "log_likelihood_before": trace[shown - 1].log_likelihood if shown else None,
        "objective": state.objective,
        "parameters": state.parameters.n_parameters,
        "gain": float(gains[shown - 1]) if shown else None,
        "steepest": int(gains[1:].argmax()) + 2 if len(gains) > 1 else None,
        "fell": int((gains[:shown] < 0).sum()),
        "converged": bool(state.converged),
        "ended": end is not None and iteration == end["iteration"] and half == "M",
        "known": len(trace) - 1,
        "held_out_best": best,
        "held_out_score": None if best is None else float(held_out[shown]),
        "events": tuple({event.kind for state in trace[: iteration + 1] for event in state.events}),
        "edited": bool(edits),
        "log_likelihood_edited": edits[-1] if edits else None,
        "weights": tuple(np.bincount(state.parameters.paths()[:, 0], state.parameters.weights).tolist()),
        "certainty": None if certainty is None else float(certainty.mean()),
        "unsure": None if certainty is None else int((certainty < _SURE).sum()),
        **{name: numbers[METRICS[metric].name] for name, metric in _MEASURES.items() if metric in numbers},
    }


def of_components(experiment, iteration, half):
    """Facts of each component of a model of one layer."""
    if "n_components" not in experiment.settings.structure:
        return {}
    run, shown, X = experiment.run, max(iteration - (half == "E"), 0), _in_memory(experiment)
    parameters, told, scale = run.trace[shown].parameters, experiment.parameters(shown), X.std(axis=0)
    found = {
        "means": tuple(map(tuple, told.means.tolist())),
        "near": tuple(int((abs(X - mean) < _NEAR * scale).all(axis=1).sum()) for mean in parameters.means),
    }
    if X.shape[1] > 1:
        (a, b), c = told.covariances[:, [0, 1], [0, 1]].T, told.covariances[:, 0, 1]
        found["correlations"] = tuple((c / np.sqrt(a * b)).tolist())
    return found


def of_bound(experiment, iteration, half):
    """The bound that the last E half-step of a model of one layer made, if there was one without annealing."""
    trace, shown = experiment.run.trace, max(iteration - (half == "E"), 0)
    made = not trace[iteration].given and trace[shown].inverse_temperature == trace[iteration].inverse_temperature == 1
    if not made or "n_components" not in experiment.settings.structure:
        return {}
    gap = trace[shown].objective - experiment.run.bound_at(iteration, half)  # also with the regularisation, which both have
    return {"bound": trace[shown].log_likelihood - gap}


def of_point(experiment, iteration, half, looked):
    """Facts of what is looked at: ``looked`` has a drawn row ("point"), and a node, or a link, of the network ("focus"), or None."""
    point, focus = looked.get("point"), looked.get("focus")
    network = experiment.run.trace[max(iteration - (half == "E"), 0)].parameters.network()
    if point is not None and point >= len(experiment.shown):  # a browser can say anything
        point = None
    if focus is not None and not _is_there(network, focus):
        focus = None
    found = {"picked": point is not None, "hovered_path": focus is not None and focus.get("from") is not None}
    if focus is not None:
        found["hovered_layer"] = focus["layer"] + 1
        found |= _weights(network, focus)
    if point is None:
        return found
    shown = max(iteration - (half == "E"), 0)
    run, parameters = experiment.run, experiment.run.trace[shown].parameters
    row, X = experiment.shown[point], _in_memory(experiment)
    own = row if run.rows.in_memory else len(X)
    X = X if run.rows.in_memory else np.vstack([X, experiment.drawn[[point]]])
    densities = run.model.from_parameters(parameters).score_samples(X) - np.log(experiment.scaling.scale).sum()
    return found | {
        "picked_row": int(experiment.rows[row]) + 1,
        "picked_certainty": float(run.responsibilities_at(iteration, experiment.drawn[[point]]).max()),
        "picked_density": float(np.exp(densities[own])),
        "picked_density_rank": int((densities < densities[own]).sum()) + 1,
        "picked_density_share": float(np.exp(densities[own] - densities.max())),
    }


def _in_memory(experiment):
    """The rows that are fitted; of what is read chunk by chunk a sample."""
    return experiment.run.X if experiment.run.rows.in_memory else experiment.seen


def _is_there(network, focus):
    """Whether a network has a node, and the node of the layer before that a link comes from."""
    nodes, layer, lower = network["nodes"], focus["layer"], focus.get("from")
    there = layer < len(nodes) and focus["node"] < len(nodes[layer])
    return there and (lower is None or 0 < layer and lower < len(nodes[layer - 1]))


def _weights(network, focus):
    """The weights of a node of the network that is looked at, or behind a link between two."""
    layer, node, lower = focus["layer"], focus["node"], focus.get("from")
    own = network["nodes"][layer][node]
    if lower is None:
        return {"node_weight": own}
    group, edges = network["nodes"][layer - 1][lower], network["edges"]
    return {"path_weight": own * (edges[layer - 1][lower][node] if edges else group), "group_weight": group, "part_weight": own}
