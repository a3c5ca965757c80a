"""The public chat in a real browser at the width of a small phone, on the real program."""

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import SendMessage
from playwright.async_api import Browser, ConsoleMessage, FilePayload, Locator, Page, Route, expect

from bot.app import Parts, assemble, run
from bot.config import load
from storage import people
from storage.database import Database
from storage.models import Role
from tests.bot.pages.test_phones import LONG, road
from tests.bot.parts import eventually
from tests.commune import COMMUNE
from tests.doubles.webpush import PushDouble, word
from tests.processes import Parent, Site, site, wait_ready

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the browser's

MOST_AT_FIRST = 450_000
"""Bytes over the wire at first load."""
WORDS = "Đường vào thôn bị hỏng lâu rồi, mưa là lầy lội"


def chat_site(folder: Path, **settings: str) -> Site:
    here = site(folder, **settings)
    more = {"DOITHOAI_WEB__CHAT": "true", "DOITHOAI_WEB__PUBLIC_URL": f"http://127.0.0.1:{here.port}"}
    return replace(here, environ={**here.environ, **more})


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's browser with the chat open, and what it complained of."""

    page: Page
    complaints: list[str]

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    async def says(self, words: str) -> None:
        await self.page.get_by_label("Nhắn ở đây").fill(words)
        await self.page.get_by_role("button", name="Gửi", exact=True).click()

    async def presses(self, label: str) -> None:
        await self.log.get_by_role("button", name=label, exact=True).last.click(timeout=LONG)

    async def sees(self, words: str) -> None:
        await expect(self.log.locator(".dt-in", has_text=words).last).to_be_visible(timeout=LONG)

    async def sends_photo(self) -> None:
        async with self.page.expect_file_chooser() as choosing:
            await self.page.get_by_role("button", name="Gửi ảnh hoặc tệp").click()
        photo = FilePayload(name="IMG_0012.jpg", mimeType="image/jpeg", buffer=road())
        await (await choosing.value).set_files(photo)

    async def own(self, words: str) -> None:
        await expect(self.log.locator(".dt-out", has_text=words).last).to_be_visible(timeout=LONG)


def is_complaint(message: ConsoleMessage) -> bool:
    """Whether the browser complains of anything but the network that a test took away."""
    return message.type == "error" and "ERR_INTERNET_DISCONNECTED" not in message.text


@asynccontextmanager
async def visiting(
    browser: Browser, here: Site, path: str = "/chat", width: int = 360, height: int = 740, script: str = ""
) -> AsyncIterator[Visit]:
    context = await browser.new_context(
        viewport={"width": width, "height": height}, permissions=["microphone"], has_touch=True
    )
    await context.add_init_script(script)
    page = await context.new_page()
    page.set_default_timeout(LONG)
    visit = Visit(page, [])
    page.on("console", lambda message: visit.complaints.append(message.text) if is_complaint(message) else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    await page.goto(f"http://127.0.0.1:{here.port}{path}")
    yield visit
    await context.close()


def rows(here: Site, query: str) -> list[tuple[object, ...]]:
    """What the record of the running program says."""
    with sqlite3.connect(here.database_url.partition(":///")[2]) as connection:
        return connection.execute(query).fetchall()


@asynccontextmanager
async def in_process(here: Site, trusted: str) -> AsyncIterator[Parts]:
    """The program in this process: it may call the push service at `trusted`, which lies on this machine."""
    parts = assemble(load(here.config, here.environ), trusted=[trusted])
    stopping = asyncio.Event()
    running = asyncio.create_task(run(parts, stopping))
    await wait_ready(here)
    yield parts
    stopping.set()
    await running


async def invited(here: Site, role: Role) -> str:
    db = Database(here.database_url, COMMUNE)
    async with db.write() as tx:
        code = await people.invite(tx, role)
    await db.close()
    return code


async def test_resident_comes_by_qr_code_loses_the_network_and_has_her_answer(
    parent: Parent, browser: Browser, tmp_path: Path
) -> None:
    shots = Path(os.environ.get("DOITHOAI_SCREENSHOTS", tmp_path))
    here = chat_site(tmp_path)
    async with parent.running(here), visiting(browser, here, "/chat?thon=mau-3") as her:
        code = await invited(here, Role.CLERK)
        await her.sees("Chào bác ở Thôn mẫu 3")
        await her.page.screenshot(path=shots / "chat-360-start.png")
        assert her.page.url.endswith("/chat")
        await her.says(WORDS)
        await her.presses("Đồng ý")
        await her.sees("Việc này gần với loại nào?")  # she came by her village's code, and is not asked for it

        # A minute without network: what she taps, chooses and types waits in her phone.
        await her.page.clock.install()
        await her.page.context.set_offline(offline=True)
        await expect(her.page.get_by_role("status")).to_contain_text("mất mạng")
        await her.presses("Đường, điện, nước")
        await her.sends_photo()
        await her.says("Ngay trước nhà văn hoá")
        await her.page.clock.fast_forward(60_000)
        await expect(her.page.locator(".dt-waits")).to_have_count(2)
        await her.page.screenshot(path=shots / "chat-360-offline.png")
        await her.page.context.set_offline(offline=False)
        await her.page.clock.fast_forward(20_000)
        await expect(her.page.locator(".dt-waits")).to_have_count(0, timeout=LONG)
        await her.own("Ngay trước nhà văn hoá")
        await expect(her.page.get_by_role("status")).to_have_text("")

        await her.presses("Gửi, không ghi tên")
        await her.sees("KX-1")
        await her.page.screenshot(path=shots / "chat-360-code.png")
        assert rows(here, "SELECT village_id, field_id, text FROM opinion") == [
            ("mau-3", "ha-tang", f"{WORDS}\nNgay trước nhà văn hoá")
        ]
        assert rows(here, "SELECT count(*), count(opinion_id) FROM attachment") == [(1, 1)]

        async with visiting(browser, here, f"/chat#{code}", 1280, 800) as clerk:
            await clerk.sees("Văn phòng")
            assert clerk.page.url.endswith("/chat")
            await clerk.says("/traloi KX-1 Kính gửi Ông/Bà. Phòng Kinh tế đã xuống xem tại chỗ.")
            await clerk.presses("Gửi trả lời")
            await her.sees("Phòng Kinh tế đã xuống xem tại chỗ")
            await clerk.page.screenshot(path=shots / "chat-1280-office.png")
            await her.page.screenshot(path=shots / "chat-360-answer.png")
            await her.presses("Rõ rồi")
            await her.sees("KX-1 đã xong")
            assert (her.complaints, clerk.complaints) == ([], [])
        assert await her.page.evaluate("document.documentElement.scrollWidth") == 360

        # The cookie brings her back to the same conversation.
        before = await her.log.locator(":scope > div").count()
        await her.page.reload()
        await expect(her.log.locator(":scope > div")).to_have_count(before)
        assert rows(here, "SELECT count(*) FROM account") == [(2,)]


async def test_first_load_is_light_and_asks_nobody_else(parent: Parent, browser: Browser, tmp_path: Path) -> None:
    here = chat_site(tmp_path)
    async with parent.running(here):
        context = await browser.new_context(viewport={"width": 360, "height": 740})
        page = await context.new_page()
        wire = await context.new_cdp_session(page)
        got: list[float] = []
        hosts: set[str] = set()
        wire.on("Network.dataReceived", lambda seen: got.append(seen["encodedDataLength"]))
        wire.on("Network.responseReceivedExtraInfo", lambda seen: got.append(len(seen.get("headersText", ""))))
        page.on("request", lambda request: hosts.add(request.url.partition("://")[2].partition("/")[0]))
        await wire.send("Network.enable")
        await page.goto(f"http://127.0.0.1:{here.port}/chat")
        await expect(page.get_by_role("log")).to_contain_text("máy trả lời tự động", timeout=LONG)
        await context.close()
    print(f"first load: {sum(got):,.0f} bytes")
    assert 0 < sum(got) <= MOST_AT_FIRST
    assert hosts == {f"127.0.0.1:{here.port}"}


async def test_words_whose_receipt_was_lost_are_heard_once(parent: Parent, browser: Browser, tmp_path: Path) -> None:
    here = chat_site(tmp_path)
    lost: list[int] = []

    async def heard_and_cut(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        lost.append((await route.fetch()).status)
        await route.abort()

    async with parent.running(here), visiting(browser, here) as her:
        await her.sees("máy trả lời tự động")
        await her.page.route("**/chat/say?*", heard_and_cut)
        await her.says(WORDS)
        await expect(her.page.locator(".dt-waits")).to_have_count(0, timeout=LONG)
        await expect(her.log.locator(".dt-out", has_text=WORDS)).to_have_count(1)
        assert lost == [200]
        assert rows(here, "SELECT count(*) FROM transcript WHERE NOT outgoing") == [(1,)]
        assert rows(here, "SELECT count(*) FROM inbox") == [(2,)]  # how she came, and her words


async def test_page_closed_without_network_keeps_what_was_said(
    parent: Parent, browser: Browser, tmp_path: Path
) -> None:
    here = chat_site(tmp_path)
    async with parent.running(here), visiting(browser, here) as her:
        await her.sees("máy trả lời tự động")
        await her.page.context.set_offline(offline=True)
        await her.says(WORDS)
        await her.page.get_by_label("Nhắn ở đây").fill("Viết dở")
        await her.page.route("**/chat/say?*", lambda route: route.abort())
        await her.page.context.set_offline(offline=False)
        await her.page.reload()
        await expect(her.page.locator(".dt-waits", has_text=WORDS)).to_be_visible()
        await expect(her.page.get_by_label("Nhắn ở đây")).to_have_value("Viết dở")
        await her.page.unroute("**/chat/say?*")
        await her.own(WORDS)
        assert rows(here, "SELECT count(*) FROM transcript WHERE NOT outgoing") == [(1,)]


async def test_voice_is_recorded_in_the_page_and_heard(parent: Parent, browser: Browser, tmp_path: Path) -> None:
    here = chat_site(tmp_path)
    async with parent.running(here), visiting(browser, here) as her:
        await her.sees("máy trả lời tự động")
        await her.page.get_by_role("button", name="Ghi âm lời nói").click()
        await expect(her.page.locator("#dt-recorded")).to_have_text("0:01")
        await her.page.get_by_role("button", name="Gửi lời ghi âm").click()
        await expect(her.log.locator(".dt-out audio")).to_be_visible()
        await her.sees("đồng ý")
        assert rows(here, "SELECT kind, mime FROM attachment") == [("voice", "audio/webm")]
        assert her.complaints == []


FAKE_SUBSCRIPTION = """
const asked = {endpoint: ENDPOINT, keys: {p256dh: P256DH, auth: AUTH}};
const made = {endpoint: ENDPOINT, toJSON: () => asked};
PushManager.prototype.subscribe = async (options) => {
  window.callerKey = Array.from(options.applicationServerKey);
  window.subscribed = made;
  return made;
};
PushManager.prototype.getSubscription = async () => window.subscribed || null;
"""
"""A browser without Google behind it has no push service: this one is ours. All else is the browser's own."""


async def test_answer_reaches_her_phone_when_the_page_is_closed(browser: Browser, tmp_path: Path) -> None:
    async with PushDouble() as service:
        phone = service.subscriber("phone")
        here = chat_site(tmp_path)
        words = {"ENDPOINT": service.endpoint("phone"), "P256DH": phone.p256dh, "AUTH": word(phone.auth)}
        script = FAKE_SUBSCRIPTION
        for name, value in words.items():
            script = script.replace(name, json.dumps(value))
        async with in_process(here, service.host) as parts, visiting(browser, here, script=script) as her:
            await her.page.context.grant_permissions(["notifications"])
            await her.sees("máy trả lời tự động")
            await her.page.get_by_role("button", name="Thêm").click()
            await her.page.get_by_role("button", name="Báo cho tôi khi có trả lời").click()
            await expect(her.page.get_by_role("dialog")).to_contain_text("Máy sẽ báo khi có tin mới.")
            await her.page.get_by_role("button", name="Đóng").click()
            await her.says(WORDS)
            await her.sees("Đồng ý")
            assert service.calls == []

            # Nobody looks at the page, and something new is said to her.
            await her.page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
            await her.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            [web] = parts.messengers

            async def heard() -> list[Any]:
                # The server learns that a page is closed a moment after it was.
                if not phone.heard:
                    await web.bot(SendMessage(chat_id=1, text="Tin của xã"))
                return phone.heard

            [payload] = (await eventually(heard, timeout=20))[:1]
            assert payload == {"title": "xã Khuất Xá", "body": "Có tin mới. Bấm để đọc.", "language": "vi"}
            assert service.wrong == []
            key = bytes(await her.page.evaluate("window.callerKey"))
            assert service.callers == {word(key)}

            # What the push service then hands to the browser is shown by it.
            wire = await her.page.context.new_cdp_session(her.page)
            found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

            def registered(seen: dict[str, Any]) -> None:
                for each in seen["registrations"]:
                    if not found.done():
                        found.set_result(each["registrationId"])

            wire.on("ServiceWorker.workerRegistrationUpdated", registered)
            await wire.send("ServiceWorker.enable")
            await wire.send(
                "ServiceWorker.deliverPushMessage",
                {
                    "origin": f"http://127.0.0.1:{here.port}",
                    "registrationId": await asyncio.wait_for(found, 10),
                    "data": json.dumps(payload),
                },
            )
            shown = await her.page.wait_for_function(
                """async () => {
                    const registration = await navigator.serviceWorker.getRegistration("/chat");
                    const shown = await registration.getNotifications();
                    return shown.length && shown.map((each) => [each.title, each.body, each.tag]);
                }"""
            )
            assert await shown.json_value() == [["xã Khuất Xá", "Có tin mới. Bấm để đọc.", "tin"]]
