"""Settings in words: what a comparison's titles and its table of settings say."""

from .models import MODELS

_MOST_PARTS = 3  # of a title; the rest stands in the table of settings that differ
_START = {"random": "random rows", "kmeans": "k-means clusters"}  # else it is a file of parameters


def _size(settings):
    structure = settings.structure
    return str(structure["n_components"] if "n_components" in structure else list(structure["layer_sizes"]))


# the name of a setting -> (in a table, in a title); None for a model that does not have it
WORDS = {
    "model": (lambda s: MODELS[s.model].title, lambda s: s.model),
    "components": (_size, lambda s: f"{_size(s)} component{'' if _size(s) == '1' else 's'}"),
    "factors of the layers": (lambda s: _list(s.structure.get("layer_dims")),
                              lambda s: _within("{} factors", _list(s.structure.get("layer_dims")))),
    "skewness Λ": (lambda s: s.structure.get("skewness"), lambda s: _within("{} skewness", s.structure.get("skewness"))),
    "start": (lambda s: _start(s), lambda s: f"from {_start(s)}"),
    "seed": (lambda s: str(s.structure["random_state"]), lambda s: f"seed {s.structure['random_state']}"),
    "starts": (lambda s: str(s.structure["n_init"]), lambda s: _starts(s.structure["n_init"])),
    "annealing": (lambda s: _annealing(s, "from v = {:g}") if s.steering["use_annealing"] else "none",
                  lambda s: _annealing(s, "annealed from v = {:g}") if s.steering["use_annealing"] else "not annealed"),
    "variance regularisation ε": (lambda s: f"{s.steering['var_regularization']:g}",
                                  lambda s: f"ε = {s.steering['var_regularization']:g}"),
    "update rate": (lambda s: f"{s.steering['update_rate']:g}", lambda s: f"update rate {s.steering['update_rate']:g}"),
    "most iterations": (lambda s: str(s.steering["max_iter"]), lambda s: f"at most {s.steering['max_iter']} iterations"),
    "stop": (lambda s: f"when less than {s.threshold:g} is to be gained" if s.stop_when_it_holds else "at the most iterations",
             lambda s: f"stops below {s.threshold:g}" if s.stop_when_it_holds else "never stops early"),
}


def _start(settings):
    init = settings.structure["init"]
    return _START[init] if isinstance(init, str) else init.name


def _annealing(settings, text):
    free = ", free shapes" if settings.steering["annealing_shapes"] == "free" else ""
    return text.format(settings.steering["annealing_start_v"]) + free


def _starts(count):
    return f"best of {count} starts" if count > 1 else "one start"


def _list(values):
    return None if values is None else str(list(values))


def _within(text, value):
    return None if value is None else text.format(value)


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
    rows = [(name, [in_table(s) for s in settings]) for name, (in_table, _) in WORDS.items()]
    return [(name, [text or "–" for text in texts]) for name, texts in rows if len(set(texts)) > 1]


def titles(settings):
    """A short title for each of some settings: what sets it apart from the others, or what they all are."""
    apart = {name for name, (in_table, _) in WORDS.items() if len({text for s in settings if (text := in_table(s))}) > 1}
    shown = apart or {"model", "components"}
    parts = [[text for name, (_, in_title) in WORDS.items() if name in shown and (text := in_title(s))] for s in settings]
    return [", ".join(own if len(own) <= _MOST_PARTS else [*own[:_MOST_PARTS], "…"]) for own in parts]
