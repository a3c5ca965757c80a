"""Who sees what (dialogues.md, section 7): everybody reads all that can be asked for, and each cell is looked for."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiogram.methods import TelegramMethod
from sqlalchemy import update

from bot.talk import caller_of
from storage import inbox
from storage.database import Database
from storage.files import MediaStore
from storage.models import Outbox
from storage.outbox import Delivery
from storage.states import DeliveryState
from tests.commune import COMMUNE, Clock
from tests.handlers.official.doors import Door, update_of
from tests.handlers.official.matters import NAME, PHONE, SEALED, UNNAMED, WHO, WORDS, fill
from tests.phones import Room
from tests.records import put_fresh
from tests.threadless import ask_at_once
from tests.wires import Wire

LISTS = (
    *("/viec", "/duyet", "/phathanh", "/congkhai", "/theodoi", "/hoinghi", "/dulieu", "/vaitro", "/nhom", "/uyquyen"),
    *("o:sort", "o:clusters", "o:kept:0", "o:approvals", "o:proposals", "o:commitments:0", "o:entered", "r:answers:0"),
    *(f"o:unit:{n}" for n in range(6)),
    *(f"o:observe:{n}" for n in range(8)),
    *(f"r:answer:{n}" for n in range(1, 10)),
)
ABOUT = ("/xem {}", "/nhatky {}", "/theodoi {}", "o:words:{}", "o:listen:{}")


class Watched(Room):
    """A commune that keeps whatever a phone was ever shown."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.ever: dict[str, list[str]] = defaultdict(list)

    async def _show(self, wire: Wire, delivery: Delivery, method: TelegramMethod[Any]) -> int | None:
        self.ever[delivery.native_id or ""].append(f"{method.__api_method__} {method.model_dump()}")
        return await super()._show(wire, delivery, method)

    async def read_everything(self, last: int) -> None:
        """Everybody asks for every list, and for every matter up to the number `last`."""
        for letter in WHO:
            updates = [
                update_of(next(self.wires["telegram"].ids), Door("", each, ""), letter, {}, self.clock())
                for each in asked(last)
            ]
            async with self.db.write() as tx:
                incoming = [inbox.Incoming(str(each["update_id"]), caller_of(each) or "", each) for each in updates]
                await inbox.receive(tx, "telegram", incoming)
            await self.settle()

    async def come(self) -> None:
        """What waited for its files, or for what could be taken back, comes."""
        self.clock.pass_(minutes=3)
        await self.settle()

    def shown(self, *words: str) -> str:
        """The letters of those whose phone ever showed one of these words."""
        return "".join(
            letter
            for letter, (native_id, _, _) in WHO.items()
            if any(word in each for each in self.ever[native_id] for word in words)
        )

    def shows_now(self, *words: str) -> str:
        """The same of what stands on it still."""
        return "".join(
            letter
            for letter, (native_id, _, _) in WHO.items()
            if any(word in each.text for each in self.phone(native_id).said for word in words)
        )


def asked(last: int) -> Iterator[str]:
    yield from LISTS
    for number in range(1, last + 1):
        yield from (each.format(number) for each in ABOUT)


async def test_everybody_sees_what_is_for_them_and_nothing_else(tmp_path: Path) -> None:
    clock = Clock()
    db = Database(await put_fresh(tmp_path / "room.db"), COMMUNE, clock)
    ask_at_once(db)
    room = Watched(db, MediaStore(tmp_path / "media"), clock)
    ids = await fill(room)
    await room.store_files()
    await room.come()
    async with room.db.write() as tx:
        lost = update(Outbox).where(Outbox.key == f"answer:{ids['answered_answer']}:{ids['answered']}")
        await tx.session.execute(lost.values(state=DeliveryState.UNREACHABLE))
    await room.read_everything(max(ids["entered"], ids["sealed"]))
    await room.come()
    seen = {
        "words before the office accepts": room.shown(WORDS["received"], WORDS["twin"], WORDS["asked"]),
        "words entered for a neighbour": room.shown(WORDS["entered"]),
        "words after it": room.shown(WORDS["accepted"], WORDS["merged"], WORDS["later"]),
        "what the office heard": room.shown("Cầu gỗ mục"),
        "words whose answer waits for a leader": room.shown(WORDS["submitted"]),
        "words that a leader is asked to refuse": room.shown(WORDS["proposed"]),
        "name and telephone": room.shown(NAME, PHONE),
        "who is not named": room.shown(UNNAMED),
        "recordings": room.shown("sendVoice"),
        "an answer being written": room.shown("Trả lời written"),
        "an answer that waits": room.shown("Trả lời submitted"),
        "an answer on its way": room.shown("Trả lời approved"),
        "an answer": room.shown("Trả lời answered"),
        "what is sealed": room.shown(SEALED),
        "what was taken out": room.shows_now(WORDS["flagged"]),
        "how many are not reached": room.shown("Không nhắn tới được: 1 người"),
        "who is not reached": room.shown(f"Không nhắn tới được: 1 người ({NAME}"),
        "how many wait to be sorted": room.shown("Văn phòng chưa phân loại: "),
        "how many a village has": room.shown("Thôn mẫu 3: "),
        "that a sealed matter waits": room.shown("xem riêng"),
    }
    await room.close()
    assert seen == {
        "words before the office accepts": "CP",
        "words entered for a neighbour": "CV",
        "words after it": "CSLOP",
        "what the office heard": "CSLOP",
        "words whose answer waits for a leader": "CSDLOP",
        "words that a leader is asked to refuse": "CDLP",
        "name and telephone": "CLP",
        "who is not named": "X",
        "recordings": "CL",
        "an answer being written": "CSL",
        "an answer that waits": "CSDL",
        "an answer on its way": "CSL",
        "an answer": "".join(WHO),
        "what is sealed": "",
        "what was taken out": "",
        "how many are not reached": "CLO",
        "who is not reached": "CL",
        "how many wait to be sorted": "L",
        "how many a village has": "V",
        "that a sealed matter waits": "T",
    }
