"""What the components of a Gaussian mixture share, as choices, words and a drawing. No Streamlit in here.

A choice is a `covariance_type` of the model: three letters, for size, shape and direction, and "full" for those that share nothing.
"""

from mixes.gaussian import CODES, FULL

_FULL = "full"  # as the model and scikit-learn call it
SHARINGS = {(_FULL if code == FULL else code): code for code in CODES}  # value -> letters
PARTS = ("size", "shape", "direction")
LABELS = {
    "size": {"E": "Same for all", "V": "Free"},
    "shape": {"E": "Same for all", "V": "Free", "I": "Round"},
    "direction": {"E": "Same for all", "V": "Free", "I": "Along axes"},
}
HELP = {
    "size": "The volume of the clusters, whatever their shape: one for all, or each has its own.",
    "shape": "How long and narrow the clusters are: one shape for all, each its own, or fixed: every cluster is round, as wide in all "
    "directions.",
    "direction": "Which way the clusters lie: one direction for all, each its own, or fixed: the axes of every cluster are the features. "
    "Those are quick in any number of features.",
}
ROUND = "What is round has no direction."
_NOUNS = {"E": "the same {}", "V": "{}s of their own"}
_FIXED = {"shape": "round", "direction": "axes along the features"}
_SIZES = {"E": (1.0, 1.0, 1.0), "V": (1.2, 0.6, 0.9)}
_RATIOS = {"E": (2.2, 2.2, 2.2), "V": (1.25, 3.0, 2.0), "I": (1.0, 1.0, 1.0)}
_ANGLES = {"E": (-30, -30, -30), "V": (-55, 20, 80), "I": (0, 0, 0)}


def letters(value):
    """The letter of each part, by its name."""
    return dict(zip(PARTS, SHARINGS[value]))


def composed(chosen):
    """The value for the letter of each part, by its name; what is round has the features as axes."""
    code = "".join({**chosen, "direction": "I"}[part] if chosen["shape"] == "I" else chosen[part] for part in PARTS)
    return _FULL if code == FULL else code


def told(value):
    """What is shared, in a few words."""
    words = [_FIXED[part] if letter == "I" else _NOUNS[letter].format(part) for part, letter in letters(value).items()]
    if letters(value)["shape"] == "I":
        words.pop()
    return ", ".join(words).capitalize()


def drawing(value):
    """HTML of a picture of three clusters that share what is chosen, in the colour of the text around it."""
    size, shape, direction = letters(value).values()
    clusters = ""
    for number, (grown, ratio, angle) in enumerate(zip(_SIZES[size], _RATIOS[shape], _ANGLES[direction])):
        if direction == "I" and shape == "V" and number == 1:
            ratio = 1 / ratio  # long the other way
        wide, high = 22 * grown * ratio**0.5, 22 * grown / ratio**0.5
        clusters += f'<span><i style="width:{wide:.1f}px;height:{high:.1f}px;rotate:{angle}deg"></i></span>'
    return f'<div role="img" aria-label="{told(value)}"{" class=along" * (direction == "I")}>{clusters}</div>'
