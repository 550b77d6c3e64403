"""Rules of living together, written down: who decides what, and how."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class CodifiedRules(Mechanism):
    """Codified rules and standard procedures (居民公约与规范化)."""

    about: ClassVar[str] = """
label = { en = "Codified rules", zh_hans = "居民公约与规范化", zh_hant = "居民公約與規範化" }
source = ["3b"]
path = 3
dose_one = { en = "A residents' compact and rules of procedure for every building, drafted at two meetings a year and posted at each door.", zh_hans = "每栋楼都有居民公约和议事规则,每年两次会议修订并张贴到门。", zh_hant = "每棟樓都有居民公約和議事規則,每年兩次會議修訂並張貼到門。" }
downside = { en = "Drafting takes meetings and hours; rules that a few wrote bind little where residents did not deliberate.", zh_hans = "起草占用会议和工时;未经协商、由少数人制定的规约约束力弱。", zh_hant = "起草佔用會議和工時;未經協商、由少數人制定的規約約束力弱。" }
interacts = ["deliberation", "self_governing_groups", "moral_council"]

[numbers.setup_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Drafting and printing."

[numbers.running_yuan]
value = 0.3
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Reprints."

[numbers.staff_hours]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Two workers for two meetings a year, and reminding people of the rules."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Once written, little."

[numbers.averted]
value = 0.35
unit = "share"
range = [0.05, 0.6]
source = "assumed"
grade = "D"
reason = "Part of neighbours' disputes is over who decides and who pays; no count is published."
label = { en = "Disputes that rules avert where every meeting binds", zh_hans = "规约具约束力时避免的纠纷比例", zh_hant = "規約具約束力時避免的糾紛比例" }

[numbers.fairness]
value = 0.4
unit = "log-odds"
range = [0.0, 1.0]
source = ["E161"]
grade = "C"
reason = "Groups with rules of their own act more; the size is assumed."
label = { en = "More readiness to help in groups with rules", zh_hans = "有规约的小组增加的参与意愿", zh_hant = "有規約的小組增加的參與意願" }

[numbers.meetings]
value = 2.0
unit = "count/year"
range = [0.0, 6.0]
source = "assumed"
grade = "D"
reason = "One to draft, one to adopt."
label = { en = "Meetings in a year for drafting", zh_hans = "每年起草规约的会议次数", zh_hant = "每年起草規約的會議次數" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.needs.disputes_averted += self.averted * dose * (1.0 - numbers.needs.disputes_averted)
        numbers.participation.group_rules += self.fairness * dose
        numbers.participation.meetings += self.meetings * dose
