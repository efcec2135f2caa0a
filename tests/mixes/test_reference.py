"""R mclust's optima (model VVV), computed with the published package."""

import json
from pathlib import Path

import numpy as np
import pytest

from mixes import GMM, GaussianParameters

REFERENCE = Path(__file__).parents[1] / "reference"


def load(name):
    result = json.loads((REFERENCE / f"mclust_params_{name}.json").read_text())
    X = np.genfromtxt(REFERENCE / result["file"], delimiter=",", names=True)
    X = np.column_stack([X[column] for column in X.dtype.names if column != "label"])
    return X, GaussianParameters(result["pro"], result["mean"], result["sigma"]), result["loglik"]


@pytest.mark.parametrize("name", ["iris", "faithful_scaled"])
def test_log_likelihood_of_mclusts_parameters(name):
    X, parameters, expected = load(name)
    assert GMM.from_parameters(parameters).score_samples(X).sum() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name, k, init", [("iris", 3, "kmeans"), ("faithful_scaled", 2, "kmeans"), ("faithful_scaled", 2, "random")])
def test_fit_reaches_mclusts_optimum(name, k, init):
    X, parameters, expected = load(name)
    model = GMM(k, init=init, n_init=5 if init == "random" else 1, random_state=0, max_iter=500).fit(X)
    assert model.log_likelihood_ >= expected - 1e-3
    exact = GMM(k, init=model.parameters_, var_regularization=0, stopping_criterion=None, max_iter=100).fit(X)
    assert exact.log_likelihood_ >= expected - 1e-4
    order = np.argsort(exact.means_[:, 0])
    reference = np.argsort(parameters.means[:, 0])
    np.testing.assert_allclose(exact.means_[order], parameters.means[reference], atol=1e-3)
    assert exact.bic(X) == pytest.approx(-2 * expected + parameters.n_parameters * np.log(len(X)), abs=1e-3)
