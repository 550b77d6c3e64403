"""Trials of designs whose effects are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

NOTHING = {"participation": 0.10, "satisfaction": 0.55, "yuan": 30.0}


def runs(effects, futures=40, noise=0.0, hurts=None, seed=0):
    """Runs of nothing and of designs, in futures that move levels of all alike.

    Parameters
    ----------
    effects : dict of str to dict of str to float
        Effect on each outcome by design.
    hurts : float
        From this value of the number ``needs.arrival`` (0 to 1) on, designs lower satisfaction by 0.2.
    """
    random = np.random.default_rng(seed)
    arrival, other = random.permutation(futures) / futures, random.random(futures)
    rows = []
    for policy, (design, effect) in enumerate({"nothing": {}, **effects}.items()):
        for future in range(futures):
            row = {name: base + effect.get(name, 0.0) for name, base in NOTHING.items()}
            row["satisfaction"] += 0.02 * other[future] + noise * random.normal()
            if policy and hurts is not None and arrival[future] > hurts:
                row["satisfaction"] -= 0.2
            keys = {"policy": policy, "design": design, "future": future, "replication": 0, "status": "ok"}
            rows.append({**keys, "needs.arrival": arrival[future], "satisfaction.temper": other[future], **row})
    return pd.DataFrame(rows)


NUMBERS = ["needs.arrival", "satisfaction.temper"]
