"""The Official Account's webhook over real HTTP: whose call is taken, once, and what each event becomes."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram.types import Contact
from structlog.testing import capture_logs

from bot.messengers.base import FileGone
from bot.messengers.zalo import number_of
from bot.messengers.zalo_oa import LONGEST_CALL, MOST_NAMES, PATH
from handlers.incoming import address_of
from tests.bot.messengers.oa_line import HER, OaLine, open_oa_line
from tests.bot.parts import sql
from tests.doubles.zalo_oa import Json, signed
from tests.phones import picture


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[OaLine]:
    async with open_oa_line(tmp_path) as line:
        yield line


async def post(line: OaLine, event: Json, signature: str | None = None) -> int:
    return await line.oa.send(json.dumps(event).encode(), str(event.get("timestamp", "")), signature)


async def test_what_she_says_comes_in_once_in_her_own_chat(line: OaLine) -> None:
    async with line.hooked():
        said = await line.oa.text(HER, "Đường hỏng")
        await line.oa.post(said)
    (update,) = await line.inbox()
    ((account_id, native_id),) = await sql(line.db, "SELECT id, native_id FROM account")
    assert native_id == HER
    message = update["message"]
    assert (message["text"], message["chat"]["id"], message["from"]["id"]) == ("Đường hỏng", account_id, account_id)
    assert message["message_id"] == number_of(said["message"]["msg_id"])


async def test_probes_are_answered(line: OaLine) -> None:
    async with line.hooked(), aiohttp.ClientSession() as session:
        assert line.oa.hook is not None
        assert await line.oa.send(b"") == 200
        async with session.get(line.oa.hook) as response:
            assert response.status == 200
    assert await line.inbox() == []


async def test_domain_is_proved_by_its_code(line: OaLine) -> None:
    code = "SeEEB8ES51jdZCu-hOfK5MQ3"
    async with line.hooked(verification=code), aiohttp.ClientSession() as session:
        assert line.oa.hook is not None
        for path in ("/", f"/zalo_verifier{code}.html"):
            async with session.get(line.oa.hook.replace(PATH, path)) as response:
                assert f'<meta name="zalo-platform-site-verification" content="{code}">' in await response.text()
        async with session.get(line.oa.hook.replace(PATH, "/zalo_verifierx.html")) as response:
            assert response.status == 404


@pytest.mark.parametrize(
    "forge",
    [
        lambda body, at: "",
        lambda body, at: "mac=",
        lambda body, at: "mac=é",
        lambda body, at: signed(body, at, "bi-mat-khac"),
        lambda body, at: signed(body + b" ", at),
        lambda body, at: signed(body, str(int(at) + 1)),
        lambda body, at: signed(body, at)[:-1],
    ],
)
async def test_forged_call_is_refused_and_nothing_of_it_is_kept_or_logged(line: OaLine, forge: Any) -> None:
    event = line.oa.event(HER, "user_send_text", {"text": "Lời giả"})
    with capture_logs() as seen:
        async with line.hooked():
            body = json.dumps(event).encode()
            assert await line.oa.send(body, "", forge(body, event["timestamp"])) == 403
    assert await line.inbox() == []
    assert seen == [{"event": "zalo_oa.forged", "log_level": "warning"}]


async def test_changed_byte_is_refused(line: OaLine) -> None:
    event = line.oa.event(HER, "user_send_text", {"text": "Đường hỏng"})
    body = json.dumps(event, ensure_ascii=False).encode()
    signature = signed(body, event["timestamp"])
    async with line.hooked():
        assert await line.oa.send(body.replace("hỏng".encode(), b"hong"), "", signature) == 403
        # The same meaning in other bytes is another body.
        assert await line.oa.send(json.dumps(event).encode(), "", signature) == 403
        assert await line.oa.send(body, "", signature) == 200
    assert await line.words() == ["Đường hỏng"]


async def test_calls_of_no_use_cost_nothing(line: OaLine) -> None:
    async with line.hooked():
        for body in (b"{", b"\xff\xfe", b"[" * 90_000, b"null", b"[]", b"7"):
            assert await line.oa.send(body) == 403
        assert await line.oa.send(b"x" * (LONGEST_CALL + 1)) == 413
        for event in ({}, {"event_name": 7, "timestamp": "1"}, {"event_name": "user_send_text", "timestamp": "1"}):
            assert await post(line, event) == 200
    assert await line.inbox() == []


async def test_stale_call_is_answered_and_logged_and_not_run(line: OaLine) -> None:
    late = line.oa.event(HER, "user_send_text", {"text": "Lời cũ"}, line.oa.now() - timedelta(hours=2, seconds=5))
    early = line.oa.event(HER, "user_send_text", {"text": "Lời mới"}, line.oa.now() - timedelta(hours=1, minutes=59))
    with capture_logs() as seen:
        async with line.hooked():
            assert [await post(line, each) for each in (late, early)] == [200, 200]
    assert await line.words() == ["Lời mới"]
    assert [each["event"] for each in seen] == ["zalo_oa.left_alone"]


async def test_replayed_call_is_answered_and_runs_once_also_after_it_was_done(line: OaLine) -> None:
    async with line.hooked():
        said = await line.oa.text(HER, "Đường hỏng")
        await sql(line.db, "UPDATE inbox SET state = 'done', payload = NULL, caller = NULL")
        assert await post(line, said) == 200
    assert await sql(line.db, "SELECT count(*) FROM inbox") == [(1,)]


async def test_two_messages_with_one_id_are_one(line: OaLine) -> None:
    async with line.hooked():
        for text in ("một", "hai"):
            assert await post(line, line.oa.event(HER, "user_send_text", {"text": text, "msg_id": "m1"})) == 200
    assert await line.words() == ["một"]


async def test_reordered_calls_are_all_taken_and_the_latest_act_counts(line: OaLine) -> None:
    now = line.oa.now()
    async with line.hooked():
        for minutes in (1, 9, 4):
            event = line.oa.event(HER, "user_send_text", {"text": str(minutes)}, now - timedelta(minutes=minutes))
            assert await post(line, event) == 200
    assert await line.words() == ["1", "9", "4"]
    ((at,),) = await sql(line.db, "SELECT last_interaction_at FROM account")
    latest = (now - timedelta(minutes=1)).replace(tzinfo=None)
    assert abs((latest - type(latest).fromisoformat(str(at))).total_seconds()) < 0.01


async def test_unfollow_that_comes_late_does_not_undo_what_she_did_since(line: OaLine) -> None:
    async with line.hooked() as account:
        await line.oa.text(HER, "chào")
        left = {**line.oa.act("unfollow"), "follower": {"id": HER}}
        line.time.skip(60)
        back = {**line.oa.act("follow"), "follower": {"id": HER}}
        await line.oa.post(back)
        await line.oa.post(left)
        assert await line.words() == ["chào"]
        assert await line.comings() == ["member"]
        # The same of two that come at once.
        line.time.skip(60)
        events = [line.oa.event(HER, "user_send_text", {"text": "đây"}), {**line.oa.act("unfollow"), "user_id": HER}]
        events[1]["timestamp"] = str(int(events[1]["timestamp"]) - 1000)
        await asyncio.gather(*(account.take(each) for each in events))
    assert await line.words() == ["chào", "đây"]
    assert await line.comings() == ["member"]


async def test_call_that_the_record_cannot_take_is_asked_for_again(line: OaLine) -> None:
    await sql(
        line.db, "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    event = line.oa.event(HER, "user_send_text", {"text": "Đường hỏng"})
    async with line.hooked():
        assert await post(line, event) == 503
        await sql(line.db, "DROP TRIGGER full")
        assert await post(line, event) == 200
    assert await line.words() == ["Đường hỏng"]


async def test_without_the_key_of_the_account_nothing_is_taken_and_zalo_asks_again(line: OaLine) -> None:
    async with line.hooked(oa_secret=None) as account:
        assert await line.oa.send(b"") == 200
        assert await post(line, line.oa.event(HER, "user_send_text", {"text": "chào"})) == 503
    assert account.trouble() == "zalo_oa.oa_secret is not set: nothing that comes in can be taken"


NEEDS_NOTHING = (
    "oa_send_text",
    "oa_send_image",
    "oa_reacted_message",
    "user_received_message",
    "user_seen_message",
    "user_reacted_message",
    "anonymous_send_text",
    "add_user_to_tag",
    "user_asking_product",
    "change_oa_daily_quota",
)


async def test_echoes_receipts_and_what_concerns_no_talk_are_ignored(line: OaLine) -> None:
    with capture_logs() as seen:
        async with line.hooked() as account:
            for name in NEEDS_NOTHING:
                assert await post(line, line.oa.event(HER, name, {"text": "Xã đã nhận", "msg_ids": ["a"]})) == 200
    assert await line.inbox() == []
    assert await sql(line.db, "SELECT count(*) FROM account") == [(0,)]
    assert (seen, account.unknown()) == ([], {})


async def test_event_that_nobody_thought_of_is_counted_and_its_name_logged_once(line: OaLine) -> None:
    names = ["user_click_button", "user_click_button", "user.moved-house\n", 7, None, "x" * 61]
    with capture_logs() as seen:
        async with line.hooked() as account:
            for name in names:
                assert await post(line, {**line.oa.event(HER, "?", {"text": "Lời"}), "event_name": name}) == 200
            await line.oa.text(HER, "chào")
    assert account.unknown() == {"user_click_button": 2, "7": 1, "None": 1, "?": 2}
    named = [each["event_name"] for each in seen if each["event"] == "zalo_oa.unknown_event"]
    assert named == ["user_click_button", "?", "7", "None"]
    assert await line.words() == ["chào"]


async def test_names_that_nobody_thought_of_are_told_apart_up_to_a_number(line: OaLine) -> None:
    with capture_logs() as seen:
        account = line.account()
        for number in range(MOST_NAMES + 20):
            assert await account.take({"event_name": f"user_{number}"}) is False
    assert (len(account.unknown()), account.unknown()["?"], len(seen)) == (MOST_NAMES + 1, 20, MOST_NAMES + 1)


# What each event becomes


async def test_tap_is_a_callback_and_the_same_again_is_of_the_same_message(line: OaLine) -> None:
    async with line.hooked():
        for payload in ("#cb:r:consent", "#cb:r:consent", "#cb:" + "x" * 65, "#cb:"):
            await line.oa.text(HER, payload)
    first, second, *typed = await line.inbox()
    taps = [first["callback_query"], second["callback_query"]]
    assert [tap["data"] for tap in taps] == ["r:consent", "r:consent"]
    assert taps[0]["message"] == {**taps[1]["message"], "date": taps[0]["message"]["date"]}
    assert taps[0]["id"] != taps[1]["id"]
    assert [update["message"]["text"] for update in typed] == ["#cb:" + "x" * 65, "#cb:"]


async def test_reply_to_a_message_names_it(line: OaLine) -> None:
    async with line.hooked():
        for name in ("quote_msg_id", "quote_message_id"):
            await line.oa.text(HER, "Rõ rồi", **{name: "abc"})
    quoted = [message["reply_to_message"]["message_id"] for message in await line.messages()]
    assert quoted == [number_of("abc")] * 2


async def test_photos_come_one_by_one_with_the_words_under_the_first(line: OaLine) -> None:
    photos = [picture(), picture() + b"2"]
    async with line.hooked() as account:
        await line.oa.image(HER, *photos, text="đây này")
        first, second = await line.messages()
        assert (first["caption"], "caption" in second) == ("đây này", False)
        assert [await account.download(each["photo"][0]["file_id"]) for each in (first, second)] == photos


GROUP = "4a9bada229cec09099df"
NOBODY = {"phone_number": "", "first_name": ""}
PAYLOADS = [
    ("audio", {"url": "https://a.zdn.vn/a.m4a"}, "voice", {"mime_type": "audio/mp4"}),
    ("audio", {"url": "https://a.zdn.vn/a"}, "voice", {"mime_type": "audio/aac"}),
    ("video", {"url": "https://a.zdn.vn/a.mp4"}, "video", {}),
    ("gif", {"url": "https://a.zdn.vn/a.gif"}, "video", {}),
    ("file", {"url": "https://a.zdn.vn/a", "name": "Đơn.pdf", "size": "7"}, "document", {"file_size": 7}),
    ("sticker", {"id": "7", "url": "https://a.zdn.vn/s.png"}, "sticker", {"file_id": "7"}),
    ("location", {"coordinates": {"latitude": "21.5", "longitude": "106.7"}}, "location", {"latitude": 21.5}),
    ("link", {"url": "https://bao.vn/1", "title": "Bài"}, "text", "https://bao.vn/1"),
    ("business_card", {"url": "https://a.zdn.vn/card", "description": "84912345678"}, "contact", NOBODY),
]


@pytest.mark.parametrize(("kind", "payload", "name", "held"), PAYLOADS, ids=lambda value: str(value)[:20])
async def test_attachment_becomes_its_content(line: OaLine, kind: str, payload: Json, name: str, held: Any) -> None:
    async with line.hooked():
        await line.oa.attached(HER, kind, payload)
    (message,) = await line.messages()
    found = message[name]
    assert found == held if isinstance(held, str) else held.items() <= found.items()


BROKEN: list[tuple[str, Any]] = [
    ("location", {"coordinates": {"latitude": "nan", "longitude": "1"}}),
    ("location", {"coordinates": {"latitude": "91", "longitude": "1"}}),
    ("location", {}),
    ("image", {}),
    ("image", {"url": "https://a.zdn.vn/" + "x" * 4000}),
    ("file", "?"),
    ("link", {"url": 7}),
]


@pytest.mark.parametrize(("kind", "payload"), BROKEN, ids=lambda value: str(value)[:20])
async def test_content_that_cannot_be_read_comes_as_an_empty_message(line: OaLine, kind: str, payload: Any) -> None:
    async with line.hooked():
        await line.oa.attached(HER, kind, payload)
    (message,) = await line.messages()
    assert set(message) == {"message_id", "date", "chat", "from"}


async def test_follower_is_greeted_the_first_time_and_reached_again_after_she_left(line: OaLine) -> None:
    async with line.hooked():
        await line.oa.follow(HER)
        await line.oa.unfollow(HER)
        await line.oa.follow(HER)
    first, left, back = await line.inbox()
    assert first["message"]["text"] == "/start"
    changes = [each["my_chat_member"]["new_chat_member"]["status"] for each in (left, back)]
    assert changes == ["kicked", "member"]


async def test_whoever_comes_by_the_button_of_the_page_is_greeted_the_first_time(line: OaLine) -> None:
    async with line.hooked():
        await line.oa.click(HER)
        line.time.skip(60)
        await line.oa.click(HER)
    assert await line.words() == ["/start"]


async def test_every_act_opens_the_window_and_no_receipt_does(line: OaLine) -> None:
    oa, week = line.oa, timedelta(days=7)
    receipts: dict[str, Json] = {
        "user_received_message": {"msg_id": "a"},
        "user_seen_message": {"msg_ids": ["a", "b"]},
        "user_reacted_message": {"msg_id": "a", "react_icon": "/-heart"},
    }
    acts: list[Callable[[], Awaitable[Json]]] = [
        lambda: oa.follow(HER),
        lambda: oa.click(HER),
        lambda: oa.call(HER),
        lambda: oa.submit(HER, name="Lê Thị Mẫu", phone="84912345678"),
        lambda: oa.text(HER, "#cb:r:menu"),
    ]
    async with line.hooked():
        await oa.text(HER, "chào")
        for act in acts:
            line.time.skip(8 * 24 * 3600)
            for name, message in receipts.items():
                await oa.receipt(HER, name, **message)
            assert await line.quiet_for() > week
            await act()
            assert await line.quiet_for() < timedelta(seconds=5)
        line.time.skip(8 * 24 * 3600)
        await oa.unfollow(HER)
        assert await line.quiet_for() > week
    assert await line.words() == ["chào"]
    assert await line.comings() == ["member", "member", "kicked"]
    assert [each["callback_query"]["data"] for each in await line.inbox() if "callback_query" in each] == ["r:menu"]


async def test_what_is_said_in_a_group_is_not_kept_and_opens_no_window(line: OaLine) -> None:
    async with line.hooked():
        await line.oa.text(HER, "chào")
        line.time.skip(8 * 24 * 3600)
        for words in ("Đường hỏng", "#cb:r:agree:1", "/start"):
            await line.oa.group_text(HER, GROUP, words)
        for recipient in ({}, {"id": "x" * 61}):
            event = {**line.oa.event(HER, "user_send_group_text", {"text": "?"}), "recipient": recipient}
            assert await post(line, event) == 200
    assert await line.words() == ["chào"]
    assert await line.quiet_for() > timedelta(days=7)
    rows = await sql(line.db, "SELECT native_id, kind, person_id FROM outbox JOIN account ON account.id = account_id")
    assert rows == [(f"zgr-{GROUP}", "group_declined", None)]


FULL = {"user_ward": "Thôn 3; xóm Đình, Mẫu", "user_city": "Thái Nguyên"}


async def test_form_that_she_filled_in_is_her_own_card_while_something_is_asked(line: OaLine) -> None:
    async with line.hooked():
        await line.oa.text(HER, "chào")
        await line.oa.submit(HER, name="Lê Thị Mẫu", phone="84912345678", full_address=FULL)
        await sql(line.db, "UPDATE conversation SET state = 'Raising:name'")
        line.time.skip(1)
        await line.oa.submit(HER, name="Lê Thị Mẫu", phone="84912345678", full_address=FULL)
        line.time.skip(1)
        for info in ({}, {"name": 7, "full_address": "?"}, {"name": " ", "phone": "\n"}):
            await line.oa.submit(HER, **info)
    _, message = await line.messages()
    contact = Contact.model_validate(message["contact"])
    assert (contact.first_name, contact.phone_number) == ("Lê Thị Mẫu", "84912345678")
    assert contact.user_id == message["from"]["id"]
    assert address_of(contact) == ["Thái Nguyên", "Thôn 3; xóm Đình, Mẫu"]


async def test_photo_that_lies_is_gone_or_in_our_own_network_is_not_kept(line: OaLine) -> None:
    account = line.account()
    lie = line.oa.put(b"<html>", "image/jpeg", ".jpg")
    gone = line.oa.put(b"", "image/jpeg", ".jpg", status=403)
    for url in (lie, gone, "http://127.0.0.1:1/a.jpg", "http://10.0.0.1/a.jpg"):
        with pytest.raises(FileGone):
            await account.download(f"photo+{url}")
    stranger = line.account(trusted=[])
    with pytest.raises(FileGone):
        await stranger.download(f"photo+{line.oa.put(picture(), 'image/jpeg', '.jpg')}")
