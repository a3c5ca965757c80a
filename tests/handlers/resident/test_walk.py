"""Anybody doing anything: nothing is raised, and no words are lost between being held and being sent or dropped."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from handlers.resident.states import Raising
from storage.models import Account, Conversation, Draft, Opinion, Person
from tests.handlers.resident.journeys import failures
from tests.phones import Phone, Room
from tests.texts import words

TROUBLE = {words().text(language, "trouble", {}) for language in ("vi", "en")}
SHORT = 20
"""Longer texts get a mark of their own and must be found again; shorter ones may be a code, a number, a command."""

DROPS = ("r:drop", "r:refuse", "r:forget:")
WORDS = [
    "huy",
    "3",
    "thon mau 2",
    "nuoc dang len, cuu voi",
    "😀",
    "xe to chay hong het duong",
    "hoi nghi",
    "kx1",
    "12",
    "cam on",
    "x" * 300,
    "Bỏ",
]
COMMANDS = ["/start", "/start thon-mau-4", "/gopy", "/gopy them", "/theodoi", "/theodoi 1", "/hoinghi", "/trogiup",
            "/dulieu", "/ngonngu", "/huy", "/viec"]  # fmt: skip

texts = st.tuples(st.just("text"), st.sampled_from(WORDS))
taps = st.tuples(st.just("tap"), st.integers(0, 30))
acts = st.one_of(
    taps,
    taps,
    taps,
    texts,
    texts,
    st.tuples(st.just("command"), st.sampled_from(COMMANDS)),
    st.tuples(st.just("photo"), st.sampled_from([None, "caption"])),
    st.tuples(st.just("voice"), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([60, 90_000])),
)


@dataclass
class Held:
    """What the record holds of one phone's words: those of its draft, and all of them, sent ones and name included."""

    draft: str = ""
    everything: str = ""


async def held(room: Room, phone: Phone) -> Held:
    async with room.db.read() as tx:
        account = await tx.session.scalar(select(Account).where(Account.native_id == phone.native_id))
        if account is None:
            return Held()
        words = await tx.session.scalar(select(Draft.text).where(Draft.account_id == account.id)) or ""
        found = await tx.session.scalars(
            select(Opinion).where(Opinion.person_id == account.person_id).options(selectinload(Opinion.additions))
        )
        sent = [text for opinion in found for text in (opinion.text, *(each.text for each in opinion.additions))]
        name = await tx.session.scalar(select(Person.name).where(Person.id == account.person_id))
        return Held(words, "\n".join([words, *sent, name or ""]))


async def asked_for_other_words(room: Room, phone: Phone) -> bool:
    """Whether what she types next takes the place of her words, as she asked."""
    async with room.db.read() as tx:
        state = await tx.session.scalar(
            select(Conversation.state).join(Conversation.account).where(Account.native_id == phone.native_id)
        )
    return state == Raising.words.state


class Walk:
    def __init__(self, room: Room, phone: Phone) -> None:
        self.room, self.phone = room, phone
        self.marks = itertools.count(1)

    async def step(self, kind: str, what: object) -> None:
        """One act, and what must hold after it."""
        before, said = await held(self.room, self.phone), len(self.phone.said)
        replaces = await asked_for_other_words(self.room, self.phone)
        typed, data = "", ""
        match kind:
            case "text":
                typed = f"{what} dau{next(self.marks)}vet" if len(str(what)) > SHORT else str(what)
                await self.phone.text(typed)
            case "command":
                await self.phone.text(str(what))
            case "photo":
                await self.phone.photo(str(what) if what else None)
            case "voice":
                await self.phone.voice()
            case "wait":
                self.room.clock.pass_(seconds=float(str(what)))
            case _:
                data = await self._tap(int(str(what)))
        answers = [each.text for each in self.phone.said[said:]]
        assert not TROUBLE & set(answers), (kind, what)
        after = await held(self.room, self.phone)
        if not (replaces or data.startswith(DROPS) or what == "/huy" or typed == "Bỏ"):
            assert all(line in after.everything for line in before.draft.splitlines()), (kind, what, before, after)
        if len(typed) > SHORT:
            assert typed in after.everything, (typed, before, after)

    async def _tap(self, number: int) -> str:
        offered = [(data, each.message_id) for each in self.phone.said for _, data in each.buttons]
        if not offered:
            return ""
        data, message_id = offered[-1 - number % len(offered)]
        await self.phone.tap_data(data, message_id)
        return data


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def hall(
    runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Room]:
    """One room for every walk; each walk has a phone of its own."""
    folder: Path = tmp_path_factory.mktemp("walk")
    room = runner.run(Room.open(folder, messenger=pytestconfig.getoption("--messenger") or "telegram"))
    yield room
    runner.run(room.close())


ids = itertools.count(5000)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(walk=st.lists(acts, min_size=8, max_size=16))
def test_any_walk_is_survived(hall: Room, runner: asyncio.Runner, walk: list[tuple[str, object]]) -> None:
    async def go() -> None:
        steps = Walk(hall, hall.phone(str(next(ids))))
        await steps.step("text", "duong hong lau roi, xin xa xem")
        for kind, what in walk:
            await steps.step(kind, what)
        assert await failures(hall) == []

    runner.run(go())
