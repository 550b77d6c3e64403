"""Judge, prosecutor, police officer and lawyer come to the community."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class LegalService(Mechanism):
    """Three officials and one lawyer (三官一律)."""

    about: ClassVar[str] = """
label = { en = "Legal service", zh_hans = "三官一律", zh_hant = "三官一律" }
source = ["3c"]
path = 3
dose_one = { en = "A judge, a prosecutor, a police officer and a lawyer each come for half a day a month: about twice the legal hours of today.", zh_hans = "法官、检察官、警官、律师每月各驻点半天,法律服务工时约为目前两倍。", zh_hant = "法官、檢察官、警官、律師每月各駐點半天,法律服務工時約為目前兩倍。" }
downside = { en = "Lawyers cost money, and who learns her rights brings to light what used to be let go.", zh_hans = "律师服务需要经费;权利意识增强使过去不提的诉求浮出水面。", zh_hant = "律師服務需要經費;權利意識增強使過去不提的訴求浮出水面。" }
interacts = ["moral_council", "codified_rules", "shared_data"]

[numbers.setup_yuan]
value = 0.3
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "A room and a sign."

[numbers.running_yuan]
value = 4.0
range = [1.0, 12.0]
source = "assumed"
grade = "D"
reason = "Twenty hours a month of a lawyer for some 10,000 residents; officials are paid by the state."

[numbers.staff_hours]
value = 0.5
range = [0.0, 2.0]
source = "assumed"
grade = "D"
reason = "Making appointments."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Others do the work."

[numbers.success]
value = 0.2
unit = "share"
range = [0.0, 0.5]
source = ["E084", "E085"]
grade = "B"
reason = "From 37.8 % in rooms at courts to 63 % before litigation: there is room where officials come early."
label = { en = "Failed mediations of the legal team that become settlements", zh_hans = "法律力量调解转败为成的比例", zh_hant = "法律力量調解轉敗為成的比例" }

[numbers.hours]
value = 1.2
unit = "hours/1,000 residents/week"
range = [0.3, 4.0]
source = ["E086"]
grade = "B"
reason = "As many hours again as mediators give today."
label = { en = "More hours a week of the legal team", zh_hans = "法律力量增加的工时", zh_hant = "法律力量增加的工時" }

[numbers.help]
value = 0.25
unit = "share"
range = [0.0, 0.6]
source = "assumed"
grade = "D"
reason = "Advice saves some claims that offices fail on."
label = { en = "Failures in legal and labour matters that legal help turns into success", zh_hans = "法律援助使法律劳动事项转败为成的比例", zh_hant = "法律援助使法律勞動事項轉敗為成的比例" }

[numbers.rights]
value = 0.3
unit = "ratio"
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Those who know what they may claim claim it."
label = { en = "More readiness to report legal and labour needs", zh_hans = "更愿意反映法律劳动诉求的程度", zh_hant = "更願意反映法律勞動訴求的程度" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        disputes = numbers.disputes
        disputes.legal_hours += self.hours * dose
        disputes.legal += self.success * dose * (1.0 - disputes.legal)
        numbers.service.legal_help += self.help * dose * (1.0 - numbers.service.legal_help)
        numbers.discovery.rights += self.rights * dose
