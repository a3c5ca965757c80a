"""A strict double of the Zalo Official Account's OpenAPI and of its OAuth server, spoken to over real HTTP.

In a test: ``async with ZaloOaDouble() as oa``; ``oa.url`` is both API base and OAuth base, ``oa.host`` where its media
lie, ``oa.hook`` the webhook's address. It refuses what the documents do not list (zalo.md, section 2), keeps the
windows of 48 hours and 7 days by the clock that it was given, and spends a refresh token once.
"""

from tests.doubles.scripted import Call, Fault, Json
from tests.doubles.zalo_oa.people import APP_ID, APP_SECRET, OA_ID, OA_SECRET, Message, person, signed
from tests.doubles.zalo_oa.server import ZaloOaDouble

__all__ = [
    "APP_ID",
    "APP_SECRET",
    "OA_ID",
    "OA_SECRET",
    "Call",
    "Fault",
    "Json",
    "Message",
    "ZaloOaDouble",
    "person",
    "signed",
]
