"""The chain of a need: complete, true to its record, and told in three languages."""

import pickle
import re
import string
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
import sim.needs_frame
from sim import InputError, run, warm_up
from sim.agents.organizations import KINDS
from sim.agents.residents import FORMS
from sim.catalogue import LANGUAGES
from sim.founding import DEPARTMENT_NAMES
from sim.model import Community
from sim.needs_table import (
    CATEGORIES,
    CHANNELS,
    COUNCIL,
    COURT,
    DISPUTES,
    ESCALATED,
    FAILED,
    GROUP,
    HIDDEN,
    HOTLINE,
    KNOWN,
    LAPSED,
    LEGAL_TEAM,
    LISTED,
    MATCHED,
    NEEDS,
    NOBODY,
    RESOLVED,
    STATES,
    VOLUNTEERS,
    WAITING,
)
from sim.schedule import NAMES
from sim.trace import BEGIN, EVENT, MOODS, WORK_LISTS, Trace
from sim.why import Chain, texts
from tests.state import fingerprint, place

SCENARIO = place(
    residents=250,
    weeks=60,
    warmup=26,
    mechanisms={"three_lists": 1.0, "deliberation": 1.0, "self_governing_groups": 1.0},
)
RECORD = [name for name in NEEDS.names if name not in WORK_LISTS]
SIMPLIFIED_ONLY = set("个们这为时动说对员务组织实数据与从发现应过还进运远连选业级爲衆羣周")


@pytest.fixture(scope="module")
def result():
    return run(SCENARIO, trace=True)


@pytest.fixture(scope="module")
def chains(result):
    return {int(id): Chain(result.trace, result.model, int(id)) for id in result.trace.ids}


# The trace ------------------------------------------------------------------------------------------------------------


def test_a_run_has_the_same_bits_with_and_without_somebody_looking_on(result):
    assert fingerprint(run(SCENARIO, needs=True)) == fingerprint(result)


def test_every_need_is_followed(result):
    assert result.trace.ids.tolist() == result.needs["id"].tolist()


def test_what_was_last_seen_of_a_need_is_its_record(result):
    for row, id in enumerate(result.needs["id"]):
        _, records = result.trace.chain(id)

        assert records[RECORD][-1] == result.model.needs[RECORD][row]


def test_a_step_of_a_chain_changed_something_and_the_weeks_go_forward(result):
    for id in result.trace.ids:
        heads, records = result.trace.chain(id)

        assert (np.diff(heads["week"]) >= 0).all()
        assert heads["week"][0] == records["raised"][0]
        assert all(one != other for one, other in zip(records[RECORD][1:], records[RECORD][:-1], strict=True))


def test_changes_lead_from_one_value_to_the_next(result):
    changes = result.needs.changes
    first = changes.groupby(["id", "column"]).cumcount() == 0

    assert (first == changes["before"].isna()).all()
    assert (changes["before"] == changes.groupby(["id", "column"])["after"].shift())[~first].all()
    assert set(changes["column"]) == set(RECORD) - {"id"}
    assert set(changes["process"]) <= {*NAMES, *result.trace.steps}


def test_weeks_in_the_record_are_the_weeks_in_which_it_happened(result):
    changes = result.needs.changes
    for column in ("known", "closed", "routed", "matched"):
        found = changes[(changes["column"] == column) & (changes["after"] >= 0)]

        assert len(found) > 0
        assert (found["week"] == found["after"]).all()


def test_who_stands_around_a_process_is_named():
    model = Community(place(warmup=0), keep_needs=True)
    watcher = model.watcher = Trace(model)
    model.step()

    def put_all_on_a_list(model):
        model.needs.listed[model.needs.queue[: int(model.index.open_count[0])]] = True

    model.plan.insert(2, ("three_lists: after_needs", put_all_on_a_list))
    model.step()
    changes = watcher.changes
    listed = changes[(changes["column"] == "listed") & (changes["after"] == 1.0)]

    assert set(listed["process"]) == {"three_lists: after_needs"}
    assert "Three lists" in str(Chain(watcher, model, int(listed["id"].iloc[0])))


def test_a_change_of_a_closed_need_is_seen_too():
    model = Community(place(warmup=0), keep_needs=True)
    watcher = model.watcher = Trace(model)
    while not (model.needs.closed[: int(model.index.used[0])] >= 0).any():
        model.step()
    row = int(np.flatnonzero(model.needs.closed[: int(model.index.used[0])] >= 0)[0])
    model.needs.rating[row] = 0.25
    model.step()

    assert watcher.chain(int(model.needs.id[row]))[1]["rating"][-1] == 0.25
    assert str(Chain(watcher, model, int(model.needs.id[row]))).endswith("Rating: 25 of 100.")


def test_a_trace_takes_memory_in_proportion_to_what_happened(result):
    assert 0 < result.trace.nbytes < 10_000 * len(result.needs)


# The chain ------------------------------------------------------------------------------------------------------------


def test_a_chain_begins_with_who_raised_it_and_ends_with_how_it_ended(result, chains):
    warmup = SCENARIO.warmup
    for record in result.needs.itertuples():
        told = chains[record.id].sentences
        ends = [one for one in told if one.kind.startswith("end.")]

        assert told[0].kind.startswith("need.raised")
        assert told[0].week == record.raised - warmup
        assert len(ends) == (record.closed >= 0)
        assert all(one.week == record.closed - warmup for one in ends)
        assert (told[-1].kind == "open.end") == (record.closed < 0)


def test_a_chain_tells_when_and_how_a_need_became_known(result, chains):
    for record in result.needs.itertuples():
        known = [one for one in chains[record.id].sentences if one.kind == f"known.{record.channel}"]

        assert [one.week for one in known] == ([record.known - SCENARIO.warmup] if record.known >= 0 else [])


def test_a_chain_tells_every_bounce_and_every_rating(result, chains):
    for record in result.needs.itertuples():
        kinds = [one.kind for one in chains[record.id].sentences]

        assert kinds.count("bounced.back") == record.bounces
        assert kinds.count("reopened.low") == record.reopened
        assert (record.rating >= 0) == bool({"rating.given", "reopened.low"} & set(kinds))


def test_everything_that_happens_in_the_model_has_its_sentence(chains):
    kinds = {one.kind for chain in chains.values() for one in chain.sentences}

    assert "change.other" not in kinds
    assert {
        "bounced.back",
        "attempt.failed",
        "project.listed",
        "wait.queue",
        "level.legal_team",
        "handed.over",
        "end.lapsed",
    } <= kinds


def test_a_chain_is_the_same_in_three_languages(result):
    for id in result.trace.ids[::25]:
        told = [Chain(result.trace, result.model, int(id), language).sentences for language in LANGUAGES]

        assert len({tuple((one.week, one.kind) for one in each) for each in told}) == 1
        assert all(one.words and not set("{}") & set(one.words) for each in told for one in each)


def test_a_need_that_was_open_when_the_trace_began_says_so():
    result = run(SCENARIO, warm=warm_up(SCENARIO), trace=True)
    first = str(Chain(result.trace, result.model, int(result.trace.ids[0])))

    assert "The trace begins here; by then the need, which had arisen in week \u2212" in first
    assert "Week 0 (warm-up): " in first


# One kind of event after another, on records made by hand -------------------------------------------------------------

START = {"raised": 30, "state": HIDDEN, "known": -1, "routed": -1, "matched": -1, "closed": -1, "rating": -1.0}
START |= {"provider": NOBODY, "building": -1, "severity": 2, "work": 4.0, "work_left": 4.0, "resident": 3, "ready": 30}


class Told:
    """A trace of one need, from (week, process, changes)."""

    def __init__(self, *steps, backlog=1, hours=0.0):
        self.steps = list(dict.fromkeys(process for _, process, _ in steps))
        self.heads = np.zeros(len(steps), EVENT)
        self.records = np.zeros(len(steps), NEEDS.dtype)
        state = dict(START)
        for k, (week, process, changes) in enumerate(steps):
            state |= changes
            self.heads[k] = (week, self.steps.index(process), backlog, hours)
            for name, value in state.items():
                self.records[k][name] = value

    def chain(self, _):
        """The same need whatever its id."""
        return self.heads, self.records


@pytest.fixture(scope="module")
def model(result):
    return result.model


def kinds(model, *steps, **provider):
    steps = ((30, "needs", {}), *steps)
    return [one.kind for one in Chain(Told(*steps, **provider), model, 0).sentences][1:]


FOUND = (31, "discovery", {"state": KNOWN, "known": 31, "channel": HOTLINE, "ready": 31})
SENT = (31, "routing", {"state": WAITING, "provider": 0, "right": True, "routed": 31, "ready": 32})
PROJECT = (32, "matching", {"state": MATCHED, "provider": VOLUNTEERS, "matched": 32, "ready": 32})
CLOSED = {"state": RESOLVED, "closed": 33, "work_left": 0.0}
BOUNCED = {"state": KNOWN, "bounces": 1, "provider": NOBODY, "ready": 35}
AGAIN = {"state": WAITING, "provider": 1, "right": True, "routed": 35, "ready": 36}
KNOWN_SO_FAR = ["known.hotline", "known.after", "sent.right"]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([FOUND], ["wait.intake", "open.end"]),
        ([SENT], ["wait.hours", "open.end"]),
        ([FOUND, (31, "routing", {"simple": 1, "state": RESOLVED, "closed": 31})], ["end.answered", "rating.none"]),
        ([SENT, PROJECT, (33, "service", CLOSED)], ["project.heard", "work.done", "end.resolved", "rating.none"]),
        (
            [SENT, (32, "matching", PROJECT[2] | {"listed": True}), (33, "service", CLOSED)],
            ["list.on", "project.listed", "work.done", "end.resolved", "rating.none"],
        ),
        (
            [(32, "routing", {"state": MATCHED, "provider": GROUP, "right": True}), (33, "service", CLOSED)],
            ["sent.group", "work.done", "end.resolved", "rating.none"],
        ),
        (
            [(31, "routing", SENT[2] | {"right": False}), (33, "service", BOUNCED), (35, "routing", AGAIN)],
            ["sent.wrong", "bounced.back", "wait.hours", "open.end"],
        ),
        (
            [SENT, (32, "service", {"attempts": 1, "work_left": 2.0}), (33, "service", CLOSED)],
            ["work.done", "attempt.failed", "work.done", "end.resolved", "rating.none"],
        ),
        (
            [SENT, PROJECT, (33, "service", {"state": WAITING, "provider": 0, "attempts": 1, "work_left": 2.0})],
            ["project.heard", "work.done", "attempt.failed", "attempt.returned", "wait.hours", "open.end"],
        ),
        (
            [SENT, (32, "service", {"attempts": 3, "state": FAILED, "closed": 32, "rating": 0.1})],
            ["work.done", "attempt.failed", "end.tries", "rating.given"],
        ),
        ([SENT, (80, "service", {"state": FAILED, "closed": 80})], ["wait.hours", "end.patience", "rating.none"]),
        (
            [SENT, (33, "service", {"state": KNOWN, "reopened": True, "rating": 0.2, "ready": 34})],
            ["reopened.low", "wait.intake", "open.end"],
        ),
        ([SENT, (40, "service", {"work_left": 1.0})], ["wait.hours", "work.given", "wait.hours", "open.end"]),
        ([SENT, (32, "service", {"work_left": 0.0})], ["work.done", "wait.money", "open.end"]),
        (
            [SENT, (33, "x", {"promised": True}), (34, "service", {"promised": False}), (35, "service", CLOSED)],
            ["promise.made", "promise.broken", "work.done", "end.resolved", "rating.none"],
        ),
        (
            [(31, "routing", SENT[2] | {"promised": True}), (33, "service", CLOSED)],
            ["promise.made", "work.done", "end.resolved", "promise.kept", "rating.none"],
        ),
        (
            [
                (31, "routing", SENT[2] | {"owner": 0, "owners_left": 1, "work_left": 2.0}),
                (33, "service", {"state": KNOWN, "provider": NOBODY, "owner": NOBODY, "owners_left": 0, "ready": 34}),
                (35, "routing", AGAIN | {"owner": 1}),
            ],
            ["work.done", "handed.over", "wait.hours", "open.end"],
        ),
        ([SENT, (32, "county_committee: before_routing", {"provider": 1})], ["by.mechanism", "wait.hours", "open.end"]),
        ([SENT, (32, "routing", {"right": False})], ["change.other", "wait.hours", "open.end"]),
    ],
)
def test_each_event_is_told(model, steps, told):
    found = kinds(model, *([] if FOUND in steps else [FOUND]), *steps)

    assert [one for one in found if one not in KNOWN_SO_FAR] == told


def test_a_need_that_nobody_finds_stays_hidden_or_lapses(model):
    assert kinds(model) == ["wait.hidden", "open.end"]
    assert kinds(model, (41, "discovery", {"state": LAPSED, "closed": 41})) == ["end.lapsed"]


def test_visits_for_the_list_find_and_list_at_once(model):
    listed = (31, "discovery", FOUND[2] | {"channel": LISTED, "listed": True})

    assert kinds(model, listed)[:2] == ["known.list", "known.after"]


def test_mediation_goes_from_instance_to_instance(model):
    dispute = {"category": DISPUTES}
    steps = [
        (31, "routing", SENT[2] | dispute),
        (32, "disputes", {"level": COUNCIL, "work_left": 0.0, "ready": 33}),
        (33, "disputes", {"level": LEGAL_TEAM, "provider": 3, "work_left": 2.0, "ready": 34}),
        (34, "disputes", {"level": COURT, "state": ESCALATED, "closed": 34}),
    ]
    found = [one for one in kinds(model, FOUND, *steps) if not one.startswith(("known", "work", "rating"))]

    assert found == ["sent.mediation", "level.council", "level.legal_team", "level.court", "end.escalated"]


def test_hours_of_work_add_up(model):
    steps = [(30, "needs", {}), FOUND, SENT]
    steps += [(32 + k, "service", {"work_left": 3.0 - k}) for k in range(4)]
    words = str(Chain(Told(*steps), model, 0))

    assert "4.0 hours of work are given; that is all it takes." in words


def test_a_long_wait_names_the_queue(model):
    steps = [(30, "needs", {}), FOUND, SENT, (42, "service", CLOSED | {"closed": 42})]
    words = str(Chain(Told(*steps, backlog=27, hours=9.5), model, 0))

    assert "For 10 weeks it waits with the residents' committee, where 27 matters wait for 9.5 hours a week." in words


# Asking ---------------------------------------------------------------------------------------------------------------


def test_needs_stay_a_data_frame_and_parts_of_them_explain_too(result):
    needs = result.needs

    assert isinstance(needs, pd.DataFrame)
    assert needs[needs["severity"] == 3].explain(5) == needs.explain(5)
    assert type(needs["id"]) is pd.Series
    assert needs.groupby("category", observed=True).size().sum() == len(needs)


def test_needs_can_be_pickled_and_still_explain(result):
    again = pickle.loads(pickle.dumps(result.needs))

    assert again.explain(5, "zh_hans") == result.needs.explain(5, "zh_hans")


def test_an_explanation_reads_week_by_week(result):
    title, *lines = result.needs.explain(5).splitlines()

    assert re.fullmatch(r"Need 5: [a-z -]+, (ordinary|serious|urgent)", title)
    assert all(re.match(r"Week (\u2212?\d+)( \(warm-up\))?: \S", line) for line in lines)


@pytest.mark.parametrize(("language", "word"), [("zh-Hans", "诉求 5："), ("zh_hant", "訴求 5：")])
def test_an_explanation_is_there_in_chinese(result, language, word):
    assert result.needs.explain(5, language).startswith(word)


def test_an_unknown_need_is_refused_with_the_ids_there_are(result):
    with pytest.raises(InputError, match=f"no need 999999; ids are 0 to {len(result.needs) - 1}"):
        result.needs.explain(999999)


def test_an_unknown_language_is_refused(result):
    with pytest.raises(InputError, match="unknown language 'fr'"):
        result.needs.explain(5, "fr")


def test_a_run_that_was_not_traced_says_what_to_ask_for():
    with pytest.raises(InputError, match="trace=True"):
        run(place(weeks=2, warmup=0), needs=True).needs.explain(0)


def test_a_table_from_a_file_does_not_explain(result, tmp_path):
    result.needs.to_parquet(tmp_path / "needs.parquet")
    again = sim.needs_frame.NeedsFrame(pd.read_parquet(tmp_path / "needs.parquet"))

    with pytest.raises(InputError, match=r"result\.needs"):
        again.explain(5)


# The words ------------------------------------------------------------------------------------------------------------


def fields(words):
    return {field for _, field, _, _ in string.Formatter().parse(words) if field}


@pytest.mark.parametrize("id", texts())
def test_a_text_has_all_languages_with_the_same_fields(id):
    words = texts()[id]

    assert set(words) == set(LANGUAGES)
    assert all(words.values()) or id == "join.sentence"
    assert len({frozenset(fields(one)) for one in words.values()}) == 1


def test_traditional_texts_hold_no_simplified_characters():
    wrong = {id: SIMPLIFIED_ONLY & set(words["zh_hant"]) for id, words in texts().items()}

    assert {id: signs for id, signs in wrong.items() if signs} == {}


def test_english_texts_hold_no_chinese_and_chinese_texts_end_in_chinese_stops():
    assert not [id for id, words in texts().items() if re.search(r"[\u4e00-\u9fff，。：；（）]", words["en"])]
    assert not [id for id, words in texts().items() if re.search(r"[,.;:!?]", re.sub(r"{\w+}", "", words["zh_hans"]))]


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("category", CATEGORIES),
        ("severity", "123"),
        ("state", STATES),
        ("known", set(CHANNELS) - {"none"}),
        ("kind", KINDS),
        ("department", DEPARTMENT_NAMES),
        ("form", FORMS),
        ("mood", MOODS),
        ("process", NAMES),
    ],
)
def test_everything_that_can_be_named_has_a_name(group, names):
    assert {f"{group}.{name}" for name in names} <= set(texts())


def test_texts_are_used_and_texts_used_exist():
    sources = "".join((Path(sim.__file__).parent / name).read_text(encoding="utf-8") for name in ("why.py", "diary.py"))
    groups = {id.split(".")[0] for id in texts()}
    whole = {id for id in re.findall(r'"([a-z]+\.[a-z_]+)"', sources) if id.split(".")[0] in groups}
    built = {one.split("{")[0] for one in re.findall(r'f"([a-z]+\.[a-z_]*{)', sources)} | {"diary.raised", "diary.act"}

    assert whole <= set(texts())
    assert {id for id in texts() if id not in whole and not id.startswith(tuple(built))} == set()


def test_the_beginning_of_a_trace_has_a_name_that_no_process_has():
    assert BEGIN not in NAMES
