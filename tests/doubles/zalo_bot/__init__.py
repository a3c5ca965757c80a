"""A strict double of the Zalo Bot Platform, spoken to over real HTTP.

In a test: ``async with ZaloBotDouble() as zalo``; ``zalo.url`` is the API base, ``zalo.host`` where its media lie. In
its own process, with a keyboard: ``python -m tests.doubles.zalo_bot --port 0``. It
refuses what the documents do not list (zalo.md, section 1). People write by :meth:`ZaloBotDouble.text` and the like;
each act is an update that the next poll gives, or the webhook that is set. What is measured but not documented is an
option: ``bare`` updates, ``live`` names of fields, ``repeats``, errors with HTTP 200 (``in_body``).
"""

from tests.doubles.scripted import Call, Fault, Json
from tests.doubles.zalo_bot.people import Message, person
from tests.doubles.zalo_bot.server import ZaloBotDouble

__all__ = ["Call", "Fault", "Json", "Message", "ZaloBotDouble", "person"]
