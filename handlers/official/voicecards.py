"""What a card shows of a recording: that somebody must hear it, and then whether its author agreed with the words."""

from datetime import date

from handlers.keyboards import Choice
from handlers.telling import duration, short_day
from handlers.words import Html, Say
from storage import splitting
from storage.commune import Commune
from storage.models import Opinion, Transcription


def buttons(say: Say, opinion: Opinion) -> list[Choice] | None:
    """What is done with a recording that nobody wrote down yet; None for any other opinion.

    `opinion.attachments` must be loaded.
    """
    if not splitting.is_unheard(opinion):
        return None
    choices = [
        (say.plain("o-button-listen"), f"o:listen:{opinion.id}"),
        (say.plain("o-button-transcribe"), f"o:transcribe:{opinion.id}"),
    ]
    if not opinion.needs_interpreter:
        choices.append((say.plain("o-button-interpreter"), f"o:interpreter:{opinion.id}"))
    choices.append((say.plain("o-button-person"), f"o:person:{opinion.id}"))
    choices.append((say.plain("o-button-other-ways"), f"o:other:{opinion.id}"))
    return choices


def line(say: Say, commune: Commune, opinion: Opinion, today: date | None = None) -> Html | None:
    """What a card says of a recording, or of what was written down; None when there is nothing to say of either.

    `opinion.attachments` must be loaded. Whether the author has been silent for too long is said from `today` on.
    """
    if splitting.is_unheard(opinion):
        seconds = sum(each.seconds or 0 for each in opinion.attachments if each.kind == "voice")
        due = short_day(opinion.sort_due) if opinion.sort_due is not None else ""
        # The web chat does not know how long what is sent as a file lasts.
        key, length = ("o-voice-waits", duration(say, seconds)) if seconds else ("o-voice-waits-unmeasured", "")
        waits = say(key, length=length, due=due)
        return Html(f"{waits}\n{say('o-voice-interpreter')}") if opinion.needs_interpreter else waits
    is_written = splitting.is_written(opinion)
    if opinion.transcription is Transcription.DISPUTED:
        return say("o-voice-disputed" if is_written else "o-split-disputed")
    is_silent = today is not None and splitting.is_unconfirmed(opinion, today, commune)
    if not is_silent:
        return None
    return say("o-voice-unconfirmed" if is_written else "o-split-unconfirmed")
