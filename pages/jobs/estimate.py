"""How long what is left of a job will take, from what was measured of it. No Streamlit in here."""

import numpy as np

from .units import items


class Estimate:
    """Seconds an item of each batch: as measured, and between measured batches of a kind as a line goes.

    Units are pairs of the number of a batch and a unit of it.

    Attributes
    ----------
    spent : float
        Seconds that were measured.
    left : array
        Of each batch, the items of units that are expected and neither came nor were dropped.
    """

    def __init__(self):
        self._kinds = []
        self._seconds, self._items, self.left = np.zeros((3, 0))  # by batch: measured, of so many items

    def know(self, kind):
        """There is a batch more, of some kind."""
        self._kinds.append(kind)
        self._seconds, self._items, self.left = (np.append(each, 0.0) for each in (self._seconds, self._items, self.left))

    def expect(self, index, unit):
        """A unit is to be computed."""
        self.left[index] += len(items(unit))

    def drop(self, index, unit):
        """It is not to be computed any more."""
        self.left[index] -= len(items(unit))

    def came(self, index, unit, seconds):
        """It was computed in so many seconds."""
        self.drop(index, unit)
        self._seconds[index] += seconds
        self._items[index] += len(items(unit))

    @property
    def spent(self):
        return float(self._seconds.sum())

    def work(self, units=None, under_way=()):
        """Seconds of a processor that units take, by default all that are left; None as long as nothing was measured.

        ``under_way`` are units with the seconds that they have taken so far.
        """
        rates = self.rates(under_way)
        if rates is None:
            return None
        return float(rates @ self.left if units is None else sum(rates[index] * len(items(unit)) for index, unit in units))

    def rates(self, under_way=()):
        """Seconds an item of each batch, an array; None as long as nothing was measured."""
        spent, count = self._seconds.copy(), self._items.copy()
        for index, unit, seconds in under_way:
            spent[index] += seconds
            count[index] += len(items(unit))
        measured = np.flatnonzero(count)
        if not measured.size:
            return None
        rates = np.full(len(count), spent.sum() / count.sum())  # of a kind of which none was measured
        for kind in set(self._kinds):
            own = np.array([index for index, each in enumerate(self._kinds) if each == kind])
            if (known := own[count[own] > 0]).size:
                rates[own] = np.interp(own, known, spent[known] / count[known])
        return rates
