"""Every kind of notice: what it says, to whom it never goes, and what a batch costs."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram.methods import SendDocument, SendMessage, SendPhoto, SendVoice
from aiogram.types import BufferedInputFile, FSInputFile
from sqlalchemy import event

from handlers.notices import Later, Never, Rendered
from storage import announcements, answers, data, drafts, files, opinions, people
from storage.database import Transaction
from storage.files import IncomingFile
from storage.models import Official, Priority, Role
from storage.outbox import Delivery
from storage.people import Caller, load_callers
from tests.handlers.official.desk import CLERK, LEADER, RESIDENT, raise_opinion, revoke, take_office
from tests.phones import Room, picture

CARD = (
    "Ý kiến mới\nKX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên\n“duong vao thon bi hong lau roi”\n"
    "Bà con chọn: Đường, điện, nước. Giao: Phòng Kinh tế, hạn 01/12."
)


async def caller_of(room: Room, tx: Transaction, native_id: str) -> Caller:
    return (await load_callers(tx, room.messenger, [native_id]))[native_id]


def delivery(id_: int, account_id: int, kind: str, language: str = "vi", /, **ids: int) -> Delivery:
    return Delivery(
        id_, account_id, "0", language, False, Priority.ANSWER, kind, None, ids, ids.get("opinion_id"), None, 0, False
    )


async def render(room: Room, native_id: str, kind: str, language: str = "vi", /, **ids: int) -> Rendered:
    """The one notice of this kind to this account, rendered now."""
    async with room.db.write() as tx:
        account = (await caller_of(room, tx, native_id)).account
        await tx.session.flush()
        account_id = account.id
    async with room.db.read() as tx:
        return (await room.notices.render(tx, [delivery(1, account_id, kind, language, **ids)]))[1]


def words(rendered: Rendered) -> tuple[str, list[tuple[str, str | None]]]:
    assert isinstance(rendered, SendMessage)
    rows: Any = rendered.reply_markup.inline_keyboard if rendered.reply_markup else []  # type: ignore[union-attr]
    return rendered.text, [(button.text, button.callback_data) for row in rows for button in row]


async def clerk_of(tx: Transaction) -> Official:
    return (await people.officials(tx, Role.CLERK))[0]


async def release(room: Room, opinion_id: int, *, photos: int = 0) -> int:
    """An answer released by the clerk; returns its id. Its notices are not delivered yet."""
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, opinion_id)
        assert opinion is not None
        clerk = await clerk_of(tx)
        answer = await answers.draft(tx, opinion, clerk, "Đã xem.")
        account = (await caller_of(room, tx, CLERK)).account
        for number in range(photos):
            files.attach(tx, account, answer, IncomingFile("photo", f"answer{number}", "image/jpeg"))
        await tx.session.flush()
        found = await answers.by_id(tx, answer.id)
        assert found is not None
        await answers.release(tx, found, clerk)
    return answer.id


async def attach(room: Room, opinion_id: int, file: IncomingFile, native_id: str = RESIDENT) -> int:
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, opinion_id)
        assert opinion is not None
        files.attach(tx, (await caller_of(room, tx, native_id)).account, opinion, file)
        await tx.session.flush()
        return opinion.attachments[-1].id


async def store(room: Room, attachment_id: int, content: bytes) -> str:
    async with room.db.write() as tx:
        digest = room.media.put(content)
        await files.stored(tx, attachment_id, digest, len(content))
    return digest


@asynccontextmanager
async def statements(room: Room) -> AsyncIterator[list[str]]:
    """What the database was asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(room.db.engine.sync_engine, "before_cursor_execute", note)
    yield asked
    event.remove(room.db.engine.sync_engine, "before_cursor_execute", note)


async def test_card_in_both_languages(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    opinion_id = await raise_opinion(room)
    buttons = [
        ("Nhận, giao Phòng Kinh tế", "o:accept:1"),
        ("Giao nơi khác", "o:units:1"),
        ("Hỏi lại", "o:ask:1"),
        ("Cách khác", "o:other:1"),
        ("Trả lời", "o:answer:1"),
    ]
    assert words(await render(room, CLERK, "card", opinion_id=opinion_id)) == (CARD, buttons)
    english, _ = words(await render(room, CLERK, "card", "en", opinion_id=opinion_id))
    assert english == (
        "New opinion\nKX-1 · Thôn mẫu 3 · 23/11 09:00 · no name given\n“duong vao thon bi hong lau roi”\n"
        "Chosen by the resident: Đường, điện, nước. To: Phòng Kinh tế, due 01/12."
    )


async def test_card_quotes_seven_hundred_characters(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    opinion_id = await raise_opinion(room, "&" * 10_000)
    text, _ = words(await render(room, CLERK, "card", opinion_id=opinion_id))
    assert text.splitlines()[2] == f"“{'&amp;' * 699}…”"


async def test_card_is_never_sent_to_who_may_not_read_it_any_more(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.LEADER, LEADER)
    opinion_id = await raise_opinion(room)
    for native_id in (LEADER, RESIDENT):
        assert await render(room, native_id, "card", opinion_id=opinion_id) == Never("not for this reader")
    await revoke(room, Role.CLERK)
    assert await render(room, CLERK, "card", opinion_id=opinion_id) == Never("not for this reader")
    assert words(await render(room, LEADER, "card", opinion_id=opinion_id))[0] == CARD
    assert await render(room, LEADER, "card", opinion_id=99) == Never("gone")


async def test_addition_of_another_opinion_is_never_sent(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    first, second = await raise_opinion(room), await raise_opinion(room)
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, first)
        assert opinion is not None
        addition_id = (await opinions.add_to(tx, opinion, "mua to hon")).id
    text, _ = words(await render(room, CLERK, "addition", opinion_id=first, addition_id=addition_id))
    assert text == "KX-1, người gửi nói thêm:\n“mua to hon”\nLời trước: “duong vao thon bi hong lau roi”"
    assert await render(room, CLERK, "addition", opinion_id=second, addition_id=addition_id) == Never("gone")


async def test_answer_goes_to_its_author_alone(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    opinion_id = await raise_opinion(room)
    answer_id = await release(room, opinion_id)
    ids = {"opinion_id": opinion_id, "answer_id": answer_id}
    text, buttons = words(await render(room, RESIDENT, "answer", **ids))
    assert text == (
        "Xã trả lời KX-1:\n\nKính gửi Ông/Bà.\nĐã xem.\nVăn phòng HĐND và UBND, cán bộ Văn phòng\n\n"
        "Trả lời thế bác thấy rõ chưa?"
    )
    assert buttons == [("Rõ rồi", "r:clear:1"), ("Chưa rõ", "r:unclear:1")]
    for native_id in ("1002", CLERK):
        assert await render(room, native_id, "answer", **ids) == Never("not for this reader")
    other = await raise_opinion(room, native_id="1002")
    assert await render(room, "1002", "answer", opinion_id=other, answer_id=answer_id) == Never("not for this reader")
    async with room.db.write() as tx:
        await data.forget(tx, await caller_of(room, tx, RESIDENT))
    assert await render(room, RESIDENT, "answer", **ids) == Never("not for this reader")


async def test_answer_waits_for_its_files_and_then_names_them(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    opinion_id = await raise_opinion(room)
    answer_id = await release(room, opinion_id, photos=2)
    ids = {"opinion_id": opinion_id, "answer_id": answer_id}
    assert await render(room, RESIDENT, "answer", **ids) == Later(2.0)
    async with room.db.write() as tx:
        first, second = await files.pending(tx, 10)
        await files.not_fetched(tx, first.id, final=True)
        await files.stored(tx, second.id, room.media.put(picture()), 9)
    text, _ = words(await render(room, RESIDENT, "answer", **ids))
    assert text.splitlines()[0] == "Xã trả lời KX-1 (kèm 1 ảnh):"


async def test_file_waits_is_sent_with_its_code_or_is_lost(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    opinion_id = await raise_opinion(room)
    attachment_id = await attach(room, opinion_id, IncomingFile("photo", "f", "image/jpeg"))
    ids = {"opinion_id": opinion_id, "attachment_id": attachment_id}
    assert await render(room, CLERK, "file", **ids) == Later(2.0)
    digest = await store(room, attachment_id, picture())
    sent = await render(room, CLERK, "file", **ids)
    assert isinstance(sent, SendPhoto)
    assert isinstance(sent.photo, FSInputFile)
    assert (sent.caption, sent.photo.path, sent.photo.filename) == ("KX-1", room.media.path(digest), "KX-1.jpg")
    room.media.path(digest).write_bytes(b"damaged")
    assert await render(room, CLERK, "file", **ids) == Never("lost")
    room.media.remove(digest)
    assert await render(room, CLERK, "file", **ids) == Never("lost")
    failed_id = await attach(room, opinion_id, IncomingFile("photo", "g", "image/jpeg"))
    async with room.db.write() as tx:
        await files.not_fetched(tx, failed_id, final=True)
    assert await render(room, CLERK, "file", opinion_id=opinion_id, attachment_id=failed_id) == Never("lost")


@pytest.mark.parametrize(
    ("mime", "name", "method"),
    [
        ("audio/ogg", None, SendVoice),
        ("audio/wav", None, SendDocument),
        ("application/pdf", "bien ban.pdf", SendDocument),
    ],
)
async def test_file_goes_as_what_the_messenger_takes(room: Room, mime: str, name: str | None, method: type) -> None:
    await take_office(room, Role.CLERK, CLERK)
    opinion_id = await raise_opinion(room)
    attachment_id = await attach(room, opinion_id, IncomingFile("document", "f", mime, file_name=name))
    await store(room, attachment_id, b"bytes")
    sent = await render(room, CLERK, "file", opinion_id=opinion_id, attachment_id=attachment_id)
    assert type(sent) is method
    if name and isinstance(sent, SendDocument):
        assert isinstance(sent.document, FSInputFile)
        assert sent.document.filename == name


async def test_photo_too_heavy_for_a_photo_goes_as_a_document(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    opinion_id = await raise_opinion(room)
    attachment_id = await attach(room, opinion_id, IncomingFile("photo", "f", "image/jpeg"))
    async with room.db.write() as tx:
        await files.stored(tx, attachment_id, room.media.put(picture()), 11_000_000)
    sent = await render(room, CLERK, "file", opinion_id=opinion_id, attachment_id=attachment_id)
    assert type(sent) is SendDocument


async def test_file_of_another_is_never_opened(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.LEADER, LEADER)
    mine, other = await raise_opinion(room), await raise_opinion(room, native_id="1002")
    attachment_id = await attach(room, mine, IncomingFile("photo", "f", "image/jpeg"))
    await store(room, attachment_id, picture())
    refused = Never("not for this reader")
    assert await render(room, "1002", "file", opinion_id=other, attachment_id=attachment_id) == refused
    assert await render(room, "1002", "file", opinion_id=mine, attachment_id=attachment_id) == refused
    assert await render(room, LEADER, "file", opinion_id=mine, attachment_id=attachment_id) == refused
    assert await render(room, RESIDENT, "file", opinion_id=mine, attachment_id=99) == Never("gone")
    assert isinstance(await render(room, RESIDENT, "file", opinion_id=mine, attachment_id=attachment_id), SendPhoto)


async def test_file_of_an_answer_is_opened_once_it_is_released(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    opinion_id = await raise_opinion(room)
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, opinion_id)
        assert opinion is not None
        answer = await answers.draft(tx, opinion, await clerk_of(tx), "Đã xem.")
        file = IncomingFile("photo", "f", "image/jpeg")
        files.attach(tx, (await caller_of(room, tx, CLERK)).account, answer, file)
        await tx.session.flush()
        attachment_id = answer.attachments[0].id
    await store(room, attachment_id, picture())
    ids = {"opinion_id": opinion_id, "attachment_id": attachment_id}
    assert await render(room, RESIDENT, "file", **ids) == Never("not for this reader")
    async with room.db.write() as tx:
        found = await answers.by_id(tx, answer.id)
        assert found is not None
        await answers.release(tx, found, await clerk_of(tx))
    assert isinstance(await render(room, RESIDENT, "file", **ids), SendPhoto)


async def test_lost_file_is_asked_for_again_of_who_sent_it(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    opinion_id = await raise_opinion(room)
    attachment_id = await attach(room, opinion_id, IncomingFile("voice", "f", "audio/ogg"))
    text, buttons = words(await render(room, RESIDENT, "file_lost", attachment_id=attachment_id))
    assert buttons == []
    assert text == (
        "Một đoạn ghi âm của KX-1 máy chưa lấy được, không phải lỗi của bác. Lời và các tệp khác vẫn còn. "
        "Nhờ bác gửi lại giúp."
    )
    assert await render(room, CLERK, "file_lost", attachment_id=attachment_id) == Never("gone")
    await release(room, opinion_id, photos=1)
    async with room.db.read() as tx:
        answer_file = next(each for each in await files.pending(tx, 10) if each.answer_id is not None)
    text, _ = words(await render(room, CLERK, "file_lost", attachment_id=answer_file.id))
    assert text == "Một ảnh của câu trả lời KX-1 không lấy được. Lời và các tệp khác vẫn còn. Gửi lại tệp ấy."


async def test_announcement_costs_one_render_a_language_and_a_few_reads(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    async with room.db.write() as tx:
        clerk = await clerk_of(tx)
        announcement = await announcements.draft(tx, clerk, "Mời họp &lt;thôn&gt;")
    assert await render(room, RESIDENT, "announcement", announcement_id=announcement.id) == Never("gone")
    async with room.db.write() as tx:
        found = await announcements.by_id(tx, announcement.id)
        assert found is not None
        announcements.schedule_for(tx, found, await clerk_of(tx), tx.now)
        await announcements.schedule(tx, found, await clerk_of(tx), found.revision)
    batch = [
        delivery(number, number, "announcement", ("vi", "en")[number % 2], announcement_id=announcement.id)
        for number in range(500)
    ]
    async with statements(room) as asked, room.db.read() as tx:
        rendered = await room.notices.render(tx, batch)
    texts = [each.text for each in rendered.values() if isinstance(each, SendMessage)]
    assert len(texts) == 500
    assert {id(text) for text in texts} == {id(texts[0]), id(texts[1])}
    assert texts[:2] == ["Xã Khuất Xá thông báo:\nMời họp &lt;thôn&gt;", "Xã Khuất Xá announces:\nMời họp &lt;thôn&gt;"]
    assert len(asked) <= 4


async def test_batch_of_cards_and_answers_costs_as_many_reads_as_one_of_each(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    async with room.db.read() as tx:
        clerk_id = (await caller_of(room, tx, CLERK)).account.id
    batch = []
    for number in range(10):
        opinion_id = await raise_opinion(room, f"viec {number}", str(2000 + number))
        answer_id = await release(room, opinion_id)
        async with room.db.read() as tx:
            author_id = (await caller_of(room, tx, str(2000 + number))).account.id
        ids = {"opinion_id": opinion_id, "answer_id": answer_id}
        batch += [
            delivery(2 * number, clerk_id, "card", opinion_id=opinion_id),
            delivery(2 * number + 1, author_id, "answer", **ids),
        ]
    counts = []
    for part in (batch[:2], batch):
        async with statements(room) as asked, room.db.read() as tx:
            rendered = await room.notices.render(tx, part)
        assert all(isinstance(each, SendMessage) for each in rendered.values())
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10


async def test_empty_batch_reads_nothing(room: Room) -> None:
    async with statements(room) as asked, room.db.read() as tx:
        assert await room.notices.render(tx, []) == {}
    assert asked == []


async def hold_draft(room: Room, text: str) -> int:
    async with room.db.write() as tx:
        caller = await caller_of(room, tx, RESIDENT)
        people.consent(tx, caller.account, "1")
        draft = drafts.hold(tx, caller.account, text)
        await tx.session.flush()
        return draft.id


@pytest.mark.parametrize(
    ("text", "days", "said"),
    [
        ("mua <to>", 1, "Hôm qua bác đang nói dở: “mua &lt;to&gt;”.\nGửi tiếp chứ?"),
        ("x" * 10_000, 2, f"Hôm trước bác đang nói dở: “{'x' * 179}…”.\nGửi tiếp chứ?"),
        ("", 1, "Hôm qua bác gửi tệp mà chưa nói xong.\nGửi tiếp chứ?"),
    ],
)
async def test_draft_is_offered_again(room: Room, text: str, days: int, said: str) -> None:
    draft_id = await hold_draft(room, text)
    room.clock.pass_(days=days)
    offered = words(await render(room, RESIDENT, "draft_offer", draft_id=draft_id))
    assert offered == (said, [("Gửi tiếp", "r:ask:1"), ("Bỏ", "r:drop:1")])
    assert await render(room, "1002", "draft_offer", draft_id=draft_id) == Never("gone")
    async with room.db.write() as tx:
        draft = (await caller_of(room, tx, RESIDENT)).draft
        assert draft is not None
        await drafts.drop(tx, draft)
    assert await render(room, RESIDENT, "draft_offer", draft_id=draft_id) == Never("gone")


async def test_export_holds_the_record_and_the_files(room: Room) -> None:
    opinion_id = await raise_opinion(room, "duong <hong>", name="Nguoi Mot")
    attachment_id = await attach(room, opinion_id, IncomingFile("photo", "f", "image/jpeg"))
    digest = await store(room, attachment_id, picture())
    sent = await render(room, RESIDENT, "export")
    assert isinstance(sent, SendDocument)
    assert isinstance(sent.document, BufferedInputFile)
    assert (sent.caption, sent.document.filename) == ("Đây là mọi điều máy đang giữ về bác.", "du-lieu.zip")
    with zipfile.ZipFile(io.BytesIO(sent.document.data)) as archive:
        assert archive.namelist() == ["data.json", f"{digest}.jpg"]
        assert archive.read(f"{digest}.jpg") == picture()
        record = json.loads(archive.read("data.json"))
    async with room.db.read() as tx:
        held = await data.holdings(tx, (await caller_of(room, tx, RESIDENT)).account)
    assert record == json.loads(json.dumps(held.as_dict()))
    room.media.remove(digest)
    sent = await render(room, RESIDENT, "export")
    assert isinstance(sent, SendDocument)
    assert sent.caption is not None
    assert "còn thiếu 1 tệp" in sent.caption


async def test_unknown_kind_raises(room: Room) -> None:
    with pytest.raises(KeyError):
        await render(room, RESIDENT, "poem")
