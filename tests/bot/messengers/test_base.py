"""What a messenger that can do less makes of Bot API calls, on a wire that only writes down what it is given."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMyCommands,
    EditMessageReplyMarkup,
    EditMessageText,
    GetMe,
    SendChatAction,
    SendDocument,
    SendLocation,
    SendMessage,
    SendPhoto,
    SendVenue,
    SendVoice,
    SetMessageReaction,
    SetMyCommands,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    User,
)
from hypothesis import given
from hypothesis import strategies as st

from bot.messengers.base import (
    Call,
    DegradingSession,
    Hints,
    Lines,
    SentFile,
    UnsupportedMethod,
)
from bot.messengers.features import Features, Kind
from bot.messengers.parts import split
from handlers.keyboards import grid, keyboard
from handlers.turn import HTML
from storage.conversations import Option, chosen, conversation_of, open_menu
from storage.database import Database
from storage.people import load_callers
from tests.bot.parts import record
from tests.commune import START, Clock

KEYS = keyboard([("Đồng ý", "yes"), ("Đọc kỹ", "read"), ("Không, xoá đi", "no")])
NUMBERED = "1. Đồng ý\n2. Đọc kỹ\n3. Không, xoá đi\nBác nhắn một số."


class Wire(DegradingSession):
    """Writes down what it is told to send, each message with the next number from 100."""

    def __init__(self, db: Database, features: Features) -> None:
        super().__init__(db, features, Hints("Bác nhắn một số.", "Bác nhắn cả dòng."))
        self.sent: list[tuple[Any, ...]] = []

    def _note(self, *what: Any) -> int:
        self.sent.append(what)
        return 99 + len(self.sent)

    async def send_text(self, call: Call, body: str, lines: Lines) -> int:
        return self._note("text", call.chat_id, body, list(lines))

    async def send_file(self, call: Call, file: SentFile, body: str, lines: Lines) -> int:
        return self._note("file", call.chat_id, file, body, list(lines))

    async def edit(self, call: Call, message_id: int, body: str | None, lines: Lines) -> None:
        self._note("edit", call.chat_id, message_id, body, list(lines))

    async def delete(self, call: Call, message_id: int) -> None:
        self._note("delete", call.chat_id, message_id)

    async def react(self, call: Call, message_id: int, emoji: str | None) -> None:
        self._note("react", call.chat_id, message_id, emoji)

    async def typing(self, call: Call) -> None:
        self._note("typing", call.chat_id)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A record with one account, whose id is 1."""
    async with record(tmp_path, Clock()) as db:
        async with db.write() as tx:
            await load_callers(tx, "wire", ["a"])
        yield db


def plain(db: Database, limit: int | None = None) -> tuple[Bot, Wire]:
    wire = Wire(db, Features(text=limit, caption=limit, reactions=True, typing=True))
    return Bot("1:wire", session=wire, default=HTML), wire


def rich(db: Database) -> tuple[Bot, Wire]:
    wire = Wire(db, Features(buttons=None, edits=True, html=True, reactions=True, typing=True))
    return Bot("1:wire", session=wire, default=HTML), wire


async def menu(db: Database) -> dict[str, Any] | None:
    async with db.read() as tx:
        return (await conversation_of(tx, 1)).menu


async def test_message_without_buttons_on_the_wire_becomes_numbers_and_opens_the_menu(db: Database) -> None:
    bot, wire = plain(db)
    message = await bot(SendMessage(chat_id=1, text="Bác <b>có cho</b> không?", reply_markup=KEYS))
    assert wire.sent == [("text", 1, f"Bác có cho không?\n{NUMBERED}", [])]
    assert (message.message_id, message.chat.id, message.bot) == (100, 1, bot)
    options = [["Đồng ý", "yes"], ["Đọc kỹ", "read"], ["Không, xoá đi", "no"]]
    assert await menu(db) == {"numbered": True, "options": options, "offered_at": START.isoformat()}


async def test_notice_beside_an_open_menu_is_numbered_on(db: Database) -> None:
    bot, wire = plain(db)
    await bot(SendMessage(chat_id=1, text="Bác có cho không?", reply_markup=KEYS))
    await bot(SendMessage(chat_id=1, text="Mời bà con", reply_markup=keyboard([("Tôi sẽ đến", "come")])))
    assert wire.sent[1] == ("text", 1, "Mời bà con\n4. Tôi sẽ đến\nBác nhắn một số.", [])
    async with db.read() as tx:
        asked = await conversation_of(tx, 1)
        assert [chosen(asked, typed) for typed in ("1", "3", "4", "5")] == ["yes", "no", "come", None]


async def test_notice_while_a_question_waits_is_picked_by_its_words(db: Database) -> None:
    bot, wire = plain(db)
    async with db.write() as tx:
        asked = await conversation_of(tx, 1)
        asked.state = "raising:name"
        open_menu(asked, [Option("Thôi", "stop")], tx.now, numbered=True)
    await bot(SendMessage(chat_id=1, text="Bác tên gì?", reply_markup=keyboard([("Thôi", "stop")])))
    await bot(SendMessage(chat_id=1, text="Mời bà con", reply_markup=keyboard([("Tôi sẽ đến", "come")])))
    assert wire.sent == [
        ("text", 1, "Bác tên gì?\n1. Thôi\nBác nhắn một số.", []),
        ("text", 1, "Mời bà con\n- Tôi sẽ đến\nBác nhắn cả dòng.", []),
    ]
    async with db.read() as tx:
        asked = await conversation_of(tx, 1)
        assert [chosen(asked, typed) for typed in ("1", "2", "toi se den")] == ["stop", None, "come"]


async def test_labels_that_are_digits_are_not_listed_again(db: Database) -> None:
    bot, wire = plain(db)
    await bot(SendMessage(chat_id=1, text="1. Thôn mẫu 1\n0. Chỗ khác", reply_markup=grid([("1", "a"), ("0", "b")], 2)))
    assert wire.sent == [("text", 1, "1. Thôn mẫu 1\n0. Chỗ khác", [])]
    options = [["1", "a"], ["0", "b"]]
    assert await menu(db) == {"numbered": True, "options": options, "offered_at": START.isoformat()}


async def test_links_among_buttons_are_written_out_and_not_numbered(db: Database) -> None:
    markup = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text="Trang xã", url="https://example.org/?a=1&b=2")],
            [InlineKeyboardButton(text="Rõ rồi", callback_data="ok")],
        ]
    )
    (bot, wire), (rich_bot, rich_wire) = plain(db), rich(db)
    await bot(SendMessage(chat_id=1, text="Xem", reply_markup=markup))
    await rich_bot(SendMessage(chat_id=1, text="Xem", reply_markup=markup))
    link = "Trang xã: https://example.org/?a=1"
    assert wire.sent == [("text", 1, f"Xem\n{link}&b=2\n1. Rõ rồi\nBác nhắn một số.", [])]
    assert rich_wire.sent == [("text", 1, f"Xem\n{link}&amp;b=2", [[Option("Rõ rồi", "ok")]])]


async def test_native_buttons_and_html_pass_as_they_are_and_take_no_number(db: Database) -> None:
    bot, wire = rich(db)
    await bot(SendMessage(chat_id=1, text="Bác <b>có cho</b> không?", reply_markup=KEYS))
    await bot(SendMessage(chat_id=1, text="2 < 3", parse_mode=None))
    lines = [[Option("Đồng ý", "yes"), Option("Đọc kỹ", "read")], [Option("Không, xoá đi", "no")]]
    assert wire.sent == [("text", 1, "Bác <b>có cho</b> không?", lines), ("text", 1, "2 &lt; 3", [])]
    async with db.read() as tx:
        asked = await conversation_of(tx, 1)
        assert [chosen(asked, typed) for typed in ("dong y", "1", "3")] == ["yes", None, None]


async def test_native_buttons_of_a_reply_stand_in_its_menu_and_change_nothing(db: Database) -> None:
    bot, _ = rich(db)
    async with db.write() as tx:
        asked = await conversation_of(tx, 1)
        open_menu(asked, [Option("Đồng ý", "yes"), Option("Thôi", "stop")], tx.now, numbered=False)
    before = await menu(db)
    await bot(SendMessage(chat_id=1, text="Gửi chứ?", reply_markup=keyboard([("Đồng ý", "yes"), ("Thôi", "stop")])))
    assert await menu(db) == before


async def test_text_longer_than_the_wire_is_sent_in_parts_with_the_numbers_last(db: Database) -> None:
    bot, wire = plain(db, limit=80)
    message = await bot(SendMessage(chat_id=1, text="Đoạn một của bài.\n\nĐoạn hai của bài.", reply_markup=KEYS))
    assert wire.sent == [
        ("text", 1, "Đoạn một của bài.", []),
        ("text", 1, f"Đoạn hai của bài.\n{NUMBERED}", []),
    ]
    assert message.message_id == 101


@pytest.mark.parametrize("abilities", ["plain", "rich"])
async def test_edit_changes_the_message_or_sends_a_new_one(db: Database, abilities: str) -> None:
    bot, wire = plain(db) if abilities == "plain" else rich(db)
    changed = await bot(EditMessageText(chat_id=1, message_id=7, text="<i>Mới</i>", reply_markup=KEYS))
    assert not isinstance(changed, bool)
    if abilities == "plain":
        assert wire.sent == [("text", 1, f"Mới\n{NUMBERED}", [])]
        assert changed.message_id == 100
    else:
        lines = [[Option("Đồng ý", "yes"), Option("Đọc kỹ", "read")], [Option("Không, xoá đi", "no")]]
        assert wire.sent == [("edit", 1, 7, "<i>Mới</i>", lines)]
        assert changed.message_id == 7


async def test_edit_of_buttons_alone_keeps_the_text(db: Database) -> None:
    bot, wire = rich(db)
    await bot(EditMessageReplyMarkup(chat_id=1, message_id=7, reply_markup=grid([("1", "a")], 1)))
    await bot(EditMessageReplyMarkup(chat_id=1, message_id=7))
    assert wire.sent == [("edit", 1, 7, None, [[Option("1", "a")]]), ("edit", 1, 7, None, [])]


async def test_edit_of_buttons_alone_without_edits_says_the_new_options(db: Database) -> None:
    bot, wire = plain(db)
    await bot(EditMessageReplyMarkup(chat_id=1, message_id=7, reply_markup=KEYS))
    await bot(EditMessageReplyMarkup(chat_id=1, message_id=7))
    assert wire.sent == [("text", 1, NUMBERED, [])]


@pytest.mark.parametrize(
    ("method", "file"),
    [
        (
            SendPhoto(chat_id=1, photo=BufferedInputFile(b"P", "anh.png"), caption="<b>Ảnh</b>"),
            SentFile(Kind.PHOTO, b"P", "anh.png", "image/png"),
        ),
        (
            SendDocument(chat_id=1, document=BufferedInputFile(b"D", "don.pdf"), caption="<b>Ảnh</b>"),
            SentFile(Kind.DOCUMENT, b"D", "don.pdf", "application/pdf"),
        ),
        (
            SendVoice(chat_id=1, voice=BufferedInputFile(b"V", "loi"), caption="<b>Ảnh</b>"),
            SentFile(Kind.VOICE, b"V", "loi", "application/octet-stream"),
        ),
    ],
)
async def test_files_go_with_their_bytes_and_a_plain_caption(db: Database, method: Any, file: SentFile) -> None:
    bot, wire = plain(db)
    await bot(method)
    assert wire.sent == [("file", 1, file, "Ảnh", [])]


async def test_caption_longer_than_the_wire_follows_its_file(db: Database) -> None:
    bot, wire = plain(db, limit=10)
    await bot(SendPhoto(chat_id=1, photo=BufferedInputFile(b"P", "a.jpg"), caption="Một hai ba bốn"))
    file = SentFile(Kind.PHOTO, b"P", "a.jpg", "image/jpeg")
    assert wire.sent == [("file", 1, file, "", []), ("text", 1, "Một hai ba", []), ("text", 1, "bốn", [])]


async def test_file_by_its_id_is_refused(db: Database) -> None:
    bot, _ = plain(db)
    with pytest.raises(UnsupportedMethod, match="SendPhoto by file id"):
        await bot(SendPhoto(chat_id=1, photo="AgAC"))


async def test_callback_answer_is_a_message_only_as_an_alert(db: Database) -> None:
    bot, wire = rich(db)
    query_id = wire.callback_id(1, "u1")
    assert await bot(AnswerCallbackQuery(callback_query_id=query_id, text="Xong", show_alert=True)) is True
    assert await bot(AnswerCallbackQuery(callback_query_id=query_id, text="a < b")) is True
    assert await bot(AnswerCallbackQuery(callback_query_id=query_id)) is True
    assert wire.sent == [("text", 1, "Xong", [])]


async def test_typing_and_reactions_reach_the_wire(db: Database) -> None:
    bot, wire = plain(db)
    assert await bot(SendChatAction(chat_id=1, action="typing")) is True
    assert await bot(SetMessageReaction(chat_id=1, message_id=5, reaction=[ReactionTypeEmoji(emoji="👍")])) is True
    assert await bot(SetMessageReaction(chat_id=1, message_id=5)) is True
    assert wire.sent == [("typing", 1), ("react", 1, 5, "👍"), ("react", 1, 5, None)]


async def test_commands_and_get_me_need_no_wire(db: Database) -> None:
    bot, wire = plain(db)
    assert await bot(SetMyCommands(commands=[BotCommand(command="gopy", description="Gửi ý kiến")])) is True
    assert await bot(DeleteMyCommands()) is True
    assert await bot(GetMe()) == User(id=1, is_bot=True, first_name="wire")
    assert wire.sent == []


async def test_method_without_a_counterpart_is_named(db: Database) -> None:
    bot, _ = plain(db)
    with pytest.raises(UnsupportedMethod, match="SendLocation"):
        await bot(SendLocation(chat_id=1, latitude=1.0, longitude=2.0))


async def test_wire_with_html_cannot_have_a_limit(db: Database) -> None:
    with pytest.raises(ValueError, match="limit"):
        Wire(db, Features(buttons=None, edits=True, html=True, text=10))


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("ngắn", 10, ["ngắn"]),
        ("", 10, [""]),
        ("đoạn một\n\nđoạn hai", 12, ["đoạn một", "đoạn hai"]),
        ("dòng một\ndòng hai", 12, ["dòng một", "dòng hai"]),
        ("một hai ba", 7, ["một hai", "ba"]),
        ("dàilắmkhôngcách", 5, ["dàilắ", "mkhôn", "gcách"]),
    ],
)
def test_split(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


@given(text=st.text(alphabet="aâ \n👍", max_size=300), limit=st.integers(1, 40))
def test_split_loses_nothing_and_keeps_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part) <= limit for part in parts)
    assert all(parts) or parts == [""]


async def test_place_on_a_map_is_its_name_and_a_link(db: Database) -> None:
    for open_ in (plain, rich):
        bot, wire = open_(db)
        await bot(SendVenue(chat_id=1, latitude=21.85, longitude=106.76, title="Hội trường & sân", address="xã mẫu"))
        joint, amp = ("&amp;", "&amp;") if wire.features.html else ("&", "&")
        link = f"https://www.google.com/maps/search/?api=1{amp}query=21.85,106.76"
        assert wire.sent == [("text", 1, f"Hội trường {joint} sân, xã mẫu\n{link}", [])]
