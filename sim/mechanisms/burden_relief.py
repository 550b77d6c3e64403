"""Ledgers, forms and appraisals are cut."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class BurdenRelief(Mechanism):
    """Burden relief (社区减负)."""

    about: ClassVar[str] = """
label = { en = "Burden relief", zh_hans = "社区减负", zh_hant = "社區減負" }
source = ["P3"]
path = 0
dose_one = { en = "Half of the paperwork is gone.", zh_hans = "台账报表减少一半。", zh_hant = "臺賬報表減少一半。" }
downside = { en = "What is no longer recorded is no longer looked at: effort drifts where nobody else looks.", zh_hans = "不再留痕的工作缺少监督,努力程度可能松懈。", zh_hant = "不再留痕的工作缺少監督,努力程度可能鬆懈。" }
interacts = ["micro_grid", "satisfaction_assessment", "supervision"]

[numbers.setup_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Sorting out the forms."

[numbers.running_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Keeping them out."

[numbers.staff_hours]
value = 0.0
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "None."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Little."

[numbers.cut]
value = 0.5
unit = "share"
range = [0.1, 0.9]
source = ["E028", "E030"]
grade = "A"
reason = "30 ledgers became 4 and 90 forms 7; hours fall less than forms."
label = { en = "Paperwork that is cut", zh_hans = "削减的台账比例", zh_hant = "削減的臺賬比例" }

[numbers.drift]
value = 0.06
unit = "share"
range = [0.0, 0.2]
source = "assumed"
grade = "D"
reason = "Less oversight."
label = { en = "More drift of effort", zh_hans = "增加的努力松懈", zh_hant = "增加的努力鬆懈" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.calendar.paper_demand *= 1.0 - self.cut * dose
        numbers.calendar.drift += self.drift * dose
