"""The peers, as a process: `python -m tests.bench.peers aiogram|ptb URL` holds the raise dialogue until SIGTERM."""

import asyncio
import sys
from typing import Any

from tests.bench.dialogue import replies

TOKEN = "42:TEST"


async def run_aiogram(url: str) -> None:
    """aiogram alone: its dispatcher, its FSM in memory, its polling."""
    from aiogram import Bot, Dispatcher, F
    from aiogram.client.default import DefaultBotProperties
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.filters import StateFilter
    from aiogram.fsm.context import FSMContext
    from aiogram.fsm.state import State, StatesGroup
    from aiogram.fsm.storage.memory import MemoryStorage
    from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

    class Raise(StatesGroup):
        consent = State()
        village = State()
        field = State()
        preview = State()

    texts = [
        (
            words,
            InlineKeyboardMarkup(
                inline_keyboard=[
                    [InlineKeyboardButton(text=text, callback_data=data) for text, data in row] for row in rows
                ]
            ),
        )
        for words, rows in replies()
    ]
    order = [Raise.consent, Raise.village, Raise.field, Raise.preview]
    dispatcher = Dispatcher(storage=MemoryStorage())

    @dispatcher.message(StateFilter(None), F.text)
    async def begin(message: Message, state: FSMContext) -> None:
        await state.set_state(Raise.consent)
        await state.update_data(text=message.text)
        await message.answer(texts[0][0], reply_markup=texts[0][1])

    def step(place: int) -> Any:
        async def tapped(callback: CallbackQuery, state: FSMContext) -> None:
            await state.update_data({str(place): callback.data})
            await state.set_state(order[place + 1] if place + 1 < len(order) else None)
            await callback.answer()
            if callback.message is not None:
                await callback.message.answer(texts[place + 1][0], reply_markup=texts[place + 1][1])

        return tapped

    for place, state in enumerate(order):
        dispatcher.callback_query.register(step(place), state)
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    bot = Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    await dispatcher.start_polling(bot)


def run_ptb(url: str) -> None:
    """python-telegram-bot's Application with its ConversationHandler."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
    from telegram.ext import Application, CallbackQueryHandler, ConversationHandler, Defaults, MessageHandler, filters

    texts = [
        (
            words,
            InlineKeyboardMarkup(
                [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
            ),
        )
        for words, rows in replies()
    ]

    async def begin(update: Update, context: Any) -> int:
        if update.message is not None:
            context.user_data["text"] = update.message.text
            await update.message.reply_text(texts[0][0], reply_markup=texts[0][1])
        return 0

    def step(place: int) -> Any:
        async def tapped(update: Update, context: Any) -> int:
            query = update.callback_query
            if query is not None and update.effective_chat is not None:
                context.user_data[place] = query.data
                await query.answer()
                await update.effective_chat.send_message(texts[place + 1][0], reply_markup=texts[place + 1][1])
            return place + 1 if place + 1 < len(texts) - 1 else ConversationHandler.END

        return tapped

    steps: dict[object, list[Any]] = {place: [CallbackQueryHandler(step(place))] for place in range(len(texts) - 1)}
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .defaults(Defaults(parse_mode="HTML"))
        .build()
    )
    application.add_handler(ConversationHandler([MessageHandler(filters.TEXT, begin)], steps, fallbacks=[]))
    application.run_polling()


if __name__ == "__main__":
    if sys.argv[1] == "aiogram":
        asyncio.run(run_aiogram(sys.argv[2]))
    else:
        run_ptb(sys.argv[2])
