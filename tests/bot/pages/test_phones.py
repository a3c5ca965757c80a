"""The phones page in a real browser, on the real program, started once as a user starts it."""

import io
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from tests.processes import Parent, Site, running, site

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the browser's

WORDS = "duong vao thon bi hong lau roi, mua la lay loi"
LONG = 20_000  # milliseconds that a step may take on a busy machine


@dataclass(frozen=True, slots=True)
class Seen:
    """The page, what its browser complained of, and every host it asked."""

    page: Page
    complaints: list[str]
    hosts: set[str]

    def phone(self, native_id: str) -> Locator:
        return self.page.locator(f'[data-phone="{native_id}"]')


@asynccontextmanager
async def opened(browser: Browser, address: str, width: int, height: int) -> AsyncIterator[Seen]:
    page = await browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(LONG)
    seen = Seen(page, [], set())
    page.on("console", lambda message: seen.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.hosts.add(request.url.partition("://")[2].partition("/")[0]))
    await page.goto(address)
    yield seen
    await page.close()


def address_of(site: Site) -> str:
    """The address that the program printed, with its key."""
    found = re.search(r"http://\S+/\?key=\S+", site.log.read_text())
    assert found is not None
    return found[0]


def road() -> bytes:
    """A drawn photo of a muddy road between fields, large enough to be looked at."""
    image = Image.new("RGB", (480, 300), "#cfe3ee")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 120, 480, 300), fill="#7fa35c")
    draw.polygon(((215, 120), (265, 120), (400, 300), (80, 300)), fill="#8a6b4c")
    for left, top, wide in ((225, 150, 26), (200, 185, 60), (240, 220, 80), (150, 255, 110)):
        draw.ellipse((left, top, left + wide, top + wide // 4), fill="#5d4630")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


async def press(phone: Locator, label: str) -> None:
    """Presses the newest button with this label."""
    button = phone.get_by_role("button", name=label, exact=True).last
    await button.click(timeout=LONG)


async def shows(phone: Locator, words: str) -> None:
    await expect(phone.locator(".dt-in", has_text=words).last).to_be_visible(timeout=LONG)


async def attach(phone: Locator, page: Page, data: bytes) -> None:
    async with page.expect_file_chooser() as choosing:
        await press(phone, "Gửi ảnh hoặc tệp")
    await (await choosing.value).set_files(FilePayload(name="anh.jpg", mimeType="image/jpeg", buffer=data))


async def test_newcomer_who_clicks_what_is_offered_reaches_an_answered_opinion(
    browser: Browser, tmp_path: Path
) -> None:
    shots = Path(os.environ.get("DOITHOAI_SCREENSHOTS", tmp_path))
    here = site(tmp_path)
    async with running(here), opened(browser, address_of(here), 1280, 800) as seen:
        resident, clerk = seen.phone("resident-1"), seen.phone("clerk-1")
        await shows(resident, "máy trả lời tự động")
        await shows(clerk, "Văn phòng")
        await seen.page.screenshot(path=shots / "phones-start.png")

        await press(resident, WORDS)
        await expect(resident.locator(".dt-out", has_text=WORDS)).to_be_visible()
        await press(resident, "Đồng ý")
        await press(resident, "3")
        await press(resident, "Đường, điện, nước")
        await shows(resident, "xem lại")
        await attach(resident, seen.page, road())
        await expect(resident.locator(".dt-out .dt-photo")).to_be_visible()
        await press(resident, "Gửi, không ghi tên")
        await shows(resident, "KX-1")
        # Grey, not the white of the clock above the phones.
        await expect(resident.locator(".dt-in .dt-time").last).to_have_css("color", "rgb(90, 107, 120)")

        await shows(clerk, WORDS)
        await press(clerk, "Trả lời")
        await clerk.locator(".dt-sample").first.click()
        await shows(clerk, "Phòng Kinh tế đã xuống xem tại chỗ")
        await press(clerk, "Gửi trả lời")
        await shows(resident, "Phòng Kinh tế đã xuống xem tại chỗ")
        await expect(clerk.locator(".dt-typing")).to_be_hidden(timeout=LONG)
        await seen.page.screenshot(path=shots / "phones.png")
        await press(resident, "Rõ rồi")
        await expect(resident.locator(".dt-chosen", has_text="Rõ rồi")).to_be_visible()
        await shows(resident, "KX-1: Xã đã trả lời ngày")

        # The transcript is the record's: a new page shows the same.
        before = await resident.locator(".dt-message").count()
        await seen.page.reload()
        await expect(resident.locator(".dt-message")).to_have_count(before)
        assert (seen.complaints, seen.hosts) == ([], {f"127.0.0.1:{here.port}"})

        async with opened(browser, address_of(here), 390, 844) as small:
            await shows(small.phone("resident-1"), "Phòng Kinh tế đã xuống xem tại chỗ")
            await small.page.screenshot(path=shots / "phones-390.png")
            await small.page.locator(".dt-tab", has_text="Văn phòng").click()
            await expect(small.phone("clerk-1")).to_be_in_viewport(ratio=0.99)
            await small.page.screenshot(path=shots / "phones-390-office.png")
            width = await small.page.evaluate("document.documentElement.scrollWidth")
            assert (width, small.complaints) == (390, [])


async def test_phone_without_buttons_goes_by_numbers_and_reset_begins_anew(
    parent: Parent, browser: Browser, tmp_path: Path
) -> None:
    here = site(tmp_path)
    async with parent.running(here), opened(browser, address_of(here), 1280, 800) as seen:
        await shows(seen.phone("resident-1"), "máy trả lời tự động")
        await seen.page.get_by_role("button", name="Thêm máy").click()
        await seen.page.get_by_role("menuitem", name="Máy không nút").click()
        plain = seen.phone("plain-1")
        await shows(plain, "1. Gửi ý kiến")
        field = plain.get_by_label("Nhắn ở đây")
        for words, answer in (
            ("<b>mat dien</b> & tối", "1. Đồng ý"),
            ("1", "Việc này ở thôn nào?"),
            ("3", "1. Đường, điện, nước"),
            ("1", "1. Gửi, không ghi tên"),
            ("1", "KX-1"),
        ):
            await field.fill(words)
            await field.press("Enter")
            await expect(plain.locator(".dt-out").last).to_contain_text(words)
            await expect(field).to_have_value("")
            await shows(plain, answer)
        await shows(seen.phone("clerk-1"), "<b>mat dien</b> & tối")

        await seen.page.get_by_role("button", name="Làm lại", exact=True).click()
        await seen.page.get_by_role("button", name="Xoá, làm lại").click()
        await expect(plain).to_have_count(0, timeout=LONG)
        await shows(seen.phone("clerk-1"), "Văn phòng")
        await expect(seen.phone("clerk-1").locator(".dt-in", has_text="mat dien")).to_have_count(0)


async def test_page_and_files_without_the_key_are_refused(parent: Parent, tmp_path: Path) -> None:
    here = site(tmp_path)
    async with parent.running(here), aiohttp.ClientSession(f"http://127.0.0.1:{here.port}") as client:
        for path in ("/", "/?key=", "/?key=khoá", "/phones/file?account=1&message=1"):
            async with client.get(path) as response:
                assert (path, response.status) == (path, 403)
                assert "Địa chỉ này thiếu khoá" in await response.text()
        key = address_of(here).partition("key=")[2]
        async with client.get("/phones/file", params={"key": key, "account": 1, "message": 1}) as response:
            assert (response.status, await response.text()) == (404, "Không có tệp này.")


async def test_clock_is_pushed_and_the_reminders_of_the_conference_come(
    parent: Parent, browser: Browser, tmp_path: Path
) -> None:
    here = site(tmp_path)
    shots = Path(os.environ.get("DOITHOAI_SCREENSHOTS", tmp_path))
    async with parent.running(here), opened(browser, address_of(here), 1280, 800) as seen:
        resident, clerk = seen.phone("resident-1"), seen.phone("clerk-1")
        clock = seen.page.get_by_role("button", name="Giờ của máy")
        believed = re.compile(r"(Thứ [^ ]+|Chủ Nhật) \d\d/\d\d/\d{4}, \d\d:\d\d")
        await expect(clock).to_have_text(believed)
        now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
        day = now + timedelta(days=20)
        field = clerk.get_by_label("Nhắn ở đây")
        for words, answer in (("/hoinghi", "Gõ ngày giờ"), (f"{day:%d/%m/%Y} 7h30", "Họp ở đâu?")):
            await field.fill(words)
            await field.press("Enter")
            await shows(clerk, answer)
        await press(clerk, "Hội trường UBND xã")
        await press(clerk, "Đặt lịch")
        await shows(clerk, "Đã đặt")
        await press(resident, "Hội nghị")
        await press(resident, "Tôi sẽ đến")
        await press(resident, "Đồng ý")
        await shows(resident, "Xã ghi bác sẽ đến.")

        await clock.click()
        await seen.page.get_by_role("menuitem", name="Tới lần nhắc hội nghị sau").click()
        await expect(clock).to_contain_text(f"{day - timedelta(days=1):%d/%m/%Y}, 18:3")
        await shows(resident, "Sáng mai")
        await clock.click()
        await seen.page.get_by_role("menuitem", name="Tới lần nhắc hội nghị sau").click()
        await expect(clock).to_contain_text(f"{day:%d/%m/%Y}, 06:0")
        await shows(resident, "Sáng nay")
        await clock.click()
        await seen.page.get_by_role("menuitem", name="Tới lần nhắc hội nghị sau").click()
        await expect(seen.page.get_by_text("Chưa có lần nhắc nào sắp tới.")).to_be_visible()
        await clock.click()
        await seen.page.get_by_role("menuitem", name="Thêm 1 ngày").click()
        await expect(clock).to_contain_text(f"{day + timedelta(days=1):%d/%m/%Y}, 06:0")
        await seen.page.screenshot(path=shots / "phones-clock.png")
        assert seen.complaints == []
        async with opened(browser, address_of(here), 390, 844) as small:
            await shows(small.phone("resident-1"), "Sáng nay")
            await small.page.screenshot(path=shots / "phones-clock-390.png")
            width = await small.page.evaluate("document.documentElement.scrollWidth")
            assert (width, small.complaints) == (390, [])
