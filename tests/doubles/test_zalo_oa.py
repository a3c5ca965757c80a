"""The double of the Official Account holds to what the documents say, and refuses everything else."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from tests.commune import Clock
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, Json, ZaloOaDouble, person
from tests.processes import ROOT

HER = person(1)
CS = "/v3.0/oa/message/cs"
Api = Callable[..., Awaitable[Json]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def oa(clock: Clock) -> AsyncIterator[ZaloOaDouble]:
    async with ZaloOaDouble(now=clock) as double:
        double.consent()
        double.meet(HER)
        yield double


@pytest.fixture
async def api(oa: ZaloOaDouble) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession(oa.url) as session:

        async def call(path: str, body: Any, token: str | None = None) -> Json:
            headers = {"access_token": oa.access_token() if token is None else token}
            async with session.post(path, json=body, headers=headers) as response:
                assert response.status == 200
                found: Json = await response.json()
                return found

        yield call


def message(**content: Any) -> Json:
    return {"recipient": {"user_id": HER}, "message": content}


def buttons(*given: Json, **more: Any) -> Json:
    return message(text="Chọn:", attachment={"type": "template", "payload": {"buttons": list(given), **more}})


HIDE = {"title": "Gửi", "type": "oa.query.hide", "payload": "#cb:ok"}

REFUSED: list[tuple[Json, int]] = [
    ({"recipient": {"user_id": 7}, "message": {"text": "a"}}, -201),
    ({"recipient": {"user_id": HER, "phone": "84"}, "message": {"text": "a"}}, -201),
    (message(), -201),
    (message(text=" "), -201),
    (message(text="a" * 2001), -210),
    (message(text="🌾" * 1001), -210),
    (message(text="a", parse_mode="HTML"), -201),
    (buttons(HIDE, template_type="button"), -201),
    (buttons(), -201),
    (buttons(*[HIDE] * 6), -201),
    (buttons({**HIDE, "title": "a" * 101}), -201),
    (buttons({**HIDE, "payload": "a" * 1001}), -201),
    (buttons({**HIDE, "type": "oa.open.web"}), -201),
    (message(attachment={"type": "file", "payload": {"token": "none"}}), -201),
    (message(attachment={"type": "audio", "payload": {}}), -201),
    ({"recipient": {"user_id": person(2)}, "message": {"text": "a"}}, -232),
]


@pytest.mark.parametrize(("body", "code"), REFUSED)
async def test_what_is_not_documented_is_refused(oa: ZaloOaDouble, api: Api, body: Json, code: int) -> None:
    assert (await api(CS, body))["error"] == code
    assert oa.said == []


async def test_message_and_its_answer_have_the_documented_shape(oa: ZaloOaDouble, api: Api) -> None:
    answer = await api(CS, buttons(HIDE))
    assert (answer["error"], answer["message"]) == (0, "Success")
    assert set(answer["data"]) == {"message_id", "user_id", "sent_time", "quota"}
    assert answer["data"]["quota"] == {"quota_type": "sub_quota", "remain": "500", "total": "500"}
    assert oa.last(HER).buttons == [("Gửi", "#cb:ok", "oa.query.hide")]


async def test_windows_are_kept_by_its_own_clock(oa: ZaloOaDouble, api: Api, clock: Clock) -> None:
    oa.included = 1
    assert (await api(CS, message(text="a")))["error"] == 0
    clock.instant += timedelta(hours=49)
    oa.consent()
    assert [(await api(CS, message(text="a")))["error"] for _ in range(2)] == [0, -211]
    clock.instant += timedelta(days=6)
    oa.consent()
    assert (await api(CS, message(text="a")))["error"] == -230
    template = {"user_id": HER, "template_id": "tpl-1", "template_data": {"code": "KX-1"}}
    assert (await api("/v3.0/oa/message/template", template))["error"] == 0
    assert (await api("/v3.0/oa/message/template", {**template, "template_data": {}}))["error"] == -201
    oa.people[HER].follows = False
    assert (await api(CS, message(text="a")))["error"] == -213
    quota = (await api("/v3.0/oa/quota/message", {"user_id": HER}))["data"]
    assert quota["cs_reply"] == {"remain": 8, "total": 8}
    assert (await api("/v3.0/oa/quota/message", {}))["error"] == -201


async def test_access_token_ends_and_stands_in_its_own_header(oa: ZaloOaDouble, api: Api, clock: Clock) -> None:
    assert (await api(CS, message(text="a"), "other"))["error"] == -216
    clock.instant += timedelta(seconds=90_001)
    assert (await api(CS, message(text="a")))["error"] == -220
    assert (await api("/v3.0/oa/message/transaction", message(text="a")))["error"] == -220
    oa.consent()
    assert (await api("/v3.0/oa/message/transaction", message(text="a")))["error"] == -240


async def test_refresh_token_is_good_for_one_call_of_the_documented_form(oa: ZaloOaDouble) -> None:
    token = oa.consent()
    form = {"refresh_token": token, "app_id": APP_ID, "grant_type": "refresh_token"}
    async with aiohttp.ClientSession(oa.url) as session:

        async def exchange(secret: str = APP_SECRET, **how: Any) -> Json:
            async with session.post("/v4/oa/access_token", headers={"secret_key": secret}, **how) as response:
                found: Json = await response.json()
                return found

        assert "access_token" not in await exchange(json=form)
        assert "access_token" not in await exchange("other", data=form)
        assert "access_token" not in await exchange(data={**form, "state": "x"})
        pair = await exchange(data=form)
        assert set(pair) == {"access_token", "refresh_token", "expires_in"}
        assert pair["expires_in"] == "90000"
        assert (await exchange(data=form))["error"] == -14014
        assert "access_token" in await exchange(data={**form, "refresh_token": pair["refresh_token"]})


async def test_double_in_its_own_process_has_a_keyboard() -> None:
    command = (sys.executable, "-m", "tests.doubles.zalo_oa", "--hook", "http://127.0.0.1:1/x")
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    exports = [(await process.stdout.readline()).decode().removeprefix("export ").strip() for _ in range(7)]
    told = dict(line.split("=", 1) for line in exports)
    assert told["DOITHOAI_ZALO_OA__API_BASE"] == f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        form = {
            "refresh_token": told["DOITHOAI_ZALO_OA__REFRESH_TOKEN"],
            "app_id": told["DOITHOAI_ZALO_OA__APP_ID"],
            "grant_type": "refresh_token",
        }
        secret = {"secret_key": told["DOITHOAI_ZALO_OA__APP_SECRET"]}
        async with session.post("/v4/oa/access_token", data=form, headers=secret) as response:
            token = (await response.json())["access_token"]
        process.stdin.write("ai đó\n1 đường hỏng\n1 > Đồng ý\n".encode())
        said = [(await process.stdout.readline()).decode() for _ in range(3)]
        assert said[0].startswith("1 to 50, a space, and what this person says")
        assert said[1] == "the webhook answered 0 at http://127.0.0.1:1/x\n"
        assert said[2].endswith("has no button 'Đồng ý'\n")
        body = {"recipient": {"user_id": person(1)}, "message": {"text": "Máy nhận rồi"}}
        async with session.post("/v3.0/oa/message/cs", json=body, headers={"access_token": token}) as response:
            assert (await response.json())["error"] == 0
    assert (await process.stdout.readline()).decode() == "OA → 1: Máy nhận rồi\n"
    process.stdin.close()
    assert await process.wait() == 0
