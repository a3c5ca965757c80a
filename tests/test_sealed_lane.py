"""The sealed lane over the wire: a planted secret is in one table, and in nothing that is sent, logged or measured."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp

from storage import people
from storage.database import Database
from storage.models import Official, Role
from tests.commune import COMMUNE
from tests.doubles.telegram import TelegramDouble
from tests.journey import CLERK, Journey, Step, nothing
from tests.phones import picture
from tests.planted import held_in
from tests.processes import Parent, Site, site
from tests.test_privacy import metrics_of

HER, OTHER, LEADER, STAFF = 1001, 1002, 9002, 9003
SECRET = "chuyencaicaukin"
FLAGGED = f"de nghi xem lai viec {SECRET} o thon"
ACCUSING = f"ong truong thon an chan tien ho tro {SECRET}"


async def codes(place: Site) -> dict[int, str]:
    """An invitation for each chat, what `doithoai invite` does."""
    db = Database(place.database_url, COMMUNE)
    try:
        async with db.write() as tx:
            return {
                CLERK: await people.invite(tx, Role.CLERK),
                LEADER: await people.invite(tx, Role.LEADER),
                STAFF: await people.invite(tx, Role.STAFF, "phong-kinh-te"),
            }
    finally:
        await db.close()


async def let_leader_read(place: Site) -> None:
    db = Database(place.database_url, COMMUNE)
    try:
        async with db.write() as tx:
            official = await tx.session.get(Official, 2)
            assert official is not None
            official.reads_sealed = True
    finally:
        await db.close()


async def test_planted_secret_is_nowhere_but_in_the_sealed_table(parent: Parent, tmp_path: Path) -> None:
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        journey = Journey(tg)

        def says(chat: int, words: str, seen: str) -> Step:
            return Step(words, lambda: tg.text(chat, words), journey.shows(chat, seen))

        def taps(chat: int, label: str, seen: str, on: int | None = None) -> Step:
            return Step(label, lambda: journey.press(chat, label), journey.shows(on or chat, seen))

        def pictures(chat: int) -> list[str]:
            return [each.kind for each in tg.messages(chat) if each.kind == "photo"]

        async with parent.running(place):
            await journey.play([says(chat, f"/start {code}", "/viec") for chat, code in (await codes(place)).items()])
            await let_leader_read(place)
            # Found among ordinary opinions, with a photo, when it had come to a unit.
            await journey.play(
                [
                    *journey.raise_opinion(HER, FLAGGED, "KX-1", photo=picture()),
                    Step("card", nothing, journey.shows(CLERK, SECRET)),
                    Step("picture", nothing, lambda: pictures(CLERK)),
                    Step(
                        "accept", lambda: journey.press(CLERK, "Nhận, giao Phòng Kinh tế"), journey.shows(STAFF, SECRET)
                    ),
                    Step("unit's picture", nothing, lambda: pictures(STAFF)),
                ]
            )
            [card] = [each for each in tg.messages(CLERK) if SECRET in (each.text or "")]
            await tg.raw_callback(CLERK, card.message_id, "o:person:1")

            def is_taken_back() -> bool:
                shown = [f"{each.text} {each.caption}" for chat in (CLERK, STAFF) for each in tg.messages(chat)]
                return not any(SECRET in text for text in shown) and not pictures(CLERK) + pictures(STAFF)

            await tg.wait(is_taken_back, timeout=30)
            await journey.play(
                [
                    Step(
                        "target", lambda: journey.press(CLERK, "Cán bộ xã"), journey.shows(HER, "Tố cáo thì luật nhận")
                    ),
                    taps(HER, "Gửi kín", "đọc được"),
                    taps(HER, "Đồng ý, gửi kín", "mã KX-1"),
                    Step("waits", nothing, journey.shows(LEADER, "cần xem riêng")),
                    # Said from the beginning to be about a person.
                    says(OTHER, ACCUSING, "chưa chuyển cho ai"),
                    taps(OTHER, "Phải, nói một người", "là ai?"),
                    taps(OTHER, "Trưởng thôn", "hai cách"),
                    Step("seal", lambda: journey.press(OTHER, "Gửi kín"), journey.shows(OTHER, "đọc được")),
                    taps(OTHER, "Đồng ý, gửi kín", "mã KX-2"),
                    Step("waits", nothing, journey.shows(LEADER, "cần xem riêng", 2)),
                    Step(
                        "open", lambda: journey.press(LEADER, "Mở một lần, 10 phút"), journey.shows(LEADER, "/rieng/")
                    ),
                ]
            )
            address = next(
                found[0]
                for each in tg.messages(LEADER)
                if (found := re.search(r"http\S+/rieng/[0-9a-f]+", each.text or ""))
            )
            async with aiohttp.ClientSession() as client:
                async with client.get(address) as door:
                    assert (door.status, SECRET in await door.text()) == (200, False)
                async with client.post(address) as page:
                    assert (page.status, SECRET in await page.text()) == (200, True)
                async with client.post(address) as again:
                    assert again.status == 410
            metrics = await metrics_of(place)
            officials = [each for chat in (CLERK, LEADER, STAFF) for each in tg.messages(chat)]
        assert [each for each in officials if SECRET in f"{each.text} {each.caption} {each.buttons}"] == []
    log = place.log.read_text()
    assert [word for word in (SECRET, address.rpartition("/")[2]) if word in log + metrics] == []
    db = Database(place.database_url, COMMUNE)
    try:
        assert await held_in(db, SECRET) == {"sealed"}
    finally:
        await db.close()
    with closing(sqlite3.connect(tmp_path / "doithoai.db")) as record:
        assert record.execute("SELECT number, state, target FROM sealed ORDER BY number").fetchall() == [
            (1, "sealed", "official"),
            (2, "sealed", "village_head"),
        ]
        assert record.execute("SELECT count(*) FROM opinion").fetchall() == [(0,)]
