"""A platform with standards where providers of resources and needs find each other."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class ResourceDocking(Mechanism):
    """Resource docking (资源对接)."""

    about: ClassVar[str] = """
label = { en = "Resource docking", zh_hans = "资源对接", zh_hant = "資源對接" }
source = ["2a"]
path = 2
dose_one = { en = "All offers stand on one platform by one standard, and a coordinator brings both sides together.", zh_hans = "全部资源按统一标准进入对接平台,由专人撮合供需。", zh_hant = "全部資源按統一標準進入對接平臺,由專人撮合供需。" }
downside = { en = "The platform must be fed and kept up; without lists of needs it shows offers that nobody asks for.", zh_hans = "平台需要持续录入和维护;没有需求清单时平台上的资源无人问津。", zh_hant = "平臺需要持續錄入和維護;沒有需求清單時平臺上的資源無人問津。" }
interacts = ["three_lists", "service_purchase", "shared_data"]

[numbers.setup_yuan]
value = 4.0
range = [0.0, 12.0]
source = "assumed"
grade = "D"
reason = "A module of a district's platform."

[numbers.running_yuan]
value = 2.0
range = [0.0, 6.0]
source = "assumed"
grade = "D"
reason = "Upkeep and part of a post."

[numbers.staff_hours]
value = 0.6
range = [0.0, 1.8]
source = "assumed"
grade = "D"
reason = "Entering offers and answering providers."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A platform to learn."

[numbers.choice]
value = 0.85
unit = "share"
range = [0.3, 1.0]
source = "assumed"
grade = "D"
reason = "Nearly all who offer are on it."
label = { en = "Missing offers that come onto the list", zh_hans = "新增列入清单的供给比例", zh_hant = "新增列入清單的供給比例" }

[numbers.search]
value = 0.6
unit = "share"
range = [0.2, 0.9]
source = "assumed"
grade = "D"
reason = "Standard terms spare calls and visits."
label = { en = "Hours for agreeing that are saved", zh_hans = "减少的商定工时比例", zh_hant = "減少的商定工時比例" }

[numbers.fresh]
value = 0.3
unit = "share"
range = [0.0, 0.7]
source = "assumed"
grade = "D"
reason = "Offers that end leave the platform."
label = { en = "Stale entries avoided", zh_hans = "减少的过时条目比例", zh_hant = "減少的過時條目比例" }

[numbers.reach]
value = 0.3
unit = "share"
range = [0.0, 0.7]
source = "assumed"
grade = "D"
reason = "Distance matters less where help is arranged."
label = { en = "Loss by distance that is avoided", zh_hans = "减少的距离损失比例", zh_hant = "減少的距離損失比例" }

[numbers.entries]
value = 0.02
unit = "share"
range = [0.0, 0.1]
source = "assumed"
grade = "D"
reason = "One more system to fill."
label = { en = "More paperwork", zh_hans = "增加的台账比例", zh_hant = "增加的臺賬比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        matching = numbers.matching
        matching.offers_known += self.choice * dose * (1.0 - matching.offers_known)
        matching.search_hours *= 1.0 - self.search * dose
        matching.staleness *= 1.0 - self.fresh * dose
        matching.place_loss *= 1.0 - self.reach * dose
        numbers.calendar.paper_demand *= 1.0 + self.entries * dose
