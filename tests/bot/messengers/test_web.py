"""The web messenger on a real record: what is said to somebody, and what she says."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    SetMessageReaction,
)
from aiogram.types import BufferedInputFile, ReactionTypeEmoji, Update

from bot.messengers.base import FileGone, Hints
from bot.messengers.features import WEB, WEB_PLAIN
from bot.messengers.web import AccountGone, AlreadySaid, WebMessenger
from handlers.keyboards import keyboard
from storage import inbox, transcript
from storage.database import Database
from storage.files import MediaStore
from storage.inbox import Ready
from storage.models import Account
from tests.bot.parts import record
from tests.commune import START, Clock

AT = int(START.timestamp())
CHAT = {"id": 1, "type": "private"}
HER = {"id": 1, "is_bot": False, "first_name": ""}


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with record(tmp_path, Clock()) as db:
        yield db


def messenger(db: Database, tmp_path: Path, *, plain: bool = False) -> WebMessenger:
    ids = itertools.count(1)
    return WebMessenger(
        db,
        tmp_path / "media",
        plain=plain,
        hints=Hints("Bác nhắn một số.", "Bác nhắn cả dòng."),
        new_id=lambda: f"{next(ids):032x}",
    )


@pytest.fixture
async def web(db: Database, tmp_path: Path) -> WebMessenger:
    """The messenger with one account open, whose id is 1."""
    web = messenger(db, tmp_path)
    assert await web.open_account("resident-1") == 1
    return web


async def rows(db: Database, account_id: int = 1) -> list[tuple[Any, ...]]:
    async with db.read() as tx:
        found = await transcript.since(tx, account_id)
        return [(row.id, row.outgoing, row.body, row.buttons, row.file, row.reaction) for row in found]


async def came_in(db: Database) -> list[Ready]:
    async with db.read() as tx:
        return await inbox.ready(tx, 100)


def test_capabilities(db: Database, tmp_path: Path) -> None:
    def shown(one: WebMessenger) -> tuple[Any, ...]:
        return one.name, one.features, one.bot.token, one.chat_id(7, "x")

    assert shown(messenger(db, tmp_path)) == ("web", WEB, "1:web", 7)
    assert shown(messenger(db, tmp_path, plain=True)) == ("web_plain", WEB_PLAIN, "1:web", 7)


async def test_account_opened_twice_is_one(web: WebMessenger) -> None:
    assert [await web.open_account("resident-1"), await web.open_account("clerk-1")] == [1, 2]


async def test_message_is_a_row_and_wakes_its_page(db: Database, web: WebMessenger) -> None:
    woken = db.listen(transcript.topic(1))
    message = await web.bot(SendMessage(chat_id=1, text="Chào <b>bác</b>", reply_markup=keyboard([("Rõ rồi", "ok")])))
    assert message.message_id == 1
    assert woken.is_set()
    assert await rows(db) == [(1, True, "Chào <b>bác</b>", [[["Rõ rồi", "ok"]]], None, None)]


async def test_plain_message_has_numbers_and_neither_html_nor_buttons(db: Database, tmp_path: Path) -> None:
    plain = messenger(db, tmp_path, plain=True)
    await plain.open_account("plain-1")
    await plain.bot(SendMessage(chat_id=1, text="Chào <b>bác</b>", reply_markup=keyboard([("Rõ rồi", "ok")])))
    await plain.bot(EditMessageText(chat_id=1, message_id=1, text="Xong &amp; rồi"))
    assert await rows(db) == [
        (1, True, "Chào bác\n1. Rõ rồi\nBác nhắn một số.", [], None, None),
        (2, True, "Xong & rồi", [], None, None),
    ]


async def test_edits_and_reactions_change_the_row(db: Database, web: WebMessenger) -> None:
    await web.bot(SendMessage(chat_id=1, text="Cũ", reply_markup=keyboard([("Rõ rồi", "ok")])))
    await web.bot(EditMessageText(chat_id=1, message_id=1, text="Mới", reply_markup=keyboard([("Chưa rõ", "no")])))
    await web.bot(SetMessageReaction(chat_id=1, message_id=1, reaction=[ReactionTypeEmoji(emoji="👍")]))
    assert await rows(db) == [(1, True, "Mới", [[["Chưa rõ", "no"]]], None, "👍")]
    await web.bot(EditMessageReplyMarkup(chat_id=1, message_id=1))
    await web.bot(SetMessageReaction(chat_id=1, message_id=1))
    assert await rows(db) == [(1, True, "Mới", [], None, "")]


async def test_deleted_message_is_gone_from_its_own_chat_alone(db: Database, web: WebMessenger) -> None:
    await web.open_account("clerk-1")
    for chat_id in (1, 2):
        await web.bot(SendMessage(chat_id=chat_id, text="Thẻ"))
    assert await web.bot(DeleteMessage(chat_id=1, message_id=1)) is True
    with pytest.raises(TelegramBadRequest, match="not found"):
        await web.bot(DeleteMessage(chat_id=1, message_id=2))
    assert (await rows(db, 1), len(await rows(db, 2))) == ([], 1)


@pytest.mark.parametrize(
    "method",
    [
        SendMessage(chat_id=99, text="x"),
        EditMessageText(chat_id=1, message_id=99, text="x"),
        SetMessageReaction(chat_id=1, message_id=99),
    ],
    ids=["unknown account", "unknown message", "reaction to unknown message"],
)
async def test_what_is_not_there_is_a_bad_request(web: WebMessenger, method: Any) -> None:
    with pytest.raises(TelegramBadRequest, match="not found"):
        await web.bot(method)


async def test_message_of_another_account_cannot_be_edited(db: Database, web: WebMessenger) -> None:
    await web.open_account("clerk-1")
    await web.bot(SendMessage(chat_id=2, text="Thẻ"))
    with pytest.raises(TelegramBadRequest):
        await web.bot(EditMessageText(chat_id=1, message_id=1, text="x"))
    assert await rows(db, 2) == [(1, True, "Thẻ", [], None, None)]


async def test_sent_file_lies_in_uploads_or_already_in_the_record(
    db: Database, web: WebMessenger, tmp_path: Path
) -> None:
    digest = MediaStore(tmp_path / "media").put(b"evidence")
    await web.bot(SendDocument(chat_id=1, document=BufferedInputFile(b"export", "data.json"), caption="Của bác"))
    await web.bot(SendDocument(chat_id=1, document=BufferedInputFile(b"evidence", "bien-ban.pdf")))
    exported = {"path": f"{1:032x}", "kind": "document", "name": "data.json", "mime": "application/json"}
    kept = {"digest": digest, "kind": "document", "name": "bien-ban.pdf", "mime": "application/pdf"}
    assert await rows(db) == [(1, True, "Của bác", [], exported, None), (2, True, "", [], kept, None)]
    assert await web.download(f"{1:032x}") == b"export"


async def test_text_is_her_bubble_and_an_update(db: Database, web: WebMessenger) -> None:
    assert await web.text(1, "duong hong", reply_to=None) == 1
    assert await web.text(1, "nói thêm", reply_to=1) == 2
    assert await rows(db) == [
        (1, False, "duong hong", [], None, None),
        (2, False, "nói thêm", [], None, None),
    ]
    first = {"message_id": 1, "date": AT, "chat": CHAT, "from": HER, "text": "duong hong"}
    reply = {"message_id": 1, "date": AT, "chat": CHAT}
    second = {"message_id": 2, "date": AT, "chat": CHAT, "from": HER, "text": "nói thêm", "reply_to_message": reply}
    assert await came_in(db) == [
        Ready(1, "web", "resident-1", {"update_id": 1, "message": first}),
        Ready(2, "web", "resident-1", {"update_id": 2, "message": second}),
    ]
    assert Update.model_validate({"update_id": 2, "message": second}).message is not None


async def test_tap_marks_the_button_and_is_a_callback_query(db: Database, web: WebMessenger) -> None:
    await web.bot(SendMessage(chat_id=1, text="?", reply_markup=keyboard([("Rõ rồi", "ok"), ("Chưa rõ", "no")])))
    await web.tap(1, 1, "ok")
    await web.tap(1, 1, "no")
    buttons = [[["Rõ rồi", "ok"], ["Chưa rõ", "no", "chosen"]]]
    assert await rows(db) == [(1, True, "?", buttons, None, None)]
    queries = [
        {
            "update_id": 1,
            "callback_query": {
                "id": f"1:{number:032x}",
                "from": HER,
                "chat_instance": "web",
                "message": {"message_id": 1, "date": AT, "chat": CHAT},
                "data": data,
            },
        }
        for number, data in ((1, "ok"), (2, "no"))
    ]
    assert [ready.payload for ready in await came_in(db)] == queries
    assert Update.model_validate(queries[0]).callback_query is not None


@pytest.mark.parametrize(
    ("name", "mime", "kind", "content"),
    [
        ("a.jpg", "image/jpeg", "photo", {"photo": [{"width": 0, "height": 0}]}),
        ("a.png", "image/png", "photo", {"document": {"file_name": "a.png", "mime_type": "image/png"}}),
        ("loi.ogg", "audio/ogg", "voice", {"voice": {"duration": 0, "mime_type": "audio/ogg"}}),
        (
            "don.pdf",
            "application/pdf",
            "document",
            {"document": {"file_name": "don.pdf", "mime_type": "application/pdf"}},
        ),
    ],
)
async def test_file_is_kept_before_its_update(
    db: Database, web: WebMessenger, name: str, mime: str, kind: str, content: dict[str, Any]
) -> None:
    assert await web.file(1, b"bytes", name, mime, "chú thích") == 1
    upload = f"{1:032x}"
    shown = {"path": upload, "kind": kind, "name": name, "mime": mime}
    assert await rows(db) == [(1, False, "chú thích", [], shown, None)]
    described = {"file_id": upload, "file_unique_id": upload, "file_size": 5}
    expected = {
        key: [described | value[0]] if isinstance(value, list) else described | value for key, value in content.items()
    }
    base = {"message_id": 1, "date": AT, "chat": CHAT, "from": HER, "caption": "chú thích"}
    payload = (await came_in(db))[0].payload
    assert payload == {"update_id": 1, "message": base | expected}
    assert Update.model_validate(payload).message is not None
    assert await web.download(upload) == b"bytes"


@pytest.mark.parametrize("file_id", [f"{9:032x}", "../web.db", "", "A" * 32])
async def test_download_of_what_is_no_upload_is_final(web: WebMessenger, file_id: str) -> None:
    with pytest.raises(FileGone):
        await web.download(file_id)


async def test_account_whose_owner_left_cannot_speak_and_opens_anew(db: Database, web: WebMessenger) -> None:
    async with db.write() as tx:
        account = await tx.session.get(Account, 1)
        assert account is not None
        account.native_id = None
    with pytest.raises(AccountGone):
        await web.text(1, "x")
    with pytest.raises(AccountGone):
        await web.tap(1, 1, "x")
    assert (await rows(db), await came_in(db)) == ([], [])
    assert await web.open_account("resident-1") == 2


async def test_receive_waits_for_the_stop(web: WebMessenger) -> None:
    stopping = asyncio.Event()
    receiving = asyncio.create_task(web.receive(stopping))
    stopping.set()
    await asyncio.wait_for(receiving, 5)
    await web.close()


async def test_what_a_page_repeats_is_heard_once(db: Database, web: WebMessenger, tmp_path: Path) -> None:
    await web.bot(SendMessage(chat_id=1, text="?", reply_markup=keyboard([("Rõ rồi", "ok")])))
    for _ in range(2):
        with contextlib.suppress(AlreadySaid):
            await web.text(1, "duong hong", once="first-words")
        with contextlib.suppress(AlreadySaid):
            await web.tap(1, 1, "ok", once="first-tap")
        with contextlib.suppress(AlreadySaid):
            await web.file(1, b"bytes", "a.jpg", "image/jpeg", once="first-photo")
    with pytest.raises(AlreadySaid):
        await web.text(1, "duong hong", once="first-words")
    assert [row[2] for row in await rows(db)] == ["?", "duong hong", ""]
    assert [sorted(ready.payload) for ready in await came_in(db)] == [
        ["message", "update_id"],
        ["callback_query", "update_id"],
        ["message", "update_id"],
    ]
    assert len(list((tmp_path / "media" / "uploads").iterdir())) == 1


async def test_two_people_may_name_what_they_say_alike(db: Database, web: WebMessenger) -> None:
    await web.open_account("resident-2")
    await web.text(1, "một", once="same-name")
    await web.text(2, "hai", once="same-name")
    assert [ready.caller for ready in await came_in(db)] == ["resident-1", "resident-2"]


async def test_how_she_came_is_heard_and_not_shown(db: Database, web: WebMessenger) -> None:
    await web.begin(1, "/start thon-mau-3")
    assert await rows(db) == []
    message = {"message_id": 0, "date": AT, "chat": CHAT, "from": HER, "text": "/start thon-mau-3"}
    assert await came_in(db) == [Ready(1, "web", "resident-1", {"update_id": 0, "message": message})]
