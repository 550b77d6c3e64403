"""Low ratings reopen a matter, and residents learn what was done."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class FeedbackLoop(Mechanism):
    """Closed feedback loop (反馈整改闭环)."""

    about: ClassVar[str] = """
label = { en = "Closed feedback loop", zh_hans = "反馈整改闭环", zh_hant = "反饋整改閉環" }
source = ["5c"]
path = 5
dose_one = { en = "Three of four low-rated matters are opened again and results are made known in the building.", zh_hans = "四分之三的低分事项重新办理,办理结果向楼栋公开。", zh_hant = "四分之三的低分事項重新辦理,辦理結果向樓棟公開。" }
downside = { en = "Reopened matters come on top of the queue and telling people takes hours.", zh_hans = "重办事项加重排队,告知居民占用工时。", zh_hant = "重辦事項加重排隊,告知居民佔用工時。" }
interacts = ["satisfaction_assessment", "deliberation"]

[numbers.setup_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "A procedure."

[numbers.running_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Notices."

[numbers.staff_hours]
value = 1.5
range = [0.0, 4.5]
source = "assumed"
grade = "D"
reason = "Calling back and telling."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A duty after each case."

[numbers.reopens]
value = 0.7
unit = "share"
range = [0.1, 0.9]
source = ["E053"]
grade = "B"
reason = "Recurring complaints fell by 61 % where causes were followed up."
label = { en = "More low-rated matters that are opened again", zh_hans = "增加的低分重办比例", zh_hant = "增加的低分重辦比例" }

[numbers.informs]
value = 0.65
unit = "share"
range = [0.1, 0.9]
source = "assumed"
grade = "D"
reason = "A note in the group of the building reaches most."
label = { en = "More results that are made known", zh_hans = "增加的结果告知比例", zh_hant = "增加的結果告知比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        service = numbers.service
        service.reopen += self.reopens * dose * (1.0 - service.reopen)
        service.inform += self.informs * dose * (1.0 - service.inform)
