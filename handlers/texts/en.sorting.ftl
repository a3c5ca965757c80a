# Sorting: card by card, merging, assigning, undoing; what authors and units are told.

o-button-sort = Sort one by one
o-button-accept = Take, to { $unit }
o-button-give-back = Back to { $unit }
o-button-units = Another unit
o-button-ask-back = Ask back
o-button-other-ways = Other ways
o-button-undo = Undo

o-sort-home =
    { $count ->
        [0] Nothing waits to be sorted.
       *[other] Waiting to be sorted: { $count }.
    }
o-sort-late = Late: { $count }.
o-sort-today = Due today: { $count }.
o-sort-offer = Chosen by the resident: { $field }. To: { $unit }, due { $due }.
o-sort-returned = Given back by { $unit }: “{ $reason }”. Still due { $due }.
o-sort-addition = Added: “{ $text }”
o-sort-settled =
    { $head }
    { $words }
    { $what }
o-sort-assigned = { $code } given to { $unit }, due { $due }.
o-sort-undone = { $code } undone.
o-sort-meanwhile = { $code }: { $what }. Nothing changed.
o-sort-nothing-left = Nothing waits. { $opinions } opinions → { $issues } issues.
o-sort-asked = Asked back: { $count }.
o-sort-redirected = Shown elsewhere: { $count }.
o-sort-ready = Answered already: { $count }.
o-sort-proposed = Waiting for a leader: { $count }.
o-sort-left = Not assigned: { $unassigned }. Overdue: { $overdue }.

## The log

o-actor-author = the author
o-actor-machine = the machine
o-event-opinion-accepted = { $at } { $who }: to { $unit }, due { $due }
o-event-opinion-undone = { $at } { $who }: undone, to be sorted again
o-event-opinion-put-off = { $at } { $who }: put off
o-event-issue-assigned = { $at } { $who }: to { $unit }, due { $due }
o-event-issue-closed = { $at } nobody asks any more, closed

## The card of a unit

o-button-write = Write the answer
o-button-words = Read { $count } voices
o-button-not-ours = Not ours
o-button-later = Ask for more time
o-unit-card =
    { $code } · { $title } · { $people ->
        [1] 1 person
       *[other] { $people } people
    } · due { $due }
    { $words }{ $others ->
        [0] {""}
       *[other] {" "}and { $others } more
    }
o-unit-card-gone = { $code } is not with this unit any more.
o-unit-card-merged = { $code } was merged into { $into }.
o-unit-card-state =
    { $state ->
        [open] Given back to the office.
        [drafted] Submitted, waits for approval.
        [approved] Approved, about to go.
        [answered] Answered.
        [settled] Settled.
        [closed] Nobody asks any more.
       *[assigned] Waits for an answer.
    }

## To the author

button-different = Mine is different
notice-accepted = { $code }: taken up by the commune, given to { $unit }, answer due { $due }.
notice-due-moved = { $code }: { $unit } will answer later, on { $due }.
notice-due-reason = Why: { $reason }
notice-together = Others raised the same matter; the commune answers all at once.
notice-together-here = In { $village } { $people } people raised the same matter; the commune answers all at once.
notice-together-people = { $people } people raised the same matter; the commune answers all at once.
notice-together-villages = { $people } people in { $villages } villages raised the same matter; the commune answers all at once.
