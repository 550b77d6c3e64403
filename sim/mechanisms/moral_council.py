"""People with standing judge by the norms of the place."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class MoralCouncil(Mechanism):
    """Moral review council (道德评议)."""

    about: ClassVar[str] = """
label = { en = "Moral council", zh_hans = "道德评议", zh_hant = "道德評議" }
source = ["3c"]
path = 3
dose_one = { en = "A council of respected residents takes up three of five disputes that were not settled nearby.", zh_hans = "由有威望的居民组成评议会,受理五分之三未就近化解的纠纷。", zh_hant = "由有威望的居民組成評議會,受理五分之三未就近化解的糾紛。" }
downside = { en = "Those whom the council does not know feel judged by strangers and belong less; where few know each other it settles little and costs weeks.", zh_hans = "评议会不熟悉的居民感到被外人评判,归属感下降;邻里生疏处收效小且耽误时间。", zh_hant = "評議會不熟悉的居民感到被外人評判,歸屬感下降;鄰里生疏處收效小且耽誤時間。" }
interacts = ["codified_rules", "legal_service", "self_governing_groups"]

[numbers.setup_yuan]
value = 0.2
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "A room and a board."

[numbers.running_yuan]
value = 0.5
range = [0.0, 2.0]
source = "assumed"
grade = "D"
reason = "Honours and tea."

[numbers.staff_hours]
value = 0.5
range = [0.0, 2.0]
source = "assumed"
grade = "D"
reason = "Convening it and keeping its minutes."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A small body."

[numbers.taken_up]
value = 0.6
unit = "share"
range = [0.2, 1.0]
source = "assumed"
grade = "D"
reason = "Not all parties agree to come, and not all matters are fit for it."
label = { en = "Share of disputes not settled nearby that the council takes up", zh_hans = "评议会受理的未化解纠纷比例", zh_hant = "評議會受理的未化解糾紛比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.disputes.council += self.taken_up * dose * (1.0 - numbers.disputes.council)
