"""The limit on threads of linear algebra is shared by passes that overlap, and taken back after the last."""

from threadpoolctl import threadpool_info

from mixes.threads import one_thread


def _threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_overlapping_passes_take_the_limit_back():
    before = _threads()
    one_thread.__enter__()
    one_thread.__enter__()
    one_thread.__exit__(None, None, None)
    assert set(_threads()) == {1}
    one_thread.__exit__(None, None, None)
    assert _threads() == before


def test_an_error_inside_takes_the_limit_back():
    before = _threads()
    try:
        with one_thread:
            raise ValueError
    except ValueError:
        pass
    assert _threads() == before
