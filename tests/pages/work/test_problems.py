"""What the library says of what cannot be is said in words of the page."""

import re

import numpy as np
import pytest

from mixes import DGMM, GMM, DeepParameters, GaussianParameters, Layer
from pages.work.lookup import of_models
from pages.work.problems import in_words

FEW = np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]])
START = GaussianParameters([0.5, 0.5], np.zeros((2, 2)), np.tile(np.eye(2), (2, 1, 1)))
LAYERS = DeepParameters((Layer(np.full(2, 0.5), np.zeros((2, 2)), np.ones((2, 2, 1)), np.ones((2, 2))),))


@pytest.mark.parametrize(
    "model, X, said",
    [
        (GMM(4), FEW, "4 components are too many: only 3 of these rows differ."),
        (DGMM([2, 4], [1, 1]), FEW, "4 components of layer 2 are too many: only 3 of these rows differ."),
        (GMM(1), FEW[[0, 0, 0]], "All 3 rows are the same; a mixture needs two that differ."),
        (GMM(3, init=START), FEW, "The saved model to start from has 2 components in 2 features; here are 3 components and 2 features."),
        (
            DGMM([3], [1], init=LAYERS),
            FEW,
            "The saved model to start from has layers of [2] components and [1] factors in 2 features; here are layers of [3] and [1], "
            "and 2 features.",
        ),
    ],
    ids=lambda each: type(each).__name__ if not isinstance(each, str) else "",
)
def test_sentences_of_the_library_are_said_in_words_of_the_page(model, X, said):
    with pytest.raises(ValueError) as problem:
        model.prepared(X)
    assert in_words(str(problem.value)) == said
    assert in_words(said) == said


def test_no_keyword_stays_in_a_sentence():
    for keyword in {setting.keyword for setting in of_models() if setting.words and "_" in setting.keyword}:
        assert not re.search(rf"\b{keyword}\b", in_words(f"{keyword} is 7; it needs something else."))
