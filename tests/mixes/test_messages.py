"""What cannot be used is said in one sentence: tables, parameters, and saved text that was damaged."""

import json
import random
import re

import numpy as np
import pandas as pd
import pytest

from mixes import (
    DGMM,
    GMM,
    GMN,
    DiagonalSkewParameters,
    GaussianParameters,
    Layer,
    Run,
    SkewGMM,
    SkewParameters,
    parameters_from_json,
    parameters_to_json,
)

X = np.concatenate([np.random.default_rng(0).normal(c, 1, size=(20, 2)) for c in (-4, 4)])
FITTED = GMM(2, random_state=0).fit(X)


def said(use, *given, error=ValueError):
    """The sentence that is raised; it is one line and ends like one."""
    with pytest.raises(error) as raised:
        use(*given)
    sentence = str(raised.value)
    assert "\n" not in sentence and sentence[-1] in ".)", sentence
    return sentence


# -- tables ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows, sentence",
    [
        (None, "X is None; it needs a table of numbers, (rows, features)."),
        ("text", "X is 'text'; a file needs to be .npy or .parquet, or a folder of .parquet files."),
        (3.5, "X is 3.5; it needs a table of numbers, (rows, features)."),
        ({"a": [1, 2]}, "X is {'a': [1, 2]}; it needs a table of numbers, (rows, features)."),
        ([[1, 2], [3]], "Row 1 of X has length 1, but row 0 has 2; all rows need the same."),
        ([[1, 2], [3, 4], 5], "Row 2 of X has length 1, but row 0 has 2; all rows need the same."),
        (np.array([np.zeros(2), np.zeros(3)], dtype=object), "Row 1 of X has length 3, but row 0 has 2; all rows need the same."),
        (np.array([[1, 2], [3, "a"]], dtype=object), "Input X contains 'a' in row 1, column 1; every cell needs a number."),
        (pd.DataFrame({"a": [1, 2], "b": [3, "x"]}), "Input X contains 'x' in row 1, column 'b'; every cell needs a number."),
        ([[1, 2], [3, 10**400]], f"Input X contains 1{56 * '0'}... in row 1, column 1; every cell needs a number."),
        (np.arange(4.0), "X has shape (4,); it needs a table, (rows, features). Reshape your data: X.reshape(-1, 1) makes it one feature."),
        (np.zeros((3, 2, 2)), "X has shape (3, 2, 2); it needs a table, (rows, features)."),
        (np.ones((4, 2)) * 1j, "Complex data not supported: X holds complex numbers, but a table of real ones is needed."),
        (np.ma.masked_equal([[1, 2], [3, 0], [5, 6]], 0), "Input X contains NaN in row 1, column 1; leave the row out or fill it in."),
    ],
    ids=[
        "None",
        "text",
        "number",
        "mapping",
        "ragged",
        "a number among rows",
        "arrays",
        "a word",
        "a word in a frame",
        "a huge integer",
        "1-d",
        "3-d",
        "complex",
        "masked",
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(rows, sentence):
    assert said(GMM(2).fit, rows) == sentence
    if hasattr(rows, "columns"):
        return  # the model below has no names for columns
    assert said(FITTED.predict, rows) == sentence
    if rows is not None:  # then there are none
        assert said(lambda: GMM(2).start(X, X_validation=rows)) == re.sub(r"\bX\b", "X_validation", sentence)


@pytest.mark.parametrize("names, where", [(None, "column 1"), (["a", "b"], "column 'b'")])
def test_a_value_whose_square_is_no_number_is_named(names, where):
    table = pd.DataFrame(X.copy(), columns=names)
    table.iloc[7, 1] = -1e160
    for model in (GMM(2), SkewGMM(2), DGMM([2], [1])):
        with np.errstate(all="raise"):
            sentence = said(model.fit, table if names else table.to_numpy())
        assert sentence == (
            f"Input X contains -1e+160 in row 7, {where}; squares of such values are beyond the range "
            "of numbers, so that 1e+150 is the limit: use a larger unit."
        )


@pytest.mark.parametrize("weight", ["heavy", [[1], [2, 3]], {"a": 1}])
def test_weights_that_are_no_numbers(weight):
    assert said(lambda: GMM(2).fit(X, sample_weight=weight)).startswith("sample_weight is ")


# -- parameters --------------------------------------------------------------------------------------------------------

GAUSSIAN = {"weights": [0.5, 0.5], "means": np.zeros((2, 2)), "covariances": np.stack([np.eye(2)] * 2)}
SKEW = {"weights": [0.5, 0.5], "locations": np.zeros((2, 2)), "skewness": np.ones((2, 2, 1)), "scales": np.stack([np.eye(2)] * 2)}


@pytest.mark.parametrize("cls, fields", [(GaussianParameters, GAUSSIAN), (SkewParameters, SKEW)])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_entry_that_is_not_finite_is_named_with_its_place(cls, fields, value):
    for name, array in fields.items():
        array = np.array(array, dtype=float)
        place = tuple(np.array(array.shape) - 1)
        array[place] = value
        assert said(lambda: cls(**{**fields, name: array})) == (
            f"{name}[{', '.join(map(str, place))}] is {value:g}; it needs a finite number."
        )


@pytest.mark.parametrize(
    "weights, sentence",
    [
        ([0.5, 0.50001], "weights sums to 1.00001; it needs probabilities that sum to 1."),
        ([0.2, 0.7999], "weights sums to 0.9999; it needs probabilities that sum to 1."),
        ([-1, 2], "weights[0] is -1; it needs probabilities that sum to 1."),
        ([], "weights is empty; it needs at least one component."),
        ("half", "weights is 'half'; it needs an array of numbers."),
        ([[1], [2, 3]], "weights is [[1], [2, 3]]; it needs an array of numbers."),
    ],
)
def test_weights_that_are_no_probabilities_say_why(weights, sentence):
    assert said(lambda: GaussianParameters(**{**GAUSSIAN, "weights": weights})) == sentence
    assert said(lambda: SkewParameters(**{**SKEW, "weights": weights})) == sentence


@pytest.mark.parametrize("weights", [np.array([1 / 3, 1 / 3, 1 / 3], dtype=np.float32), [0.3333333] * 3, [0.1, 0.2, 0.7 + 3e-8]])
def test_weights_that_miss_1_by_rounding_are_made_to_sum_to_1(weights):
    exact = np.array(weights, dtype=float)
    assert exact.sum() != 1
    for cls, fields in ((GaussianParameters, GAUSSIAN), (SkewParameters, SKEW)):
        three = {name: np.concatenate([value, value[:1]]) for name, value in fields.items()}
        found = cls(**{**three, "weights": weights}).weights
        assert found.sum() == pytest.approx(1, abs=1e-15)
        np.testing.assert_allclose(found, exact / exact.sum(), rtol=1e-15)


def test_weights_of_our_own_keep_their_bits():
    for seed in range(50):
        weights = np.random.default_rng(seed).dirichlet(np.full(7, 0.3))
        found = GaussianParameters(weights, np.zeros((7, 1)), np.ones((7, 1, 1))).weights
        np.testing.assert_array_equal(found, weights)


def test_no_features_and_no_components_are_said():
    assert "means has shape (2, 0)" in said(lambda: GaussianParameters([0.5, 0.5], np.zeros((2, 0)), np.zeros((2, 0, 0))))
    assert "locations has shape (2, 0)" in said(
        lambda: SkewParameters([0.5, 0.5], np.zeros((2, 0)), np.zeros((2, 0, 1)), np.zeros((2, 0, 0)))
    )


# -- text --------------------------------------------------------------------------------------------------------------

MODELS = [
    GMM(2, random_state=0),
    SkewGMM(2, random_state=0),
    SkewGMM(2, "diagonal", random_state=0),
    DGMM([2, 2], [1, 1], random_state=0),
    GMN([2, 2], [1, 1], random_state=0),
]
TEXT = parameters_to_json(GaussianParameters(**GAUSSIAN))


def changed(**changes):
    """The text of parameters with other fields."""
    return json.dumps({**json.loads(TEXT), **changes})


@pytest.mark.parametrize(
    "text, sentence",
    [
        (5, "text is 5, not what parameters_to_json() returned."),
        (None, "text is None, not what parameters_to_json() returned."),
        ("{", "text is not what parameters_to_json() returned: it is no JSON."),
        ("[" * 100_000, "text is nested too deeply for anything that was saved."),
        ("[" * 900 + "]" * 900, "text is nested too deeply for anything that was saved."),
        ("{}", "text is not what parameters_to_json() returned: it holds no parameters of a model."),
        (changed(shade="red"), "GaussianParameters has no field 'shade'; it has weights, means, covariances, pinned, covariance_type."),
        (
            json.dumps({key: value for key, value in json.loads(TEXT).items() if key != "means"}),
            "GaussianParameters lacks its field 'means'; it needs weights, means, covariances.",
        ),
        (changed(weights={"array": [-1, 2], "shape": [2]}), "weights[0] is -1; it needs probabilities that sum to 1."),
        (changed(weights={"array": [float("nan"), 1], "shape": [2]}), "weights[0] is nan; it needs a finite number."),
        (changed(weights={"array": [0.5, 0.5], "shape": [-1]}), "weights has shape [2], but its text says [-1]."),
        (changed(weights={"array": [0.5, 0.5], "shape": [10**12]}), "weights has shape [2], but its text says [1000000000000]."),
        (changed(weights={"array": [0.5, 0.5]}), "weights has the fields array; it needs array, and shape, a list of lengths."),
        (changed(weights={"array": ["a", "b"], "shape": [2]}), "weights is ['a', 'b']; it needs an array of numbers."),
        (changed(weights="half"), "weights is 'half'; it needs an array of numbers."),
        (
            changed(covariances={"array": [[[1, 0], [0, 1]], [[1, 2], [2, 1]]], "shape": [2, 2, 2]}),
            "covariances[1] is not positive definite; give a symmetric matrix with positive eigenvalues.",
        ),
        (changed(means={"array": [[0, float("inf")], [0, 0]], "shape": [2, 2]}), "means[0, 1] is inf; it needs a finite number."),
        ('{"class": "DeepParameters", "layers": []}', "layers needs one Layer or more, the one next to the data first; it has []."),
        ('{"class": "DeepParameters", "layers": 3}', "layers needs one Layer or more, the one next to the data first; it has ['int']."),
    ],
)
def test_text_that_holds_no_parameters_says_why(text, sentence):
    assert said(parameters_from_json, text) == sentence


def test_narrow_scales_in_text_are_refused():
    text = json.loads(parameters_to_json(DiagonalSkewParameters(**{**SKEW, "skewness": np.stack([np.eye(2)] * 2)})))
    text["scales"]["array"][0] = [[1, 1], [1, 1]]
    assert said(parameters_from_json, json.dumps(text)).startswith("scales[0] is not positive definite")


def run_text(model=MODELS[0]):
    run = model.start(X)
    run.step()
    run.expectation()
    return run.to_json()


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"format": "mixes run 0"}, "text is not a saved run, as Run.to_json() gives it: its format is not 'mixes run 1'."),
        ({"states": []}, "text is a damaged run: it has no states."),
        (
            {"states": [{"class": "State"}]},
            "State lacks its field 'iteration'; it needs iteration, half, parameters, temperature, log_likelihood, objective.",
        ),
        ({"states": [3]}, "text is a damaged run: its state 0 is 3."),
        ({"seed": -1}, "text is a damaged run: its seed is -1 and its schedule [0, 100]."),
        ({"seed": "0"}, "text is a damaged run: its seed is '0'."),
        ({"schedule": [0]}, "text is a damaged run: its seed is 5 and its schedule [0]."),
        ({"half": "X"}, "text is a damaged run: its model is 'GMM' and its half 'X'."),
        ({"model": "GMX"}, "text is a damaged run: its model is 'GMX' and its half 'E'."),
        ({"settings": []}, "text is a damaged run: its settings is []."),
        ({"settings": {"colour": "red"}}, "text is a damaged run: GMM has no setting 'colour'."),
        ({"settings": {"max_iter": -3}}, "max_iter is -3; it needs a whole number of iterations, at least 1."),
        (
            {"settings": {"n_components": 3}},
            "text is a damaged run: the parameters of its state 1 do not suit its settings and "
            "X (init has 2 components in 2 features; n_components is 3 and X has 2 features.).",
        ),
        ({"settings": {"stopping_criterion": {"rule": "Exec"}}}, "text is a damaged run: its stopping criterion is {'rule': 'Exec'}."),
        ({"model": "SkewGMM", "settings": {}}, "text is a damaged run: the parameters of its state 0 are not SkewParameters."),
    ],
)
def test_a_damaged_run_says_what_is_damaged(change, sentence):
    content = json.loads(run_text()) | {"seed": 5} | change
    assert said(Run.from_json, json.dumps(content), X) == sentence


@pytest.mark.parametrize("field", ["model", "settings", "seed", "schedule", "data", "validation", "half", "restarts", "states"])
def test_a_run_that_lacks_a_field_names_it(field):
    content = json.loads(run_text())
    del content[field]
    assert said(Run.from_json, json.dumps(content), X) == f"text is a damaged run: its {field} is None."


def places(value, path=()):
    """Every place in nested dicts and lists, as paths."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (*path, key)
        yield from places(entry, (*path, key))


JUNK = [
    None,
    -1,
    1,
    2.5,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "State",
    [],
    [1],
    [[1, 2], [3]],
    {},
    True,
    {"array": [1.0], "shape": [1]},
    {"array": [1.0], "shape": [-1]},
    {"array": 1},
    {"class": "Event"},
    {"class": ["a"]},
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_whatever_is_changed_in_saved_text_it_is_read_or_refused_in_a_sentence(model):
    rng = random.Random(0)
    run = model.start(X)
    run.step()
    for text, read in (
        (run.to_json(), lambda text: Run.from_json(text, X).step()),
        (parameters_to_json(run.state.parameters), lambda text: model.from_parameters(parameters_from_json(text)).score_samples(X)),
    ):
        for _ in range(30):
            content = json.loads(text)
            *path, last = rng.choice(list(places(content)))
            owner = content
            for key in path:
                owner = owner[key]
            if rng.random() < 0.3:
                del owner[last]
            else:
                owner[last] = rng.choice(JUNK)
            try:
                with np.errstate(all="ignore"):
                    read(json.dumps(content))
            except ValueError as error:
                assert "\n" not in str(error)


@pytest.mark.parametrize("cell", [pd.NA, {"a": 1}, 1j])
def test_a_cell_of_another_kind_is_named(cell):
    table = np.array([[1.0, 2.0], [3.0, cell], [4.0, 5.0]], dtype=object)
    with pytest.raises(ValueError, match="row 1, column 1|complex"):
        GMM(1).fit(table)


@pytest.mark.parametrize(
    "model, setting",
    [
        (GMM, "n_components"),
        (GMM, "use_annealing"),
        (GMM, "annealing_shapes"),
        (GMM, "init"),
        (GMM, "update_rate"),
        (GMM, "stopping_criterion"),
        (GMM, "max_iter"),
        (SkewGMM, "skewness"),
        (DGMM, "e_step"),
        (DGMM, "hard_assignment"),
        (DGMM, "layer_sizes"),
        (DGMM, "path_samples"),
    ],
)
@pytest.mark.parametrize("value", [pd.Series([1.0, 2.0]), np.arange(300), {"a": None}], ids=["Series", "array", "dict"])
def test_a_setting_of_another_kind_is_said_in_one_line(model, setting, value):
    if setting == "layer_sizes" and isinstance(value, np.ndarray):
        value = value[:, None]
    with pytest.raises(ValueError, match=f"^{setting} ") as caught:
        model(**{setting: value}).fit(X)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 250


@pytest.mark.parametrize("model", [GMM(2), SkewGMM(2), DGMM([2], [1])], ids=lambda model: type(model).__name__)
def test_a_row_beyond_the_range_of_numbers_has_no_density_and_is_named(model):
    fitted = model.set_params(random_state=0).fit(X)
    far = np.concatenate([X[:3], np.full((1, X.shape[1]), 1e149) * np.sign(X[:1])])
    tiny = fitted.from_parameters(fitted.parameters_.rescaled(0.0, np.full(X.shape[1], 1e-8)))
    assert np.isneginf(tiny.score_samples(far)[3])
    with pytest.raises(ValueError, match="Row 3 of X lies so far from every component"):
        tiny.predict(far)


@pytest.mark.parametrize("model", [GMM(2), SkewGMM(2), DGMM([2], [1])], ids=lambda model: type(model).__name__)
def test_numbers_beyond_all_bounds_and_classes_in_the_place_of_objects_are_said(model):
    with pytest.raises(ValueError, match=f"^n_samples is {10**30}; it needs at most 2147483647 rows.$"):
        model.set_params(random_state=0, evaluator=None).fit(X).sample(10**30)
    with pytest.raises(ValueError, match="^evaluator is <class 'int'>; it needs an Evaluator or None.$"):
        model.set_params(evaluator=int).fit(X)


DEEP = {"weights": [0.5, 0.5], "means": np.zeros((2, 2)), "loadings": np.ones((2, 2, 1)), "noise": np.ones((2, 2))}
VARIANCES = ("covariances", "scales", "noise")


@pytest.mark.parametrize("cls, fields", [(GaussianParameters, GAUSSIAN), (SkewParameters, SKEW), (Layer, DEEP)])
@pytest.mark.parametrize("value", [1e308, 1e155])
def test_parameters_whose_squares_are_no_numbers_are_named(cls, fields, value):
    for name, array in fields.items():
        array = np.array(array, dtype=float)
        place = tuple(length - 1 for length in array.shape)
        if name == "weights" or (name in VARIANCES and value < 1e306):
            continue
        array[place] = value
        limit = 1e306 if name in VARIANCES else 1e153
        assert said(lambda: cls(**{**fields, name: array})) == (
            f"{name}[{', '.join(map(str, place))}] is {value:g}; such values lead beyond the range of numbers, "
            f"so that {limit:g} is the limit: use a larger unit."
        )


@pytest.mark.parametrize("fit", [GMM(2), GMM(2, "diag"), SkewGMM(2), SkewGMM(2, "diagonal"), DGMM([2], [1]), GMN([2, 2], [2, 1])], ids=repr)
def test_parameters_beside_each_other_beyond_the_range_of_numbers_do_not_warn(fit):
    saved = json.loads(parameters_to_json(fit.set_params(random_state=0, max_iter=1, stopping_criterion=None).fit(X).parameters_))
    for part in saved.get("layers", [saved]):
        for name in part.keys() - {"class", "weights", "memory", "pinned", "covariance_type"}:
            whole = part[name]["array"]
            for value in (1e150, -1e120, 1e-155, 5e-324):
                array = np.array(whole)
                array[(0,) * array.ndim] = value
                part[name]["array"] = array.tolist()
                try:
                    with np.errstate(all="raise", under="ignore"):
                        fitted = type(fit).from_parameters(parameters_from_json(json.dumps(saved)))
                        assert not np.isnan(fitted.score_samples(X)).any()
                        assert np.isfinite(fitted.predict_proba(X)).all()
                except ValueError as problem:
                    assert re.search("positive definite|nearer to 1.$|above 0.$|lies so far from every", str(problem)), problem
                part[name]["array"] = whole


def test_given_parameters_that_lie_far_apart_are_no_reason_to_warn():
    apart = GaussianParameters([0.5, 0.5], [[0, 0], [1e153, 0]], [1e-10 * np.eye(2), np.eye(2)])
    assert GMM.from_parameters(apart).score_samples(np.zeros((1, 2))) == pytest.approx(-np.log(4e-10 * np.pi))
