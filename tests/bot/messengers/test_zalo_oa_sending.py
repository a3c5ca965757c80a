"""What the Official Account makes of Bot API calls, and what each answer of the platform means to the courier."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramUnauthorizedError
from aiogram.methods import (
    DeleteMessage,
    EditMessageText,
    GetMe,
    SendChatAction,
    SendMessage,
    SetMessageReaction,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    ReplyParameters,
    User,
)
from structlog.testing import capture_logs

from bot.messengers.base import UnsupportedMethod
from bot.messengers.zalo import number_of
from bot.messengers.zalo_oa_platform import CODES
from bot.verdicts import Late
from handlers.keyboards import keyboard
from storage.models import Priority
from storage.outbox import Delivery
from tests.bot.messengers.oa_line import HER, OaLine, open_oa_line
from tests.bot.parts import sql
from tests.doubles.zalo_oa import APP_ID, Fault
from tests.phones import picture
from tests.texts import words

CS = "/v3.0/oa/message/cs"


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[OaLine]:
    async with open_oa_line(tmp_path) as line:
        yield line


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


async def test_record_that_refuses_while_a_template_is_thought_of_leaves_it_for_later(line: OaLine) -> None:
    account, her = line.account(template_id="tpl-1"), await line.chat()
    await sql(line.db, "ALTER TABLE native_message RENAME TO away")
    with capture_logs() as logs:
        told = await account.tell_late(
            Delivery(1, her, HER, "vi", False, Priority.ANSWER, "answer", None, {}, 1, None, 0, False)
        )
    assert (told, line.oa.messages(HER)) == (Late.AGAIN, [])
    assert [(each["event"], each["error"]) for each in logs] == [("zalo_oa.template", "OperationalError")]
