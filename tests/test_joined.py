"""One person in two messengers, over both wires: raised on Zalo, joined to Telegram, answered once where she can be."""

import re
from datetime import timedelta
from pathlib import Path

from storage.models import Role
from tests.bot.parts import sql
from tests.lines import TelegramLine, ZaloOaLine
from tests.lines.beside import Beside
from tests.stage import Stage

PHONE, ZALO, CLERK = 1001, 5001, 4001
WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"
ANSWER = "Ngày 01/12 xã đã xuống xem đoạn đường."


async def test_answer_reaches_her_on_telegram_once_zalo_lets_nobody_write(tmp_path: Path) -> None:
    async with Stage(tmp_path, Beside({1000: TelegramLine(), 5000: ZaloOaLine()})) as stage:
        await stage.join(CLERK, Role.CLERK)
        await stage.say(ZALO, WORDS)
        await stage.press(ZALO, "Đồng ý", "3", "Đường, điện, nước", "Gửi, không ghi tên")
        await stage.say(ZALO, "dữ liệu")
        line = re.search("noi [0-9]{4} [0-9]{4}", "\n".join(await stage.press(ZALO, "Nối tài khoản khác")))
        assert line is not None
        (offered,) = await stage.say(PHONE, line[0])
        assert offered.startswith("Bên Zalo có 1 việc, bên này chưa có việc nào.")
        (joined,) = await stage.press(PHONE, "Nối hai bên")
        assert joined.startswith("Đã nối với Zalo.")
        assert stage.last(ZALO).text.startswith("Vừa có Telegram được nối vào đây")
        assert WORDS in "\n".join(await stage.say(PHONE, "kx1"))
        told = len(stage.ever(ZALO))
        # She was on Telegram last, and after seven days Zalo takes nothing for her anyway.
        await stage.later(timedelta(minutes=1))
        await stage.say(ZALO, "theo dõi")
        await stage.later(timedelta(days=8))
        await stage.say(CLERK, f"/traloi KX-1 {ANSWER}")
        await stage.press(CLERK, "Gửi")
        await stage.at(stage.clock() + timedelta(minutes=11))
        answers = [text for text in stage.ever(PHONE) if ANSWER in text]
        assert len(answers) == 1
        assert not [text for text in stage.ever(ZALO)[told:] if ANSWER in text]
        assert "Xã ghi rồi" in (await stage.press(PHONE, "Rõ rồi"))[-1]
        assert ANSWER in "\n".join(await stage.say(ZALO, "kx1"))
        rows = await sql(stage.parts.db, "SELECT messenger, state FROM outbox WHERE kind = 'answer'")
    assert rows == [("telegram", "sent")]
