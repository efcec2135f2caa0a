"""Which process takes which tests."""

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """All that need a browser go to one process, and the others to whichever is free: there is one server, and tabs that have been
    open are used again, which saves seconds each; and while one process is in the browser, which wants a processor, the other computes.
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneBrowser(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return "browser" if nodeid.startswith("tests/browser/") else nodeid

    return OneBrowser(config, log)
