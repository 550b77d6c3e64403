"""Portfolios: a search for the best sets of doses under a budget, generation by generation.

The search is NSGA-II (Deb et al. 2002) by pymoo, or goes by a quick stand-in of the model (Baptista & Poloczek 2018),
which finds as much with far fewer runs. It is asked and told: it gives the points of the next generation,
the study runs them, and tells what they measured. It keeps nothing that cannot be had again. With the same settings,
factors, seed and results it gives the same generations, so a study is resumed by telling a new search the results in
the store, and depends neither on the number of workers nor on the order in which runs end. Doses stand on a grid, so
that equal designs are equal runs, which are made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from experiments.analyses.pareto import Cube, Goals, Values, burdens, scores
from experiments.designs.design import Factor
from experiments.surrogates import Quadratic, terms
from sim.errors import InputError

UNKNOWN = 1e9  # violation of a point that could not be evaluated: worse than any that could
Key = tuple[int, ...]


class Portfolio(Goals):
    """Settings of a search, as a study file gives them; see :class:`experiments.analyses.pareto.Goals`.

    Attributes
    ----------
    method : "genetic" or "surrogate"
        NSGA-II, or a quick stand-in of the model that is made anew after every generation; see :class:`Surrogate`.
    types : tuple of str
        Types of community that a surrogate searches the best points for as well, besides the whole place: the same
        goals and budget, measured in their communities alone.
    population : int
        Points of a generation.
    generations : int
    levels : int
        Values of the grid of a factor from its low to its high, unless it names more than two levels itself.
    """

    method: Literal["genetic", "surrogate"] = "genetic"
    types: tuple[str, ...] = Field(default=(), strict=False)
    population: int = Field(default=40, ge=4)
    generations: int = Field(default=25, ge=1)
    levels: int = Field(default=5, ge=2)

    def search(self, factors: Sequence[Factor], seed: int, futures: int = 1) -> Search:
        """A new search over these factors.

        Parameters
        ----------
        factors : sequence of Factor
        seed : int
        futures : int
            Every point is evaluated in the futures 0 to this, without it.

        Raises
        ------
        InputError
            If pymoo is needed and not installed, there is no factor, or the method knows no types.
        """
        if self.types and self.method != "surrogate":
            raise InputError("portfolio: types needs method = 'surrogate'")
        return (Surrogate if self.method == "surrogate" else Genetic)(self, factors, seed, futures)

    def sides(self) -> list[tuple[Goals, list[int]]]:
        """Goals of the whole place and of each type, each with its columns among those measured."""
        each = [self, *(self.of_type(one) for one in self.types)]
        return [(goals, [self.measured.index(name) for name in goals.names]) for goals in each]

    @property
    def measured(self) -> list[str]:
        """What a search wants to be told: the names of the goals, and the same of each of its types."""
        typed = [name for one in self.types for name in self.of_type(one).names]
        return [*self.names, *typed]


def grid(factor: Factor, levels: int) -> NDArray[np.float64]:
    """Values that a search tries of a factor, ascending."""
    if len(factor.levels) > 2:
        return np.unique(np.array(factor.levels, dtype=float))
    values = np.linspace(factor.low, factor.high, levels)
    return np.unique(np.rint(values)) if factor.whole else values


class Search:
    """A search in progress.

    Attributes
    ----------
    generation : int
        Generations that are done.
    done : bool
        Whether the search has ended.
    """

    def __init__(self, portfolio: Portfolio, factors: Sequence[Factor], seed: int, futures: int = 1):
        if not factors:
            raise InputError("a portfolio needs at least one lever")
        self.portfolio = portfolio
        self.names = [factor.name for factor in factors]
        self.generation, self.done = 0, False
        self._grids = [grid(factor, portfolio.levels) for factor in factors]
        self._first = _first(portfolio, factors, self._grids, seed)
        self._means: dict[Key, Values] = {}
        self._unknown = np.full((futures, len(portfolio.measured)), np.nan)
        self._generation: list[Key] = []

    def ask(self) -> pd.DataFrame:
        """Points to evaluate next, which is the next generation without the points that were told before.

        Asking again before telling gives the same points; empty once the search has ended.

        Returns
        -------
        DataFrame
            A row for each point, a column for each factor, in the factors' units.
        """
        while not self.done:
            if not self._generation:
                self._generation = self._next()
                self.done = not self._generation  # there is no other point
                continue
            new = [key for key in self._generation if key not in self._means]
            if new:
                return self._points(new)
            self._advance()
        return self._points([])

    def tell(self, results: pd.DataFrame) -> None:
        """Take what the points asked for measured.

        Parameters
        ----------
        results : DataFrame
            Factors, ``future`` and ``replication`` (both 0 without them), and the names of the goals; one row for each
            run that did not fail, or means over them. In any order; rows of other points are ignored. A point that
            lacks a future counts as worse than all that could be evaluated.

        Raises
        ------
        InputError
            If nothing was asked.
        """
        asked = self.ask()
        if self.done:
            raise InputError("the search has ended, so there is nothing to tell")
        table = results.assign(**{name: 0 for name in ("future", "replication") if name not in results})
        table = table.merge(asked, on=self.names)
        self._means |= dict.fromkeys((self._key(row) for row in asked.to_numpy()), self._unknown)
        cube, futures = Cube.of(table, self.names, self.portfolio.measured), np.unique(table["future"])
        for row, means in zip(cube.points.to_numpy(), cube.means(), strict=True):
            whole = self._unknown.copy()
            whole[futures] = means
            self._means[self._key(row)] = whole
        self._advance()

    def _advance(self) -> None:
        self._learn()
        self._generation = []
        self.generation += 1
        self.done = self.generation >= self.portfolio.generations

    def _next(self) -> list[Key]:
        """Points of the next generation, by their places in the grids; none where there are no others."""
        raise NotImplementedError

    def _learn(self) -> None:
        """Take in that every point of the generation is known."""

    def _key(self, values: NDArray[np.float64]) -> Key:
        return tuple(int(np.abs(line - value).argmin()) for line, value in zip(self._grids, values, strict=True))

    def _points(self, keys: Sequence[Key]) -> pd.DataFrame:
        rows = [[line[one] for line, one in zip(self._grids, key, strict=True)] for key in keys]
        return pd.DataFrame(np.array(rows, dtype=float).reshape(-1, len(self.names)), columns=self.names)


class Genetic(Search):
    """NSGA-II: points that are beaten by few others have children."""

    def __init__(self, portfolio: Portfolio, factors: Sequence[Factor], seed: int, futures: int = 1):
        super().__init__(portfolio, factors, seed, futures)
        self._algorithm = _nsga2(portfolio, self._grids, self._first, seed)
        self._infill: Any = None

    def _next(self) -> list[Key]:
        self._infill = self._algorithm.ask()
        return [] if self._infill is None else [tuple(int(one) for one in x) for x in self._infill.get("X")]

    def _learn(self) -> None:
        """Let the survivors be chosen. Regret is against all points so far, so parents are judged again."""
        known = list(self._means)
        burden, violation = self._judged(np.stack(list(self._means.values())))
        place = {key: row for row, key in enumerate(known)}
        rows = [place[key] for key in self._generation]
        self._infill.set("F", burden[rows])
        self._infill.set("G", violation[rows, None])
        if self.generation:
            parents = [place[tuple(int(one) for one in x)] for x in self._algorithm.pop.get("X")]
            self._algorithm.pop.set("F", burden[parents])
        self._algorithm.tell(infills=self._infill)

    def _judged(self, means: Values) -> tuple[Values, Values]:
        """Burden by objective, and by how much the budget is exceeded as a share of it: 0 where it is kept."""
        values, costs = scores(means, self.portfolio)
        limits = np.array(list(self.portfolio.budget.values()))
        excess = np.maximum(costs - limits, 0.0) / np.where(limits > 0, limits, 1.0)
        known = np.asarray(np.isfinite(means).all(axis=(1, 2)))
        burden = np.where(known[:, None], burdens(values, self.portfolio), 0.0)
        return burden, np.where(known, excess.sum(axis=1), UNKNOWN)


class Surrogate(Search):
    """Each point is the best one, under the budget, of a quick stand-in that the results so far allow.

    Stand-ins are drawn from what :class:`experiments.surrogates.Quadratic` makes of the results (Thompson sampling, as
    in Baptista & Poloczek 2018), and weigh the objectives by chance (Knowles 2006), so that points spread along the
    front. Where the portfolio names types of communities, they take turns with the whole place.
    """

    def __init__(self, portfolio: Portfolio, factors: Sequence[Factor], seed: int, futures: int = 1):
        super().__init__(portfolio, factors, seed, futures)
        self._random = np.random.default_rng([seed, 1])
        self._sizes = np.array([len(line) for line in self._grids])
        base = [np.abs(line - factor.base).argmin() for line, factor in zip(self._grids, factors, strict=True)]
        self._base: Key = tuple(int(one) for one in base)
        away = [np.abs(line - line[at]) for line, at in zip(self._grids, base, strict=True)]
        self._places = [distance / distance.max() for distance in away]

    def _next(self) -> list[Key]:
        if not self.generation:
            return [tuple(int(one) for one in row) for row in self._first]
        known = [key for key, means in self._means.items() if np.isfinite(means).all()]
        means = np.stack([self._means[key] for key in known]) if known else np.empty((0, *self._unknown.shape))
        judges = [_Judge(goals, means[:, :, columns], known) for goals, columns in self.portfolio.sides()]
        if self._base not in known or len(known) < 3:
            return self._by_chance(self.portfolio.population, set())
        fits = [one.fitted(self._placed(known), self._base, self._sizes > 2) for one in judges]
        found: dict[Key, None] = {}
        for number in range(self.portfolio.population):
            side = number % len(judges)
            taken = {*self._means, *found}
            best = self._climbed(judges[side], fits[side].draw(self._random), taken)
            for key in [best] if best is not None else self._by_chance(1, taken):
                found[key] = None
        return list(found)

    def _by_chance(self, number: int, taken: set[Key]) -> list[Key]:
        if len(taken) >= np.prod(self._sizes.astype(float)):
            return []
        rows: dict[Key, None] = {}
        for _ in range(100 * number):
            key = tuple(int(one) for one in self._random.integers(self._sizes))
            if key not in taken and len(rows) < number:
                rows[key] = None
        return list(rows)

    def _placed(self, keys: Sequence[Key]) -> Values:
        return np.array([[line[one] for line, one in zip(self._places, key, strict=True)] for key in keys])

    def _climbed(self, judge: _Judge, weights: Values, taken: set[Key]) -> Key | None:
        """Best new point of a stand-in within the budget: climb by single changes and swaps from good known points."""
        curved = self._sizes > 2
        importance = self._random.dirichlet(np.ones(len(judge.goals.objectives)))
        best: tuple[float, Key] | None = None
        for start in judge.starts(importance, self._random):
            at, height = start, np.inf
            while True:
                near = self._neighbours(at)
                value = judge.predicted(terms(self._placed(near), curved) @ weights.T, importance)
                order = np.argsort(value, kind="stable")
                for row in order:
                    if not np.isfinite(value[row]) or (best is not None and value[row] >= best[0]):
                        break
                    if near[row] not in taken:
                        best = float(value[row]), near[row]
                        break
                if not value[order[0]] < height:
                    break
                at, height = near[order[0]], float(value[order[0]])
        return None if best is None else best[1]

    def _neighbours(self, key: Key) -> list[Key]:
        """The point itself, those that differ in one factor, and those where two factors trade places."""
        near = [key]
        for one, size in enumerate(self._sizes):
            near += [(*key[:one], level, *key[one + 1 :]) for level in range(size) if level != key[one]]
        off, on = ([i for i, at in enumerate(key) if (at == self._base[i]) is is_off] for is_off in (True, False))
        for one in on:
            for other in off:
                swapped = list(key)
                swapped[one] = self._base[one]
                swapped[other] = min(key[one], int(self._sizes[other]) - 1) or int(self._sizes[other]) - 1
                near.append(tuple(swapped))
        return near


class _Judge:
    """Goals of the whole place or of one type, and what the known points are to them."""

    STARTS = 4  # points from which a climb begins: the best known ones, and one by chance

    def __init__(self, goals: Goals, means: Values, known: Sequence[Key]):
        self.goals, self.known = goals, known
        values, costs = scores(means, goals)
        self.burden = burdens(values, goals)
        self.costs = costs
        self.limits = np.array(list(goals.budget.values()))
        self.width = np.maximum(self.burden.std(axis=0), 1e-12) if len(self.burden) else np.ones(values.shape[1])
        self.base = np.zeros(values.shape[1] + costs.shape[1])

    def fitted(self, places: Values, base: Key, curved: NDArray[np.bool_]) -> Quadratic:
        both = np.concatenate([self.burden, self.costs], axis=1)
        self.base = both[list(self.known).index(base)]
        return Quadratic.fit(places, both - self.base, curved)

    def predicted(self, changes: Values, importance: Values) -> Values:
        """Weighed burden of points; infinite beyond the budget."""
        both = changes + self.base
        objectives = len(self.goals.objectives)
        value = ((both[:, :objectives] - self.base[:objectives]) / self.width) @ importance
        return np.where((both[:, objectives:] <= self.limits).all(axis=1), value, np.inf)

    def starts(self, importance: Values, random: np.random.Generator) -> list[Key]:
        value = (self.burden / self.width) @ importance
        value = np.where((self.costs <= self.limits).all(axis=1), value, np.inf)
        best = np.argsort(value, kind="stable")[: self.STARTS - 1]
        return [self.known[row] for row in (*best, random.integers(len(self.known)))]


def _first(
    portfolio: Portfolio, factors: Sequence[Factor], grids: Sequence[NDArray[np.float64]], seed: int
) -> NDArray[np.int64]:
    """First generation: nothing, everything, each factor alone as far as there is room, then points by chance."""
    top = np.array([len(line) - 1 for line in grids])
    base = np.array([np.abs(line - factor.base).argmin() for line, factor in zip(grids, factors, strict=True)])
    alone = [np.where(np.arange(len(top)) == one, top, base) for one in range(len(top))]
    rows = {tuple(int(one) for one in row): None for row in [base, top, *alone]}
    random = np.random.default_rng(seed)
    wanted = min(portfolio.population, int(np.prod(top + 1.0)))
    while len(rows) < wanted:
        rows[tuple(int(one) for one in random.integers(top + 1))] = None
    return np.array(list(rows)[:wanted])


def _nsga2(portfolio: Portfolio, grids: Sequence[NDArray[np.float64]], first: NDArray[np.int64], seed: int) -> Any:
    """NSGA-II on places in the grids: uniform crossover, and mutation to any other level, since levels are few."""
    try:
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.mutation import Mutation
        from pymoo.core.problem import Problem
        from pymoo.operators.crossover.ux import UX
    except ImportError:
        raise InputError('portfolios need pymoo: pip install "rongzhi[optimize]"') from None
    sizes = np.array([len(line) for line in grids])

    class AnyLevel(Mutation):
        def _do(self, problem: Any, x: NDArray[Any], /, *, random_state: np.random.Generator, **_: Any) -> NDArray[Any]:
            moved = random_state.random(x.shape) < 1 / x.shape[1]
            return np.where(moved, random_state.integers(sizes, size=x.shape), x)

    problem = Problem(n_var=len(grids), n_obj=len(portfolio.objectives), n_ieq_constr=1, xl=0, xu=sizes - 1, vtype=int)
    algorithm = NSGA2(pop_size=portfolio.population, sampling=first, crossover=UX(prob=0.9), mutation=AnyLevel())
    algorithm.setup(problem, termination=("n_gen", portfolio.generations + 1), seed=seed, verbose=False)
    return algorithm
