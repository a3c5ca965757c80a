"""What people read: Fluent texts in Vietnamese and English, every argument escaped in one place."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"
LONG = 1000
"""Characters above which an argument is put in by us: Fluent refuses a part of more than 2500."""


class Html(str):
    """Text that is already HTML of the Bot API's subset and must not be escaped again."""

    __slots__ = ()


class UnknownText(KeyError):
    """A key that no text file holds, or a text whose arguments do not fit."""


class Words:
    """Every text in every language. `form_of_address` is what a single resident is called ("bác")."""

    def __init__(self, form_of_address: str = "bác") -> None:
        self._bundles = {language: _bundle(language, form_of_address) for language in LANGUAGES}

    def text(self, language: str, key: str, arguments: Mapping[str, Any]) -> str:
        """The text as HTML. Raises UnknownText for an unknown key or a missing argument."""
        bundle = self._bundles.get(language) or self._bundles[DEFAULT_LANGUAGE]
        if not bundle.has_message(key):
            raise UnknownText(key)
        message = bundle.get_message(key)
        if message.value is None:
            raise UnknownText(key)
        safe = {name: _safe(argument) for name, argument in arguments.items()}
        long = {name: text for name, text in safe.items() if isinstance(text, str) and len(text) > LONG}
        value, errors = bundle.format_pattern(message.value, safe | {name: f"\ue000{name}\ue000" for name in long})
        if errors:
            raise UnknownText(f"{key}: {errors[0]}")
        if not long:
            return str(value)
        return re.sub("\ue000([a-z_]+)\ue000", lambda place: long.get(place[1], place[0]), str(value))

    def say(self, language: str) -> "Say":
        return Say(self, language)

    def keys(self, language: str) -> set[str]:
        return set(self._bundles[language]._messages)


class Say:
    """The texts in one language: `say("greeting", commune=...)`."""

    __slots__ = ("language", "words")

    def __init__(self, words: Words, language: str) -> None:
        self.words, self.language = words, language

    def __call__(self, key: str, **arguments: Any) -> Html:
        return Html(self.words.text(self.language, key, arguments))

    def plain(self, key: str, **arguments: Any) -> str:
        """For a button or a callback answer, which take no HTML: arguments go in as they are."""
        return self.words.text(self.language, key, {name: Html(value) for name, value in arguments.items()})


def _safe(argument: Any) -> Any:
    if isinstance(argument, Html) or not isinstance(argument, str):
        return argument
    return escape(argument, quote=False)


def _bundle(language: str, form_of_address: str) -> FluentBundle:
    # Isolation marks would show as boxes on old phones; every language we have is written left to right.
    bundle = FluentBundle([language], use_isolating=False)
    address = f"-goi = {form_of_address}\n-Goi = {form_of_address[:1].upper()}{form_of_address[1:]}\n"
    bundle.add_resource(FluentResource(address))
    for file in sorted(Path(str(resources.files("handlers"))).joinpath("texts").glob(f"{language}*.ftl")):
        bundle.add_resource(_parsed(file))
    return bundle


@cache
def _parsed(file: Path) -> Any:
    """A text file, read once a process: parsing is most of what a start takes."""
    return FluentResource(file.read_text(encoding="utf-8"))
