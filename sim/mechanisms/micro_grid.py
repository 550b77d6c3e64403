"""One leader for some tens of households instead of some hundreds."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class MicroGrid(Mechanism):
    """Fine grid and micro-grid (精网微格)."""

    about: ClassVar[str] = """
label = { en = "Fine grid and micro-grid", zh_hans = "精网微格", zh_hant = "精網微格" }
source = ["3a"]
path = 3
dose_one = { en = "One leader for about 65 households, who looks in, asks and reports.", zh_hans = "约65户配一名微网格长,负责走访、动员和上报。", zh_hant = "約65戶配一名微網格長,負責走訪、動員和上報。" }
downside = { en = "Leaders must be guided and report, which takes staff hours; what they find adds to the queue. Without burden relief it exhausts staff.", zh_hans = "微网格长需要指导并产生上报事务;发现的问题加重办理压力;不减负会压垮社区人员。", zh_hant = "微網格長需要指導併產生上報事務;發現的問題加重辦理壓力;不減負會壓垮社區人員。" }
interacts = ["burden_relief", "self_governing_groups", "emergency_link"]

[numbers.setup_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Training and badges."

[numbers.running_yuan]
value = 3.6
range = [0.0, 10.8]
source = "assumed"
grade = "D"
reason = "600 yuan a year for a leader of 169 residents."

[numbers.staff_hours]
value = 1.5
range = [0.0, 4.5]
source = "assumed"
grade = "D"
reason = "Guiding six leaders in 1,000 residents."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A new layer."

[numbers.households]
value = 65.0
unit = "households"
range = [30.0, 100.0]
source = ["E134", "E136"]
grade = "A"
reason = "30 to 100 households in Chengdu; 237 building heads for 4,839 households."
label = { en = "Households of one leader at dose 1", zh_hans = "全量实施时每名微网格长负责户数", zh_hant = "全量實施時每名微網格長負責戶數" }

[numbers.asks]
value = 0.008
unit = "1/week"
range = [0.0, 0.03]
source = "assumed"
grade = "D"
reason = "A leader asks each household every other year, beside what neighbours do."
label = { en = "Further chance a week to be asked by a leader", zh_hans = "居民每周被微网格长邀请的额外概率", zh_hant = "居民每週被微網格長邀請的額外概率" }

[numbers.reports]
value = 0.15
unit = "share"
range = [0.0, 0.4]
source = ["E122", "E121"]
grade = "B"
reason = "Reporting by app is what cadres name as burden; its share for grids is not published."
label = { en = "More paperwork from reports", zh_hans = "上报增加的台账比例", zh_hant = "上報增加的臺賬比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        discovery = numbers.discovery
        change = 1.0 / discovery.households_per_leader
        change += dose * (1.0 / self.households - change)
        discovery.households_per_leader[:] = np.where(dose > 0.0, 1.0 / change, discovery.households_per_leader)
        numbers.participation.leader_ask += self.asks * dose
        numbers.calendar.paper_demand *= 1.0 + self.reports * dose
