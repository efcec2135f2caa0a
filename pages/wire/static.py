"""The parts of a run's picture that the player is sent once, as they stay while the run plays. No Streamlit in here."""

from mixes.cluster import ClusterWalk
from mixes.plots import style, templates
from pages.work import hands, run_ids
from pages.work.measured import words
from pages.work.wording import told

from . import parameter_table, rows
from .encoding import encoded, placed

_BY_WORKERS = "Waiting for the workers of the cluster."


def static(experiment, view, start, ghosts=()):
    """The parts of the picture that stay while a run plays."""
    points = rows.points(experiment, view, 0)
    dimension = points.shape[1]
    state, now = experiment.run.trace[0], experiment.run.state.parameters
    network = now.network()
    density = templates.density_1d if dimension == 1 else templates.density_2d
    parent = None
    if experiment.parent is not None and experiment.parent.clusters == experiment.clusters:  # else its rows have other paths
        upto = experiment.forked_at - bool(experiment.edit)
        parent = {"run": run_ids.of_view(experiment.parent.id, view), "upto": upto} if upto >= 0 else None
    return {
        "title": experiment.title,
        "told": told(experiment),
        "n": len(experiment.run.X),
        "shown": len(points),
        "dimension": dimension,
        "moving_points": view.moving,
        "points": {**placed(points), "id": encoded(experiment.numbers, "<i4")},
        "components": experiment.most_clusters,
        "palette": style.PALETTE,
        "symbols": style.SYMBOLS,
        "neutral": style.NEUTRAL,
        "ramp": style.RAMP,
        "figures": {
            "density": density(points, names=view.names),
            "curve": templates.log_likelihood(annealed=state.inverse_temperature < 1),
        },
        "network": {
            "layers": [experiment.most_clusters, *map(len, network["nodes"][1:])],
            "independent": len(network["nodes"]) > 1 and not network["edges"],
            "paths": view.paths(now).tolist(),
        },
        "classes": list(experiment.dataset.label_names),
        "table": {"columns": parameter_table.columns(experiment, view), "note": parameter_table.note(experiment, view)},
        "metrics": words(experiment),
        "max_iter": experiment.run.model.max_iter,
        "start": start,
        "parent": parent,
        "edits": hands.offered(experiment, view),
        "ghosts": [{"name": style.literal(ghost.name), "log_likelihood": ghost.run.trace.log_likelihood.tolist()} for ghost in ghosts],
        "objective_notes": templates.OBJECTIVE,
        "objective_reasons": templates.REASONS,
        "log_likelihood_note": "of the standardised rows" if experiment.settings.standardise else "of the rows",
        "awaited": _BY_WORKERS if isinstance(experiment.run.rows.walk, ClusterWalk) else "The next iteration is being computed.",
    }
