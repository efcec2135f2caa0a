"""The table of settings: each is described here once. No Streamlit in here.

From it are made: the widgets of the forms (`pages.forms.ask`), titles and the settings that differ (`wording`), what a
duplicate may change, the check of what a browser tells after a restart, what an example leaves as usual, the form of saved
parameters and what an exported script says. Settings that one model alone has stand in its entry in `models`; what is asked of
them all is in `lookup`.
"""

from mixes import datasets

from . import columns, words
from .drawing import EMPTY, Text
from .folder import Name
from .models import MODELS
from .setting import Choice, Number, Setting, Truth, Whole, Words

MOST_COMPONENTS, MOST_LAYERS, MOST_ITERATIONS = 20, 4, 5000
MOST_STARTS = 200  # of a seed, that can be told apart
SAVED = "saved"  # the start that means parameters in a file
# keywords of a model that the page does not ask for, and why
NOT_ASKED = {
    "evaluator": "the page compares with the known classes of the data",
    "e_step": "a model chooses it by the number of its paths",
    "path_samples": "it is of use with a sampled E-step",
    "hard_assignment": "it is for those who compare with other programs",
}
SERVER = "Server"  # the source that is there where the server has a folder of tables
_SOURCES = ("Built-in", "Generated", "Draw", "Upload", SERVER)
_SIZES = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000)
_STARTS = {"random": "random rows", "kmeans": "k-means", SAVED: "saved model"}
_SHAPES = {"held": "Held", "free": "Free"}
_REGULARISATION = (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_THRESHOLDS = (10.0, 1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-6)
_HELD_OUT = (0.0, 0.1, 0.2, 0.3, 0.5)


def _one_more(values):
    more = values["components"] + 1
    return {"One component more": more} if "n_components" in MODELS[values["model"]].keywords and more <= MOST_COMPONENTS else {}


def _other_start(values):
    return {"Start at random rows": "random"} if values["init"] == "kmeans" else {"Start at k-means clusters": "kmeans"}


def _layer(layer, size, factors):
    """The rows of one layer's size and factors."""
    return (
        Setting(
            f"size_{layer}",
            Whole(1, MOST_COMPONENTS),
            size,
            "L",
            "layer_sizes",
            "number_input",
            f"Layer {layer}",
            "Number of components: the clusters." if layer == 1 else "Number of components: the parts that the layer below is made of.",
            always=True,
        ),
        Setting(
            f"dim_{layer}",
            Whole(1, 64),
            factors,
            "L",
            "layer_dims",
            "number_input",
            "Its factors",
            "How many hidden numbers describe a point of the layer below; never more than that layer has.",
            always=True,
        ),
    )


DATA = (
    Setting("source", Choice(_SOURCES), "Built-in", "d", widget="segmented_control", label="Where from"),
    Setting("built_in", Choice(datasets.BUILT_IN), next(iter(datasets.BUILT_IN)), "d", widget="selectbox", label="Data set"),
    Setting("kind", Choice(datasets.GENERATED, str.capitalize), next(iter(datasets.GENERATED)), "d", widget="selectbox", label="Kind"),
)

DRAWN = (  # of what is generated
    Setting("n", Choice(_SIZES, "{:,}".format), 500, "d", widget="select_slider", label="Rows", help="How many points are drawn."),
    Setting("noise", Number(0.0, 1.0, 0.05), 0.3, "d", widget="slider", label="Noise", help="0 is clean, 1 is hard to separate."),
    Setting(
        "data_seed",
        Whole(0, 9999),
        0,
        "d",
        widget="number_input",
        label="Seed of the data",
        help="Another seed draws other points of the same kind.",
    ),
)

DRAWING = Setting("drawing", Text(), EMPTY, "d", label="Drawing")  # what is on the board; other data leave it there
SERVED = Setting("server_table", Name(), "", "d", label="Table")  # of the server's folder; other data leave it there, too

COLUMNS = Setting("columns", columns.Text(), "", "c", label="Columns")
_MISSING = {"drop": "leave these rows out", "median": "fill in the median"}
TABLE = (COLUMNS, Setting("missing", Choice(_MISSING, _MISSING.get), "drop", "mv", widget="radio", label="Missing values"))  # of a table

PREPARATION = (
    Setting(
        "standardise",
        Truth(),
        True,
        "z",
        widget="toggle",
        label="Standardise",
        help="Give every feature mean 0 and standard deviation 1 for the fit. The picture and the parameters are shown in the "
        "units of the table.",
    ),
    Setting(
        "held_out",
        Choice(_HELD_OUT, "{:.0%}".format),
        0.0,
        "h",
        widget="select_slider",
        label="Rows held out",
        help="Rows that are kept aside: their log-likelihood tells whether the model learns the pattern or the noise.",
    ),
)

STRUCTURE = (
    Setting(
        "model",
        Choice(MODELS, lambda name: MODELS[name].title),
        next(iter(MODELS)),
        "m",
        "",
        "selectbox",
        "Model",
        words=Words("model", lambda s: MODELS[s.model].title, lambda s: s.model),
        changes=lambda values: {f"{entry.title} instead": name for name, entry in MODELS.items() if name != values["model"]},
    ),
    Setting(
        "components",
        Whole(1, MOST_COMPONENTS),
        2,
        "k",
        "n_components",
        "slider",
        "Components k",
        "How many clusters the mixture has.",
        always=True,
        changes=_one_more,
        words=Words("components", words.size, lambda s: f"{words.size(s)} component{'' if words.size(s) == '1' else 's'}"),
    ),
    Setting(
        "layers",
        Whole(1, MOST_LAYERS),
        2,
        "L",
        "layer_sizes",
        always=True,
        words=Words("factors of the layers", words.factors, lambda s: (listed := words.factors(s)) and f"{listed} factors"),
    ),
    *_layer(1, 2, 2),
    *_layer(2, 3, 1),
    *_layer(3, 2, 1),
    *_layer(4, 2, 1),
)

LEARNING = (
    Setting(
        "init",
        Choice(_STARTS, _STARTS.get),
        "random",
        "i",
        "init",
        "selectbox",
        "Start",
        "Where learning starts: at random rows, with the spread of all data, at the clusters of k-means, or at a saved model.",
        changes=_other_start,
        words=Words("start", words.start, lambda s: f"from {words.start(s)}"),
    ),
    Setting(
        "seed",
        Whole(0, 10**9),
        0,
        "s",
        "random_state",
        always=True,
        changes=lambda values: {"Another random start": values["seed"] + 1},
        words=Words("seed", lambda s: str(s.structure["random_state"]), lambda s: f"seed {s.structure['random_state']}"),
    ),
    Setting(
        "start_number",
        Whole(0, MOST_STARTS - 1),
        0,
        "st",
        words=Words("start of the seed", words.start_number, lambda s: s.start_number and f"start {words.start_number(s)}"),
    ),
    Setting(
        "n_init",
        Whole(1, 50),
        1,
        "ni",
        "n_init",
        "number_input",
        "Starts",
        "Above 1: try so many starts to their end, and show the one that ended best. One whose components are narrow by "
        "chance is shown only when all are.",
        words=Words("starts", lambda s: str(s.structure["n_init"]), words.starts),
    ),
    Setting(
        "annealing",
        Truth(),
        False,
        "a",
        "use_annealing",
        "toggle",
        "Annealing",
        "Begin with soft responsibilities, raised to the inverse temperature v, and sharpen them slowly, so that the start "
        "matters less. On most data it finds the best optimum more often than a plain start; it cannot promise it, and it "
        "needs iterations: allow 200 or more. A model with layers that begins with k-means clusters ends about as well "
        "without it: try both.",
        steers=True,
        changes=lambda values: {"No annealing" if values["annealing"] else "Annealing": not values["annealing"]},
        words=Words(
            "annealing",
            lambda s: words.annealing(s, "from v = {:g}", "none"),
            lambda s: words.annealing(s, "annealed from v = {:g}", "not annealed"),
        ),
    ),
    Setting(
        "shapes",
        Choice(_SHAPES, _SHAPES.get),
        "held",
        "sh",
        "annealing_shapes",
        "segmented_control",
        "Shapes while v is low",
        "Held: every component is held near the shape that k-means clusters have on average, less and less as v rises. "
        "Clusters part one by one, and a component that coincides with another goes to split the widest. Free (Ueda and "
        "Nakano, 1998): components learn their shapes from the start. Clusters whose centres differ cannot part before "
        "v = 1, but it helps where clusters cross.",
        steers=True,
        needs="annealing",
    ),
    Setting(
        "start_v",
        Number(0.05, 1.0, 0.05),
        0.1,
        "a",
        "annealing_start_v",
        "slider",
        "Start at v",
        "Inverse temperature of the first iteration. It rises to 1 during the first half of the iterations, or 90 % with free "
        "shapes; at 1 nothing is softened.",
        steers=True,
        needs="annealing",
    ),
    Setting(
        "regularisation",
        Choice(_REGULARISATION, "{:g}".format),
        1e-6,
        "e",
        "var_regularization",
        "select_slider",
        "Variance regularisation ε",
        "Added to the variance of every component, as a share of the data's mean variance: components cannot collapse onto a few points.",
        steers=True,
        changes=lambda values: {"Regularisation ε = 0.01": 0.01},
        words=Words(
            "variance regularisation ε",
            lambda s: f"{s.steering['var_regularization']:g}",
            lambda s: f"ε = {s.steering['var_regularization']:g}",
        ),
    ),
    Setting(
        "rate",
        Number(0.05, 1.0, 0.05),
        1.0,
        "u",
        "update_rate",
        "slider",
        "Update rate",
        "Share of each M-step that is taken. Below 1 the parameters move more slowly.",
        steers=True,
        words=Words("update rate", lambda s: f"{s.steering['update_rate']:g}", lambda s: f"update rate {s.steering['update_rate']:g}"),
    ),
    Setting(
        "max_iter",
        Whole(1, MOST_ITERATIONS, 50),
        200,
        "n",
        "max_iter",
        "number_input",
        "Most iterations",
        "Learning ends here at the latest.",
        steers=True,
        words=Words("most iterations", lambda s: str(s.steering["max_iter"]), lambda s: f"at most {s.steering['max_iter']} iterations"),
    ),
    Setting(
        "threshold",
        Choice(_THRESHOLDS, "{:g}".format),
        1e-3,
        "t",
        "stopping_criterion",
        "select_slider",
        "Stop when less is to be gained than",
        "Aitken's rule: from the last three values it foretells how far the log-likelihood will still climb. A ring on the "
        "curve marks where the rule holds.",
        steers=True,
        words=Words(
            "stop",
            lambda s: f"when less than {s.threshold:g} is to be gained" if s.stop_when_it_holds else "at the most iterations",
            lambda s: f"stops below {s.threshold:g}" if s.stop_when_it_holds else "never stops early",
        ),
    ),
    Setting("stop", Truth(), True, "go", "", "toggle", "Stop there", "Off: go on to the most iterations all the same.", steers=True),
)
