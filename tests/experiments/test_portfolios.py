"""Portfolios on games whose best sets are known by enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from experiments.analyses.pareto import nondominated, pareto_front
from experiments.designs.design import Factor
from experiments.portfolios import Portfolio, grid
from sim.errors import InputError

NAMES = [f"m{number}" for number in range(8)]
GAIN = np.array([5.1, 3.2, 8.3, 1.4, 4.5, 6.6, 2.7, 7.8])
HOURS = np.array([4.0, 2.0, 3.0, 2.0, 5.0, 4.0, 1.0, 4.0])
YUAN = np.array([4.2, 3.1, 6.3, 2.4, 5.2, 6.1, 1.9, 5.7])
LIMIT = 15.0
FIELDS = {"objectives": ["participation", "yuan"], "budget": {"staff_hours": LIMIT}}


def switches(names=NAMES):
    return [Factor(name, 0.0, 1.0, 0.0, (0.0, 1.0)) for name in names]


def knapsack(points, futures=1, failing=()):
    """What the doses measure: gains and costs that add up; a future makes the first half less useful."""
    doses = points[NAMES].to_numpy()
    parts = []
    for future in range(futures):
        gain = np.where(np.arange(8) < 4, GAIN / (1 + future), GAIN)
        values = {"participation": doses @ gain, "yuan": doses @ YUAN, "staff_hours": doses @ HOURS, "future": future}
        parts.append(points.assign(**values, replication=0))
    table = pd.concat(parts, ignore_index=True)
    return table[~table.index.isin(failing)]


def every_point():
    return pd.DataFrame(list(itertools.product([0.0, 1.0], repeat=8)), columns=NAMES)


def searched(portfolio, seed=1, measure=knapsack, futures=1):
    """All results, and the generations that were asked."""
    pytest.importorskip("pymoo")
    search, told, asked = portfolio.search(switches(), seed, futures), [], []
    while len(points := search.ask()):
        asked.append(points)
        told.append(measure(points))
        search.tell(told[-1])
    return pd.concat(told, ignore_index=True), asked


def best(table):
    """Doses and values on the front."""
    front = pareto_front(table, NAMES, Portfolio.model_validate(FIELDS))
    return front[front["front"]]


def test_the_known_front_is_found_without_trying_everything():
    portfolio = Portfolio.model_validate(FIELDS | {"levels": 2, "population": 20, "generations": 12})
    truth = best(knapsack(every_point()))

    results, _ = searched(portfolio)

    pd.testing.assert_frame_equal(best(results).reset_index(drop=True), truth.reset_index(drop=True))
    assert len(truth) == 30
    assert len(results) < 140  # of 256
    assert not results.duplicated(NAMES).any()


def test_what_is_recommended_keeps_to_the_budget():
    portfolio = Portfolio.model_validate(FIELDS | {"levels": 5, "population": 20, "generations": 6})

    results, _ = searched(portfolio)
    front = pareto_front(results, NAMES, portfolio)

    assert (results["staff_hours"] > LIMIT).any()
    assert (front.loc[front["front"] | front["knee"], "staff_hours"] <= LIMIT).all()
    assert front["knee"].sum() == 1


def test_the_first_generation_holds_nothing_everything_and_each_alone():
    pytest.importorskip("pymoo")
    first = Portfolio.model_validate(FIELDS | {"population": 12}).search(switches(), 1).ask()

    assert first.iloc[:2].sum(axis=1).tolist() == [0.0, 8.0]
    assert (first.iloc[2:10].to_numpy() == np.eye(8)).all()
    assert len(first) == 12


@pytest.mark.parametrize("robust", ["mean", "worst", "regret"])
def test_a_search_told_what_is_stored_goes_on_as_if_never_interrupted(robust):
    portfolio = Portfolio.model_validate(FIELDS | {"population": 12, "generations": 6, "robust": robust})
    measure = lambda points: knapsack(points, futures=2)  # noqa: E731 (shorter than a function of two lines)
    results, asked = searched(portfolio, measure=measure, futures=2)

    for stop in range(len(asked)):
        search, random = portfolio.search(switches(), 1, futures=2), np.random.default_rng(stop)
        for number, points in enumerate(asked):
            pd.testing.assert_frame_equal(search.ask(), points)
            stored = results.sample(frac=1, random_state=random) if number <= stop else measure(points)
            search.tell(stored)
        assert search.done
        assert search.ask().empty


def test_the_seed_alone_decides_and_global_chance_is_left_alone():
    portfolio = Portfolio.model_validate(FIELDS | {"population": 12, "generations": 4})
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (it is what must not change)

    one, other, different = (searched(portfolio, seed)[0] for seed in (1, 1, 2))

    pd.testing.assert_frame_equal(one, other)
    assert not one.equals(different)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_points_that_failed_are_worse_than_any_other():
    portfolio = Portfolio.model_validate(FIELDS | {"levels": 2, "population": 20, "generations": 12})
    truth = best(knapsack(every_point()))
    lost = truth[NAMES].iloc[10].tolist()

    def measure(points):
        table = knapsack(points)
        return table[~(table[NAMES] == lost).all(axis=1)]

    results, _ = searched(portfolio, measure=measure)

    assert len(best(results).merge(truth, on=NAMES)) >= len(truth) - 4
    assert not (best(results)[NAMES] == lost).all(axis=1).any()


def test_a_search_in_which_all_fails_ends():
    results, asked = searched(
        Portfolio.model_validate(FIELDS | {"population": 12, "generations": 3}), measure=lambda p: knapsack(p).iloc[:0]
    )

    assert len(results) == 0
    assert len(asked) == 3


def test_the_worst_future_counts_where_that_is_asked():
    portfolio = Portfolio.model_validate(FIELDS | {"levels": 2, "population": 20, "generations": 12, "robust": "worst"})
    results, _ = searched(portfolio, measure=lambda points: knapsack(points, futures=2), futures=2)
    truth = knapsack(every_point(), futures=2)

    def front(table):
        found = pareto_front(table, NAMES, portfolio)
        return found.loc[found["front"], [*NAMES, "participation", "yuan"]].reset_index(drop=True)

    pd.testing.assert_frame_equal(front(results), front(truth))


def test_a_small_grid_is_walked_through_once():
    pytest.importorskip("pymoo")
    portfolio = Portfolio.model_validate(FIELDS | {"levels": 2, "population": 8, "generations": 30})
    search, seen = portfolio.search(switches(NAMES[:2]), 1), []
    while len(points := search.ask()):
        seen.append(points)
        search.tell(knapsack(points.reindex(columns=NAMES, fill_value=0.0)))

    assert len(pd.concat(seen)) == 4
    with pytest.raises(InputError, match="has ended"):
        search.tell(pd.DataFrame())


def test_doses_stand_on_a_grid():
    assert grid(Factor("x", 0.0, 1.0, 0.0, (0.0, 1.0)), 5).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert grid(Factor("x", 1.0, 8.0, 1.0, (1.0, 8.0), whole=True), 3).tolist() == [1.0, 4.0, 8.0]
    assert grid(Factor("x", 0.0, 1.0, 0.0, (0.0, 0.3, 1.0)), 5).tolist() == [0.0, 0.3, 1.0]


def test_directions_come_from_the_catalogue_of_outcomes():
    portfolio = Portfolio.model_validate({"objectives": ["participation", "days_to_resolve", "trust@village"]})

    assert portfolio.objectives == {"participation": "max", "days_to_resolve": "min", "trust@village": "max"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"objectives": ["particpation"]}, "did you mean 'participation'"),
        ({"objectives": ["service_yuan"]}, "neither more nor less"),
        ({"objectives": ["trust@vilage"]}, "did you mean 'village'"),
        ({"objectives": {"trust": "more"}}, "'max' or 'min'"),
        ({"objectives": []}, "at least 1"),
        ({"objectives": ["trust"], "budget": {"yuan": -1.0}}, "at least 0"),
        ({"objectives": ["trust"], "budget": {"participation": 0.5}}, "cannot be a budget"),
        ({"objectives": ["trust"], "robust": "best"}, "regret"),
    ],
)
def test_settings_that_make_no_sense_are_refused(fields, said):
    with pytest.raises(ValidationError, match=said):
        Portfolio.model_validate(fields)


def test_equal_points_do_not_dominate_each_other():
    burden = np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0], [2.0, 2.0]])

    assert nondominated(burden).tolist() == [True, True, True, False]


# The surrogate --------------------------------------------------------------------------------------------------------

MANY = [f"m{number}" for number in range(12)]
WORTH = np.array([1.0, 0.8, 3.0, 0.2, 1.5, 2.0, 0.4, 2.2, 0.1, -2.0, 0.6, 0.9])
PRICE = np.array([4.0, 2.0, 3.0, 2.0, 5.0, 4.0, 1.0, 4.0, 0.5, 0.0, 3.0, 3.0])
ASKED = {"objectives": ["participation"], "budget": {"yuan": 14.0}, "method": "surrogate", "levels": 2}


def together(points):
    """Worth that adds up, two that are worth 3 more together, and one, free of charge, that spoils things."""
    doses = points[MANY].to_numpy()
    worth = doses @ WORTH + 3.0 * doses[:, 0] * doses[:, 1]
    return points.assign(participation=worth, yuan=doses @ PRICE, future=0, replication=0)


def walked(portfolio, seed):
    search, told = portfolio.search(switches(MANY), seed), []
    while len(points := search.ask()):
        told.append(together(points))
        search.tell(told[-1])
    return pd.concat(told, ignore_index=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_surrogate_finds_the_best_set_with_few_points(seed):
    every = together(pd.DataFrame(list(itertools.product([0.0, 1.0], repeat=12)), columns=MANY))
    most = every.loc[every["yuan"] <= 14.0, "participation"].max()

    results = walked(Portfolio.model_validate(ASKED | {"population": 12, "generations": 6}), seed)

    assert results.loc[results["yuan"] <= 14.0, "participation"].max() == pytest.approx(most)
    assert len(results) <= 72  # of 4096
    assert not results.duplicated(MANY).any()


def test_a_surrogate_depends_on_its_seed_alone_and_can_be_resumed():
    portfolio = Portfolio.model_validate(ASKED | {"population": 8, "generations": 4})

    one, other = walked(portfolio, 5), walked(portfolio, 5)

    pd.testing.assert_frame_equal(one, other)


def test_a_surrogate_walks_through_a_small_grid_and_ends():
    portfolio = Portfolio.model_validate(
        FIELDS | {"method": "surrogate", "levels": 3, "population": 4, "generations": 9}
    )
    search, seen = portfolio.search(switches(NAMES[:2]), 1), []
    while len(points := search.ask()):
        seen.append(points)
        search.tell(knapsack(points.reindex(columns=NAMES, fill_value=0.0)))

    assert len(pd.concat(seen).drop_duplicates()) == 9


def test_a_surrogate_also_seeks_what_suits_a_type_of_community():
    portfolio = Portfolio.model_validate(ASKED | {"types": ["village"], "population": 12, "generations": 6})
    search, told = portfolio.search(switches(MANY), 1), []
    while len(points := search.ask()):
        table = together(points)
        turned = table[MANY].to_numpy() @ WORTH[::-1]
        told.append(table.assign(**{"participation@village": turned, "yuan@village": table["yuan"]}))
        search.tell(told[-1])
    results = pd.concat(told)
    every = pd.DataFrame(list(itertools.product([0.0, 1.0], repeat=12)), columns=MANY)
    own = (every.to_numpy() @ WORTH[::-1])[every.to_numpy() @ PRICE <= 14.0].max()

    assert results.loc[results["yuan"] <= 14.0, "participation@village"].max() == pytest.approx(own)


def test_only_a_surrogate_knows_types():
    with pytest.raises(InputError, match="surrogate"):
        Portfolio.model_validate(FIELDS | {"types": ["village"]}).search(switches(), 1)
