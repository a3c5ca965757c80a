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


class Naming(StatesGroup):
    """`post` waits for what an official's post is called."""

    post = State()


class Reviewing(StatesGroup):
    """`reason` waits for why the observer finds a matter not settled."""

    reason = State()


class Sorting(StatesGroup):
    """`cluster` takes the numbers that leave a cluster, `due` a day, `reason` why an answer comes later."""

    cluster = State()
    due = State()
    reason = State()


class Committing(StatesGroup):
    """`evidence` and `review` gather what shows that a promise was kept; `day`, `reason` and `moving` move its day."""

    evidence = State()
    review = State()
    day = State()
    reason = State()
    moving = State()


class Judging(StatesGroup):
    """Each waits for the words of one verdict; `lines` for what was heard, `correction` for it once more."""

    question = State()
    code = State()
    authority = State()
    place = State()
    reason = State()
    lines = State()
    correction = State()


class Publishing(StatesGroup):
    """`copy` takes other words than those suggested for publication, `title` the summary of a matter."""

    copy = State()
    title = State()


ALL = (Answering, Planning, Announcing, Naming, Reviewing, Sorting, Committing, Judging, Publishing)
