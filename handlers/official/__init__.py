"""What officials do: see what waits, answer it, set the conference, announce. For a resident none of this exists."""

from aiogram import Router

from handlers.filters import IsOfficial
from handlers.official import (
    addressing,
    announcing,
    answering,
    approving,
    asking,
    assigning,
    broadcasting,
    clusters,
    committing,
    correcting,
    deciding,
    delegating,
    history,
    inviting,
    judging,
    kept,
    lawlist,
    merging,
    observing,
    plain,
    plancancel,
    planclusters,
    planedits,
    planning,
    planpapers,
    proposals,
    publishing,
    queue,
    relaying,
    releasing,
    rewriting,
    roles,
    sealing,
    sendingback,
    sorting,
    submitting,
    transcribing,
    undelivered,
    unitlist,
    verdicts,
    village,
)
from handlers.resident import asked

__all__ = ["build"]


def build() -> Router:
    """A fresh router for active officials. What it does not handle goes on to the residents' routers."""
    router = Router(name="official")
    router.message.filter(IsOfficial())
    router.callback_query.filter(IsOfficial())
    router.include_routers(
        queue.build(),
        history.build(),
        clusters.build(),
        sorting.build(),
        assigning.build(),
        merging.build(),
        kept.build(),
        asking.build(),
        verdicts.build(),
        transcribing.build(),
        judging.build(),
        proposals.build(),
        sendingback.build(),
        answering.build(),
        submitting.build(),
        rewriting.build(),
        correcting.build(),
        unitlist.build(),
        approving.build(),
        releasing.build(),
        delegating.build(),
        planedits.build(),
        planclusters.build(),
        planning.build(),
        plancancel.build(),
        planpapers.build(),
        deciding.build(),
        lawlist.build(),
        announcing.build(),
        addressing.build(),
        broadcasting.build(),
        inviting.build(),
        relaying.build(),
        undelivered.build(),
        committing.build(),
        publishing.build(),
        roles.build(),
        village.build(),
        observing.build(),
        asked.build(),
        sealing.build(),
        plain.build(),
    )
    return router
