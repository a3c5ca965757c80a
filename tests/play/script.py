"""The acts of the conference, in order."""

from collections.abc import Awaitable, Callable

from tests.play import answering, following, raising, sorting
from tests.play.cast import Collection
from tests.play.play import Play

Act = Callable[[Play, Collection], Awaitable[None]]

ACTS: tuple[Act, ...] = (
    raising.take_office,
    raising.set_conference,
    raising.speak_up,
    raising.speak_otherwise,
    sorting.sort_clusters,
    sorting.sort_cards,
    sorting.hear_authors,
    sorting.rearrange,
    sorting.agree,
    sorting.read_sealed,
    answering.before_answers,
    answering.draft,
    answering.delegate,
    answering.approve,
    following.rate,
    following.answer_again,
    following.announce,
    following.answered_before,
    following.run_late,
    following.meet,
    following.keep_promises,
    following.publish,
    following.review,
)
