"""All conversations, in the order in which they are asked."""

from aiogram import Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED

from handlers import lost, official, resident
from handlers.middlewares import TurnMiddleware
from handlers.official import groups

__all__ = ["UNHANDLED", "build_dispatcher"]


def build_dispatcher() -> Dispatcher:
    """A dispatcher with every router; its FSM is the conversation's row, so aiogram's own is off."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.update.outer_middleware(TurnMiddleware())
    dispatcher.include_routers(groups.build(), official.build(), resident.build(), lost.build())
    return dispatcher
