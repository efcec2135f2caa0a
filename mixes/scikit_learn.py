"""Gaussian mixtures as scikit-learn has them: fitted ones, and Python text that makes one without mixes."""

import numpy as np
from sklearn.mixture import GaussianMixture

from .gaussians import cholesky

_WIDTH = 110  # characters in a line of Python
_GAUSSIAN_MIXTURE = """\
mixture = GaussianMixture(n_components=len(weights), covariance_type="full")
mixture.weights_, mixture.means_, mixture.covariances_ = weights, means, covariances
mixture.precisions_cholesky_ = np.linalg.inv(np.linalg.cholesky(covariances)).swapaxes(1, 2)
mixture.precisions_ = mixture.precisions_cholesky_ @ mixture.precisions_cholesky_.swapaxes(1, 2)
mixture.n_features_in_ = means.shape[1]"""


def gaussian_mixture(weights, means, covariances):
    """A fitted ``sklearn.mixture.GaussianMixture`` of these components: weights (k,), means (k, d), covariances."""
    mixture = GaussianMixture(len(weights), covariance_type="full")
    mixture.weights_, mixture.means_, mixture.covariances_ = weights, means, covariances
    inverse = np.linalg.inv(cholesky(covariances))
    mixture.precisions_cholesky_ = inverse.swapaxes(1, 2)
    mixture.precisions_ = inverse.swapaxes(1, 2) @ inverse
    mixture.converged_, mixture.n_iter_ = True, 0
    mixture.lower_bound_, mixture.n_features_in_ = np.nan, means.shape[1]
    return mixture


def gaussian_mixture_to_python(weights, means, covariances):
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
    return "\n\n".join(
        [
            "import numpy as np\nfrom sklearn.mixture import GaussianMixture",
            *(assignment(name, array) for name, array in arrays.items()),
            _GAUSSIAN_MIXTURE,
        ]
    )
