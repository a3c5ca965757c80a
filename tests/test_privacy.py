"""Nothing personal where it does not belong: planted words, names and ids are looked for byte by byte."""

import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp

from tests.doubles.telegram import Fault, TelegramDouble
from tests.journey import CLERK, Journey, Step, invited_beside, nothing
from tests.processes import Parent, Site, site

HER = 7301948265
OPINION = "chuyencaicauthonmuoi bi hong lan can"
NAME = "Nong Thi Planted"
PHONE = "0912345678"
DRAFT = "loinhapkhongaiduocdoc"
ANSWER = "traloicuaxavecaicau da sua xong"
HERS = [NAME, PHONE, DRAFT, str(HER)]


def held_in(folder: Path, words: list[str]) -> dict[str, list[str]]:
    """Which of these words stand in which files of the folder, as UTF-8 bytes."""
    found = {
        path.name: [word for word in words if word.encode() in path.read_bytes()]
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: there for name, there in found.items() if there}


async def metrics_of(place: Site) -> str:
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{place.port}/metrics") as answer:
        return await answer.text()


async def test_logs_metrics_and_the_record_after_deletion_hold_nothing_of_her(parent: Parent, tmp_path: Path) -> None:
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        journey = Journey(tg)
        async with parent.running(place):
            await journey.play(journey.join(await invited_beside(place)))
            # A message that cannot be delivered, and one that is refused: both are logged.
            tg.script("sendMessage", Fault.status(400, "Bad Request: something in her message"), chat_id=HER)
            await tg.text(HER, "/start")
            await tg.wait(lambda: tg.calls("sendMessage", chat_id=HER), timeout=20)
            raising = journey.raise_opinion(HER, OPINION, "KX-1")
            send = raising.pop()
            await journey.play(raising)
            await journey.play(
                [
                    Step("named", lambda: journey.press(HER, "Gửi, có ghi tên"), journey.shows(HER, "tên gì")),
                    Step("name", lambda: tg.text(HER, f"{NAME} {PHONE}"), send.seen),
                    Step("card", nothing, journey.shows(CLERK, NAME)),
                    Step("answer", lambda: tg.text(CLERK, f"/traloi 1 {ANSWER}"), journey.shows(CLERK, ANSWER, 1)),
                    Step("release", lambda: journey.press(CLERK, "Gửi trả lời"), journey.shows(HER, ANSWER)),
                    Step("clear", lambda: journey.press(HER, "Rõ rồi"), journey.shows(HER, "KX-1: Xã đã trả lời")),
                    Step("draft", lambda: tg.text(HER, DRAFT), journey.shows(HER, "gần với loại nào?", 2)),
                ]
            )
            metrics = await metrics_of(place)
            assert held_in(tmp_path, [DRAFT, NAME]) != {}
            await journey.play(
                [
                    Step("data", lambda: tg.text(HER, "/dulieu"), journey.shows(HER, "đang giữ về bác")),
                    Step("delete", lambda: journey.press(HER, "Xoá hết"), journey.shows(HER, "Không lấy lại được")),
                    Step("sure", lambda: journey.press(HER, "Xoá, không lấy lại"), journey.shows(HER, "Máy đã xoá")),
                ]
            )
    log = place.log.read_text()
    planted = [OPINION, ANSWER, *HERS, "42:TEST"]
    assert [word for word in planted if word in log] == []
    assert [word for word in planted if word in metrics] == []
    assert held_in(tmp_path, HERS) == {}
    with closing(sqlite3.connect(tmp_path / "doithoai.db")) as record:
        assert record.execute("SELECT number, text, person_id, account_id, named FROM opinion").fetchall() == [
            (1, OPINION, None, None, 0)
        ]
