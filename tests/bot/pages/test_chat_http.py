"""What the public chat takes and refuses, asked as anybody on the net may ask it."""

import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import SendDocument, SendMessage
from aiogram.types import BufferedInputFile
from PIL import Image

from bot import keys
from bot.pages.chatfiles import Found, type_of
from bot.pages.chatshell import Shell
from handlers.keyboards import keyboard
from handlers.words import Words
from tests.bot.pages.doors import KEYS, SITE, Door, begun
from tests.bot.parts import sql
from tests.commune import COMMUNE
from tests.phones import picture


async def test_page_lets_nothing_in_but_our_own_files(door: Door) -> None:
    async with door.browser(**{"accept-encoding": "gzip"}) as client:
        found = await client.get("/chat")
        assert (found.status_code, found.headers["content-encoding"]) == (200, "gzip")
        rules = found.headers["content-security-policy"]
        assert "unsafe" not in rules
        assert "default-src 'none'; script-src 'self';" in rules
        assert rules.endswith("frame-ancestors 'self' https://cong.example")
        assert "Xã Khuất Xá" in found.text
        assert "[[" not in found.text
        same = await client.get("/chat", headers={"if-none-match": found.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        assert (await client.get("/chat/chat.py")).status_code == 404
        assert (await client.get("/")).headers["location"] == "/chat"


def test_phone_calls_the_hotline_that_is_a_number_and_nothing_else() -> None:
    def links(hotline: str) -> list[str]:
        page = Shell(Words(), replace(COMMUNE, hotline=hotline), SITE, []).page.body.decode()
        return re.findall(r"<a [^>]*>[^<]*</a>", page)

    assert set(links("0205 381 2345")) == {'<a href="tel:02053812345">0205 381 2345</a>'}
    assert [links(hotline) for hotline in ("0205 xxx (mẫu)", '1"><b>', "")] == [[], [], []]


async def test_browser_is_given_a_cookie_that_no_script_and_no_other_site_reads(door: Door) -> None:
    async with door.browser() as client:
        given = (await client.post("/chat/begin", json={"village": "mau-3"})).headers["set-cookie"]
        rules = given.split("; ")[1:]
        assert rules == ["Path=/chat", "Max-Age=34560000", "HttpOnly", "Secure", "SameSite=Lax"]
        framed = (await client.post("/chat/begin?framed", json={})).headers["set-cookie"]
        assert framed.startswith("dt_chat_frame=")
        assert framed.endswith("HttpOnly; Secure; SameSite=None; Partitioned")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"village": "mau-3"}, "/start thon-mau-3"),
        ({"village": "nowhere"}, "/start"),
        ({"village": {"a": 1}, "start": 7}, "/start"),
        ({"start": "moi-0123abc"}, "/start moi-0123abc"),
        ({"start": "noi-48219037"}, "/start noi-48219037"),
        ({"start": "noi-4821"}, "/start"),
        ({"start": "moi-x y\n/start"}, "/start"),
    ],
)
async def test_how_she_came_is_said_for_her(door: Door, asked: dict[str, Any], words: str) -> None:
    async with begun(door, **asked):
        assert [each["message"]["text"] for each in await door.came_in()] == [words]


async def test_who_comes_again_is_known_and_not_greeted_twice(door: Door) -> None:
    async with begun(door) as client:
        await door.web.bot(SendMessage(chat_id=1, text="Chào bác"))
        assert (await client.post("/chat/begin", json={})).json() == {"language": "vi", "caller": KEYS.caller}
        assert (await client.post("/chat/begin", json={"village": "mau-2"})).status_code == 200
        said = [each["message"]["text"] for each in await door.came_in()]
        assert said == ["/start", "/start thon-mau-2"]
        assert await sql(door.db, "SELECT count(*) FROM account") == [(1,)]


async def test_forged_cookie_opens_nothing(door: Door) -> None:
    async with begun(door) as client:
        (name, value), *_ = client.cookies.items()
        body, _, seal = value.rpartition(".")
        for forged in ("", "x", body, f"{body}.", f"{body}.{seal[:-2]}AA", value[1:]):
            async with door.browser(cookie=f"{name}={forged}") as other:
                for path in ("/chat/events", "/chat/older?before=9"):
                    assert (await other.get(path)).status_code == 401
                said = await other.post("/chat/say", json={"id": "abcdefgh", "text": "x"})
                assert (said.status_code, said.headers["set-cookie"].split("; ")[2]) == (401, "Max-Age=0")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
async def test_another_site_in_her_browser_says_nothing_for_her(door: Door, headers: dict[str, str]) -> None:
    async with begun(door) as client:
        for path in ("/chat/begin", "/chat/say", "/chat/tap", "/chat/file", "/chat/open", "/chat/close"):
            said = await client.post(path, json={"id": "abcdefgh", "text": "x"}, headers=headers)
            assert (path, said.status_code) == (path, 403)
        assert len(await door.came_in()) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"\xff{", 400),
        (b"[" * 60_000, 400),
        (b'{"id": "abcdefgh"}', 400),
        (b'{"id": "abcdefgh", "text": " \\n "}', 400),
        (b'{"id": "abcdefgh", "text": 7}', 400),
        (b'{"id": "short", "text": "x"}', 400),
        (b'{"id": "x' + b"y" * 64 + b'", "text": "x"}', 400),
        (b'{"id": "abcdefgh", "text": "' + b"a" * 4097 + b'"}', 413),
        (b" " * 70_000, 413),
    ],
)
async def test_what_is_no_message_is_refused(door: Door, body: bytes, status: int) -> None:
    async with begun(door) as client:
        assert (await client.post("/chat/say", content=body)).status_code == status
        assert len(await door.came_in()) == 1


async def test_letters_that_no_record_keeps_are_left_out(door: Door) -> None:
    async with begun(door) as client:
        body = b'{"id": "abcdefgh", "text": "a\\u0000b \\ud83d c", "reply": "no number"}'
        assert (await client.post("/chat/say", content=body)).json() == {"message": 1}
        assert (await door.came_in())[1]["message"]["text"] == "ab ? c"


@pytest.mark.parametrize("reply", [10**30, -1, 0, 1.5, None])
async def test_reply_to_what_is_no_message_is_a_message(door: Door, reply: object) -> None:
    async with begun(door) as client:
        said = {"id": "abcdefgh", "text": "Đường hỏng", "reply": reply}
        assert (await client.post("/chat/say", json=said)).json() == {"message": 1}
        assert "reply_to_message" not in (await door.came_in())[1]["message"]


async def test_button_that_was_never_shown_cannot_be_pressed(door: Door) -> None:
    async with begun(door) as client, begun(door) as other:
        sent = SendMessage(chat_id=1, text="?", reply_markup=keyboard([("Rõ rồi", "r:ok")]))
        message = (await door.web.bot(sent)).message_id
        sign = door.page._sign(1, message, "r:ok")
        tap = {"id": "abcdefgh", "message": message, "data": "r:ok", "sign": sign}
        for forged in ({"sign": "x"}, {"data": "o:approve:1"}, {"message": message + 1}, {"sign": "đ"}, {"sign": None}):
            assert (await client.post("/chat/tap", json=tap | forged)).status_code == 400
        assert (await other.post("/chat/tap", json=tap)).status_code == 400
        assert (await client.post("/chat/tap", json=tap)).status_code == 200
        assert [each["callback_query"]["data"] for each in (await door.came_in())[2:]] == ["r:ok"]


async def test_file_is_seen_by_its_owner_alone(door: Door) -> None:
    async with begun(door) as client, begun(door) as other, door.browser() as stranger:
        sent = SendDocument(chat_id=1, document=BufferedInputFile(b"<script>", "du-lieu.html"))
        message = (await door.web.bot(sent)).message_id
        mine = await client.get(f"/chat/file/{message}")
        assert (mine.status_code, mine.content, mine.headers["content-type"]) == (
            200,
            b"<script>",
            "application/octet-stream",
        )
        assert mine.headers["content-disposition"].startswith("attachment")
        assert [(await who.get(f"/chat/file/{message}")).status_code for who in (other, stranger)] == [404, 404]


async def test_file_that_was_held_its_hour_says_so_and_how_to_have_it_again(door: Door) -> None:
    async with begun(door) as client:
        sent = SendDocument(chat_id=1, document=BufferedInputFile(b"PK", "du-lieu.zip"))
        message = (await door.web.bot(sent)).message_id
        for path in door.web.uploads.root.iterdir():
            path.unlink()
        gone = await client.get(f"/chat/file/{message}")
        assert (gone.status_code, gone.text) == (
            404,
            "Tệp này máy chỉ giữ một giờ. Cần lại thì chọn lại ở khung chat, hoặc gọi Văn phòng xã.",
        )


async def test_sent_file_is_what_its_bytes_say(door: Door) -> None:
    photo = picture()
    async with begun(door) as client:
        lying = {"x-once": "abcdefgh", "x-name": "../../x.html", "content-type": "text/html"}
        assert (await client.post("/chat/file", content=photo, headers=lying)).json() == {"message": 1}
        assert (await client.post("/chat/file", content=photo, headers=lying)).json() == {"message": 0}
        assert (await client.post("/chat/file", content=b"", headers={"x-once": "ijklmnop"})).status_code == 400
        assert (await client.post("/chat/file", content=photo)).status_code == 400
        shown = await client.get("/chat/file/1")
        assert (shown.headers["content-type"], shown.content) == ("image/jpeg", photo)
        assert 'filename="anh.jpg"' in shown.headers["content-disposition"]


async def test_too_large_a_file_is_refused_before_it_is_kept(
    door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.pages.chat.MAX_BYTES", 100)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"\xff\xd8\xff" * 20

    async with begun(door) as client:
        for content in (b"\xff\xd8\xff" * 40, endless()):
            sent = await client.post("/chat/file", content=content, headers={"x-once": "abcdefgh"})
            assert sent.status_code == 413
        assert not (tmp_path / "media" / "uploads").exists()


def wav() -> bytes:
    return b"RIFF\0\0\0\0WAVEfmt "


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "x", Found("image/jpeg", "anh.jpg")),
        (b"RIFF\0\0\0\0WEBPVP8 ", "bà Mẫu.webp", Found("image/webp", "anh.webp")),
        (b"\x1aE\xdf\xa3", "", Found("audio/webm", "ghi-am.webm")),
        (b"\0\0\0\x18ftypmp42", "", Found("audio/mp4", "ghi-am.m4a")),
        (b"\0\0\0\x18ftypheic", "a.heic", Found("application/octet-stream", "a.heic")),
        (wav(), "", Found("audio/wav", "ghi-am.wav")),
        (b"%PDF-1.7", "bi%C3%AAn%20b%E1%BA%A3n.pdf", Found("application/pdf", "biên bản.pdf")),
        (b"%PDF-1.7", "x.html", Found("application/pdf", "tep.pdf")),
        (
            b"PK\x03\x04",
            "a.docx",
            Found("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx"),
        ),
        (b"PK\x03\x04", "a.apk", Found("application/octet-stream", "a.apk")),
        (b"MZ", "..%2f%0d%0aa.docx", Found("application/octet-stream", "a.docx")),
        (b"", "", Found("application/octet-stream", "tep")),
    ],
)
def test_type_is_read_from_the_bytes(data: bytes, name: str, expected: Found) -> None:
    assert type_of(data, name) == expected


async def test_older_messages_come_before_those_that_are_shown(door: Door) -> None:
    async with begun(door) as client:
        for number in range(45):
            await door.web.bot(SendMessage(chat_id=1, text=f"Tin {number}"))
        found = (await client.get("/chat/older?before=6")).json()
        assert ([row["id"] for row in found["rows"]], found["more"]) == ([1, 2, 3, 4, 5], False)
        assert (await client.get("/chat/older?before=x")).json() == {"rows": [], "more": False}
        found = (await client.get("/chat/older?before=46")).json()
        assert (len(found["rows"]), found["more"]) == (40, True)


async def test_only_what_looks_otherwise_is_drawn_again(door: Door) -> None:
    async def drawn(known: dict[int, tuple[int, str]]) -> list[int]:
        shown = await door.page._shown(1, known)
        assert shown is not None
        assert all(row["v"] for row in shown["rows"])
        return [row["id"] for row in shown["rows"] if "html" in row]

    async with begun(door):
        asked = keyboard([("Rõ rồi", "r:ok")])
        for number in range(3):
            await door.web.bot(SendMessage(chat_id=1, text=f"Tin {number}", reply_markup=asked))
        known: dict[int, tuple[int, str]] = {}
        assert (await drawn(known), await drawn(known)) == ([1, 2, 3], [])
        await door.web.bot(SendMessage(chat_id=1, text="Tin 3", reply_markup=asked))
        assert await drawn(known) == [3, 4]  # the buttons of the former are active no more
        await sql(door.db, "UPDATE account SET language = 'en'")
        assert await drawn(known) == [1, 2, 3, 4]


async def test_what_people_write_is_shown_as_text(door: Door) -> None:
    async with begun(door) as client:
        await client.post("/chat/say", json={"id": "abcdefgh", "text": '<img src=x onerror="alert(1)"> & <b>đậm</b>'})
        await door.web.bot(SendMessage(chat_id=1, text="<b>Chào</b>", reply_markup=keyboard([('<i>"Rõ"</i>', "r:ok")])))
        mine, ours = (await client.get("/chat/older?before=99")).json()["rows"]
        assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &lt;b&gt;đậm&lt;/b&gt;" in mine["html"]
        assert "<b>Chào</b>" in ours["html"]
        assert ">&lt;i&gt;&quot;Rõ&quot;&lt;/i&gt;</button>" in ours["html"]


async def test_code_on_paper_opens_her_conversation_in_another_browser(door: Door) -> None:
    async with begun(door) as client, door.browser() as other:
        await door.web.bot(SendMessage(chat_id=1, text="Chào bác"))
        code = (await client.post("/chat/code", json={})).json()["code"]
        assert re.fullmatch(r"\d{4} \d{4} \d{4}", code)
        # What stands on her paper holds until she says that it shall not.
        assert (await client.post("/chat/code", json={"anew": False})).json() == {"code": None}
        assert (await other.post("/chat/code", json={})).status_code == 401
        assert (await other.post("/chat/open", json={"code": code})).status_code == 200
        assert [row["id"] for row in (await other.get("/chat/older?before=99")).json()["rows"]] == [1]
        anew = (await client.post("/chat/code", json={"anew": True})).json()["code"]
        assert (await other.post("/chat/open", json={"code": code})).status_code == 404
        assert (await other.post("/chat/open", json={"code": anew})).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "javascript:1"},
        {"endpoint": "https://" + "a" * 1000},
        {"endpoint": "https://[x"},
        {"endpoint": "https://push.example:x/1"},
        {"endpoint": "https://push.example/\x01"},
        {"endpoint": None},
        {"p256dh": "AA"},
        {"p256dh": None},
        {"auth": "đ" * 22},
        {"auth": 7},
    ],
)
async def test_subscription_that_is_none_is_refused(door: Door, change: dict[str, Any]) -> None:
    proper = {"endpoint": "https://push.example/1", "p256dh": KEYS.caller, "auth": "A" * 22}
    async with begun(door) as client:
        assert (await client.post("/chat/push", json=proper | change)).status_code == 400
        assert await sql(door.db, "SELECT count(*) FROM web_push") == [(0,)]


async def test_subscription_is_kept_for_her_and_taken_back(door: Door) -> None:
    proper = {"endpoint": "https://push.example/1", "p256dh": KEYS.caller, "auth": "A" * 22}
    async with begun(door) as client, door.browser() as stranger:
        assert (await stranger.post("/chat/push", json=proper)).status_code == 401
        assert (await client.post("/chat/push", json=proper)).status_code == 200
        assert await sql(door.db, "SELECT account_id, endpoint FROM web_push") == [(1, "https://push.example/1")]
        assert (await client.post("/chat/push", json={"endpoint": proper["endpoint"]})).status_code == 200
        assert await sql(door.db, "SELECT count(*) FROM web_push") == [(0,)]


async def test_page_that_was_looked_at_is_not_called(door: Door) -> None:
    async with begun(door) as client, door.browser() as stranger:
        proper = {"endpoint": "https://push.example/1", "p256dh": KEYS.caller, "auth": "A" * 22}
        await client.post("/chat/push", json=proper)
        await door.web.bot(SendMessage(chat_id=1, text="Tin"))
        waiting = "SELECT count(*) FROM web_push WHERE due_at IS NOT NULL"
        for who, headers in ((stranger, {}), (client, {"sec-fetch-site": "cross-site"})):
            assert (await who.post("/chat/seen", headers=headers)).status_code == 204
        assert await sql(door.db, waiting) == [(1,)]
        assert (await client.post("/chat/seen")).status_code == 204
        assert await sql(door.db, waiting) == [(0,)]


async def test_page_can_be_put_on_the_home_screen(door: Door) -> None:
    async with door.browser() as client:
        described = (await client.get("/chat/manifest.webmanifest")).json()
        assert (described["start_url"], described["scope"], described["display"]) == ("/chat", "/chat", "standalone")
        for each in described["icons"]:
            picture = Image.open(io.BytesIO((await client.get(each["src"])).content))
            assert f"{picture.width}x{picture.height}" == each["sizes"]
        worker = await client.get("/chat/worker.js")
        assert (worker.headers["service-worker-allowed"], "[[" in worker.text) == ("/chat", False)
        embed = (await client.get("/chat/embed.js")).text
        assert f'"{SITE}"' in embed
        assert '["https://cong.example"]' in embed


def test_keys_are_made_once_and_for_us_alone(tmp_path: Path) -> None:
    made = keys.load(tmp_path / "media")
    path = tmp_path / "media" / keys.NAME
    assert (keys.load(tmp_path / "media"), len(made.session), path.stat().st_mode & 0o777) == (made, 32, 0o600)
    assert [each.name for each in path.parent.iterdir()] == [keys.NAME]
    stranger = keys.new()
    for damaged in ("{}", json.dumps({"session": made.session.hex(), "push": stranger.push, "caller": made.caller})):
        path.write_text(damaged)
        with pytest.raises(keys.Damaged, match="put it aside"):
            keys.load(tmp_path / "media")
