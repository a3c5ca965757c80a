"""Where an official's dialog can stand."""

from aiogram.fsm.state import State, StatesGroup


class Answering(StatesGroup):
    """What an answer waits for.

    `words`: text or files; `note`: what a correction changes; `review`: a button under the preview; `day`: by when what
    it promises is done.
    """

    words = State()
    note = State()
    review = State()
    day = State()


class SendingBack(StatesGroup):
    """`reason` waits for why an answer is sent back, typed or spoken."""

    reason = State()


class GivingBack(StatesGroup):
    """`reason` waits for why an issue is not the unit's."""

    reason = State()


class AskingLater(StatesGroup):
    """`day` waits for a later day and why; `reason` for why."""

    day = State()
    reason = State()


class Delegating(StatesGroup):
    """`until` waits for the last day on which another approves."""

    until = State()


class Releasing(StatesGroup):
    """`review` waits for the button under the list of what will go."""

    review = State()


class Planning(StatesGroup):
    """What a conference waits for: each field that is typed, and why the law's days are broken or people told anew.

    `cluster` waits for villages, `cluster_when` for their hour and place, `pin` for a place on the map.
    """

    when = State()
    place = State()
    title = State()
    content = State()
    ways = State()
    agenda = State()
    collect = State()
    pin = State()
    cluster = State()
    cluster_when = State()
    override = State()
    reason = State()
    review = State()


class Cancelling(StatesGroup):
    """`reason` waits for why the conference is not held, `review` for the button."""

    reason = State()
    review = State()


class Deciding(StatesGroup):
    """`refusal` waits for why a leader does not agree, `override` for why he breaks the law's seven days."""

    refusal = State()
    override = State()


class Proving(StatesGroup):
    """`evidence` gathers what shows that something was announced, `documents` the papers for delegates."""

    evidence = State()
    documents = State()


class Announcing(StatesGroup):
    """What an announcement waits for.

    `words`: text or files; `review`: a button under the preview; `hour`: when it goes; `issue`: whose authors it is
    for; `reason`: why a leader wants it otherwise.
    """

    words = State()
    review = State()
    hour = State()
    issue = State()
    reason = State()


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


ALL = (
    Answering,
    SendingBack,
    GivingBack,
    AskingLater,
    Delegating,
    Releasing,
    Planning,
    Cancelling,
    Deciding,
    Proving,
    Announcing,
    Naming,
    Reviewing,
    Sorting,
    Committing,
    Judging,
    Publishing,
)
