"""Small cells cannot be worked out from what is shown."""

import numpy as np

from experiments.data.small_cells import hidden_cells

TOTAL = [([0, 1, 2], 3)]


def test_nothing_is_hidden_that_is_large():
    assert not hidden_cells([10, 50, 20, 80], TOTAL).any()


def test_another_cell_is_hidden_where_one_would_follow_from_the_total():
    assert list(hidden_cells([3, 50, 20, 73], TOTAL)) == [True, False, True, False]


def test_cells_that_are_small_together_take_another_with_them():
    assert list(hidden_cells([3, 4, 20, 27], TOTAL)) == [True, True, True, False]
    assert list(hidden_cells([8, 4, 20, 32], TOTAL)) == [True, True, False, False]


def test_a_total_that_is_small_is_hidden_alone():
    assert hidden_cells([3, 2, 1, 6], TOTAL).all()


def test_no_small_cell_of_a_table_follows_from_its_margins():
    random = np.random.default_rng(5)
    for _ in range(50):
        inner = random.integers(0, 40, (3, 4))
        table = np.zeros((4, 5), int)
        table[:3, :4] = inner
        table[3] = table[:3].sum(axis=0)
        table[:, 4] = table[:, :4].sum(axis=1)
        at = np.arange(20).reshape(4, 5)
        sums = [(list(row[:4]), int(row[4])) for row in at] + [(list(column[:3]), int(column[3])) for column in at.T]
        hidden = hidden_cells(list(table.ravel()), sums)
        equations = np.zeros((len(sums), 20))
        for row, (parts, total) in enumerate(sums):
            equations[row, parts], equations[row, total] = 1.0, -1.0
        left = equations[:, hidden]
        rank = np.linalg.matrix_rank(left) if hidden.any() else 0
        assert hidden[table.ravel() < 10].all()
        for position in range(int(hidden.sum())):
            unit = np.eye(int(hidden.sum()))[position]
            assert np.linalg.matrix_rank(np.vstack([left, unit])) == rank + 1
