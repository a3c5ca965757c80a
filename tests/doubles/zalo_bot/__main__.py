"""A double in its own process, with a keyboard for its people: prints its port, then takes lines until they end.

``1 đường hỏng`` is person 1 saying so; what the bot says is printed as ``bot → 1: …``.
The token is ``12345689:abc-xyz``. ``https://xa.example`` lies at the program, so that its webhook can be tried too.
"""

import argparse
import asyncio
import sys

from tests.doubles.zalo_bot import ZaloBotDouble, person

PEOPLE = {person(number): number for number in range(1, 51)}
PUBLIC = "https://xa.example"
PROGRAM = "http://127.0.0.1:8080"


def _new(zalo: ZaloBotDouble, shown: dict[str, int]) -> list[str]:
    """What the bot said since, a line each."""
    lines: list[str] = []
    for chat_id in zalo.chats:
        said = zalo.messages(chat_id)
        for message in said[shown.get(chat_id, 0) :]:
            words = " · ".join(part for part in (message.text, message.caption, message.url) if part)
            lines.append(f"bot → {PEOPLE[chat_id]}: {words}")
        shown[chat_id] = len(said)
    return lines


async def _print(zalo: ZaloBotDouble) -> None:
    shown: dict[str, int] = {}
    while True:
        for line in await zalo.wait(lambda: _new(zalo, shown), timeout=1e9):
            print(line, flush=True)


async def _serve(port: int, program: str) -> None:
    async with ZaloBotDouble(port) as zalo:
        zalo.reach = {PUBLIC: program}
        print(zalo.port, flush=True)
        printing = asyncio.create_task(_print(zalo))
        while line := await asyncio.to_thread(sys.stdin.readline):
            number, _, words = line.strip().partition(" ")
            if number.isdecimal() and 1 <= int(number) <= len(PEOPLE) and words:
                zalo.text(person(int(number)), words)
            else:
                print(f"1 to {len(PEOPLE)}, a space, and what this person says", flush=True)
        printing.cancel()
        await asyncio.gather(printing, return_exceptions=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Strict double of the Zalo Bot Platform; prints its port")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--program", default=PROGRAM, help=f"where the program that says it is {PUBLIC} answers")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.program))
