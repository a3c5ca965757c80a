"""What somebody who waits for a leader is told when no message reaches one: he must be called."""

from handlers.turn import Turn
from handlers.words import Html
from storage import windows


async def with_leader(turn: Turn, text: Html) -> Html:
    """`text`, and that a leader must be called, where the days in which each could be written to are over."""
    if await windows.reaches_a_leader(turn.tx):
        return text
    return Html(f"{text}\n{turn.say('o-leader-unreached')}")
