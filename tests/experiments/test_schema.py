"""JSON Schema of a file, for editors."""

import json
import tomllib
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from experiments.schema import Known, json_schema, or_text
from experiments.study import STUDIES, Study
from experiments.told import told
from sim.mechanisms import mechanisms


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Factorial(_Strict):
    """All combinations."""

    kind: Literal["full_factorial"] = "full_factorial"


class _Latin(_Strict):
    """Points spread evenly.

    Attributes
    ----------
    points : int
        Rows; as :func:`experiments.designs.points` needs,
        ``10`` for each factor.

    Raises
    ------
    points : int
        Nothing of that.
    """

    kind: Literal["latin_hypercube"]
    points: int = Field(ge=1, examples=[100])


class _Texts(_Strict):
    """A text in several languages; a bare text stands for all."""

    model_config = ConfigDict(json_schema_extra=or_text)

    en: str

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, value: Any) -> Any:
        return {"en": value} if isinstance(value, str) else value


Mechanism = Annotated[str, Known("mechanism", mechanisms)]


class _Sample(_Strict):
    """What is run.

    A second paragraph.

    Attributes
    ----------
    name : str
    design, other : table
        How points are chosen.
    window : float
        From the docstring.
    """

    name: str
    title: _Texts = _Texts(en="-")
    design: Annotated[_Factorial | _Latin, Field(discriminator="kind")]
    other: _Latin | None = None
    levers: dict[Mechanism, Annotated[float, Field(ge=0.0, le=1.0)]] = {}
    known: list[Mechanism] = []
    weights: dict[Literal["x", "y"], _Latin] = {}
    window: float = Field(default=1.0, description="From the\n``field``.", alias="window-weeks")
    span: tuple[Annotated[int, Field(strict=False)], int] | None = None
    default: dict[str, Any] = {}


@pytest.fixture(scope="module")
def schema():
    return json_schema(_Sample)


def test_descriptions_come_from_docstrings_and_fields(schema):
    properties, latin = schema["properties"], schema["definitions"]["_Latin"]
    assert schema["description"] == "What is run."
    assert properties["design"]["description"] == properties["other"]["description"] == "How points are chosen."
    assert properties["window-weeks"]["description"] == "From the `field`."
    assert "description" not in properties["name"]
    assert latin["description"] == "Points spread evenly."
    assert latin["properties"]["points"]["description"] == "Rows; as `points` needs, `10` for each factor."
    assert latin["properties"]["points"]["examples"] == [100]


def test_names_can_be_completed(schema):
    properties = schema["properties"]
    assert set(properties["levers"]["properties"]) == set(mechanisms())
    assert properties["levers"]["additionalProperties"] is False
    assert properties["levers"]["properties"]["three_lists"] == {"maximum": 1.0, "minimum": 0.0, "type": "number"}
    assert properties["known"]["items"]["enum"] == sorted(mechanisms())
    assert properties["weights"]["properties"] == {name: {"$ref": "#/definitions/_Latin"} for name in "xy"}


def test_toml_has_no_null_and_draft_7_none_of_the_newer_words(schema):
    words = json.dumps(schema)
    assert not [word for word in ("null", "$defs", "prefixItems", "discriminator", '"title": "Name"') if word in words]
    assert schema["properties"]["other"]["allOf"] == [{"$ref": "#/definitions/_Latin"}]


RIGHT = {"name": "a", "design": {"kind": "latin_hypercube", "points": 3}}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"title": "x"},
        {"title": {"en": "x"}},
        {"levers": {"three_lists": 0.5}},
        {"weights": {"x": {"kind": "latin_hypercube", "points": 1}}},
        {"span": [1, 2]},
    ],
)
def test_what_the_model_takes_is_right(schema, more):
    pytest.importorskip("jsonschema").Draft7Validator.check_schema(schema)
    validator = pytest.importorskip("jsonschema").Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(RIGHT | more)] == []


@pytest.mark.parametrize(
    "more",
    [
        {"nmae": 1},
        {"title": 3},
        {"title": {"de": "x"}},
        {"levers": {"three_list": 0.5}},
        {"levers": {"three_lists": 1.5}},
        {"known": ["three_list"]},
        {"weights": {"z": {}}},
        {"design": {}},
        {"design": {"kind": "latin"}},
        {"design": {"kind": "latin_hypercube"}},
        {"design": {"kind": "full_factorial", "points": 3}},
        {"span": [1, "x"]},
        {"window": 1.0},
    ],
)
def test_what_the_model_refuses_is_wrong(schema, more):
    with pytest.raises(ValidationError):
        _Sample.model_validate(RIGHT | more)
    assert not pytest.importorskip("jsonschema").Draft7Validator(schema).is_valid(RIGHT | more)


def test_an_unknown_name_is_told_with_the_closest_one():
    document = 'name = "a"\ndesign.kind = "full_factorial"\nknown = [\n"three_list",\n]\n[levers]\n"three list" = 1.0'
    with pytest.raises(ValidationError) as caught:
        _Sample.model_validate(tomllib.loads(document))
    assert told(caught.value, "study.toml", _Sample, document).splitlines() == [
        "study.toml:4: known.0: unknown mechanism 'three_list'; did you mean 'three_lists'?",
        "study.toml:7: levers.\"three list\": unknown mechanism 'three list'; did you mean 'three_lists'?",
    ]


def test_todays_study_has_a_valid_schema():
    schema = json_schema(Study)
    pytest.importorskip("jsonschema").Draft7Validator.check_schema(schema)
    assert schema["title"] == "Study"
    fields = tomllib.loads((STUDIES / "six_paths.toml").read_text(encoding="utf-8"))
    assert set(fields) <= set(schema["properties"])
