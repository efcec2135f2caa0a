"""To where a link leads: its run is begun, forked and learned again. No Streamlit in here."""

import time

from . import experiment as experiments
from .values import sized, steered

SECONDS = 20  # that one may wait for a link


class Unmade(ValueError):
    """An edit of a link cannot be made."""


def follow(next_id, dataset, settings, link, known=()):
    """The run of a link, as far as it can be learned in a moment.

    Parameters
    ----------
    next_id : callable
        Gives a new id.
    dataset : Dataset
    settings : Settings
        At the end of the link's stages.
    link : Link
    known : sequence of Experiment
        Runs that are there already; one that is the link's is taken up instead of begun again.

    Returns
    -------
    Experiment
    remarks : list of str

    Raises
    ------
    Unmade
        An edit cannot be made: one sentence.
    """
    ends = time.monotonic() + SECONDS
    stages = [_stage(settings, stage) for stage in link.stages]
    edits = ["", *link.edits]
    wanted = list(zip([0, *link.forks], stages, edits))
    remarks, experiment = [], next((run for run in known if _chain(run) == wanted), None)
    if experiment is None:
        experiment = experiments.begin(next_id("r"), dataset, stages[0])
        for iteration, stage, edit in wanted[1:]:
            reach(experiment, iteration, ends)
            if experiment.newest < iteration:
                what, done = ("edits a component", "edited") if edit else ("changes a setting", "changed")
                remarks.append(f"The link {what} at iteration {iteration}; it is {done} at {experiment.newest}, as far as this run came.")
            try:
                experiment = experiments.fork(next_id("r"), experiment, stage, iteration, edit)
            except ValueError as problem:
                if not edit:
                    raise
                raise Unmade(
                    f"An edit of the link at iteration {iteration} cannot be made, and the run begins anew: {problem}"
                ) from problem
    reach(experiment, link.iteration, ends)
    return experiment, remarks


def _stage(settings, stage):
    """Settings as they are at a stage of a link, which tells the clusters where edits make more or fewer."""
    settings = steered(settings, stage)
    clusters = stage.get("size_1" if "layer_sizes" in settings.structure else "components")
    return settings if clusters is None else sized(settings, clusters)


def reach(experiment, iteration, ends):
    """Let a run learn up to an iteration, until it ends or the clock stands at ``ends``."""
    while experiment.newest < iteration and not experiment.end and time.monotonic() < ends:
        experiment.step()


def chain(experiment):
    """The runs that lead to one, from its start on."""
    runs = [experiment]
    while runs[0].parent is not None:
        before = runs[0].parent
        while before.parent is not None and before.forked_at >= runs[0].forked_at + bool(before.edit):
            before = before.parent  # what was changed there came to nothing
        runs.insert(0, before)
    return runs


def _chain(experiment):
    return [(run.forked_at, run.settings, run.edit) for run in chain(experiment)]


def compared(experiment, link):
    """A sentence on how the log-likelihood differs from that in the link, or why its iteration is not here; else ""."""
    if link.end and experiment.end:
        return ""
    wanted = link.iteration - (link.half == "E")
    if experiment.newest < link.iteration:
        stands = f"has ended at {experiment.newest}" if experiment.end else f"is at {experiment.newest} so far"
        return f"The link stands at {'the end' if link.end else f'iteration {link.iteration}'}; this run {stands}."
    here, there = experiment.run.trace[wanted].log_likelihood, link.log_likelihood
    if there is None or link.remarks or abs(here - there) <= 1e-8 * abs(here):  # with a remark it is another run
        return ""
    table = "the table, its columns or the way it is read are not those of the link; or " if link.awaits else ""
    return (
        f"At iteration {link.iteration} the log-likelihood was {there:.9g} where the link was made, and is {here:.9g} here: {table}"
        "another kind of processor or other versions round differently, and this run is one that rounding moves."
    )
