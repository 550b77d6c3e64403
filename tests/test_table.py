"""Tables of columns, and views on their rows."""

import numpy as np
import pytest

from sim.agents.organizations import COMMUNITIES, ORGANIZATIONS
from sim.agents.places import BUILDINGS, HOUSEHOLDS, MICROGRIDS
from sim.agents.residents import RESIDENTS
from sim.needs_table import NEEDS
from sim.table import checked_names, column, table_type

TABLES = (RESIDENTS, HOUSEHOLDS, BUILDINGS, MICROGRIDS, ORGANIZATIONS, COMMUNITIES, NEEDS)

PEOPLE = table_type(
    """
    member bool       belongs to something
    age    int16      years, at the last birthday
    trust  float64    0..1
    skill  float64[9] by category
    """
)


class Person:
    """A view on a row."""

    age = column("Years.")
    trust = column()

    def __init__(self, table, row):
        self.table, self.row = table, row


def test_columns_are_read_in_the_order_in_which_they_are_written():
    assert PEOPLE.names == ("member", "age", "trust", "skill")


def test_the_rest_of_a_line_is_the_meaning_of_its_column():
    assert PEOPLE.documentation["age"] == "years, at the last birthday"


def test_types_and_lengths_are_kept():
    assert {name: PEOPLE.dtype[name].base.name for name in PEOPLE.names} == {
        "member": "bool",
        "age": "int16",
        "trust": "float64",
        "skill": "float64",
    }
    assert PEOPLE.dtype["skill"].shape == (9,)


def test_the_widest_columns_come_first_and_each_is_aligned():
    widths = [PEOPLE.dtype[name].base.itemsize for name in PEOPLE.dtype.names]

    assert widths == sorted(widths, reverse=True)
    assert all(PEOPLE.dtype.fields[name][1] % PEOPLE.dtype[name].base.itemsize == 0 for name in PEOPLE.names)


def test_a_new_table_is_all_zero():
    table = PEOPLE.new(3)

    assert table.size == 3
    assert not any(table[name].any() for name in PEOPLE.names)


def test_a_table_may_be_empty():
    assert PEOPLE.new(0).trust.size == 0


def test_columns_are_attributes_that_write_through():
    table = PEOPLE.new(2)
    table.trust[1] = 0.5

    assert table[1].trust == 0.5


@pytest.mark.parametrize("name", ["size", "sum", "T", "shape", "mean"])
def test_no_column_may_hide_an_attribute_of_arrays(name):
    with pytest.raises(ValueError, match=f"a column cannot be called '{name}'"):
        table_type(f"{name} int32 a number")


def test_good_names_are_given_back():
    assert checked_names(iter(["trust", "age"])) == ("trust", "age")


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_the_model_says_what_it_means(table):
    assert all(table.documentation.values())
    assert set(table.names) == set(table.dtype.names)


def test_a_view_reads_its_row_as_a_plain_number():
    table = PEOPLE.new(2)
    table.age[1] = 40
    found = Person(table, 1).age

    assert (found, type(found)) == (40, int)


def test_a_view_writes_its_own_row_only():
    table = PEOPLE.new(3)
    Person(table, 1).trust = 0.25

    assert table.trust.tolist() == [0.0, 0.25, 0.0]


def test_the_class_shows_the_column_with_its_text():
    assert Person.age.__doc__ == "Years."


def test_views_see_what_kernels_write():
    table = PEOPLE.new(1)
    person = Person(table, 0)
    np.add(table.trust, 0.75, out=table.trust)

    assert person.trust == 0.75
