"""What only an Official Account does with a matter, by the whole program over real HTTP."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from storage.models import Role
from tests.bot.parts import sql
from tests.commune import Clock
from tests.doubles.zalo_oa import Fault, Json
from tests.lines import ZaloOaLine
from tests.phones import picture
from tests.stage import Stage

HER, LEADER, CLERK = 1, 8, 9
WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"
ANSWER = "Kính gửi Ông/Bà. Ngày 01/12 đã xuống xem đoạn đường, rải đá trước 14/01/2027. Trân trọng./."


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line() -> ZaloOaLine:
    return ZaloOaLine()


async def raise_opinion(stage: Stage, who: int = HER) -> None:
    await stage.say(who, WORDS)
    await stage.press(who, "Đồng ý")
    await stage.say(who, "3")
    await stage.press(who, "Đường, điện, nước")


async def test_photo_gets_a_sign_and_is_a_picture_on_the_card(tmp_path: Path, line: ZaloOaLine, clock: Clock) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        await stage.join(CLERK, Role.CLERK)
        await raise_opinion(stage)
        said = await line.oa.image(line.native(HER), picture())
        await stage.settle()
        assert line.oa.reactions == [(line.native(HER), said["message"]["msg_id"], "/-strong")]
        await stage.press(HER, "Gửi, không ghi tên")
        await stage.tick()
    assert [card.text for card in line.oa.messages(line.native(CLERK)) if card.kind == "image"] == ["KX-1"]
    assert {call.error for call in line.oa.calls()} == {None}
    assert len(line.oa.refreshes) == len(set(line.oa.refreshes))


async def test_opinion_costs_five_messages_out_with_photo_and_voice_too_and_later_fewer(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        await raise_opinion(stage)
        await line.oa.image(line.native(HER), picture(), picture())
        await stage.voice(HER, 5)
        await stage.press(HER, "Gửi, không ghi tên")
        first = len(stage.messages(HER))
        clock.pass_(days=2)
        await stage.say(HER, f"Việc khác: {WORDS}")
        await stage.press(HER, "Đường, điện, nước")
        await stage.photo(HER)
        await stage.press(HER, "Gửi, không ghi tên")
        rows = await sql(stage.parts.db, "SELECT count(*) FROM attachment GROUP BY opinion_id ORDER BY opinion_id")
    assert (first, len(stage.messages(HER)) - first, rows) == (5, 3, [(3,), (1,)])


async def test_form_with_her_name_answers_the_question_that_is_open(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    form = {"name": "Lê Thị Mẫu", "phone": "84912345678", "full_address": {"user_ward": "12, thôn Mẫu 3, xã Mẫu"}}
    async with Stage(tmp_path, line, clock) as stage:
        await stage.say(HER, WORDS)
        await stage.press(HER, "Đồng ý")
        await line.oa.submit(line.native(HER), **form)
        await stage.settle()
        sure = stage.shown(HER)[-1]
        await stage.press(HER, "Phải", "Đường, điện, nước")
        clock.pass_(minutes=1)
        await stage.press(HER, "Gửi, có ghi tên")
        await line.oa.submit(line.native(HER), **form)
        await stage.settle()
        clock.pass_(minutes=1)
        said = stage.shown(HER)
        await line.oa.submit(line.native(HER), **form)
        await stage.settle()
        rows = await sql(stage.parts.db, "SELECT o.village_id, named, name, phone FROM opinion o JOIN person")
    assert sure == "Thôn mẫu 3, phải không?"
    assert rows == [("mau-3", 1, "Lê Thị Mẫu", "84912345678")]
    assert "KX-1" in said[-1]
    assert stage.shown(HER) == said


async def test_reply_to_a_card_is_understood_after_a_restart(tmp_path: Path, line: ZaloOaLine, clock: Clock) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        await stage.join(CLERK, Role.CLERK)
        await raise_opinion(stage)
        await stage.press(HER, "Gửi, không ghi tên")
        await stage.tick()
        card = next(each for each in stage.messages(CLERK) if "KX-1" in each.text and each.keys)
        await stage.restart()
        await stage.say(CLERK, ANSWER, to=card)
        rows = await sql(stage.parts.db, "SELECT text FROM answer")
    assert rows == [(ANSWER,)]


async def test_her_data_are_a_signed_address_that_opens(tmp_path: Path, line: ZaloOaLine, clock: Clock) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        await raise_opinion(stage)
        await stage.press(HER, "Gửi, không ghi tên")
        await stage.say(HER, "/dulieu")
        *_, said = await stage.press(HER, "Tải về")
        address = line.address(next(word for word in said.split() if word.startswith("https://")))
        async with aiohttp.ClientSession() as client, client.get(address) as response:
            packed = await response.read()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert WORDS in archive.read("data.json").decode()


async def test_who_unfollows_in_the_middle_of_raising_keeps_what_she_wrote(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        await raise_opinion(stage)
        await line.oa.unfollow(line.native(HER))
        await stage.settle()
        assert await sql(stage.parts.db, "SELECT unreachable_at IS NOT NULL FROM account") == [(1,)]
        clock.pass_(days=2)
        await stage.tick()
        said = len(line.oa.messages(line.native(HER)))
        await line.oa.follow(line.native(HER))
        await stage.settle()
        rows = await sql(stage.parts.db, "SELECT text, village_id FROM draft")
        assert rows == [(WORDS, "mau-3")]
        (receipt,) = (await stage.press(HER, "Gửi, không ghi tên"))[-1:]
        assert "KX-1" in receipt
    assert len(line.oa.messages(line.native(HER))) > said


async def test_what_is_typed_is_a_code_a_label_or_her_own_word(tmp_path: Path, line: ZaloOaLine, clock: Clock) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        (code,) = await stage.say(HER, "2")
        assert code.startswith("Máy không thấy KX-2 trong các việc bác đã gửi.")
        await stage.say(HER, WORDS)
        (asked,) = await stage.say(HER, "dong y")
        assert asked.startswith("Việc này ở thôn nào?")
        # Buttons have no numbers, so a number picks none of them, and she is told; what is like no label is hers.
        (*_, told) = await stage.say(HER, "3", "2")
        assert told.startswith("Ở trên không có số 2 để chọn; máy không ghi số này vào lời bác.")
        await stage.say(HER, "duong giao thong")
        rows = await sql(stage.parts.db, "SELECT text, village_id, field_id FROM draft")
    assert rows == [(f"{WORDS}\nduong giao thong", "mau-3", None)]


async def test_label_on_the_button_of_an_answer_is_typed_and_rates_it(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    async with Stage(tmp_path, line, clock, DOITHOAI_ANSWERS__APPROVAL="false") as stage:
        await stage.join(CLERK, Role.CLERK)
        await raise_opinion(stage)
        await stage.press(HER, "Gửi, không ghi tên")
        await stage.say(CLERK, f"/traloi KX-1 {ANSWER}")
        await stage.press(CLERK, "Gửi, hẹn 14/01/2027")
        await stage.later(timedelta(minutes=11))
        await stage.tick()
        (told,) = await stage.say(HER, "ro roi")
        rated = await sql(stage.parts.db, "SELECT rating FROM opinion")
    # In two months the account can write to her only if she writes.
    assert told.startswith("Xã ghi rồi. Quá 14/01/2027 bác nhắn KX-1, máy hỏi lại bác xem đã làm chưa.\n")
    assert rated == [("clear",)]


async def test_who_submits_is_told_that_no_leader_can_be_written_to(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    call = "Gọi báo: lãnh đạo nhắn một chữ vào đây là thấy."
    async with Stage(tmp_path, line, clock) as stage:
        await stage.join(CLERK, Role.CLERK)
        await stage.join(LEADER, Role.LEADER)
        await raise_opinion(stage)
        await stage.press(HER, "Gửi, không ghi tên")
        clock.pass_(days=8)
        await stage.say(CLERK, "/hoinghi", "10/12 7h30")
        (*_, unreached) = await stage.press(CLERK, "Hội trường UBND xã", "Trình")
        await stage.say(LEADER, "alo")
        await stage.say(CLERK, f"/traloi KX-1 {ANSWER}")
        (*_, reached) = await stage.press(CLERK, "Hẹn xong 14/01/2027")
        await stage.press(LEADER, "Duyệt")
        await stage.later(timedelta(minutes=11))
        await stage.tick()
        (*_, whole) = await stage.say(CLERK, "/xem 1")
    assert [call in each for each in (unreached, reached)] == [True, False]
    assert reached.startswith("Đã trình KX-1.")
    assert "Chờ bà con nhắn lại mới tới được: 1 người." in whole


async def test_reminder_is_promised_only_where_it_would_reach_her(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    async with Stage(tmp_path, line, clock, DOITHOAI_ANSWERS__APPROVAL="false") as stage:
        await stage.join(CLERK, Role.CLERK)
        await stage.say(CLERK, "/hoinghi", "10/12 7h30")
        await stage.press(CLERK, "Hội trường UBND xã", "Đặt lịch")
        await stage.say(HER, "hoi nghi")
        await stage.press(HER, "Tôi sẽ đến")
        (early,) = await stage.press(HER, "Đồng ý")
        clock.pass_(days=10)
        await stage.say(HER, "hoi nghi")
        (late,) = (await stage.press(HER, "Tôi muốn phát biểu"))[-1:]
    assert early.splitlines()[-1] == (
        "Ở đây xã chỉ nhắn được bác trong 7 ngày từ tin cuối của bác: gần ngày họp bác nhắn “hội nghị”, "
        "máy nhắc lại giờ và nơi."
    )
    assert late == "Đã ghi bác xin phát biểu. 18 giờ 30 hôm trước ngày họp, máy nhắc bác."


async def test_photo_that_is_gone_lies_or_is_ours_is_told_and_her_words_stay(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    oa = line.oa
    async with Stage(tmp_path, line, clock) as stage:
        await raise_opinion(stage)
        inner = f"http://127.0.0.1:{stage.parts.server.port}/metrics"
        gone = oa.put(b"", "image/jpeg", ".jpg", status=403)
        for url in (gone, oa.put(b"<html>", "image/jpeg", ".jpg"), inner, inner.replace("127.0.0.1", "localhost")):
            await oa.attached(line.native(HER), "image", {"url": url, "thumbnail": url})
        await stage.settle()
        rows = await sql(stage.parts.db, "SELECT state, digest FROM attachment")
        (receipt,) = await stage.press(HER, "Gửi, không ghi tên")
    assert rows == [("failed", None)] * 4
    assert [text for text in stage.shown(HER) if "ảnh" in text and "ửi lại" in text] != []
    assert receipt.startswith("Xã đã nhận. Mã của bác là KX-1.")


async def test_old_button_of_an_opinion_that_was_sent_says_what_became_of_it(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        await raise_opinion(stage)
        await stage.press(HER, "Gửi, không ghi tên")
        clock.pass_(minutes=5)
        answer = await stage.press(HER, "Gửi, không ghi tên")
        assert answer != []
        assert await sql(stage.parts.db, "SELECT count(*) FROM opinion") == [(1,)]


async def test_payload_that_somebody_typed_is_what_a_tap_is_worth(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        await stage.say(HER, "chào")
        for payload in ("#cb:o:spread:1:1", "#cb:" + "9" * 60, "#cb:r:\u0000", "#cb:x"):
            assert await stage.say(HER, payload) != []
        assert await sql(stage.parts.db, "SELECT count(*) FROM inbox WHERE state != 'done'") == [(0,)]


async def answered_late(stage: Stage, line: ZaloOaLine, clock: Clock, days: int = 9) -> int:
    """She raised a matter and was answered days after; returns how many messages she had before the answer."""
    await stage.join(CLERK, Role.CLERK)
    await raise_opinion(stage)
    await stage.press(HER, "Gửi, không ghi tên")
    clock.pass_(days=days)
    before = len(line.oa.messages(line.native(HER)))
    await stage.say(CLERK, f"/traloi KX-1 {ANSWER}")
    await stage.press(CLERK, "Gửi trả lời")
    await stage.at(clock() + timedelta(minutes=11))
    return before


async def test_answer_after_the_window_is_held_counted_and_goes_out_before_the_reply_to_her_next_word(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    async with Stage(tmp_path, line, clock, DOITHOAI_ANSWERS__APPROVAL="false") as stage:
        before = await answered_late(stage, line, clock)
        assert stage.shown(HER)[before:] == []
        states = await sql(stage.parts.db, "SELECT state FROM outbox WHERE kind = 'answer'")
        assert states == [("held",)]
        clock.pass_(days=1)
        await stage.tick()
        assert any("Có tin chờ 1 người nhắn lại" in shown for shown in stage.shown(CLERK))
        answer, reply = await stage.say(HER, "KX-1")
        clock.pass_(minutes=5)
        (again,) = await stage.say(HER, "KX-1")
    # Not twice in a row; later it stands in her matter.
    assert [ANSWER in each for each in (answer, reply, again)] == [True, False, True]
    assert reply.startswith("KX-1 · Thôn mẫu 3")


async def test_answer_after_the_window_is_told_by_a_template_where_there_is_one(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    settings = {"DOITHOAI_ANSWERS__APPROVAL": "false", "DOITHOAI_ZALO_OA__TEMPLATE_ID": "tpl-1"}
    async with Stage(tmp_path, line, clock, **settings) as stage:
        before = await answered_late(stage, line, clock)
        assert [message.template for message in line.oa.messages(line.native(HER))[before:]] == [{"code": "KX-1"}]
        rows = await sql(stage.parts.db, "SELECT state, error FROM outbox WHERE kind = 'answer'")
        assert [(state, error.endswith("; told by a template")) for state, error in rows] == [("held", True)]
        answer, *_ = await stage.say(HER, "cảm ơn")
    assert ANSWER in answer


@pytest.mark.parametrize(
    ("fault", "tries", "templates"),
    [
        (Fault("html", 502), 2, [{"code": "KX-1"}]),
        # What Zalo refuses for good is not asked for again.
        (Fault.status(-201, "template"), 1, []),
    ],
)
async def test_template_that_did_not_go_is_tried_again_unless_it_is_refused(
    tmp_path: Path, line: ZaloOaLine, clock: Clock, fault: Fault, tries: int, templates: list[Json]
) -> None:
    settings = {"DOITHOAI_ANSWERS__APPROVAL": "false", "DOITHOAI_ZALO_OA__TEMPLATE_ID": "tpl-1"}
    async with Stage(tmp_path, line, clock, **settings) as stage:
        line.oa.script("/v3.0/oa/message/template", fault)
        before = await answered_late(stage, line, clock)
        await stage.at(clock() + timedelta(minutes=1))
        assert await sql(stage.parts.db, "SELECT state FROM outbox WHERE kind = 'answer'") == [("held",)]
        assert len(line.oa.calls("/v3.0/oa/message/template")) == tries
        assert [message.template for message in line.oa.messages(line.native(HER))[before:]] == templates
        answer, *_ = await stage.say(HER, "cảm ơn")
    assert ANSWER in answer


async def test_answer_that_the_quota_holds_is_told_by_one_template_however_often_it_is_tried(
    tmp_path: Path, clock: Clock
) -> None:
    line = ZaloOaLine(included=0)
    settings = {"DOITHOAI_ANSWERS__APPROVAL": "false", "DOITHOAI_ZALO_OA__TEMPLATE_ID": "tpl-1"}
    async with Stage(tmp_path, line, clock, **settings) as stage:
        before = await answered_late(stage, line, clock, days=3)
        for _ in range(3):
            await stage.at(clock() + timedelta(hours=7))
        tries = [call for call in line.oa.calls("/v3.0/oa/message/cs") if call.error]
        assert len(tries) > 1
        assert [message.template for message in line.oa.messages(line.native(HER))[before:]] == [{"code": "KX-1"}]
        answer, *_ = await stage.say(HER, "cảm ơn")
    assert ANSWER in answer


async def test_receipt_promises_the_seven_days_and_no_more(tmp_path: Path, line: ZaloOaLine, clock: Clock) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        await raise_opinion(stage)
        (receipt,) = await stage.press(HER, "Gửi, không ghi tên")
    assert receipt.endswith(
        "Ở đây xã chỉ nhắn được bác trong 7 ngày từ tin cuối của bác. "
        "Quá ngày đó, bác nhắn KX-1 là máy đưa trả lời ngay."
    )


async def test_clerk_sees_what_an_announcement_costs_before_it_goes(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        for days, number in ((5, 21), (4, 22), (0, 23)):
            await raise_opinion(stage, number)
            clock.pass_(days=days)
        await stage.join(CLERK, Role.CLERK)
        *_, review = await stage.say(CLERK, "/phattin Thứ Bảy này cắt điện.")
    assert (
        "Zalo OA: 1 người trong 48 giờ, không mất tiền; 1 người ngoài 48 giờ: gói tháng này còn 500 tin, hết "
        "thì 55 đ một tin, nhiều nhất 0 đ; 1 người quá 7 ngày, không nhắn được."
    ) in review


async def test_announcement_that_waited_for_her_says_of_which_day_it_is(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        await raise_opinion(stage)
        await stage.press(HER, "Gửi, không ghi tên")
        await stage.join(CLERK, Role.CLERK)
        clock.pass_(days=5)
        await stage.say(CLERK, "/phattin Thứ Bảy này cắt điện.")
        # Zalo knows better than the record for how long she was away.
        line.oa.people[line.native(HER)].last_interaction -= timedelta(days=2)
        await stage.press(CLERK, "Gửi")
        went = clock().astimezone(stage.parts.db.commune.timezone).replace(hour=18, minute=31)
        await stage.at(went)
        states = await sql(stage.parts.db, "SELECT state FROM outbox WHERE kind = 'announcement'")
        assert states == [("held",)]
        clock.pass_(days=20)
        late, *_ = await stage.say(HER, "chào")
    assert late.splitlines()[0] == f"Tin xã phát ngày {went:%d/%m}, nay mới tới bác được:"
    assert "Thứ Bảy này cắt điện." in late


async def test_group_of_the_account_is_told_once_a_month_to_write_alone(
    tmp_path: Path, line: ZaloOaLine, clock: Clock
) -> None:
    group = "4a9bada229cec09099df"
    async with Stage(tmp_path, line, clock) as stage:
        for days in (0, 1, 20):
            clock.pass_(days=days)
            for words in ("Đường hỏng", "1", "/dulieu"):
                await line.oa.group_text(line.native(HER), group, words)
            await stage.tick()
        rows = await sql(stage.parts.db, "SELECT count(*) FROM draft UNION ALL SELECT count(*) FROM opinion")
        held = await sql(stage.parts.db, "SELECT count(*) FROM account WHERE native_id = :id", id=line.native(HER))
    first, second = line.oa.shown(group)
    assert (first == second, rows, held) == (True, [(0,), (0,)], [(0,)])
    assert first.startswith("Ở trong nhóm máy không nhận ý kiến")


CONSENT, NO_WORDS, WRONG_TYPE = "Bác có cho UBND xã", "Máy chỉ nhận lời, ảnh, tiếng nói.", "Loại tệp này máy chưa nhận"
SENT: list[tuple[str, Json, str]] = [
    ("audio", {"url": "/a.m4a"}, CONSENT),
    ("image", {"url": "/a.jpg"}, CONSENT),
    ("location", {"coordinates": {"latitude": "21.5", "longitude": "106.7"}}, CONSENT),
    ("link", {"url": "https://bao.vn/1", "title": "Bài"}, CONSENT),
    ("file", {"url": "/a.pdf", "name": "Đơn.pdf", "size": "7"}, CONSENT),
    ("video", {"url": "/a.mp4"}, WRONG_TYPE),
    ("gif", {"url": "/a.gif"}, WRONG_TYPE),
    ("sticker", {"id": "7", "url": "/s.png"}, NO_WORDS),
    ("business_card", {"description": "84912345678", "url": "/card"}, NO_WORDS),
    ("image", {}, "không chuyển tin vừa rồi cho máy"),
]


async def test_whatever_she_sends_first_is_taken_or_answered(tmp_path: Path, line: ZaloOaLine, clock: Clock) -> None:
    async with Stage(tmp_path, line, clock) as stage:
        for who, (kind, payload, wanted) in enumerate(SENT, 21):
            content = b"\xff\xf1 nghe" if kind == "audio" else picture()
            url = payload.get("url", "")
            here = {"url": line.oa.put(content, "?", url)} if url.startswith("/") else {}
            await line.oa.attached(line.native(who), kind, payload | here)
            await stage.settle()
            said = stage.shown(who)
            assert (len(said), wanted in said[0]) == (1, True), (kind, said)
