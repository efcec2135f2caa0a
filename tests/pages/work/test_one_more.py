"""Whether one component more is needed is tested beside a sweep as the library tests it."""

import numpy as np
import pytest
from sklearn.base import clone

from mixes import selection
from pages.work import one_more
from pages.work.tuning_files import files
from pages.work.tuning_told import describe
from tests.pages.jobs.at_once import add_test, run
from tests.pages.work.tuned import settings, tuned

SETTINGS = settings(code='datasets.load("Old Faithful")', max_iter=40)


@pytest.fixture(scope="module")
def ended():
    return run(tuned(SETTINGS, axis_1="components", values_1=(1, 3), tune_starts=6))


def test_a_test_is_offered_of_the_best_by_bic_where_one_more_was_fitted(ended):
    best = selection.best_starts(ended.tabulated(ended.known()[0]))["BIC"].idxmin()
    assert describe(ended, ended.job, -1, measure="AIC")["test"] == {"components": best + 1}
    for asked in ({"values_1": (1, int(best) + 1)}, {"axis_2": "rate", "values_2": [1.0]}):
        other = run(tuned(SETTINGS, **{"axis_1": "components", "values_1": (1, 3), "tune_starts": 1} | asked))
        assert describe(other, other.job, -1)["test"] is None
    assert one_more.offered(tuned(settings(), tune_starts=1), []) is None


@pytest.mark.slow
def test_it_is_that_of_the_library_and_of_the_script_and_is_told_in_a_sentence(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)  # where the script writes
    monkeypatch.setattr(one_more, "SAMPLES", 19)
    ended = run(tuned(SETTINGS, axis_1="components", values_1=(1, 3), tune_starts=2))
    before = describe(ended, ended.job, -1)
    add_test(ended).finish(ended.job)
    assert ended.job.total == 6 + one_more.SAMPLES
    [(number, statistic)] = ended.tests.items()
    told = describe(ended, ended.job, -1)
    assert told["test"] is None and told["figure"] == before["figure"] and told["marks"] == before["marks"]
    sentence = selection.tell_bootstrap(statistic, list(ended.ratios[number].values()), number + 1)
    assert told["says"] == f"{before['says']} {sentence}"
    models = [clone(ended.models[each]).set_params(n_init=2) for each in (number, number + 1)]
    test = selection.bootstrap_test(*models, ended.data.X, n_samples=one_more.SAMPLES)
    assert statistic == pytest.approx(test.statistic, rel=1e-6)
    np.testing.assert_allclose(sorted(ended.ratios[number].values()), np.sort(test.samples), rtol=1e-6, atol=1e-6)
    names = {}
    [script] = [file for name, (_, _, file) in files(ended).items() if name.endswith(".py")]
    exec(script()[0].decode(), names)
    np.testing.assert_allclose(names["test"].samples, test.samples, rtol=1e-9)
    capsys.readouterr()


def test_while_it_is_tested_the_sweep_is_told_as_it_ended():
    of = run(tuned(SETTINGS, axis_1="components", values_1=(1, 3), tune_starts=1))
    said = describe(of, of.job, -1)["says"]
    add_test(of)
    told = describe(of, of.job, -1)
    [number] = of.tests
    assert told["state"] == "measuring" and told["says"] == f"{said} {selection.tell_bootstrap(of.tests[number], [], number + 1, True)}"
    assert told["more"] is None and told["test"] is None and told["smaller"] is None
    of.job.cancel()
    again = describe(of, of.job, -1)
    assert again["test"] == {"components": number + 1} and "too few to tell" in again["says"]
