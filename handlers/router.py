"""All conversations, in the order in which they are asked."""

from collections.abc import Callable
from typing import Any

from aiogram import Dispatcher, Router
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
    _compare_in_place(dispatcher)
    return dispatcher


def _compare_in_place(router: Router) -> None:
    """Makes filters that only compare run where they are: aiogram hands each one to a thread, dearer than comparing."""
    for observer in router.observers.values():
        for handler in (observer._handler, *observer.handlers):
            for each in handler.filters or ():
                if not each.awaitable:
                    each.callback, each.awaitable = _awaitable(each.callback), True
    for inner in router.sub_routers:
        _compare_in_place(inner)


def _awaitable(compare: Callable[..., Any]) -> Callable[..., Any]:
    async def compared(*given: Any, **named: Any) -> Any:
        return compare(*given, **named)

    return compared
