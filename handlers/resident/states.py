"""Where a resident's dialog can stand. The data beside it holds ids only; her words are in the draft."""

from aiogram.fsm.state import State, StatesGroup


class Raising(StatesGroup):
    """`first` waits for what comes; every other state has a draft."""

    first = State()
    urgent = State()
    suspicion = State()
    accused = State()
    ways = State()
    leader = State()
    sealing = State()
    where = State()
    consent = State()
    matter = State()
    late = State()
    village = State()
    field = State()
    preview = State()
    name = State()
    words = State()


class Adding(StatesGroup):
    """`more` waits for further words to an opinion that was sent."""

    more = State()


class Judging(StatesGroup):
    """`evidence` waits for one photo or sentence about what was promised and is not done."""

    evidence = State()


class Accusing(StatesGroup):
    """About a sealed matter of hers.

    `evidence` takes files that come right after it was sent, `more` words too, `general` waits for others that name
    nobody.
    """

    evidence = State()
    more = State()
    general = State()
