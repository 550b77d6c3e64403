"""A resident's diary: true to the model, and the same person under two designs side by side."""

import numpy as np
import pytest

import sim
from sim import InputError, compare_diaries, diary, most_different_resident, run, warm_up
from sim.agents.residents import ADULT
from sim.catalogue import LANGUAGES
from sim.trace import MOODS
from tests.state import place

EAGER = {
    "participation.group_threshold": 0.1,
    "participation.group_ties": 0.2,
    "participation.helpers_kept": 0.99,
    "participation.contact_ask": 0.1,
    "participation.base_self_organize": 0.0,
}
PLACE = place(residents=250, weeks=60, warmup=26, parameters=EAGER)  # so that groups form


@pytest.fixture(scope="module")
def warm():
    return warm_up(PLACE)


@pytest.fixture(scope="module")
def pair(warm):
    design = PLACE.with_mechanisms(three_lists=1.0, deliberation=1.0, self_governing_groups=1.0)
    return run(PLACE, warm=warm, trace=True), run(design, warm=warm, trace=True)


@pytest.fixture(scope="module")
def result(pair):
    return pair[1]


def someone_who(result, told):
    """First adult in whose diary a kind of entry stands."""
    for row in np.flatnonzero(result.model.residents.age >= ADULT):
        if told in {one.kind for one in diary(result, int(row)).entries()}:
            return int(row)
    raise AssertionError(told)


# What is recorded -----------------------------------------------------------------------------------------------------


def test_acts_are_those_that_residents_count_themselves(result):
    acts = result.trace.acts
    this_year = acts[(acts["form"] >= 0) & (acts["week"] > 52)]
    counted = np.bincount(this_year["person"], minlength=result.model.residents.size)

    assert counted.sum() > 0
    assert counted.tolist() == result.model.residents.acts.tolist()


def test_those_who_decline_were_asked_and_did_not_take_part(result):
    acts = result.trace.acts
    declined = acts[acts["form"] < 0]

    assert len(declined) > 0
    assert declined["asked"].all()
    assert not declined["online"].any()
    assert len(np.unique(acts[["week", "person"]])) == len(acts)


def test_moods_end_where_residents_end(result):
    last = result.trace.moods[-1]

    assert len(result.trace.moods) == 61
    for k, name in enumerate(MOODS):
        assert last[k] == pytest.approx(result.model.residents[name], abs=1e-6)


def test_groups_that_formed_and_did_not_dissolve_exist(warm, result):
    exists = warm.tables["buildings"].group.copy()
    for one in result.trace.groups:
        assert exists[one["building"]] != one["exists"]
        exists[one["building"]] = one["exists"]

    assert result.trace.groups["exists"].any()
    assert exists.tolist() == result.model.buildings.group.tolist()


def test_one_can_be_followed_alone_with_the_same_diary():
    whole, alone = (run(PLACE, trace=trace) for trace in (True, [40]))

    assert alone.trace.people.tolist() == [40]
    assert str(diary(alone, 40)) == str(diary(whole, 40))
    with pytest.raises(InputError, match="resident 41 was not followed"):
        diary(alone, 41)


def test_a_resident_who_does_not_exist_is_refused(result):
    with pytest.raises(InputError, match="there is no resident 500; residents are 0 to 499"):
        diary(result, 500)
    with pytest.raises(InputError, match="there is no resident 500"):
        run(PLACE, trace=[3, 500])


# The diary ------------------------------------------------------------------------------------------------------------


def test_a_diary_goes_through_the_run_week_by_week(result):
    for row in range(0, 500, 50):
        weeks = [one.week for one in diary(result, row).entries()]

        assert weeks == sorted(weeks)
        assert set(weeks) <= set(range(1, 61))
        assert 52 in weeks


def test_a_diary_holds_every_need_of_ones_own(result):
    needs = result.needs
    own = needs[(needs["building"] < 0) & (needs["raised"] > 26)]

    assert all(f"Need {need.id} (" in str(diary(result, need.resident)) for need in own.head(40).itertuples())


def test_neighbours_of_a_shared_need_have_it_in_their_diaries(result):
    need = next(one for one in result.needs.itertuples() if one.building >= 0 and one.raised > 26)
    neighbours = np.flatnonzero(result.model.residents.building == need.building)

    assert all(f"Need {need.id} (" in str(diary(result, int(row))) for row in neighbours)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("diary.act", "Takes part: "),
        ("diary.act_asked", "Asked by somebody they know, takes part: "),
        ("diary.declined", "declines"),
        ("diary.group_forms", "A self-governing group forms"),
        ("diary.falls", "falls from "),
        ("diary.rises", "rises from "),
    ],
)
def test_what_happens_to_residents_is_told(result, kind, words):
    assert words in str(diary(result, someone_who(result, kind)))


def test_a_fall_of_satisfaction_has_a_cause(result):
    one = diary(result, someone_who(result, "diary.falls"))
    falls = [entry.words for entry in one.entries() if entry.kind == "diary.falls"]

    assert all("()" not in words and words.endswith(").") for words in falls)


def test_a_broken_promise_is_named_as_a_cause():
    late = place("old_neighbourhood", residents=300, weeks=40, warmup=8, parameters={"service.term": 1.0})
    told = run(late.with_mechanisms(deliberation=1.0), trace=True)
    broken = told.needs.changes.query("column == 'promised' and before == 1 and after == 0").iloc[0]
    need = told.needs[told.needs["id"] == broken["id"]].iloc[0]
    words = diary(told, int(need["resident"])).by_week()[int(broken["week"]) - 8]

    assert "The promise is overdue" in words
    assert f"(need {need['id']}: a promise broken" in words


def test_a_diary_is_the_same_in_three_languages(result):
    for row in range(0, 500, 100):
        frames = [diary(result, row).frame(language) for language in LANGUAGES]

        assert all(frame[["week", "kind"]].equals(frames[0][["week", "kind"]]) for frame in frames)
        assert not any(frame["words"].str.contains("[{}]").any() for frame in frames)


def test_a_diary_names_its_resident(result):
    assert diary(result, 0).title().startswith("Diary of resident 0 (aged ")
    assert diary(result, 0).title("zh-Hant").endswith("的日記")


# Two designs ----------------------------------------------------------------------------------------------------------


def test_a_design_beside_itself_is_the_same_twice(result):
    frame = diary(result, 7).beside(diary(result, 7), ("one", "other")).frame()

    assert frame["one"].tolist() == frame["other"].tolist()
    assert frame.index.name == "week"


def test_two_designs_stand_side_by_side_under_their_names(pair):
    found = compare_diaries(*pair)
    frame = found.frame()

    assert list(frame.columns) == [
        "without mechanisms",
        "Three lists, Institutionalised deliberation, Micro self-governing groups",
    ]
    assert frame.index.is_monotonic_increasing
    assert (frame.iloc[:, 0] != frame.iloc[:, 1]).any()
    assert frame.iloc[:, 1][frame.iloc[:, 1] != ""].tolist() == list(found.right.by_week().values())


def test_a_comparison_is_a_markdown_table_in_each_language(pair):
    for language, word in zip(LANGUAGES, ("Week", "周", "週"), strict=True):
        title, _, head, rule, *rows = compare_diaries(*pair, 5).markdown(language).splitlines()

        assert title.startswith("**")
        assert head.startswith(f"| {word} | ")
        assert rule == "| ---: | --- | --- |"
        assert len(rows) == len(compare_diaries(*pair, 5).frame(language))


def test_the_most_different_resident_is_an_adult_whose_year_differs_most(pair):
    row = most_different_resident(*pair)
    gaps = np.abs(pair[0].trace.moods[1:53, :2] - pair[1].trace.moods[1:53, :2]).mean(axis=(0, 1))
    needy = [
        {need.resident for need in one.needs.itertuples() if need.building < 0 and not need.simple and need.raised > 26}
        for one in pair
    ]
    sought = [i for i in needy[0] & needy[1] if pair[0].model.residents.age[i] >= ADULT]

    assert row in sought
    assert gaps[row] == max(gaps[sought])


def test_diaries_of_two_people_or_two_places_are_not_compared(pair):
    with pytest.raises(InputError, match="two residents, 1 and 2"):
        diary(pair[0], 1).beside(diary(pair[1], 2))
    elsewhere = run(place(residents=100, weeks=4, warmup=0), trace=True)
    with pytest.raises(InputError, match="do not share their residents"):
        compare_diaries(pair[0], elsewhere)


def test_runs_that_followed_nobody_cannot_be_searched(pair):
    nobody = run(PLACE, warm=warm_up(PLACE), trace=[])

    with pytest.raises(InputError, match="no adult was followed"):
        sim.most_different_resident(pair[0], nobody)
