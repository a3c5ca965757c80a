"""The public chat for those who do not see it, who hold the button to speak, whom a browser or a night cuts off."""

import re
from pathlib import Path

import pytest
from aiogram.methods import SendMessage
from playwright.async_api import Browser, expect

from handlers.keyboards import keyboard
from storage.models import Role
from tests.bot.pages.test_phones import LONG
from tests.bot.pages.visits import WORDS, in_process, invited, rows, visiting
from tests.bot.parts import sql
from tests.processes import Parent, chat_site

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the browser's

READ_OUT = """
window.readOut = [];
const live = (node) => node.closest("[aria-live=polite],[role=status],[role=alert]");
const note = (changes) => {
  for (const change of changes) {
    const target = change.target.nodeType === 1 ? change.target : change.target.parentElement;
    if (target && live(target)) for (const node of change.addedNodes) window.readOut.push(node.textContent);
  }
};
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(note).observe(document.body, {subtree: true, childList: true, characterData: true});
});
"""
"""What a screen reader says by itself: whatever is put into a part of the page that is live."""


async def test_each_message_is_read_out_once_and_a_photo_leaves_the_choice_in_sight(
    parent: Parent, browser: Browser, tmp_path: Path
) -> None:
    here = chat_site(tmp_path)
    fetched: list[str] = []
    async with parent.running(here), visiting(browser, here, "/chat?thon=mau-3", script=READ_OUT) as her:
        her.page.on("request", lambda request: fetched.append(request.url) if "/chat/file/" in request.url else None)
        await her.sees("Chào bác ở Thôn mẫu 3")
        # What was said before the page was open is there to be read: whether the greeting was, is a matter of moments.
        await her.page.evaluate("window.readOut = []")
        await her.says(WORDS)
        await her.presses("Đồng ý")
        await her.presses("Đường, điện, nước")
        await her.sees("Bác xem lại")
        await her.sends_photo()
        await her.sends_photo()
        await her.sees("2 ảnh")
        await expect(her.page.locator(".dt-waits")).to_have_count(0, timeout=LONG)
        await expect(her.log.locator(".dt-out .dt-photo")).to_have_count(2)
        # Photos lie below the question that they belong to, and its buttons are still there to be pressed.
        await expect(her.log.get_by_role("button", name="Gửi, không ghi tên")).to_be_in_viewport(ratio=1)
        assert fetched == []
        heights = "Array.from(document.querySelectorAll('button,textarea'), (e) => e.offsetHeight).filter(Boolean)"
        assert min(await her.page.evaluate(heights)) >= 44
        said: list[str] = await her.page.evaluate("window.readOut.filter(Boolean)")
        beginnings = [re.split(r"[:.?](?= |\n)", each.removeprefix("Máy nói: "))[0] for each in said]
        counted = {each: beginnings.count(each) for each in beginnings if not each.startswith("Bác xem lại")}
        assert counted == {"Máy đang giữ lời bác, chưa gửi cho ai": 1, "Đường, điện, nước": 1}
        assert said[0].endswith("Chọn: Đồng ý; Đọc kỹ; Không, xoá đi")
        # Once as it was asked, and once for each number of photos that it names.
        assert len({each for each in said if "Bác xem lại" in each}) == sum("Bác xem lại" in each for each in said)


async def test_she_holds_to_speak_and_no_word_of_a_long_letter_is_lost(
    parent: Parent, browser: Browser, tmp_path: Path
) -> None:
    here = chat_site(tmp_path)
    async with parent.running(here), visiting(browser, here) as her:
        await her.sees("máy trả lời tự động")
        field = her.page.get_by_label("Nhắn ở đây")
        # On a phone the key for a new line makes one.
        await field.press_sequentially("Dòng một")
        await field.press("Enter")
        await field.press_sequentially("dòng hai")
        await expect(field).to_have_value("Dòng một\ndòng hai")
        letter = "\n".join(f"Việc {number}: đường, mương, loa, sân." for number in range(180))
        await her.says(letter)
        await expect(her.page.locator(".dt-waits")).to_have_count(0, timeout=LONG)
        said = [
            str(row[0]) for row in rows(here, "SELECT body FROM transcript WHERE NOT outgoing AND id > 1 ORDER BY id")
        ]
        assert (len(said), "\n".join(said)) == (2, letter)
        await her.presses("Không, xoá đi")

        button = her.page.get_by_role("button", name="Ghi âm lời nói")
        box = await button.bounding_box()
        assert box is not None
        await her.page.mouse.move(box["x"] + 20, box["y"] + 20)
        await her.page.mouse.down()
        await expect(her.page.locator("#dt-recorded")).to_have_text("0:01")
        await her.page.mouse.up()
        await expect(her.log.locator(".dt-out audio")).to_be_visible()
        await expect(button).to_be_visible()

        # An official pastes his invitation where the page stands already.
        code = await invited(here, Role.CLERK)
        await her.page.evaluate(f"location.hash = '#{code}'")
        await her.sees("Từ nay tài khoản này là: Văn phòng")
        await her.page.get_by_role("button", name="Thêm").click()
        await her.page.get_by_role("button", name="Trợ giúp").click()
        await her.own("/trogiup")
        assert her.complaints == []


async def test_browser_that_keeps_nothing_for_us_is_told_so(parent: Parent, browser: Browser, tmp_path: Path) -> None:
    here = chat_site(tmp_path)
    async with parent.running(here), visiting(browser, here, "/chat/manifest.webmanifest") as her:
        for path in ("events", "older"):
            await her.page.route(f"**/chat/{path}?*", lambda route: route.fulfill(status=401))
        await her.page.goto(f"http://127.0.0.1:{here.port}/chat")
        await expect(her.page.get_by_role("status").first).to_contain_text("bật cookie")
        await expect(her.page.get_by_text("Chờ mãi không thấy gì")).to_be_visible()
        for path in ("events", "older"):
            await her.page.unroute(f"**/chat/{path}?*")
        await her.page.get_by_role("button", name="Bắt đầu lại").click()
        await her.sees("máy trả lời tự động")
        await expect(her.page.get_by_text("Chờ mãi không thấy gì")).to_be_hidden()


async def test_page_that_stood_a_month_without_a_word_begins_anew(browser: Browser, tmp_path: Path) -> None:
    here = chat_site(tmp_path)
    aged = "UPDATE {0} SET {1} = datetime({1}, '-40 days') WHERE {2} = 1"
    async with in_process(here, "127.0.0.1") as parts, visiting(browser, here) as her:
        await her.sees("máy trả lời tự động")
        async with visiting(browser, here) as another:
            await another.sees("máy trả lời tự động")
        for table, column, which in (
            ("account", "created_at", "id"),
            ("outbox", "created_at", "account_id"),
            ("transcript", "changed_at", "account_id"),
        ):
            await sql(parts.db, aged.format(table, column, which))
        async with her.page.expect_response(lambda response: "/chat/begin" in response.url):
            await parts.clock.tick()
        await her.sees("máy trả lời tự động")
        await expect(her.page.get_by_text("đã đóng")).to_be_hidden()
        await her.says(WORDS)
        await her.own(WORDS)
        assert await sql(parts.db, "SELECT id FROM account ORDER BY id") == [(2,), (3,)]
        assert her.complaints == []


async def test_night_of_many_messages_leaves_no_hole(browser: Browser, tmp_path: Path) -> None:
    here = chat_site(tmp_path)
    async with in_process(here, "127.0.0.1") as parts, visiting(browser, here) as her:
        await her.sees("máy trả lời tự động")
        await expect(her.page.locator("#dt-older")).to_be_hidden()
        turn = "Object.defineProperty(document, 'hidden', {value: HIDDEN, configurable: true});"
        told = "document.dispatchEvent(new Event('visibilitychange'))"
        await her.page.evaluate(turn.replace("HIDDEN", "true") + told)
        [messenger] = parts.messengers
        for number in range(45):
            button = keyboard([("Xem", f"x:{number}")])
            await messenger.bot(SendMessage(chat_id=1, text=f"Tin {number}.", reply_markup=button))
        await her.page.evaluate(turn.replace("HIDDEN", "false") + told)
        await her.sees("Tin 44.")
        await her.page.get_by_role("button", name="Xem tin cũ hơn").click()
        texts = her.log.locator(".dt-in .dt-text")
        await expect(texts).to_have_count(46)
        assert [each for each in await texts.all_inner_texts() if each.startswith("Tin ")] == [
            f"Tin {number}." for number in range(45)
        ]
