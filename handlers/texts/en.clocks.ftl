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
o-digest-silent = Asked, and silent for 7 days: { $count }.
o-digest-own = For the office itself to answer: { $count }.
o-digest-promised = Promises due: { $count }.
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
