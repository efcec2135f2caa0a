"""The model section of the sidebar. Every control says what it does."""

from functools import partial
from math import prod

import numpy as np
import streamlit as st

from .experiment import MOST_ITERATIONS, Settings
from .kept import kept
from .literal import literal
from .models import MODELS
from .said import number, one_of, truth, whole
from .saved_form import SAVED, ask_file, saved_start

MOST_COMPONENTS = 20
_MOST_LAYERS = 4
_SKEWNESS = {"restricted": "one direction for each cluster", "diagonal": "along the axes", "full": "full"}
_STARTS = {"random": "random rows", "kmeans": "k-means", SAVED: "saved model"}
_SHAPES = {"held": "Held", "free": "Free"}  # while annealing is hot
_REGULARISATION = [0.0, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
# what the form asks, by the names in the widgets' keys
_NAMES = ("model", "components", "layers", *(f"{name}_{layer}" for layer in range(1, _MOST_LAYERS + 1) for name in ("size", "dim")),
          "skewness", "init", "seed", "annealing", "start_v", "shapes", "regularisation", "rate", "max_iter", "threshold", "stop", "n_init",
          SAVED)
# what is chosen unless a person says otherwise
USUAL = {"components": 2, "init": "random", "seed": 0, "annealing": False, "shapes": "held", "start_v": 0.1,
         "regularisation": 1e-6, "rate": 1.0, "max_iter": 200, "threshold": 1e-3, "stop": True, "n_init": 1,
         **{f"size_{layer}": size for layer, size in enumerate((2, 3, 2, 2), start=1)},
         **{f"dim_{layer}": dim for layer, dim in enumerate((2, 1, 1, 1), start=1)}}
_FORKS = "These may change while the model learns: the run goes on from the iteration you see."
_HELD_OUT = [0.0, 0.1, 0.2, 0.3, 0.5]
_THRESHOLDS = [10.0, 1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-6]

# how a value of each that came from outside is checked: call with the value and its name
CHECKS = {"model": partial(one_of, choices=MODELS), "components": partial(whole, low=1, high=MOST_COMPONENTS),
          "layers": partial(whole, low=1, high=_MOST_LAYERS), "skewness": partial(one_of, choices=_SKEWNESS),
          "init": partial(one_of, choices=_STARTS), "seed": partial(whole, low=0, high=10**9), "annealing": truth,
          "start_v": partial(number, low=0.05, high=1), "shapes": partial(one_of, choices=_SHAPES),
          "regularisation": partial(one_of, choices=_REGULARISATION),
          "rate": partial(number, low=0.05, high=1), "max_iter": partial(whole, low=1, high=MOST_ITERATIONS),
          "threshold": partial(one_of, choices=_THRESHOLDS), "stop": truth, "n_init": partial(whole, low=1, high=50),
          **{f"size_{layer}": partial(whole, low=1, high=MOST_COMPONENTS) for layer in range(1, _MOST_LAYERS + 1)},
          **{f"dim_{layer}": partial(whole, low=1, high=64) for layer in range(1, _MOST_LAYERS + 1)}}
PREPARATION_CHECKS = {"standardise": truth, "held_out": partial(one_of, choices=_HELD_OUT)}


def model_form(chosen, form="set", steering_note=_FORKS):
    """Ask for the model and how it learns.

    Parameters
    ----------
    chosen : Chosen
        The data.
    form : str
        What the keys of this form's widgets begin with.
    steering_note : str
        What happens when a setting that steers is changed.

    Returns
    -------
    settings : Settings
    problem : str
        Why the data do not allow the structure, as it is shown beside the control, or "".
    """
    dataset = chosen.dataset
    model = st.selectbox("Model", list(MODELS), format_func=lambda name: MODELS[name].title, **kept(f"{form}_model"),
                         label_visibility="collapsed")
    st.caption(f"{MODELS[model].title}: {MODELS[model].explanation[0].lower()}{MODELS[model].explanation[1:]}")
    entry = MODELS[model]
    distinct = np.unique(dataset.X, axis=0).shape[0]
    ask = _layers if "layers" in entry.controls else _components
    structure, problem = ask(form, dataset.X.shape[1], distinct)
    if "skewness" in entry.controls:
        structure["skewness"] = st.selectbox(
            "Skewness Λ", list(_SKEWNESS), format_func=_SKEWNESS.get, **kept(f"{form}_skewness"),
            help="Which way a cluster may lean. One direction is quick in any number of features; along the axes and "
                 "full are exact too, and slower from three features on.")
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    structure["init"] = left.selectbox(
        "Start", list(_STARTS), **kept(f"{form}_init"), format_func=_STARTS.get,
        help="Where learning starts: at the clusters of k-means, at those around random rows, or at a saved model."
        if "layers" in entry.controls else
        "Where learning starts: at random rows, with the spread of all data, at the clusters of k-means, or at a saved "
        "model.")
    right.button("New start", key=f"new_start_{form}", on_click=_next_seed, args=(form,), width="stretch",
                 disabled=structure["init"] == SAVED, help="The same settings from another random start.")
    structure["random_state"] = st.session_state.setdefault(f"{form}_seed", USUAL["seed"])
    if structure["init"] == SAVED:
        ask_file(form, CHECKS)
        structure["init"] = saved_start(form, model, structure, dataset)
    with st.expander("Steering"):
        st.caption(steering_note)
        steering = _steering(form)
    with st.expander("Stopping and starts"):
        steering["max_iter"] = st.number_input("Most iterations", 1, MOST_ITERATIONS, USUAL["max_iter"], 50, **kept(f"{form}_max_iter"),
                                               help="Learning ends here at the latest.")
        threshold = st.select_slider(
            "Stop when less is to be gained than", _THRESHOLDS, USUAL["threshold"], **kept(f"{form}_threshold"), format_func=lambda t: f"{t:g}",
            help="Aitken's rule: from the last three values it foretells how far the log-likelihood will still climb. "
                 "A ring on the curve marks where the rule holds.")
        stop = st.toggle("Stop there", USUAL["stop"], **kept(f"{form}_stop"), help="Off: go on to the most iterations all the same.")
        structure["n_init"] = st.number_input(
            "Starts", 1, 50, USUAL["n_init"], **kept(f"{form}_n_init"),
            help="Above 1: try so many starts to their end, and show the one that ended best. One whose components are "
                 "narrow by chance is shown only when all are.")
    return Settings(chosen.key, model, structure, steering, threshold, stop, code=chosen.code), problem


def form_values(form):
    """What stands in a form, by name; what was never asked is left out."""
    keys = {name: f"{form}_{name}" for name in _NAMES}
    return {name: st.session_state[key] for name, key in keys.items() if key in st.session_state}


def offer_fit(dataset, forms):
    """Offer to take away from the models what some data do not allow."""
    st.button("Make it fit" if len(forms) == 1 else "Make them fit", key="make_fit", on_click=_make_fit, args=(dataset, forms),
              help="As many components and factors as these data allow, and all else as it is.")


def _make_fit(dataset, forms):
    distinct, d = np.unique(dataset.X, axis=0).shape
    for form in forms:
        most = {f"{form}_components": distinct} | {f"{form}_size_{layer}": distinct for layer in range(1, _MOST_LAYERS + 1)}
        for key, value in most.items():
            if key in st.session_state:
                st.session_state[key] = min(st.session_state[key], value)
        below = d
        for key in (f"{form}_dim_{layer}" for layer in range(1, _MOST_LAYERS + 1)):
            if key in st.session_state:
                below = st.session_state[key] = min(st.session_state[key], below)


def preparation():
    """Ask how the data are prepared: keywords of `Settings`."""
    with st.expander("Preparing the data"):
        standardise = st.toggle("Standardise", True, **kept("set_standardise"),
                                help="Give every feature mean 0 and standard deviation 1 for the fit. The picture and the "
                                     "parameters are shown in the units of the table.")
        held_out = st.select_slider("Rows held out", _HELD_OUT, 0.0, **kept("set_held_out"),
                                    format_func=lambda share: f"{share:.0%}",
                                    help="Rows that are kept aside: their log-likelihood tells whether the model learns the "
                                         "pattern or the noise.")
    return {"standardise": standardise, "held_out": held_out}


def _components(form, d, distinct):
    k = st.slider("Components k", 1, MOST_COMPONENTS, USUAL["components"], **kept(f"{form}_components"),
                  help="How many clusters the mixture has.")
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
    count = st.session_state.setdefault(f"{form}_layers", 2)
    sizes, dims, problems = [], [], []
    for number in range(1, count + 1):
        left, right = st.columns(2)
        sizes.append(left.number_input(
            f"Layer {number}", 1, MOST_COMPONENTS, USUAL[f"size_{number}"], **kept(f"{form}_size_{number}"),
            help="Number of components: the clusters." if number == 1 else
            "Number of components: the parts that the layer below is made of."))
        dims.append(right.number_input(
            "Its factors", 1, 64, max(1, min(d, USUAL[f"dim_{number}"])), **kept(f"{form}_dim_{number}"),
            help="How many hidden numbers describe a point of the layer below; never more than that layer has."))
        below = d if number == 1 else dims[-2]
        problems.append(_said(_too_few_rows(sizes[-1], distinct)))
        if dims[-1] > below:
            what = f"the data have {d} feature{'s' if d > 1 else ''}" if number == 1 else (
                f"layer {number - 1} has {below}")
            problems.append(_said(f"Layer {number} can have at most {below} factor{'s' if below > 1 else ''}, as {what}."))
    st.caption("Factors are the hidden numbers that say where in its component a point lies: the fewer, the simpler the shape.")
    left, right = st.columns(2)
    left.button("Add a layer", key=f"add_layer_{form}", on_click=_change_layers, args=(form, 1), disabled=count == _MOST_LAYERS,
                width="stretch", help="One more layer, deepest in the network.")
    right.button("Remove", key=f"remove_layer_{form}", on_click=_change_layers, args=(form, -1), disabled=count == 1,
                 width="stretch", help="Take the deepest layer away.")
    return {"layer_sizes": tuple(sizes), "layer_dims": tuple(dims)}, " ".join(filter(None, problems))


def _change_layers(form, change):
    st.session_state[f"{form}_layers"] += change


def _steering(form):
    annealing = st.toggle("Annealing", USUAL["annealing"], **kept(f"{form}_annealing"),
                          help="Begin with soft responsibilities, raised to the inverse temperature v, and sharpen them "
                               "slowly, so that the start matters less. On most data it finds the best optimum more often "
                               "than a plain start; it cannot promise it, and it needs iterations: allow 200 or more. A model "
                               "with layers that begins with k-means clusters ends about as well without it: try both.")
    shapes = st.segmented_control(
        "Shapes while v is low", list(_SHAPES), default=USUAL["shapes"], required=True, **kept(f"{form}_shapes"), width="stretch",
        disabled=not annealing, format_func=_SHAPES.get,
        help="Held: every component is held near the shape that k-means clusters have on average, less and less as v "
             "rises. Clusters part one by one, and a component that coincides with another goes to split the widest. Free "
             "(Ueda and Nakano, 1998): components learn their shapes from the start. Clusters whose centres differ cannot "
             "part before v = 1, but it helps where clusters cross.")
    start_v = st.slider("Start at v", 0.05, 1.0, USUAL["start_v"], 0.05, **kept(f"{form}_start_v"), disabled=not annealing,
                        help="Inverse temperature of the first iteration. It rises to 1 during the first half of the "
                             "iterations, or 90 % with free shapes; at 1 nothing is softened.")
    regularisation = st.select_slider(
        "Variance regularisation ε", _REGULARISATION, USUAL["regularisation"], **kept(f"{form}_regularisation"), format_func=lambda e: f"{e:g}",
        help="Added to the variance of every component, as a share of the data's mean variance: components cannot "
             "collapse onto a few points.")
    rate = st.slider("Update rate", 0.05, 1.0, USUAL["rate"], 0.05, **kept(f"{form}_rate"),
                     help="Share of each M-step that is taken. Below 1 the parameters move more slowly.")
    return {"use_annealing": annealing, "annealing_start_v": start_v, "annealing_shapes": shapes,
            "var_regularization": regularisation,
            "update_rate": rate}


def _next_seed(form):
    st.session_state[f"{form}_seed"] = st.session_state.get(f"{form}_seed", 0) + 1


def size_note(experiment):
    """One sentence on how many numbers the model has for how many rows."""
    parameters = experiment.run.state.parameters
    n, p = len(experiment.run.X), parameters.n_parameters
    layers = parameters.network()["nodes"]
    paths = f"{prod(map(len, layers)):,} paths, " if len(layers) > 1 else ""
    note = f"{paths}{p:,} free parameters for {n:,} rows."
    if p > experiment.run.X.size / 5:
        return f":orange[{note} That is a lot: expect it to fit the noise, or regularise.]"
    return note
