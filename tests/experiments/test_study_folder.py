"""Folders of studies: what they hold of the place."""

from experiments.study import Study
from experiments.study_folder import check_same, open_folder, plan_of, study_of
from sim import Organization, Place, Scenario


def test_a_folder_holds_a_community_of_ones_own_without_a_file(tmp_path):
    school = Organization("School", "party_unit", 2, ("children",))
    court = Place.from_margins("Sun Court", 60, owner=0.9, buildings=[10, 15], organizations=[school])
    scenario = Scenario(communities=[court], weeks=2, warmup=0)
    study = Study.from_dict(
        {"name": "ours", "title": "t", "question": "q", "levers": ["three_lists"], "scenario": scenario.to_dict()}
    )
    store = open_folder(study, tmp_path / "made")
    moved = (tmp_path / "made").rename(tmp_path / "moved")
    again = study_of(open_folder(study, moved))

    check_same(store, again)
    assert again.place() == scenario
    assert again.place().places() == (court,)
    assert {spec.run_id for spec in plan_of(store).runs(0, 1)}
    assert not list(moved.glob("*.toml"))
