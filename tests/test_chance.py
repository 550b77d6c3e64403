"""Chance: the generator against its published vectors, and the promises of keyed draws."""

import math
import zlib

import numpy as np
import pytest

from sim import chance
from sim.chance import BLOCK, decision, draw, draw_in_turn, draw_normal, pair, philox
from sim.compiled import kernel, uint64

# Known-answer vectors of Random123's kat_vectors for philox4x32-10: counter, key, result.
VECTORS = (
    (
        (0, 0, 0, 0),
        (0, 0),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)
MASK = 0xFFFFFFFF
MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
WEYL = 0x9E3779B9, 0xBB67AE85
COUNT = 40_000


@kernel
def many(seeds, streams, weeks, agents, normal):
    """Draws at many addresses."""
    found = np.empty(agents.size)
    for k in range(agents.size):
        if normal:
            found[k] = draw_normal(seeds[k], streams[k], weeks[k], agents[k])
        else:
            found[k] = draw(seeds[k], streams[k], weeks[k], agents[k])
    return found


def draws(seed=7, stream=99, week=3, agent=None, normal=False):
    """Draws at addresses of which one part, or several, run from 0 up; the others stay."""
    agent = np.arange(COUNT) if agent is None else agent
    parts = np.broadcast_arrays(*(np.asarray(part, np.int64) for part in (seed, stream, week, agent)))
    return many(*(np.ascontiguousarray(part) for part in parts), normal)


def address_that_gives(words, key=(0, 0)):
    """Counter at which Philox returns these words: its rounds, undone one by one."""
    a, b, c, d = words
    for number in reversed(range(10)):
        k0, k1 = ((key[j] + number * WEYL[j]) & MASK for j in (0, 1))
        c0, c2 = (d * pow(MULTIPLIERS[0], -1, 1 << 32)) & MASK, (b * pow(MULTIPLIERS[1], -1, 1 << 32)) & MASK
        c1 = a ^ k0 ^ (MULTIPLIERS[1] * c2 >> 32)
        c3 = c ^ k1 ^ (MULTIPLIERS[0] * c0 >> 32)
        a, b, c, d = c0, c1, c2, c3
    return a, b, c, d


def draw_at(counter, function=draw):
    """Draw at a counter of four words, with seed 0."""
    agent = counter[0] | counter[1] << 32
    return function(uint64(0), uint64(counter[3]), uint64(counter[2]), uint64(agent))


def plain_integers(monkeypatch):
    """Constants as they are without the compiler."""
    for name, one in vars(chance).items():
        if isinstance(one, np.uint64):
            monkeypatch.setattr(chance, name, int(one))


def correlation(x, y):
    """Pearson's correlation in standard errors."""
    return float(np.corrcoef(x, y)[0, 1]) * math.sqrt(x.size)


# Generator ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("counter", "key", "result"), VECTORS)
def test_philox_gives_the_published_vectors(counter, key, result):
    assert tuple(int(word) for word in philox(*(uint64(word) for word in (*counter, *key)))) == result


@pytest.mark.parametrize(("counter", "key", "result"), VECTORS)
def test_without_the_compiler_it_gives_them_too(monkeypatch, counter, key, result):
    plain_integers(monkeypatch)
    plain = getattr(philox, "py_func", philox)

    assert plain(*counter, *key) == result


@pytest.mark.parametrize(("counter", "key", "result"), VECTORS)
def test_the_rounds_can_be_undone(counter, key, result):
    assert address_that_gives(result, key) == counter


# Uniform numbers ------------------------------------------------------------------------------------------------------


def test_a_draw_is_made_of_the_first_two_words():
    high, low = VECTORS[0][2][:2]
    bits = (high >> 6) << 26 | low >> 6

    assert draw(0, 0, 0, 0) == (bits + 0.5) / 2**52


def test_all_parts_of_the_address_count_up_to_their_last_bit():
    found = {
        draw(uint64(seed), uint64(stream), uint64(week), uint64(agent))
        for seed, stream, week, agent in (
            (0, 0, 0, 0),
            (2**62, 0, 0, 0),
            (0, 2**31, 0, 0),
            (0, 0, 2**31, 0),
            (0, 0, 0, 2**62),
            (1, 0, 0, 0),
            (0, 1, 0, 0),
            (0, 0, 1, 0),
            (0, 0, 0, 1),
        )
    }

    assert len(found) == 9


def test_draws_lie_strictly_between_0_and_1():
    found = draws()

    assert 0.0 < found.min() < 1e-3
    assert 1.0 - 1e-3 < found.max() < 1.0


def test_the_smallest_draw_is_above_0():
    assert 0.0 < draw_at(address_that_gives((0, 0, 0, 0))) < 1e-15


def test_the_largest_draw_is_below_1():
    assert draw_at(address_that_gives((MASK,) * 4)) < 1.0


@pytest.mark.parametrize("words", [(0, 0, 0, 0), (MASK,) * 4, (0, 0, MASK, MASK), (MASK, MASK, 0, 0)])
def test_normal_numbers_are_finite_at_the_ends(words):
    assert abs(draw_at(address_that_gives(words), draw_normal)) < 9.0


def test_uniform_moments():
    found = draws()
    errors = [(found**k).mean() - 1.0 / (k + 1) for k in range(1, 5)]
    standard = [math.sqrt((1.0 / (2 * k + 1) - 1.0 / (k + 1) ** 2) / COUNT) for k in range(1, 5)]

    assert all(abs(error) < 4.0 * one for error, one in zip(errors, standard, strict=True))


def test_uniform_draws_fill_every_cell_alike():
    counts = np.bincount((draws() * 100).astype(int), minlength=100)
    chi_square = ((counts - COUNT / 100) ** 2 / (COUNT / 100)).sum()

    assert 99 - 4 * math.sqrt(2 * 99) < chi_square < 99 + 4 * math.sqrt(2 * 99)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"seed": 1}, {"seed": 2}),
        ({"seed": 1}, {"seed": 1 + 2**32}),
        ({"stream": 1}, {"stream": 2}),
        ({"stream": decision("tests.first")}, {"stream": decision("tests.second")}),
        ({"week": 1}, {"week": 2}),
        ({"stream": 1, "week": 2}, {"stream": 2, "week": 1}),
        ({"seed": 3, "stream": 4}, {"seed": 4, "stream": 3}),
        ({"agent": np.arange(COUNT)}, {"agent": np.arange(COUNT) + 1}),
        ({"agent": np.arange(COUNT)}, {"agent": np.arange(COUNT) + 2**32}),
        ({"agent": np.arange(COUNT) * 2**31}, {"agent": np.arange(COUNT) * 2**31 + 1}),
    ],
)
def test_draws_of_different_addresses_have_nothing_to_do_with_each_other(one, other):
    assert abs(correlation(draws(**one), draws(**other))) < 4.0


@pytest.mark.parametrize("part", ["seed", "stream", "week", "agent"])
def test_each_part_of_the_address_makes_a_random_sequence_of_its_own(part):
    found = draws(**({"agent": 5} | {part: np.arange(COUNT)}))

    assert abs(found.mean() - 0.5) * math.sqrt(12 * COUNT) < 4.0
    assert all(abs(correlation(found[lag:], found[:-lag])) < 4.0 for lag in (1, 2, 52))


def test_the_same_address_gives_the_same_draw_whatever_was_drawn_between():
    first = draw(7, 1, 2, 3)
    draws(seed=7, stream=1)

    assert draw(7, 1, 2, 3) == first


def test_the_compiler_changes_no_bit(monkeypatch):
    compiled = [float(draw(7, 1, week, agent)) for week in range(5) for agent in range(50)]
    plain_integers(monkeypatch)
    monkeypatch.setattr(chance, "uint64", int)
    monkeypatch.setattr(chance, "philox", getattr(philox, "py_func", philox))
    plain = getattr(draw, "py_func", draw)

    assert [plain(7, 1, week, agent) for week in range(5) for agent in range(50)] == compiled


# Normal numbers -------------------------------------------------------------------------------------------------------


def test_normal_moments():
    found = draws(normal=True)
    errors = [found.mean(), (found**2).mean() - 1.0, (found**3).mean(), (found**4).mean() - 3.0]
    standard = [math.sqrt(variance / COUNT) for variance in (1.0, 2.0, 15.0, 96.0)]

    assert all(abs(error) < 4.0 * one for error, one in zip(errors, standard, strict=True))


def test_normal_tails():
    found = draws(normal=True)
    shares = [(np.abs(found) > z).mean() for z in (1.0, 2.0, 3.0)]
    wanted = [math.erfc(z / math.sqrt(2.0)) for z in (1.0, 2.0, 3.0)]

    assert all(abs(share - want) < 4.0 * math.sqrt(want / COUNT) for share, want in zip(shares, wanted, strict=True))


def test_normal_numbers_of_different_weeks_have_nothing_to_do_with_each_other():
    assert abs(correlation(draws(week=1, normal=True), draws(week=2, normal=True))) < 4.0


# Names ----------------------------------------------------------------------------------------------------------------


def test_a_decision_has_the_same_number_whenever_it_is_asked():
    assert decision("tests.again") == decision("tests.again") == zlib.crc32(b"tests.again")


def test_two_names_of_one_number_are_refused():
    decision("plumless")

    with pytest.raises(ValueError, match="decisions 'buckeroo' and 'plumless' share stream"):
        decision("buckeroo")  # the classic collision of CRC-32


def test_pairs_are_ordered_and_distinct():
    agents = (0, 1, 2, 1000, 2**31 - 1)
    keys = {int(pair(first, second)) for first in agents for second in agents}

    assert len(keys) == len(agents) ** 2
    assert all(0 <= key < 2**62 for key in keys)


@pytest.mark.parametrize("seed", [0, 7, 2**63 - 1])
@pytest.mark.parametrize("first", [0, 2**31 - 5, pair(12, 2**31 - 70)])
def test_a_block_of_draws_has_the_bits_of_single_draws(seed, first):
    agents, lanes, block = np.zeros(BLOCK, np.int64), np.zeros((4, BLOCK), np.uint32), np.zeros(BLOCK)
    draw_in_turn(seed, decision("test.block"), 2**20, first, agents, lanes, block)
    single = [draw(seed, decision("test.block"), 2**20, first + k) for k in range(BLOCK)]

    assert block.tolist() == single
