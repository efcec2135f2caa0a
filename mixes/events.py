"""What went wrong or was repaired while a model learns, in plain words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something that happened at an iteration.

    Attributes
    ----------
    kind : str
        "empty component", "covariance floored", "pooled start", "objective fell" or "not converged".
    message : str
        One plain sentence; components are counted from 1.
    component : int or None
        The component concerned, counted from 0.
    """

    kind: str
    message: str
    component: int | None = None

    def __str__(self):
        return self.message


def empty_component(j):
    return Event("empty component", f"Component {j + 1} lost its points.", j)


def covariance_floored(j):
    return Event("covariance floored",
                 f"Component {j + 1} collapsed: its covariance was held at the smallest allowed.", j)


def pooled_start(j):
    return Event("pooled start", f"Component {j + 1} starts from too few points: it begins with the covariance "
                                 "that all clusters share.", j)


def objective_fell(change, damped):
    why = "the update rate is below 1" if damped else "a component was repaired or rounding showed"
    return Event("objective fell", f"The objective fell by {-change:.3g}: {why}.")


def not_converged(max_iter):
    return Event("not converged", f"The stopping rule did not hold within {max_iter} iterations.")
