"""Deterministic annealing: the schedule of the inverse temperature (Ueda and Nakano, 1998)."""

RISING_SHARE = 0.9  # of the iterations; the rest run at v = 1, where EM is plain


def inverse_temperature(iteration, start, max_iter, origin=0):
    """Inverse temperature v of an iteration.

    v rises in equal steps from ``start`` at iteration ``origin + 1`` to 1 when 90 % of the iterations that lie
    between ``origin`` and ``max_iter`` are spent, and stays 1.

    Parameters
    ----------
    iteration : int
    start : float in (0, 1]
    max_iter : int
    origin : int
        The iteration after which the schedule begins: 0, or where a run was forked.

    Returns
    -------
    float in (0, 1]
    """
    steps = int(RISING_SHARE * (max_iter - origin))
    done = iteration - origin
    return 1.0 if done >= steps else start + (1 - start) * (done - 1) / (steps - 1)
