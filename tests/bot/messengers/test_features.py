"""What is declared of a messenger is what it does: each ability shown on its double, each limit passed by one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.methods import (
    EditMessageText,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVoice,
    SetMessageReaction,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
)

from bot.messengers.features import Bell, Features, Kind
from handlers.keyboards import keyboard
from storage import browsers
from storage.models import Account
from tests.bot.messengers.stands import AAC, STANDS, Shown, Stand
from tests.phones import picture

MANY = 40
"""More buttons than we ever show, where any number may stand."""
LONG = 12_000
"""A longer text than any of ours, where any may be said."""
PDF = b"%PDF-1.7"
FILES_OUT = [
    (Kind.PHOTO, picture(), "anh.jpg"),
    (Kind.VOICE, AAC, "loi.aac"),
    (Kind.VOICE, b"OggS" + b"\0" * 40, "loi.ogg"),
    (Kind.DOCUMENT, PDF, "don.pdf"),
    (Kind.DOCUMENT, PDF.ljust(5_000_000), "vua.pdf"),
    (Kind.DOCUMENT, PDF.ljust(5_000_001), "qua.pdf"),
    (Kind.DOCUMENT, b"PK\3\4", "so-lieu.xlsx"),
]


@pytest.fixture(params=STANDS)
async def stand(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stand]:
    async with STANDS[request.param](tmp_path) as stand:
        yield stand


@pytest.fixture
def can(stand: Stand) -> Features:
    return stand.messenger.features


def options(count: int, length: int = 8) -> InlineKeyboardMarkup:
    return keyboard([(f"Mục {number}".ljust(length, "."), f"x:{number}") for number in range(1, count + 1)])


async def offered(stand: Stand, markup: InlineKeyboardMarkup) -> Shown:
    await stand.say(SendMessage(chat_id=stand.chat, text="Chọn:", reply_markup=markup))
    return (await stand.shown())[-1]


async def test_so_many_buttons_are_its_own_and_one_more_makes_them_numbers(stand: Stand, can: Features) -> None:
    most = MANY if can.buttons is None else can.buttons
    labels = [f"Mục {number}".ljust(8, ".") for number in range(1, most + 1)]
    if most:
        native = await offered(stand, options(most))
        assert (native.text, native.options) == ("Chọn:", labels)
    if can.buttons is not None:
        numbered = await offered(stand, options(most + 1))
        listed = [f"{number}. {label}" for number, label in enumerate([*labels, f"Mục {most + 1}".ljust(8, ".")], 1)]
        assert (numbered.text.splitlines()[1:-1], numbered.options) == (listed, [])


async def test_label_is_cut_where_it_is_too_long(stand: Stand, can: Features) -> None:
    if can.numbered:
        assert (await offered(stand, options(1, 200))).text.splitlines()[1] == f"1. {'Mục 1'.ljust(200, '.')}"
        return
    (shown,) = (await offered(stand, options(1, 200))).options
    assert len(shown) == (can.label or 200)


async def test_address_stands_on_a_button_or_is_written_out(stand: Stand, can: Features) -> None:
    address = "https://xa.example/a"
    shown = await offered(stand, InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Mở", url=address)]]))
    assert (shown.links, f"Mở: {address}" in shown.text) == (([address], False) if can.link_buttons else ([], True))


async def test_number_stands_on_a_button_that_calls_it_or_in_the_text_alone(stand: Stand, can: Features) -> None:
    call = InlineKeyboardButton(text="Gọi xã", url="tel:+84205000000")
    shown = await offered(stand, InlineKeyboardMarkup(inline_keyboard=[[call]]))
    assert (shown.text, shown.calls) == ("Chọn:", ["84205000000"] if can.phone_buttons else [])


async def test_bold_is_bold_or_its_marks_are_gone(stand: Stand, can: Features) -> None:
    await stand.say(SendMessage(chat_id=stand.chat, text="<b>Mời họp</b> &amp; góp ý"))
    (shown,) = await stand.shown()
    assert shown.is_html is can.html
    assert can.html or shown.text == "Mời họp & góp ý"


async def test_edit_changes_the_message_or_says_it_anew(stand: Stand, can: Features) -> None:
    said = await stand.say(SendMessage(chat_id=stand.chat, text="trước"))
    await stand.say(EditMessageText(chat_id=stand.chat, message_id=said, text="sau"))
    assert [each.text for each in await stand.shown()] == (["sau"] if can.edits else ["trước", "sau"])


async def test_text_of_the_longest_is_one_message_and_longer_is_split(stand: Stand, can: Features) -> None:
    longest = can.text or LONG
    await stand.say(SendMessage(chat_id=stand.chat, text="a" * longest))
    assert [len(each.text) for each in await stand.shown()] == [longest]
    if can.text is not None:
        await stand.say(SendMessage(chat_id=stand.chat, text="a" * (longest + 1)))
        assert [len(each.text) for each in await stand.shown()] == [longest, longest, 1]


async def test_text_of_signs_that_count_double_is_split_as_well(stand: Stand) -> None:
    await stand.say(SendMessage(chat_id=stand.chat, text="🌾" * 2500))
    photo = BufferedInputFile(picture(), "anh.jpg")
    await stand.say(SendPhoto(chat_id=stand.chat, photo=photo, caption="🌾" * 1500))
    assert "".join(each.text for each in await stand.shown()) == "🌾" * 4000


async def test_caption_of_the_longest_stands_by_its_photo_and_a_longer_one_follows_it(
    stand: Stand, can: Features
) -> None:
    longest = can.caption or LONG

    async def pictured(caption: str) -> list[tuple[Kind | None, int]]:
        photo = BufferedInputFile(picture(), "anh.jpg")
        before = len(await stand.shown())
        await stand.say(SendPhoto(chat_id=stand.chat, photo=photo, caption=caption))
        return [(each.kind, len(each.text)) for each in (await stand.shown())[before:]]

    assert await pictured("a" * longest) == [(Kind.PHOTO, longest)]
    if can.caption is not None:
        (photo, bare), *words = await pictured("a" * (longest + 1))
        assert (photo, bare, {kind for kind, _ in words}) == (Kind.PHOTO, 0, {None})
        assert sum(length for _, length in words) == longest + 1


async def test_file_is_shown_as_what_it_is_or_is_a_link(stand: Stand, can: Features) -> None:
    for kind, content, name in FILES_OUT:
        file, before = BufferedInputFile(content, name), len(await stand.shown())
        match kind:
            case Kind.PHOTO:
                await stand.say(SendPhoto(chat_id=stand.chat, photo=file))
            case Kind.VOICE:
                await stand.say(SendVoice(chat_id=stand.chat, voice=file))
            case _:
                await stand.say(SendDocument(chat_id=stand.chat, document=file))
        (shown,) = (await stand.shown())[before:]
        is_shown = can.shows(kind, name.rpartition(".")[2].upper(), len(content))
        assert (shown.kind, "https://xa.example/" in shown.text) == ((kind, False) if is_shown else (None, True)), name


async def test_what_she_sends_comes_in_as_what_it_is_or_not_at_all(stand: Stand, can: Features) -> None:
    came = {kind for kind in Kind if await stand.send(kind) and kind.value in await stand.message()}
    assert came == can.takes


async def test_reply_says_to_what_she_replies(stand: Stand, can: Features) -> None:
    said = await stand.say(SendMessage(chat_id=stand.chat, text="Bác ở thôn nào?"))
    await stand.text("Thôn mẫu 3", replying=True)
    replied = (await stand.message()).get("reply_to_message", {}).get("message_id")
    assert replied == (said if can.replies else None)


async def test_sign_stands_on_her_message_or_is_said(stand: Stand, can: Features) -> None:
    await stand.text("Đường hỏng")
    hers = (await stand.message())["message_id"]
    await stand.say(SetMessageReaction(chat_id=stand.chat, message_id=hers, reaction=[ReactionTypeEmoji(emoji="👍")]))
    assert (len(await stand.signs()), [each.text for each in await stand.shown()]) == (
        (1, []) if can.reactions else (0, ["👍"])
    )


async def test_typing_is_shown_or_costs_nothing(stand: Stand, can: Features) -> None:
    await stand.say(SendChatAction(chat_id=stand.chat, action="typing"))
    assert (await stand.typings(), await stand.shown()) == (int(can.typing), [])


async def test_group_is_heard_or_left_alone(stand: Stand, can: Features) -> None:
    before = len(await stand.heard())
    await stand.in_group("/nhom")
    assert len(await stand.heard()) - before == int(can.groups)


async def test_chat_is_kept_to_what_it_takes(stand: Stand, can: Features) -> None:
    assert (stand.messenger.chat_limit("7"), stand.messenger.chat_limit("-7")) == (can.chat, can.group)


async def test_closed_page_is_called_where_that_is_how_she_hears(stand: Stand, can: Features) -> None:
    async with stand.db.write() as tx:
        account = await tx.session.get(Account, stand.chat if can.bell is not Bell.APP else 0)
        if account is not None:
            await browsers.subscribe(tx, account, "https://push.example/1", "key", "auth")
    await stand.say(SendMessage(chat_id=stand.chat, text="Có trả lời."))
    async with stand.db.read() as tx:
        assert bool(await browsers.due(tx, 10)) is (can.bell is Bell.PUSH)
