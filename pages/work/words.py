"""Words of the table of `settings` that take more than a line: each is of an experiment's `Settings`. No Streamlit in here."""

_STARTS = {"random": "random rows", "kmeans": "k-means clusters"}  # else it is a file of parameters


def size(s):
    return str(s.structure["n_components"] if "n_components" in s.structure else list(s.structure["layer_sizes"]))


def factors(s):
    return str(list(s.structure["layer_dims"])) if "layer_dims" in s.structure else None


def start(s):
    init = s.structure["init"]
    return _STARTS[init] if isinstance(init, str) else init.name


def start_number(s):
    return str(s.start_number + 1) if s.structure["n_init"] == 1 else None


def annealing(s, text, none):
    if not s.steering["use_annealing"]:
        return none
    free = ", free shapes" if s.steering["annealing_shapes"] == "free" else ""
    return text.format(s.steering["annealing_start_v"]) + free


def starts(s):
    count = s.structure["n_init"]
    return f"best of {count} starts" if count > 1 else "one start"
