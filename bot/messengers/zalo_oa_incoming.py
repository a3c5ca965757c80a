"""What the Official Account's webhook brings, read (zalo.md, 2.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from bot.messengers.base import DegradingSession
from bot.messengers.zalo import GROUP, SPOKEN, number_of
from bot.messengers.zalo_incoming import LONGEST_ID, Said, file_at, instant, opaque, table, word

STALE = timedelta(hours=2)
"""Older calls are left alone: Zalo itself tries for an hour and no longer."""

TAP = "#cb:"
"""What our buttons send begins so; anybody may type it too."""
LONGEST_TAP = 64
"""Bytes that callback data has at most."""

IN_GROUP = "user_send_group_"
"""What is said in a group that the account made begins so."""

SOUNDS = {".m4a": "audio/mp4", ".mp4": "audio/mp4", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".wav": "audio/wav"}

SAID = frozenset(
    {
        "user_send_text",
        "user_send_link",
        "user_send_image",
        "user_send_gif",
        "user_send_sticker",
        "user_send_audio",
        "user_send_video",
        "user_send_file",
        "user_send_location",
        "user_send_business_card",
    }
)
DID = frozenset({"follow", "unfollow", "user_click_chatnow", "user_submit_info", "user_call_oa"})
"""What she did without saying anything; all but `unfollow` lets us write to her for some days more (zalo.md, 2.4)."""

COMES = frozenset({"follow", "user_click_chatnow"})
"""Of these, the acts of somebody who may have come for the first time."""

LEFT_ALONE = frozenset(
    {
        # Receipts and signs: nothing that lets us write to her, nothing to answer.
        "user_received_message",
        "user_seen_message",
        "user_reacted_message",
        # Who looks at the account's page without following it has no chat that we could answer in.
        "anonymous_send_text",
        "anonymous_send_image",
        "anonymous_send_file",
        "anonymous_send_sticker",
        # What concerns the account, not a talk.
        "add_user_to_tag",
        "remove_user_from_tag",
        "remove_tag",
        "update_user_info",
        "user_withdraw",
        "user_reply_consent",
        "user_feedback",
        "user_asking_product",
        "widget_interaction_accepted",
        "widget_failed_to_sync_user_external_id",
        "change_template_status",
        "change_template_quality",
        "change_oa_daily_quota",
        "extension_purchased",
        "create_group",
        "delete_group",
        "update_group_info",
        "add_group_admin",
        "remove_group_admin",
        "user_join_group",
        "user_out_group",
        "user_request_join_group",
        "accept_request_join_group",
        "reject_request_join_group",
    }
)
"""Events that are known and need nothing; besides, whatever begins with `oa_`, which are echoes of our own."""
ECHO = "oa_"


def is_known(event: str) -> bool:
    """Whether it was thought about what an event of this name needs, be it nothing."""
    return event in SAID | DID | LEFT_ALONE or event.startswith((ECHO, IN_GROUP))


@dataclass(frozen=True, slots=True)
class Heard:
    """One act of a person: which event, who, when; `said` are the messages that it holds, none for a mere act.

    `message_id` is Zalo's own of them, empty for an act; `quoted` is the message of ours that she replied to.
    """

    event: str
    who: str
    at: datetime | None
    said: Sequence[Said]
    message_id: str = ""
    quoted: str = ""

    def is_stale(self, now: datetime) -> bool:
        return self.at is None or now - self.at > STALE

    def update(self, said: Said, account_id: int, now: datetime) -> dict[str, Any]:
        """The Bot API's update: a tap on one of our buttons, or a message."""
        text = str(said.content.get("text", ""))
        data = text.removeprefix(TAP)
        if text.startswith(TAP) and data and len(data.encode()) <= LONGEST_TAP:
            return _tap(said, data, account_id, now)
        update = said.update(account_id, now)
        message = {**update["message"], "message_id": number_of(said.message)}
        if self.event == "user_submit_info" and "contact" in message:
            # Her own card, not one of somebody else that she passes on.
            message["contact"] = {**message["contact"], "user_id": account_id}
        if self.quoted:
            quoted = {"message_id": number_of(self.quoted), "date": 0, "chat": message["chat"]}
            message["reply_to_message"] = quoted
        return {**update, "message": message}

    def membership(self, account_id: int, now: datetime) -> dict[str, Any]:
        """The update that says that she follows no longer, or is there again."""
        here: dict[str, Any] = {"status": "member"}
        gone: dict[str, Any] = {"status": "kicked", "until_date": 0}
        before, after = (here, gone) if self.event == "unfollow" else (gone, here)
        person = {"id": account_id, "is_bot": False, "first_name": ""}
        change = {
            "chat": {"id": account_id, "type": "private"},
            "from": person,
            "date": int(now.timestamp()),
            "old_chat_member": {**before, "user": person},
            "new_chat_member": {**after, "user": person},
        }
        return {"update_id": number_of(self.said[0].native_id), "my_chat_member": change}


def _tap(said: Said, data: str, account_id: int, now: datetime) -> dict[str, Any]:
    number = number_of(said.native_id)
    # Zalo does not say under which message the button stood; the same button again is held to be of the same.
    message = {
        "message_id": number_of(data),
        "date": int(now.timestamp()),
        "chat": {"id": account_id, "type": "private"},
    }
    query = {
        "id": DegradingSession.callback_id(account_id, str(number)),
        "from": {"id": account_id, "is_bot": False, "first_name": ""},
        "chat_instance": "zalo_oa",
        "message": message,
        "data": data,
    }
    return {"update_id": number, "callback_query": query}


def read(body: Mapping[str, Any]) -> Heard | None:
    """What a call brought; None for what is no act of a person: echoes of our own above all, reactions, receipts."""
    event, at = word(body, "event_name"), _at(body)
    if event in DID:
        person = opaque(table(body, "follower"), "id") or opaque(table(body, "sender"), "id") or opaque(body, "user_id")
        content = _introduction(table(body, "info")) if event == "user_submit_info" else {}
        # These carry no id of their own.
        return _heard(Heard(event, person, at, [Said(person, f"{event}:{body.get('timestamp')}", at, content)]))
    message, person = table(body, "message"), opaque(table(body, "sender"), "id")
    message_id = opaque(message, "msg_id")
    if event not in SAID or not message_id:
        return None
    contents = _contents(event, message)
    said = [
        Said(person, message_id if place == 0 else f"{message_id}:{place}", at, content)
        for place, content in enumerate(contents)
    ]
    # The first is what webhooks were seen to bring, the second what a call that quotes is documented to hold.
    quoted = opaque(message, "quote_msg_id") or opaque(message, "quote_message_id")
    return _heard(Heard(event, person, at, said, message_id, quoted))


def group_in(body: Mapping[str, Any]) -> str | None:
    """What we call the group, made by the account, in which a person spoke; None for anything else."""
    group_id = opaque(table(body, "recipient"), "id") or opaque(table(body, "recipient"), "group_id")
    if not word(body, "event_name").startswith(IN_GROUP) or not 0 < len(group_id) <= LONGEST_ID - len(GROUP):
        return None
    return f"{GROUP}{group_id}"


def _heard(heard: Heard) -> Heard | None:
    return heard if 0 < len(heard.who) <= LONGEST_ID else None


def _introduction(info: Mapping[str, Any]) -> dict[str, Any]:
    """The form in which she passes on who she is, as the Bot API's contact; its place stands in a vCard (RFC 2426)."""
    full = table(info, "full_address")
    parts = [word(info, "address"), *(word(full, key) for key in sorted(full))]
    place = ";".join(escaped for part in dict.fromkeys(parts) if (escaped := _escaped(part)))
    name, phone = word(info, "name").strip()[:70], opaque(info, "phone")[:20]
    if not name and not phone and not place:
        return {}
    card = {"vcard": f"BEGIN:VCARD\nVERSION:3.0\nADR:{place[:1000]}\nEND:VCARD"} if place else {}
    return {"contact": {"phone_number": phone, "first_name": name, **card}}


def _escaped(text: str) -> str:
    plain = " ".join(text.split())
    return plain.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _at(body: Mapping[str, Any]) -> datetime | None:
    """Milliseconds, as text in every sample seen."""
    value = body.get("timestamp")
    return instant(int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value)


def _contents(event: str, message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The Bot API's contents, one a message: of several photos, the words stand under the first."""
    attachments = message.get("attachments")
    payloads = (
        [table(each, "payload") for each in attachments if isinstance(each, dict)]
        if isinstance(attachments, list)
        else []
    )
    text = word(message, "text")
    match event:
        case "user_send_text":
            return [{"text": text} if text else {}]
        case "user_send_link":
            links = [link for each in payloads if (link := opaque(each, "url"))]
            return [{"text": words} if (words := "\n".join(dict.fromkeys([*([text] if text else []), *links]))) else {}]
        case "user_send_business_card":
            # Somebody else's name and number, which she was not asked for: not even read.
            return [{"contact": {"phone_number": "", "first_name": ""}}]
        case "user_send_location":
            return [_place(table(each, "coordinates")) for each in payloads[:1]] or [{}]
    found = [content for each in payloads if (content := _file(event, each))] or [{}]
    if text and found[0]:
        found[0] = {**found[0], "caption": text}
    return found


def _file(event: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    url = opaque(payload, "url")
    if event == "user_send_sticker":
        sticker = opaque(payload, "id") or url[-64:]
        shape = {"type": "regular", "width": 0, "height": 0, "is_animated": False, "is_video": False}
        return {"sticker": {"file_id": sticker, "file_unique_id": sticker, **shape}} if sticker else {}
    kinds = {"user_send_image": "photo", "user_send_audio": "voice", "user_send_file": "document"}
    kind = kinds.get(event, "video")
    file = file_at(kind, url) if url else None
    if file is None:
        return {}
    size = payload.get("size")
    if (isinstance(size, str) and size.isdecimal() and len(size) < 12) or (isinstance(size, int) and size >= 0):
        file["file_size"] = int(size)
    match kind:
        case "photo":
            return {"photo": [{**file, "width": 0, "height": 0}]}
        case "voice":
            return {"voice": {**file, "duration": 0, "mime_type": _sound(url)}}
        case "document":
            name = word(payload, "name")
            # Its type is guessed by its name, as of any document that comes without one.
            return {"document": {**file, "file_name": name}}
    return {"video": {**file, "width": 0, "height": 0, "duration": 0}}


def _sound(url: str) -> str:
    return SOUNDS.get(PurePosixPath(urlsplit(url).path).suffix.lower(), SPOKEN)


def _place(coordinates: Mapping[str, Any]) -> dict[str, Any]:
    try:
        latitude, longitude = (float(str(coordinates[each])) for each in ("latitude", "longitude"))
    except (KeyError, ValueError):
        return {}
    # Also false for what is no number.
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return {}
    return {"location": {"latitude": latitude, "longitude": longitude}}
