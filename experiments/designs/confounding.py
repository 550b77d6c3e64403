"""Confounding in fractions of two-level factorials: which effects cannot be told apart, and fractions with little.

A fraction of 2^k points varies k *basic* factors in full; every other factor is *generated*: it moves as the product
of some basic ones (Box and Hunter 1961). A set of factors whose product is the same at every point is a *defining
word*; the length of the shortest is the *resolution*. III: main effects are mixed with pairs; IV: pairs with pairs;
V: main effects and pairs are clear of each other.

Everything here follows from the defining words themselves, as published tables and libraries err on them. Products of
columns at two levels are sums modulo 2 (XOR) of the basic factors in them, so a factor is a bit mask of basic ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sim.errors import InputError, closest

MOST_BASIC = 16  # basic factors: a fraction of more than 65,536 points is none that anybody wants

Rule = Callable[[np.ndarray], int | None]


def resolution_of(generators: Mapping[str, Sequence[str]], factors: Sequence[str]) -> int | None:
    """Resolution of a fraction of a two-level factorial, from its defining words.

    Parameters
    ----------
    generators : mapping
        Generated factor → the basic factors whose product it is. Factors that are not in it are basic.
    factors : sequence of str
        Names of all factors.

    Returns
    -------
    int or None
        Length of the shortest defining word; None if there is none, as nothing is confounded in a full factorial.
    """
    return _shortest(_words(list(masks(generators, factors).values())))


def aliases(generators: Mapping[str, Sequence[str]], factors: Sequence[str]) -> list[list[tuple[str, ...]]]:
    """Main effects and pairs that a fraction cannot tell apart.

    Returns
    -------
    list of list of tuple of str
        Each list holds effects of which only the sum can be estimated: ``("a",)`` is the main effect of ``a``,
        ``("a", "b")`` the interaction of the two, ``()`` the mean. Effects that are clear of all others that have
        up to two factors stand in none.
    """
    mask = masks(generators, factors)
    groups: dict[int, list[tuple[str, ...]]] = {}
    for size in range(3):
        for effect in itertools.combinations(factors, size):
            total = 0
            for name in effect:
                total ^= mask[name]
            groups.setdefault(total, []).append(effect)
    return [group for group in groups.values() if len(group) > 1]


def masks(generators: Mapping[str, Sequence[str]], factors: Sequence[str]) -> dict[str, int]:
    """Bit mask of the basic factors in each factor, in the order of ``factors``; basic factor ``i`` is bit ``i``.

    Raises
    ------
    InputError
        If a generator names a factor that is unknown, generated itself or twice in it, or if too many are basic.
    """
    for name, parts in generators.items():
        if name not in factors:
            raise InputError(f"generators: unknown factor {name!r}{closest(name, factors)}")
        if not parts:
            raise InputError(f"generators.{name}: names no factor; give those whose product it is")
        for part in parts:
            if part not in factors:
                raise InputError(f"generators.{name}: unknown factor {part!r}{closest(part, factors)}")
            if part in generators:
                raise InputError(f"generators.{name}: {part!r} is generated itself; name factors that are not")
            if list(parts).count(part) > 1:
                raise InputError(f"generators.{name}: {part!r} stands twice in it; name each factor once")
    basic = [name for name in factors if name not in generators]
    if len(basic) > MOST_BASIC:
        raise InputError(
            f"generators: leave {len(basic)} factors basic, which makes 2^{len(basic)} points; at most {MOST_BASIC}"
        )
    bit = {name: 1 << place for place, name in enumerate(basic)}
    return {name: bit[name] if name in bit else sum(bit[part] for part in generators[name]) for name in factors}


def find_generators(factors: Sequence[str], resolution: int) -> dict[str, tuple[str, ...]]:
    """Generators of the smallest fraction found that has at least this resolution; none where only all points will do.

    The first factors are basic. For each number of basic factors, two rules add the other columns one by one: the
    column that makes the fewest short words, and the first that makes none shorter than wanted (a lexicographic code,
    Conway and Sloane 1986). The better result counts: the one with fewer words of length 3, then of 4, and so on.

    Raises
    ------
    InputError
        If no fraction of up to 65,536 points is found.
    """
    number = len(factors)
    for basic in range(1, min(number - 1, MOST_BASIC) + 1):
        if number >= 1 << basic:  # two factors would be the same column
            continue
        rules = (_fewest_short_words, _first_without(resolution))
        tried = [columns for rule in rules if (columns := _columns(number, basic, rule))]
        words, columns = min((list(_words(columns)), columns) for columns in tried)
        if not any(words[1:resolution]):
            return {
                factors[place]: tuple(factors[bit] for bit in range(basic) if columns[place] >> bit & 1)
                for place in range(basic, number)
            }
    if number > MOST_BASIC:
        raise InputError(
            f"fractional_factorial: no fraction of resolution {resolution} found for {number} factors "
            f"within {1 << MOST_BASIC:,} points; ask for a lower resolution or take fewer factors"
        )
    return {}


def _add(sums: np.ndarray, column: int) -> None:
    """Count the sets of columns, by size (row) and by their sum (column of ``sums``), with one more column."""
    sums[1:] += sums[:-1, np.arange(sums.shape[1]) ^ column]


def _no_columns(number: int, basic: int) -> np.ndarray:
    sums = np.zeros((number + 1, 1 << basic))
    sums[0, 0] = 1.0
    return sums


def _words(columns: Sequence[int]) -> np.ndarray:
    """Number of defining words by length, from 0 on; the word of length 0 is always there."""
    sums = _no_columns(len(columns), max(column.bit_length() for column in columns))
    for column in columns:
        _add(sums, column)
    return sums[:, 0]


def _shortest(words: np.ndarray) -> int | None:
    lengths = np.flatnonzero(words[1:])
    return int(lengths[0]) + 1 if len(lengths) else None


def _columns(number: int, basic: int, rule: Rule) -> list[int] | None:
    """Basic columns, then what the rule adds one by one; None where it finds no more."""
    columns = [1 << bit for bit in range(basic)]
    sums = _no_columns(number, basic)
    for column in columns:
        _add(sums, column)
    while len(columns) < number:
        if (added := rule(sums)) is None:
            return None
        columns.append(added)
        _add(sums, added)
    return columns


def _fewest_short_words(sums: np.ndarray) -> int | None:
    # A new column makes a word of each set of columns that has it as its sum.
    return int(np.lexsort(sums[::-1])[0])


def _first_without(resolution: int) -> Rule:
    def rule(sums: np.ndarray) -> int | None:
        free = np.flatnonzero(~sums[: resolution - 1].any(axis=0))
        return int(free[0]) if len(free) else None

    return rule
