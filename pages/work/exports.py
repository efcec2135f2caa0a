"""Files that leave the app: what can be taken away of an experiment. No Streamlit in here.

A kind of file is one entry of `KINDS`.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mixes import parameters_to_json
from mixes.datasets import labelled

from .animation import gif
from .measured import measured
from .row_files import rows_file
from .scripts import notebook, scikit_learn, script

CODE = "The same link for the cameras of a room: point one at the screen."
CLASS = "A link of this page without the parts you switch off, with the model locked, at your pace."
LINK = "The address of this page as it stands: whoever opens it sees the same run at the same iteration."


@dataclass(frozen=True)
class Kind:
    """A kind of file, as the player offers it.

    Attributes
    ----------
    label, help : str
        The words on the button, and a sentence beside it.
    make : callable or None
        Of an experiment, an iteration, a view and frames: the end of the file's name, its type and its text. None for what
        the browser makes by itself, as it can without Python.
    possible : callable
        Whether an experiment has such a file.
    """

    label: str
    help: str
    make: Callable | None = None
    possible: Callable = lambda experiment: True


def _rows(kind):
    def make(experiment, iteration, view, frames):
        return f"_iteration_{iteration}_rows.{kind.removeprefix('rows-')}", *rows_file(_labelled(experiment, iteration), kind)

    return make


def _parameters(experiment, iteration, view, frames):
    text = parameters_to_json(experiment.parameters(iteration), experiment.dataset.features)
    return f"_iteration_{iteration}.json", "application/json", text


def _is_in_memory(experiment):
    """Whether all rows of its data are."""
    return experiment.dataset.chunked is None


def _is_gaussian(experiment):
    """Whether its components are, as those of scikit-learn's mixtures."""
    return experiment.run.trace[0].parameters.density_grids(experiment.features(0), np.arange(2.0)) is None


def _animation(experiment, iteration, view, frames):
    return ".gif", "image/gif", f"data:image/gif;base64,{base64.b64encode(gif(frames)).decode()}"


KINDS = {
    "rows-csv": Kind(
        "Rows with components (CSV)",
        "Your table, all rows and columns, with each row's component, probabilities and log density; rows left out say why.",
        _rows("rows-csv"),
        _is_in_memory,
    ),
    "rows-parquet": Kind(
        "Rows with components (Parquet)",
        "The same as a Parquet file, which keeps types and reads faster.",
        _rows("rows-parquet"),
        _is_in_memory,
    ),
    "script": Kind(
        "Script (Python)",
        "A Python file that makes this run again, with the library mixes; its first lines tell how far the numbers agree.",
        lambda experiment, iteration, view, frames: (".py", "text/x-python", script(experiment, iteration)),
    ),
    "notebook": Kind(
        "Notebook (Jupyter)",
        "The same as a Jupyter notebook, with the figures.",
        lambda experiment, iteration, view, frames: (".ipynb", "application/x-ipynb+json", notebook(experiment, iteration)),
    ),
    "parameters": Kind("Parameters (JSON)", "Those of the shown iteration; opened again as a start, they score other rows.", _parameters),
    "scikit-learn": Kind(
        "scikit-learn (Python)",
        "The same mixture as a scikit-learn GaussianMixture, in a Python file.",
        lambda experiment, iteration, view, frames: ("_scikit_learn.py", "text/x-python", scikit_learn(experiment, iteration)),
        _is_gaussian,
    ),
    "trace": Kind(
        "Trace (CSV)",
        "One line per iteration: log-likelihood, objective, temperature and every metric.",
        lambda experiment, iteration, view, frames: ("_trace.csv", "text/csv", trace(experiment).to_csv(index=False)),
    ),
    "link": Kind("Copy link", LINK),
    "qr": Kind("QR code", CODE),
    "class": Kind("For a class", CLASS),
    "picture": Kind("Picture (PNG)", "The density picture as it stands, 1600 by 1200 pixels."),
    "animation": Kind("Animation (GIF)", "The density picture from the start to the shown iteration, for a slide.", _animation),
}  # and the replay: see `pages.wire.replays`


ADDRESS = ("link", "qr", "class")  # of a page, which a replay has not


def offered(experiment, without=()):
    """What the player is told of the files of an experiment."""
    return [_told(kind) for kind, entry in KINDS.items() if kind not in without and entry.possible(experiment)]


def offline():
    """The same of a replay, which has no Python behind it."""
    return [_told(kind) for kind, entry in KINDS.items() if entry.make is None and kind not in ADDRESS]


def _told(kind):
    return {"kind": kind, "label": KINDS[kind].label, "help": KINDS[kind].help}


def file(experiment, kind, iteration, view=None, frames=()):
    """A file of an experiment at an iteration.

    Parameters
    ----------
    experiment : Experiment
    kind : str
        A key of `KINDS`.
    iteration : int
    view : View, optional
        The axes of a replay's picture.
    frames : list of str
        The pictures of an animation, see `animation.gif`.

    Returns
    -------
    name, mime, text : str

    Raises
    ------
    ValueError
        The mixture cannot be written in this way, or the run does not have this iteration.
    """
    if not 0 <= iteration <= experiment.newest:
        raise ValueError(f"iteration is {iteration}; the run has 0 to {experiment.newest}.")
    made = [name for name, entry in KINDS.items() if entry.make]
    if kind not in made:
        raise ValueError(f"kind is {kind!r}; it needs to be {', '.join(made[:-1])} or {made[-1]}.")
    words = re.findall(r"\w+", f"{experiment.settings.model} {experiment.dataset.name}".lower())
    end, mime, text = KINDS[kind].make(experiment, iteration, view, frames)
    return f"{'_'.join(words)}{end}", mime, text  # a script can be imported


def trace(experiment):
    """The run's trace as a DataFrame, with the numbers of the Metrics tab that it does not have itself."""
    frame = experiment.run.trace.to_frame()
    rows = [measured(experiment, state) for state in experiment.run.trace]
    for name in rows[0]:
        column = re.sub(r"\W", "_", name)
        if column not in frame:
            frame.insert(frame.columns.get_loc("converged"), column, [row[name] for row in rows])
    return frame


def _labelled(experiment, iteration):
    """The whole table with what the mixture of an iteration says of each row: see `mixes.datasets.labelled`."""
    mixture = experiment.entry.model.from_parameters(experiment.parameters(iteration))
    held_out = np.setdiff1d(np.arange(len(experiment.dataset.X)), experiment.rows)
    return labelled(experiment.dataset, mixture, held_out=held_out)
