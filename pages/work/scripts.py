"""An experiment as Python code: script, notebook, and its mixture for scikit-learn.

No Streamlit in here. A script writes down what `experiment.begin` and `experiment.fork` did, and so makes the same
numbers, as far as `_about` promises.
"""

import ast
import json
import pprint
import textwrap
import tomllib
from pathlib import Path

import numpy as np

import mixes
from mixes import View, stopping_criterion
from mixes.scikit_learn import gaussian_mixture_to_python

from . import experiment as experiments, folder
from .literal import literal
from .lookup import of_models
from .models import MODELS
from .saved import Saved

_ROOT = Path(__file__).parents[2]
_VERSION = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
_WIDTH = 110


def script(experiment, iteration):
    """A Python file that makes a run again up to an iteration."""
    cells = [*_cells(experiment, iteration), *_mixture(experiment), *_prediction(experiment)]
    return program(*_about(experiment.title, iteration), [type(experiment.run.model)], cells)


def program(title, about, models, cells):
    """A Python file of pairs (a sentence, code), which speak of some classes of models, below a title and a paragraph."""
    blocks = [f"{_comment(text)}\n{code}" for text, code in cells]
    return "\n\n".join([f'"""{_quotable(title)}\n\n{about}"""', _imports(models, cells), *blocks]) + "\n"


def notebook(experiment, iteration):
    """The script as a Jupyter notebook (JSON text), with the figures of the app."""
    import nbformat.v4 as nb  # loads slowly, and few people export a notebook

    cells = [*_cells(experiment, iteration), *_mixture(experiment), *_prediction(experiment), *_figures(experiment)]
    title, about = _about(experiment.title, iteration)
    content = [nb.new_markdown_cell(f"# {literal(title)}\n\n{about}"), nb.new_code_cell(_imports([type(experiment.run.model)], cells))]
    for text, code in cells:
        content += [nb.new_markdown_cell(text), nb.new_code_cell(code)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb.writes(nb.new_notebook(cells=content, metadata={"kernelspec": kernel}))


def scikit_learn(experiment, iteration):
    """A Python file, without mixes, that makes the mixture of an iteration as a scikit-learn ``GaussianMixture``."""
    parameters = experiment.parameters(iteration)
    mixture = parameters.to_gaussian_mixture()
    if mixture is None:
        raise ValueError(f"{experiment.entry.title}: there is no equal in scikit-learn; choose the parameters or the script.")
    features = experiment.dataset.features
    everything = View(np.eye(len(features)), np.zeros(len(features)), features)
    *_, owners = parameters.gaussians(everything)
    blocks = [
        f'"""{_quotable(experiment.title)}: iteration {iteration}, as a scikit-learn mixture.\n\n'
        f'Written by mixes {_VERSION}, in the units of the table. It needs scikit-learn: pip install scikit-learn\n"""',
        gaussian_mixture_to_python(mixture.weights_, mixture.means_, mixture.covariances_, mixture.covariance_type),
        f"features = {_listed(features)}",
    ]
    if len(parameters.network()["nodes"]) > 1:
        blocks.append(f"{_OWNERS}\nowners = {_listed(owners.tolist())}")
    return "\n\n".join(blocks) + "\n"


_OWNERS = """\
# Each of these Gaussians is a path through the layers, and owners[i] is the cluster (counted from 0) of path i.
# Probabilities of the clusters, for rows X: mixture.predict_proba(X) @ np.eye(max(owners) + 1)[owners]"""


def _quotable(title):
    """A title as it may stand in a docstring: a file may have any name."""
    return title.replace("\\", "\\\\").replace('"', "'")


def _about(title, iteration):
    """A title, and a paragraph on the file."""
    return f"{title}: {iteration} iteration{'' if iteration == 1 else 's'}.", f"{written('run')}{INSTALL}\n"


def written(what):
    """Sentences on how far a file makes something of the app again."""
    return (
        f"Written by mixes {_VERSION}. This makes the {what} of the app again: on the same kind of processor, with the\n"
        "same versions of mixes and of what it needs, to the last digit; elsewhere to the figures that the problem allows.\n\n"
    )


INSTALL = """\
It needs Python 3.11 or newer and the library mixes. In the folder that the app came in, beside pyproject.toml:
    pip install '.[plots,tables]'"""


def _lineage(experiment, iteration):
    """The experiments that led to an iteration: the first one, then the forks."""
    while experiment.parent and iteration < experiment.forked_at:
        experiment = experiment.parent
    line = [experiment]
    while line[0].parent:
        line.insert(0, line[0].parent)
    return line


def _cells(experiment, iteration):
    """Pairs (a sentence, code) that run EM up to an iteration."""
    line = _lineage(experiment, iteration)
    annealed = any(member.settings.steering["use_annealing"] for member in line)
    log_likelihood = experiment.run.trace[iteration].log_likelihood
    cells, here = [*data_cells(experiment.settings), *saved_cells(experiment.settings), _start(line[0], annealed)], 0
    for before, member in zip(line, line[1:]):
        at = member.forked_at
        changes = "".join(f", {name}={code_of(value)}" for name, value in experiments.changes(member.settings, before.settings).items())
        how = "with other settings"
        if member.edit:
            how = "after an edit by hand"
            changes = f', "{member.edit}"{", scaling=scaling" if member.settings.standardise else ""}{changes}'
        cells.append((f"On from iteration {at} {how}.", f"{_steps(at - here)}run = run.fork({at}{changes})"))
        here = at
    cells.append(
        (
            f"Up to iteration {iteration}, and its log-likelihood.",
            f"{_steps(iteration - here)}print(run.state.log_likelihood)  # the app showed {log_likelihood!r}",
        )
    )
    return cells


def data_cells(settings):
    """Pairs (a sentence, code) that give the data of some settings as X, and which rows are held out."""
    source, rows = "The data.", "data.all_rows" if _by_chunks(settings) else "data.X"
    if settings.dataset_key.startswith(folder.KEY):
        source = "The data: a table of the server's folder; elsewhere, say where it lies."
    elif "read_table(" in settings.code:
        source = "The data: your own table, which must lie in the folder where this is run."
    yield source, f"data = {settings.code}"
    if settings.standardise:
        yield ("Every feature with mean 0 and standard deviation 1.", f"scaling = data.standardised()\nX = scaling.transform({rows})")
    else:
        yield "In the units of the table.", f"X = {rows}"
    if settings.held_out:
        yield ("Some rows are held out: they are never fitted.", f"rows, held_out = data.split({settings.held_out!r}, random_state=0)")


def _by_chunks(settings):
    """Whether the rows are read chunk by chunk."""
    return settings.code.startswith("datasets.open_table(") and not settings.code.endswith(".sampled()")


def saved_cells(settings):
    """The same of a file of parameters, if they begin with one."""
    saved = settings.structure["init"]
    if not isinstance(saved, Saved):
        return
    units = ".rescaled(-scaling.center / scaling.scale, 1 / scaling.scale)" if settings.standardise else ""
    yield (
        "The parameters to begin with: a saved file, which must lie in the folder where this is run.",
        f'with open({json.dumps(saved.name, ensure_ascii=False)}, encoding="utf-8-sig") as file:\n'
        f"    start = parameters_from_json(file.read()){units}",
    )


def _start(first, annealed):
    """The sentence and code of the first experiment at iteration 0; ``annealed`` if any of its forks is, too."""
    starts = first.settings.structure["n_init"]
    text = (
        "The model at iteration 0." if starts == 1 else (f"The model at iteration 0 of the best of {starts} starts, each tried to its end.")
    )
    X, held_out = ("X[rows]", ", X_validation=X[held_out]") if first.settings.held_out else ("X", "")
    if held_out and _by_chunks(first.settings):
        X, held_out = "tables.taken(X, rows)", ", X_validation=tables.taken(X, held_out)"
    begin, number = f"run = model.start({X}{held_out})", first.settings.start_number
    if number and starts == 1:
        text = f"The model at iteration 0 of start {number + 1} of its seed."
        wanted = f'{{"start": {number}, "seed": model.seeds({number + 1})[{number}]}}'
        begin = f"run = selection.run_of(model, {X}, {wanted}{held_out})"
    return text, f"{model_code(first.settings, annealed, 'model = ')}\n{begin}"


def model_code(settings, annealed, head="", stops=True):
    """Code that makes the estimator of some settings, after a ``head``: what is not the model's default."""
    entry, init = MODELS[settings.model], settings.structure["init"]
    usual = {**entry.model().get_params(deep=False), "stopping_criterion": stopping_criterion.create_log_lik_criterion()}
    criterion = stopping_criterion.create_log_lik_criterion(settings.threshold) if stops else None
    values = usual | settings.structure | settings.steering | {"stopping_criterion": criterion}
    code = {name: code_of(values[name]) for name in entry.keywords} | ({"init": "start"} if isinstance(init, Saved) else {})
    always = {setting.keyword for setting in of_models() if setting.always}
    idle = set() if annealed else {setting.keyword for setting in of_models() if setting.needs == "annealing"}
    told = [f"{name}={text}" for name, text in code.items() if name not in idle and (name in always or text != code_of(usual[name]))]
    return filled(", ".join(told) + ")", f"{head}{entry.model.__name__}(")


def _mixture(experiment):
    name = type(experiment.run.model).__name__
    units = ".rescaled(scaling.center, scaling.scale)" if experiment.settings.standardise else ""
    yield (
        "The mixture, in the units of the table.",
        f"parameters = run.state.parameters{units}\nmixture = {name}.from_parameters(parameters)\nprint(mixture.means_)",
    )


def _prediction(experiment):
    held_out = ", held_out=held_out" if experiment.settings.held_out else ""
    if _by_chunks(experiment.settings):
        yield (
            "The component of every row, counted from 0, and its log density; so for other files with the same columns.",
            "components = mixture.predict(data.all_rows)\ndensities = mixture.score_samples(data.all_rows)\nprint(components, densities)",
        )
        return
    yield (
        "Every row of the table with its component, counted from 1, the probability of each, and its log density; "
        'labelled.to_csv("rows.csv", index=False) writes a file.',
        f"labelled = datasets.labelled(data, mixture{held_out})\nprint(labelled)",
    )
    yield (
        "The same for new rows: those of a file with the same columns, in the units of the table.",
        f"def predict(filename):\n    table = datasets.read_table(filename{_reading(experiment.settings.code)})\n"
        "    return datasets.labelled(table, mixture, data.features, data.fill)",
    )


def _reading(code):
    """Code of the options with which the code of some data reads its table."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and ast.unparse(node.func) == "datasets.read_table"]
    return "".join(f", {ast.unparse(option)}" for call in calls for option in call.keywords)


def _figures(experiment):
    settings = experiment.settings
    rows = "data.X[rows]" if settings.held_out and not _by_chunks(settings) else "data.X"
    features = ', features="pca"' if len(experiment.dataset.features) > 2 else ""
    scale = ", held_out_scale=len(rows) / len(held_out)" if settings.held_out else ""
    yield "Its density.", f"plots.density(mixture, {rows}{features}, names=data.features)"
    yield "How the log-likelihood went.", f"plots.log_likelihood(run.trace{scale})"


def _imports(models, cells):
    code = "\n".join(code for _, code in cells)
    own = sorted(model.__name__ for model in models if model.__name__ in mixes.__all__)
    names = [
        *own,
        *(name for name in ("datasets", "plots", "selection", "stopping_criterion", "tables") if f"{name}." in code),
        *(name for name in ("parameters_from_json",) if name in code),
    ]
    foreign = "".join(f"\nfrom {model.__module__} import {model.__name__}" for model in models if model.__name__ not in own)
    return f"from mixes import {', '.join(names)}{foreign}"


def _steps(count):
    return f"for _ in range({count}):\n    run.step()\n" if count > 0 else ""


def code_of(value):
    """Code that gives the value of a setting."""
    if isinstance(value, stopping_criterion.LogLikelihoodCriterion):
        return f"stopping_criterion.create_log_lik_criterion({value.threshold!r})"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _listed(values):
    """Code of a list, on as many lines as it needs."""
    return pprint.pformat(list(values), width=_WIDTH, compact=True)


def _comment(text):
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")


def filled(text, head):
    """``head`` and code, on several lines where one is too short."""
    return textwrap.fill(f"{head}{text}", _WIDTH, subsequent_indent=" " * len(head), break_long_words=False, break_on_hyphens=False)
