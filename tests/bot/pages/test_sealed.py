"""The one-time page of a sealed matter, over a real socket and once in a real browser."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Error as BrowserError
from playwright.async_api import async_playwright, expect
from sqlalchemy import select

from bot.pages.sealed import CSS, SealedPage
from bot.pages.server import WebServer
from handlers.words import Words
from storage import files, sealed, sealed_links
from storage.files import IncomingFile
from storage.models import Event, Official, Opinion, Role, Sealed
from storage.people import load_callers
from storage.states import SealedState
from tests.bot.pages.conftest import FLAGS
from tests.bot.pages.test_phones import road
from tests.bot.pages.test_server import well
from tests.bot.parts import no_metrics
from tests.commune import COMMUNE
from tests.handlers.official.desk import LEADER, RESIDENT, take_office
from tests.handlers.resident.test_accusing import seal
from tests.phones import Room
from tests.planted import held_in, shown_on

WORDS = "ong truong thon <b>an chan</b> & tien ho tro lon dich chuyenkin cua dan, hoi ong Nong Van A 0912 345 678"
VOICE = IncomingFile("voice", "tiengkin", "audio/ogg", file_name="Ten nguoi gui.ogg")
PAPER = IncomingFile("document", "giaykin", "application/pdf", file_name="Ten nguoi gui.pdf")


@dataclass(frozen=True, slots=True)
class Site:
    """The page behind a real socket, with one matter of three files sealed in its record."""

    room: Room
    client: aiohttp.ClientSession

    async def link(self) -> str:
        """The address of a new link, as its reader was sent it."""
        async with self.room.db.write() as tx:
            official = (await tx.session.scalars(select(Official).where(Official.role == Role.LEADER))).one()
            matter = await sealed.by_id(tx, 1)
            assert matter is not None
            return f"/rieng/{await sealed_links.issue(tx, matter, official)}"

    async def ask(self, method: str, path: str, **form: str) -> tuple[int, str]:
        async with self.client.request(method, path, data=form or None) as response:
            return response.status, await response.text()

    async def view(self) -> str:
        """The address behind a page that was opened."""
        _, html = await self.ask("POST", await self.link())
        found = re.search(r'action="(xem/[0-9a-f]{32})"', html)
        assert found is not None
        return f"/rieng/{found[1]}"


@asynccontextmanager
async def serving(room: Room) -> AsyncIterator[Site]:
    page = SealedPage(room.db, room.media, Words(COMMUNE.form_of_address))
    server = WebServer("127.0.0.1", 0, problems=well, metrics=no_metrics, mounts=[page.mount])
    server.bind()
    stopping = asyncio.Event()
    task = asyncio.create_task(server.serve(stopping))
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
            yield Site(room, client)
    finally:
        stopping.set()
        await asyncio.wait_for(task, 10)


@pytest.fixture
async def here(room: Room) -> AsyncIterator[Site]:
    await take_office(room, Role.LEADER, LEADER)
    async with room.db.write() as tx:
        for official in await tx.session.scalars(select(Official)):
            official.reads_sealed = True
    phone = room.phone(RESIDENT)
    await seal(phone, WORDS)
    await phone.text("KX-1")
    await phone.photo()
    async with room.db.write() as tx:
        account = (await load_callers(tx, "telegram", [RESIDENT]))[RESIDENT].account
        matter = await sealed.by_id(tx, 1)
        assert matter is not None
        for file in (VOICE, PAPER):
            files.attach(tx, account, matter, file)
        await sealed.note_addition(tx, matter)
        await tx.session.flush()
        photo = road()
        for number, content in ((1, photo), (2, b"OggS tieng")):
            await files.stored(tx, number, room.media.put(content), len(content))
    async with serving(room) as site:
        yield site


async def test_looking_uses_nothing_up_and_opening_does(here: Site) -> None:
    link = await here.link()
    doors = [await here.ask("GET", link) for _ in range(3)]
    assert {status for status, _ in doors} == {200}
    assert "<button>Mở</button>" in doors[0][1]
    assert "chuyenkin" not in doors[0][1]
    status, html = await here.ask("POST", link)
    assert status == 200
    for shown in (
        "KX-1 · Chỗ khác, không rõ · gửi 23/11 09:00",
        "Có kèm chứng cứ.",
        "ong truong thon &lt;b&gt;an chan&lt;/b&gt; &amp; tien ho tro",
        '<img src="xem/',
        "<audio controls",
        "Tệp 3 chưa về tới máy chủ.",
        "Vượt thẩm quyền, chuyển nơi tiếp công dân của tỉnh",
    ):
        assert shown in html
    assert "Ten nguoi gui" not in html
    over = [await here.ask(method, link) for method in ("GET", "POST")]
    assert [status for status, _ in over] == [410, 410]
    forged = await here.ask("GET", f"/rieng/{'0' * 32}")
    # Nobody learns whether there is such a matter.
    assert forged == (404, over[0][1])
    async with here.room.db.read() as tx:
        kinds = [each.kind for each in await tx.session.scalars(select(Event).order_by(Event.id))]
    assert kinds[-2:] == ["sealed.link_issued", "sealed.opened"]


async def test_pages_are_kept_nowhere_and_load_nothing_from_elsewhere(here: Site) -> None:
    view = await here.view()
    for path in (await here.link(), f"{view}/1", "/rieng/none"):
        async with here.client.get(path) as response:
            headers = response.headers
            assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
            assert headers["X-Robots-Tag"] == "noindex, nofollow"
            assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "http" not in CSS


async def test_files_are_shown_through_the_opened_page_alone_for_ten_minutes(here: Site) -> None:
    view = await here.view()
    async with here.client.get(f"{view}/1") as response:
        assert (response.status, response.content_type) == (200, "image/jpeg")
        assert await response.read() == road()
        assert response.headers["Content-Disposition"] == 'inline; filename="1.jpg"'
    async with here.client.get(f"{view}/2") as response:
        assert (response.status, response.content_type) == (200, "audio/ogg")
    token = await here.link()
    for path, status in (
        (f"{view}/3", 404),  # still being fetched
        (f"{view}/99", 404),
        (f"/rieng/xem/{'0' * 32}/1", 404),
        (f"/rieng/xem/{token.rpartition('/')[2]}/1", 404),
    ):
        assert (path, (await here.ask("GET", path))[0]) == (path, status)
    here.room.clock.pass_(minutes=10)
    assert (await here.ask("GET", f"{view}/1"))[0] == 410
    assert (await here.ask("POST", view, do="taught"))[0] == 410


@pytest.mark.parametrize(
    ("form", "state", "passed_to", "told"),
    [
        ({"do": "taught"}, SealedState.TAUGHT, None, "KX-1: xã xem rồi, chưa đủ căn cứ."),
        (
            {"do": "passed", "to": " Uỷ ban Kiểm tra Đảng uỷ "},
            SealedState.PASSED,
            "Uỷ ban Kiểm tra Đảng uỷ",
            "KX-1: đã chuyển nơi có quyền kiểm tra.",
        ),
        (
            {"do": "beyond", "to": "Thanh tra tỉnh"},
            SealedState.BEYOND,
            "Thanh tra tỉnh",
            "KX-1: việc này vượt thẩm quyền của xã",
        ),
    ],
)
async def test_decision_is_made_once_and_its_author_hears_without_a_word(
    here: Site, form: dict[str, str], state: SealedState, passed_to: str | None, told: str
) -> None:
    view, second = await here.view(), await here.view()
    for wrong in ({"do": "passed"}, {"do": "beyond", "to": " "}, {"do": "masked", "text": ""}, {"do": "king"}, {}):
        status, html = await here.ask("POST", view, **wrong)
        assert (status, "chuyenkin" in html) == (400, True)
        # What is missing is said where it is missing, and its files are found from there too.
        assert html.count("Chưa ghi được") == (wrong.get("do", "king") != "king")
        assert f'src="{view.rpartition("/")[2]}/1"' in html
    status, html = await here.ask("POST", view, **form)
    assert (status, "chuyenkin" in html, "Đã ghi" in html) == (200, False, True)
    async with here.room.db.read() as tx:
        matter = (await tx.session.scalars(select(Sealed))).one()
        assert (matter.state, matter.passed_to) == (state, passed_to)
    for late in (view, second):
        assert (await here.ask("POST", late, do="taught"))[0] == 410
    await here.room.settle()
    phone = here.room.phone(RESIDENT)
    assert phone.last.text.startswith(told)
    assert shown_on(here.room, "chuyenkin") == []
    assert await held_in(here.room.db, "chuyenkin") == {"sealed"}
    assert (await phone.text("KX-1"))[-1].text.startswith(told)


async def test_masked_words_go_back_among_the_opinions(here: Site) -> None:
    clerk = await take_office(here.room, Role.CLERK, "1")
    view = await here.view()
    status, _ = await here.ask("POST", view, do="masked", text="Tiền hỗ trợ lợn dịch\r\nchia thế nào?")
    assert status == 200
    await here.room.settle()
    assert "Tiền hỗ trợ lợn dịch" in clerk.last.text
    assert "xã xem như ý kiến thường" in here.room.phone(RESIDENT).last.text
    async with here.room.db.read() as tx:
        opinion = (await tx.session.scalars(select(Opinion))).one()
        assert (opinion.number, opinion.text) == (1, "Tiền hỗ trợ lợn dịch\nchia thế nào?")
    assert await held_in(here.room.db, "chuyenkin") == {"sealed"}


async def test_reader_who_was_taken_off_between_link_and_opening_is_refused(here: Site) -> None:
    link, view = await here.link(), await here.view()
    async with here.room.db.write() as tx:
        for official in await tx.session.scalars(select(Official)):
            official.reads_sealed = False
    assert [(await here.ask(method, link))[0] for method in ("GET", "POST")] == [410, 410]
    assert (await here.ask("GET", f"{view}/1"))[0] == 410
    assert (await here.ask("POST", view, do="taught"))[0] == 410


async def test_form_too_long_or_torn_decides_nothing(here: Site) -> None:
    view = await here.view()
    for body in (b"do=masked&text=" + b"x" * 500_000, b"do=taught&to=\xff\xfe", b"&".join([b"do=taught"] * 20)):
        async with here.client.post(view, data=body) as response:
            assert response.status == 400
    async with here.room.db.read() as tx:
        assert list(await tx.session.scalars(select(Sealed.state))) == [SealedState.SEALED]


async def test_page_in_a_browser_fits_a_phone_and_decides(here: Site, tmp_path: Path) -> None:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    shots = Path(os.environ.get("DOITHOAI_SCREENSHOTS", tmp_path))
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        base = str(here.client._base_url).rstrip("/")
        await page.goto(base + "/rieng/none")
        await page.screenshot(path=shots / "sealed-over.png")
        await page.goto(base + await here.link())
        await page.screenshot(path=shots / "sealed-door.png")
        await page.get_by_role("button", name="Mở").click()
        await expect(page.locator(".words")).to_contain_text("<b>an chan</b> &")
        await expect(page.locator("img")).to_have_js_property("naturalWidth", 480)
        await page.screenshot(path=shots / "sealed.png", full_page=True)
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        await page.get_by_text("Có chứng cứ, chuyển kiểm tra").click()
        confirm = page.locator("details[open] button")
        await confirm.click()
        await expect(page.locator("details[open] .missing")).to_be_visible()
        await page.locator("details[open] input").fill("Uỷ ban Kiểm tra Đảng uỷ")
        await page.screenshot(path=shots / "sealed-decide.png", full_page=True)
        await confirm.click()
        await expect(page.get_by_role("heading")).to_have_text("Đã ghi")
        # Back is the page that was read: the browser kept nothing of it.
        with pytest.raises(BrowserError, match="CACHE_MISS"):
            await page.go_back()
        await browser.close()
    # A 400 and a 404 are the browser's own lines; nothing was refused by the policy.
    assert [line for line in complaints if "Failed to load resource" not in line] == []
    async with here.room.db.read() as tx:
        assert list(await tx.session.scalars(select(Sealed.passed_to))) == ["Uỷ ban Kiểm tra Đảng uỷ"]
