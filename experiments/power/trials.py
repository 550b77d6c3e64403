"""Trials of a pilot in simulated worlds: who takes part, who starts when, whom the survey asks; and how they went."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.analyses.intervals import mean_interval
from experiments.power.inference import JACKKNIFE, Estimates, compared, estimated, methods_for
from experiments.power.roll_out import RollOut
from experiments.power.worlds import NEVER, Counts, Worlds, random_of

Z = 1.959964  # of a 95 % interval


def surveyed(counts: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    """Share who say yes among ``size`` adults asked without repetition; all are asked where there are no more.

    Parameters
    ----------
    counts : array, 2 x ...
        Adults who would say yes, and all adults.
    """
    yes, adults = counts
    asked = np.minimum(size, adults)
    return random.hypergeometric(yes, adults - yes, asked) / asked


def drawn(
    world: Counts, apart: bool, roll_out: RollOut, trials: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """True counts of trials in one world, without and with the design: 2 x trials x waves x communities.

    Communities apart are drawn for each trial, and their places in the roll-out with them. Together they are all in,
    in the places that the roll-out was run with.
    """
    never = world[NEVER][:, : roll_out.waves]
    size = never.shape[2]
    chosen = random.permuted(np.tile(np.arange(size), (trials, 1)), axis=1)[:, : roll_out.communities]
    if not apart:
        rolled = np.repeat(world[str(roll_out.waves)][:, None], trials, axis=1)
        return np.repeat(never[:, None], trials, axis=1), rolled
    without = never[:, :, chosen].transpose(0, 2, 1, 3)
    rolled = without.copy()
    starts = np.array(roll_out.pattern)
    for start in sorted({*roll_out.pattern} - {0}):
        own = starts == start
        treated = world[str(start)][:, : roll_out.waves]
        rolled[..., own] = treated[:, :, chosen[:, own]].transpose(0, 2, 1, 3)
    return without, rolled


def tried(
    worlds: Worlds, roll_out: RollOut, survey_size: int, trials: int, seed: int, alpha: float, power: float
) -> list[dict[str, Any]]:
    """Try one pilot in all worlds, ``trials`` times in each, with and without the design: a row for each method."""
    those = worlds.counts[roll_out.communities if not worlds.apart else max(worlds.counts)]
    found: dict[str, list[tuple[Estimates, Estimates, np.ndarray]]] = {method: [] for method in methods_for(roll_out)}
    for number, world in enumerate(those):
        random = random_of(seed, number, roll_out.communities, roll_out.waves, survey_size)
        without, rolled = drawn(world, worlds.apart, roll_out, trials, random)
        gains = rolled[0] / rolled[1] - without[0] / without[1]
        nothing = _shuffled(without, random) if not worlds.apart else without
        panels = [surveyed(counts, survey_size, random) for counts in (rolled, nothing)]
        for method, parts in found.items():
            truth = gains[:, compared(roll_out, method)].mean(axis=1)
            with_design, null = (estimated(one, roll_out, method, alpha) for one in panels)
            parts.append((with_design, null, truth))
    return [_row(method, parts, roll_out, survey_size, alpha, power) for method, parts in found.items()]


def _shuffled(counts: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Communities of each trial in another order."""
    _, trials, _, size = counts.shape
    orders = random.permuted(np.tile(np.arange(size), (trials, 1)), axis=1)
    return np.take_along_axis(counts, orders[None, :, None, :], axis=3)


def _row(
    method: str,
    parts: Sequence[tuple[Estimates, Estimates, np.ndarray]],
    roll_out: RollOut,
    survey_size: int,
    alpha: float,
    power: float,
) -> dict[str, Any]:
    from scipy.special import stdtrit

    estimate = np.stack([one.estimate for one, _, _ in parts])  # worlds x trials
    truth = np.stack([one for _, _, one in parts])
    error = estimate - truth
    covered = np.stack([(one.low <= real) & (real <= one.high) for one, _, real in parts])
    bias, bias_low, bias_high = (float(one) for one in mean_interval(error.mean(axis=1)))
    freedom = roll_out.communities - 1
    factor = stdtrit(freedom, 1.0 - alpha / 2) + stdtrit(freedom, power)
    row: dict[str, Any] = {
        "method": method,
        "communities": roll_out.communities,
        "survey_size": survey_size,
        "waves": roll_out.waves,
        "true_effect": float(truth.mean()),
        "estimate": float(estimate.mean()),
        "bias": bias,
        "bias_low": bias_low,
        "bias_high": bias_high,
        "rmse": float(np.sqrt((error**2).mean())),
        "mde": float(factor * error.std()),
    }
    for name, hits in (
        ("power", np.stack([one.clear for one, _, _ in parts])),
        ("size", np.stack([null.clear for _, null, _ in parts])),
        ("coverage", covered),
    ):
        hopeless = method != JACKKNIFE and len(roll_out.orders) * alpha < 1.0
        row[name], row[f"{name}_low"], row[f"{name}_high"] = [hits.mean()] * 3 if hopeless else share_interval(hits)
    return row


def share_interval(hits: np.ndarray) -> tuple[float, float, float]:
    """Share of hits over worlds (rows) and trials with its 95 % interval (Wilson 1927).

    Trials of one world are alike, so they count as as many independent ones as the spread of the worlds' shares tells
    (the effective size of Kish 1965): between the number of worlds and that of trials.
    """
    share, worlds = float(hits.mean()), len(hits)
    spread = float(hits.mean(axis=1).var(ddof=1)) / worlds if worlds > 1 else math.inf
    alike = share * (1.0 - share)
    count = min(max(alike / spread, worlds), hits.size) if spread > 0 and alike > 0 else worlds
    middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * math.sqrt(alike / count + Z**2 / (4 * count**2))
    return share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
