"""Mediation: what settles a dispute at which instance, where it goes otherwise, and which tie breaks."""

import numpy as np
import pytest

from sim import run
from sim.agents.ties import FRIEND, HOUSEHOLD, KIN, NEIGHBOUR, Ties
from sim.needs_table import COMPLAINT, COURT, INSTANCES, PETITION
from sim.network import add_tie
from sim.outcomes import COLUMNS
from sim.processes.disputes import break_one_tie, chance_of_settlement, form_of_escalation, is_outsider
from tests.state import place


def ties_of_one(*kinds):
    """Resident 0 with a tie of each kind, to residents 1, 2, ..."""
    size, room = len(kinds) + 1, len(kinds) + 1
    ties = Ties(
        np.arange(size + 1, dtype=np.int64) * room,
        np.zeros(size, np.int16),
        np.zeros(size * room, np.int32),
        np.zeros(size * room, np.int8),
        np.zeros(size * room, np.int16),
    )
    for other, kind in enumerate(kinds, start=1):
        assert add_tie(ties, 0, other, kind, 0)
    return ties


def others(ties):
    return {int(one) for one in ties.to[: int(ties.count[0])]}


def test_an_ordinary_dispute_of_strangers_settles_at_the_base_rate():
    assert chance_of_settlement(0.6, 1, 0.15, 0, 0.15) == pytest.approx(0.6)


def test_grave_disputes_settle_less():
    assert chance_of_settlement(0.6, 3, 0.15, 0, 0.15) == pytest.approx(0.42)


def test_standing_among_friends_helps_up_to_ten_ties():
    assert chance_of_settlement(0.6, 1, 0.15, 5, 0.2) == pytest.approx(0.7)
    assert chance_of_settlement(0.6, 1, 0.15, 40, 0.2) == chance_of_settlement(0.6, 1, 0.15, 10, 0.2)


def test_no_mediation_is_certain():
    assert chance_of_settlement(1.0, 1, 0.0, 10, 0.4) == 0.98


@pytest.mark.parametrize(("u", "lost"), [(0.01, 2), (0.5, 4), (0.99, 5)])
def test_a_dispute_breaks_one_tie_outside_the_household(u, lost):
    ties = ties_of_one(HOUSEHOLD, NEIGHBOUR, HOUSEHOLD, KIN, FRIEND)

    assert break_one_tie(ties, 0, u)
    assert others(ties) == {1, 2, 3, 4, 5} - {lost}
    assert ties.count[lost] == 0


def test_who_has_ties_at_home_only_loses_none():
    ties = ties_of_one(HOUSEHOLD, HOUSEHOLD)

    assert not break_one_tie(ties, 0, 0.5)
    assert others(ties) == {1, 2}


def test_who_has_no_ties_loses_none():
    assert not break_one_tie(ties_of_one(), 0, 0.5)


def test_forms_of_escalation_follow_their_shares():
    found = [form_of_escalation((k + 0.5) / 100, 0.6, 0.25) for k in range(100)]

    assert [found.count(form) for form in (COMPLAINT, PETITION, COURT)] == [60, 25, 15]


def test_migrants_and_those_with_few_ties_are_outsiders():
    assert is_outsider(True, 20, 3.0)
    assert is_outsider(False, 2, 3.0)
    assert not is_outsider(False, 3, 3.0)


# The week -------------------------------------------------------------------------------------------------------------

QUARRELSOME = {"categories.weight_disputes": 0.3, "disputes.near": 0.35, "disputes.legal_hours": 4.0}


def world(more=None, **parameters):
    """Nine months of many disputes, few of which are settled nearby; ``more`` are numbers of other processes."""
    chosen = {f"disputes.{name}": value for name, value in parameters.items()} | (more or {})
    return run(place(residents=300, weeks=39, warmup=0, parameters=QUARRELSOME | chosen), needs=True)


def total(result, column):
    return result.history[:, :, COLUMNS.index(column)].sum()


@pytest.fixture(scope="module")
def plain():
    return world()


@pytest.fixture(scope="module")
def councils():
    return world(council=1.0)


def test_each_instance_gets_what_the_one_before_did_not_settle(plain):
    near, legal = ([total(plain, f"{what}_{level}") for what in ("mediated", "settled")] for level in ("near", "legal"))

    assert near[0] > near[1] > 0.0
    assert 0.0 < legal[0] <= near[0] - near[1]
    assert legal[0] == legal[1] + total(plain, "escalated")


def test_without_a_council_none_is_called(plain):
    assert total(plain, "mediated_council") == 0.0
    assert not (plain.needs["level"] == INSTANCES.index("council")).any()


def test_every_escalation_has_a_form(plain):
    escalated = plain.needs["level"][plain.needs["state"] == "escalated"]

    assert total(plain, "escalated") == sum(total(plain, form) for form in ("complaints", "petitions", "lawsuits")) > 0
    assert set(escalated) <= {COMPLAINT, PETITION, COURT}


def test_a_council_takes_up_disputes_and_spares_the_legal_team(plain, councils):
    assert total(councils, "settled_council") > 0.0
    assert total(councils, "mediated_legal") < total(plain, "mediated_legal")


def test_its_judgement_costs_outsiders_their_belonging(councils):
    mild = world(council=1.0, judged=0.0)
    lost = mild.residents["belonging"] - councils.residents["belonging"]
    judged = mild.needs["resident"][(mild.needs["category"] == "disputes") & ~mild.needs["simple"]]

    assert lost.sum() > 0.0
    assert lost[mild.residents["migrant"]].mean() > lost[~mild.residents["migrant"]].mean()
    assert lost[judged.unique()].mean() > lost.mean()


def test_experienced_staff_settle_more_nearby():
    settled = [
        total(one, "settled_near") / total(one, "mediated_near")
        for one in (world({"calendar.start_skill": skill}, experience=1.0) for skill in (0.3, 0.8))
    ]

    assert settled[1] > settled[0] + 0.05


def test_replies_to_complaints_and_petitions_load_the_staff(plain):
    long_replies = world(reply_hours=10.0)

    assert long_replies.summary["staff_load"] > plain.summary["staff_load"]
