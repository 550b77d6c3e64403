"""Local units' Party organisations join the community's committee, pledge resources and call on their members."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class JointCommittee(Mechanism):
    """Joint Party committee (社区大党委)."""

    about: ClassVar[str] = """
label = { en = "Joint Party committee", zh_hans = "社区大党委", zh_hant = "社區大黨委" }
source = ["1a"]
path = 1
dose_one = { en = "Nearly all Party organisations of local units have joined and pledged hours; members report to the community.", zh_hans = "辖区单位党组织基本全部加入并承诺资源,在职党员到社区报到。", zh_hant = "轄區單位黨組織基本全部加入並承諾資源,在職黨員到社區報到。" }
downside = { en = "Meetings take staff hours, and pledges that nobody calls on become a formality.", zh_hans = "会议占用社区工时;无人调用的承诺会流于形式。", zh_hant = "會議佔用社區工時;無人調用的承諾會流於形式。" }
interacts = ["three_lists", "satisfaction_assessment"]

[numbers.setup_yuan]
value = 0.0
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Meetings use what is there."

[numbers.running_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Small sums for meetings and boards."

[numbers.staff_hours]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Two to three hours a month of preparing and following up, in a community of 4,000."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "One standing body more."

[numbers.joined]
value = 0.75
unit = "share"
range = [0.3, 1.0]
source = "assumed"
grade = "D"
reason = "Full coverage is the declared goal; some units stay away."
label = { en = "Share of local units that join at dose 1, beyond today's", zh_hans = "全量实施时新增加入单位比例", zh_hant = "全量實施時新增加入單位比例" }

[numbers.members_asked]
value = 0.04
unit = "1/week"
range = [0.0, 0.13]
source = ["E089"]
grade = "B"
reason = "30 % of registered members answered one call within half a day; calls come every few weeks."
label = { en = "Further chance a week that a Party member is asked", zh_hans = "党员每周被邀请的额外概率", zh_hant = "黨員每週被邀請的額外概率" }

[numbers.hears]
value = 0.03
unit = "1/week"
range = [0.0, 0.2]
source = "assumed"
grade = "D"
reason = "Who sits at one table knows what the other has."
label = { en = "Further chance a week that an unlisted need reaches somebody who offers", zh_hans = "未列清单诉求每周额外对接概率", zh_hant = "未列清單訴求每週額外對接概率" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        matching, participation = numbers.matching, numbers.participation
        matching.units_joined += self.joined * dose * (1.0 - matching.units_joined)
        matching.acquaintance += self.hears * dose
        participation.party_ask += self.members_asked * dose
