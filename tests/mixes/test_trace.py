"""What a run remembers: columns over iterations, parts of them, and a table."""

import numpy as np

from mixes import GMM, Evaluator, Trace

X = np.concatenate([np.random.default_rng(0).normal(c, 1.5, size=(40, 2)) for c in (-3, 0, 3)])


def a_run(**settings):
    run = GMM(3, init="random", random_state=0, max_iter=6, stopping_criterion=None, **settings).start(X)
    run.finish()
    return run


def test_a_part_of_a_trace_is_a_trace_of_those_iterations():
    trace = a_run().trace
    part = trace[2:5]
    assert isinstance(part, Trace) and [state.iteration for state in part] == [2, 3, 4]
    np.testing.assert_array_equal(part.log_likelihood, trace.log_likelihood[2:5])
    assert trace[-1] is trace[6] and part[0] is trace[2] and len(trace[:0]) == 0


def test_a_metric_is_nan_where_it_was_not_evaluated():
    trace = a_run(evaluator=Evaluator(np.repeat([0, 1, 2], 40), "ARI", calc_frequency=4)).trace
    values = trace.metrics["ARI"]
    np.testing.assert_array_equal(np.isfinite(values), [t % 4 == 0 for t in range(7)])
    assert values[4] == trace[4].metrics["ARI"]
    assert np.isnan(trace.to_frame()["ARI"][5]) and not trace[1:4].metrics


def test_a_trace_does_not_grow_with_its_run():
    run = a_run()
    trace = run.trace
    run.rewind(2)
    assert len(trace) == 7 and len(run.trace) == 3


def test_events_are_in_order_with_their_iterations():
    run = GMM(3, random_state=0, max_iter=2).start(np.concatenate([X[:40], [[50.0, 50.0]]]))
    run.finish()
    assert [(t, event.kind) for t, event in run.trace.events][0][0] == 0
    assert run.trace.to_frame()["events"][0] == " ".join(map(str, run.trace[0].events)) != ""
    assert [t for t, _ in run.trace.events] == sorted(t for t, _ in run.trace.events)
