"""Edits by hand: what each means for the parameters of every model, and how it is written."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from mixes import DeepParameters, DiagonalSkewParameters, Edit, GaussianParameters, Layer, SkewParameters, View, datasets
from mixes.deep.paths import path_gaussians
from mixes.gaussians import lift, merge
from tests.student_t import StudentParameters

KINDS = ["gaussian", "restricted", "full", "diagonal", "DGMM", "GMN", "one layer"]
every_kind = pytest.mark.parametrize("kind", KINDS)
D, K = 3, 3
VIEW = View(np.array([[0.5, 0, 0], [0, 0, 20.0]]), np.array([1.0, -3.0]), ("a", "c"))  # two features in other units
TURNED = View(np.array([[0.6, 0.8, 0], [0.3, -0.2, 0.9]]), np.array([0.5, 0.0]), ("x", "y"))
MATRIX = np.array([[1.3, 0.4], [-0.2, 0.8]])


def spd(rng, k=K, d=D):
    root = rng.normal(size=(k, d, d))
    return root @ root.swapaxes(1, 2) + 0.3 * np.eye(d)


def parameters(kind, seed=0):
    rng = np.random.default_rng(seed)
    weights, means = rng.dirichlet(np.full(K, 5.0)), 3 * rng.normal(size=(K, D))
    if kind == "gaussian":
        return GaussianParameters(weights, means, spd(rng))
    if kind == "diagonal":
        return DiagonalSkewParameters(weights, means, rng.normal(size=(K, D))[:, :, None] * np.eye(D), spd(rng))
    if kind in ("restricted", "full"):
        return SkewParameters(weights, means, rng.normal(size=(K, D, 1 if kind == "restricted" else D)), spd(rng))
    layers, p = [], D
    sizes, dims = ((K,), (2,)) if kind == "one layer" else ((K, 2, 2), (2, 2, 1))
    for k, r, above in zip(sizes, dims, (*sizes[1:], 1)):
        w = rng.dirichlet(np.full(k, 3.0), size=above).T if kind == "GMN" else rng.dirichlet(np.full(k, 3.0))
        layers.append(Layer(w, 2 * rng.normal(size=(k, p)), rng.normal(size=(k, p, r)), rng.uniform(0.1, 1, (k, p))))
        p = r
    return DeepParameters(tuple(layers))


def moments(mixture, *own):
    """Weight, mean and covariance of some clusters together."""
    if isinstance(mixture, DeepParameters):
        weights, means, covariances, owners = path_gaussians(mixture)
    else:
        weights, means, covariances, owners = mixture.weights, mixture.means, mixture.covariances, np.arange(len(mixture.weights))
    mine = np.isin(owners, own)
    total, mean, covariance = merge(weights[mine], means[mine], covariances[mine], np.zeros(mine.sum(), dtype=int), 1)
    return np.concatenate([total, mean.ravel(), covariance.ravel()])


def same_moments(one, other, rtol=1e-9):
    np.testing.assert_allclose(other, one, rtol=rtol, atol=1e-9)


def arrays(mixture):
    """All arrays of a mixture, by name."""
    parts = {"": mixture} if not isinstance(mixture, DeepParameters) else dict(enumerate(mixture.layers))
    return {
        (at, f.name): getattr(part, f.name)
        for at, part in parts.items()
        for f in fields(part)
        if f.name not in ("pinned", "memory", "covariance_type")
    }


def assert_others_stay(before, after, j):
    """All but component j is as it was, to the last bit."""
    for (at, name), array in arrays(before).items():
        new = arrays(after)[at, name]
        rest = np.delete(np.arange(len(array)), j) if at in ("", 0) and name != "weights" else slice(None)
        np.testing.assert_array_equal(new[rest], array[rest])


def same(one, other, rtol=1e-9):
    for name, array in arrays(one).items():
        np.testing.assert_allclose(arrays(other)[name], array, rtol=rtol, atol=1e-9)


def seen(mixture, view, j):
    """Mean and covariance of a cluster's marginal."""
    _, *rest = np.split(moments(mixture, j), [1, 1 + D])
    return view.points(rest[0]), view.axes @ rest[1].reshape(D, D) @ view.axes.T


# -- what edits mean -----------------------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("view", [VIEW, TURNED], ids=["features", "any axes"])
def test_a_moved_component_has_its_mean_at_the_place_and_nothing_else_changes(kind, view):
    before = parameters(kind)
    after = Edit("move", 1, numbers=(4.25, 79.5)).applied(before, view)
    mean, covariance = seen(after, view, 1)
    np.testing.assert_allclose(mean, [4.25, 79.5], rtol=1e-12)
    np.testing.assert_allclose(covariance, seen(before, view, 1)[1], rtol=1e-12)
    shift = after.centers[1] - before.centers[1]
    across = np.eye(D) - lift(view.axes) @ view.axes
    np.testing.assert_allclose(across @ shift, 0, atol=1e-12)
    same_moments(moments(before, 1)[1 + D :], moments(after, 1)[1 + D :])
    assert_others_stay(before, after, 1)


@pytest.mark.parametrize("kind", ["gaussian", "restricted", "full"])
@pytest.mark.parametrize("view", [VIEW, TURNED], ids=["features", "any axes"])
def test_a_transformed_component_is_seen_transformed_and_stays_where_it_is(kind, view):
    before = parameters(kind)
    after = Edit("reshape", 2, numbers=MATRIX.ravel()).applied(before, view)
    (mean, covariance), (new_mean, new_covariance) = seen(before, view, 2), seen(after, view, 2)
    np.testing.assert_allclose(new_mean, mean, rtol=1e-10)
    np.testing.assert_allclose(new_covariance, MATRIX @ covariance @ MATRIX.T, rtol=1e-10)
    if kind != "gaussian":
        np.testing.assert_allclose(view.axes @ after.skewness[2], MATRIX @ view.axes @ before.skewness[2], rtol=1e-9, atol=1e-12)
    across = np.linalg.svd(view.axes)[2][2:]  # directions that are not seen are carried along: T x - x lies along the axes
    assert np.abs(across @ (after.covariances[2] - before.covariances[2]) @ across.T).max() < 1e-10
    assert_others_stay(before, after, 2)


@every_kind
def test_a_component_of_any_kind_is_stretched_along_the_features(kind):
    before = parameters(kind)
    after = Edit("reshape", 0, numbers=(1.5, 0, 0, 0.5)).applied(before, VIEW)
    stretch = np.array([1.5, 1, 0.5])
    total, mean, covariance = np.split(moments(before, 0), [1, 1 + D])
    same_moments(np.concatenate([total, mean, (covariance.reshape(D, D) * np.outer(stretch, stretch)).ravel()]), moments(after, 0))
    assert_others_stay(before, after, 0)


@pytest.mark.parametrize("kind", ["diagonal", "DGMM", "GMN", "one layer"])
@pytest.mark.parametrize("view, matrix", [(VIEW, (1.3, 0.1, 0, 0.8)), (TURNED, (1.3, 0, 0, 0.8))], ids=["turned", "across features"])
def test_what_is_along_the_features_cannot_be_turned_and_says_why(kind, view, matrix):
    with pytest.raises(ValueError, match=r"cannot be turned: they stretch along the features only\.$") as raised:
        Edit("reshape", 0, numbers=matrix).applied(parameters(kind), view)
    assert str(raised.value) == parameters(kind).cannot["turn"]


@pytest.mark.parametrize("kind", ["restricted", "full", "diagonal"])
@pytest.mark.parametrize("view", [VIEW, TURNED], ids=["features", "any axes"])
def test_a_bent_component_has_its_arrow_as_asked_and_its_mean_and_covariance(kind, view):
    before, arrow = parameters(kind), (0.02, -1.0)
    edit = Edit("bend", 1, numbers=arrow)
    after = edit.applied(before, view)
    np.testing.assert_allclose(view.axes @ (after.means - after.locations)[1], arrow, rtol=1e-10)
    same_moments(moments(before, 1), moments(after, 1))
    assert_others_stay(before, after, 1)
    assert str(edit.told(after, view)) == "You bent component 2."


@pytest.mark.parametrize("kind", ["restricted", "full", "diagonal"])
def test_an_arrow_that_is_too_long_is_made_shorter_and_that_is_said(kind):
    before, edit = parameters(kind), Edit("bend", 1, numbers=(50.0, 900.0))
    after = edit.applied(before, VIEW)
    same_moments(moments(before, 1), moments(after, 1))
    assert np.linalg.eigvalsh(after.scales[1])[0] > 0
    assert str(edit.told(after, VIEW)) == "You bent component 2, as far as its spread allows."
    lengths = VIEW.axes @ (after.means - after.locations)[1] / (50, 900)
    assert 0 < lengths[0] < 0.1 and lengths[0] == pytest.approx(lengths[1])  # where it points to is kept


@every_kind
@pytest.mark.parametrize("seed", range(3))
def test_the_halves_of_a_split_have_its_moments_together_and_merged_they_are_it_again(kind, seed):
    before = parameters(kind, seed)
    after = Edit("split", 1).applied(before, VIEW)
    assert after.n_clusters == K + 1
    same_moments(moments(before, 1), moments(after, 1, K))
    one, other = moments(after, 1), moments(after, K)
    assert one[0] == other[0] and np.linalg.norm(one[1 : 1 + D] - other[1 : 1 + D]) > 0.1
    back = Edit("merge", 1, K).applied(after, VIEW)
    same_moments(moments(before, 1), moments(back, 1))
    if kind not in ("restricted", "full", "diagonal"):  # whose arrows may have been made shorter
        same(before, back)
    assert_others_stay(before, back, 1)


def test_the_halves_lie_half_a_standard_deviation_from_the_mean_along_the_longest_axis():
    before = GaussianParameters([0.3, 0.7], [[1.0, 2.0], [9.0, 9.0]], [[[4.0, 0.0], [0.0, 1.0]], np.eye(2)])
    after = before.split(0)
    np.testing.assert_allclose(after.means, [[0, 2], [9, 9], [2, 2]])
    np.testing.assert_allclose(after.covariances[[0, 2]], [[[3, 0], [0, 1]]] * 2)
    np.testing.assert_allclose(after.weights, [0.15, 0.7, 0.15])


def test_a_deep_component_with_little_but_noise_is_split_along_its_widest_feature():
    layer = Layer([1.0], [[0.0, 0.0]], [[[0.1], [0.1]]], [[1.0, 4.0]])
    after = DeepParameters((layer,)).split(0)
    np.testing.assert_allclose(after.layers[0].means, [[0, -1], [0, 1]], atol=1e-12)
    np.testing.assert_allclose(after.layers[0].noise, [[1, 3]] * 2)


@every_kind
def test_merged_components_have_the_moments_of_the_pair(kind):
    before = parameters(kind)
    after = Edit("merge", 2, 0).applied(before, VIEW)
    assert after.n_clusters == K - 1
    pair, one = moments(before, 0, 2), moments(after, 0)
    if isinstance(before, DeepParameters):  # as far as its factors go: of the covariance, the variances
        at = np.r_[: 1 + D, 1 + D + np.arange(D) * (D + 1)]
        pair, one = pair[at], one[at]
    same_moments(pair, one)
    same_moments(moments(before, 1), moments(after, 1))


@pytest.mark.parametrize("kind", ["DGMM", "GMN", "one layer"])
def test_as_many_factors_as_features_merge_all_of_the_covariance(kind):
    small = parameters(kind)
    first = small.layers[0]
    flat = replace(first, means=first.means[:, :2], loadings=first.loadings[:, :2], noise=first.noise[:, :2])
    before = DeepParameters((flat, *small.layers[1:]))
    after = before.merged(0, 2)
    pair, one = ([*path_gaussians(each)[:3], path_gaussians(each)[3]] for each in (before, after))
    found = [
        merge(w[keep], m[keep], c[keep], np.zeros(keep.sum(), dtype=int), 1)
        for (w, m, c, o), keep in ((pair, np.isin(pair[3], [0, 2])), (one, one[3] == 0))
    ]
    for expected, got in zip(*found):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)


@every_kind
@pytest.mark.parametrize("weight", [0.01, 0.4, 0.97])
def test_a_weighed_component_has_the_weight_and_the_others_share_the_rest_as_before(kind, weight):
    before = parameters(kind)
    after = Edit("weigh", 1, numbers=(weight,)).applied(before, VIEW)
    assert moments(after, 1)[0] == pytest.approx(weight, rel=1e-12)
    for name, array in arrays(before).items():
        if name[1] != "weights":
            np.testing.assert_array_equal(arrays(after)[name], array)
    if kind != "GMN":  # there it is so for each component above
        for j in (0, 2):
            same_moments(moments(before, j)[1:], moments(after, j)[1:])
            assert moments(after, j)[0] / moments(before, j)[0] == pytest.approx((1 - weight) / (1 - moments(before, 1)[0]), rel=1e-9)
    back = Edit("weigh", 1, numbers=(moments(before, 1)[0],)).applied(before, VIEW)
    same(before, back)


def test_in_a_network_each_component_above_leads_to_the_others_in_the_same_shares_and_to_its_own_by_one_factor():
    before = parameters("GMN")
    table, weight = before.layers[0].weights, moments(before, 1)[0]
    for factor in (0.5, 1.2):
        new = before.weighed(1, factor * weight).layers[0].weights
        np.testing.assert_allclose(new[0] / new[2], table[0] / table[2])
        ratio = new[1] / table[1] if factor < 1 else (1 - new[1]) / (1 - table[1])
        np.testing.assert_allclose(ratio, ratio[0])
    layers = before.layers
    alone = DeepParameters((replace(layers[0], weights=np.array([[0.2, 0.0], [0.3, 1.0], [0.5, 0.0]])), *layers[1:]))
    assert moments(alone.weighed(1, 0.1), 1)[0] == pytest.approx(0.1) and (alone.weighed(1, 0.1).layers[0].weights > 0).all()


@every_kind
def test_what_is_left_of_a_deleted_component_are_the_others_with_its_weight(kind):
    before = parameters(kind)
    after = Edit("delete", 1).applied(before, VIEW)
    assert after.n_clusters == K - 1
    for old, new in ((0, 0), (2, 1)):
        if kind != "GMN":  # where components above choose among those that are left, paths change their shares
            same_moments(moments(before, old)[1:], moments(after, new)[1:])
        for at, name in arrays(before):
            if name != "weights" and at in ("", 0):
                np.testing.assert_array_equal(arrays(after)[at, name][new], arrays(before)[at, name][old])
    table = arrays(before)[next(iter(arrays(before)))[0], "weights"]
    rest = np.delete(table, 1, axis=0)
    np.testing.assert_allclose(arrays(after)[next(iter(arrays(before)))[0], "weights"], rest / rest.sum(axis=0))


def test_a_component_above_that_led_to_the_deleted_one_alone_leads_to_all():
    layers = parameters("GMN").layers
    table = np.array([[0.2, 0.0], [0.3, 1.0], [0.5, 0.0]])
    after = DeepParameters((replace(layers[0], weights=table), *layers[1:])).without(1)
    np.testing.assert_allclose(after.layers[0].weights, [[2 / 7, 2 / 7], [5 / 7, 5 / 7]])


@pytest.mark.parametrize("kind", ["DGMM", "GMN"])
def test_an_edit_forgets_what_was_averaged_of_sampled_paths(kind):
    before = replace(parameters(kind), memory=(np.ones(1),))
    for text in ("d1(0,0)", "t1(2)", "w1(0.2)", "s1", "m1.2", "x1"):
        edit = Edit.read(text)
        assert edit.applied(before, edit.view(np.zeros((2, D)))).memory == ()


@pytest.mark.parametrize("text", ["d1(0,0)", "t1(2)", "w1(0.2)", "w2(0.2)", "x2", "s1", "s2"])
def test_components_without_points_are_edited_too(text):
    for kind in KINDS:
        before = parameters(kind)
        if isinstance(before, DeepParameters):
            first, usual = before.layers[0], before.layers[0].weights.copy()
            usual[0] = 0
            before = replace(before, layers=(replace(first, weights=usual / usual.sum(axis=0)), *before.layers[1:]))
        else:
            before = replace(before, weights=[0, 0.4, 0.6])
        edit = Edit.read(text)
        assert np.isfinite(edit.applied(before, edit.view(np.zeros((2, D)))).centers).all()


# -- what cannot be done -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, text, why",
    [
        ("gaussian", "b1(1,1)", r"Gaussian components are symmetric: they cannot be bent\."),
        ("DGMM", "b1(1,1)", r"Paths through the layers are Gaussian, and symmetric: they cannot be bent\."),
        ("gaussian", "s4", r"edit is 's4': there is no component 4; there are 3\."),
        ("GMN", "m1.9", r"edit is 'm1\.9': there is no component 9; there are 3\."),
        ("full", "d1@2.7(1,1)", r"edit is 'd1@2\.7\(1,1\)': it needs feature 7, and there are 3\."),
        ("full", "d1(1,1,1,1)", r"it needs feature 4, and there are 3\."),
        ("gaussian", "d1(1e200,0)", r"means\[0, 0\] is 1e\+200; such values lead beyond the range of numbers"),
    ],
)
def test_an_edit_that_cannot_be_made_says_why(kind, text, why):
    edit = Edit.read(text)
    with pytest.raises(ValueError, match=why):
        edit.applied(parameters(kind), edit.view(np.zeros((4, D))))


def test_the_last_component_stays_and_so_do_the_only_ones_with_points():
    one = GaussianParameters([1.0], [[0.0]], [[[1.0]]])
    two = GaussianParameters([1.0, 0, 0], [[0.0], [1.0], [2.0]], np.ones((3, 1, 1)))
    view = View(np.eye(1), np.zeros(1), ("a",))
    with pytest.raises(ValueError, match=r"The last component cannot be deleted\."):
        Edit("delete", 0).applied(one, view)
    with pytest.raises(ValueError, match=r"Component 1 cannot be deleted: no other one has points\."):
        Edit("delete", 0).applied(two, view)
    with pytest.raises(ValueError, match=r"Component 1 cannot have another weight: no other one has points\."):
        Edit("weigh", 0, numbers=(0.5,)).applied(two, view)
    with pytest.raises(ValueError, match=r"Components 2 and 3 have no points: they can be deleted, not merged\."):
        Edit("merge", 2, 1).applied(two, view)


def test_a_model_from_outside_offers_what_it_can_and_says_what_it_cannot():
    outside = StudentParameters([0.5, 0.5], [[0.0, 0.0], [4.0, 4.0]], np.tile(np.eye(2), (2, 1, 1)), 4.0)
    assert outside.cannot["split"] == "Components of StudentParameters cannot be split." and "move" not in outside.cannot
    view = View(np.eye(2), np.zeros(2), ("a", "b"))
    np.testing.assert_allclose(Edit.read("d2(1,2)").applied(outside, view).means, [[0, 0], [1, 2]])
    assert len(Edit.read("x1").applied(outside, view).means) == 1 and Edit.read("p2").applied(outside, view).pinned == (1,)
    for text, name in (("s1", "split"), ("t1(1,0,0,1)", "reshape"), ("m1.2", "merge"), ("b1(1,1)", "bend")):
        with pytest.raises(ValueError) as raised:
            Edit.read(text).applied(outside, view)
        assert str(raised.value) == outside.cannot[name]


# -- pins go with their components ---------------------------------------------------------------------------------------


@every_kind
def test_pins_stay_with_their_components(kind):
    pinned, view = replace(parameters(kind), pinned=(0, 2)), VIEW
    after = {
        text: Edit.read(text).applied(pinned, view).pinned
        for text in ("d1(0,0)", "t1(2,0,0,2)", "s1", "s2", "m1.2", "m2.3", "x1", "x2", "x3", "p2", "f3")
    }
    assert after == {
        "d1(0,0)": (0, 2), "t1(2,0,0,2)": (0, 2), "s1": (2,), "s2": (0, 2), "m1.2": (1,), "m2.3": (0,), "x1": (1,), "x2": (0, 1), "x3": (0,), "p2": (0, 1, 2), "f3": (0,)
    }  # fmt: skip
    for text in ("p2", "f3"):
        assert_others_stay(pinned, Edit.read(text).applied(pinned, view), [])


@every_kind
def test_pins_that_are_none_are_refused_in_a_sentence(kind):
    for wrong in ((3,), (-1,), ("a",), 1, (True,), (0.5,)):
        with pytest.raises(ValueError, match=r"pinned is .*; it needs numbers of components, from 0 to 2\."):
            replace(parameters(kind), pinned=wrong)


# -- the text ------------------------------------------------------------------------------------------------------------

counts, values = st.integers(0, 999), st.floats(-1e6, 1e6) | st.floats(allow_nan=False, allow_infinity=False)
axes_of = lambda m: (
    st.just(()) | st.lists(counts, min_size=m, max_size=m, unique=True).map(tuple) | (st.just("pc") if m < 3 else st.nothing())
)


@st.composite
def edits(draw):
    kind = draw(st.sampled_from(["move", "reshape", "bend", "weigh", "split", "merge", "delete", "pin", "free"]))
    if kind == "merge":
        return Edit(kind, *draw(st.lists(counts, min_size=2, max_size=2, unique=True)))
    if kind in ("move", "bend"):
        m = draw(st.integers(1, 3))
        return Edit(kind, draw(counts), numbers=draw(st.lists(values, min_size=m, max_size=m)), axes=draw(axes_of(m)))
    if kind == "reshape":
        m = draw(st.integers(1, 2))
        numbers = draw(st.lists(st.floats(-0.4, 0.4), min_size=m * m, max_size=m * m))
        return Edit(kind, draw(counts), numbers=(np.reshape(numbers, (m, m)) + np.eye(m)).ravel(), axes=draw(axes_of(m)))
    if kind == "weigh":
        return Edit(kind, draw(counts), numbers=(draw(st.floats(0, 1, exclude_min=True, exclude_max=True)),))
    return Edit(kind, draw(counts))


@given(edits())
def test_a_text_is_read_as_the_edit_that_wrote_it(edit):
    text = str(edit)
    assert Edit.read(text) == edit and str(Edit.read(text)) == text
    assert not set(text) & set(";:~&=# +")  # what parts a link


@given(st.text(alphabet="dtbwsmxpf0123456789.,()@pc-e+", max_size=12))
def test_any_text_is_an_edit_or_said_to_be_none_in_a_sentence(text):
    try:
        edit = Edit.read(text)
    except ValueError as problem:
        assert str(problem).startswith("edit is ") and str(problem).endswith(".") and "\n" not in str(problem)
    else:
        assert Edit.read(str(edit)) == edit


@pytest.mark.parametrize(
    "text, edit",
    [
        ("d2(4.25,79.5)", Edit("move", 1, numbers=(4.25, 79.5))),
        ("d2@1.4(4.25,79.5)", Edit("move", 1, numbers=(4.25, 79.5), axes=(0, 3))),
        ("d2@pc(0.5,-1)", Edit("move", 1, numbers=(0.5, -1.0), axes="pc")),
        ("t2(1.2,0,0.1,0.9)", Edit("reshape", 1, numbers=(1.2, 0.0, 0.1, 0.9))),
        ("b2(0.5,-0.1)", Edit("bend", 1, numbers=(0.5, -0.1))),
        ("w2(0.3)", Edit("weigh", 1, numbers=(0.3,))),
        ("s2", Edit("split", 1)),
        ("m1.3", Edit("merge", 0, 2)),
        ("x1", Edit("delete", 0)),
        ("p2", Edit("pin", 1)),
        ("f2", Edit("free", 1)),
    ],
)
def test_the_forms_are_those_of_the_link(text, edit):
    assert Edit.read(text) == edit and str(edit) == text


@pytest.mark.parametrize(
    "text, why",
    [
        (None, "it needs a text such as d2(4.25,79.5), s2 or m1.3."),
        ("q2", "it needs a text such as d2(4.25,79.5), s2 or m1.3."),
        ("d0(1,2)", "it needs a text such as d2(4.25,79.5), s2 or m1.3."),
        ("d1(1,,2)", "it needs a text such as d2(4.25,79.5), s2 or m1.3."),
        ("d2", "numbers is (); to move needs numbers, as in d2(4.25,79.5)."),
        ("s2(1)", "numbers is (1.0,); to split needs no numbers."),
        ("m1", "other is None; to merge needs another component, as in m1.3."),
        ("m1.1", "other is 0; to merge needs another component, as in m1.3."),
        ("x1.2", "other is 1; to delete needs no other component."),
        ("t1(1,2)", "numbers has 2 numbers; to reshape needs a square matrix, 1, 4 or 9 of them."),
        ("t1(1,2,2,4)", "numbers is (1.0, 2.0, 2.0, 4.0); such a matrix makes a component flat, or far too large."),
        ("w1(1)", "numbers is (1.0,); to weigh needs one weight between 0 and 1, and no axes."),
        ("w1@2(0.5)", "numbers is (0.5,); to weigh needs one weight between 0 and 1, and no axes."),
        ("w1(0.5,0.5)", "numbers is (0.5, 0.5); to weigh needs one weight between 0 and 1, and no axes."),
        ("d1(1e999)", "numbers[0] is inf; it needs a finite number."),
        ("d2@1(1,2)", "axes is (0,) for 2 numbers; it needs as many different axes."),
        ("d2@3.3(1,2)", "axes is (2, 2) for 2 numbers; it needs as many different axes."),
        ("d2@pc(1,2,3)", "axes is 'pc' for 3 numbers; it needs as many different axes."),
    ],
)
def test_a_text_that_is_no_edit_says_why(text, why):
    with pytest.raises(ValueError) as raised:
        Edit.read(text)
    assert str(raised.value) == f"edit is {text!r}: {why}"


def test_a_place_is_in_the_units_of_the_table():
    data = datasets.load("Old Faithful")
    scaling, edit = data.standardised(), Edit.read("d2(4.25,79.5)")
    Z, before = scaling.transform(data.X), GaussianParameters([0.5, 0.5], np.zeros((2, 2)), np.tile(np.eye(2), (2, 1, 1)))
    np.testing.assert_allclose(edit.applied(before, edit.view(Z, scaling)).rescaled(scaling.center, scaling.scale).means[1], [4.25, 79.5])
    np.testing.assert_allclose(edit.applied(before, edit.view(Z)).means[1], [4.25, 79.5])


def test_principal_components_are_those_of_the_rows():
    X = np.random.default_rng(0).normal(size=(50, 4)) * [1, 5, 2, 1]
    for text, m in (("d1@pc(2,1)", 2), ("d1@pc(2)", 1)):
        view, principal = Edit.read(text).view(X), View.principal(X)
        np.testing.assert_array_equal(view.axes, principal.axes[:m])
