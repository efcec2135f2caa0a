"""What annealing does in each iteration of a run."""

from functools import cached_property

from .annealing import Annealing, inverse_temperature, strength
from .checks import within_range


class Schedule:
    """The iterations of a run that are annealed, and how.

    Parameters
    ----------
    model : Mixture
    rows : Rows
    eps : float
        As of `Density.maximisation`.
    seed : int
    origin, end : int
        Annealing runs between these iterations.
    """

    def __init__(self, model, rows, eps, seed, origin, end):
        self._model, self._rows, self._eps, self._seed = model, rows, eps, seed
        self.origin, self.end = origin, end

    def inverse_temperature(self, iteration):
        """The v of an iteration; 1 without annealing."""
        if not self._model.use_annealing:
            return 1.0
        return inverse_temperature(iteration, self._model.annealing_start_v, self.end, self.origin, self._model.annealing_shapes)

    @cached_property
    def held_shape(self):
        """The shape that components are held at: parameters of one component."""
        with within_range():
            return self._model.held_shape(*self._rows.sample, self._eps, self._rows.floor)

    def annealing(self, iteration):
        """What the M half-step of an iteration is given, or None at v = 1."""
        if self.inverse_temperature(iteration) == 1:
            return None
        seed = self._seed, iteration
        if self._model.annealing_shapes == "free":
            return Annealing(seed)
        return Annealing(seed, self.held_shape, strength(iteration, self.end, self.origin), self._rows.mass)

    def penalty(self, iteration, parameters):
        """What annealing with held shapes takes from the objective of an iteration."""
        annealing = self.annealing(iteration)
        return parameters.annealing_penalty(annealing) if annealing and annealing.shape else 0.0
