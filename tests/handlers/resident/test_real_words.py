import json
import random
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.folding import fold
from storage.models import Opinion
from tests.handlers.resident.journeys import raise_first
from tests.phones import Room

OPINIONS = Path(__file__).parents[4] / "shared" / "data" / "opinions.jsonl"


@pytest.fixture
def texts() -> list[str]:
    """Twenty real opinions, which stay beside the repository and are not published with it."""
    if not OPINIONS.exists():
        pytest.skip("the real opinions are not beside this clone")
    found = [json.loads(line)["text"] for line in OPINIONS.read_text(encoding="utf-8").splitlines()]
    return random.Random(3).sample(found, 20)


async def test_real_words_go_in_and_out_unchanged(room: Room, texts: list[str]) -> None:
    phone = room.phone()
    typed = [text.strip() for text in texts] + [fold(text) for text in texts]
    await raise_first(phone, typed[0])
    for text in typed[1:]:
        if "Không, việc chung" in (await phone.text(text))[-1].labels:
            await phone.tap("Không, việc chung")
        await phone.tap("Khác, không rõ")
        await phone.tap("Gửi, không ghi tên")
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Opinion.text).order_by(Opinion.number))) == typed
