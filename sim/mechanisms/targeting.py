"""Those with the gravest and most hidden needs come first."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class Targeting(Mechanism):
    """Targeting by need (精准施策)."""

    about: ClassVar[str] = """
label = { en = "Targeting by need", zh_hans = "精准施策", zh_hant = "精準施策" }
source = ["P4"]
path = 0
dose_one = { en = "Serious needs are served first, and patrols go twice as often to older and poor residents.", zh_hans = "较重诉求优先办理,对老年和低收入居民走访加倍。", zh_hant = "較重訴求優先辦理,對老年和低收入居民走訪加倍。" }
downside = { en = "The others are visited less and wait longer.", zh_hans = "其他居民走访减少、等待更久。", zh_hant = "其他居民走訪減少、等待更久。" }
interacts = ["shared_data", "micro_grid"]

[numbers.setup_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Data on who needs what."

[numbers.running_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Upkeep."

[numbers.staff_hours]
value = 0.6
range = [0.0, 1.8]
source = "assumed"
grade = "D"
reason = "Sorting cases."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Little."

[numbers.first]
value = 0.75
unit = "share"
range = [0.1, 1.0]
source = "assumed"
grade = "D"
reason = "Triage by severity."
label = { en = "More serious needs that are served first", zh_hans = "增加的优先办理比例", zh_hant = "增加的優先辦理比例" }

[numbers.focus]
value = 0.9
unit = "ratio"
range = [0.1, 1.0]
source = "assumed"
grade = "D"
reason = "Twice as often."
label = { en = "More patrol for older and poor residents", zh_hans = "对老年与低收入居民增加的走访", zh_hant = "對老年與低收入居民增加的走訪" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.service.urgent_first += self.first * dose * (1.0 - numbers.service.urgent_first)
        numbers.discovery.focus += self.focus * dose * (1.0 - numbers.discovery.focus)
