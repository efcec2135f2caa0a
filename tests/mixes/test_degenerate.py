"""Components that are narrow by chance are told from thin clusters, and never win a choice between starts."""

import numpy as np
import pytest

from mixes import DGMM, GMM, GMN, DeepParameters, GaussianParameters, Layer, SkewGMM, datasets
from mixes.degenerate import degenerate, suspects, value_spacing

IRIS = datasets.load("Iris")
DIGITS = datasets.load("Digits").X[:600]
CLOUD = np.random.default_rng(0).standard_normal((200, 2))
ROUND = np.eye(2)


def no_steps():
    return np.zeros(2)


def sheet(width, angle=0.5):
    """Covariance of a component that is 1 wide along and ``width`` across a line."""
    across = np.array([-np.sin(angle), np.cos(angle)])
    return np.eye(2) - (1 - width**2) * np.outer(across, across)


def found(rows, covariance, n=200, spacing=no_steps, others=ROUND):
    share = rows / n
    return degenerate(np.array([1 - share, share]), np.array([others, covariance]), n, spacing)


def line(n, width, rng):
    return np.column_stack([2 * rng.standard_normal(n), width * rng.standard_normal(n)])


def told(run):
    return [event for event in run.finish().events if event.kind == "degenerate component"]


def test_a_few_rows_in_a_sheet_are_chance_and_many_are_not():
    (narrow,) = found(6, sheet(1e-3))
    assert narrow.component == 1 and narrow.times == pytest.approx(1000, rel=0.01) and narrow.rows == pytest.approx(6)
    assert not found(60, sheet(1e-3))
    assert not found(6, sheet(0.2))  # not narrow
    assert not found(20, 1e-4 * ROUND)  # a tight cluster is no sheet


def test_what_all_components_share_makes_none_of_them_narrow():
    flat = np.diag([1, 1e-8])
    assert not degenerate(np.full(3, 1 / 3), np.array([flat, flat, sheet(1e-4, 0)]), 300, no_steps)
    # a single wide one changes nothing
    assert not degenerate(np.array([0.5, 0.47, 0.03]), np.array([flat, flat, ROUND]), 300, no_steps)
    assert not degenerate(np.ones(1), flat[None], 300, no_steps)


@pytest.mark.parametrize("model", [GMM(2, var_regularization=0), SkewGMM(2, var_regularization=0), DGMM([2], [1], var_regularization=0)])
def test_columns_that_depend_on_each_other_make_no_sheet(model):
    x = np.r_[CLOUD[:60, 0], 9 + CLOUD[60:120, 0]]
    X = np.column_stack([x, 1e8 * x, np.full(120, 3.0), CLOUD[:120, 1]])
    assert not told(model.set_params(random_state=0).start(X))


def test_all_that_are_degenerate_are_looked_at_and_few_others():
    rng = np.random.default_rng(0)
    for _ in range(40):
        shapes = rng.standard_normal((5, 3, 3)) * np.where(rng.random((5, 3, 1)) < 0.15, 1e-3, 1.0)
        covariances, weights = shapes @ shapes.swapaxes(1, 2) + 1e-9 * np.eye(3), rng.dirichlet(np.full(5, 0.3)) * [1, 1, 1, 1, 0]
        weights, features = weights / weights.sum(), rng.choice(3, 2, replace=False)
        assert {each.component for each in degenerate(weights, covariances, 100, lambda: np.zeros(3))} <= set(
            suspects(weights, covariances)
        )
        within = degenerate(weights, covariances[:, features[:, None], features], 100, no_steps)
        assert {each.component for each in within} <= set(suspects(weights, covariances))
        variances = np.where(rng.random((5, 3)) < 0.15, 1e-6, 1.0) * rng.exponential(size=(5, 3))
        along = suspects(weights, variances)
        np.testing.assert_array_equal(along, suspects(weights, variances[:, :, None] * np.eye(3)))
        assert {each.component for each in degenerate(weights, variances, 100, lambda: np.zeros(3))} <= set(along)
    assert not suspects(np.full(3, 1 / 3), np.array([ROUND, ROUND, sheet(0.1)])).size
    assert not suspects(np.ones(1), ROUND[None]).size


def test_rounded_values_lie_in_planes():
    assert not found(40, sheet(1e-3, 0), n=100)
    assert found(40, sheet(1e-3, 0), n=100, spacing=lambda: np.full(2, 1.0))


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_do_not_matter(scale):
    units = np.array([scale, 1.0])
    for rows in (6, 60):
        plain = found(rows, sheet(1e-3))
        moved = found(rows, sheet(1e-3) * np.outer(units, units), others=ROUND * np.outer(units, units))
        assert [narrow.component for narrow in moved] == [narrow.component for narrow in plain]


def test_spacing_of_values():
    rng = np.random.default_rng(0)
    X = np.column_stack([np.round(rng.standard_normal(500), 1), rng.standard_normal(500), np.ones(500)])
    spacing = value_spacing(X)
    assert spacing[0] == pytest.approx(0.1) and spacing[1] < 0.02 and spacing[2] == 0
    np.testing.assert_allclose(value_spacing(1e9 * X + 5e9), 1e9 * spacing, rtol=1e-5)


def test_a_value_that_others_have_too_chooses_no_rows():
    """A binary column is constant in a cluster; that makes the cluster no sheet, unless it holds all of that value."""
    rng = np.random.default_rng(0)
    X = np.column_stack([np.r_[rng.normal(0, 1, 40), rng.normal(8, 1, 120)], np.r_[np.zeros(40), np.arange(120) % 4]])
    given = GaussianParameters([0.25, 0.75], [[0, 0], [8, 1.5]], [np.eye(2), np.eye(2)])
    assert not told(GMM(2, init=given).start(X))
    X[40:, 1] += 1
    assert [event.component for event in told(GMM(2, init=given).start(X))] == [0]
    assert not told(GMN([10, 3], [6, 2], random_state=0, max_iter=8, var_regularization=1e-4).start(DIGITS))


def test_a_degenerate_start_never_wins():
    """The likeliest end on Iris is a sheet of 29 flowers, a thousandth of a centimetre wide."""
    run = GMM(3, init="random", n_init=5, max_iter=300, random_state=0).start(IRIS.X)
    chosen = next(restart for restart in run.restarts if restart["seed"] == run.seed)
    marked = [restart for restart in run.restarts if restart["degenerate"]]
    assert marked and not chosen["degenerate"]
    assert max(restart["objective"] for restart in marked) > chosen["objective"]
    assert chosen["objective"] == max(r["objective"] for r in run.restarts if not r["degenerate"])
    assert not told(run)


def test_when_all_starts_are_degenerate_the_likeliest_is_taken():
    X = np.concatenate([CLOUD[:40], np.repeat([[9.0, 9.0]], 2, axis=0)])  # two equal rows, far out
    run = GMM(2, n_init=3, random_state=0).start(X)
    assert all(restart["degenerate"] for restart in run.restarts)
    assert run.finish().objective == max(restart["objective"] for restart in run.restarts)


def test_the_end_of_a_run_tells_of_it_in_one_sentence():
    twins = np.concatenate([CLOUD[:40], np.repeat([[9.0, 9.0]], 2, axis=0)])
    for model in (GMM(2, random_state=0), SkewGMM(2, random_state=0)):
        run = model.start(twins)
        (event,) = told(run)
        assert not any(e.kind == event.kind for state in list(run.trace)[:-1] for e in state.events)
        assert run.state.parameters.weights[event.component] == pytest.approx(2 / 42, rel=0.01)
        assert str(event).startswith(f"Component {event.component + 1} is degenerate: ")
        assert " its 2 so close" in str(event)


def test_weights_are_repeated_rows():
    """Eight rows on a line are chance; eight places that ten rows each fell on are not."""
    X = np.concatenate([CLOUD[:60], line(8, 0.002, np.random.default_rng(1))])
    given = GaussianParameters([0.9, 0.1], np.zeros((2, 2)), [ROUND, np.diag([4, 1e-5])])
    model = GMM(2, init=given, max_iter=3)
    assert [event.component for event in told(model.start(X))] == [1]
    assert not told(model.start(X, np.full(68, 10.0))) and not told(model.start(np.repeat(X, 10, axis=0)))


def test_what_holds_no_row_does_not_matter():
    assert found(1, sheet(1e-3)) and not found(0.3, sheet(1e-3))


@pytest.mark.parametrize("kind, noise", [("overlapping", 0), ("stretched blobs", 0), ("unequal sizes", 0.3), ("skewed clouds", 0)])
def test_thin_and_small_clusters_are_real(kind, noise):
    data = datasets.generate(kind, 300, noise=noise, random_state=0)
    k = len(set(data.labels))
    assert not told(GMM(k, init="kmeans", n_init=3, random_state=0, max_iter=200).start(data.X))


def test_a_real_line_within_a_cloud_wins():
    rng = np.random.default_rng(1)
    X = np.concatenate([CLOUD, line(60, 0.002, rng)])
    given = GaussianParameters([0.8, 0.2], np.zeros((2, 2)), [ROUND, np.diag([4, 1e-5])])
    run = GMM(2, init=given).start(X)
    assert not told(run)
    assert run.state.parameters.weights[1] == pytest.approx(60 / 260, abs=0.03)


def test_a_deep_component_without_noise_in_more_features_than_factors():
    """Noise that is gone in one feature is a factor (a Heywood case); in r + 1 features it is a sheet."""
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.standard_normal((200, 4)), 8 + rng.standard_normal((200, 4))])
    for narrow, expected in (([0], []), ([0, 1], [1])):
        noise = np.full((2, 4), 0.5)
        noise[1, narrow] = 1e-8
        layer = Layer([0.98, 0.02], [np.zeros(4), np.full(4, 8.0)], np.full((2, 4, 1), 0.7), noise)
        model = DGMM([2], [1])
        happened = model.degenerate_components(model.density_of(DeepParameters((layer,))), X, np.ones(400))
        assert [(event.component, event.layer) for event in happened] == [(j, 1) for j in expected]
