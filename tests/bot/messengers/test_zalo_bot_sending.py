"""What a Zalo bot makes of Bot API calls, and what each answer of the platform means to the courier."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    GetMe,
    SendChatAction,
    SendDocument,
    SendLocation,
    SendMessage,
    SendPhoto,
    SetMessageReaction,
    SetMyCommands,
)
from aiogram.types import BotCommand, BufferedInputFile, ReactionTypeEmoji, User
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.courier import Courier
from bot.messengers.base import UnsupportedMethod
from bot.messengers.zalo import number_of
from bot.pacing import Pacer
from bot.verdicts import judge
from handlers.keyboards import keyboard
from storage import outbox
from storage.models import Account
from tests.bot.messengers.zalo_line import HER, SITE, Line, chat, open_line
from tests.bot.parts import eventually, running, sql
from tests.bot.post import Spoken
from tests.doubles.zalo_bot import Fault, person
from tests.phones import picture
from tests.processes import free_port
from tests.texts import words


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with open_line(tmp_path) as line:
        yield line


def jpeg(content: bytes) -> BufferedInputFile:
    return BufferedInputFile(content, "KX-1.jpg")


async def test_text_loses_its_html_and_gets_numbers(line: Line) -> None:
    bot, her = line.bot().bot, await chat(line)
    markup = keyboard([("Đồng ý", "yes"), ("Không", "no")])
    sent = await bot(
        SendMessage(chat_id=her, text='<b>Bác</b> &lt;1&gt; <a href="https://xa.example">xem</a>', reply_markup=markup)
    )
    shown = line.zalo.last(HER)
    hint = words().say("vi").plain("menu-hint")
    assert shown.text == f"Bác <1> xem (https://xa.example)\n1. Đồng ý\n2. Không\n{hint}"
    assert (sent.message_id, sent.chat.id) == (number_of(shown.message_id), her)
    assert await line.counted() == 1


async def test_message_that_could_not_be_counted_is_out_all_the_same(line: Line) -> None:
    bot, her = line.bot().bot, await chat(line)
    await sql(line.db, "ALTER TABLE counter RENAME TO away")
    with capture_logs() as logs:
        sent = await bot(SendMessage(chat_id=her, text="Chào bác"))
    assert sent.message_id == number_of(line.zalo.last(HER).message_id)
    assert [(each["event"], each["error"]) for each in logs] == [("zalo_bot.not_counted", "OperationalError")]


async def test_long_text_is_cut_between_paragraphs(line: Line) -> None:
    bot, her = line.bot().bot, await chat(line)
    paragraphs = [f"{number}" + " 🌾 lúa" * 120 for number in range(5)]
    await bot(SendMessage(chat_id=her, text="\n\n".join(paragraphs)))
    assert [part.split("\n\n") for part in line.zalo.shown(HER)] == [
        paragraphs[:2],
        paragraphs[2:4],
        paragraphs[4:],
    ]
    assert await line.counted() == 3


async def test_change_that_asks_something_is_said_anew_and_a_change_of_nothing_is_not(line: Line) -> None:
    bot, her = line.bot().bot, await chat(line)
    await bot(EditMessageText(chat_id=her, message_id=5, text="Mới"))
    assert await bot(AnswerCallbackQuery(callback_query_id=f"{her}:1", text="ừ")) is True
    assert await bot(SetMyCommands(commands=[BotCommand(command="a", description="b")])) is True
    assert line.zalo.shown(HER) == ["Mới"]


async def test_what_zalo_cannot_do_raises(line: Line) -> None:
    bot, her = line.bot().bot, await chat(line)
    with pytest.raises(UnsupportedMethod):
        await bot(DeleteMessage(chat_id=her, message_id=1))
    with pytest.raises(UnsupportedMethod):
        await bot(SendLocation(chat_id=her, latitude=1, longitude=1))
    assert line.zalo.calls() == []


async def test_sign_on_a_message_is_said_once_in_a_minute(line: Line) -> None:
    bot, her = line.bot().bot, await chat(line)

    async def nod(emoji: str) -> None:
        await bot(SetMessageReaction(chat_id=her, message_id=1, reaction=[ReactionTypeEmoji(emoji=emoji)]))

    for emoji in ("👍", "👍", "🙏", "👍"):
        await nod(emoji)
    assert line.zalo.shown(HER) == ["👍", "🙏"]
    line.time.skip(60)
    await nod("👍")
    assert line.zalo.shown(HER) == ["👍", "🙏", "👍"]


async def test_typing_and_the_name_of_the_bot(line: Line) -> None:
    bot, her = line.bot().bot, await chat(line)
    assert await bot(SendChatAction(chat_id=her, action="typing")) is True
    assert line.zalo.calls("sendChatAction")[0].params == {"chat_id": HER, "action": "typing"}
    assert await bot(GetMe()) == User(id=12345689, is_bot=True, first_name="Bot Xã Mẫu", username="bot.VDKyGxQvc")
    assert await line.counted() == 0


async def test_nobody_behind_the_account_is_a_bad_request(line: Line) -> None:
    her = await chat(line)
    await sql(line.db, "UPDATE account SET native_id = NULL")
    for chat_id in (her, 99):
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await line.bot().bot(SendMessage(chat_id=chat_id, text="a"))
    assert line.zalo.calls() == []


async def test_photo_on_record_goes_by_a_signed_address(line: Line) -> None:
    bot, her, photo = line.bot().bot, await chat(line), picture()
    await line.on_record(photo, "image/jpeg", "photo")
    await bot(SendPhoto(chat_id=her, photo=jpeg(photo), caption="KX-1 <i>ảnh</i>"))
    shown = line.zalo.last(HER)
    assert (shown.kind, shown.caption) == ("photo", "KX-1 ảnh")
    assert shown.url.startswith(f"{SITE}/media/")
    assert shown.url.endswith(".jpg")
    await bot(SendPhoto(chat_id=her, photo=jpeg(photo)))
    assert "caption" not in line.zalo.calls("sendPhoto")[1].params


@pytest.mark.parametrize("site", [None, "http://xa.example"])
async def test_photo_that_zalo_could_not_fetch_becomes_a_sentence(line: Line, site: str | None) -> None:
    bot, her, photo = line.bot(site=site).bot, await chat(line), picture()
    await line.on_record(photo, "image/jpeg", "photo")
    await bot(SendPhoto(chat_id=her, photo=jpeg(photo), caption="KX-1"))
    where = words().say("vi").plain("file-elsewhere", hotline="0205 000 000", address="trụ sở UBND xã")
    assert line.zalo.shown(HER) == [f"KX-1\n{where}"]


async def test_file_that_was_made_for_her_is_an_address_or_a_sentence_where_nobody_reaches_us(line: Line) -> None:
    her = await chat(line)
    export = SendDocument(chat_id=her, document=BufferedInputFile(b"PK zip", "du-lieu.zip"), caption="Dữ liệu")
    for site in (SITE, None):
        await line.bot(site=site).bot(export)
    address, elsewhere = line.zalo.shown(HER)
    assert address.startswith(f"Dữ liệu\nTệp, mở được trong 3 ngày: {SITE}/media/")
    assert address.endswith(".zip")
    assert elsewhere.startswith("Dữ liệu\nCó tệp kèm")


async def test_document_is_an_address_and_aac_a_voice(line: Line) -> None:
    bot, her = line.bot().bot, await chat(line)
    await line.on_record(b"%PDF-1", "application/pdf", "document")
    await line.on_record(b"\xff\xf1aac", "audio/aac", "voice")
    await bot(SendDocument(chat_id=her, document=BufferedInputFile(b"%PDF-1", "Ke hoach.pdf"), caption="KX-1"))
    await bot(SendDocument(chat_id=her, document=BufferedInputFile(b"\xff\xf1aac", "KX-1.aac"), caption="KX-1"))
    document, caption, voice = line.zalo.messages(HER)
    assert document.text.startswith(f"KX-1\nTệp, mở được trong 3 ngày: {SITE}/media/")
    assert document.text.endswith(".pdf")
    assert (caption.text, voice.kind) == ("KX-1", "voice")
    assert voice.url.endswith(".aac")


async def test_caption_that_is_too_long_follows_its_photo(line: Line) -> None:
    bot, her, photo = line.bot().bot, await chat(line), picture()
    await line.on_record(photo, "image/jpeg", "photo")
    await bot(SendPhoto(chat_id=her, photo=jpeg(photo), caption="lời " * 1000))
    assert [message.kind for message in line.zalo.messages(HER)] == ["photo", "text", "text", "text"]


FAULTS = [
    (Fault.status(400, "Bad Request"), "failed"),
    (Fault.status(401, "Unauthorized"), "queued, stops"),
    (Fault.status(403, "Internal server error"), "queued"),
    (Fault.status(404, "Not Found"), "failed"),
    (Fault.status(408, "Request timeout"), "unknown"),
    (Fault.status(418, "?"), "queued"),
    (Fault.status(426, "Upgrade Required"), "queued, muted for 60 s"),
    (Fault.status(429, "Quota exceeded"), "queued, muted for 60 s"),
    (Fault.status(500, "Internal"), "queued"),
    (Fault.status(504, "Timeout"), "queued"),
    (Fault("html", 502), "queued"),
    (Fault("html", 200), "queued"),
    (Fault("reset"), "unknown"),
    (Fault("lost"), "unknown"),
]


@pytest.mark.parametrize("in_body", [False, True])
@pytest.mark.parametrize(("fault", "meant"), FAULTS, ids=str)
async def test_each_fault_means_one_outcome(line: Line, fault: Fault, meant: str, in_body: bool) -> None:
    line.zalo.in_body = in_body
    bot, her = line.bot().bot, await chat(line)
    line.zalo.script("sendMessage", fault)
    with pytest.raises(Exception, match=r".") as raised:
        await bot(SendMessage(chat_id=her, text="a"))
    verdict = judge(raised.value)
    muted = f", muted for {verdict.mute_seconds:.0f} s" if verdict.mute_seconds else ""
    assert f"{verdict.state}{', stops' if verdict.stops_messenger else ''}{muted}" == meant
    assert line.zalo.token not in f"{raised.value} {raised.value!r}"
    assert await line.counted() == 0


async def test_server_that_is_not_there_leaves_the_message_for_later(line: Line) -> None:
    bot = line.bot(api_base=f"http://127.0.0.1:{free_port()}").bot
    with pytest.raises(Exception, match="ConnectError") as raised:
        await bot(SendMessage(chat_id=await chat(line), text="a"))
    verdict = judge(raised.value)
    assert (str(verdict.state), verdict.counts) == ("queued", False)


async def test_token_revoked_in_the_middle_of_a_broadcast_keeps_the_rest_for_the_next_one(line: Line) -> None:
    people_ = [person(number) for number in range(1, 7)]
    for who in people_:
        await chat(line, who)
    async with line.db.write() as tx:
        for owner in (await tx.session.scalars(select(Account))).all():
            outbox.queue_reply(tx, owner, "sendMessage", {"text": "Mời họp"})
    courier = Courier(line.db, [line.bot()], Spoken(line.folder), line.time.monotonic)
    async with running(courier):
        await line.zalo.wait(lambda: len(line.zalo.calls("sendMessage")) >= 2)
        line.zalo.revoke()
        line.time.skip(60)
        line.db.wake("outbox")
        await eventually(lambda: _stopped(courier))
    told = [who for who in people_ if line.zalo.messages(who)]
    assert 2 <= len(told) < 6
    line.zalo.revoked, line.zalo.token = False, "12345689:moi-xyz"
    mended = Courier(line.db, [line.bot()], Spoken(line.folder), line.time.monotonic)
    mended.lanes["zalo_bot"].pacer = Pacer(None)
    async with running(mended):
        await eventually(lambda: sql(line.db, "SELECT state FROM outbox"), lambda now: now == [("sent",)] * 6)
    assert [len(line.zalo.messages(who)) for who in people_] == [1] * 6


async def _stopped(courier: Courier) -> str | None:
    return courier.lanes["zalo_bot"].stopped


async def test_quota_used_up_halfway_holds_the_rest_until_there_is_more(line: Line) -> None:
    await chat(line)
    line.zalo.quota = 1
    async with line.db.write() as tx:
        owner = await tx.session.get_one(Account, 1)
        for text in ("một", "hai"):
            outbox.queue_reply(tx, owner, "sendMessage", {"text": text})
    courier = Courier(line.db, [line.bot()], Spoken(line.folder), line.time.monotonic)
    async with running(courier):
        await eventually(lambda: sql(line.db, "SELECT name FROM messenger WHERE muted_until IS NOT NULL"))
        line.zalo.quota = 9
        line.time.skip(58)
        line.db.wake("outbox")
        assert line.zalo.shown(HER) == ["một"]
        line.time.skip(3)
        line.db.wake("outbox")
        await eventually(lambda: sql(line.db, "SELECT state FROM outbox"), lambda now: now == [("sent",)] * 2)
    assert line.zalo.shown(HER) == ["một", "hai"]
    assert len(line.zalo.calls("sendMessage")) == 3


async def test_pauses_grow_while_the_quota_stays_used_up(line: Line) -> None:
    bot, her = line.bot().bot, await chat(line)
    pauses: list[int] = []
    line.zalo.script("sendMessage", Fault.status(429, "Quota exceeded"), times=8)
    for _ in range(8):
        with pytest.raises(TelegramRetryAfter) as raised:
            await bot(SendMessage(chat_id=her, text="a"))
        pauses.append(raised.value.retry_after)
    await bot(SendMessage(chat_id=her, text="a"))
    line.zalo.script("sendMessage", Fault.status(429, "Quota exceeded"))
    with pytest.raises(TelegramRetryAfter) as raised:
        await bot(SendMessage(chat_id=her, text="a"))
    assert (pauses, raised.value.retry_after) == ([60, 120, 240, 480, 960, 1920, 3600, 3600], 60)
