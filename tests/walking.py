"""A commune in which anything may happen next: random moves by the operations of the record, and what must hold."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from storage import (
    answers,
    approval,
    asking,
    commitments,
    drafts,
    flagging,
    issues,
    opinions,
    people,
    ratings,
    sealed,
    sorting,
    splitting,
    undoing,
    units,
    verdicts,
)
from storage.approval import Changed, NotAllowed
from storage.database import Transaction
from storage.models import (
    Answer,
    Commitment,
    Draft,
    Event,
    Issue,
    Official,
    Opinion,
    Outcome,
    Rating,
    Sealed,
    Target,
    Verdict,
)
from storage.models import (
    Counter as Numbers,
)
from storage.people import Caller
from storage.states import (
    AnswerState,
    CommitmentState,
    ForbiddenMove,
    IssueState,
    OpinionState,
    SealedState,
)
from tests.commune import COMMUNE

CLERK, LEADER, OBSERVER, HEAD = "1", "2", "3", "4"
STAFF = {"phong-kinh-te": "5", "phong-vh-xh": "6", "van-phong": "7"}
RESIDENTS = [str(number) for number in range(1001, 1013)]
OFFICIALS = [CLERK, LEADER, OBSERVER, HEAD, *STAFF.values()]
REFUSED = (
    ForbiddenMove,
    ValueError,
    PermissionError,
    NotAllowed,
    Changed,
    undoing.Overtaken,
    asking.NobodyToAsk,
    asking.AlreadyProposed,
    verdicts.Shared,
    sorting.NotMerged,
)
"""What an operation may answer to a move that is not allowed: it must then have changed nothing."""

Move = Callable[[Transaction], Awaitable[object]]


def secret(number: int) -> str:
    """A word that stands in the opinion with this number and nowhere else."""
    return f"bimat{number:05d}x"


async def done(work: Awaitable[object]) -> bool:
    """Does it, whatever it returns."""
    await work
    return True


class Walk:
    """Random moves, each by whoever may make it. `made` counts those that were taken, by name."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.made: Counter[str] = Counter()
        self.officials: dict[str, int] = {}
        self.moves: dict[str, tuple[int, Move]] = {
            "raise": (14, self.raise_),
            "seal": (1, self.seal),
            "accept": (12, self.accept),
            "merge": (6, self.merge),
            "split_out": (4, self.split_out),
            "undo": (3, self.undo),
            "assign": (3, self.assign),
            "ask": (3, self.ask),
            "reply": (3, self.reply),
            "show_way": (2, self.show_way),
            "propose": (2, self.propose),
            "agree": (2, self.agree),
            "split": (2, self.split),
            "draft": (12, self.draft),
            "submit": (12, self.submit),
            "approve": (12, self.approve),
            "send_back": (2, self.send_back),
            "recall": (2, self.recall),
            "clear": (4, self.clear),
            "unclear": (4, self.unclear),
            "correct": (2, self.correct),
            "fulfil": (3, self.fulfil),
            "judge": (3, self.judge),
            "withdraw": (2, self.withdraw),
            "add": (3, self.add),
            "give_back": (2, self.give_back),
            "flag": (2, self.flag),
            "name_target": (2, self.name_target),
            "agree_to_seal": (1, self.agree_to_seal),
            "say_generally": (1, self.say_generally),
            "decide": (1, self.decide),
            "return_masked": (1, self.return_masked),
        }

    async def step(self, tx: Transaction) -> bool:
        """One move; whether it was taken. A refused one leaves the session as it was."""
        names = list(self.moves)
        name = self.chance.choices(names, [self.moves[each][0] for each in names])[0]
        try:
            taken = await self.moves[name][1](tx)
            await tx.session.flush()
        except REFUSED:
            return False
        if taken is not None:
            self.made[name] += 1
        return taken is not None

    # Who and what

    async def caller(self, tx: Transaction, native_id: str) -> Caller:
        found = (await people.load_callers(tx, "telegram", [native_id]))[native_id]
        await tx.session.flush()
        return found

    async def official(self, tx: Transaction, native_id: str) -> Official:
        if native_id not in self.officials:
            found = (await self.caller(tx, native_id)).official
            assert found is not None
            self.officials[native_id] = found.id
        return await tx.session.get_one(Official, self.officials[native_id])

    async def _one(self, tx: Transaction, model: Any, *which: Any) -> int | None:
        """The id of any row like this."""
        ids = list(await tx.session.scalars(select(model.id).where(*which)))
        return self.chance.choice(ids) if ids else None

    async def opinion(self, tx: Transaction, *states: OpinionState) -> Opinion | None:
        """Any that is in one of these states."""
        found = await self._one(tx, Opinion, Opinion.state.in_(states))
        return await opinions.by_id(tx, found) if found is not None else None

    async def answer(self, tx: Transaction, state: AnswerState) -> Answer | None:
        found = await self._one(tx, Answer, Answer.state == state)
        return await answers.by_id(tx, found) if found is not None else None

    # Residents

    async def raise_(self, tx: Transaction) -> object:
        author = await self.caller(tx, self.chance.choice(RESIDENTS))
        draft = await self._draft(tx, author)
        return await drafts.submit(tx, author, draft, named=self.chance.random() < 0.2)

    async def _draft(self, tx: Transaction, author: Caller) -> Draft:
        people.consent(tx, author.account, "v1")
        number = (await tx.session.scalar(select(Numbers.value).where(Numbers.name == "opinion")) or 0) + 1
        draft = drafts.hold(tx, author.account, f"đường vào thôn {secret(number)}")
        author.draft = draft
        drafts.set_village(tx, draft, self.chance.choice(COMMUNE.villages).id)
        drafts.set_field(tx, draft, self.chance.choice(COMMUNE.fields).id)
        await tx.session.flush()
        return draft

    async def seal(self, tx: Transaction) -> object:
        author = await self.caller(tx, self.chance.choice(RESIDENTS))
        draft = await self._draft(tx, author)
        draft.target = self.chance.choice([Target.VILLAGE_HEAD, Target.OTHER, Target.OFFICIAL])
        return await sealed.send(tx, author, draft, "v1")

    async def reply(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.NEEDS_DETAIL)
        return opinion and await opinions.add_to(tx, opinion, "ở gần cầu")

    async def add(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.RECEIVED, OpinionState.ACCEPTED, OpinionState.ANSWERED)
        return opinion and await opinions.add_to(tx, opinion, "mưa to hơn")

    async def withdraw(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, *OpinionState)
        return await done(opinions.withdraw(tx, opinion)) if opinion else None

    async def clear(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.ANSWERED)
        return await done(ratings.find_clear(tx, opinion)) if opinion else None

    async def unclear(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.ANSWERED)
        return await done(ratings.find_unclear(tx, opinion)) if opinion else None

    async def judge(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.ANSWERED)
        if opinion is None:
            return None
        rating = self.chance.choice([Rating.DONE, Rating.PARTLY, Rating.NOT_DONE])
        if await ratings.judge(tx, opinion, rating) is not None and rating is not Rating.DONE:
            await ratings.dispute(tx, opinion, "còn lầy", ())
        return True

    # The office

    async def accept(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.RECEIVED)
        return opinion and await sorting.accept(tx, opinion, await self.official(tx, CLERK))

    async def merge(self, tx: Transaction) -> object:
        one, other = await self.opinion(tx, *OpinionState), await self.opinion(tx, *OpinionState)
        if one is None or other is None or one is other:
            return None
        return await sorting.merge(tx, [one], other.issue or other, await self.official(tx, CLERK))

    async def split_out(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.ACCEPTED)
        return opinion and await sorting.split_out(tx, opinion, await self.official(tx, CLERK))

    async def undo(self, tx: Transaction) -> object:
        newest = list(
            await tx.session.scalars(
                select(Event.id).where(Event.kind.in_(list(undoing.UNDO))).order_by(Event.id.desc()).limit(12)
            )
        )
        if not newest:
            return None
        return await sorting.undo(tx, await self.official(tx, CLERK), self.chance.choice(newest))

    async def assign(self, tx: Transaction) -> object:
        found = await self._one(tx, Issue, Issue.state.in_([IssueState.OPEN, IssueState.ASSIGNED]))
        unit = self.chance.choice(COMMUNE.units).id
        if found is None:
            return None
        return await sorting.assign(tx, await tx.session.get_one(Issue, found), await self.official(tx, CLERK), unit)

    async def ask(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.RECEIVED)
        return opinion and await asking.ask(tx, opinion, await self.official(tx, CLERK), "Ở đoạn nào?")

    async def show_way(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.RECEIVED)
        way = self.chance.choice([Verdict.OTHER_AGENCY, Verdict.MEDIATION, Verdict.COMPLAINT])
        return opinion and await verdicts.show_way(tx, opinion, await self.official(tx, CLERK), way, name="trụ sở")

    async def propose(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.RECEIVED)
        kind = self.chance.choice([Verdict.BEYOND_AUTHORITY, Verdict.FINAL_DECISION_EXISTS, Verdict.UNLAWFUL])
        return opinion and await verdicts.propose(tx, opinion, await self.official(tx, CLERK), kind, "UBND tỉnh")

    async def agree(self, tx: Transaction) -> object:
        found = await self._one(tx, Opinion, Opinion.proposed.is_not(None))
        if found is None:
            return None
        whole = await opinions.by_id(tx, found)
        assert whole is not None
        decide = verdicts.agree if self.chance.random() < 0.7 else verdicts.disagree
        return await decide(tx, whole, await self.official(tx, LEADER))

    async def split(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.RECEIVED)
        if opinion is None:
            return None
        clerk = await self.official(tx, CLERK)
        await splitting.hold(tx, opinion, f"{opinion.text}\nloa hỏng")
        return await splitting.split(tx, opinion, clerk)

    async def give_back(self, tx: Transaction) -> object:
        found = await self._one(tx, Issue, Issue.state == IssueState.ASSIGNED)
        issue = await tx.session.get_one(Issue, found) if found is not None else None
        if issue is None or issue.unit_id is None:
            return None
        return await units.give_back(tx, issue, await self.official(tx, STAFF[issue.unit_id]), "không phải việc phòng")

    # The sealed lane

    async def matter(self, tx: Transaction, state: SealedState) -> Sealed | None:
        found = await self._one(tx, Sealed, Sealed.state == state)
        return await sealed.by_id(tx, found) if found is not None else None

    async def flag(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, OpinionState.RECEIVED, OpinionState.ACCEPTED)
        return opinion and await flagging.flag(tx, opinion, await self.official(tx, CLERK))

    async def name_target(self, tx: Transaction) -> object:
        matter = await self.matter(tx, SealedState.ASKED)
        whom = self.chance.choice(list(Target))
        return await done(flagging.set_target(tx, matter, whom, await self.official(tx, CLERK))) if matter else None

    async def agree_to_seal(self, tx: Transaction) -> object:
        matter = await self.matter(tx, SealedState.ASKED)
        return await done(sealed.seal(tx, matter, "v1")) if matter and matter.target and matter.text else None

    async def say_generally(self, tx: Transaction) -> object:
        matter = await self.matter(tx, SealedState.ASKED)
        return matter and await sealed.say_generally(tx, matter, "xin xem lại việc chia tiền hỗ trợ")

    async def decide(self, tx: Transaction) -> object:
        matter, end = await self.matter(tx, SealedState.SEALED), self.chance.choice(sealed.ENDS)
        leader = await self.official(tx, LEADER)
        return await done(sealed.decide(tx, matter, leader, end, "Thanh tra tỉnh")) if matter else None

    async def return_masked(self, tx: Transaction) -> object:
        matter = await self.matter(tx, SealedState.SEALED)
        return matter and await sealed.return_masked(tx, matter, await self.official(tx, LEADER), "tiền hỗ trợ chậm")

    # Answers

    async def draft(self, tx: Transaction) -> object:
        opinion = await self.opinion(tx, *answers.ANSWERABLE)
        if opinion is None:
            return None
        unit = opinion.issue.unit_id if opinion.issue else None
        writer = await self.official(tx, STAFF.get(unit or "", CLERK) if self.chance.random() < 0.8 else CLERK)
        return await answers.draft(tx, opinion, writer, "Xã sửa trong tháng")

    async def correct(self, tx: Transaction) -> object:
        released = await self.answer(tx, AnswerState.RELEASED)
        opinion = await opinions.by_id(tx, released.opinion_id) if released is not None else None
        if released is None or opinion is None:
            return None
        answer = await answers.draft(tx, opinion, await self.official(tx, CLERK), "Xã sửa xong rồi", replaces=released)
        answers.note_change(answer, "sửa ngày")
        return answer

    async def submit(self, tx: Transaction) -> object:
        answer = await self.answer(tx, AnswerState.DRAFT)
        if answer is None:
            return None
        writer = await tx.session.get_one(Official, answer.official_id)
        outcome = self.chance.choice([Outcome.DONE, Outcome.EXPLAINED, Outcome.PROMISED])
        promised = issues.today(tx) + timedelta(days=30) if outcome is Outcome.PROMISED else None
        await approval.submit(tx, answer, writer, outcome, promised)
        return True

    async def approve(self, tx: Transaction) -> object:
        answer = await self.answer(tx, AnswerState.SUBMITTED)
        if answer is None:
            return None
        revision = answer.revision if self.chance.random() < 0.9 else answer.revision - 1
        await approval.approve(tx, answer, await self.official(tx, LEADER), revision)
        return True

    async def send_back(self, tx: Transaction) -> object:
        answer = await self.answer(tx, AnswerState.SUBMITTED)
        if answer is None:
            return None
        await approval.send_back(tx, answer, await self.official(tx, LEADER), "Chưa có ngày")
        return True

    async def recall(self, tx: Transaction) -> object:
        answer = await self.answer(tx, self.chance.choice([AnswerState.SUBMITTED, AnswerState.APPROVED]))
        return answer and await approval.recall(tx, answer, await self.official(tx, LEADER))

    async def fulfil(self, tx: Transaction) -> object:
        found = await self._one(tx, Commitment, Commitment.state == CommitmentState.OPEN)
        if found is None:
            return None
        commitment = await tx.session.get_one(Commitment, found)
        staff = await self.caller(tx, STAFF.get(commitment.unit_id or "", CLERK))
        assert staff.official is not None
        seen = await commitments.visible(tx, await self.official(tx, LEADER), commitment.id)
        return await done(commitments.fulfil(tx, seen, staff.official, staff.account, "Đã rải đá")) if seen else None


async def found_wrong(tx: Transaction) -> list[str]:
    """What does not hold in the record now, in words; empty when all is well."""
    wrong: list[str] = []
    number = await tx.session.scalar(select(Numbers.value).where(Numbers.name == "opinion"))
    plain = set(await tx.session.scalars(select(Opinion.number)))
    kept = {row.number: row.state for row in await tx.session.execute(select(Sealed.number, Sealed.state))}
    if plain | set(kept) != set(range(1, (number or 0) + 1)):
        wrong.append("a number was lost")
    both = {each for each in plain & set(kept) if kept[each] is not SealedState.RETURNED}
    if both:
        wrong.append(f"sealed and plain at once: {both}")
    rows = await tx.session.execute(
        select(Opinion.number, Opinion.state, Issue.state).outerjoin(Issue, Issue.id == Opinion.issue_id)
    )
    for each, state, issue in rows:
        owed = state in (OpinionState.ACCEPTED, OpinionState.REOPENED)
        if owed and issue in (None, IssueState.CLOSED, IssueState.ANSWERED, IssueState.SETTLED):
            wrong.append(f"{each} is {state} in an issue that is {issue}")
        if state in (OpinionState.ANSWERED, OpinionState.SETTLED) and issue in (None, IssueState.CLOSED):
            wrong.append(f"{each} is {state} in an issue that is {issue}")
    empty = await tx.session.scalar(
        select(func.count())
        .select_from(Issue)
        .where(
            Issue.state.in_([IssueState.OPEN, IssueState.ASSIGNED, IssueState.DRAFTED, IssueState.APPROVED]),
            ~select(Opinion.id)
            .where(Opinion.issue_id == Issue.id, Opinion.state.in_([OpinionState.ACCEPTED, OpinionState.REOPENED]))
            .exists(),
        )
    )
    if empty:
        wrong.append(f"{empty} issues wait and nobody asks")
    return wrong
