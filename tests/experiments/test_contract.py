"""``check_mechanism`` tells good mechanisms from those that break a promise."""

import pytest

from experiments import check_mechanism
from sim.catalogue import LANGUAGES
from sim.errors import InputError
from sim.mechanisms import register
from tests.mechanisms.test_registered_files import EXAMPLE

ABOUT = EXAMPLE.read_text(encoding="utf-8").split("    def change_numbers")[0]
BROKEN = """
    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.calendar.volunteer_hours_kept += 0.9
        numbers.discovery.speaks[...] = 0.6

    def after_influence(self, community: Any, dose: np.ndarray) -> None:
        community.residents.satisfaction += 0.1
"""


pytestmark = pytest.mark.usefixtures("forget_registered")


def test_a_good_one_keeps_every_promise():
    found = check_mechanism("three_lists")

    assert found["kept"].all()
    assert not found["says"].duplicated().any()


def test_a_bad_one_is_told_what_it_breaks(tmp_path):
    file = tmp_path / "gift.py"
    file.write_text(ABOUT + BROKEN, encoding="utf-8")
    register(file)

    found = check_mechanism("gift")

    broken = set(found.loc[~found["kept"], "promise"])
    assert broken >= {"off_is_the_baseline", "only_where_in_force", "hands_off_outcomes", "shares_stay_shares"}
    assert not broken & {"hooks_are_known", "costs_something", "hours_are_booked"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_each_language(language, monkeypatch):
    monkeypatch.setattr("experiments.contract.PROMISES", {"hooks_are_known": lambda _: True})

    assert check_mechanism("three_lists", language)["says"].str.len().min() > 5


def test_an_unknown_name_is_refused():
    with pytest.raises(InputError, match="three_lists"):
        check_mechanism("three_list")
