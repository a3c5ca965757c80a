"""What only a Zalo bot does with a matter, by the whole program over real HTTP."""

from pathlib import Path

import aiohttp
import pytest

from storage import people
from storage.models import Role
from tests.bot.parts import sql
from tests.lines import ZaloBotLine
from tests.planted import held_in
from tests.stage import Stage

HER, HIM, CLERK = 1, 2, 9
WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"
NAME = "Nguyễn Thị Mẫu"


@pytest.fixture
def line() -> ZaloBotLine:
    return ZaloBotLine(webhook=False)


async def raise_opinion(stage: Stage, who: int = HER) -> None:
    await stage.say(who, WORDS)
    await stage.press(who, "Đồng ý")
    await stage.say(who, "3")
    await stage.press(who, "Đường, điện, nước")


@pytest.mark.parametrize("webhook", [False, True])
async def test_every_message_is_counted_by_the_month_and_a_photo_lies_on_our_own_server(
    tmp_path: Path, webhook: bool
) -> None:
    line = ZaloBotLine(webhook=webhook)
    async with Stage(tmp_path, line) as stage:
        await stage.join(CLERK, Role.CLERK)
        await raise_opinion(stage)
        await stage.photo(HER)
        assert stage.shown(HER)[-1] == "👍"
        await stage.press(HER, "Gửi, không ghi tên")
        await stage.tick()
        stage.clock.pass_(days=10)
        await stage.say(HER, "KX-1")
        sends = [call for call in line.zalo.calls() if call.method in {"sendMessage", "sendPhoto"}]
        counted = dict(await sql(stage.parts.db, "SELECT name, value FROM counter WHERE name LIKE 'zalo_bot %'"))
    cards = line.zalo.messages(line.native(CLERK))
    # Polled, the service has no public address.
    assert [card.caption for card in cards if card.kind == "photo"] == (["KX-1"] if webhook else [])
    assert all(card.file is not None for card in cards if card.kind == "photo")
    assert {call.error for call in sends} == {None}
    assert set(counted) == {"zalo_bot 2026-11", "zalo_bot 2026-12"}
    assert sum(counted.values()) == len(line.zalo.consumed) + len(sends)


async def test_opinion_costs_five_messages_out_with_photo_and_voice_too_and_later_fewer(
    tmp_path: Path, line: ZaloBotLine
) -> None:
    async with Stage(tmp_path, line) as stage:
        await stage.say(HER, WORDS)
        await stage.voice(HER, 5)
        await stage.photo(HER)
        await stage.press(HER, "Đồng ý")
        await stage.say(HER, "3")
        await stage.press(HER, "Đường, điện, nước")
        await stage.press(HER, "Gửi, không ghi tên")
        first = len(stage.messages(HER))
        stage.clock.pass_(days=2)
        await stage.say(HER, f"Việc khác: {WORDS}")
        await stage.press(HER, "Đường, điện, nước")
        await stage.press(HER, "Gửi, không ghi tên")
        rows = await sql(stage.parts.db, "SELECT count(*) FROM attachment GROUP BY opinion_id")
    assert (first, len(stage.messages(HER)) - first, rows) == (5, 3, [(2,)])


async def test_clerk_sees_what_the_plan_has_no_room_for_before_an_announcement_goes(
    tmp_path: Path, line: ZaloBotLine
) -> None:
    async with Stage(tmp_path, line) as stage:
        await raise_opinion(stage, HER)
        await raise_opinion(stage, HIM)
        await stage.join(CLERK, Role.CLERK)
        reviews = []
        for used in (2990, 2998):
            await sql(stage.parts.db, "UPDATE counter SET value = :used WHERE name LIKE 'zalo_bot %'", used=used)
            reviews += (await stage.say(CLERK, "/phattin Thứ Bảy này cắt điện."))[-1:]
    told = [[line for line in review.splitlines() if "gói tháng này" in line] for review in reviews]
    # Her own command was one more.
    few = "Zalo Bot: gói tháng này chỉ còn 1 tin, thiếu 1 tin; phần thiếu chờ đến khi gói có thêm."
    assert told == [[], [few]]


async def test_number_typed_while_nothing_is_offered_asks_for_that_code_and_changes_nothing(
    tmp_path: Path, line: ZaloBotLine
) -> None:
    async with Stage(tmp_path, line) as stage:
        (answer,) = await stage.say(HER, "2")
        held = await sql(stage.parts.db, "SELECT count(*) FROM draft UNION ALL SELECT count(*) FROM opinion")
    assert answer.startswith("Máy không thấy KX-2 trong các việc bác đã gửi.")
    assert held == [(0,), (0,)]


async def test_label_typed_without_marks_picks_and_what_is_like_none_is_her_own_word(
    tmp_path: Path, line: ZaloBotLine
) -> None:
    async with Stage(tmp_path, line) as stage:
        await stage.say(HER, WORDS)
        (asked,) = await stage.say(HER, "dong y")
        assert asked.startswith("Việc này ở thôn nào?")
        (field,) = await stage.say(HER, "3")
        (again,) = await stage.say(HER, "Dat day")
        rows = await sql(stage.parts.db, "SELECT text, field_id FROM draft")
    assert rows == [(f"{WORDS}\nDat day", None)]
    # Where each label is a line, the examples come once she could not choose without them.
    assert ("sổ đỏ" in field, "Đất đai: sổ đỏ" in again) == (False, True)


async def test_photo_that_is_gone_is_told_and_her_words_stay(tmp_path: Path, line: ZaloBotLine) -> None:
    async with Stage(tmp_path, line) as stage:
        await raise_opinion(stage)
        line.zalo.photo(line.native(HER), b"", status=404)
        await stage.settle()
        await line.zalo.wait(lambda: "gửi lại" in stage.shown(HER)[-1] or "Gửi lại" in stage.shown(HER)[-1])
        rows = await sql(stage.parts.db, "SELECT text, state FROM draft JOIN attachment ON draft_id = draft.id")
    assert rows == [(WORDS, "failed")]


async def test_photo_in_our_own_network_is_never_fetched(tmp_path: Path, line: ZaloBotLine) -> None:
    async with Stage(tmp_path, line) as stage:
        await raise_opinion(stage)
        line.zalo.photo_at(line.native(HER), f"http://127.0.0.1:{stage.parts.server.port}/metrics")
        await stage.settle()
        await line.zalo.wait(lambda: "ảnh" in stage.shown(HER)[-1])
        rows = await sql(stage.parts.db, "SELECT state, digest FROM attachment")
    assert rows == [("failed", None)]


async def test_protected_people_are_told_of_a_human(tmp_path: Path, line: ZaloBotLine) -> None:
    async with Stage(tmp_path, line) as stage:
        line.zalo.unsupported(None)
        line.zalo.unsupported(line.native(HER))
        await stage.settle()
        (said,) = stage.shown(HER)
        assert "0205 xxx xxx" in said
        assert "không phải lỗi của bác" in said
        await raise_opinion(stage, HIM)
        line.zalo.unsupported(line.native(HIM))
        await stage.settle()
        again = stage.shown(HIM)[-1]
    assert again.startswith(said)
    assert "1. Gửi, không ghi tên" in again


async def test_voice_is_kept_as_it_was_recorded(tmp_path: Path, line: ZaloBotLine) -> None:
    sound = b"\xff\xf1\x50\x80 nghe day"
    async with Stage(tmp_path, line) as stage:
        await stage.voice(HER, 5, sound)
        await stage.press(HER, "Đồng ý")
        await line.zalo.wait(lambda: line.zalo.calls("media"))
        await stage.settle()
        rows = await sql(stage.parts.db, "SELECT kind, mime FROM attachment")
    assert rows == [("voice", "audio/aac")]


async def test_after_deletion_the_record_holds_nothing_of_her(tmp_path: Path, line: ZaloBotLine) -> None:
    async with Stage(tmp_path, line) as stage:
        await raise_opinion(stage)
        await stage.photo(HER)
        await stage.press(HER, "Gửi, có ghi tên")
        await stage.say(HER, f"{NAME} 0912345678")
        assert await held_in(stage.parts.db, line.native(HER), NAME) != set()
        await stage.say(HER, "/dulieu")
        await stage.press(HER, "Xoá hết")
        (goodbye,) = await stage.press(HER, "Xoá, không lấy lại")
        assert goodbye.startswith("Máy đã xoá")
        ids = [update["message"]["message_id"] for update in line.zalo.consumed]
        held = await held_in(stage.parts.db, line.native(HER), NAME, "0912345678", line.zalo.host, *ids)
    assert held == set()


async def test_readiness_turns_red_when_the_token_is_refused(tmp_path: Path, line: ZaloBotLine) -> None:
    async with Stage(tmp_path, line) as stage:
        url = f"http://127.0.0.1:{stage.parts.server.port}/readyz"
        async with aiohttp.ClientSession() as client:
            async with client.get(url) as response:
                assert (response.status, (await response.json())["zalo_bot"]) == (200, "ok")
            line.zalo.revoke()
            await line.zalo.wait(lambda: not line.zalo.polling())
            async with client.get(url) as response:
                assert (response.status, (await response.json())["zalo_bot"]) == (503, "the token is refused (401)")


async def test_group_is_told_once_a_day_to_write_alone_and_nothing_said_there_is_taken(
    tmp_path: Path, line: ZaloBotLine
) -> None:
    group, zalo = "zgr-5cd41a9bada229cec090", line.zalo
    async with Stage(tmp_path, line) as stage:
        await raise_opinion(stage)
        kept = await sql(stage.parts.db, "SELECT text, state FROM draft JOIN conversation USING (account_id)")
        said = len(stage.messages(HER))
        for words in ("1", "Gửi, không ghi tên", "/dulieu", "theo doi kx1", f"/start {await invitation(stage)}"):
            zalo.group_text(group, line.native(HER), words)
            await stage.settle()
        await stage.tick()
        assert len(zalo.messages(group)) == 1
        stage.clock.pass_(days=1)
        zalo.group_text(group, line.native(HER), "có ai không")
        await stage.settle()
        assert await sql(stage.parts.db, "SELECT text, state FROM draft JOIN conversation USING (account_id)") == kept
        assert await sql(stage.parts.db, "SELECT count(*) FROM official") == [(0,)]
        assert len(stage.messages(HER)) == said
    first, second = zalo.shown(group)
    assert first == second
    assert first.startswith("Ở trong nhóm máy không nhận ý kiến")
    assert "0205 xxx xxx" in first


async def invitation(stage: Stage) -> str:
    async with stage.parts.db.write() as tx:
        return await people.invite(tx, Role.CLERK)


async def test_official_is_told_to_type_the_code_where_no_reply_comes_through(
    tmp_path: Path, line: ZaloBotLine
) -> None:
    async with Stage(tmp_path, line) as stage:
        await stage.join(CLERK, Role.CLERK)
        (help_,) = await stage.say(CLERK, "/trogiup")
        (stray,) = await stage.say(CLERK, "Đã xem.")
    assert "chọn ở dưới thẻ, hoặc gõ /traloi mã rồi lời." in help_
    assert stray.startswith("Máy chưa rõ lời này gửi cho ai. Trả lời một ý kiến thì gõ /traloi, mã của ý kiến ấy")
    assert "nhắn đáp" not in f"{help_}{stray}{stage.shown(CLERK)}"
