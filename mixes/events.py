"""What went wrong or was repaired while a model learns, in plain words."""

from dataclasses import dataclass

from .register import Saved


@dataclass(frozen=True)
class Event(Saved):
    """Something that happened at an iteration.

    Attributes
    ----------
    kind : str
        "empty component", "thin component", "degenerate component", "covariance floored", "pooled start", "held apart",
        "objective fell", "not converged", or "edited": what a person did.
    message : str
        One plain sentence; components are counted from 1.
    component : int or None
        The component concerned, counted from 0; None where it is several.
    layer : int or None
        The layer of a deep model it belongs to, counted from 1.
    """

    kind: str
    message: str
    component: int | None = None
    layer: int | None = None

    def __str__(self):
        return self.message


def _name(j, layer):
    return f"Component {j + 1}" if layer is None else f"Layer {layer}, component {j + 1}"


def empty_component(j, layer=None):
    return Event("empty component", f"{_name(j, layer)} lost its points.", j, layer)


def thin_component(j, mass, d):
    return Event(
        "thin component", f"Component {j + 1} is left with {mass:.3g} points, too few for the shape of a cluster in {d} features.", j
    )


def degenerate_component(j, times, rows, layer=None):
    return Event(
        "degenerate component",
        f"{_name(j, layer)} is degenerate: in one direction it is {times:,.0f} times narrower than the "
        f"others, and chance alone can put as many rows as its {rows:.3g} so close.",
        j,
        layer,
    )


def covariance_floored(j, layer=None):
    return Event("covariance floored", f"{_name(j, layer)} collapsed: its covariance was held at the smallest allowed.", j, layer)


def pooled_start(j, layer=None):
    return Event(
        "pooled start", f"{_name(j, layer)} starts from too few points: it begins with the covariance that all clusters share.", j, layer
    )


def held_apart(components, layer=None):
    where = "Components" if layer is None else f"Layer {layer}, components"
    *first, last = (j + 1 for j in components)
    return Event(
        "held apart",
        f"{where} {', '.join(map(str, first))} and {last} coincided while annealing and were moved a little apart.",
        None,
        layer,
    )


def sent_to_split(j, twin, target, layer=None):
    return Event(
        "held apart", f"{_name(j, layer)} coincided with {twin + 1} while annealing and went to split component {target + 1}.", j, layer
    )


def objective_fell(change, damped, sampled=False):
    why = (
        "the update rate is below 1"
        if damped
        else "it is an estimate from samples"
        if sampled
        else "a component was repaired or rounding showed"
    )
    return Event("objective fell", f"The objective fell by {-change:.3g}: {why}.")


def not_converged(max_iter):
    return Event("not converged", f"The stopping rule did not hold within {max_iter} iterations.")
