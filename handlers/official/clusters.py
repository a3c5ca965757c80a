"""Clusters of likely mates, offered whole: numbers typed drop out what does not belong; the official decides."""

import re
from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.filters import Allowed, Picked
from handlers.keyboards import Choice, keyboard
from handlers.official import merging, sortcards
from handlers.official import sorting as round_
from handlers.official.sorting import say_in_place
from handlers.official.states import Sorting
from handlers.official.talk import official_of
from handlers.telling import code, cut, field_label, short_day, village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import issues, mates, opinions, sorting
from storage.mates import Cluster
from storage.models import Opinion
from storage.rights import Right, reads_received
from storage.sorting import NotMerged, Overtaken
from storage.waiting import card_behind, waits

HELD, DROPPED, AT, CLUSTERS = "cluster", "dropped", "at", "clusters"
"""In the conversation's data: the opinions of the cluster on the screen, those dropped from it, which of how many."""

LINE = 160
"""Characters of each opinion: to be judged side by side, not one by one."""


def build() -> Router:
    router = Router(name="clusters")
    allowed = Allowed(Right.SORT)
    router.callback_query.register(start, F.data == "o:clusters", allowed)
    router.callback_query.register(join, Picked("o:join"), allowed)
    router.callback_query.register(keep_apart, Picked("o:unlike"), allowed)
    router.callback_query.register(undo, StateFilter(Sorting.cluster), Picked("o:undo"), allowed)
    words = (F.text, ~F.text.startswith("/"), ~F.reply_to_message)
    router.message.register(drop, StateFilter(Sorting.cluster), *words, allowed)
    return router


async def start(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """[Xem cụm giống nhau]."""
    await state.clear()
    await show_first(callback, turn, state)


async def show_first(
    event: Message | CallbackQuery, turn: Turn, state: FSMContext, done: Html | None = None, undo: int | None = None
) -> None:
    """The first cluster of those that are left, under what was just done."""
    found = await mates.clusters(turn.tx) if await reads_received(turn.tx, official_of(turn)) else []
    if not found:
        await state.clear()
        choices = [_undo(turn, undo)] if undo is not None else []
        choices.append((turn.say.plain("o-button-sort"), "o:sort"))
        text = turn.say("o-clusters-none")
        await say_in_place(event, turn, Html(f"{done}\n\n{text}") if done else text, keyboard(choices))
        return
    total = max(int((await state.get_data()).get(CLUSTERS) or 0), len(found))
    await state.set_state(Sorting.cluster)
    at = total - len(found) + 1
    await state.set_data({HELD: list(found[0].opinion_ids), DROPPED: [], AT: at, CLUSTERS: total})
    text, markup = await _page(turn, found[0], [], at, total, undo)
    await say_in_place(event, turn, Html(f"{done}\n\n{text}") if done else text, markup)


async def _page(
    turn: Turn, cluster: Cluster, dropped: list[int], position: int, total: int, undo: int | None = None
) -> tuple[Html, InlineKeyboardMarkup]:
    say, commune = turn.say, turn.tx.commune
    members = await _load(turn, cluster.opinion_ids)
    villages = list(dict.fromkeys(village_name(say, commune, each.village_id) for each in members))
    fields = list(dict.fromkeys(field_label(commune, each.field_id) for each in members))
    lines = [
        say("o-cluster-head", position=position, count=total, village=", ".join(villages), field=", ".join(fields))
    ]
    if cluster.mate is not None:
        lines.append(sortcards.like(say, commune, members[0], cluster.mate))
    for number, each in enumerate(members, _first_number(turn)):
        words = cards.quote(say, cut(" ".join(each.text.split()), LINE))
        key = "o-cluster-dropped" if each.id in dropped else "o-cluster-line"
        lines.append(say(key, number=number, code=code(commune, each), words=words))
    if cluster.mate is None:
        left = [each for each in members if each.id not in dropped] or members
        offered = sortcards.offer(commune, mates.into(left), await issues.default_due(turn.tx))
        lines.append(say("o-cluster-offer", unit=offered.unit, due=short_day(offered.due)))
    lines.append(say("o-cluster-how"))
    choices: list[Choice] = [
        (say.plain("o-button-join"), f"o:join:{cluster.opinion_ids[0]}"),
        (say.plain("o-button-unlike"), f"o:unlike:{cluster.opinion_ids[0]}"),
    ]
    if undo is not None:
        choices.append(_undo(turn, undo))
    return Html("\n".join(lines)), keyboard(choices)


def _undo(turn: Turn, undo: int) -> Choice:
    return turn.say.plain("o-button-undo"), f"o:undo:{undo}"


def _first_number(turn: Turn) -> int:
    """Where buttons are numbers themselves, the opinions are counted after them."""
    return 4 if turn.numbered else 1


async def _load(turn: Turn, opinion_ids: Any) -> list[Opinion]:
    """Those of them that this official may read, in order."""
    found = [await opinions.visible(turn.tx, official_of(turn), opinion_id=each) for each in opinion_ids]
    return [each for each in found if each is not None]


async def _held(turn: Turn, state: FSMContext, first_id: int) -> tuple[Cluster, list[int]] | None:
    """The cluster that stands on the screen and what was dropped from it, if all of it still waits as it was shown."""
    data = await state.get_data()
    ids = data.get(HELD) or []
    if await state.get_state() != Sorting.cluster.state or not ids or ids[0] != first_id:
        return None
    if not await reads_received(turn.tx, official_of(turn)):
        return None
    for cluster in await mates.clusters(turn.tx):
        if list(cluster.opinion_ids) == ids:
            return cluster, list(data.get(DROPPED) or [])
    return None


async def drop(message: Message, turn: Turn, state: FSMContext) -> None:
    """Numbers typed drop out what does not belong; typed again they bring it back."""
    data = await state.get_data()
    ids, typed = list(data.get(HELD) or []), message.text or ""
    held = await _held(turn, state, ids[0]) if ids else None
    if held is None:
        await show_first(message, turn, state, turn.say("o-cluster-changed"))
        return
    cluster, dropped = held
    first, told = _first_number(turn), None
    numbers = [int(each) - first for each in re.findall(r"\d{1,4}", typed)]
    if not numbers or re.search(r"[^\W\d_]{3,}", typed) or not all(0 <= each < len(ids) for each in numbers):
        told = turn.say("o-cluster-numbers", first=first, last=first + len(ids) - 1)
    else:
        for each in [ids[number] for number in numbers]:
            dropped = [one for one in dropped if one != each] if each in dropped else [*dropped, each]
        await state.update_data({DROPPED: dropped})
    text, markup = await _page(turn, cluster, dropped, int(data[AT]), int(data[CLUSTERS]))
    await say_in_place(message, turn, Html(f"{told}\n\n{text}") if told else text, markup)


async def join(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Ghép cả cụm]: what was shown, without what was dropped, into one issue."""
    held = await _held(turn, state, picked)
    if held is None:
        await show_first(callback, turn, state, turn.say("o-cluster-changed"))
        return
    cluster, dropped = held
    members = await _load(turn, cluster.opinion_ids)
    joining = [each for each in members if each.id not in dropped and waits(each)]
    target: Opinion | None = None
    if cluster.mate is not None:
        target = await opinions.visible(turn.tx, official_of(turn), opinion_id=cluster.mate.opinion_id)
    elif len(joining) > 1:
        target = mates.into(joining)
    voices = [each for each in joining if target is None or each.id != target.id]
    if target is None or not voices:
        await callback.answer(turn.say.plain("o-cluster-too-few"), show_alert=True)
        return
    official = official_of(turn)
    try:
        done = await sorting.merge(turn.tx, voices, target.issue or target, official)
    except NotMerged:
        await show_first(callback, turn, state, turn.say("o-cluster-changed"))
        return
    left_out = [each for each in members if each.id in dropped]
    mates.keep_apart(turn.tx, left_out, [*voices, target], official)
    await show_first(callback, turn, state, await merging.said(turn, done), done.id)


async def keep_apart(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Không cùng việc]: remembered, so that these are not offered together again."""
    held = await _held(turn, state, picked)
    if held is None:
        await show_first(callback, turn, state, turn.say("o-cluster-changed"))
        return
    cluster, _ = held
    members = await _load(turn, cluster.opinion_ids)
    mate = await _load(turn, [cluster.mate.opinion_id] if cluster.mate is not None else [])
    mates.keep_apart(turn.tx, members, [*members, *mate], official_of(turn))
    await turn.tx.session.flush()
    await show_first(callback, turn, state, turn.say("o-cluster-kept-apart"))


async def undo(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Hoàn tác] under the clusters: the one that was merged is offered again."""
    message_id = callback.message.message_id if callback.message is not None else 0
    is_card = await card_behind(turn.tx, turn.caller.account.id, message_id)
    try:
        undone = None if is_card else await sorting.undo(turn.tx, official_of(turn), picked)
    except Overtaken:
        undone = None
    if undone is None:
        await round_.undo(callback, turn, picked)
    else:
        done = turn.say("o-sort-undone", code=code(turn.tx.commune, undone))
        await show_first(callback, turn, state, done)
