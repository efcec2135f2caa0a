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
_SIZES = {"E": (1.0, 1.0, 1.0), "V": (1.3, 0.65, 1.0)}
_RATIOS = {"E": (2.2, 2.2, 2.2), "V": (1.25, 3.0, 2.0), "I": (1.0, 1.0, 1.0)}
_ANGLES = {"E": (-30, -30, -30), "V": (-55, 20, 80), "I": (0, 0, 0)}
_PLACES = (22, 64, 106)


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
    """An SVG picture of three clusters that share what is chosen, in the colour of the text around it."""
    size, shape, direction = letters(value).values()
    ellipses = []
    for number, (place, grown, ratio, angle) in enumerate(zip(_PLACES, _SIZES[size], _RATIOS[shape], _ANGLES[direction])):
        if direction == "I" and shape == "V" and number == 1:
            ratio = 1 / ratio  # long the other way
        wide, high = 11 * grown * ratio**0.5, 11 * grown / ratio**0.5
        ellipses.append(f'<ellipse cx="{place}" cy="22" rx="{wide:.1f}" ry="{high:.1f}" transform="rotate({angle} {place} 22)"/>')
    axes = "".join(f'<path d="M{x - 19} 22h38M{x} 3v38" stroke-width=".6" opacity=".5"/>' for x in _PLACES) if direction == "I" else ""
    return (
        f'<svg viewBox="0 0 128 44" width="128" height="44" role="img" aria-label="{told(value)}" stroke="currentColor" '
        f'stroke-width="1.5" fill="currentColor" fill-opacity=".18">{axes}{"".join(ellipses)}</svg>'
    )
