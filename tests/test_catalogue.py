"""The catalogue: every number found is sound, and every unsound one is refused with its name."""

import math
import re
from collections import Counter

import numpy as np
import pytest

from sim import catalogue
from sim.catalogue import FOLDER, GRADES, LANGUAGES, PROCESSES, evidence, process_entries, units
from sim.community_types import community_types
from sim.emergency_kinds import emergency_kinds
from sim.errors import InputError
from sim.mechanisms import COSTS, mechanisms

OTHER_FILES = {"outcomes", "units"}  # data that are no numbers of a process
OF_PROCESSES = list(catalogue.entries())
OF_MECHANISMS = [one for kind in mechanisms().values() for one in kind.entries().values()]
OF_EMERGENCIES = [one for kind in emergency_kinds().values() for one in (*kind.surge.values(), kind.staff)]
ALL = [*OF_PROCESSES, *OF_MECHANISMS, *OF_EMERGENCIES]

GOOD = {
    "value": 0.5,
    "unit": "share",
    "range": [0.0, 1.0],
    "source": ["E001"],
    "grade": "A",
    "label": {"en": "Share", "zh_hans": "比例", "zh_hant": "比例"},
}


def told(changes=None, without=()):
    """What is said about a good entry after these changes."""
    raw = {field: one for field, one in (GOOD | (changes or {})).items() if field not in without}
    with pytest.raises(InputError) as error:
        catalogue.entry("needs.arrival", raw, "needs.toml")
    return str(error.value)


# Every entry ----------------------------------------------------------------------------------------------------------


def test_names_are_unique():
    assert [name for name, times in Counter(one.name for one in ALL).items() if times > 1] == []


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_entry_is_sound(one):
    wrong = [
        what
        for what, is_wrong in {
            "value outside its range": not one.low <= one.value <= one.high,
            "range not finite": not (math.isfinite(one.low) and math.isfinite(one.high)),
            "range without width": not one.low < one.high,
            "unknown unit": one.unit not in units(),
            "share beyond a whole": one.unit == "share" and not -1.0 <= one.low <= one.high <= 1.0,
            "unknown grade": one.grade not in GRADES,
            "assumed beside a source": "assumed" in one.source and not one.assumed,
            "assumed without grade D and reason": one.assumed != (one.grade == "D") or (one.assumed and not one.reason),
            "no text in a language": not all(one.label[language].strip() for language in LANGUAGES),
            "cites no row": not all(
                row in evidence() for text in (*one.source, one.reason) for row in re.findall(r"\bE\d{3}\b", text)
            ),
        }.items()
        if is_wrong
    ]

    assert wrong == []


@pytest.mark.parametrize("kind", mechanisms().values(), ids=lambda kind: kind.name)
def test_every_mechanism_counts_its_costs(kind):
    assert set(COSTS) <= set(kind.entries())
    assert all(one.name == f"{kind.name}.{short}" for short, one in kind.entries().items())


def test_each_process_has_a_file_and_each_file_a_process():
    files = {path.stem for path in FOLDER.glob("*.toml")}

    assert files - OTHER_FILES == set(PROCESSES)
    assert len(set(PROCESSES)) == len(PROCESSES)


def test_the_catalogue_lists_the_files_in_order():
    assert [one.name.partition(".")[0] for one in OF_PROCESSES] == [
        process for process in PROCESSES for _ in process_entries(process)
    ]


def test_every_unit_has_a_label_in_three_languages():
    assert all(units()[name][language] for name in units() for language in LANGUAGES)


# Evidence -------------------------------------------------------------------------------------------------------------


def test_rows_of_the_evidence_have_ids_of_their_own():
    lines = (FOLDER / "evidence.csv").read_text(encoding="utf-8").splitlines()[1:]
    ids = [hit.group() for line in lines if (hit := re.match(r"E\d{3}(?=,)", line))]

    assert [one for one, times in Counter(ids).items() if times > 1] == []
    assert set(ids) == set(evidence())
    assert len(ids) == len(lines)


def test_every_row_of_the_evidence_says_what_where_and_from_whom():
    assert [
        row.id for row in evidence().values() if not (row.quantity and row.value and row.unit and row.title and row.use)
    ] == []


@pytest.mark.parametrize(
    ("name", "row", "factor"),
    [
        ("population.conditional", "E024", 0.01),
        ("population.free_rider", "E025", 0.01),
        ("population.hump_shaped", "E026", 0.01),
        ("population.staff_per_10k", "E069", 1.0),
        ("population.microgrid_households", "E134", 1.0),
        ("micro_grid.households", "E134", 1.0),
        ("network.reserved", "E078", 0.01),
        ("participation.party", "E114", 1.0),
        ("participation.networks", "E116", 1.0),
        ("participation.trust", "E117", 1.0),
        ("service.project_yuan", "E130", 10_000.0),
    ],
)
def test_defaults_are_those_of_the_rows_they_cite(name, row, factor):
    one = next(one for one in ALL if one.name == name)

    assert row in one.source
    assert one.value == pytest.approx(float(evidence()[row].value) * factor, rel=0.06)


@pytest.mark.parametrize("name", ["population.microgrid_households", "micro_grid.households"])
def test_micro_grids_are_as_large_as_those_that_were_counted(name):
    one, row = next(one for one in ALL if one.name == name), evidence()["E134"]

    assert float(row.low) <= one.low <= one.high <= float(row.high)


def test_derived_defaults_follow_from_their_rows():
    rows = {name: float(evidence()[name].value) for name in ("E036", "E079", "E219")}

    assert catalogue.default("population.registered") == pytest.approx(rows["E036"] / 8520.0, abs=0.001)
    assert catalogue.default("population.knows_committee") == pytest.approx(1.0 - rows["E079"] / 100.0)
    assert catalogue.default("population.party_member") == pytest.approx(rows["E219"] / 114_000.0, abs=0.001)


def margin_of(kind, name):
    """Shares of a margin of a type."""
    return np.array(list(community_types()[kind].margins[name].shares.values()))


def test_types_lie_on_both_sides_of_the_education_of_the_province():
    levels = re.findall(r"(tertiary|senior|junior|primary) ([\d.]+)", evidence()["E216"].quantity)
    province = {level: float(share) / 100.0 for level, share in levels}
    bands = {"primary": 0, "junior": 1, "senior": 2, "tertiary": 3}
    found = {level: [margin_of(kind, "education")[bands[level]] for kind in community_types()] for level in province}

    assert set(province) == set(bands)
    assert all(min(found[level]) < province[level] < max(found[level]) for level in province)


def test_types_lie_on_both_sides_of_the_province_in_people_over_60():
    old = [margin_of(kind, "age")[4:].sum() for kind in community_types()]

    assert min(old) < float(evidence()["E215"].value) / 100.0 < max(old)


def test_household_sizes_of_the_average_type_are_near_the_census():
    sizes = [float(one) for one in evidence()["E218"].quantity.split(":")[1].split("(")[0].split()]
    mean = np.mean([margin_of(kind, "household") for kind in community_types()], axis=0)

    assert len(sizes) == mean.size
    assert np.abs(mean - np.array(sizes) / 100.0).max() < 0.03


def test_households_are_as_large_as_their_types_say():
    sizes = np.arange(1, 8)
    province = float(evidence()["E212"].value)

    assert margin_of("commodity_housing", "household") @ sizes == pytest.approx(province, abs=0.05)
    assert margin_of("village", "household") @ sizes == pytest.approx(2.9, abs=0.05)


# Refusals -------------------------------------------------------------------------------------------------------------


def test_a_good_entry_is_taken():
    one = catalogue.entry("needs.arrival", GOOD, "needs.toml")

    assert (one.name, one.value, one.low, one.high, one.source) == ("needs.arrival", 0.5, 0.0, 1.0, ("E001",))
    assert not one.assumed


def test_a_single_source_may_be_given_without_brackets():
    one = catalogue.entry("needs.arrival", GOOD | {"source": "assumed", "grade": "D", "reason": "Why."}, "needs.toml")

    assert one.assumed


@pytest.mark.parametrize("field", sorted(GOOD))
def test_a_missing_field_is_named(field):
    assert told(without=(field,)) == f"needs.toml: needs.arrival: field {field!r} is missing"


def test_an_unknown_field_is_named_with_the_nearest_known_one():
    message = "needs.toml: needs.arrival.lable: unknown field; did you mean 'label'?"

    assert told({"lable": GOOD["label"]}) == message


@pytest.mark.parametrize("raw", [None, 0.5, "0.5", [GOOD]])
def test_what_is_no_table_is_refused(raw):
    with pytest.raises(InputError, match=r"needs\.toml: needs\.arrival: must be a table with grade, label"):
        catalogue.entry("needs.arrival", raw, "needs.toml")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": 1.5}, ".value: 1.5 lies outside its range [0.0, 1.0]"),
        ({"value": -0.1}, ".value: -0.1 lies outside its range [0.0, 1.0]"),
        ({"value": math.nan}, ".value: must be a finite number, got nan"),
        ({"value": math.inf}, ".value: must be a finite number, got inf"),
        ({"value": True}, ".value: must be a finite number, got True"),
        ({"value": "0.5"}, ".value: must be a finite number, got '0.5'"),
        ({"range": [0.0]}, ".range: must be [low, high], got [0.0]"),
        ({"range": 1.0}, ".range: must be [low, high], got 1.0"),
        ({"range": ["0", "1"]}, ".range: must be [low, high], got ['0', '1']"),
        ({"range": [1.0, 0.0]}, ".value: 0.5 lies outside its range [1.0, 0.0]"),
        ({"range": [0.0, math.nan]}, ".range: must be [low, high], got [0.0, nan]"),
        ({"range": [0.0, math.inf]}, ".range: must be [low, high], got [0.0, inf]"),
        ({"range": [False, True]}, ".range: must be [low, high], got [False, True]"),
        ({"unit": "shares"}, ".unit: 'shares' is not in units.toml; did you mean 'share'?"),
        ({"unit": ["share"]}, ".unit: ['share'] is not in units.toml"),
        ({"source": ["E999"]}, ".source: E999 is not a row of evidence.csv"),
        ({"source": []}, ".source: must cite something or say 'assumed'"),
        ({"source": 5}, ".source: must cite something or say 'assumed'"),
        ({"source": [5]}, ".source: must cite something or say 'assumed'"),
        ({"source": ""}, ".source: must cite something or say 'assumed'"),
        ({"source": ["assumed", "E001"]}, ": what is assumed has grade D and a reason, and nothing else has grade D"),
        ({"grade": "E"}, ".grade: must be one of A, B, C, D, got 'E'"),
        ({"grade": ["A"]}, ".grade: must be one of A, B, C, D, got ['A']"),
        ({"grade": "D", "reason": "Why."}, ": what is assumed has grade D and a reason, and nothing else has grade D"),
        ({"source": "assumed", "grade": "D"}, ": what is assumed has grade D and a reason"),
        ({"source": "assumed", "grade": "D", "reason": ""}, ": what is assumed has grade D and a reason"),
        ({"source": "assumed", "grade": "B", "reason": "Why."}, ": what is assumed has grade D and a reason"),
        (
            {"label": {"en": "Share", "zh_hans": "比例"}},
            ".label: a label needs a text for each of en, zh_hans, zh_hant",
        ),
        ({"label": GOOD["label"] | {"zh_hant": ""}}, ".label: a label needs a text for each of en, zh_hans, zh_hant"),
        ({"label": GOOD["label"] | {"zh_hant": 5}}, ".label: a label needs a text for each of en, zh_hans, zh_hant"),
        ({"label": GOOD["label"] | {"fr": "Part"}}, ".label: a label needs a text for each of en, zh_hans, zh_hant"),
        ({"label": "Share"}, ".label: a label needs a text for each of en, zh_hans, zh_hant"),
    ],
    ids=lambda one: "" if isinstance(one, str) else "-".join(f"{key}={str(value)[:24]}" for key, value in one.items()),
)
def test_an_unsound_entry_is_refused_with_its_name_and_what_is_wrong(changes, message):
    assert told(changes).startswith(f"needs.toml: needs.arrival{message}")


# Files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[needs\nvalue = 1", "not readable as TOML: .* line 1"),
        (b'label = "\xff"', "line 1 is not UTF-8 text; save the file as UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, content, message):
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError, match=f"^{re.escape(str(path))}: {message}"):
        catalogue.read_toml(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match=f"^{re.escape(str(tmp_path))}: cannot be read"):
        catalogue.read_toml(tmp_path)


def test_what_can_be_read_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "融治"', encoding="utf-8")

    assert catalogue.read_toml(path) == {"name": "融治"}


# Numbers --------------------------------------------------------------------------------------------------------------


def test_a_default_is_found_by_its_dotted_name():
    assert catalogue.default("population.migrant") == process_entries("population")["migrant"].value


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("needs.arival", "needs.arrival"),
        ("need.arrival", "needs.arrival"),
        ("population.migrants", "population.migrant"),
    ],
)
def test_an_unknown_name_gets_the_nearest_known_one(name, hint):
    with pytest.raises(InputError, match=f"no parameter '{name}'; did you mean '{hint}'"):
        catalogue.default(name)


@pytest.mark.parametrize("process", PROCESSES)
def test_numbers_of_a_process_have_a_field_for_each_entry(process):
    kind = catalogue.numbers_of(process)
    values = [np.full(2, one.value) for one in process_entries(process).values()]
    table = kind(*values)

    assert table.size == 2
    assert {name: float(table[name][1]) for name in kind.names} == {
        short: one.value for short, one in process_entries(process).items()
    }


def test_numbers_that_do_not_fit_the_entries_are_refused():
    with pytest.raises(ValueError, match="zip"):
        catalogue.numbers_of("needs")(np.zeros(1))
