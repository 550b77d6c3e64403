"""A mechanism of somebody else's package that misbehaves: what an extension with a mistake in it can do to a study."""

from __future__ import annotations

import os
import signal
import time
from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism

KINDS = ("nothing", "raises", "unpicklable", "exits", "kills", "hangs", "unknown")
"""What a dose means, in tenths: 0.2 raises what cannot be pickled."""


class CannotTravelError(Exception):
    """Needs more to be made than pickle remembers."""

    def __init__(self, one: object, other: object) -> None:
        super().__init__(one)
        self.held = other


class Trouble(Mechanism):
    """Trouble at the seeds that ``RONGZHI_TROUBLE`` lists, elsewhere none; each run takes ``RONGZHI_PAUSE`` seconds."""

    about: ClassVar[str] = """
label = { en = "Trouble", zh_hans = "麻烦", zh_hant = "麻煩" }
source = ["2b"]
path = 0
dose_one = { en = "Everything goes wrong.", zh_hans = "一切都出错。", zh_hant = "一切都出錯。" }
downside = { en = "It is a test.", zh_hans = "仅供测试。", zh_hant = "僅供測試。" }
interacts = []

[numbers]
setup_yuan = { value = 0.0, range = [0.0, 1.0], source = "assumed", grade = "D", reason = "None." }
running_yuan = { value = 0.0, range = [0.0, 1.0], source = "assumed", grade = "D", reason = "None." }
staff_hours = { value = 0.0, range = [0.0, 1.0], source = "assumed", grade = "D", reason = "None." }
attention = { value = 0.0, range = [0.0, 1.0], source = "assumed", grade = "D", reason = "None." }
"""

    def at_start(self, community: Any, dose: np.ndarray) -> None:
        """Make the trouble that the dose asks for."""
        asked = float(community.nominal_dose["trouble"].max())
        time.sleep(float(os.environ.get("RONGZHI_PAUSE", "0")))
        if str(community.keyed_seed) not in os.environ.get("RONGZHI_TROUBLE", "").split(","):
            return
        match KINDS[round(10 * asked)]:
            case "raises":
                raise ArithmeticError("two and two make five")
            case "unpicklable":
                raise CannotTravelError("held", lambda: None)
            case "exits":
                os._exit(7)
            case "kills":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hangs":
                time.sleep(600)
            case "unknown":
                community.residents.trust[:] = np.nan
