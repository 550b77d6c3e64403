"""What a person is told when the input is wrong."""

import pytest

from sim.errors import InputError, closest

KNOWN = ("three_lists", "micro_grid", "deliberation")


def test_a_slip_of_the_pen_gets_the_nearest_known_name():
    assert closest("tree_list", KNOWN) == "; did you mean 'three_lists'?"


def test_a_name_unlike_all_others_gets_the_sorted_list_of_what_is_known():
    assert closest("xyz", KNOWN) == "; known: deliberation, micro_grid, three_lists"


def test_nothing_is_proposed_where_nothing_is_known():
    assert closest("xyz", ()) == ""


@pytest.mark.parametrize("name", [None, 3, 0.5, ["three_lists"]])
def test_what_is_no_text_gets_an_answer_too(name):
    assert closest(name, KNOWN).startswith(("; known: ", "; did you mean "))


def test_any_iterable_of_names_will_do():
    assert closest("micro_gird", (name for name in KNOWN)) == "; did you mean 'micro_grid'?"


def test_bad_input_is_a_value_error_whose_text_is_the_message_alone():
    with pytest.raises(ValueError, match=r"^weeks: must be 1 or more$"):
        raise InputError("weeks: must be 1 or more")
