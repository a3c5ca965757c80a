"""What the Official Account shows of a photo or document: uploaded once, or an address, or a sentence."""

import asyncio
import io
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.methods import (
    SendDocument,
    SendPhoto,
)
from aiogram.types import (
    BufferedInputFile,
)
from PIL import Image

from bot.messengers.sent import Sent
from bot.messengers.zalo import number_of
from handlers.keyboards import keyboard
from tests.bot.messengers.oa_line import HER, HIM, SITE, OaLine, open_oa_line
from tests.doubles.zalo_oa import Fault
from tests.phones import picture


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
    sent = await bot(SendPhoto(chat_id=her, photo=jpeg(photo), caption="KX-1", reply_markup=keyboard([("A", "a")])))
    shown, buttons = line.oa.messages(HER)
    assert isinstance(sent, Sent)
    assert (*sent.earlier, sent.message_id) == (number_of(shown.message_id), number_of(buttons.message_id))
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
