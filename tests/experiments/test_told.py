"""What is wrong with a file, in words."""

import re
import tomllib
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from experiments.told import read_toml, told
from sim.errors import InputError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Factorial(_Strict):
    kind: Literal["full_factorial"]


class _Latin(_Strict):
    kind: Literal["latin_hypercube"]
    points: int = Field(ge=1)


class _Sequence(_Strict):
    kind: Literal["sobol_sequence"]
    points: int = Field(ge=1)


AnyDesign = Annotated[_Factorial | _Latin | _Sequence, Field(discriminator="kind")]


class _Design(_Strict):
    levers: AnyDesign = _Factorial(kind="full_factorial")
    uncertainties: _Factorial | _Latin | None = Field(default=None, discriminator="kind")
    more: dict[str, AnyDesign] = {}


class _Range(_Strict):
    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self):
        if self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}")
        return self


class _Lever(_Strict):
    label: str = Field(min_length=1)
    mechanisms: list[str] = Field(min_length=1)
    values: list[float] = [0.0, 1.0]


class _Precision(_Strict):
    half_width: dict[str, float]
    most: int = Field(default=200, le=100_000)

    @model_validator(mode="after")
    def _some(self):
        if not self.half_width:
            raise ValueError("half_width names no outcome")
        return self


class _Community(_Strict):
    residents: int = Field(ge=10)


def even(number: int) -> int:
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number


class _Sample(_Strict):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    replications: Annotated[int, Field(ge=2)] | _Precision = 16
    scenario: str | dict[str, Any] = ""
    engine: Literal["local", "dask", "mpi"] = "local"
    shard: Literal["all"] | int = "all"
    levers: dict[str, _Lever] = Field(default={}, max_length=2)
    uncertainties: dict[str, _Range] = {}
    weights: dict[Literal["participation", "satisfaction"], float] = {}
    communities: list[_Community] = Field(default=[], min_length=1)
    design: _Design = _Design()
    quick: bool = False
    pairs: Annotated[int, AfterValidator(even)] = 2
    window: float = Field(default=1.0, alias="window-weeks", gt=0.0, allow_inf_nan=False)

    @field_validator("scenario")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if value == "x.csv":
            raise ValueError("first thing\nsecond thing")
        return value


def words(document, with_lines=True):
    with pytest.raises(ValidationError) as caught:
        _Sample.model_validate(tomllib.loads(document))
    return told(caught.value, "study.toml", _Sample, document if with_lines else None).splitlines()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("levres = 3", "levres: unknown field; did you mean 'levers'?"),
        ("windowweeks = 3", "windowweeks: unknown field; did you mean 'window-weeks'?"),
        ("window-weeks = 0.0", "window-weeks: must be greater than 0.0, got 0.0"),
        ("window-weeks = inf", "window-weeks: must be a finite number, got inf"),
        ("quick = 1", "quick: must be true or false, got 1"),
        ("pairs = 3", "pairs: 3 is odd"),
        ("pairs = true", "pairs: must be a whole number, got true"),
        ("pairs = 2.5", "pairs: must be a whole number, got 2.5"),
        ("levers = 3", "levers: must be a table, got 3"),
        ("levers.a = 3", "levers.a: must be a table of label, mechanisms, values, got 3"),
        ("communities = 3", "communities: must be a list, got 3"),
        ("communities = []", "communities: must hold at least 1, got []"),
        ("communities = [{ residents = 3 }]", "communities.0.residents: must be at least 10, got 3"),
        ('engine = "dusk"', "engine: must be 'local', 'dask' or 'mpi', got 'dusk'; did you mean 'dask'?"),
        ("engine = 1", "engine: must be 'local', 'dask' or 'mpi', got 1"),
        (
            "weights.satisfacton = 1.0",
            (
                "weights.satisfacton: must be 'participation' or 'satisfaction', got 'satisfacton';"
                " did you mean 'satisfaction'?"
            ),
        ),
        ('uncertainties."needs.arrival" = { low = 2.0, high = 1.0 }',
         'uncertainties."needs.arrival": low 2 is not below high 1'),
        ('uncertainties."needs.arrival" = { low = 2.0, high = "x" }',
         "uncertainties.\"needs.arrival\".high: must be a number, got 'x'"),
        # Unions: what was meant is told, or else all that may stand there.
        ("replications = 1", "replications: must be at least 2, got 1"),
        ('replications = "x"', "replications: must be a whole number or a table of half_width, most, got 'x'"),
        ("replications = { half_width = 1 }", "replications.half_width: must be a table, got 1"),
        ("replications = { half_width = {} }", "replications: half_width names no outcome"),
        ("replications = { half_width = {}, mots = 1 }", "replications.mots: unknown field; did you mean 'most'?"),
        ("replications.half_width.participation = 'x'",
         "replications.half_width.participation: must be a number, got 'x'"),
        ("scenario = 3", "scenario: must be a text in quotes or a table, got 3"),
        ('shard = "al"', "shard: must be 'all' or a whole number, got 'al'; did you mean 'all'?"),
        ("design.levers = 3",
         "design.levers: must be a table whose kind is one of full_factorial, latin_hypercube, sobol_sequence, got 3"),
        ("design.levers.points = 3",
         "design.levers.kind: is missing; one of full_factorial, latin_hypercube, sobol_sequence"),
        ('design.levers.kind = "full_fact"',
         (
             "design.levers.kind: unknown kind 'full_fact'; known: full_factorial, latin_hypercube, sobol_sequence;"
             " did you mean 'full_factorial'?"
         )),
        ('design.uncertainties.kind = "zzz"',
         "design.uncertainties.kind: unknown kind 'zzz'; known: full_factorial, latin_hypercube"),
        ('design.levers = { kind = "latin_hypercube", points = 0 }',
         "design.levers.points: must be at least 1, got 0"),
        ('design.levers = { kind = "latin_hypercube" }', "design.levers.points: is missing"),
        ('design.uncertainties = { kind = "latin_hypercube", points = 9, pionts = 3 }',
         "design.uncertainties.pionts: unknown field; did you mean 'points'?"),
        ('design.more.first = { kind = "sobol_sequence", points = "9" }',
         "design.more.first.points: must be a whole number, got '9'"),
    ],
)  # fmt: skip
def test_one_fault(line, message):
    assert words(f'name = "a"\n{line}') == [f"study.toml:2: {message}"]


def test_faults_of_a_name():
    assert words('name = "A"') == [
        "study.toml:1: name: must be lower-case letters, digits and _, beginning with a letter, got 'A'"
    ]
    assert words("quick = true") == ["study.toml: name: is missing"]


def test_a_long_value_is_shortened():
    assert words(f'name = "a"\npairs = "{"x" * 100}"') == [
        f"study.toml:2: pairs: must be a whole number, got '{'x' * 59}…"
    ]


def test_several_lines_of_one_error_each_name_the_place():
    assert words('name = "a"\nscenario = "x.csv"') == [
        "study.toml:2: scenario: first thing",
        "study.toml:2: scenario: second thing",
    ]


DOCUMENT = """\
seeed = 1

[design.levers]
kind = "latin"

[levers.party]
label = ""

[levers.other]
label = "x"
mechanisms = [
    "a",
    3,
]
"""


def test_all_faults_at_once_in_the_order_of_the_file():
    assert words(DOCUMENT) == [
        "study.toml: name: is missing",
        (
            "study.toml:1: seeed: unknown field; known: communities, design, engine, levers, name, pairs, quick,"
            " replications, scenario, shard, uncertainties, weights, window-weeks"
        ),
        (
            "study.toml:4: design.levers.kind: unknown kind 'latin'; known: full_factorial, latin_hypercube,"
            " sobol_sequence; did you mean 'latin_hypercube'?"
        ),
        "study.toml:6: levers.party.mechanisms: is missing",
        "study.toml:7: levers.party.label: must not be empty, got ''",
        "study.toml:13: levers.other.mechanisms.1: must be a text in quotes, got 3",
    ]


def test_without_a_text_no_lines_are_named():
    assert words('name = "a"\nlevers.a.label = 3', with_lines=False) == [
        "study.toml: levers.a.label: must be a text in quotes, got 3",
        "study.toml: levers.a.mechanisms: is missing",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a = 1\nb 2\n", "2:3: not TOML: Expected '=' after a key in a key/value pair"),
        (b"a = 1\nb = \"x", "2:7: not TOML: Unterminated string"),
        (b"a = [1,\n", "1:8: not TOML: Invalid value"),
        (b"a = 1\r\na = 2\r\n", "2:6: not TOML: Cannot overwrite a value"),
        (b"a = 1\nb = '\xff'", "2: not UTF-8 text; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_toml(tmp_path, content, message):
    path = tmp_path / "study.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_toml(path)
    assert str(caught.value) == f"{path}:{message}"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"no\.toml: cannot be read \(No such file or directory\)"):
        read_toml(tmp_path / "no.toml")


def test_a_file_and_its_text(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert read_toml(path) == ({"a": 1}, "a = 1\n")


fields = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text("ak", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from([*_Sample.model_fields, "kind", "points", "low", "label", "half_width", "a"]), inner
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*_Sample.model_fields, "nmae"]), fields))
def test_whatever_is_wrong_every_error_can_be_told(data):
    try:
        _Sample.model_validate(data)
    except ValidationError as error:
        for line in told(error, "study.toml", _Sample, 'name = "a"').splitlines():
            assert re.match(r"study\.toml(:1)?: .", line)
            assert "Input should" not in line
            assert "function-" not in line
