"""What the Official Account makes of Bot API calls, and what each answer of the platform means to the courier."""

import asyncio
import io
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramUnauthorizedError
from aiogram.methods import (
    DeleteMessage,
    EditMessageText,
    GetMe,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    SetMessageReaction,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    ReplyParameters,
    User,
)
from PIL import Image
from sqlalchemy import select

from bot.courier import Courier
from bot.messengers.base import UnsupportedMethod
from bot.messengers.zalo import number_of
from bot.messengers.zalo_oa_platform import CODES
from bot.pacing import Pacer
from handlers.keyboards import keyboard
from storage import outbox, people
from storage.models import Account
from storage.people import load_callers
from tests.bot.messengers.oa_line import HER, HIM, SITE, OaLine, open_oa_line
from tests.bot.parts import eventually, running, sql
from tests.bot.post import Spoken
from tests.doubles.zalo_oa import APP_ID, Call, Fault
from tests.phones import picture
from tests.texts import words

CS = "/v3.0/oa/message/cs"


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[OaLine]:
    async with open_oa_line(tmp_path) as line:
        yield line


def jpeg(content: bytes) -> BufferedInputFile:
    return BufferedInputFile(content, "KX-1.jpg")


def large_photo() -> bytes:
    """A picture of noise, which no compression makes small."""
    noise = random.Random(1).randbytes(1200 * 1200 * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (1200, 1200), noise).save(out, "JPEG", quality=95)
    return out.getvalue()


async def test_text_loses_its_html_and_has_native_buttons(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    sent = await bot(
        SendMessage(
            chat_id=her, text="<b>Bác</b> chọn:", reply_markup=keyboard([("Đồng ý", "r:yes"), ("Không", "r:no")])
        )
    )
    shown = line.oa.last(HER)
    assert (shown.text, sent.message_id) == ("Bác chọn:", number_of(shown.message_id))
    assert shown.buttons == [
        ("Đồng ý", "#cb:r:yes", "oa.query.hide"),
        ("Không", "#cb:r:no", "oa.query.hide"),
    ]


async def test_sixth_button_makes_them_numbers_that_a_number_picks(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    await bot(
        SendMessage(chat_id=her, text="Chọn:", reply_markup=keyboard([(f"Thôn {n}", f"r:{n}") for n in "abcdef"]))
    )
    hint = words().say("vi").plain("menu-hint")
    options = "\n".join(f"{place}. Thôn {name}" for place, name in enumerate("abcdef", 1))
    assert (line.oa.last(HER).text, line.oa.last(HER).buttons) == (f"Chọn:\n{options}\n{hint}", [])
    ((menu,),) = await sql(line.db, "SELECT menu ->> '$.numbered' FROM conversation")
    assert menu == 1


async def test_button_with_an_address_opens_it(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    buttons = [[InlineKeyboardButton(text="Mở", url="https://xa.example/a")]]
    await bot(SendMessage(chat_id=her, text="Xem", reply_markup=InlineKeyboardMarkup(inline_keyboard=buttons)))
    assert line.oa.last(HER).buttons == [("Mở", {"url": "https://xa.example/a"}, "oa.open.url")]
    assert line.oa.last(HER).text == "Xem"


CALL = InlineKeyboardButton(text="Gọi xã", url="tel:+84205000000")
OPEN = InlineKeyboardButton(text="Mở", url="https://xa.example/a")


def tap(label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=data)


def under(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[each] for each in buttons])


async def test_button_with_a_number_calls_it_and_is_the_first_to_go_where_there_is_no_room(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    taps = [tap(f"Việc {each}", f"r:{each}") for each in "abcde"]
    for buttons in ([*taps[:4], CALL], [*taps, CALL], [*taps, tap("Việc g", "r:g"), CALL], [CALL]):
        await bot(SendMessage(chat_id=her, text="Gọi 0205 000 000", reply_markup=under(*buttons)))
    calls = [[kind for *_, kind in shown.buttons].count("oa.open.phone") for shown in line.oa.messages(HER)]
    numbered, alone = line.oa.messages(HER)[2:]
    assert (calls, [len(shown.buttons) for shown in line.oa.messages(HER)]) == ([1, 0, 0, 1], [5, 5, 0, 1])
    assert alone.buttons == [("Gọi xã", {"phone_code": "84205000000"}, "oa.open.phone")]
    assert "Gọi xã" not in numbered.text


@pytest.mark.parametrize("code", [-201, -224])
async def test_account_that_takes_no_buttons_gets_numbers_for_a_week_whichever_process_asks(
    line: OaLine, code: int
) -> None:
    her = await line.chat()
    line.oa.script(CS, Fault.status(code, "buttons"))
    choice = SendMessage(chat_id=her, text="Chọn:", reply_markup=keyboard([("Đồng ý", "r:yes"), ("Không", "r:no")]))
    for _ in range(2):
        await line.account().bot(choice)
    hint = words().say("vi").plain("menu-hint")
    assert line.oa.shown(HER) == [f"Chọn:\n1. Đồng ý\n2. Không\n{hint}"] * 2
    assert len(line.oa.calls(CS)) == 3
    line.time.skip(7 * 24 * 3600)
    await line.chat()
    await line.accounts[-1].bot(choice)
    assert [title for title, *_ in line.oa.last(HER).buttons] == ["Đồng ý", "Không"]


async def test_account_that_takes_no_buttons_that_open_something_keeps_the_others(line: OaLine) -> None:
    line.oa.links = False
    bot, her = line.account().bot, await line.chat()
    for buttons in ([tap("Rõ", "r:yes"), OPEN, CALL], [tap("Rõ", "r:yes"), OPEN, CALL], [OPEN]):
        await bot(SendMessage(chat_id=her, text="Xem", reply_markup=under(*buttons)))
    said = [(shown.text, [title for title, *_ in shown.buttons]) for shown in line.oa.messages(HER)]
    assert said == [("Xem\nMở: https://xa.example/a", ["Rõ"])] * 2 + [("Xem\nMở: https://xa.example/a", [])]
    assert len(line.oa.calls(CS)) == 4


async def test_link_alone_that_is_refused_is_a_line_and_no_reason_to_number_anything(line: OaLine) -> None:
    line.oa.links = False
    bot, her = line.account().bot, await line.chat()
    await bot(SendMessage(chat_id=her, text="Xem", reply_markup=under(OPEN)))
    await bot(SendMessage(chat_id=her, text="Chọn", reply_markup=under(tap("Rõ", "r:yes"))))
    said = [(shown.text, [title for title, *_ in shown.buttons]) for shown in line.oa.messages(HER)]
    assert said == [("Xem\nMở: https://xa.example/a", []), ("Chọn", ["Rõ"])]


async def test_button_is_cut_to_what_zalo_takes(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    await bot(SendMessage(chat_id=her, text="Chọn", reply_markup=under(tap("Đường " * 30, "r:" + "x" * 62))))
    ((title, payload, _),) = line.oa.last(HER).buttons
    assert (len(title), payload) == (100, "#cb:r:" + "x" * 62)


async def test_refusal_that_is_not_about_buttons_stays_one(line: OaLine) -> None:
    account, her = line.account(), await line.chat()
    line.oa.script(CS, Fault.status(-224, "plan"), times=None)
    with pytest.raises(Exception, match="-224") as raised:
        await account.bot(SendMessage(chat_id=her, text="a", reply_markup=keyboard([("A", "a")])))
    assert account.judge(raised.value).stops_messenger is not None
    line.oa.clear_faults()
    await account.bot(SendMessage(chat_id=her, text="a", reply_markup=keyboard([("A", "a")])))
    assert line.oa.last(HER).buttons != []


async def test_long_text_is_cut_between_paragraphs(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    paragraphs = [f"{number}" + " 🌾 lúa" * 120 for number in range(5)]
    await bot(SendMessage(chat_id=her, text="\n\n".join(paragraphs), reply_markup=keyboard([("A", "a")])))
    assert [part.split("\n\n") for part in line.oa.shown(HER)] == [paragraphs[:2], paragraphs[2:4], paragraphs[4:]]
    assert [len(message.buttons) for message in line.oa.messages(HER)] == [0, 0, 1]


async def test_sign_and_quotation_are_of_her_message_also_in_another_process(line: OaLine) -> None:
    async with line.hooked():
        said = await line.oa.text(HER, "Đường hỏng")
        album = await line.oa.image(HER, picture(), picture())
    ((her,),) = await sql(line.db, "SELECT id FROM account")
    msg_id, photos = said["message"]["msg_id"], album["message"]["msg_id"]
    after = line.account()
    for native in (msg_id, f"{photos}:1", "another"):
        await after.bot(
            SetMessageReaction(chat_id=her, message_id=number_of(native), reaction=[ReactionTypeEmoji(emoji="👍")])
        )
    reply = ReplyParameters(message_id=number_of(msg_id))
    await after.bot(SendMessage(chat_id=her, text="Nhận rồi", reply_parameters=reply))
    assert line.oa.reactions == [(HER, msg_id, "/-strong"), (HER, photos, "/-strong")]
    assert [(each.text, each.quotes) for each in line.oa.messages(HER)] == [("👍", ""), ("Nhận rồi", msg_id)]


async def test_change_is_said_anew_and_what_zalo_cannot_do_raises(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    await bot(EditMessageText(chat_id=her, message_id=5, text="Mới"))
    with pytest.raises(UnsupportedMethod):
        await bot(DeleteMessage(chat_id=her, message_id=1))
    assert await bot(SendChatAction(chat_id=her, action="typing")) is True
    assert line.oa.shown(HER) == ["Mới"]


async def test_name_of_the_account(line: OaLine) -> None:
    assert await line.account().bot(GetMe()) == User(id=int(APP_ID), is_bot=True, first_name="UBND xã Mẫu")


UPLOAD = "/v2.0/oa/upload/image"


async def test_small_photo_goes_up_as_it_is_and_without_its_name(line: OaLine) -> None:
    bot, her, photo = line.account().bot, await line.chat(), picture()
    await bot(SendPhoto(chat_id=her, photo=BufferedInputFile(photo, "Bà Mẫu.jpg"), caption="KX-1 <i>ảnh</i>"))
    shown = line.oa.last(HER)
    assert (shown.kind, shown.text, shown.file) == ("image", "KX-1 ảnh", photo)
    (call,) = line.oa.calls(UPLOAD)
    assert call.params["file"].filename == "anh.jpg"


@pytest.mark.parametrize("code", [-210, -211])
async def test_photo_whose_upload_is_refused_goes_by_a_signed_address(line: OaLine, code: int) -> None:
    bot, her, photo = line.account().bot, await line.chat(), picture()
    await line.on_record(photo, "image/jpeg", "photo")
    line.oa.script(UPLOAD, Fault.status(code, "uploads"))
    await bot(SendPhoto(chat_id=her, photo=jpeg(photo), caption="KX-1", reply_markup=keyboard([("A", "a")])))
    shown, buttons = line.oa.messages(HER)
    assert (shown.kind, shown.text, shown.url.startswith(f"{SITE}/media/")) == ("image", "", True)
    assert (buttons.text, buttons.buttons) == ("KX-1", [("A", "#cb:a", "oa.query.hide")])


async def test_upload_is_used_again_by_the_next_process(line: OaLine) -> None:
    her, photo = await line.chat(), picture()
    for _ in range(2):
        await line.account().bot(SendPhoto(chat_id=her, photo=jpeg(photo)))
    assert len(line.oa.calls(UPLOAD)) == 1
    assert [shown.file for shown in line.oa.messages(HER)] == [photo, photo]


async def test_photo_of_a_broadcast_goes_up_once_for_all_who_are_told_at_once(line: OaLine) -> None:
    account, photo = line.account(), picture()
    chats = [await line.chat(str(9000 + number)) for number in range(8)]
    await asyncio.gather(*(account.bot(SendPhoto(chat_id=each, photo=jpeg(photo))) for each in chats))
    assert (len(line.oa.calls(UPLOAD)), len(line.oa.said)) == (1, 8)


async def test_upload_that_zalo_forgot_goes_up_anew(line: OaLine) -> None:
    bot, her, photo = line.account().bot, await line.chat(), picture()
    await bot(SendPhoto(chat_id=her, photo=jpeg(photo)))
    line.oa.uploads.clear()
    await bot(SendPhoto(chat_id=her, photo=jpeg(photo)))
    assert [shown.file for shown in line.oa.messages(HER)] == [photo, photo]
    assert len(line.oa.calls(UPLOAD)) == 2


async def test_large_photo_is_made_small_and_goes_up_once_for_all(line: OaLine) -> None:
    bot, photo = line.account().bot, large_photo()
    assert len(photo) > 1_000_000
    for who in (HER, HIM):
        await bot(SendPhoto(chat_id=await line.chat(who), photo=jpeg(photo), reply_markup=keyboard([("A", "a")])))
    picture_, buttons = line.oa.messages(HER)
    assert (picture_.kind, buttons.buttons) == ("image", [("A", "#cb:a", "oa.query.hide")])
    assert picture_.file is not None
    assert len(picture_.file) <= 1_000_000
    assert len(line.oa.calls(UPLOAD)) == 1
    line.time.skip(7 * 24 * 3600)
    await bot(SendPhoto(chat_id=await line.chat(), photo=jpeg(photo)))
    assert len(line.oa.calls(UPLOAD)) == 2


async def test_photo_goes_up_where_nobody_reaches_us(line: OaLine) -> None:
    bot, her, photo = line.account(site=None).bot, await line.chat(), picture()
    await bot(SendPhoto(chat_id=her, photo=jpeg(photo), caption="KX-1"))
    assert (line.oa.last(HER).kind, line.oa.last(HER).text) == ("image", "KX-1")


async def test_photo_that_is_none_becomes_a_sentence(line: OaLine) -> None:
    bot, her = line.account(site=None).bot, await line.chat()
    await bot(SendPhoto(chat_id=her, photo=jpeg(b"no picture"), caption="KX-1"))
    assert line.oa.last(HER).text.startswith("KX-1\nCó tệp kèm")


async def test_document_goes_up_and_another_type_is_an_address(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    await line.on_record(b"PK xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "document")
    await bot(SendDocument(chat_id=her, document=BufferedInputFile(b"%PDF-1", "Ke hoach.pdf"), caption="KX-1"))
    await bot(SendDocument(chat_id=her, document=BufferedInputFile(b"PK xlsx", "Bang.xlsx"), caption="KX-1"))
    await bot(SendDocument(chat_id=her, document=BufferedInputFile(b"PK zip", "du-lieu.zip"), caption="Dữ liệu"))
    words_, file, address, made = line.oa.messages(HER)
    assert (words_.text, file.kind, file.file) == ("KX-1", "file", b"%PDF-1")
    assert address.text.startswith(f"KX-1\nTệp, mở được trong 3 ngày: {SITE}/media/")
    assert made.text.startswith(f"Dữ liệu\nTệp, mở được trong 3 ngày: {SITE}/media/")
    assert made.text.endswith(".zip")


async def test_document_too_large_to_go_up_is_an_address(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    large = b"%PDF-1" + b"x" * 5_000_000
    await bot(SendDocument(chat_id=her, document=BufferedInputFile(large, "Ke hoach.pdf"), caption="KX-1"))
    assert f"{SITE}/media/" in line.oa.last(HER).text
    assert line.oa.calls("/v2.0/oa/upload/file") == []


async def test_document_is_a_sentence_where_nobody_reaches_us(line: OaLine) -> None:
    bot, her = line.account(site=None).bot, await line.chat()
    await bot(SendDocument(chat_id=her, document=BufferedInputFile(b"PK zip", "du-lieu.zip"), caption="Dữ liệu"))
    assert line.oa.last(HER).text.startswith("Dữ liệu\nCó tệp kèm")


async def test_nobody_behind_the_account_is_a_bad_request(line: OaLine) -> None:
    her = await line.chat()
    await sql(line.db, "UPDATE account SET native_id = NULL")
    for chat_id in (her, 99):
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await line.account().bot(SendMessage(chat_id=chat_id, text="a"))
    assert line.oa.calls(CS) == []


# What each answer means

MEANT = {
    -32: "queued, muted for 60 s",
    -201: "failed",
    -204: "queued, stops",
    -205: "queued, stops",
    -209: "queued, stops",
    -210: "failed",
    -211: "held",
    -212: "queued, stops",
    -213: "unreachable",
    -216: "queued, stops",
    -217: "unreachable",
    -218: "held",
    -220: "queued, stops",
    -221: "queued, stops",
    -223: "queued, stops",
    -224: "queued, stops",
    -227: "unreachable",
    -230: "held",
    -232: "held",
    -233: "failed",
    -234: "held",
    -240: "failed",
    -242: "queued, stops",
    -244: "failed",
    -248: "failed",
    -305: "held",
    -311: "held",
    -320: "held",
    -321: "held",
    -9999: "queued",
}
FAULTS = [
    *((Fault.status(code, "?"), meant) for code, meant in MEANT.items()),
    (Fault("html", 502), "queued"),
    (Fault("html", 200), "queued"),
    (Fault("reset"), "unknown"),
    (Fault("lost"), "unknown"),
]


@pytest.mark.parametrize(("fault", "meant"), FAULTS, ids=str)
async def test_each_fault_means_one_outcome(line: OaLine, fault: Fault, meant: str) -> None:
    account, her = line.account(), await line.chat()
    line.oa.script(CS, fault, times=2 if fault.code in {-216, -220} else 1)
    with pytest.raises(Exception, match=r".") as raised:
        await account.bot(SendMessage(chat_id=her, text="a"))
    verdict = account.judge(raised.value)
    muted = f", muted for {verdict.mute_seconds:.0f} s" if verdict.mute_seconds else ""
    assert f"{verdict.state}{', stops' if verdict.stops_messenger else ''}{muted}" == meant
    assert line.oa.access_token() not in f"{raised.value} {raised.value!r}"


def test_each_code_has_its_source() -> None:
    assert set(CODES) == set(MEANT) - {-9999}
    assert all(each.source for each in CODES.values())


async def test_token_that_ended_early_is_renewed_and_the_message_goes(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    await bot(SendMessage(chat_id=her, text="một"))
    line.oa.expire()
    await bot(SendMessage(chat_id=her, text="hai"))
    assert line.oa.shown(HER) == ["một", "hai"]
    assert len(line.oa.refreshes) == 2


async def test_token_that_was_revoked_stops_the_account_and_says_so(line: OaLine) -> None:
    account, her = line.account(), await line.chat()
    await account.bot(SendMessage(chat_id=her, text="một"))
    line.oa.revoke()
    with pytest.raises(TelegramUnauthorizedError) as raised:
        await account.bot(SendMessage(chat_id=her, text="hai"))
    assert account.judge(raised.value).stops_messenger is not None
    assert account.trouble() == "the refresh token is refused, nothing is sent"


async def queue(line: OaLine, *texts: str) -> None:
    async with line.db.write() as tx:
        for owner in (await tx.session.scalars(select(Account).order_by(Account.id))).all():
            for text in texts:
                outbox.queue_reply(tx, owner, "sendMessage", {"text": text})


async def states(line: OaLine) -> list[str]:
    return [state for (state,) in await sql(line.db, "SELECT state FROM outbox ORDER BY id")]


async def test_token_revoked_in_the_middle_of_a_broadcast_keeps_the_rest_for_the_next_consent(line: OaLine) -> None:
    for number in range(6):
        await line.chat(str(9000 + number))
    await queue(line, "Mời họp")
    account = line.account()
    courier = Courier(line.db, [account], Spoken(line.folder), line.time.monotonic)
    async with running(courier):
        await line.oa.wait(lambda: len(line.oa.said) >= 2)
        line.oa.revoke()
        line.time.skip(60)
        line.db.wake("outbox")
        await eventually(lambda: _stopped(courier))
    sent = len(line.oa.said)
    assert 2 <= sent < 6
    assert (await states(line)).count("queued") == 6 - sent
    line.refresh_token = line.oa.consent()
    mended = Courier(line.db, [line.account()], Spoken(line.folder), line.time.monotonic)
    mended.lanes["zalo_oa"].pacer = Pacer(None)
    async with running(mended):
        await eventually(lambda: states(line), lambda found: found == ["sent"] * 6)
    assert sorted(message.user_id for message in line.oa.said) == [str(9000 + number) for number in range(6)]


async def _stopped(courier: Courier) -> str | None:
    return courier.lanes["zalo_oa"].stopped


async def test_broadcast_waits_while_the_oauth_server_is_down_and_goes_on_after_an_hour(line: OaLine) -> None:
    chats = [str(9000 + number) for number in range(4)]
    account = line.account()
    await account.tokens.current()
    line.time.skip(26 * 3600)
    line.oa.script("/v4/oa/access_token", Fault("html", 503), times=None)
    for who in chats:
        await line.chat(who)
    await queue(line, "Mời họp")
    courier = Courier(line.db, [account], Spoken(line.folder), line.time.monotonic)
    courier.lanes["zalo_oa"].pacer = Pacer(None)
    async with running(courier):
        for _ in range(4):
            tried = len(line.oa.refreshes)
            await line.oa.wait(lambda tried=tried: len(line.oa.refreshes) > tried)  # type: ignore[misc]
            await eventually(lambda: states(line), lambda found: found == ["queued"] * 4)
            line.time.skip(15 * 60)
            line.db.wake("outbox")
        assert (line.oa.said, courier.lanes["zalo_oa"].stopped) == ([], None)
        line.oa.clear_faults()
        line.time.skip(60)
        line.db.wake("outbox")
        await eventually(lambda: states(line), lambda found: found == ["sent"] * 4)
    assert sorted(message.user_id for message in line.oa.said) == chats
    assert set(line.oa.refreshes) == {line.oa.refreshes[1]} | {line.refresh_token}


async def test_quota_used_up_halfway_holds_the_rest_and_her_next_word_frees_it(line: OaLine) -> None:
    line.oa.included = 1
    async with line.hooked() as account:
        await line.chat(HER)
        await line.chat(HIM)
        line.time.skip(3 * 24 * 3600)
        await queue(line, "Mời họp")
        courier = Courier(line.db, [account], Spoken(line.folder), line.time.monotonic)
        courier.lanes["zalo_oa"].pacer = Pacer(None)
        async with running(courier):
            await eventually(lambda: states(line), lambda found: sorted(found) == ["held", "sent"])
            (reached,) = [message.user_id for message in line.oa.said]
            (missed,) = {HER, HIM} - {reached}
            await line.oa.text(missed, "chào")
            await eventually(lambda: states(line), lambda found: found == ["sent", "sent"])
    assert line.oa.shown(missed) == ["Mời họp"]


# When she last did something


SOON = timedelta(minutes=1)


@pytest.mark.parametrize(("code", "believed"), [(-230, timedelta(days=7)), (-232, None)])
async def test_refusal_corrects_what_the_record_believes_of_her_window(
    line: OaLine, code: int, believed: timedelta | None
) -> None:
    account, her = line.account(), await line.chat()
    await line.chat(HIM)
    line.oa.script(CS, Fault.status(code, "no interaction"))
    with pytest.raises(Exception, match=str(code)):
        await account.bot(SendMessage(chat_id=her, text="a"))
    async with line.db.read() as tx:
        hers, his = (await tx.session.scalars(select(Account.last_interaction_at).order_by(Account.id))).all()
    assert his is not None
    assert line.db.now() - his < SOON
    quiet = None if hers is None else line.db.now() - hers
    assert quiet is None if believed is None else quiet is not None and timedelta(0) <= quiet - believed < SOON


async def test_refusal_that_her_next_word_has_overtaken_holds_nothing(line: OaLine) -> None:
    async with line.hooked() as account:
        await line.oa.text(HER, "chào")
        await queue(line, "Mời họp")

        async def she_writes(call: Call) -> None:
            if call.method == CS:
                line.oa.before = None
                line.time.skip(1)
                await line.oa.text(HER, "KX-1")

        line.oa.before = she_writes
        line.oa.script(CS, Fault.status(-230, "7 days"))
        courier = Courier(line.db, [account], Spoken(line.folder), line.time.monotonic)
        async with running(courier):
            await line.oa.wait(lambda: line.oa.calls(CS))
            await eventually(lambda: states(line), lambda found: found == ["queued"])
            line.time.skip(60)
            line.db.wake("outbox")
            await eventually(lambda: states(line), lambda found: found == ["sent"])
    assert line.oa.shown(HER) == ["Mời họp"]


async def test_account_from_before_is_asked_for_before_it_is_held(line: OaLine) -> None:
    chats = {who: await line.chat(who) for who in (HER, HIM, "9001")}
    async with line.db.write() as tx:
        for who, caller in (await load_callers(tx, "zalo_oa", list(chats))).items():
            people.consent(tx, caller.account, "1")
            caller.account.last_interaction_at = None
            assert caller.account.id == chats[who]
    line.oa.people[HER].last_interaction -= timedelta(days=2)
    del line.oa.people[HIM]
    account, stopping = line.account(), asyncio.Event()
    tending = asyncio.create_task(account.receive(stopping))
    await eventually(
        lambda: sql(line.db, "SELECT id FROM account WHERE last_interaction_at IS NULL"),
        lambda rows: rows == [(chats[HIM],)],
    )
    await line.oa.wait(lambda: len(line.oa.calls("/v3.0/oa/quota/message")) == 3)
    stopping.set()
    await tending
    assert timedelta(days=2) <= await line.quiet_for() < timedelta(days=2) + SOON
