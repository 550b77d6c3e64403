"""A recorded scene agrees with the run that it shows, and is plain data."""

import base64
import itertools
import json

import numpy as np
import pytest

import sim
from dashboard.layout import layout_of
from dashboard.scene import MOST_RESIDENTS, record
from sim.needs_table import STATES

KINDS = {"u1": np.uint8, "i1": np.int8, "i2": np.int16, "i4": np.int32, "f4": np.float32}
PLACE = sim.Scenario(
    communities=[sim.CommunitySpec(type="village", residents=120), sim.CommunitySpec(type="work_unit", residents=80)],
    mechanisms={"three_lists": 1.0, "deliberation": {"dose": 0.5, "start": 9}},
    emergencies=[{"kind": "flood", "start": 5, "weeks": 3}],
    weeks=20,
    warmup=8,
)


@pytest.fixture(scope="module")
def scene():
    return record(PLACE, seed=3)


def unpacked(one):
    return np.frombuffer(base64.b64decode(one["data"]), KINDS[one["type"]])


def test_recording_changes_nothing(scene):
    plain = sim.run(PLACE, seed=3)
    assert np.array_equal(scene.result.history, plain.history)


def test_it_is_plain_data(scene):
    assert json.loads(json.dumps(scene.data, allow_nan=False)) == scene.data


def test_needs_end_as_the_run_says(scene):
    needs = scene.data["needs"]
    first, state, id = unpacked(needs["first"]), unpacked(needs["state"]), unpacked(needs["id"])
    told = dict(zip(id.tolist(), state[first[1:] - 1].tolist(), strict=True))
    frame = scene.result.needs
    known = {int(one): STATES.index(name) for one, name in zip(frame["id"], frame["state"], strict=True)}
    assert len(told) > 50
    assert told == {one: known[one] for one in told}
    weeks = unpacked(needs["week"])
    assert all((np.diff(weeks[a:b]) > 0).all() for a, b in itertools.pairwise(first))


def test_acts_are_those_of_the_participants(scene):
    acts = {name: unpacked(one) for name, one in scene.data["acts"].items()}
    last = np.zeros(200)
    done = acts["form"] >= 0
    np.maximum.at(last, acts["person"][done], acts["week"][done])
    residents = scene.result.model.residents
    recent = residents.took_part > scene.result.model.week - 20
    assert np.array_equal(last > 0, np.asarray(recent))


def test_everybody_lives_inside_the_own_building_and_nobody_on_another(scene):
    shapes = layout_of(scene.result.model)
    home = shapes.buildings[scene.result.model.residents.building]
    inside = (shapes.residents > home[:, :2]) & (shapes.residents < home[:, :2] + home[:, 2:])
    assert inside.all()
    assert len(np.unique(shapes.residents, axis=0)) == 200


def test_buildings_do_not_overlap(scene):
    left, top, wide, high = layout_of(scene.result.model).buildings.T
    apart = (
        (left[:, None] + wide[:, None] <= left)
        | (left[:, None] >= left + wide)
        | (top[:, None] + high[:, None] <= top)
        | (top[:, None] >= top + high)
    )
    np.fill_diagonal(apart, True)
    assert apart.all()


def test_turning_points_have_words_in_every_language(scene):
    log = scene.data["log"]
    assert [one["week"] for one in log] == sorted(one["week"] for one in log)
    assert {"mechanism", "emergency", "emergency_over"} <= {one["id"] for one in log}
    for language, words in scene.data["words"].items():
        for one in log:
            values = {
                name: value[language] if isinstance(value, dict) else value for name, value in one["values"].items()
            }
            assert "{" not in words["texts"][one["id"]].format(**values)


def test_too_many_residents_are_refused():
    crowd = PLACE.replace(communities=[{"type": "village", "residents": MOST_RESIDENTS + 1}])
    with pytest.raises(sim.InputError, match="too many to watch"):
        record(crowd)
