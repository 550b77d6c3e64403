"""What all designs promise: names, exact errors, counts, and points that depend on the seed alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from experiments.designs import KINDS, AnyDesign, Design, Factor
from sim.errors import InputError

ANY = TypeAdapter(AnyDesign)
FACTORS = [
    Factor("lists", 0, 1, 0, (0, 1)),
    Factor("needs.arrival", 0.5, 2, 1, (0.5, 2)),
    Factor("start", 1, 104, 1, (1, 104), whole=True),
    Factor("party", 0, 1, 0, (1, 0)),
]
SETTINGS = [
    {"kind": "base"},
    {"kind": "one_by_one"},
    {"kind": "leave_one_out"},
    {"kind": "pairs"},
    {"kind": "full_factorial"},
    {"kind": "fractional_factorial"},
    {"kind": "fractional_factorial", "generators": {"party": ["lists", "start"]}},
    {"kind": "latin_hypercube", "points": 9},
    {"kind": "latin_hypercube", "points": 5, "optimise": True},
    {"kind": "sobol_sequence", "points": 8},
    {"kind": "morris", "trajectories": 3},
    {"kind": "saltelli", "points": 4},
    {"kind": "saltelli", "points": 4, "second_order": True},
]
RANDOM = {"latin_hypercube", "sobol_sequence", "morris", "saltelli"}


@pytest.fixture(params=SETTINGS, ids=str)
def design(request) -> Design:
    return ANY.validate_python(request.param)


def test_every_kind_is_tried_here():
    assert {settings["kind"] for settings in SETTINGS} == KINDS.keys() - {"file", "given"}


def test_a_kind_names_its_design():
    for kind, design in KINDS.items():
        assert design.model_fields["kind"].default == kind
    assert isinstance(ANY.validate_python({"kind": "sobol_sequence", "points": 8}), KINDS["sobol_sequence"])


def test_points_are_counted_before_they_are_made(design):
    points = design.sample(FACTORS, 1)

    assert len(points) == design.count(FACTORS)
    assert points.index.equals(pd.RangeIndex(len(points)))
    assert list(points.columns) == [factor.name for factor in FACTORS]


def test_points_lie_in_the_ranges_and_whole_numbers_are_whole(design):
    points = design.sample(FACTORS, 1)

    for factor in FACTORS:
        assert points[factor.name].between(factor.low, factor.high).all()
    assert (points["start"] % 1 == 0).all()


def test_points_depend_on_the_seed_alone(design):
    before = np.random.get_state()[1].tolist()  # noqa: NPY002 - the global generator is what must not move
    first = design.sample(FACTORS, 7)
    design.sample(FACTORS, 8)

    pd.testing.assert_frame_equal(design.sample(FACTORS, 7), first)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    assert design.sample(FACTORS, 8).equals(first) == (design.kind not in RANDOM)


@pytest.mark.parametrize("kind", ["leave_one_out", "fractional_factorial", *sorted(RANDOM)])
def test_designs_that_cannot_do_without_factors_say_so(kind):
    design = ANY.validate_python(next(settings for settings in SETTINGS if settings["kind"] == kind))

    for make in (design.count, lambda factors: design.sample(factors, 1)):
        with pytest.raises(InputError, match=f"{kind}: needs at least one factor"):
            make([])


@pytest.mark.parametrize("kind", ["base", "one_by_one", "pairs", "full_factorial"])
def test_no_factors_make_one_point_where_that_has_a_meaning(kind):
    design = ANY.validate_python({"kind": kind})

    assert design.sample([], 1).shape == (1, 0)
    assert design.count([]) == 1


@pytest.mark.parametrize(
    ("settings", "place", "message"),
    [
        ({"kind": "latin", "points": 3}, (), "'latin'.*'latin_hypercube'"),
        ({"points": 3}, (), "discriminator 'kind'"),
        ({"kind": "latin_hypercube"}, ("latin_hypercube", "points"), "required"),
        ({"kind": "latin_hypercube", "points": 0}, ("latin_hypercube", "points"), "greater than or equal to 1"),
        ({"kind": "latin_hypercube", "points": 3, "seeds": 1}, ("latin_hypercube", "seeds"), "not permitted"),
        ({"kind": "sobol_sequence", "points": 100}, ("sobol_sequence", "points"), "100 is not a power of two.*64.*128"),
        ({"kind": "saltelli", "points": 3}, ("saltelli", "points"), "nearest are 2 and 4"),
        ({"kind": "morris", "trajectories": 1}, ("morris", "trajectories"), "greater than or equal to 2"),
        ({"kind": "morris", "trajectories": 4, "levels": 5}, ("morris", "levels"), "multiple of 2"),
        (
            {"kind": "fractional_factorial", "resolution": 2},
            ("fractional_factorial", "resolution"),
            "greater than or equal to 3",
        ),
    ],
)
def test_wrong_settings_are_refused_at_their_place(settings, place, message):
    with pytest.raises(ValidationError, match=f"(?s){message}") as caught:
        ANY.validate_python(settings)

    assert [error["loc"] for error in caught.value.errors()] == [place]


def test_the_schema_describes_every_design_and_setting():
    schema = ANY.json_schema()

    assert schema["discriminator"]["mapping"].keys() == KINDS.keys()
    for design in schema["$defs"].values():
        assert not design["additionalProperties"]
        for name, setting in design["properties"].items():
            assert name == "kind" or setting["description"]
