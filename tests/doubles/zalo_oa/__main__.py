"""A double in its own process, with a keyboard for its people: prints its port, then takes lines until they end.

``1 đường hỏng`` is person 1 saying so, ``1 > Đồng ý`` her pressing the newest button that begins so; what the account
says is printed as ``OA → 1: …``, its buttons in brackets. What the program must be told is printed as ``export`` lines.
"""

import argparse
import asyncio
import sys

from tests.doubles.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, Message, ZaloOaDouble, person

PEOPLE = {person(number): number for number in range(1, 51)}
HOOK = "http://127.0.0.1:8080/webhook/zalo-oa"
PUBLIC = "https://xa.example"


def _environment(oa: ZaloOaDouble) -> dict[str, str]:
    return {
        "DOITHOAI_WEB__PUBLIC_URL": PUBLIC,
        "DOITHOAI_ZALO_OA__APP_ID": APP_ID,
        "DOITHOAI_ZALO_OA__APP_SECRET": APP_SECRET,
        "DOITHOAI_ZALO_OA__OA_SECRET": OA_SECRET,
        "DOITHOAI_ZALO_OA__REFRESH_TOKEN": oa.consent(),
        "DOITHOAI_ZALO_OA__API_BASE": oa.url,
        "DOITHOAI_ZALO_OA__OAUTH_BASE": oa.url,
    }


def _line(message: Message) -> str:
    words = " · ".join(part for part in (message.text, message.url) if part) or f"<{message.kind}>"
    buttons = "".join(f" [{title}]" for title, _, _ in message.buttons)
    return f"OA → {PEOPLE.get(message.user_id, message.user_id)}: {words}{buttons}"


async def _print(oa: ZaloOaDouble) -> None:
    printed: list[Message] = []
    while True:
        for message in await oa.wait(lambda: oa.said[len(printed) :], timeout=1e9):
            print(_line(message), flush=True)
            printed.append(message)


async def _act(oa: ZaloOaDouble, line: str) -> str | None:
    """Does what a line says; returns what is to be mended."""
    number, _, words = line.partition(" ")
    if not (number.isdecimal() and 1 <= int(number) <= len(PEOPLE) and words):
        return f"1 to {len(PEOPLE)}, a space, and what this person says; or > and the button that she presses"
    who = person(int(number))
    try:
        await (oa.tap(who, words[1:].strip()) if words.startswith(">") else oa.text(who, words))
    except LookupError as error:
        return str(error)
    except AssertionError as error:
        return f"the webhook answered {error} at {oa.hook}"
    return None


async def _serve(port: int, hook: str) -> None:
    async with ZaloOaDouble(port) as oa:
        oa.hook = hook
        print(oa.port, *(f"export {name}={value}" for name, value in _environment(oa).items()), sep="\n", flush=True)
        printing = asyncio.create_task(_print(oa))
        while line := await asyncio.to_thread(sys.stdin.readline):
            if (mend := await _act(oa, line.strip())) is not None:
                print(mend, flush=True)
        printing.cancel()
        await asyncio.gather(printing, return_exceptions=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Strict double of a Zalo Official Account; prints its port")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--hook", default=HOOK, help="where the program takes webhooks")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.hook))
