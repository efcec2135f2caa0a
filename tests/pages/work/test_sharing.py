"""What clusters share, as three choices."""

from itertools import product

import pytest

from mixes import GMM
from pages.work.sharing import LABELS, PARTS, SHARINGS, composed, drawing, letters, told


def test_every_combination_of_choices_is_a_structure_and_every_structure_one_of_them():
    made = {composed(dict(zip(PARTS, chosen))) for chosen in product(*(LABELS[part] for part in PARTS))}
    assert made == set(SHARINGS) and len(made) == 14
    for value in SHARINGS:
        assert composed(letters(value)) == value


@pytest.mark.parametrize("value", SHARINGS)
def test_what_is_chosen_is_what_the_model_is_given(value):
    model = GMM(2, value, random_state=0, max_iter=1, stopping_criterion=None).fit([[0.0, 0], [1, 2], [5, 5], [6, 7], [0.5, 0], [5, 6]])
    assert model.parameters_.covariance_type == SHARINGS[value]
    assert model.parameters_.structure["covariance_type"] == value


def test_words_and_drawings_tell_all_of_them_apart():
    assert len({told(value) for value in SHARINGS}) == len({drawing(value) for value in SHARINGS}) == 14
    assert told("EEE") == "The same size, the same shape, the same direction"
    assert told("VII") == "Sizes of their own, round"


def test_a_drawing_shows_what_is_shared():
    for value, code in SHARINGS.items():
        clusters = [part.split('"')[0] for part in drawing(value).split('style="')[1:]]
        sizes = [dict(each.split(":") for each in cluster.strip(";").split(";")) for cluster in clusters]
        areas = [float(each["width"][:-2]) * float(each["height"][:-2]) for each in sizes]
        assert (max(areas) < 1.05 * min(areas)) == (code[0] == "E"), value
        assert ({each["width"] == each["height"] for each in sizes} == {True}) == (code[1] == "I")
        assert (len({each["rotate"] for each in sizes}) == 1) == (code[2] != "V")
