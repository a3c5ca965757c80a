"""Where an official's dialog can stand."""

from aiogram.fsm.state import State, StatesGroup


class Answering(StatesGroup):
    """`words` waits for text or files, `review` for a button under the preview."""

    words = State()
    review = State()


class Planning(StatesGroup):
    when = State()
    place = State()
    title = State()
    review = State()


class Announcing(StatesGroup):
    words = State()
    review = State()


ALL = (Answering, Planning, Announcing)
