"""The whole main job over the wire, by the real process; and again while it is killed at random moments."""

import asyncio
import hashlib
import os
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.files import MediaStore
from tests.commune import Clock
from tests.doubles.telegram import TelegramDouble
from tests.journey import ZONE, Journey, Step, invited_beside, nothing
from tests.lines import LINES, Line
from tests.phones import picture
from tests.processes import Parent, Site, command, running, site

WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"
ANSWER = "Kính gửi Ông/Bà. Ngày 01/12 đã xuống xem đoạn đường, rải đá trước 14/01/2027. Trân trọng./."
NEWS = "Thứ Bảy này cắt điện từ 7 giờ đến 9 giờ để sửa đường dây."
RESIDENTS = [1001, 1002, 1003]


def rows(site: Site, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(site.folder / "doithoai.db")) as record:
        return record.execute(query, values).fetchall()


def a_day_later(site: Site) -> None:
    """Moves what was planned a day into the past, as if the machine had been down over the reminder's hour."""
    with closing(sqlite3.connect(site.folder / "doithoai.db")) as record, record:
        record.execute(
            "UPDATE conference SET planned_at = ?",
            ((datetime.now(UTC) - timedelta(days=1)).replace(tzinfo=None).isoformat(sep=" "),),
        )


async def invited(place: Site) -> str:
    code, out = await command(place, "invite", "clerk")
    assert code == 0, out
    found = re.search(r"moi-[0-9a-f]{20}", out)
    assert found, out
    return found[0]


ASIDE = ("reply", "announcement_card", "announcement_report", "conference_due")
"""What answers the clerk, what shows him how far a broadcast is, and that nobody has announced the conference."""


def site_with_reminder(folder: Path, url: str) -> Site:
    # Due since just after midnight: planned today it is not missed, planned yesterday it is late.
    return site(folder, url, DOITHOAI_REMINDERS__EVERYONE='["1d 00:01"]')


async def test_main_job_when_nothing_goes_wrong(parent: Parent, tmp_path: Path) -> None:
    now = datetime.now(ZONE)
    if now.hour == 23 and now.minute >= 55:
        pytest.skip("the conference of tomorrow would begin after midnight")
    photo = picture()
    async with TelegramDouble() as tg:
        place = site_with_reminder(tmp_path, tg.url)
        journey = Journey(tg)
        async with running(place):
            await journey.play(journey.join(await invited(place)))
            await journey.play(journey.raise_opinion(1001, WORDS, "KX-1", photo=photo))
            await journey.play(journey.answer(1001, "KX-1", ANSWER))
            await journey.play(journey.plan_conference(now))
            await journey.play(journey.announce(NEWS, [1001]))
            assert rows(place, "SELECT count(*) FROM outbox WHERE kind = 'reminder'") == [(0,)]
        a_day_later(place)
        for _ in range(2):
            async with parent.running(place):
                await journey.play([Step("reminder", nothing, journey.shows(1001, "Sáng mai"))])
        reminders = [message for message in tg.messages(1001) if "Sáng mai" in (message.text or "")]
    assert len(reminders) == 1
    assert rows(place, "SELECT number, text, state, village_id, field_id, named FROM opinion") == [
        (1, WORDS, "settled", "mau-3", "ha-tang", 0)
    ]
    assert rows(place, "SELECT state FROM issue") == [("settled",)]
    assert rows(place, "SELECT text, state FROM answer") == [(ANSWER, "released")]
    assert Counter(
        rows(place, f"SELECT kind, state FROM outbox WHERE kind NOT IN {ASIDE} AND edits_id IS NULL")
    ) == Counter(
        [
            ("card", "sent"),
            ("file", "sent"),
            ("file", "sent"),
            ("answer", "sent"),
            ("announcement", "sent"),
            ("reminder", "sent"),
        ]
    )
    assert rows(place, "SELECT count(*) FROM inbox WHERE state != 'done' OR payload IS NOT NULL") == [(0,)]
    assert rows(place, "SELECT count(*) FROM outbox WHERE method IS NOT NULL AND payload IS NOT NULL") == [(0,)]
    assert tg.calls_during_mute == 0
    check_media(place)


def check_media(place: Site) -> None:
    """Every file that a row names is on disk with the digest it is named by."""
    media = MediaStore(place.media)
    digests = [digest for (digest,) in rows(place, "SELECT digest FROM attachment WHERE state = 'stored'")]
    assert digests
    assert [hashlib.sha256(media.get(digest)).hexdigest() for digest in digests] == digests
    assert rows(place, "SELECT count(*) FROM attachment WHERE state != 'stored'") == [(0,)]


def whole_job(journey: Journey, code: str, now: datetime) -> Iterator[Step]:
    yield from journey.join(code)
    for number, chat in enumerate(RESIDENTS, start=1):
        yield from journey.raise_opinion(chat, f"{WORDS} {number}", f"KX-{number}", photo=picture())
    for number, chat in enumerate(RESIDENTS, start=1):
        yield from journey.answer(chat, f"KX-{number}", f"{ANSWER} ({number})")
    yield from journey.plan_conference(now)
    yield from journey.announce(NEWS, RESIDENTS)


async def play_while_killed(parent: Parent, folder: Path, kills: int, seed: int) -> None:
    now = datetime.now(ZONE)
    chance = random.Random(seed)
    async with TelegramDouble() as tg:
        place = site_with_reminder(folder, tg.url)
        journey = Journey(tg)
        pid = await parent.start(place)
        steps = list(whole_job(journey, await invited_beside(place), now))
        mortal = sorted(chance.choices(range(len(steps)), k=kills))
        for number, step in enumerate(steps):
            await step.act()
            for _ in range(mortal.count(number)):
                await after_calls(tg, chance.randrange(0, 4))
                await parent.end(pid)
                pid = await parent.start(place, ready=False)
            await journey.play([Step(step.name, nothing, step.seen)])
        await parent.end(pid)
        a_day_later(place)
        pid = await parent.start(place)
        await journey.play(
            [Step("reminder", nothing, lambda: all(journey.shows(chat, "Sáng mai")() for chat in RESIDENTS))]
        )
        await delivered(place)
        await parent.end(pid, signal_number=15)
    check_whole_record(place)


async def after_calls(tg: TelegramDouble, more: int) -> None:
    """Returns once the bot has made so many more calls, a moment in the middle of something, or makes none."""
    target = len(tg.calls()) + more
    with suppress(TimeoutError):
        await tg.wait(lambda: len(tg.calls()) >= target, timeout=0.3)


async def delivered(place: Site) -> None:
    """Returns once nothing waits to be sent."""
    async with asyncio.timeout(30):
        while rows(place, "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown')") != [(0,)]:
            await asyncio.sleep(0.02)


def check_whole_record(place: Site) -> None:
    expected = [(number, f"{WORDS} {number}", "settled") for number in range(1, len(RESIDENTS) + 1)]
    assert rows(place, "SELECT number, text, state FROM opinion ORDER BY number") == expected
    assert rows(place, "SELECT value FROM counter WHERE name = 'opinion'") == [(len(RESIDENTS),)]
    assert rows(place, "SELECT text, state FROM answer ORDER BY id") == [
        (f"{ANSWER} ({number})", "released") for number in range(1, len(RESIDENTS) + 1)
    ]
    sent = "SELECT kind, count(*) FROM outbox WHERE state = 'sent' AND edits_id IS NULL GROUP BY kind"
    fared = Counter(dict(rows(place, sent)))
    assert {kind: fared[kind] for kind in ("card", "answer", "announcement", "reminder")} == {
        "card": 3,
        "answer": 3,
        "announcement": 3,
        "reminder": 3,
    }
    waiting = f"SELECT kind, state, error FROM outbox WHERE state NOT IN ('sent') AND kind NOT IN {ASIDE}"
    assert rows(place, waiting) == []
    assert rows(place, "SELECT count(*) FROM inbox WHERE state != 'done'") == [(0,)]
    assert rows(place, "SELECT count(*) FROM draft") == [(0,)]
    check_media(place)


async def test_main_job_when_killed_eight_times(parent: Parent, tmp_path: Path) -> None:
    await play_while_killed(parent, tmp_path, kills=8, seed=int(os.environ.get("DOITHOAI_SEED", "20261124")))


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(5))
async def test_main_job_when_killed_fifty_times(parent: Parent, tmp_path: Path, seed: int) -> None:
    await play_while_killed(parent, tmp_path, kills=50, seed=seed)


async def shown(line: Line, words: str) -> None:
    """Returns once she was told so."""
    async with asyncio.timeout(30):
        while not any(words in text for text in line.ever(RESIDENTS[0])):
            await line.look()
            await asyncio.sleep(0.01)


async def stored(place: Site) -> None:
    """Returns once every file that came is on disk."""
    async with asyncio.timeout(30):
        while rows(place, "SELECT count(*) FROM attachment WHERE state = 'stored'") != [(1,)]:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("name", "mortal"),
    [("telegram", range(6)), ("zalo_bot", (0, 4, 5)), ("zalo_oa", (0, 4, 5)), ("web", (0, 4, 5))],
    ids=["telegram", "zalo_bot", "zalo_oa", "web"],
)
async def test_conversation_when_killed_after_a_step_goes_on_where_it_was(
    parent: Parent, tmp_path: Path, name: str, mortal: Sequence[int]
) -> None:
    """After each step on Telegram; on the others after her words, her photo, and what sends them."""
    line, her = LINES[name](), RESIDENTS[0]

    async def press(label: str) -> None:
        await line.choose(her, *line.offered(her, label))

    steps: list[tuple[Callable[[], Awaitable[None]], str]] = [
        (lambda: line.say(her, WORDS), "Máy đang giữ lời"),
        (lambda: press("Đồng ý"), "Việc này ở thôn nào?"),
        (lambda: press("3"), "gần với loại nào?"),
        (lambda: press("Đường, điện, nước"), "xem lại"),
        (lambda: line.photo(her, picture()), "xem lại"),
        (lambda: press("Gửi, không ghi tên"), "Xã đã nhận, kèm 1 ảnh. Mã của bác là KX-1."),
    ]
    await line.open(Clock(datetime.now(UTC)))
    try:
        empty = site(tmp_path)
        here = f"http://127.0.0.1:{empty.port}"
        place = replace(empty, environ={**empty.environ, **line.environ(here)}, trusted=tuple(line.trusted()))
        line.apart(here)
        pid = await parent.start(place)
        for number, (act, words) in enumerate(steps):
            await act()
            if number in mortal:
                await parent.end(pid)
                # What is polled waits for the program; who is called must be there.
                pid = await parent.start(place, ready=name != "telegram")
            await shown(line, words)
        await stored(place)
        await parent.end(pid, signal_number=15)
    finally:
        await line.close()
    assert rows(place, "SELECT number, text, state FROM opinion") == [(1, WORDS, "received")]
    assert rows(place, "SELECT count(*) FROM draft") == [(0,)]
    check_media(place)
