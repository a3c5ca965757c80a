"""What both of Zalo's lines share: a double that names our files and calls us by the site's public address."""

from abc import ABC
from collections.abc import Sequence

from bot.app import Parts
from bot.pacing import Pacer
from tests.doubles.zalo_bot import ZaloBotDouble
from tests.doubles.zalo_oa import ZaloOaDouble
from tests.lines.base import Line

SITE = "https://xa.example"


class ZaloLine(Line, ABC):
    def __init__(self, double: ZaloBotDouble | ZaloOaDouble) -> None:
        self._double, self._here = double, ""

    def trusted(self) -> Sequence[str]:
        return [self._double.host]

    def address(self, url: str) -> str:
        return url.replace(SITE, self._here, 1)

    def meet(self, parts: Parts, here: str) -> None:
        self.apart(here)
        # Weeks are played in seconds: the double has no limit a second.
        parts.courier.lanes[self.name].pacer = Pacer(None)

    def apart(self, here: str) -> None:
        self._here = self._double.reach[SITE] = here
