"""What the passes of EM tell of some rows, kept for those who look on."""


class Watched:
    """Responsibilities of some rows, of the last two passes: the step before is asked for while the next one comes.

    Parameters
    ----------
    rows : array of int
    X : array (m, d)
        The rows themselves.
    """

    def __init__(self, rows, X):
        self.rows, self.X, self._kept = rows, X, []

    def keep(self, parameters, v, eps, responsibilities):
        """Keep what a pass over all rows made (n, k), with what it was made of."""
        self._kept = [*self._kept[-1:], ((parameters, v, eps), responsibilities[self.rows])]

    def of(self, parameters, v, eps):
        """Responsibilities (m, k) made of just these parameters, at v and eps; None when they are not kept any more."""
        for made, kept in self._kept:
            if made[0] is parameters and made[1:] == (v, eps):
                return kept
        return None
