"""Lines of a TOML document."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.study import STUDIES
from experiments.toml_lines import line_of

DOCUMENT = '''\
name = "x"  # line 1
title.en = "[not.a.table]"
title."zh hans" = 'a = 1'
text = """
[levers]
fake = 1 \\"""
"""""
when = 1979-05-27 07:32:00

[levers.party]
mechanisms = [  # a list
    "joint_committee",  # , ]
    # nothing
    ["a", { b = "}", c = [1,
        2] }],
]

[ uncertainties ]
"needs.arrival" = { low = 1, high = """
two lines""", deep.er = 3 }
"tab\\t\\u4e2d" = 1

[[communities]]
residents = 10
[communities.types]
old = 1
[[communities]]
residents = 20
[[communities.streets]]
name = 'a'
[[communities.streets]]
name = 'b'
[a.b.c]
d = 1
[a]
e = 2
'''


@pytest.mark.parametrize(
    ("location", "line"),
    [
        (("name",), 1),
        (("title",), 2),
        (("title", "en"), 2),
        (("title", "zh hans"), 3),
        (("text",), 4),
        (("when",), 8),
        (("levers",), 10),
        (("levers", "party"), 10),
        (("levers", "party", "mechanisms"), 11),
        (("levers", "party", "mechanisms", 0), 12),
        (("levers", "party", "mechanisms", 1), 14),
        (("levers", "party", "mechanisms", 1, 1, "c"), 14),
        (("levers", "party", "mechanisms", 1, 1, "c", 1), 15),
        (("uncertainties", "needs.arrival", "low"), 19),
        (("uncertainties", "needs.arrival", "deep", "er"), 20),
        (("uncertainties", "tab\t中"), 21),
        (("communities",), 23),
        (("communities", 0, "residents"), 24),
        (("communities", 0, "types", "old"), 26),
        (("communities", 1), 27),
        (("communities", 1, "residents"), 28),
        (("communities", 1, "streets", 1, "name"), 32),
        (("a", "b"), 33),
        (("a",), 35),
        (("a", "e"), 36),
    ],
)
def test_the_line_of_a_value(location, line):
    assert line_of(DOCUMENT, location) == line


def test_what_is_missing_stands_where_its_table_begins():
    assert line_of(DOCUMENT, ("levers", "party", "label", "en")) == 10
    assert line_of(DOCUMENT, ("communities", 1, "name")) == 27
    assert line_of(DOCUMENT, ("levers", "party", "mechanisms", 9)) == 11


def test_the_document_itself_has_no_line():
    assert line_of(DOCUMENT, ()) is None
    assert line_of(DOCUMENT, ("question",)) is None


def test_windows_line_ends_count_once():
    assert line_of(DOCUMENT.replace("\n", "\r\n"), ("a", "e")) == 36


def test_lines_before_a_fault_are_known():
    assert line_of('a = 1\nb = "\nc = 3', ("a",)) == 1
    assert line_of("a = 1\nb = [1,\n  2", ("b", 1)) == 3


@settings(deadline=None)
@given(st.text(alphabet="ab.=[]{}\"'\\\n,# 1"))
def test_no_document_is_too_broken(text):
    line = line_of(text, ("a", 0, "b"))
    assert line is None or 1 <= line <= text.count("\n") + 1


def test_a_list_too_deep_to_follow_is_no_error():
    assert line_of("a = " + "[" * 10_000, ("a",)) == 1


keys = st.text(alphabet="ab.#\"' =]中\n\\", min_size=1, max_size=4)
numbers = st.integers(min_value=10_000, max_value=10**9)
texts = st.text(alphabet="ab\"'\\\n#[]{}=,中", max_size=6)
values = st.recursive(
    numbers | texts | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


def quoted(words):
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


class _Writer:
    """Writes nested data as TOML in styles that are drawn, and knows the line of each value."""

    def __init__(self, draw):
        self.draw, self.words, self.lines = draw, "", {}

    def add(self, words):
        self.words += words

    def here(self, location):
        self.lines.setdefault(location, self.words.count("\n") + 1)

    def gap(self):
        self.add(self.draw(st.sampled_from(["", " ", "\n", " # ] } , a = 1\n  ", "\n\n"])))

    def key(self, key):
        bare = key.isascii() and key.isalnum()
        literal = "'" not in key and "\n" not in key
        self.add(self.draw(st.sampled_from([quoted(key), *[key] * bare, *[f"'{key}'"] * literal])))

    def value(self, value, location):
        if isinstance(value, bool):
            self.add(str(value).lower())
        elif isinstance(value, int):
            self.add(str(value))
        elif isinstance(value, str):
            several = '"""\n' + quoted(value)[1:-1].replace("\\n", "\n") + '"""'
            self.add(self.draw(st.sampled_from([quoted(value), several])))
        elif isinstance(value, list):
            self.add("[")
            for place, one in enumerate(value):
                self.gap()
                self.here((*location, place))
                self.value(one, (*location, place))
                self.gap()
                self.add("," if place < len(value) - 1 else self.draw(st.sampled_from([",", ""])))
            self.gap()
            self.add("]")
        else:
            self.add("{ ")
            for place, (key, one) in enumerate(value.items()):
                self.add(", " if place else "")
                self.here((*location, key))
                self.key(key)
                self.add(" = ")
                self.value(one, (*location, key))
            self.add(" }")

    def table(self, fields, location):
        """Plain values first, then those written as tables, each under its header."""
        later = []
        for key, value in fields.items():
            own = (*location, key)
            tables = isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
            if (isinstance(value, dict) or tables) and self.draw(st.booleans()):
                later.append((key, value))
            elif isinstance(value, dict) and value and self.draw(st.booleans()):
                self.here(own)
                for inner, one in value.items():
                    self.here((*own, inner))
                    self.key(key)
                    self.add(".")
                    self.key(inner)
                    self.add(" = ")
                    self.value(one, (*own, inner))
                    self.add("\n")
            else:
                self.here(own)
                self.key(key)
                self.add(" = ")
                self.value(value, own)
                self.add("  # comment = 1\n")
        for key, value in later:
            several = isinstance(value, list)
            for place, one in enumerate(value if several else [value]):
                self.here((*location, key))
                own = (*location, key, place) if several else (*location, key)
                self.here(own)
                self.add("[[" if several else "[")
                for part, name in enumerate(name for name in own if isinstance(name, str)):
                    self.add("." if part else "")
                    self.key(name)
                self.add("]]\n" if several else "]\n")
                self.table(one, own)


@settings(deadline=None)
@given(st.data(), st.dictionaries(keys, values, max_size=4))
def test_every_value_of_any_document_is_found(data, fields):
    writer = _Writer(data.draw)
    writer.table(fields, ())
    assert tomllib.loads(writer.words) == fields
    assert {location: line_of(writer.words, location) for location in writer.lines} == writer.lines


@pytest.mark.parametrize("path", sorted(STUDIES.glob("*.toml")), ids=lambda path: Path(path).stem)
def test_every_value_of_the_ready_studies_is_found(path):
    text = path.read_text(encoding="utf-8")

    def check(fields, location):
        for key, value in fields.items():
            line = text.splitlines()[line_of(text, (*location, key)) - 1]
            assert key in line
            if isinstance(value, dict):
                check(value, (*location, key))

    check(tomllib.loads(text), ())
