"""The public chat in a real browser at the width of a small phone, on the real program."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, expect

from storage.models import Role
from tests.bot.pages.test_phones import LONG
from tests.bot.pages.visits import MOST_AT_FIRST, WORDS, invited, rows, visiting
from tests.processes import Parent, chat_site

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the browser's


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
            await her.sees("KX-1: Xã đã trả lời ngày")
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
