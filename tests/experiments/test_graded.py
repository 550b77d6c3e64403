"""The catalogue as a table of evidence."""

from __future__ import annotations

import pytest

from experiments import evidence
from sim.catalogue import GRADES
from sim.errors import InputError


def test_every_number_has_its_evidence():
    table = evidence()
    assert table.index.is_unique
    assert set(table["grade"]) == set(GRADES)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert ((table["source"] == "assumed") == (table["grade"] == "D")).all()


def test_patterns_choose_and_languages_name():
    table = evidence("routing.*", "three_lists.listing", language="zh_hans")
    assert "three_lists.listing" in table.index
    assert {name.partition(".")[0] for name in table.index} == {"routing", "three_lists"}
    assert table.loc["routing.intake_hours", "unit"] == "小时"


def test_a_wrong_name_is_named():
    with pytest.raises(InputError, match=r"unknown number 'needs.arival'; did you mean 'needs.arrival'"):
        evidence("needs.arival")
