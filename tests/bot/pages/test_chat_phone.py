"""The public chat and the phone it is on: calls, no network, the home screen, another phone, a portal, axe."""

import asyncio
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import SendMessage
from aiohttp import web
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.bot.pages.test_phones import LONG, road
from tests.bot.pages.visits import WORDS, in_process, rows, visiting
from tests.bot.parts import eventually
from tests.doubles.webpush import PushDouble, word
from tests.processes import Parent, chat_site

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the browser's


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


NOTIFICATIONS = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/chat");
  return (await registration.getNotifications()).map((each) => [each.title, each.body, each.tag]);
}"""


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
            # Whichever conversation this browser comes to speak for, it is called for that one.
            with sqlite3.connect(here.database_url.partition(":///")[2]) as connection:
                connection.execute("DELETE FROM web_push")
            await her.page.evaluate("begin()")

            async def subscribed() -> bool:
                return rows(here, "SELECT account_id FROM web_push") == [(1,)]

            await eventually(subscribed)

            # Nobody looks at the page, and something new is said to her.
            await her.page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
            await her.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            [messenger] = parts.messengers

            async def heard() -> list[Any]:
                # The server learns that a page is closed a moment after it was.
                if not phone.heard:
                    await messenger.bot(SendMessage(chat_id=1, text="Tin của xã"))
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

            async def shown() -> list[list[str]]:
                found: list[list[str]] = await her.page.evaluate(NOTIFICATIONS)
                return found

            assert await eventually(shown) == [["xã Khuất Xá", "Có tin mới. Bấm để đọc.", "tin"]]


async def test_page_opens_without_network_and_sends_later(parent: Parent, browser: Browser, tmp_path: Path) -> None:
    async def broken(request: web.Request) -> web.Response:
        return web.Response(status=503)

    here = chat_site(tmp_path)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(parent.running(here))
        async with visiting(browser, here) as her:
            await her.sees("máy trả lời tự động")
            await her.page.evaluate("navigator.serviceWorker.ready")

            async def kept() -> bool:
                return bool(await her.page.evaluate("caches.match('/chat').then(Boolean)"))

            await eventually(kept)
            await her.page.context.set_offline(offline=True)
            await her.page.reload()
            await expect(her.page.get_by_role("status").first).to_contain_text("mất mạng")
            await her.says(WORDS)
            await expect(her.page.locator(".dt-waits", has_text=WORDS)).to_be_visible()
            await her.page.context.set_offline(offline=False)
            await her.own(WORDS)
            assert rows(here, "SELECT count(*) FROM account") == [(1,)]

            # The program is being started anew, and a proxy answers for it.
            await stack.aclose()
            app = web.Application()
            app.router.add_route("*", "/{any:.*}", broken)
            runner = web.AppRunner(app)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", here.port).start()
            await her.page.reload()
            await expect(her.page.get_by_role("status").first).to_contain_text("Máy đang trục trặc")
            await runner.cleanup()


async def test_code_on_paper_opens_her_conversation_on_another_phone(
    parent: Parent, browser: Browser, tmp_path: Path
) -> None:
    shots = Path(os.environ.get("DOITHOAI_SCREENSHOTS", tmp_path))
    here = chat_site(tmp_path)
    async with parent.running(here), visiting(browser, here) as her, visiting(browser, here) as other:
        await her.says(WORDS)
        await her.own(WORDS)
        await her.page.get_by_role("button", name="Thêm").click()
        await her.page.get_by_role("button", name="Mã để mở ở máy khác").click()
        shown = her.page.locator("#dt-code")
        await expect(shown).to_have_text(re.compile(r"\d{4} \d{4} \d{4}"))
        code = await shown.inner_text()
        # Pressed once more it says what that would do, and does nothing yet.
        await expect(her.page.get_by_role("button", name="Đóng")).to_be_focused()
        await her.page.keyboard.press("Enter")
        await her.page.get_by_role("button", name="Thêm").click()
        await her.page.get_by_role("button", name="Mã để mở ở máy khác").click()
        await expect(her.page.get_by_role("dialog")).to_contain_text("đã có một mã ghi ra giấy")
        await expect(her.page.get_by_role("button", name="Lấy mã mới")).to_be_visible()
        await her.page.screenshot(path=shots / "chat-360-menu.png")

        await other.sees("máy trả lời tự động")
        await other.page.get_by_role("button", name="Thêm").click()
        await other.page.get_by_role("button", name="Mở bằng mã đã ghi").click()
        await other.page.get_by_label("Mã 12 số").fill("1234 5678 9012")
        await other.page.get_by_role("button", name="Mở", exact=True).click()
        await expect(other.page.get_by_role("dialog")).to_contain_text("xem lại từng số")
        await other.page.get_by_label("Mã 12 số").fill(code.replace(" ", "-"))
        await other.page.screenshot(path=shots / "chat-360-open.png")
        await other.page.get_by_role("button", name="Mở", exact=True).click()
        await other.own(WORDS)

        # The other phone is her neighbour's, and shall keep nothing of hers.
        await other.page.get_by_label("Nhắn ở đây").fill("Viết dở")
        await other.page.get_by_role("button", name="Thêm").click()
        await other.page.get_by_role("button", name="Thoát khỏi máy này").click()
        await expect(other.page.get_by_role("dialog")).to_contain_text("Chưa ghi mã ra giấy thì không mở lại được")
        await other.page.get_by_role("button", name="Thoát", exact=True).click()
        await other.sees("máy trả lời tự động")
        await expect(other.log.locator(".dt-out")).to_have_count(0)
        await expect(other.page.get_by_label("Nhắn ở đây")).to_have_value("")
        await her.own(WORDS)


async def test_portal_shows_the_chat_by_one_line_and_another_site_may_not(
    parent: Parent, browser: Browser, tmp_path: Path
) -> None:
    async def portal(request: web.Request) -> web.Response:
        line = f'<script src="http://127.0.0.1:{here.port}/chat/embed.js" async></script>'
        return web.Response(text=f"<!doctype html><title>Cổng</title><p>Tin</p>{line}", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", portal)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    here = chat_site(tmp_path, DOITHOAI_WEB__EMBED=json.dumps([f"http://127.0.0.1:{port}"]))
    async with parent.running(here):
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(f"http://127.0.0.1:{port}/")
        await page.get_by_role("button", name="Gửi ý kiến cho xã").click()
        frame = page.frame_locator("iframe")
        await expect(page.get_by_role("button", name="Đóng")).to_have_attribute("aria-expanded", "true")
        await expect(frame.get_by_role("log")).to_contain_text("máy trả lời tự động", timeout=LONG)
        await frame.get_by_label("Nhắn ở đây").fill(WORDS)
        await frame.get_by_role("button", name="Gửi", exact=True).click()
        await expect(frame.get_by_role("log").locator(".dt-out", has_text=WORDS)).to_be_visible(timeout=LONG)
        # A page of its own would not be hers: what the frame shows is brought by the frame.
        photo = FilePayload(name="duong.jpg", mimeType="image/jpeg", buffer=road())
        await frame.locator("#dt-file").set_input_files(photo)
        async with page.expect_download() as bringing:
            await frame.get_by_role("log").locator(".dt-out a").click()
        assert (await bringing.value).suggested_filename == "anh.jpg"

        # The same page under another name is another site.
        await page.goto(f"http://localhost:{port}/")
        async with page.expect_popup() as popping:
            await page.get_by_role("button", name="Gửi ý kiến cho xã").click()
        assert (await popping.value).url == f"http://127.0.0.1:{here.port}/chat"
        await page.evaluate(
            f"document.body.append(Object.assign(document.createElement('iframe'),"
            f"{{src: 'http://127.0.0.1:{here.port}/chat'}}))"
        )
        await expect(page.frame_locator("iframe").get_by_role("log")).to_have_count(0)
        refused = [each for each in page.frames if each.url.startswith("chrome-error:")]
        await page.close()
    await runner.cleanup()
    assert len(refused) == 1


AXE = "axe-core@4.14.1"


def axe() -> str:
    """The script of axe-core, from its package; skips where no package can be had."""
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "doithoai-tests" / AXE
    script = kept / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("no npm on this machine, and no axe-core without it")
        kept.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([npm, "pack", AXE, "--silent"], cwd=kept, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip("npm does not bring axe-core here")
        with tarfile.open(next(kept.glob("*.tgz"))) as packed:
            found = packed.extractfile("package/axe.min.js")
            assert found is not None
            script.write_bytes(found.read())
    return script.read_text(encoding="utf-8")


async def findings(page: Page) -> list[tuple[str, str, list[str]]]:
    """What axe finds wrong, whatever its weight."""
    found = await page.evaluate("axe.run()")
    return [
        (each["id"], each["impact"], [" ".join(node["target"]) for node in each["nodes"]])
        for each in found["violations"]
    ]


async def test_page_has_nothing_that_axe_complains_of(parent: Parent, browser: Browser, tmp_path: Path) -> None:
    script = axe()
    here = chat_site(tmp_path)
    async with parent.running(here), visiting(browser, here) as her:
        await her.sees("máy trả lời tự động")
        await her.says(WORDS)
        await her.presses("Đồng ý")
        await her.sends_photo()
        await expect(her.log.locator(".dt-photo")).to_be_visible()
        await expect(her.page.locator(".dt-waits")).to_have_count(0)
        await her.page.evaluate(script)
        assert await findings(her.page) == []
        await her.page.get_by_role("button", name="Trả lời tin này").last.click()
        await her.page.context.set_offline(offline=True)
        await her.says("Nói thêm")
        assert await findings(her.page) == []
        await her.page.get_by_role("button", name="Thêm").click()
        await her.page.get_by_role("button", name="Mở bằng mã đã ghi").click()
        assert await findings(her.page) == []
