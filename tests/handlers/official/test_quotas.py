"""The plan of a messenger that is nearly used up: what the office reads of it."""

from dataclasses import replace

import pytest

from storage import oa_tokens, quotas
from storage.models import Role
from storage.people import load_callers
from tests.commune import BOT, OA
from tests.handlers.official.desk import CLERK, LEADER, take_office
from tests.phones import Room


@pytest.fixture(autouse=True)
def with_plan(room: Room) -> None:
    room.db.commune = replace(room.db.commune, channels=(BOT,))


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (2400, "Bot Zalo tháng này đã 2.400/3.000 tin, tính cả tin đến và tin đi."),
        (3000, "Bot Zalo tháng này đã 3.000/3.000 tin, tính cả tin đến và tin đi."),
    ],
)
async def test_messages_nearly_used_up_are_told_to_the_clerk_alone(room: Room, messages: int, said: str) -> None:
    await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.LEADER, LEADER)
    await room.settle()
    before = len(room.phone(LEADER).said)
    async with room.db.write() as tx:
        await quotas.count(tx, "zalo_bot", messages)
        assert await quotas.warn(tx) == 1
    await room.settle()
    assert room.phone(CLERK).last.text.startswith(said)
    assert len(room.phone(LEADER).said) == before


async def test_people_nearly_used_up_are_told(room: Room) -> None:
    await take_office(room, Role.ADMIN, CLERK)
    async with room.db.write() as tx:
        await load_callers(tx, "zalo_bot", [str(number) for number in range(40)])
        assert await quotas.warn(tx) == 1
    await room.settle()
    assert room.phone(CLERK).last.text.startswith("Bot Zalo đã có 40/50 người.")


async def test_messages_of_the_official_account_nearly_used_up_are_told_with_their_price(room: Room) -> None:
    room.db.commune = replace(room.db.commune, channels=(BOT, OA))
    await take_office(room, Role.CLERK, CLERK)
    async with room.db.write() as tx:
        await quotas.keep_left(tx, "zalo_oa", 100)
        assert await quotas.warn(tx) == 1
    await room.settle()
    assert room.phone(CLERK).last.text == (
        "Zalo OA tháng này đã 400/500 tin của gói, tính tin nhắn cho người quá 48 giờ chưa nhắn xã. Hết 500 thì 55 đ "
        "một tin; không trả được thì tin nằm chờ, không mất. Việc chưa gấp nên để sang tháng; bà con nhắn xã trước thì "
        "xã trả lời không mất tiền."
    )


async def test_clerk_who_left_meanwhile_hears_nothing(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    async with room.db.write() as tx:
        await quotas.count(tx, "zalo_bot", 2400)
        await quotas.warn(tx)
    await take_office(room, Role.LEADER, CLERK)
    before = len(room.phone(CLERK).said)
    await room.settle()
    assert len(room.phone(CLERK).said) == before


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (85, "Khoá của tài khoản Zalo OA xã hết hạn lúc "),
        (1, "Zalo không nhận khoá của tài khoản OA xã nữa. Tin qua Zalo OA chỉ còn gửi được đến "),
    ],
)
async def test_key_of_the_account_that_ends_is_told_to_the_clerk_alone(room: Room, days: int, said: str) -> None:
    await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.LEADER, LEADER)
    await room.settle()
    before = len(room.phone(LEADER).said)
    async with room.db.write() as tx:
        await oa_tokens.begin(tx, "123", "seed")
    if days == 1:
        async with room.db.write() as tx:
            attempt = await oa_tokens.start(tx, "123")
            assert attempt is not None
            await oa_tokens.refuse(tx, "123", attempt)
    room.clock.pass_(days=days)
    async with room.db.write() as tx:
        assert await oa_tokens.warn(tx) == 1
    await room.settle()
    assert room.phone(CLERK).last.text.startswith(said)
    assert len(room.phone(LEADER).said) == before
