"""The model section of the sidebar. Every control says what it does: see `pages.work.settings`."""

from math import prod

import numpy as np
import streamlit as st

from pages.kept import put, standing, standing_values, value
from pages.session import session
from pages.work.experiment import Settings
from pages.work.literal import literal
from pages.work.lookup import fixed, has, of_models, table
from pages.work.models import MODELS
from pages.work.settings import MOST_LAYERS, SAVED
from pages.work.wording import too_many_factors

from .ask import ask
from .saved_form import ask_file, saved_start
from .sharing_form import ask_sharing

_STEERING = ("annealing", "shapes", "start_v", "regularisation", "rate")
_STOPPING = ("max_iter", "threshold", "stop", "n_init")
_FORKS = "These may change while the model learns: the run goes on from the iteration you see."
_START_OF_LAYERS = "Where learning starts: at the clusters of k-means, at those around random rows, or at a saved model."


def model_form(chosen, form="set", steering_note=_FORKS, pointed=()):
    """Ask for the model and how it learns.

    Parameters
    ----------
    chosen : Chosen
        The data.
    form : str
        What the keys of this form's widgets begin with.
    steering_note : str
        What happens when a setting that steers is changed.
    pointed : collection of str
        Names of settings that are not to be folded away.

    Returns
    -------
    settings : Settings
    problem : str
        Why the data do not allow the structure, as it is shown beside the control, or "".
    """
    dataset = chosen.dataset
    model = ask("model", form, label_visibility="collapsed")
    entry = MODELS[model]
    st.caption(f"{entry.title}: {entry.explanation[0].lower()}{entry.explanation[1:]}")
    distinct = np.unique(dataset.X, axis=0).shape[0]
    layered = has(model, "layers")
    structure, problem = (_layers if layered else _components)(form, dataset.X.shape[1], distinct)
    if has(model, "sharing"):
        structure["covariance_type"] = ask_sharing(form, "sharing" in pointed)
    structure |= {own.keyword: ask(own.name, form) for own in entry.settings if own.widget and not own.steers}
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    structure["init"] = ask("init", form, left, **({"help": _START_OF_LAYERS} if layered else {}))
    right.button(
        "New start",
        key=f"new_start_{form}",
        on_click=_next_seed,
        args=(form,),
        width="stretch",
        disabled=structure["init"] == SAVED or session().locked,
        help="The same settings from another random start.",
    )
    structure["random_state"] = standing(f"{form}_seed", table()["seed"].usual)
    start_number = standing(f"{form}_start_number", table()["start_number"].usual)
    if structure["init"] == SAVED:
        ask_file(form)
        structure["init"] = saved_start(form, model, structure, dataset)
    names = [*_STEERING, *(own.name for own in entry.settings if own.steers)]
    with _folded("Steering", f"part_steering_{form}", names, pointed):
        st.caption(steering_note)
        only = fixed(model)
        steering = {table()[name].keyword: only.get(name) or ask(name, form) for name in names}
    with _folded("Stopping and starts", f"part_stopping_{form}", _STOPPING, pointed):
        steering["max_iter"], threshold, stop, structure["n_init"] = (ask(name, form) for name in _STOPPING)
    if start_number and structure["n_init"] == 1 and structure["init"] != SAVED:
        st.caption(f"This is start {start_number + 1} of seed {structure['random_state']}. “New start” leaves it.")
    return Settings(chosen.key, model, structure, steering, threshold, stop, start_number=start_number, code=chosen.code), problem


def _folded(label, key, names, pointed):
    """Where settings of some names are folded away, unless one is pointed to."""
    opened = not set(names).isdisjoint(pointed)
    return st.expander(label, opened, key=f"{key}_opened" if opened else key)  # one that is there already would stay as it is


def form_values(form):
    """What stands in a form, by name; what was never asked is left out."""
    names = {f"{form}_{name}": name for name in (*(setting.name for setting in of_models()), SAVED)}
    return {names[key]: each for key, each in standing_values(names).items()}


def offer_fit(dataset, forms):
    """Offer to take away from the models what some data do not allow."""
    st.button(
        "Make it fit" if len(forms) == 1 else "Make them fit",
        key="make_fit",
        on_click=_make_fit,
        args=(dataset, forms),
        disabled=session().locked,
        help="As many components and factors as these data allow, and all else as it is.",
    )


def _make_fit(dataset, forms):
    distinct, d = np.unique(dataset.X, axis=0).shape
    layers = range(1, MOST_LAYERS + 1)
    for form in forms:
        stands = form_values(form)
        fit = {name: min(stands[name], distinct) for name in ("components", *(f"size_{layer}" for layer in layers)) if name in stands}
        below = d
        for name in (f"dim_{layer}" for layer in layers):
            if name in stands:
                below = fit[name] = min(stands[name], below)
        put({f"{form}_{name}": most for name, most in fit.items()})


def preparation():
    """Ask how the data are prepared: keywords of `Settings`."""
    with st.expander("Preparing the data", key="part_preparing"):
        return {name: ask(name) for name in ("standardise", "held_out")}


def _components(form, d, distinct):
    k = ask("components", form)
    return {"n_components": k}, _said(_too_few_rows(k, distinct))


def _too_few_rows(k, distinct):
    return f"Only {distinct} rows of these data differ: choose at most {distinct} components." if k > distinct else ""


def _said(problem):
    """Show a problem, if it is one, and give it on."""
    if problem:
        st.error(literal(problem))
    return problem


def _layers(form, d, distinct):
    """Build a network: a row of numbers for each layer, the one next to the data first."""
    count = standing(f"{form}_layers", table()["layers"].usual)
    sizes, dims, problems = [], [], []
    for number in range(1, count + 1):
        left, right = st.columns(2)
        sizes.append(ask(f"size_{number}", form, left))
        dims.append(ask(f"dim_{number}", form, right, value=max(1, min(d, table()[f"dim_{number}"].usual))))
        problems.append(_said(_too_few_rows(sizes[-1], distinct)))
        problems += [_said(problem) for layer, problem in too_many_factors(dims, d) if layer == number]
    st.caption("Factors are the hidden numbers that say where in its component a point lies: the fewer, the simpler the shape.")
    left, right = st.columns(2)
    left.button(
        "Add a layer",
        key=f"add_layer_{form}",
        on_click=_change_layers,
        args=(form, 1),
        disabled=count == MOST_LAYERS or session().locked,
        width="stretch",
        help="One more layer, deepest in the network.",
    )
    right.button(
        "Remove",
        key=f"remove_layer_{form}",
        on_click=_change_layers,
        args=(form, -1),
        disabled=count == 1 or session().locked,
        width="stretch",
        help="Take the deepest layer away.",
    )
    return {"layer_sizes": tuple(sizes), "layer_dims": tuple(dims)}, " ".join(filter(None, problems))


def _change_layers(form, change):
    put({f"{form}_layers": value(f"{form}_layers") + change})


def _next_seed(form):
    put({f"{form}_seed": value(f"{form}_seed", table()["seed"].usual) + 1, f"{form}_start_number": 0})


def size_note(experiment):
    """One sentence on how many numbers the model has for how many rows."""
    parameters = experiment.run.state.parameters
    (n, d), p = experiment.run.X.shape, parameters.n_parameters
    layers = parameters.network()["nodes"]
    paths = f"{prod(map(len, layers)):,} paths, " if len(layers) > 1 else ""
    note = f"{paths}{p:,} free parameters for {n:,} rows."
    if p > n * d / 5:
        return f":orange[{note} That is a lot: expect it to fit the noise, or regularise.]"
    return note
