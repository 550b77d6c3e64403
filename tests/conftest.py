"""Fixtures that tests of several folders share."""

import pytest

from sim.mechanisms import FILES, mechanisms
from sim.outcomes import documented_links


@pytest.fixture
def forget_registered(monkeypatch):
    """Forget, after the test, the mechanisms that it registered from files."""
    monkeypatch.setenv(FILES, "")
    yield
    monkeypatch.undo()
    mechanisms.cache_clear()
    documented_links.cache_clear()
