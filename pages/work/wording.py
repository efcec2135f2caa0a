"""Settings in words: what a comparison's titles and its table of settings say."""

import numpy as np

from .lookup import of_models

_MOST_FEATURES, _MOST_NOTES = 8, 3  # that are told
_MUCH = 0.1  # of a variance
_MOST_PARTS = 3  # of a title; the rest stands in the table of settings that differ


def differences(settings):
    """The settings that differ.

    Parameters
    ----------
    settings : sequence of Settings

    Returns
    -------
    list of (name, list of str)
        One text for each of the settings given; "–" where a model does not have the setting.
    """
    rows = [(words.name, [words.in_table(s) for s in settings]) for words in _words()]
    return [(name, [text or "–" for text in texts]) for name, texts in rows if len(set(texts)) > 1]


def told(experiment):
    """All that is set of an experiment, and what there is to know of the data, in one line: read where the settings are away."""
    settings, (n, d) = experiment.settings, experiment.dataset.all_rows.shape
    names = experiment.dataset.features
    features = ", ".join(names[:_MOST_FEATURES]) + (f" and {d - _MOST_FEATURES:,} more" if d > _MOST_FEATURES else "")
    rows = [(words.name, words.in_table(settings)) for words in _words()]
    rows += [("standardised", "yes" if settings.standardise else "no"), ("rows held out", f"{settings.held_out:.0%}")]
    rows += [("free parameters", f"{experiment.run.state.parameters.n_parameters:,}")]
    about = f"{experiment.dataset.name}: {n:,} rows × {d} feature{'s' if d > 1 else ''} ({features})"
    notes, more = experiment.dataset.notes[:_MOST_NOTES], len(experiment.dataset.notes) - _MOST_NOTES
    said = [note.rstrip(".") for note in notes] + [f"{more:,} more notes"] * (more > 0)
    return " · ".join([about, *(f"{name}: {text}" for name, text in rows if text), *said])


def too_many_factors(dims, d):
    """Why each layer of a network that is too wide cannot be, for the factors of its layers and the features of the data."""
    said = []
    for number, (dim, below) in enumerate(zip(dims, (d, *dims)), 1):
        if dim > below:
            what = f"the data have {below} feature{'s' if below > 1 else ''}" if number == 1 else f"layer {number - 1} has {below}"
            said.append((number, f"Layer {number} can have at most {below} factor{'s' if below > 1 else ''}, as {what}."))
    return said


def drowned(experiment):
    """A sentence where regularisation, a share of the features' mean variance, is much beside that of one of them; else ""."""
    if experiment.settings.standardise or experiment.dataset.image_shape:  # pixels have one unit
        return ""
    rows, share = experiment.run.rows, experiment.run.model.var_regularization
    added, varied = share * rows.variance, np.flatnonzero(rows.variances)
    least = min(varied, key=lambda j: rows.variances[j], default=None)
    if least is None or added < _MUCH * rows.variances[least]:
        return ""
    return (
        f"Regularisation ε = {share:g} adds {added:.2g} to every variance, as it is a share of their mean; that of "
        f"{experiment.dataset.features[least]} is {rows.variances[least]:.2g} without it. Standardise, or let ε be 0 under Steering."
    )


def titles(settings):
    """A short title for each of some settings: what sets it apart from the others, or what they all are."""
    apart = {words.name for words in _words() if len({text for s in settings if (text := words.in_table(s))}) > 1}
    shown = apart or {"model", "components"}
    parts = [[text for words in _words() if words.name in shown and (text := words.in_title(s))] for s in settings]
    return [", ".join(own if len(own) <= _MOST_PARTS else [*own[:_MOST_PARTS], "…"]) for own in parts]


def _words():
    return [setting.words for setting in of_models() if setting.words]
