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

from . import experiment as experiments
from .literal import literal
from .lookup import of_models
from .saved import Saved

_ROOT = Path(__file__).parents[2]
_VERSION = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
_WIDTH = 110


def script(experiment, iteration):
    """A Python file that makes a run again up to an iteration."""
    cells = [*_cells(experiment, iteration), *_mixture(experiment), *_prediction(experiment)]
    title, about = _about(_title(experiment), iteration)
    about = f'"""{title}\n\n{about}"""'
    blocks = [f"{_comment(text)}\n{code}" for text, code in cells]
    return "\n\n".join([about, _imports(experiment, cells), *blocks]) + "\n"


def notebook(experiment, iteration):
    """The script as a Jupyter notebook (JSON text), with the figures of the app."""
    import nbformat.v4 as nb  # loads slowly, and few people export a notebook

    cells = [*_cells(experiment, iteration), *_mixture(experiment), *_prediction(experiment), *_figures(experiment)]
    title, about = _about(experiment.title, iteration)
    content = [nb.new_markdown_cell(f"# {literal(title)}\n\n{about}"), nb.new_code_cell(_imports(experiment, cells))]
    for text, code in cells:
        content += [nb.new_markdown_cell(text), nb.new_code_cell(code)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb.writes(nb.new_notebook(cells=content, metadata={"kernelspec": kernel}))


def scikit_learn(experiment, iteration):
    """A Python file, without mixes, that makes the mixture of an iteration as a scikit-learn ``GaussianMixture``."""
    parameters = experiment.parameters(iteration)
    if parameters.to_gaussian_mixture() is None:
        raise ValueError(f"{experiment.entry.title}: there is no equal in scikit-learn; choose the parameters or the script.")
    features = experiment.dataset.features
    everything = View(np.eye(len(features)), np.zeros(len(features)), features)
    weights, means, covariances, owners = parameters.gaussians(everything)
    blocks = [
        f'"""{_title(experiment)}: iteration {iteration}, as a scikit-learn mixture.\n\n'
        f'Written by mixes {_VERSION}, in the units of the table. It needs scikit-learn: pip install scikit-learn\n"""',
        gaussian_mixture_to_python(weights, means, covariances),
        f"features = {_listed(features)}",
    ]
    if len(parameters.network()["nodes"]) > 1:
        blocks.append(f"{_OWNERS}\nowners = {_listed(owners.tolist())}")
    return "\n\n".join(blocks) + "\n"


_OWNERS = """\
# Each of these Gaussians is a path through the layers, and owners[i] is the cluster (counted from 0) of path i.
# Probabilities of the clusters, for rows X: mixture.predict_proba(X) @ np.eye(max(owners) + 1)[owners]"""


def _title(experiment):
    """The title as it may stand in a docstring: a file may have any name."""
    return experiment.title.replace("\\", "\\\\").replace('"', "'")


def _about(title, iteration):
    """A title, and a paragraph on the file."""
    return (
        f"{title}: {iteration} iteration{'' if iteration == 1 else 's'}.",
        f"Written by mixes {_VERSION}. This makes the run of the app again: on the same kind of processor, with the\n"
        "same versions of mixes and of what it needs, to the last digit; elsewhere to the figures that the problem allows.\n\n"
        f"{_INSTALL}\n",
    )


_INSTALL = """\
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
    cells, here = [*_data(experiment), *_saved(experiment), _start(line[0], annealed)], 0
    for before, member in zip(line, line[1:]):
        at = member.forked_at
        changes = "".join(f", {name}={_literal(value)}" for name, value in experiments.changes(member.settings, before.settings).items())
        cells.append((f"On from iteration {at} with other settings.", f"{_steps(at - here)}run = run.fork({at}{changes})"))
        here = at
    cells.append(
        (
            f"Up to iteration {iteration}, and its log-likelihood.",
            f"{_steps(iteration - here)}print(run.state.log_likelihood)  # the app showed {log_likelihood!r}",
        )
    )
    return cells


def _data(experiment):
    settings = experiment.settings
    source = "The data: your own table, which must lie in the folder where this is run." if "read_table(" in settings.code else "The data."
    yield source, f"data = {settings.code}"
    if settings.standardise:
        yield ("Every feature with mean 0 and standard deviation 1.", "scaling = data.standardised()\nX = scaling.transform(data.X)")
    else:
        yield "In the units of the table.", "X = data.X"
    if settings.held_out:
        yield ("Some rows are held out: they are never fitted.", f"rows, held_out = data.split({settings.held_out!r}, random_state=0)")


def _saved(experiment):
    saved = experiment.settings.structure["init"]
    if not isinstance(saved, Saved):
        return
    units = ".rescaled(-scaling.center / scaling.scale, 1 / scaling.scale)" if experiment.settings.standardise else ""
    yield (
        "The parameters to begin with: a saved file, which must lie in the folder where this is run.",
        f'with open({json.dumps(saved.name, ensure_ascii=False)}, encoding="utf-8-sig") as file:\n'
        f"    start = parameters_from_json(file.read()){units}",
    )


def _start(first, annealed):
    """The sentence and code of the first experiment at iteration 0; ``annealed`` if any of its forks is, too."""
    model, starts = experiments.model(first.settings, first.scaling), first.settings.structure["n_init"]
    usual = {**type(model)().get_params(deep=False), "stopping_criterion": stopping_criterion.create_log_lik_criterion()}
    always = {setting.keyword for setting in of_models() if setting.always}
    idle = set() if annealed else {setting.keyword for setting in of_models() if setting.needs == "annealing"}
    values = {name: _literal(getattr(model, name)) for name in first.entry.keywords if name not in idle}
    if isinstance(first.settings.structure["init"], Saved):
        values["init"] = "start"
    arguments = [f"{name}={value}" for name, value in values.items() if name in always or value != _literal(usual[name])]
    name = type(model).__name__
    text = (
        "The model at iteration 0." if starts == 1 else (f"The model at iteration 0 of the best of {starts} starts, each tried to its end.")
    )
    X, held_out = ("X[rows]", ", X_validation=X[held_out]") if first.settings.held_out else ("X", "")
    begin, number = f"run = model.start({X}{held_out})", first.settings.start_number
    if number and starts == 1:
        text = f"The model at iteration 0 of start {number + 1} of its seed."
        wanted = f'{{"start": {number}, "seed": model.seeds({number + 1})[{number}]}}'
        begin = f"run = selection.run_of(model, {X}, {wanted}{held_out})"
    return text, f"{_filled(', '.join(arguments) + ')', f'model = {name}(')}\n{begin}"


def _mixture(experiment):
    name = type(experiment.run.model).__name__
    units = ".rescaled(scaling.center, scaling.scale)" if experiment.settings.standardise else ""
    yield (
        "The mixture, in the units of the table.",
        f"parameters = run.state.parameters{units}\nmixture = {name}.from_parameters(parameters)\nprint(mixture.means_)",
    )


def _prediction(experiment):
    held_out = ", held_out=held_out" if experiment.settings.held_out else ""
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
    rows = "data.X[rows]" if settings.held_out else "data.X"
    features = ', features="pca"' if len(experiment.dataset.features) > 2 else ""
    scale = ", held_out_scale=len(rows) / len(held_out)" if settings.held_out else ""
    yield "Its density.", f"plots.density(mixture, {rows}{features}, names=data.features)"
    yield "How the log-likelihood went.", f"plots.log_likelihood(run.trace{scale})"


def _imports(experiment, cells):
    code = "\n".join(code for _, code in cells)
    model = type(experiment.run.model)
    own = model.__name__ in mixes.__all__
    names = [
        *([model.__name__] if own else []),
        "datasets",
        *(name for name in ("plots", "selection", "stopping_criterion") if f"{name}." in code),
        *(name for name in ("parameters_from_json",) if name in code),
    ]
    foreign = "" if own else f"\nfrom {model.__module__} import {model.__name__}"
    return f"from mixes import {', '.join(names)}{foreign}"


def _steps(count):
    return f"for _ in range({count}):\n    run.step()\n" if count > 0 else ""


def _literal(value):
    """Code that gives the value of a setting."""
    if isinstance(value, stopping_criterion.LogLikelihoodCriterion):
        return f"stopping_criterion.create_log_lik_criterion({value.threshold!r})"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _listed(values):
    """Code of a list, on as many lines as it needs."""
    return pprint.pformat(list(values), width=_WIDTH, compact=True)


def _comment(text):
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")


def _filled(text, head):
    """``head`` and code, on several lines where one is too short."""
    return textwrap.fill(f"{head}{text}", _WIDTH, subsequent_indent=" " * len(head), break_long_words=False, break_on_hyphens=False)
