"""Messengers: each is an aiogram session, and knows how to receive."""
