"""Margins as a census writes them, read into the bands of the model."""

import math

import pandas as pd
import pytest

from sim.bands import ages_of, as_shares, level_of, read_margin, size_of
from sim.community_types import MARGINS, community_types
from sim.errors import InputError

BASE = {kind: one.shares for kind, one in community_types()["old_neighbourhood"].margins.items()}
AGES = {"0-14": 300, "15-17": 60, "18-34": 400, "35-59": 700, "60-64": 180, "65-79": 290, "80+": 70}
LEVELS = {"小学及以下": 20, "初中": 35, "高中": 25, "大专": 12, "本科": 8}


def read(kind, given):
    return read_margin(kind, given, BASE[kind], "Sun Court: " + kind)


@pytest.mark.parametrize(
    ("label", "years"),
    [
        ("0-4", (0, 4)),
        ("0—4岁", (0, 4)),
        ("15 ~ 17 岁", (15, 17)),
        ("35至59周岁", (35, 59)),
        ("35 to 59", (35, 59)),
        ("85岁及以上", (85, None)),
        ("80+", (80, None)),
        ("80\uff0b", (80, None)),
        ("65 and over", (65, None)),
        ("≥60", (60, None)),
        ("under 15", (0, 14)),
        ("14岁及以下", (0, 14)),
        ("17", (17, 17)),
    ],
)
def test_age_bands_are_read_as_a_census_writes_them(label, years):
    assert ages_of(label) == years


@pytest.mark.parametrize(
    ("label", "size"),
    [
        ("1", (1, 1)),
        ("1.0", (1, 1)),
        ("5人", (5, 5)),
        ("三人户", (3, 3)),
        ("五人户及以上", (5, None)),
        ("十人及以上户", (10, None)),
        ("7+", (7, None)),
        ("2 persons", (2, 2)),
        ("2-person household", (2, 2)),
        ("6 or more", (6, None)),
    ],
)
def test_household_sizes_are_read_as_a_census_writes_them(label, size):
    assert size_of(label) == size


@pytest.mark.parametrize(
    ("label", "level"),
    [
        ("primary_or_none", "primary_or_none"),
        ("未上过学", "primary_or_none"),
        ("学前教育", "primary_or_none"),
        ("Junior secondary", "junior"),
        ("初中", "junior"),
        ("中专", "senior"),
        ("高中（含中专）", "senior"),
        ("大学专科", "tertiary"),
        ("研究生", "tertiary"),
        ("University", "tertiary"),
    ],
)
def test_levels_of_education_are_read_in_words(label, level):
    assert level_of(label) == level


def test_counts_become_shares_and_their_sum_is_told():
    found = read("age", AGES)

    assert found.shares == {band: pytest.approx(count / 2000) for band, count in AGES.items()}
    assert (found.total, found.splits) == (2000.0, ())


@pytest.mark.parametrize("whole", [1.0, 100.0])
def test_shares_may_add_up_to_1_or_to_100(whole):
    found = read("age", {band: whole * count / 2000 for band, count in AGES.items()})

    assert found.shares == {band: pytest.approx(count / 2000) for band, count in AGES.items()}
    assert found.total is None


def test_rounded_percentages_are_shares():
    assert as_shares({"a": 33.0, "b": 33.0, "c": 33.0}, "x")[1] is None
    assert as_shares({"a": 33.0, "b": 33.0, "c": 30.0}, "x")[1] == 96.0


@pytest.mark.parametrize(
    "form",
    [
        pd.Series,
        lambda counts: pd.DataFrame({"band": list(counts), "people": list(counts.values())}),
        lambda counts: {band: pd.Series([count]).iloc[0] for band, count in counts.items()},
    ],
)
def test_series_and_tables_are_read_like_mappings(form):
    assert read("age", form(AGES)) == read("age", AGES)


def test_finer_bands_are_added_up():
    found = read("age", {f"{year}": 1 for year in range(80)} | {"80-84": 3, "85-89": 2, "90+": 1})

    assert found.shares["0-14"] == pytest.approx(15 / 86)
    assert found.shares["80+"] == pytest.approx(6 / 86)
    assert found.splits == ()


def test_a_closed_band_across_others_is_split_evenly_by_year():
    given = {"0-14": 0, "15-19": 50, "20-34": 0, "35-59": 0, "60-64": 0, "65-79": 0, "80+": 50}
    found = read("age", given)

    assert (found.shares["15-17"], found.shares["18-34"]) == pytest.approx((0.3, 0.2))
    assert found.splits == (("15-19", ("15-17", "18-34")),)


def test_an_open_band_across_others_is_split_as_in_the_type():
    found = read("age", {"0-14": 10, "15-17": 10, "18-34": 10, "35-59": 10, "60+": 60})
    old = [BASE["age"][band] for band in ("60-64", "65-79", "80+")]

    assert [found.shares[band] for band in ("60-64", "65-79", "80+")] == pytest.approx(
        [0.6 * one / sum(old) for one in old]
    )
    assert found.splits == (("60+", ("60-64", "65-79", "80+")),)


def test_an_open_household_size_is_split_as_in_the_type():
    found = read("household", {"1人": 0.2, "2人": 0.3, "3人": 0.3, "4人及以上": 0.2})
    large = [BASE["household"][size] for size in "4567"]

    assert [found.shares[size] for size in "4567"] == pytest.approx([0.2 * one / sum(large) for one in large])
    assert found.splits == (("4人及以上", ("4", "5", "6", "7")),)


def test_large_households_are_added_up():
    found = read("household", {str(size): 1 for size in range(1, 10)} | {"10+": 1})

    assert found.shares["7"] == pytest.approx(0.4)
    assert found.splits == ()


def test_several_words_for_a_level_are_added_up():
    assert read("education", LEVELS).shares == {
        "primary_or_none": pytest.approx(0.2),
        "junior": pytest.approx(0.35),
        "senior": pytest.approx(0.25),
        "tertiary": pytest.approx(0.2),
    }


@pytest.mark.parametrize("kind", MARGINS)
def test_the_bands_of_the_model_stay_as_they_are(kind):
    found = read(kind, BASE[kind])

    assert found.shares == pytest.approx(dict(BASE[kind]))
    assert math.fsum(found.shares.values()) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        ("age", AGES | {"80+": -1}, "Sun Court: age: '80\\+': must be 0 or more, got -1"),
        ("age", AGES | {"80+": math.nan}, "Sun Court: age: '80\\+': must be a number, got nan"),
        ("age", AGES | {"80+": "70"}, "Sun Court: age: '80\\+': must be a number, got '70'"),
        ("age", AGES | {"15-17y": 1}, "unknown age band '15-17y'; did you mean '15-17'"),
        ("age", {"0-59": 0.5, "60+": 0.45}, "shares must add up to 1 or to 100, got 0.95"),
        ("age", {"0-59": 60, "50-79": 30, "80+": 10}, "bands '0-59' and '50-79' overlap"),
        ("age", {"0-59": 60, "65+": 40}, "no band holds 60 to 64; give 0"),
        ("age", {"18-59": 60, "60+": 40}, "no band holds 0 to 17; give 0"),
        ("age", {"0-59": 60, "60-69": 40}, r"no band holds 70 and above; end with an open band such as '70\+'"),
        ("age", {"0-59": 0, "60+": 0}, "all numbers are 0"),
        ("age", {"59-0": 50, "60+": 50}, "'59-0' ends before it begins"),
        ("age", {}, "is empty"),
        ("age", [1, 2], "must be a count or share by band"),
        ("age", pd.DataFrame({"a": ["0-59"], "b": [1], "c": [2]}), "must have two columns"),
        ("age", {"0-59": 1, "0-59 ": 1}, "band '0-59' is there twice"),
        ("education", {"小学": 50, "初中": 50}, "level 'senior' is missing; give 0"),
        ("education", LEVELS | {"初种": 3}, "unknown level of education '初种'; did you mean '初中'"),
        ("household", {"1": 50, "2": 30, "3": 20}, r"no band holds 4 and above; end with an open band such as '4\+'"),
        ("household", {"1": 50, "2": 30, "x": 20}, "unknown household size 'x'"),
        ("household", {"0": 50, "1": 30, "2+": 20}, "unknown household size '0'"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(kind, given, message):
    with pytest.raises(InputError, match=message):
        read(kind, given)
