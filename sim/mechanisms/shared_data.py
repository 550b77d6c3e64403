"""One information system: one entry, one record, seen by all who need it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class SharedData(Mechanism):
    """Shared data (数据共享)."""

    about: ClassVar[str] = """
label = { en = "Shared data", zh_hans = "数据共享", zh_hant = "數據共享" }
source = ["4a"]
path = 4
dose_one = { en = "All departments and the community enter and read one record.", zh_hans = "各部门与社区共用一套数据、一次录入。", zh_hant = "各部門與社區共用一套數據、一次錄入。" }
downside = { en = "Set-up is dear and takes hours; some residents report less because they fear for their privacy.", zh_hans = "建设投入高并占用工时;部分居民因隐私顾虑减少上报。", zh_hant = "建設投入高並佔用工時;部分居民因隱私顧慮減少上報。" }
interacts = ["three_lists", "county_committee", "online_channels"]

[numbers.setup_yuan]
value = 20.0
range = [0.0, 60.0]
source = "assumed"
grade = "D"
reason = "A district's platform by resident."

[numbers.running_yuan]
value = 4.0
range = [0.0, 12.0]
source = "assumed"
grade = "D"
reason = "Upkeep."

[numbers.staff_hours]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Cleaning data."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A system to learn."

[numbers.errors]
value = 0.55
unit = "share"
range = [0.2, 0.9]
source = "assumed"
grade = "D"
reason = "One address book; no published rate."
label = { en = "Wrong addresses avoided", zh_hans = "减少的派错比例", zh_hant = "減少的派錯比例" }

[numbers.fresh]
value = 0.7
unit = "share"
range = [0.3, 0.95]
source = "assumed"
grade = "D"
reason = "What is closed leaves the list."
label = { en = "Stale entries avoided", zh_hans = "减少的过时条目比例", zh_hant = "減少的過時條目比例" }

[numbers.double_entry]
value = 0.2
unit = "share"
range = [0.0, 0.5]
source = ["E029", "E030"]
grade = "B"
reason = "One platform was part of cutting 30 ledgers to 4 and 90 forms to 7; the platform's own part is not published."
label = { en = "Paperwork saved", zh_hans = "减少的台账比例", zh_hant = "減少的臺賬比例" }

[numbers.intake]
value = 0.15
unit = "share"
range = [0.0, 0.4]
source = "assumed"
grade = "D"
reason = "No asking twice."
label = { en = "Intake hours saved", zh_hans = "减少的受理工时比例", zh_hant = "減少的受理工時比例" }

[numbers.privacy]
value = 0.04
unit = "share"
range = [0.0, 0.2]
source = "assumed"
grade = "D"
reason = "Direction from debates on data; no figure."
label = { en = "More silence of the distrustful", zh_hans = "隐私顾虑增加的沉默比例", zh_hant = "隱私顧慮增加的沉默比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        routing, matching, calendar = numbers.routing, numbers.matching, numbers.calendar
        routing.error *= 1.0 - self.errors * dose
        routing.error_several *= 1.0 - 0.5 * self.errors * dose
        routing.intake_hours *= 1.0 - self.intake * dose
        matching.staleness *= 1.0 - self.fresh * dose
        calendar.paper_demand *= 1.0 - self.double_entry * dose
        numbers.discovery.hiding += self.privacy * dose * (1.0 - numbers.discovery.hiding)
