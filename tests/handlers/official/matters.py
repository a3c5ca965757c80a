"""A commune in the midst of its work: one matter of each kind, and somebody in each role."""

from collections.abc import Mapping
from datetime import date, timedelta

from storage import (
    announcements,
    answers,
    approval,
    asking,
    broadcasts,
    commitments,
    conferences,
    delegations,
    drafts,
    entering,
    files,
    flagging,
    groups,
    opinions,
    people,
    planning,
    proofs,
    publication,
    ratings,
    roles,
    sealed,
    sorting,
    splitting,
    units,
    verdicts,
    writing,
)
from storage.database import Transaction
from storage.files import IncomingFile
from storage.models import Official, Opinion, Outbox, Outcome, Priority, ProofKind, Rating, Role, Target, Verdict
from storage.people import Caller, load_callers
from storage.states import DeliveryState
from tests.conference import facts, plan
from tests.phones import Room

AUTHOR, REVOKED = "1001", "1002"
WHO: Mapping[str, tuple[str, Role | None, str | None]] = {
    "C": ("11", Role.CLERK, None),
    "S": ("12", Role.STAFF, "phong-kinh-te"),
    "T": ("13", Role.STAFF, "phong-vh-xh"),
    "D": ("14", Role.STAFF, "van-phong"),
    "L": ("15", Role.LEADER, None),
    "V": ("16", Role.VILLAGE_HEAD, None),
    "O": ("17", Role.OBSERVER, None),
    "A": ("18", Role.ADMIN, None),
    "P": (AUTHOR, None, None),
    "X": (REVOKED, Role.CLERK, None),
}
"""By the letter that the table of rights has for them: (native id, role, unit).

S is staff of the unit that has the matters, T of another one and reads the sealed lane, D of a third with a delegation
to approve in their field, P the author of all matters but one, X the author of that one, a clerk until just now.
"""

GROUP = "7001"
HELD_CARD = 7777
"""The message in every private chat that shows the accepted matter, from the time when its owner had the right."""

GROUP_CARD = 7778
HELD_QUESTION = 7779
"""The message in the author's chat that asks her back."""

HELD_APPROVAL = 7780
"""The message in every private chat that shows the answer which waits for approval."""

WRITTEN = 7781
"""The message in which S wrote the answer that he has not sent on."""

PROMISED = date(2027, 1, 14)
LATER = date(2026, 12, 15)
PHOTO = IncomingFile("photo", "photo", "image/jpeg")
NAME, UNNAMED, PHONE = "Nguoi Mot", "Nguoi Hai", "0900 000 000"
"""Of P, who is named with her matters, and of X, who is not."""

SEALED = "Một người lấy tiền"
VOICE = IncomingFile("voice", "voice", "audio/ogg")

WORDS = {
    "received": "Đường vào thôn bị hỏng lầy rồi",
    "twin": "Đường vào thôn bị hỏng lầy quá rồi",
    "accepted": "Mương nội đồng tắc",
    "merged": "Mương nội đồng tắc ở cuối thôn",
    "later": "Trạm bơm kêu to",
    "written": "Cột điện nghiêng",
    "submitted": "Cầu treo mất ván",
    "approved": "Nước sạch đục",
    "released": "Đèn đường hỏng",
    "answered": "Bãi rác bốc mùi",
    "disputed": "Chợ ngập nước",
    "proposed": "Xin thôi nộp phí",
    "asked": "Chỗ kia hỏng",
    "flagged": "Ông trưởng thôn chia tiền không công bằng",
    "heard": "",
    "spoken": "",
    "unheard": "",
    "entered": "Bà cụ đầu xóm xin làm lại thẻ",
}
"""The words of each matter, in the order in which they are raised: the first has the number 1."""

ANSWERED = ("written", "submitted", "approved", "released", "answered", "disputed")
"""Those that S has begun to answer; how far each is says its name."""


async def caller(tx: Transaction, letter: str) -> Caller:
    native_id = WHO[letter][0]
    found = (await load_callers(tx, "telegram", [native_id]))[native_id]
    await tx.session.flush()
    return found


async def official(tx: Transaction, letter: str) -> Official:
    found = (await caller(tx, letter)).official
    assert found is not None
    return found


async def opinion(tx: Transaction, id_: int) -> Opinion:
    found = await opinions.by_id(tx, id_)
    assert found is not None
    return found


async def open_offices(room: Room) -> None:
    for letter, (_, role, unit) in WHO.items():
        async with room.db.write() as tx:
            account = (await caller(tx, letter)).account
            if role is None:
                people.consent(tx, account, "1")
            else:
                code = await people.invite(tx, role, unit, "mau-3" if role is Role.VILLAGE_HEAD else None)
                assert isinstance(await people.accept_invitation(tx, account, code), Official)
    async with room.db.write() as tx:
        leader = await official(tx, "L")
        await roles.set_reads_sealed(tx, await official(tx, "T"), leader, reads=True)
        await roles.revoke(tx, await official(tx, "X"), leader)
        people.consent(tx, (await caller(tx, "X")).account, "1")
        await delegations.give(tx, leader, await official(tx, "D"), "ha-tang", PROMISED)


async def fill(room: Room) -> dict[str, int]:
    """Raises and handles one matter of each kind; returns the ids that buttons and commands name, by their names."""
    await open_offices(room)
    ids: dict[str, int] = {}
    for name, words in WORDS.items():
        if name == "entered":
            continue
        spoken = (VOICE,) if not words else (PHOTO,) if name == "accepted" else ()
        ids[name] = await _raise(room, "X" if name == "disputed" else "P", words, *spoken)
    await _sort(room, ids)
    for name in ANSWERED:
        await _answer(room, ids, name)
    await _beside(room, ids)
    await room.settle()
    async with room.db.write() as tx:
        await _hold_cards(tx, ids)
    return ids


async def _raise(room: Room, letter: str, words: str, *attached: IncomingFile) -> int:
    async with room.db.write() as tx:
        author = await caller(tx, letter)
        assert author.person is not None
        people.remember_name(author.person, *((NAME, PHONE) if letter == "P" else (UNNAMED, None)))
        draft = drafts.hold(tx, author.account, words)
        drafts.set_village(tx, draft, "mau-3")
        drafts.set_field(tx, draft, "ha-tang")
        for file in attached:
            files.attach(tx, author.account, draft, file)
        await tx.session.flush()
        return (await drafts.submit(tx, author, draft, named=letter == "P")).id


async def _sort(room: Room, ids: dict[str, int]) -> None:
    async with room.db.write() as tx:
        clerk = await official(tx, "C")
        await splitting.hold(tx, await opinion(tx, ids["heard"]), "Cầu gỗ mục")
        await splitting.split(tx, await opinion(tx, ids["heard"]), clerk)
        for name in ("accepted", "later", *ANSWERED):
            event = await sorting.accept(tx, await opinion(tx, ids[name]), clerk)
            ids[f"{name}_event"] = event.id
            ids[f"{name}_issue"] = (await opinion(tx, ids[name])).issue_id or 0
        into = await opinion(tx, ids["accepted"])
        ids["merge_event"] = (await sorting.merge(tx, [await opinion(tx, ids["merged"])], into, clerk)).id
        await verdicts.propose(tx, await opinion(tx, ids["proposed"]), clerk, Verdict.UNLAWFUL, "Luật không cho")
        await asking.ask(tx, await opinion(tx, ids["asked"]), clerk, "Chỗ nào ạ?")
        spoken = await opinion(tx, ids["spoken"])
        await splitting.hold(tx, spoken, "Đường hỏng\nNước đục")
        ids["revision"] = splitting.revision(spoken)
        issue = (await opinion(tx, ids["later"])).issue
        assert issue is not None
        await units.ask_later(tx, issue, await official(tx, "S"), LATER, "chờ vật tư")
        ids["later_day"] = LATER.toordinal()


async def _answer(room: Room, ids: dict[str, int], name: str) -> None:
    async with room.db.write() as tx:
        staff, leader = await official(tx, "S"), await official(tx, "L")
        answer_id = (await answers.draft(tx, await opinion(tx, ids[name]), staff, f"Trả lời {name}")).id
        answer = await answers.by_id(tx, answer_id)
        assert answer is not None
        ids[f"{name}_answer"], ids[f"{name}_revision"] = answer_id, answer.revision
        if name == "written":
            writing.note(tx, answer, staff, writing.message((await caller(tx, "S")).account.id, WRITTEN))
            return
        promised = PROMISED if name == "released" else None
        await approval.submit(tx, answer, staff, Outcome.PROMISED if promised else Outcome.EXPLAINED, promised)
        if name != "submitted":
            await approval.approve(tx, answer, leader, answer.revision)
        if name in ("released", "answered", "disputed"):
            await answers.release(tx, answer, leader)


async def _beside(room: Room, ids: dict[str, int]) -> None:
    """What is no answer: a promise, a conference, words for everybody, a sealed matter, a group, a draft."""
    async with room.db.write() as tx:
        clerk, leader = await official(tx, "C"), await official(tx, "L")
        promise = await commitments.open_of(tx, ids["released_issue"])
        assert promise is not None
        ids["commitment"] = promise.id
        answered = await opinion(tx, ids["answered"])
        await publication.allow(tx, await opinion(tx, ids["released"]), yes=True)
        await publication.allow(tx, answered, yes=True)
        await publication.confirm(tx, answered, clerk, "Bãi rác bốc mùi")
        await ratings.find_clear(tx, answered)
        (await opinion(tx, ids["disputed"])).rating = Rating.NOT_DONE
        starts = tx.now + timedelta(days=30)
        conference = await plan(tx, leader, starts)
        ids["conference"] = conference.id
        moved = facts(starts + timedelta(days=2))
        ids["change"] = (await planning.propose(tx, clerk, moved, conference, reason="Trùng kỳ họp")).id
        ids["proof"] = (await proofs.prove(tx, conference, clerk, ProofKind.PORTAL)).id
        paper = IncomingFile("document", "paper", "application/pdf", file_name="bao-cao.pdf")
        await conferences.add_document(tx, conference, clerk, (await caller(tx, "C")).account, paper)
        ids["paper"] = (await conferences.documents(tx, conference))[0].id
        ids["starts"] = int((starts + timedelta(days=1)).timestamp())
        ids["announcement"] = (await announcements.draft(tx, clerk, "Mời họp")).id
        for name in ("submitted_news", "planned_news", "sending_news", "stopped_news"):
            news = await announcements.draft(tx, clerk, "Mời họp")
            ids[name] = news.id
            if name == "submitted_news":
                await announcements.submit(tx, news, clerk, news.revision)
                continue
            if name != "planned_news":
                announcements.schedule_for(tx, news, clerk, tx.now)
            await announcements.schedule(tx, news, clerk, news.revision)
            if name == "stopped_news":
                await broadcasts.stop(tx, news, clerk)
        ids["delegation"] = (await delegations.of_leader(tx, leader))[0].id
        for letter in "CSTDLVOA":
            ids[f"official_{letter}"] = (await official(tx, letter)).id
        ids["flagged_sealed"] = (await flagging.flag(tx, await opinion(tx, ids["flagged"]), clerk)).id
        accuser = await caller(tx, "P")
        draft = drafts.hold(tx, accuser.account, SEALED)
        drafts.accuse(tx, draft, Target.OTHER)
        await tx.session.flush()
        ids["sealed"] = (await sealed.send(tx, accuser, draft, "kin-1")).id
        await groups.bind(tx, await groups.find(tx, "telegram", GROUP), "phong-kinh-te", clerk)
    async with room.db.write() as tx:
        head = await caller(tx, "V")
        draft = drafts.hold(tx, head.account, WORDS["entered"], on_behalf=True)
        drafts.set_village(tx, draft, "mau-3")
        drafts.set_field(tx, draft, "ha-tang")
        await tx.session.flush()
        neighbour = entering.author_of(tx, head, draft, "1", None, None)
        ids["entered"] = (await drafts.submit(tx, head, draft, named=False, author=neighbour)).id
        author = await caller(tx, "P")
        held = drafts.hold(tx, author.account, "Còn một việc nữa")
        await tx.session.flush()
        ids["draft"] = held.id


async def _hold_cards(tx: Transaction, ids: Mapping[str, int]) -> None:
    """Every private chat, and the group, has shown the card of the accepted matter."""
    accounts = {letter: (await caller(tx, letter)).account.id for letter in WHO}
    group = (await groups.find(tx, "telegram", GROUP)).account
    assert group is not None
    approval_of = {"answer_id": ids["submitted_answer"]}
    shown = [(accounts["P"], HELD_QUESTION, "asked", "asked"), (group.id, GROUP_CARD, "card", "accepted")]
    shown += [(account_id, HELD_CARD, "card", "accepted") for account_id in accounts.values()]
    shown = [(account_id, HELD_APPROVAL, approval.APPROVAL, "submitted") for account_id in accounts.values()] + shown
    for account_id, message_id, kind, about in shown:
        tx.session.add(
            Outbox(
                account_id=account_id,
                messenger="telegram",
                kind=kind,
                priority=Priority.REPLY,
                payload=approval_of if kind == approval.APPROVAL else {},
                opinion_id=ids[about],
                state=DeliveryState.SENT,
                message_id=message_id,
                not_before=tx.now,
                created_at=tx.now,
                done_at=tx.now,
            )
        )
