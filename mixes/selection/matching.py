"""The same cluster in two models: components matched by their responsibilities, so that colours mean the same."""

import numpy as np
from scipy.optimize import linear_sum_assignment

_GAIN = 0.05  # a new matching must gain this share of the rows over the last one


def match(reference, posterior, before=None):
    """Numbers for the components of a model, so that the same cluster has the same number in two models.

    The numbers are those of the reference's components, by the optimal assignment on shared responsibilities;
    components that are left over take the free numbers in ascending order.

    Parameters
    ----------
    reference, posterior : arrays (n, k0), (n, k)
        Responsibilities of the same rows in two models.
    before : array (k,) of int, optional
        The last matching; it is kept unless another one gains more than 5 % of the rows.

    Returns
    -------
    array (k,) of int
        Distinct numbers below max(k0, k).
    """
    reference, posterior = np.asarray(reference, dtype=float), np.asarray(posterior, dtype=float)
    if reference.ndim != 2 or posterior.ndim != 2 or len(reference) != len(posterior):
        raise ValueError(
            f"reference has shape {reference.shape} and posterior {posterior.shape}; they need (rows, components), with the same rows."
        )
    k = posterior.shape[1]
    shared = np.zeros((max(k, reference.shape[1]), k))  # numbers beyond the reference's share nothing
    shared[: reference.shape[1]] = reference.T @ posterior
    taken, components = linear_sum_assignment(shared[: reference.shape[1]], maximize=True)
    numbers = np.full(k, -1)
    numbers[components] = taken
    free = np.ones(len(shared), dtype=bool)
    free[taken] = False
    numbers[numbers < 0] = np.flatnonzero(free)[: k - len(taken)]
    if before is None:
        return numbers
    before = np.asarray(before)
    if (
        before.dtype.kind not in "iu"
        or before.shape != (k,)
        or (not np.isin(before, np.arange(len(shared))).all() or len(np.unique(before)) < k)
    ):
        raise ValueError(f"before is {before.tolist()}; it needs {k} different numbers from 0 to {len(shared) - 1}.")
    each = np.arange(k)
    gain = shared[numbers, each].sum() - shared[before, each].sum()
    return numbers if gain > _GAIN * len(reference) else before
