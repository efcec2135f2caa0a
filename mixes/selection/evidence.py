"""What held-out scores say about which model predicts new rows best, and how sure that is, in plain words."""

from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

TEST_SIZE = 0.2
_TEST_RATIO = TEST_SIZE / (1 - TEST_SIZE)
_FEW, EARLY = 3, 5  # below so many splits nothing is said about noise; what is said is called early
_NOISE = 2  # standard errors
_SURE = 0.995  # a difference below this quantile of Student's t is called probable only
_ROUNDING, _NEGLIGIBLE = 1e-9, 1e-4  # differences per row: the same numbers; other stopping points of one optimum
# "not worth more than a bare mention" (Kass and Raftery, 1995, J. American Statistical Association 90:773-795)
BARE_BIC = 2


def summary(scores, test_ratio=_TEST_RATIO):
    """Mean held-out scores and their standard errors, corrected for the overlap of the training sets.

    The variance of one split's score is multiplied by ``1 / n_splits + n_test / n_train``: scores of random splits
    share most of their training rows, so that their plain standard error would be too small.

    Parameters
    ----------
    scores : array (n_splits, n_models)
        NaN where a model could not be fitted; its mean and standard error are then NaN.
    test_ratio : float
        Held-out rows per training row, ``n_test / n_train``.

    Returns
    -------
    means, standard_errors : arrays (n_models,)
        NaN without a split; the standard error needs two.

    References
    ----------
    Nadeau and Bengio (2003), Machine Learning 52:239-281.
    """
    scores = np.asarray(scores, dtype=float)
    n_splits, n_models = scores.shape
    unknown = np.full(n_models, np.nan)
    means = scores.mean(axis=0) if n_splits else unknown
    if n_splits < 2:
        return means, unknown
    return means, np.sqrt(scores.var(axis=0, ddof=1) * (1 / n_splits + test_ratio))


class _Lead(NamedTuple):
    """How far the best model is ahead of another one."""

    name: str
    grade: str  # "the same", "practically the same", "noise", "probable" or "clear"
    mean: float
    error: float

    def __str__(self):
        scale = self.error or self.mean
        decimals = int(np.clip(1 - np.floor(np.log10(scale)), 0, 6)) if scale > 0 else 0
        return f"{self.mean:.{decimals}f} ± {self.error:.{decimals}f}"


def _lead(name, differences, test_ratio):
    """The lead that the differences (n_splits,) of two models' scores show."""
    (mean,), (error,) = summary(differences[:, None], test_ratio)
    largest = np.abs(differences).max()
    if largest < _NEGLIGIBLE:
        grade = "the same" if largest < _ROUNDING else "practically the same"
    elif not mean >= _NOISE * error:  # nor with an error that is not known
        grade = "noise"
    else:
        grade = "clear" if mean >= student.ppf(_SURE, len(differences) - 1) * error else "probable"
    return _Lead(name, grade, float(mean), float(error))


def leading(scores, test_ratio=_TEST_RATIO, surely=False):
    """The models that the splits do not tell from the best one, itself the first: columns of the finite scores.

    Empty with too few splits. ``surely``: a lead that is probable only tells nothing apart, nor one that chance gives to
    the best of so many (Bonferroni).
    """
    if len(scores) < _FEW or not scores.shape[1]:
        return []
    best, *others = np.argsort(-scores.mean(axis=0), kind="stable").tolist()
    leads = {j: _lead("", scores[:, best] - scores[:, j], test_ratio) for j in others}
    if not surely:
        return [best, *(j for j, lead in leads.items() if lead.grade not in ("clear", "probable"))]
    sure = student.ppf(1 - (1 - _SURE) / max(1, len(others)), len(scores) - 1)
    return [best, *(j for j, lead in leads.items() if lead.grade != "clear" or lead.mean < sure * lead.error)]


def evidence(names, table, scores, test_ratio=_TEST_RATIO, planned=0):
    """One plain sentence on what the evidence says, and how sure it is.

    Models are compared by the paired differences of their held-out scores. A difference below two standard errors is
    called noise; one below the 99 % point of Student's t with ``n_splits - 1`` degrees of freedom probable only.

    Parameters
    ----------
    names : sequence of str
        What the sentence calls the models.
    table : DataFrame
        Of `mixes.selection.tabulate`; its "log-likelihood" (NaN: the model failed), "BIC" and "parameters" are read.
    scores : array (n_splits, n_models)
        Held-out log-likelihood per row of the splits so far; NaN where a model could not be fitted.
    test_ratio : float
        Held-out rows per training row.
    planned : int, optional
        How many splits there will be. Until then, and with fewer than 5, the sentence says that it is early.

    Returns
    -------
    str
    """
    names = np.array([str(name) for name in names], dtype=object)
    scores = np.asarray(scores, dtype=float)
    if len(table) != len(names) or scores.ndim != 2 or scores.shape[1] != len(names):
        raise ValueError(
            f"scores has shape {scores.shape} and table {len(table)} rows; with {len(names)} names they "
            f"need (splits, {len(names)}) and {len(names)}."
        )
    fitted = np.isfinite(table["log-likelihood"].to_numpy(dtype=float))
    scored = fitted & np.isfinite(scores).all(axis=0)
    parts = _verdict(names[scored], table[scored], scores[:, scored], test_ratio, len(names))
    for who, what in ((names[~fitted], "failed"), (names[fitted & ~scored], "could not be fitted on every split")):
        if len(who):
            parts.append(f"{listed(who)} {what} and {'is' if len(who) == 1 else 'are'} left out")
    early = scored.sum() > 1 and _FEW <= len(scores) < max(planned, EARLY)
    of = f" of {planned}" if planned > len(scores) else ""
    return (f"Early, after {len(scores)}{of} splits: " if early else "") + "; ".join(parts) + "."


def _verdict(names, table, scores, test_ratio, n_models):
    """The parts of the sentence on the models that can be compared."""
    if n_models == 1 and len(names):
        return ["With one model there is nothing to compare"]
    if len(names) < 2:
        return [f"{'Only ' + names[0] if len(names) else 'No model'} could be fitted, so there is nothing to compare"]
    bic, parameters = table["BIC"].to_numpy(dtype=float), table["parameters"].to_numpy(dtype=int)
    if len(scores) < _FEW:
        return [*_too_few(names, scores), _bic_alone(names, bic)]
    order = np.argsort(-scores.mean(axis=0), kind="stable")
    best = order[0]
    leads = {j: _lead(names[j], scores[:, best] - scores[:, j], test_ratio) for j in order[1:]}
    equal = sorted(leading(scores, test_ratio))
    if len(equal) == len(names):
        parts, beside = [_no_winner(names, leads.values())], []
        if any(lead.grade == "noise" for lead in leads.values()) and np.ptp(parameters[equal]) == 0:
            beside = [_bic_alone(names, bic)]
    else:
        parts, beside = [_winner(names[best], list(leads.values()))], [_bic_beside(names, bic, best)]
    return [*parts, *beside, *_simplest(names, parameters, equal)]


def _too_few(names, scores):
    if not len(scores):
        return ["No split has been scored yet, so it is open which model predicts new rows best"]
    few = "One split is" if len(scores) == 1 else "Two splits are"
    means = scores.mean(axis=0)
    ahead = f"so far {names[means.argmax()]} is ahead" if np.ptp(means) >= _NEGLIGIBLE else "so far they are equal"
    return [f"{few} too few to tell a difference from noise", ahead]


def _no_winner(names, leads):
    grades = {lead.grade for lead in leads}
    if grades == {"the same"}:
        return f"{listed(names)} are the same here: on every split they give the held-out rows the same density"
    if grades <= {"the same", "practically the same"}:
        return (
            f"{listed(names)} are practically the same here: on every split their held-out log-likelihoods "
            f"differ by less than {_NEGLIGIBLE:g} per row"
        )
    largest = max(leads, key=lambda lead: lead.mean)
    which = "the difference of" if len(names) == 2 else "even the largest difference,"
    comma = "" if len(names) == 2 else ","
    return f"{listed(names)} predict new rows equally well as far as can be told: {which} {largest} per row{comma} is within the noise"


def _winner(best, leads):
    """The best model, and by how much it beats whom; at least one is beaten."""
    if len(leads) == 1:
        (lead,) = leads
        times = lead.mean / lead.error if lead.error else np.inf
        times = f"{int(times)} times" if times <= 100 else "more than 100 times"
        probably = "" if lead.grade == "clear" else "probably "
        return f"{best} {probably}predicts new rows better than {lead.name}, by {lead} per row: {times} the noise"
    grades = {lead.grade for lead in leads}
    claim = (
        "predicts new rows best"
        if grades == {"clear"}
        else "probably predicts new rows best"
        if grades <= {"clear", "probable"}
        else "comes first on new rows"
    )
    said = {
        "clear": "better than {} by {}",
        "probable": "probably better than {} by {}",
        "noise": "within the noise of {} ({})",
        "practically the same": "practically the same as {}",
        "the same": "the same as {}",
    }
    clauses = [words.format(lead.name, lead) for grade, words in said.items() for lead in leads if lead.grade == grade]
    return f"{best} {claim} (log density per row): {listed(clauses)}"


def _simplest(names, parameters, candidates):
    """Which of the models that predict alike has the fewest parameters; nothing when that is not a single one."""
    order = sorted(candidates, key=lambda j: parameters[j])
    if len(order) < 2 or parameters[order[0]] == parameters[order[1]]:
        return []
    if len(order) == 2:
        fewest, more = order
        return [f"{names[fewest]} has fewer parameters ({parameters[fewest]} against {parameters[more]})"]
    return [f"{names[order[0]]} has the fewest parameters of {listed(names[sorted(candidates)])} ({parameters[order[0]]})"]


def _bic_alone(names, bic):
    first, second = np.argsort(bic, kind="stable")[:2]
    if np.isclose(bic[first], bic[second], rtol=_ROUNDING, atol=0):
        return f"BIC is the same for {names[first]} and {names[second]}"
    if bic[second] - bic[first] < BARE_BIC:
        return f"BIC hardly tells {names[first]} from {names[second]}"
    return f"BIC prefers {names[first]}"


def _bic_beside(names, bic, best):
    """What BIC says beside the held-out scores, which are for ``best``."""
    other = min((j for j in range(len(names)) if j != best), key=lambda j: bic[j])
    if np.isclose(bic[other], bic[best], rtol=_ROUNDING, atol=0):
        return f"BIC is the same for {names[other]}"
    if abs(bic[other] - bic[best]) < BARE_BIC:
        return f"BIC hardly tells it from {names[other]}"
    return "BIC agrees" if bic[best] < bic[other] else f"BIC prefers {names[other]}"


def listed(words):
    """a, b and c"""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
