"""Report, answer, deliberate and follow a matter online."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class OnlineChannels(Mechanism):
    """Online channels (线上渠道)."""

    about: ClassVar[str] = """
label = { en = "Online channels", zh_hans = "线上渠道", zh_hant = "線上渠道" }
source = ["4a"]
path = 4
dose_one = { en = "Everything can be reported, followed, rated and discussed from a telephone.", zh_hans = "上报、查询、评价、议事均可在手机完成。", zh_hant = "上報、查詢、評價、議事均可在手機完成。" }
downside = { en = "Those who are not online gain nothing; easy channels bring more questions, which take hours.", zh_hans = "不上网者得不到便利;渠道便捷带来更多咨询,占用工时。", zh_hant = "不上網者得不到便利;渠道便捷帶來更多諮詢,佔用工時。" }
interacts = ["shared_data", "feedback_loop"]

[numbers.setup_yuan]
value = 5.0
range = [0.0, 15.0]
source = "assumed"
grade = "D"
reason = "An app that exists, adapted."

[numbers.running_yuan]
value = 2.0
range = [0.0, 6.0]
source = "assumed"
grade = "D"
reason = "Upkeep and messages."

[numbers.staff_hours]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Answering groups."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "One channel more."

[numbers.ease]
value = 0.5
unit = "share"
range = [0.1, 0.8]
source = ["E055"]
grade = "B"
reason = "13.6 % of contacts come online today; where all can be done online the channel comes near the telephone."
label = { en = "More ease of reporting online", zh_hans = "线上上报便利度增加", zh_hant = "線上上報便利度增加" }

[numbers.forms]
value = 0.6
unit = "share"
range = [0.1, 0.9]
source = "assumed"
grade = "D"
reason = "Surveys and most talks, not clean-ups."
label = { en = "More surveys and meetings that can be joined online", zh_hans = "可线上参与比例增加", zh_hant = "可線上參與比例增加" }

[numbers.questions]
value = 0.2
unit = "ratio"
range = [0.0, 0.8]
source = ["E062"]
grade = "B"
reason = "Contacts grew by 21.8 % a year while channels opened; part of it is the channel."
label = { en = "More questions from those who are online", zh_hans = "上网居民增加的咨询比例", zh_hant = "上網居民增加的諮詢比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.discovery.online += self.ease * dose
        participation = numbers.participation
        participation.online_forms += self.forms * dose * (1.0 - participation.online_forms)
        numbers.needs.easy_questions += self.questions * dose
