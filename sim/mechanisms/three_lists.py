"""Needs and resources are listed, so that projects follow from both."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class ThreeLists(Mechanism):
    """Three lists (三张清单)."""

    about: ClassVar[str] = """
label = { en = "Three lists", zh_hans = "三张清单", zh_hant = "三張清單" }
source = ["1b"]
path = 1
dose_one = { en = "Every waiting need is on the list within about two weeks, and staff go from door to door to find hidden ones.", zh_hans = "等待中的诉求约两周内全部列入清单,并上门摸排隐性需求。", zh_hant = "等待中的訴求約兩週內全部列入清單,並上門摸排隱性需求。" }
downside = { en = "Listing takes staff hours and paper; without shared data entries are stale when they are taken up.", zh_hans = "摸排和维护清单占用工时和台账;没有数据共享时清单容易过时。", zh_hant = "摸排和維護清單佔用工時和臺賬;沒有數據共享時清單容易過時。" }
interacts = ["joint_committee", "service_purchase", "shared_data"]

[numbers.setup_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Forms, boards and training."

[numbers.running_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Boards and printing."

[numbers.staff_hours]
value = 1.5
range = [0.0, 4.5]
source = "assumed"
grade = "D"
reason = "One visit round a year at five minutes a household, and the upkeep of the list."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A new routine."

[numbers.listing]
value = 0.55
unit = "1/week"
range = [0.1, 0.9]
source = "assumed"
grade = "D"
reason = "A list kept weekly misses half of what came since."
label = { en = "Further chance a week that a waiting need is listed", zh_hans = "等待诉求每周列入清单的额外概率", zh_hant = "等待訴求每週列入清單的額外概率" }

[numbers.visits]
value = 0.02
unit = "1/week"
range = [0.0, 0.1]
source = "assumed"
grade = "D"
reason = "One visit round a year finds what people tell when asked."
label = { en = "Chance a week that listing finds a hidden need", zh_hans = "清单摸排每周发现率", zh_hant = "清單摸排每週發現率" }

[numbers.paper]
value = 0.06
unit = "share"
range = [0.0, 0.3]
source = "assumed"
grade = "D"
reason = "Lists are ledgers too."
label = { en = "More paperwork", zh_hans = "增加的台账比例", zh_hant = "增加的臺賬比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.matching.listing += self.listing * dose
        numbers.discovery.list_visits += self.visits * dose
        numbers.calendar.paper_demand *= 1.0 + self.paper * dose
