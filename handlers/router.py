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
    _merge(dispatcher)
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


def _merge(router: Router) -> None:
    """Makes one of the routers that stand side by side and ask nothing first: aiogram wraps an update anew for each.

    The handlers are asked in the same order as before.
    """
    merged: list[Router] = []
    for inner in router.sub_routers:
        _merge(inner)
        if merged and _asks_nothing(merged[-1]) and _asks_nothing(inner):
            for kind, observer in inner.observers.items():
                merged[-1].observers[kind].handlers += observer.handlers
        else:
            merged.append(inner)
    router.sub_routers[:] = merged


def _asks_nothing(router: Router) -> bool:
    return not router.sub_routers and not any(
        observer._handler.filters or len(observer.middleware) or len(observer.outer_middleware)
        for observer in router.observers.values()
    )


def _awaitable(compare: Callable[..., Any]) -> Callable[..., Any]:
    async def compared(*given: Any, **named: Any) -> Any:
        return compare(*given, **named)

    return compared
