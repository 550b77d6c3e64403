"""Runs are made once: another design, or more replications, make only what is new; a broken cache harms nothing."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from experiments import clear_cache, compare, simulate
from experiments.comparison import cache as caching
from experiments.store.lock import locked
from sim import Design
from tests.experiments.comparison.conftest import LISTS

GRID = Design.of("micro_grid", name="Grid")


@pytest.fixture
def kept(found, cache, tmp_path):
    """A cache with one comparison of two designs and three replications: nine runs."""
    shutil.copytree(cache, tmp_path / "kept")
    return tmp_path / "kept"


def runs_made(place, kept, *designs, replications=3) -> int:
    return compare(place, *designs, replications=replications, cache=kept, progress=False).made


def test_what_was_made_is_not_made_again(found, place, kept):
    other = place.replace(name="Grid", mechanisms={"micro_grid": 1.0})
    again = compare(place, LISTS, ("Grid, no talks", other), replications=3, cache=kept, progress=False)

    assert (found.made, again.made) == (9, 0)
    pd.testing.assert_frame_equal(again.effects, found.effects)


def test_another_design_and_more_replications_make_only_what_is_new(place, kept):
    assert runs_made(place, kept, LISTS) == 0
    assert runs_made(place, kept, LISTS, GRID) == 3
    assert runs_made(place, kept, LISTS, GRID, replications=4) == 3
    assert simulate(place, replications=4, cache=kept, progress=False).made == 0


def test_another_seed_shares_nothing(place, kept):
    assert compare(place, LISTS, replications=2, seed=2, cache=kept, progress=False).made == 4


@pytest.mark.parametrize("damage", ["manifest.json", "runs", "communities"])
def test_a_broken_cache_is_made_again(found, place, kept, damage):
    (folder,) = kept.iterdir()
    for file in [folder / damage] if damage.endswith("json") else list((folder / damage).iterdir()):
        file.write_bytes(b"broken")
    other = place.replace(name="Grid", mechanisms={"micro_grid": 1.0})
    again = compare(place, LISTS, ("Grid, no talks", other), replications=3, cache=kept, progress=False)

    assert again.made == 9
    pd.testing.assert_frame_equal(again.effects, found.effects)
    assert runs_made(place, kept, LISTS) == 0


def test_two_notebooks_at_once_do_not_collide(place, kept):
    (folder,) = kept.iterdir()
    other = place.replace(name="Grid", mechanisms={"micro_grid": 1.0})
    with locked(folder):
        both = compare(place, LISTS, ("Grid, no talks", other), replications=4, cache=kept, progress=False)

    assert both.made == 3
    assert len(both.runs) == 12


def test_the_cache_is_bounded_and_can_be_cleared(place, kept, monkeypatch):
    monkeypatch.setattr(caching, "MOST_FOLDERS", 2)
    (kept / "mine").mkdir()
    for name in ("micro_grid", "three_lists"):
        runs_made(place, kept, Design.of(name), replications=1)

    assert len(caching._folders(kept)) == 2
    assert clear_cache(kept) == 2
    assert [one.name for one in kept.iterdir()] == ["mine"]


def test_the_default_lies_in_the_users_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHI_CACHE", str(tmp_path))

    assert caching.cache_home() == tmp_path / "rongzhi" / "comparisons"
    assert caching.cache_home(False) is None
