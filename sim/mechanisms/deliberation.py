"""Regular meetings of residents whose results bind."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class Deliberation(Mechanism):
    """Institutionalised deliberation (制度化协商议事)."""

    about: ClassVar[str] = """
label = { en = "Institutionalised deliberation", zh_hans = "制度化协商议事", zh_hant = "制度化協商議事" }
source = ["2c"]
path = 2
dose_one = { en = "A meeting every month, announced to a quarter of residents, and three of four matters raised are promised to be seen to.", zh_hans = "每月议事一次,通知四分之一居民,提出事项四分之三承诺办理。", zh_hant = "每月議事一次,通知四分之一居民,提出事項四分之三承諾辦理。" }
downside = { en = "Those who come are not like those who stay away; a promise that is not kept costs more trust than no meeting.", zh_hans = "到会者不具代表性;承诺落空比不开会更损害信任。", zh_hant = "到會者不具代表性;承諾落空比不開會更損害信任。" }
interacts = ["feedback_loop", "county_committee", "three_lists"]

[numbers.setup_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Rules and a room."

[numbers.running_yuan]
value = 2.0
range = [0.0, 6.0]
source = ["E108"]
grade = "B"
reason = "Chengdu's participatory budgeting moves far more; this is the meetings alone."

[numbers.staff_hours]
value = 2.0
range = [0.0, 6.0]
source = "assumed"
grade = "D"
reason = "An evening of two workers a month with minutes, in a community of 1,000."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A standing duty."

[numbers.meetings]
value = 10.0
unit = "count/year"
range = [2.0, 24.0]
source = "assumed"
grade = "D"
reason = "Monthly, with two in the status quo."
label = { en = "More meetings in a year", zh_hans = "每年增加的议事会次数", zh_hant = "每年增加的議事會次數" }

[numbers.binding]
value = 0.6
unit = "share"
range = [0.1, 0.85]
source = "assumed"
grade = "D"
reason = "Rules that bind; not all can be promised."
label = { en = "More matters that are promised to be seen to", zh_hans = "增加的承诺办理比例", zh_hant = "增加的承諾辦理比例" }

[numbers.openness]
value = 0.6
unit = "share"
range = [0.1, 0.9]
source = "assumed"
grade = "D"
reason = "Residents set the agenda, minutes are put up, and what is not taken up is answered with reasons; habit gives way slowly."
label = { en = "Openness of the procedure that is gained, of what is lacking", zh_hans = "议事程序公开程度的提升(占不足部分)", zh_hant = "議事程序公開程度的提升(佔不足部分)" }

[numbers.notice]
value = 0.2
unit = "share"
range = [0.0, 0.5]
source = "assumed"
grade = "D"
reason = "Door notes and groups online reach a quarter."
label = { en = "More residents whom a notice reaches", zh_hans = "增加的通知触达比例", zh_hant = "增加的通知觸達比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.participation.meetings += self.meetings * dose
        numbers.participation.meeting_notice += self.notice * dose
        numbers.participation.openness += self.openness * dose * (1.0 - numbers.participation.openness)
        numbers.discovery.binding += self.binding * dose * (1.0 - numbers.discovery.binding)
