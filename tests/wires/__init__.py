"""What lies between a phone and the program on each messenger, but for the network.

What goes out is said by that messenger's own session, what comes in is read by its own code; only the other end, a
server of Telegram's or of Zalo's, is a few lines here.
"""

from storage.database import Database
from storage.files import MediaStore
from tests.wires.base import LONG_AGO, Lacks, Said, Wire, picture
from tests.wires.degrading import DegradingWire, WebWire
from tests.wires.telegram import TelegramWire
from tests.wires.zalo import ZaloBotWire, ZaloOaWire

__all__ = ["LONG_AGO", "DegradingWire", "Lacks", "Said", "TelegramWire", "Wire", "picture", "wire"]


def wire(name: str, db: Database, media: MediaStore) -> Wire:
    """The wire of this messenger."""
    match name:
        case "telegram":
            return TelegramWire(db)
        case "zalo_bot":
            return ZaloBotWire(db, media)
        case "zalo_oa":
            return ZaloOaWire(db, media)
    return WebWire(db, media, plain=name == "web_plain")
