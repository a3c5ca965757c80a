# The morning's digest, reminders of days, the log, one matter whole, a unit's group; for residents: mending words,
# a place, withdrawing.

## The digest of 07:00

o-digest-nothing = Nothing is waiting. When nothing waits this digest comes once a week.
o-digest-unsorted = To sort: { $count }.
o-digest-today = Due today: { $count }.
o-digest-late = Late: { $count }.
o-digest-unit = { $unit } has: { $count }.
o-digest-returned = Given back by units: { $count }.
o-digest-sent-back = Answers sent back by the leader: { $count }.
o-digest-unfinished = Answers begun and not sent on: { $count }.
o-digest-silent = Asked, and silent for 7 days: { $count }.
o-digest-own = For the office itself to answer: { $count }.
o-digest-publish = Authors who let you publish their words, not decided yet: { $count }.
o-digest-untold-late = Past the law's day and not told: { $count }.
o-digest-untold-soon = The law wants told within { $days } working days: { $count }.
o-digest-late-units = Answers late: { $list }.
o-digest-late-unit = { $unit } { $count }
o-digest-read-out = Answers to read out: { $count }.
o-digest-unreviewed = Answered, not reviewed: { $count }.
o-digest-approve = To approve: { $count }.
o-digest-agree = To agree to: { $count }.
o-digest-sealed = To read in private: { $count }.
o-digest-promised-soon = Promises due soon: { $count }.

## Reminders of days

o-due-reminder =
    { $when }
    { $head }
    { $words }
o-due-soon = Due { $due }, { $days } days left.
o-due-today = Due today, { $due }.
o-due-late = { $days } working days late, due { $due }.
o-due-head = { $code } · { $village } · people: { $count } · { $state ->
        [open] to be assigned
        [drafted] { $unit } has drafted, to be approved
       *[assigned] { $unit }
    }
o-sort-reminder =
    Not sorted: { $count }. { $when }
o-law-reminder =
    Authors not told who has it: { $count }. { $when }
    The law wants it within { $days } working days.

## One matter whole, the log

o-menu-nhatky = The log of a matter, like /nhatky 12
o-button-log = Log
o-log-missing = Type a code after the command, like: /nhatky { $code }
o-log = Log of { $code } · { $village } · { $state }
o-other-matter = another matter
o-matter-original = First words: “{ $text }”
o-matter-asked = { $at } asked back: “{ $text }”
o-matter-reason = The reason that its author reads: “{ $text }”
o-matter-title = In short: { $text }
o-matter-issue =
    { $unit }, due { $due } · { $state } · people: { $people }{ $villages ->
        [0] {""}
        [1] {""}
        [2] {""}
       *[other] , villages: { $villages }
    }
o-matter-others = The same matter: { $codes }
o-matter-due-reason = Why the day was moved, as authors read it: “{ $text }”
o-matter-returned = Given back by its unit: “{ $text }”
o-matter-petitioned = Petitioned to: { $text }
o-matter-corrected = Corrected { $at }: “{ $text }”
o-matter-ratings = Authors: { $list }
o-matter-rating =
    { $rating ->
        [clear] clear
        [unclear] not clear
        [done] done
        [partly] partly done
        [not_done] not done
       *[none] said nothing
    } { $count }
o-matter-promised = Promised: { $unit }, by { $due }.
o-matter-promised-anew = Promised: { $unit }, by { $due }. Why it was moved: “{ $text }”
o-matter-kept = Promised: { $unit }, by { $due }, reported done { $closed }: “{ $text }”
o-matter-truly = { $at } The Front: truly settled.
o-matter-not-truly = { $at } The Front: not truly settled: “{ $text }”

o-event-other = { $at } { $who }: { $kind }
o-event-opinion-raised = { $at } received
o-event-opinion-added-to = { $at } its author said more
o-event-opinion-answered = { $at } its author was answered
o-event-opinion-withdrawn = { $at } its author took it back
o-event-opinion-left-out = { $at } { $who } left the author's words unpublished
o-event-answer-rewritten = { $at } { $who } changed the words of the answer
o-event-opinion-unlinked = { $at } its author deleted her data

## A unit's group

o-group-of = This group gets the matters of { $unit }. To end it: /nhom off
o-group-free = This group is bound to no unit.
o-group-which = There is no one unit “{ $typed }”.
o-group-how =
    Bind it to a unit:
    { $list }
o-group-bound = From now on the matters of { $unit } come to this group. Reply to a card to draft its answer; go on in your own chat with the bot. Names of authors and sealed matters never come here.
o-group-moved = The matters of { $unit } go to another group now.
o-group-unbound = This group gets no more matters.
o-group-list =
    { $list }
    To bind a group: add the bot to the unit's group chat, and type /nhom and the unit's name there.
o-group-line =
    { $unit }: { $bound ->
        [yes] has a group
       *[no] has no group
    }
o-group-answering = { $code }: the answer is taken. Go on in your own chat with the bot.
o-group-not-yours = This button is for the unit in charge.
o-group-elsewhere = Go on in your own chat with the bot.
notice-group-lost = The bot is no longer in the group of { $unit }. Cards go to each person alone. To bind it again: add the bot to the group, and type /nhom there.

## Residents: a place, words edited after they were sent

place-line = Place: { $latitude }, { $longitude }
matter-place = The place is kept. What is the matter there? Write it, or record a sentence.
edited = The words that you edited are replaced.
edit-unclear = It is not clear where the edited words belong, so the old ones are kept. To change them, choose Correct and write them again.
edited-where =
    You changed the words of { $code } to: “{ $text }”. What was sent stays as it was.
    Add the new words to { $code }?
edited-later = You changed the words of { $code } while another matter is not sent yet. Once it is, open { $code } and choose Add to it.
