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
o-unit-reopened = Open again, unclear or not done: { $codes }.
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

## Another unit, another day, merging, clusters

o-button-clusters = See likely mates
o-button-kept = The office answers
o-button-merge = Merge into { $code }
o-button-split-out = Split out
o-button-to-card = Show the card
o-button-take-day = Take { $due }
o-button-keep-day = Keep { $due }
o-button-join = Merge all of these
o-button-unlike = Not the same

o-sort-kept = Waiting for the office's answer: { $count }.
o-sort-publish = Authors who let you publish their words, not decided yet: { $count }.
o-kept-none = Nothing waits for the office's answer.
o-sort-like = Like { $code }, { $place }, { $people ->
        [1] 1 person
       *[other] { $people } people
    }: { $words }
o-sort-same-village = same village
o-sort-which-unit = Which unit?
o-sort-how = Type the code after the command, for example: /phanloai { $code }
o-give-how = Type code, unit, and a day if need be, for example: /giao { $code } { $unit } 15/12
o-unit-unknown = There is no unit “{ $typed }”. Choose one.
o-unit-gone = This unit is no more. Choose Another unit and then one.
o-day-unreadable = Cannot read a day in “{ $typed }”. Type it again, for example { $example }.
o-day-impossible = “{ $typed }” is in no calendar. Type it again, for example { $example }.
o-day-past = “{ $typed }” is over. Type it again, for example { $example }.
o-due-past = { $code }: { $due } is too soon. Type a day from tomorrow on.
o-due-idle = { $code }: { $due } is a day off. Type another day.
o-due-far = { $code }: { $due } is too far. An answer is due within six months; type another day.
o-due-reason =
    { $code }: { $due } is later than { $before }.
    Type why; those who asked will read it.
o-reason-says-nothing = “{ $typed }” is no reason. Write a sentence; people will read it.
o-due-reason-long = The reason has { $length } characters, at most { $limit } fit. Type it again.
o-sort-merged = { $codes } merged into { $into } ({ $people ->
        [1] 1 person
       *[other] { $people } people
    }).
o-sort-split-out = { $code } split out as a matter of its own, still with { $unit }, due { $due }.
o-merge-how = Type two codes or more, for example: /ghep { $code } { $other }
o-merge-answered = { $code } was answered and takes no more. What waits can be given the same answer: choose Other ways, Answered already.
o-merge-together = { $code } and { $into } are one matter already. Nothing changed.
o-merge-refused = { $code }: { $why }. Nothing merged.
o-cluster-head = Cluster { $position }/{ $count } · seems one matter · { $village } · { $field }
o-cluster-line = { $number }. { $code } { $words }
o-cluster-dropped = { $number }. { $code } (dropped)
o-cluster-offer = To: { $unit }, due { $due }.
o-cluster-how = Type numbers to drop them from the cluster, again to take them back.
o-cluster-numbers = Type numbers from { $first } to { $last }, or choose below.
o-cluster-changed = The cluster has changed meanwhile. Nothing merged.
o-cluster-too-few = Fewer than two are left, nothing to merge. Choose Not the same.
o-cluster-kept-apart = Noted: not the same matter.
o-clusters-none = No likely mates are left.
notice-different =
    { $code }: its author says that hers is another matter:
    { $words }
    Before: { $before }
o-different-from = Merged with { $code }, { $others ->
        [1] 1 other voice
       *[other] { $others } other voices
    }.
o-different-alone = It stands alone now.
ask-different = { $code }: what is different about yours? Write or record one sentence.

o-event-opinion-merged = { $at } { $who }: merged into { $code }
o-event-opinion-split-out = { $at } { $who }: split out of { $code }
o-event-opinion-kept-apart = { $at } { $who }: not the same matter as { $count } like it
o-event-issue-merged = { $at } { $who }: merged, { $count } people now
o-event-issue-unmerged = { $at } { $who } undid the merge, now { $count } people
o-event-issue-due-moved = { $at } { $who }: due moved to { $due }
o-event-issue-undone = { $at } { $who }: undone, to { $unit }
