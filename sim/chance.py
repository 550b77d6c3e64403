"""Chance keyed by (seed, stream, week, agent): the same thing meets the same luck in every design.

The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"),
which passes all of TestU01's BigCrush. It is counter-based: the seed is its key and (agent, week, stream) its counter,
so a draw depends on nothing but its address. Nothing is carried from draw to draw, so designs can branch from one
state, agents can be visited in any order, and a draw that one design makes and another does not disturbs no other.
"""

from __future__ import annotations

import math
import zlib

import numpy as np

from sim.compiled import rule, uint64

_MASK = uint64(0xFFFFFFFF)
_THIRTY_TWO = uint64(32)
_MULTIPLIER_0 = uint64(0xD2511F53)
_MULTIPLIER_1 = uint64(0xCD9E8D57)
_WEYL_0 = uint64(0x9E3779B9)
_WEYL_1 = uint64(0xBB67AE85)
_SIX = uint64(6)
_TWENTY_SIX = uint64(26)
_UNIT = 1.0 / (1 << 52)  # with 53 bits the largest draw would be rounded up to 1
_HALF_UNIT = 0.5 / (1 << 52)

BLOCK = 64  # draws that are made at once

_names: dict[int, str] = {}


def decision(name: str) -> int:
    """Number of the stream for one named decision, such as ``decision("needs.arise")``.

    Raises
    ------
    ValueError
        If another decision's name happens to have the same number.
    """
    number = zlib.crc32(name.encode())
    if _names.setdefault(number, name) != name:
        raise ValueError(f"decisions {name!r} and {_names[number]!r} share stream {number}; rename one")
    return number


@rule
def philox(counter_0, counter_1, counter_2, counter_3, key_0, key_1):
    """Ten rounds of Philox4x32; returns its four 32-bit words as 64-bit integers."""
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * counter_0
        product_1 = _MULTIPLIER_1 * counter_2
        counter_0, counter_1, counter_2, counter_3 = (
            (product_1 >> _THIRTY_TWO) ^ counter_1 ^ key_0,
            product_1 & _MASK,
            (product_0 >> _THIRTY_TWO) ^ counter_3 ^ key_1,
            product_0 & _MASK,
        )
        key_0 = (key_0 + _WEYL_0) & _MASK
        key_1 = (key_1 + _WEYL_1) & _MASK
    return counter_0, counter_1, counter_2, counter_3


@rule
def draw(seed, stream, week, agent):
    """Draw a uniform number in (0, 1) with 52 random bits for one decision of one agent in one week.

    ``seed`` and ``agent`` may use 64 bits, ``stream`` and ``week`` 32. All must be whole numbers >= 0.
    """
    seed, agent = uint64(seed), uint64(agent)
    high, low, _, _ = philox(
        agent & _MASK,
        agent >> _THIRTY_TWO,
        uint64(week) & _MASK,
        uint64(stream) & _MASK,
        seed & _MASK,
        seed >> _THIRTY_TWO,
    )
    bits = ((high >> _SIX) << _TWENTY_SIX) | (low >> _SIX)
    return float(bits) * _UNIT + _HALF_UNIT


@rule
def draw_normal(seed, stream, week, agent):
    """Draw a standard normal number, by the Box-Muller transform of one Philox block."""
    seed, agent = uint64(seed), uint64(agent)
    a, b, c, d = philox(
        agent & _MASK,
        agent >> _THIRTY_TWO,
        uint64(week) & _MASK,
        uint64(stream) & _MASK,
        seed & _MASK,
        seed >> _THIRTY_TWO,
    )
    u = float(((a >> _SIX) << _TWENTY_SIX) | (b >> _SIX)) * _UNIT + _HALF_UNIT
    v = float(((c >> _SIX) << _TWENTY_SIX) | (d >> _SIX)) * _UNIT
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@rule
def pair(first, second):
    """Key of an ordered pair of agents (each below 2**31), to use as ``agent`` in :func:`draw`."""
    return first * 2147483648 + second


@rule
def draw_block(seed, stream, week, agents, lanes, out):
    """Draw for ``BLOCK`` agents at once, in the processor's vector units; the same bits as :func:`draw` for each.

    Whole-number arithmetic gives the same bits on every processor, so this costs no reproducibility.

    Parameters
    ----------
    seed, stream, week : int
    agents : ndarray of int64, BLOCK
    lanes : ndarray of uint32, 4 x BLOCK
        Room to compute in.
    out : ndarray of float64, BLOCK
        Where the draws go.
    """
    seed = uint64(seed)
    first, second, third, fourth = lanes[0], lanes[1], lanes[2], lanes[3]
    for k in range(BLOCK):
        agent = uint64(agents[k])
        first[k] = np.uint32(agent & _MASK)
        second[k] = np.uint32(agent >> _THIRTY_TWO)
        third[k] = np.uint32(week)
        fourth[k] = np.uint32(stream)
    key_0, key_1 = seed & _MASK, seed >> _THIRTY_TWO
    for _ in range(10):
        low_key, high_key = np.uint32(key_0), np.uint32(key_1)
        for k in range(BLOCK):
            product_0, product_1 = _MULTIPLIER_0 * uint64(first[k]), _MULTIPLIER_1 * uint64(third[k])
            next_first = np.uint32(product_1 >> _THIRTY_TWO) ^ second[k] ^ low_key
            next_third = np.uint32(product_0 >> _THIRTY_TWO) ^ fourth[k] ^ high_key
            second[k] = np.uint32(product_1 & _MASK)
            fourth[k] = np.uint32(product_0 & _MASK)
            first[k] = next_first
            third[k] = next_third
        key_0 = (key_0 + _WEYL_0) & _MASK
        key_1 = (key_1 + _WEYL_1) & _MASK
    for k in range(BLOCK):
        bits = ((uint64(first[k]) >> _SIX) << _TWENTY_SIX) | (uint64(second[k]) >> _SIX)
        out[k] = float(bits) * _UNIT + _HALF_UNIT


@rule
def draw_in_turn(seed, stream, week, first, agents, lanes, out):
    """Draw for the ``BLOCK`` agents from ``first`` on; see :func:`draw_block`."""
    for k in range(BLOCK):
        agents[k] = first + k
    draw_block(seed, stream, week, agents, lanes, out)
