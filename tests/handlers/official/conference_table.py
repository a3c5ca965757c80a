"""The part of the table of rights that is about the conference: the letters are those of `rights_table`."""

import json
from datetime import timedelta

from tests.commune import START
from tests.conference import facts
from tests.handlers.official.doors import Door

OFFICE = "CL"
EVERYBODY = "CSTDLVOAPX"
BEGINS_ANEW = ("intake.take",)

LATER = START + timedelta(days=31)
DRAFT = json.dumps({"facts": facts(LATER).as_json()})
MEETING = json.dumps({"facts": facts(LATER).as_json(), "cluster": ["mau-1"], "met": []})
CANCELLING = '{"conference_id": %(conference)d, "reason": "Bão"}'
DECIDING = '{"change_id": %(change)d}'
PROVING = '{"proof_id": %(proof)d}'
PAPERS = '{"conference_id": %(conference)d}'
"""What a dialog holds at its step."""


def _typed(handler: str, words: str, step: str, held: str = DRAFT) -> Door:
    return Door(handler, words, OFFICE, step, held, otherwise=BEGINS_ANEW)


CONFERENCE = [
    Door("planning.show", "/hoinghi", OFFICE, otherwise=("commands.conference",)),
    Door("planning.tap_show", "o:hoinghi", OFFICE),
    Door("planning.move", "o:move:{conference}", OFFICE),
    Door("planning.propose", "o:propose:{starts}", OFFICE, "Planning:review", DRAFT),
    Door("planning.pick_hall", "o:hall", OFFICE, "Planning:place", DRAFT),
    Door("planning.ask_place", "o:elsewhere", OFFICE, "Planning:place", DRAFT),
    Door("planning.ask_override", "o:breakrule", OFFICE, "Planning:when", DRAFT),
    Door("planning.past_step", "o:hall", OFFICE),
    _typed("planning.take_when", "24/12 7h30", "Planning:when"),
    _typed("planning.take_place", "Nhà văn hoá", "Planning:place"),
    _typed("planning.take_override", "Mưa lũ", "Planning:override"),
    _typed("planning.show_review_again", "xong", "Planning:review"),
    Door("planedits.offer", "o:other", OFFICE, "Planning:review", DRAFT),
    Door("planedits.ask", "o:content", OFFICE, "Planning:review", DRAFT),
    _typed("planedits.take_title", "Đối thoại", "Planning:title"),
    _typed("planedits.take_text", "Đường sá", "Planning:content"),
    _typed("planedits.take_collect", "20/12", "Planning:collect"),
    _typed("planedits.take_reason", "Trùng kỳ họp", "Planning:reason"),
    Door("planedits.take_pin", "<place>", OFFICE, "Planning:pin", DRAFT, otherwise=(*BEGINS_ANEW, "plain.only_words")),
    _typed("planedits.type_pin", "21.8525, 106.7610", "Planning:pin"),
    Door("planclusters.begin", "o:byclusters", OFFICE, "Planning:place", DRAFT),
    Door("planclusters.toggle", "o:cluster:mau-2", OFFICE, "Planning:cluster", MEETING),
    Door("planclusters.ask_when", "o:clusterdone", OFFICE, "Planning:cluster", MEETING),
    _typed("planclusters.ask_again", "thôn 1", "Planning:cluster", MEETING),
    _typed("planclusters.take_when", "24/12 8h, Nhà 1", "Planning:cluster_when", MEETING),
    Door("plancancel.ask", "o:cancel:{conference}", OFFICE),
    Door("plancancel.propose", "o:cancelled:{conference}", OFFICE, "Cancelling:review", CANCELLING, apart=True),
    Door("plancancel.revise", "o:revise:{conference}", OFFICE),
    Door("plancancel.ask_next", "o:nextconference", OFFICE),
    _typed("plancancel.take_reason", "Bão", "Cancelling:reason", CANCELLING),
    Door("planpapers.show", "o:papers:{conference}", OFFICE),
    Door("planpapers.drop", "o:unpaper:{conference}:{paper}", OFFICE, apart=True),
    _typed("planpapers.take", "<photo>", "Proving:documents", PAPERS),
    _typed("planpapers.ask_again", "đây nhé", "Proving:documents", PAPERS),
    Door("deciding.agree", "o:cagree:{change}", "cL", apart=True),
    Door("deciding.other_day", "o:cday:{change}", "cL"),
    Door("deciding.ask_refusal", "o:cnot:{change}", "cL"),
    Door("deciding.refuse", "o:cwhy:{change}:day", "cL", apart=True),
    Door("deciding.ask_override", "o:coverride:{change}", "cL"),
    Door("deciding.withdraw", "o:unpropose:{change}", OFFICE, apart=True),
    _typed("deciding.take_refusal", "Chưa", "Deciding:refusal", DECIDING),
    _typed("deciding.take_override", "Gấp", "Deciding:override", DECIDING),
    Door("lawlist.show", "o:law:{conference}", OFFICE),
    Door("lawlist.pick_village", "o:proveat:{conference}:loudspeaker", OFFICE),
    Door("lawlist.prove", "o:prove:{conference}:notice", OFFICE, apart=True),
    Door("lawlist.withdraw", "o:unprove:{proof}", OFFICE, apart=True),
    _typed("lawlist.take_file", "<photo>", "Proving:evidence", PROVING),
    _typed("lawlist.take_link", "https://khuatxa.example", "Proving:evidence", PROVING),
    *(
        Door(f"attending.{name}", f"r:{word}:{{conference}}", EVERYBODY)
        for name, word in (
            ("come", "come"),
            ("decline", "nocome"),
            ("talk", "talk"),
            ("show_way", "way"),
            ("send_papers", "papers"),
        )
    ),
    Door("attending.talk_on", "r:talkon:{conference}:0", EVERYBODY),
    Door("attending.agree", "r:comeok:{conference}:come", EVERYBODY),
    Door("attending.refuse", "r:comeno", EVERYBODY),
]
