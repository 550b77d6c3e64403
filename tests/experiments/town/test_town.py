"""A town from its tables: what is understood, what is assumed, what is refused."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from experiments.page import to_markdown
from experiments.text import LANGUAGES, TAGS, text
from experiments.town import Town, example_town, read_town, write_template
from experiments.town.scenario_file import check_own, write_scenario
from sim import Scenario
from sim.community_types import community_types
from sim.errors import InputError
from sim.place import NUMBERS

COMMUNITIES = "community,residents,type,staff,fund_yuan,owners,migrants,party_members,property_company\n"
AGE = {"0-14": 30, "15-17": 6, "18-34": 40, "35-59": 70, "60-64": 14, "65-79": 30, "80+": 10}


def folder(tmp_path, encoding="utf-8", **tables):
    for table, words in tables.items():
        (tmp_path / f"{table}.csv").write_bytes(words.encode(encoding))
    return tmp_path


def margin_rows(community, margin, counts):
    return "".join(f"{community},{margin},{band},{count}\n" for band, count in counts.items())


def refused(source):
    with pytest.raises(InputError) as error:
        read_town(source)
    return str(error.value)


def test_only_names_residents_and_types_are_needed(tmp_path):
    town = read_town(folder(tmp_path, communities="community,residents,type\nRiverside,200,village\n"))

    (place,) = town.places
    assert (place.name, place.residents, place.type.based_on) == ("Riverside", 200, "village")
    assert town.given["what"].to_list() == ["residents", "type"]
    assumed = town.assumed.set_index("what")
    assert assumed.loc["population.staff_per_10k", ["value", "grade"]].to_list() == [18.0, "A"]
    assert assumed.loc["margins.age.0-14", "why"].startswith("type village: ")
    assert {"organizations.party_unit", "organizations.social"} <= set(assumed.index)
    assert town.warnings == ()


def test_what_is_given_reaches_the_place_in_the_model_s_units(tmp_path):
    source = folder(
        tmp_path,
        communities=COMMUNITIES + '老街,200,老旧小区,0.4,"9,600",62%,30,16,否\n',
        margins="community,margin,band,count\n" + margin_rows("老街", "年龄", AGE),
        buildings="社区,楼栋,户数\n老街,1号楼,40\n老街,,45\n",
        organizations="社区,名称,类别,每周小时,服务领域\n老街,卫生院,辖区单位,4,养老照护；民生与就业\n",
    )
    town = read_town(source)

    (place,) = town.places
    numbers = {name: place.given[name] for name in NUMBERS.values()}
    assert numbers["population.staff_per_10k"] == pytest.approx(20.0)
    assert numbers["population.fund_per_resident"] == pytest.approx(48.0)
    assert numbers["population.owner"] == pytest.approx(0.62)
    assert numbers["population.migrant"] == pytest.approx(0.30)
    assert numbers["population.party_member"] == pytest.approx(16 / 164)  # of the 164 adults
    assert numbers["routing.property_company"] == 0.0
    assert place.type.margins["age"].shares["80+"] == pytest.approx(0.05)
    assert place.type.buildings == (40, 45)
    assert place.type.organizations[0].fields == ("elder_care", "livelihood")
    assert not town.assumed["what"].str.startswith("margins.age").any()
    assert not town.assumed["what"].isin(["population.staff_per_10k", "organizations.party_unit"]).any()
    assert town.given.set_index("what").loc["margins.age.80+", "value"] == 10


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
def test_chinese_tables_are_read_in_each_encoding(tmp_path, encoding):
    town = read_town(folder(tmp_path, encoding, communities="社区,常住人口,相近类型\n幸福里,200,农村社区\n"))

    assert town.places[0].name == "幸福里"
    assert town.places[0].type.based_on == "village"


def test_traditional_tables_in_big5_are_read_and_the_encoding_is_said(tmp_path):
    town = read_town(folder(tmp_path, "big5", communities="社區,常住人口,相近類型\n幸福里,200,老舊小區\n"))

    assert town.places[0].type.based_on == "old_neighbourhood"
    assert town.warnings[0].endswith("read as Big5.")


def test_all_that_is_wrong_in_a_folder_is_told_at_once(tmp_path):
    source = folder(
        tmp_path,
        communities=COMMUNITIES
        + "Riverside,200,vilage,,,0.62,,,\n"
        + "Hilltop,200,village,,,,,300,maybe\n"
        + "Hilltop,250,village,,,,,,\n"
        + ",90,village,,,,,,\n",
        margins="community,margin,band,count\nRiversid,age,0-14,30\nHilltop,age,2014-10-01,5\n",
        buildings="community,households\nHilltop,2026-05-09\n",
        organizations="community,name,kind,hours_week,fields,手机\nHilltop,Clinic,party_unit,2500,elder_car,139\n",
    )
    told = refused(source).splitlines()

    for words in (
        "communities.csv, row 2, column 'type': unknown value 'vilage'; did you mean 'village'?",
        "communities.csv, row 2, column 'owners': must be in per cent, got '0.62'; write 62% or 0.62%",
        "communities.csv, row 3, column 'property_company': must be yes or no (是 / 否), got 'maybe'",
        "communities.csv, row 5, column 'community': is empty",
        "margins.csv, row 2, column 'community': no community 'Riversid' in the table of communities; did you mean",
        "margins.csv, row 3, column 'band': Excel has made a date of a band, got '2014-10-01'",
        "buildings.csv, row 2, column 'households': must be a number, got the date '2026-05-09'",
        "organizations.csv, row 2, column 'hours_week': must be from 0 to 2,000, got '2500'",
        "organizations.csv, row 2, column 'fields': unknown value 'elder_car'; did you mean 'elder",
        "organizations.csv, column '手机': looks like personal data",
    ):
        assert sum(words in line for line in told) == 1, words
    assert all(str(tmp_path) in line for line in told)


def test_names_and_bands_that_stand_there_twice_are_told(tmp_path):
    source = folder(
        tmp_path,
        communities="community,residents,type\nA,200,village\nA,300,village\n",
        margins="community,margin,band,count\n" + margin_rows("A", "age", AGE) + "A,age,0-14,30\n",
    )
    told = refused(source)

    assert "communities.csv, row 3, column 'community': 'A' stands in row 2 already" in told
    assert "margins.csv, row 9, column 'band': '0-14' stands in row 2 already" in told


def test_a_missing_column_an_unknown_one_and_no_rows_are_told(tmp_path):
    told = refused(folder(tmp_path, communities="community,resident,type,colour\n"))

    assert "communities.csv: column 'residents' (Residents / 常住人口) is missing" in told
    assert "column 'resident': unknown column; did you mean 'residents'?" in told
    assert "column 'colour': unknown column" in told
    assert "has headings but no rows" in told


def test_a_column_of_persons_names_is_refused(tmp_path):
    told = refused(folder(tmp_path, communities="社区,常住人口,相近类型,姓名\n幸福里,200,农村社区,张三\n"))

    assert "column '姓名': looks like personal data" in told
    assert "张三" not in told


def test_margins_that_do_not_add_up_are_refused_and_small_gaps_remarked(tmp_path):
    tables = {
        "communities": "community,residents,type\nA,200,old_neighbourhood\n",
        "margins": "community,margin,band,count\n" + margin_rows("A", "age", AGE | {"35-59": 74}),
    }
    assert "adds up to 204 people, not to 200 residents" in read_town(folder(tmp_path, **tables)).warnings[0]

    tables["margins"] = "community,margin,band,count\n" + margin_rows("A", "age", AGE | {"35-59": 170})
    told = refused(folder(tmp_path, **tables))
    assert "communities.csv, row 2: A: age: " in told
    assert "add up to 300" in told


def test_households_of_buildings_must_fit_the_household_table(tmp_path):
    homes = {"1": 72, "2": 62, "3": 34, "4": 18, "5": 8, "6": 4, "7+": 2}
    tables = {
        "communities": "community,residents,type\nA,450,old_neighbourhood\n",
        "margins": "community,margin,band,count\n" + margin_rows("A", "household", homes),
        "buildings": "community,households\nA,120\nA,84\n",
    }
    assert "204 households, the household table 200" in read_town(folder(tmp_path, **tables)).warnings[0]

    tables["buildings"] = "community,households\nA,120\nA,120\n"
    assert "have 240 households, but the household table adds up to 200" in refused(folder(tmp_path, **tables))


def test_a_margin_that_mixes_counts_and_shares_is_refused(tmp_path):
    source = folder(
        tmp_path,
        communities="community,residents,type\nA,200,old_neighbourhood\n",
        margins="community,margin,band,count\n" + margin_rows("A", "age", AGE | {"15-17": "3%"}),
    )

    assert "row 3, column 'count': a share, while row 2 of the same age table has a count" in refused(source)


def test_a_wrong_row_is_told_once_and_not_again_as_a_gap(tmp_path):
    source = folder(
        tmp_path,
        communities="community,residents,type\nA,200,old_neighbourhood\n",
        margins="community,margin,band,count\n" + margin_rows("A", "age", AGE | {"15-17": "six"}),
    )

    assert len(refused(source).splitlines()) == 1


def test_dates_that_can_be_turned_back_are_remarked(tmp_path):
    ages = {"0-4": 10, "9-May": 10, "2026-10-14": 10} | {band: AGE[band] for band in list(AGE)[1:]}
    source = folder(
        tmp_path,
        communities="community,residents,type\nA,200,old_neighbourhood\nB,200,old_neighbourhood\n",
        margins="community,margin,band,count\n" + margin_rows("A", "age", ages) + margin_rows("B", "age", ages),
    )
    town = read_town(source)

    assert town.places[0].type.margins["age"].shares["0-14"] == pytest.approx(0.15)
    assert town.warnings == (
        "margins.csv, row 3, 12: Excel had made the date 9-May of a group; it was read as 5-9.",
        "margins.csv, row 4, 13: Excel had made the date 2026-10-14 of a group; it was read as 10-14.",
    )


def test_groups_that_lie_across_those_of_the_model_are_told_once(tmp_path):
    ages = {"0-14": 30, "15-19": 20, "20-59": 96, "60+": 54}
    source = folder(
        tmp_path,
        communities="community,residents,type\nA,200,old_neighbourhood\nB,200,old_neighbourhood\n",
        margins="community,margin,band,count\n" + margin_rows("A", "age", ages) + margin_rows("B", "age", ages),
    )
    words = to_markdown(read_town(source).overview("en"))

    assert words.count("the group 15-19 lies across groups of the model (15-17, 18-34)") == 1
    assert "All communities, Age" in words


def test_tables_in_memory_are_read_like_files():
    communities = pd.DataFrame({"community": ["A"], "residents": [200.0], "type": ["village"], "staff": [None]})
    ages = pd.DataFrame({"community": "A", "margin": "age", "band": list(AGE), "count": list(AGE.values())})
    town = Town.from_tables(communities, ages, name="mine")

    assert town.name == "mine"
    assert town.places[0].type.margins["age"].shares["0-14"] == pytest.approx(0.15)
    with pytest.raises(InputError, match="communities, row 2, column 'residents'"):
        Town.from_tables(communities.assign(residents=[3]))


def test_a_folder_without_tables_or_none_is_told(tmp_path):
    assert "the table 'communities' is missing; rongzhi init community" in refused(tmp_path)
    assert "no such folder or workbook" in refused(tmp_path / "missing")
    (tmp_path / "communities.csv").write_text("community,residents,type\nA,200,village\n")
    (tmp_path / "社区.csv").write_text("community,residents,type\nA,200,village\n")
    assert "are both the table 'communities'" in refused(tmp_path)


def test_a_file_of_another_name_is_not_passed_over_in_silence(tmp_path):
    words = "community,residents,type\nA,200,village\n"
    town = read_town(folder(tmp_path, communities=words, tickets="a,b\n"))
    assert town.warnings == ("tickets.csv was not read: its name is not that of a table.",)

    assert "margin.csv is no table of a town; did you mean 'margins'?" in refused(folder(tmp_path, margin="a,b\n"))


def test_a_folder_with_one_workbook_is_that_workbook(tmp_path):
    write_template(tmp_path / "mine", as_excel=True)

    assert read_town(tmp_path / "mine").given.equals(read_town(tmp_path / "mine" / "town.xlsx").given)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("as_excel", [False, True])
def test_the_template_is_read_back_as_it_stands(tmp_path, language, as_excel):
    made = write_template(tmp_path / "mine", language, as_excel=as_excel)
    town = read_town(tmp_path / "mine" / "town.xlsx" if as_excel else tmp_path / "mine")

    assert ("town.xlsx" in {path.name for path in made}) is as_excel
    assert [place.residents for place in town.places] == [1200, 2000]
    assert town.warnings == ()
    assert set(town.assumed.loc[town.assumed["community"] == town.places[0].name, "grade"]) <= set("ABCD")


def test_the_template_never_replaces_anything_and_leaves_nothing_behind(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match="is there already"):
        write_template(tmp_path / "mine")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("experiments.town.template.to_terminal", full)
    with pytest.raises(OSError, match="No space"):
        write_template(tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_sheets_of_the_template_keep_groups_as_text(tmp_path):
    write_template(tmp_path / "mine", "zh_hans", as_excel=True)
    book = openpyxl.load_workbook(tmp_path / "mine" / "town.xlsx")

    assert book.sheetnames == ["社区", "统计表", "楼栋", "组织"]
    assert book["统计表"]["C2"].number_format == "@"
    assert len(book["社区"].data_validations.dataValidation) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_says_what_was_given_and_what_was_assumed(tmp_path, language):
    write_template(tmp_path / "mine", language)
    town = read_town(tmp_path / "mine")
    words = to_markdown(town.summary(language))

    assert all(place.name in words and place.type.label[language] in words for place in town.places)
    assert "57,600" in words
    assert "E069" in words
    path = town.write_summary(tmp_path, language)
    assert path.name == f"summary.{TAGS[LANGUAGES.index(language)]}.html"
    assert "<script" not in path.read_text(encoding="utf-8")


def test_a_town_shows_itself_in_a_notebook(tmp_path):
    town = read_town(folder(tmp_path, communities="community,residents,type\nA & B,200,village\n"))

    assert "1 communities, 200 residents" in repr(town)
    assert town._repr_html_().startswith("<iframe")
    assert "A &amp;amp; B" in town._repr_html_()


def test_the_scenario_file_is_the_scenario_and_is_not_written_over_another(tmp_path):
    write_template(tmp_path / "mine", "zh_hans")
    scenario = read_town(tmp_path / "mine").scenario(weeks=4, warmup=2, name='a "town"')
    path = tmp_path / "scenario.toml"
    write_scenario(scenario, path)

    assert Scenario.from_toml(path) == scenario
    check_own(path)
    path.write_text("weeks = 3\n")
    with pytest.raises(InputError, match="was not written by rongzhi check"):
        check_own(path)


def test_the_example_town_can_be_read_and_leaves_something_to_assume():
    town = read_town(example_town())

    assert len(town.places) == 12
    assert {place.type.based_on for place in town.places} == set(community_types())
    assert (town.name, town.warnings) == ("Zixu", ())
    assert set(town.assumed["community"]) == {place.name for place in town.places}
    told = town.given.groupby("community").size()
    assert told.min() == 3
    assert told.max() > 60


def test_some_of_a_town_s_communities():
    town = read_town(example_town())
    few = town.only("下塘村 Xiatang", "东门 Dongmen")

    assert [place.name for place in few.places] == ["东门 Dongmen", "下塘村 Xiatang"]
    assert set(few.given["community"]) == set(few.assumed["community"]) == {"东门 Dongmen", "下塘村 Xiatang"}
    assert few.scenario(weeks=60).residents == few.residents == 2260
    with pytest.raises(InputError, match="did you mean '东门 Dongmen'"):
        town.only("东门 Dongman")
    with pytest.raises(InputError, match="at least one"):
        town.only()


@pytest.mark.parametrize("language", LANGUAGES)
def test_figure_of_margins_tells_what_is_not_given(language):
    figure = read_town(example_town()).only("西街 Xijie", "下塘村 Xiatang").plot("age", language)
    first, second = (axes for axes in figure.axes if axes.get_visible())
    assert [len(line.get_xdata()) for line in first.lines] == [7, 7]
    assert [len(line.get_xdata()) for line in second.lines] == [7, 0]
    assert sum(first.lines[1].get_xdata()) == pytest.approx(100.0)
    assert text(language, "town.figure.missing") in [words.get_text() for words in second.texts]


def test_figure_of_an_unknown_margin_is_refused():
    with pytest.raises(InputError, match="did you mean 'age'"):
        read_town(example_town()).plot("ages")


def test_a_cause_is_told_once_and_not_for_every_row_that_hangs_on_it(tmp_path):
    rows = margin_rows("Riverside", "age", AGE)
    told = refused(
        folder(tmp_path, communities="community,residents,type\n", margins=f"community,margin,band,count\n{rows}")
    )
    assert told.splitlines() == [f"{tmp_path / 'communities.csv'}: has headings but no rows"]

    told = refused(folder(tmp_path, communities="community,residents,type\nRiver,200,village\n"))
    assert told.endswith(
        "no community 'Riverside' in the table of communities (also in 6 more rows); did you mean 'River'?"
    )
    assert len(told.splitlines()) == 1


def test_a_long_list_of_problems_is_cut(tmp_path):
    rows = "".join(f"Block {number},many,village\n" for number in range(300))
    told = refused(folder(tmp_path, communities=f"community,residents,type\n{rows}")).splitlines()

    assert len(told) == 41
    assert told[-1] == "and 260 more; these go first"


@pytest.mark.parametrize("name", ["张三 13812345678", "a.b@example.com", "11010519491231002X"])
def test_what_looks_like_a_person_is_refused_in_cells_too_and_not_repeated(tmp_path, name):
    told = refused(folder(tmp_path, communities=f"community,residents,type\n{name},200,village\n"))

    assert "row 2, column 'community': looks like personal data" in told
    assert name not in told


@pytest.mark.parametrize("cell", ["-", "不详", "n/a"])
def test_what_is_not_known_is_left_empty(tmp_path, cell):
    told = refused(folder(tmp_path, communities=f"community,residents,type,staff\nRiverside,200,village,{cell}\n"))

    assert told.endswith("leave the cell empty where it is not known")


def test_a_table_is_no_town(tmp_path):
    folder(tmp_path, communities="community,residents,type\nRiverside,200,village\n")

    assert refused(tmp_path / "communities.csv").endswith("; give the folder in which it stands")
