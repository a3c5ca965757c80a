"""What residents do: raise an opinion, follow it, read the answer, see and delete what is held about them."""

from aiogram import Router

from handlers.resident import (
    accusing,
    asked,
    attending,
    buttons,
    commands,
    differing,
    editing,
    intake,
    joining,
    mine,
    mydata,
    rating,
    released,
    spreading,
)

__all__ = ["build"]


def build() -> Router:
    """A fresh router for everybody, officials too: they are residents as well."""
    router = Router(name="resident")
    router.include_routers(
        commands.build(),
        asked.build(),
        spreading.build(),
        attending.build(),
        buttons.build(),
        accusing.build(),
        mine.build(),
        differing.build(),
        rating.build(),
        released.build(),
        mydata.build(),
        joining.build(),
        editing.build(),
        intake.build(),
    )
    return router
