# Every other verdict than accepted: asking back, another way, a petition, a refusal, what was heard, several matters.

## The officials' buttons

o-button-back = Back
o-button-ask-where = Where?
o-button-ask-when = Since when?
o-button-ask-photo = Ask for a photo
o-button-ask-other = Another question
o-button-type-code = Type another code
o-button-agree = Agree
o-button-disagree = No
o-button-listen = Listen
o-button-transcribe = Write it down
o-button-interpreter = Ask for Nùng, Tày
o-button-person = About a person
o-button-lines-send = Show her, and assign
o-button-line-unit = { $number } → { $unit }

## Asking back

o-ask =
    Ask { $code } back; its author reads it at once:
    { $words }
    Which question?
o-ask-type = Type the question about { $code }. Its author reads these very words.
o-ask-nobody = { $code }: nobody is left to ask, the author deleted her data or blocked the machine. Nothing changed.
o-asked = { $code } asked back: “{ $question }”
o-asked-before = Asked: “{ $question }”
o-words-too-long = That has { $length } characters, { $limit } at most. Type it shorter.
question-where = where exactly is it, near what that is easy to find?
question-when = since when has it been so?
question-photo = can you take a photo of the place?

## Other ways

o-other =
    { $code } { $words }
    1. Answered before
    Petition: 2. Province · 3. A department · 4. Power, telecoms · 5. Another
    Send to: 6. One-stop · 7. Police · 8. Power company · 9. Court · 10. Elsewhere
    11. Complaint · 12. Mediation
    About a person: 13. Village head · 14. Official · 15. A leader, another
    16. Cannot be answered · 17. Split
    18. Later · 0. Back
o-verdict-shared = { $code }: several people raised this. Assign it elsewhere, or split each of them out first.
o-before =
    { $code } { $words }
    Answered where?
    { $list }
o-before-unlike = No answer is alike; a code can be typed.
o-before-line = { $code } · { $village } · { $words }
o-before-type = Type the code of the answered matter for { $code }.
o-before-none = No answer has been sent yet.
o-before-gone = That matter is open again, without a new answer. Choose another.
o-before-unknown = “{ $code }” has no answer that was sent. Type another code.
o-before-done = { $code }: the answer of { $before } is sent.
o-petition-type = Petition { $code } to whom? Type the authority's name.
authority-province = People's Committee of { $province } province
authority-department = a department of { $province } province
authority-power = the power and telecommunications companies
o-verdict =
    { $verdict ->
        [beyond_authority] petition to { $reason }
        [final_decision_exists] finally decided already
       *[unlawful] content that cannot be answered
    }
o-verdict-proposed = { $code } is with the leader: { $what }.
o-verdict-counts = { $code }: { $what }. The author is told.
o-way-type = Where should the author of { $code } go? Type the place and what to bring.
o-way =
    { $where ->
        [one_stop] the one-stop centre
        [police] the commune police
        [power] the power company
        [court] the court
        [complaint] the reception desk
        [mediation] mediation
       *[other] { $name }
    }
o-way-done = { $code }: sent to { $what }.
o-refuse =
    { $code } { $words }
    The author reads the reason; a leader agrees first.
    Finally decided already:
    1. { $decided }
    2. { $judged }
    3. Type a reason
    Content that cannot be answered:
    4. { $rude }
    5. { $private }
    6. Type a reason
    0. Back
o-refuse-type = Type why { $code } is not answered. Its author reads these very words; a leader agrees first.
reason-decided = this was finally decided, and the commune cannot look at it again
reason-judged = a court has judged this, and the commune cannot do otherwise
reason-rude = these words insult somebody; say the matter alone and the commune answers
reason-private = these words are about somebody else's private life, which the commune may not discuss
o-later-done = { $code } later.

## The leader

o-proposal =
    The office proposes: { $what }.
    { $head }
    { $words }

    The author will read: { $told }
    Agree?
o-proposal-agreed = { $code } agreed: { $what }. The author is told.
o-proposal-disagreed = { $code } not agreed: { $what }. Back with the office.
o-proposal-over = { $code }: no longer waits for a leader.
notice-disagreed = The leader does not agree, sort it anew:
notice-replied = The author answers the question “{ $question }”: { $reply }
notice-replied-unsure = The question “{ $question }”: the author cannot tell.
notice-replied-silent = The question “{ $question }”: no answer for 7 days.
notice-replied-gone = The question “{ $question }”: nobody is left to answer.
notice-disputed =
    { $code }: the author says that it is not written down right.
    { $list }
notice-disputed-split =
    { $code }: the author says that it is not split right.
    { $list }

## Recordings, several matters

o-voice-waits = Recording of { $length } · to be written down, due { $due }
o-voice-waits-unmeasured = Recording · to be written down, due { $due }
o-voice-interpreter = Somebody is needed who understands Nùng or Tày.
o-voice-unconfirmed = The author has not confirmed what was written down.
o-voice-disputed = The author says that it is not written down right.
o-split-unconfirmed = The author has not confirmed the split.
o-split-disputed = The author says that it is not split right.
o-lines-ask = Write { $code } down: one matter a line. The author's words, no summary. Names as they were said; the machine asks about them apart.
o-lines-ask-split =
    Split { $code }: one matter a line, in the author's words.
    { $words }
o-lines-correct =
    Write { $count } lines again, in order:
    { $list }
o-lines-part = { $code }: { $words }
o-lines-none = No words yet. Type one matter a line.
o-lines-many = At most { $limit } matters at once. Join some and type them again.
o-lines-one = Only one line, nothing is split. Type one matter a line.
o-lines-other-count = This became { $count } matters: type { $count } lines, in order.
o-lines-long = One line is too long. Type it shorter.
o-lines-line = { $number }. { $unit }: “{ $words }”
o-lines-preview =
    { $code }, matters: { $count }
    { $list }
    Show the author what was written down?
o-lines-preview-split =
    { $code }, matters: { $count }
    { $list }
    Show the author, and assign?
o-lines-apart = kept apart, it seems to be about a person
o-lines-given = { $code } { $unit }
o-lines-done = Matters: { $count }: { $list }. The author is shown them.
o-lines-corrected = { $code } is written down anew and shown to the author.

## The log

o-event-opinion-asked = { $at } { $who } asked the author back
o-event-opinion-replied = { $at } the author answered the question
o-event-opinion-unsure = { $at } the author could not tell
o-event-opinion-unanswered = { $at } no answer to the question, back with the office
o-event-opinion-redirected =
    { $at } { $who } { $verdict ->
        [mediation] sent to mediation
        [complaint] sent to the reception desk
        [other_agency] sent elsewhere
       *[unlawful] said that it cannot be answered
    }
o-event-opinion-proposed =
    { $at } { $who } proposed to the leader: { $verdict ->
        [beyond_authority] petition upward
        [final_decision_exists] finally decided already
       *[unlawful] content that cannot be answered
    }
o-event-opinion-agreed = { $at } { $who } agreed
o-event-opinion-disagreed = { $at } { $who } did not agree, back with the office
o-event-opinion-petitioned = { $at } { $who } petitioned upward
o-event-opinion-joined-answered = { $at } { $who } found it answered in { $code }
o-event-opinion-transcribed =
    { $at } { $who } wrote the recording down{ $count ->
        [1] {""}
       *[other] , as { $count } matters
    }
o-event-opinion-split = { $at } { $who } split it into { $count } matters
o-event-opinion-split-off = { $at } { $who } split it from { $code }
o-event-opinion-rewritten = { $at } { $who } wrote it down anew
o-event-opinion-confirmed = { $at } the author confirmed what was written down
o-event-opinion-disputed = { $at } the author said that these are not the right words
o-event-opinion-interpreter-asked = { $at } { $who } asked for somebody who understands Nùng or Tày

## Residents

button-unsure = I cannot tell
button-written-right = That is right
button-written-wrong = Not right
button-add-to-draft = Add to what I began
notice-asked =
    The commune asks about { $code }: { $question }
    A text, a photo or a recording, all are fine.
notice-asked-again =
    The commune still waits to hear about { $code }: { $question }
    A text, a photo or a recording, all are fine.
unsure-noted = Noted: you cannot tell. The office goes on with { $code }.
where-draft = Do these words belong to { $code }, or to what you began?
decided-petition = { $code }: this is for a higher authority. The commune has petitioned { $authority }; you will hear what comes of it.
decided-refused = { $code }: the commune cannot answer this. Why: { $reason }
way-one-stop = { $code }: files and papers are handed in at { $place }. Bring your citizen card and the papers of the matter. If a file that you handed in is late, ask here. For anything more call { $hotline }.
way-police = { $code }: the commune police settles this. Go to the commune police with your citizen card. In an emergency call 113; to be told where, call { $hotline }.
way-power = { $code }: the power company does this. Call the power company; without its number call { $hotline }.
way-court = { $code }: a court settles this. Hand in your request at the court, with your citizen card and the papers of the matter. To be told where, call { $hotline }.
way-named = { $code }: for this go to { $place }. For anything more call { $hotline }.
way-mediation = { $code }: a matter between two houses is mediated first. See { $place }, and bring the papers of the matter. For anything more call { $hotline }.
way-complaint = { $code }: to have a decision looked at again, come to the reception desk: { $place }. Bring the decision and your citizen card; say it or hand it in there. For anything more call { $hotline }.
written-line = { $code }: { $words }
notice-written =
    { $count ->
        [1] The office heard the recording { $code } and wrote it down:
       *[other] The office heard the recording { $code } and wrote down { $count } matters:
    }
    { $list }
    Is that what you said?
notice-split =
    The office split your words in { $code } into { $count } matters:
    { $list }
    Is that what you said?
written-right = Each matter is answered by itself. Send a code to hear about that matter.
written-right-one = Noted. Send { $code } to hear about that matter.
written-wrong = What is not right in { $code }? Send a sentence or a recording. The office has been told.
