"""Worlds to try a pilot in: the same communities with and without the design, counted at every wave of the survey."""

from __future__ import annotations

import contextlib
import functools
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import sim
from experiments.engine import Record, asked_workers, execute
from experiments.plan import code_version, digest
from experiments.power.roll_out import RollOut
from experiments.progress import Progress
from experiments.seeds import replication_seed
from sim.design import Design
from sim.outcomes import AT

NEVER = "never"
# Where the model keeps how many adults would say yes to which question.
COLUMNS = {"satisfied": "satisfied", "participation": "active_13"}

Counts = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Worlds:
    """Simulated worlds of a pilot.

    Attributes
    ----------
    apart : bool
        Whether every community has a street office of its own: its run then depends on its own start only.
    counts : dict of int to list of dict of str to array
        By number of communities, a dict for each world. Arrays are 2 x waves x communities: adults who say yes, and all
        adults. ``never``: without the design. Apart, ``"3"``: with the design from wave 3 on; else ``"8"``: with the
        roll-out of a pilot of 8 waves, communities in the order of their starts.
    failures : list of str
    """

    apart: bool
    counts: Mapping[int, Sequence[Counts]]
    failures: Sequence[str]


def make_worlds(
    scenario: sim.Scenario,
    design: Design,
    roll_outs: Sequence[RollOut],
    apart: bool,
    replications: int,
    wave_weeks: int,
    outcome: str,
    seed: int,
    workers: int | None = None,
    cache: str | Path | None = None,
    progress: bool = True,
    language: str = "en",
) -> Worlds:
    """Run all worlds that the roll-outs need; see :func:`experiments.power.pilot_power`."""
    sim.warm_cache()
    largest = max(one.communities for one in roll_outs)
    sizes: list[int] = []
    tasks: list[tuple[Any, ...]] = []
    files: list[str] = []
    mechanisms = {name: spec.model_dump(mode="json") for name, spec in design.mechanisms.items()}
    files_of_margins = [spec.margins for spec in scenario.communities if isinstance(spec.margins, str) and spec.margins]
    margins = [Path(file).read_text(encoding="utf-8") for file in files_of_margins]
    code = [code_version({*scenario.mechanisms, *mechanisms}), apart, margins]
    for size in [largest] if apart else sorted({one.communities for one in roll_outs}):
        for world in range(replications):
            place = scenario.replace(communities=_cycled(scenario, size, world))
            luck = random_of(seed, world, size)
            seeds = [replication_seed(seed, world * (largest + 1) + number) for number in range(size)]
            order = luck.permutation(size).tolist()
            runs = _starts(roll_outs) if apart else _patterns(roll_outs, size)
            arguments = (json.dumps(place.to_dict()), seeds, mechanisms, order, runs, wave_weeks)
            sizes.append(size)
            tasks.append(arguments)
            files.append(f"{digest([code, *arguments])}.npz")
    with tempfile.TemporaryDirectory() if cache is None else contextlib.nullcontext(cache) as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        paths = [Path(folder) / name for name in files]
        missing = [(number, tasks[number]) for number, path in enumerate(paths) if not path.is_file()]
        records: list[Record] = []
        with Progress(max(1, len(missing)), language, progress) as counted:

            def keep(record: Record) -> None:
                counted(record)
                if record.status == "ok":
                    _save(paths[record.key], record.value)

            if missing:
                function = communities_apart if apart else communities_together
                records = execute(function, missing, min(asked_workers(workers), len(missing)), 1, tell=keep)
        question = list(COLUMNS).index(outcome)
        counts: dict[int, list[Counts]] = {size: [] for size in sizes}
        for size, path in zip(sizes, paths, strict=True):
            if path.is_file():
                with np.load(path) as kept:
                    counts[size].append({name: one[[question, -1]] for name, one in kept.items()})
    return Worlds(apart, counts, [one.traceback or one.message for one in records if one.status != "ok"])


def random_of(*numbers: int) -> np.random.Generator:
    """Generator for one purpose: the same for the same numbers, whoever asks and when."""
    return np.random.default_rng(numbers)


# Tasks ----------------------------------------------------------------------------------------------------------------


def communities_apart(
    place: str,
    seeds: Sequence[int],
    mechanisms: Mapping[str, Any],
    _order: Sequence[int],
    runs: Mapping[str, int],
    wave_weeks: int,
) -> dict[str, np.ndarray]:
    """Run every community of a place by itself, with the design from each possible start on; a task of the engine.

    Parameters
    ----------
    place : str
        Scenario as JSON.
    seeds : sequence of int
        Luck of each community.
    mechanisms : dict
        The design's.
    runs : dict of str to int
        Waves to run for each start, which is given as the wave after which the design comes into force.
    wave_weeks : int
        Weeks between waves.

    Returns
    -------
    dict of str to array
        See :func:`_counted`.
    """
    scenario, design = sim.Scenario.from_dict(json.loads(place)), Design(mechanisms)
    found: dict[str, list[np.ndarray]] = {NEVER: [], **{start: [] for start in runs}}
    for spec, name, seed in zip(scenario.to_dict()["communities"], scenario.community_names, seeds, strict=True):
        alone = scenario.replace(communities=[spec | {"name": name}])
        warm = sim.warm_up(alone, seed)
        read = functools.partial(_counted, seed=seed, warm=warm, wave_weeks=wave_weeks)
        found[NEVER].append(read(alone))
        for start, waves in runs.items():
            weeks = waves * wave_weeks
            found[start].append(read(alone.replace(weeks=weeks) + design.starting(int(start) * wave_weeks + 1)))
    return {start: np.concatenate(parts, axis=2) for start, parts in found.items()}


def communities_together(
    place: str,
    seeds: Sequence[int],
    mechanisms: Mapping[str, Any],
    order: Sequence[int],
    runs: Mapping[str, Sequence[int]],
    wave_weeks: int,
) -> dict[str, np.ndarray]:
    """Run a place as it is, streets and all, with each roll-out; a task of the engine.

    Parameters
    ----------
    order : sequence of int
        Communities in the order of their starts.
    runs : dict of str to sequence of int
        For a pilot of so many waves: the wave after which each community in that order starts, 0 for never.
    """
    scenario, design = sim.Scenario.from_dict(json.loads(place)), Design(mechanisms)
    seed = seeds[0]
    warm = sim.warm_up(scenario, seed)
    names = [scenario.community_names[position] for position in order]
    read = functools.partial(_counted, seed=seed, warm=warm, wave_weeks=wave_weeks)
    found = {NEVER: read(scenario)[:, :, order]}
    for waves, pattern in runs.items():
        starts = {name: start * wave_weeks + 1 for name, start in zip(names, pattern, strict=True) if start}
        rolled_out = design.rolled_out(starts).in_communities(*starts)
        found[waves] = read(scenario.replace(weeks=int(waves) * wave_weeks) + rolled_out)[:, :, order]
    return found


def _counted(scenario: sim.Scenario, seed: int, warm: sim.WarmState, wave_weeks: int) -> np.ndarray:
    """Adults who say yes to each question, and all adults, at the end of every wave: columns x waves x communities."""
    history = sim.run(scenario, seed=seed, warm=warm).history[wave_weeks - 1 :: wave_weeks]
    return np.stack([history[:, :, AT[column]] for column in (*COLUMNS.values(), "adults")]).astype(np.int64)


# What is run ----------------------------------------------------------------------------------------------------------


def _cycled(scenario: sim.Scenario, size: int, first: int) -> list[dict[str, Any]]:
    """Communities of a world: those of the scenario over and over, each world beginning with another one."""
    specs, names = scenario.to_dict()["communities"], scenario.community_names
    chosen = [(first + number) % len(specs) for number in range(size)]
    return [specs[place] | {"name": f"{names[place]} ({number})"} for number, place in enumerate(chosen, start=1)]


def _starts(roll_outs: Sequence[RollOut]) -> dict[str, int]:
    """Waves to run with each start, over all roll-outs."""
    waves: dict[int, int] = {}
    for one in roll_outs:
        for start in {*one.pattern} - {0}:
            waves[start] = max(waves.get(start, 0), one.waves)
    return {str(start): waves[start] for start in sorted(waves)}


def _patterns(roll_outs: Sequence[RollOut], size: int) -> dict[str, list[int]]:
    return {str(one.waves): list(one.pattern) for one in roll_outs if one.communities == size}


def _save(path: Path, counts: dict[str, Any]) -> None:
    """Write whole or not at all, so that an interruption leaves no half a world."""
    half = path.with_suffix(".half.npz")
    np.savez_compressed(half, **counts)
    half.replace(path)
