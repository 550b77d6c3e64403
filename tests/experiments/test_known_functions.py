"""Functions with known indices, through design, engine, store and analysis: what comes out is what is known."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from SALib.test_functions import Ishigami, Sobol_G
from scipy.special import ndtri

from experiments.analyses.sobol import sobol
from experiments.designs import Factor
from experiments.designs.saltelli import Saltelli
from experiments.engine import Job, drive, local
from experiments.store import Store

SEED = 20261125


def value(function, *point):
    return float(function(np.array([point]))[0])


def through_everything(function, factors, points, folder):
    """Sobol indices of a function whose runs go through worker processes and a study folder."""
    sample = Saltelli(kind="saltelli", points=points).sample(factors, SEED)
    schema = pa.schema([("run_id", pa.string()), ("point", pa.int64()), ("replication", pa.int64())])
    schema = schema.append(pa.field("status", pa.string())).append(pa.field("y", pa.float64()))
    store = Store.create(folder, {}, {}, sample, {"runs": schema})
    jobs = (Job(f"r{point}", (function, *row)) for point, row in enumerate(sample.itertuples(index=False)))
    with store.writer() as writer:
        for record in drive(value, jobs, local(2)):
            point = int(record.key.removeprefix("r"))
            row = {"run_id": record.key, "point": point, "replication": 0, "status": record.status, "y": record.value}
            writer.add(row)
    return sobol(store.runs(), sample, ["y"]).set_index("factor")


def within(table, name, truth):
    """All intervals at once hold the truth: each is widened as Bonferroni asks for two indices of each factor."""
    wider = ndtri(1 - 0.025 / (2 * len(table))) / ndtri(0.975)
    middle = (table[f"{name}_low"] + table[f"{name}_high"]) / 2
    half = wider * (table[f"{name}_high"] - table[f"{name}_low"]) / 2
    return bool(((truth - middle).abs() <= half).all())


@pytest.mark.slow
def test_ishigami(tmp_path):
    factors = [Factor(name, -np.pi, np.pi, 0.0, (-np.pi, np.pi)) for name in ("x1", "x2", "x3")]

    found = through_everything(Ishigami.evaluate, factors, 1024, tmp_path / "ishigami").loc[["x1", "x2", "x3"]]

    assert within(found, "first", np.array([0.3139, 0.4424, 0.0]))
    assert within(found, "total", np.array([0.5576, 0.4424, 0.2437]))
    assert (found["first_high"] - found["first_low"]).max() < 0.2


@pytest.mark.slow
def test_sobol_g(tmp_path):
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99], dtype=float)
    factors = [Factor(f"x{number}", 0.0, 1.0, 0.5, (0.0, 1.0)) for number in range(8)]

    found = through_everything(Sobol_G.evaluate, factors, 1024, tmp_path / "g").loc[[one.name for one in factors]]

    own = (1 / 3) / (1 + a) ** 2
    whole = np.prod(1 + own) - 1
    total = own * np.prod(1 + own) / (1 + own) / whole
    assert within(found, "first", own / whole)
    assert within(found, "total", total)
    assert (found["first_high"] - found["first_low"]).max() < 0.2
