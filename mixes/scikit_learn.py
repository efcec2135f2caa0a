"""Gaussian mixtures as scikit-learn has them: fitted ones, and Python text that makes one without mixes."""

import numpy as np
from sklearn.mixture import GaussianMixture

from .gaussians import cholesky

_WIDTH = 110  # characters in a line of Python
_FACTORS = {  # of the precisions, and the precisions
    "full": ("np.linalg.inv(np.linalg.cholesky(covariances)).swapaxes(1, 2)", "factors @ factors.swapaxes(1, 2)"),
    "tied": ("np.linalg.inv(np.linalg.cholesky(covariances)).T", "factors @ factors.T"),
    "diag": ("1 / np.sqrt(covariances)", "factors**2"),
    "spherical": ("1 / np.sqrt(covariances)", "factors**2"),
}
_GAUSSIAN_MIXTURE = """\
mixture = GaussianMixture(n_components=len(weights), covariance_type="{type}")
mixture.weights_, mixture.means_, mixture.covariances_ = weights, means, covariances
factors = {factors}
mixture.precisions_cholesky_, mixture.precisions_ = factors, {precisions}
mixture.n_features_in_ = means.shape[1]"""


def gaussian_mixture(weights, means, covariances, covariance_type="full"):
    """A fitted ``sklearn.mixture.GaussianMixture`` of these components: weights (k,), means (k, d), covariances as its type has them."""
    mixture = GaussianMixture(len(weights), covariance_type=covariance_type)
    mixture.weights_, mixture.means_, mixture.covariances_ = weights, means, covariances
    if covariance_type in ("full", "tied"):
        inverse = np.linalg.inv(cholesky(covariances))
        mixture.precisions_cholesky_ = inverse.swapaxes(-2, -1)
        mixture.precisions_ = inverse.swapaxes(-2, -1) @ inverse
    else:
        mixture.precisions_cholesky_, mixture.precisions_ = 1 / np.sqrt(covariances), 1 / covariances
    mixture.converged_, mixture.n_iter_ = True, 0
    mixture.lower_bound_, mixture.n_features_in_ = np.nan, means.shape[1]
    return mixture


def gaussian_mixture_to_python(weights, means, covariances, covariance_type="full"):
    """Python text that makes ``mixture``, a fitted ``sklearn.mixture.GaussianMixture`` with these parameters; without mixes."""

    def assignment(name, array):
        head = f"{name} = np.array("
        numbers = np.array2string(
            array,
            separator=", ",
            threshold=array.size,
            max_line_width=_WIDTH,
            prefix=head,
            formatter={"float_kind": lambda value: repr(float(value))},
        )
        return f"{head}{numbers})"

    arrays = {"weights": weights, "means": means, "covariances": covariances}
    factors, precisions = _FACTORS[covariance_type]
    return "\n\n".join(
        [
            "import numpy as np\nfrom sklearn.mixture import GaussianMixture",
            *(assignment(name, array) for name, array in arrays.items()),
            _GAUSSIAN_MIXTURE.format(type=covariance_type, factors=factors, precisions=precisions),
        ]
    )
