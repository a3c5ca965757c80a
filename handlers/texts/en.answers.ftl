# Answers: drafted by units, approved by leaders, sent, corrected; approval delegated.

## Buttons

o-button-template = Use a template
o-button-take-template = Take this one
o-button-other-template = Another template
o-button-send-promise = Send, due { $day }
o-button-promised-by = Done by { $day }
o-button-promised-when = Promise a day
o-button-done = Done
o-button-explained = Explained
o-button-no-resources = No resources yet
o-button-higher-authority = Higher authority
o-button-recall = Take back
o-button-review = Look again
o-button-correct = Correct what was sent
o-button-other-unit = Another unit's
o-button-beyond = Beyond the commune
o-button-more-words = More
o-button-later-agree = Agree
o-button-later-refuse = Keep the day
o-button-approvals = Approve one by one
o-button-proposals = See proposals
o-button-approve = Approve
o-button-approve-next = Approve, next
o-button-send-back = Send back
o-button-hall = Keep for the hall
o-button-skip = Later
o-button-evidence = See the files
o-button-no-day = No day given
o-button-beside = Beside the question
o-button-figures = Figures needed
o-button-leave = Never mind
o-button-unfinished = Go on with { $code }
o-button-release = Send { $count } now
o-button-delegate = Delegate
o-button-undelegate = End number { $number }
o-button-every-field = Every field

## Commands

o-menu-duyet = Approve an answer, e.g. /duyet 12
o-menu-phathanh = Send approved answers now
o-menu-uyquyen = Let another approve

## Drafting

o-answer-preview =
    { $code } asks: { $question }
    To { $count ->
        [one] 1 person
       *[other] { $count } people
    }, who will read:

    { $body }

    { $below }
o-answer-preview-files = With: { $files }.
o-preview-send = Send it?
o-preview-submit = To the leader, with which outcome?
o-preview-own = Send it, with which outcome?
o-preview-waits-submit =
    The answer to { $code } waits for a choice. To change its words, choose Change.
    With which outcome?
o-template =
    A template:

    { $text }

    Copy it, change it and send it; or take it as it is.
o-document = Document: no. { $number }.
o-document-dated = Document: no. { $number } of { $day }.
o-answer-on-its-way = An answer to { $code } is with the leader and not sent yet. Nothing was changed.
o-answers-day-unreadable = No day found in “{ $typed }”. Type again, e.g. 15/12
o-answers-day-impossible = “{ $typed }” is in no calendar. Type again, e.g. 15/12
o-answers-day-past = “{ $typed }” is not a day to come. Type one after today, e.g. 15/12
o-answers-reason-long = The reason has more than { $limit } characters. Type a shorter one.
o-promise-past = The promised day is over. Nothing was changed.
o-promise-ask = By which day is { $code } done? Type a day, e.g. 15/12
o-submitted = { $code } is with the leader. { $outcome }
o-submitted-own = { $code } is on record, { $goes }. { $outcome }
o-submitted-promise = Promised for { $day }, { $unit }.
o-sent-in-the-morning = People sleep now: it goes at { $hour }.
o-recalled = { $code } is taken back.
o-signature-unit = { $unit }
o-signature-post = { $unit }, { $post }
o-signature-approved = Drafted by { $writer }, approved by { $approver }.
o-signature-approved-for = Drafted by { $writer }, approved by { $approver } for the leader.

## Correcting

o-correction-ask = Type the new answer to { $code }; it takes the place of the one that was sent. The old one stays on record.
o-correction-note = What changes? Type one line; those who asked will read it.
o-correction-preview =
    A correction of { $code }, to { $count ->
        [one] 1 person
       *[other] { $count } people
    }, who will read:

    The commune corrects its answer to { $code }: { $note }

    { $body }

    { $below }
o-correction-dropped = The correction is dropped. What was sent to { $code } stands.
o-correction-old = There is a newer answer to { $code }. Open it with /xem.
o-correction-pending = A correction of { $code } already waits for approval.

## Units

o-unit-home = { $unit }. { $count ->
        [0] Nothing waits for an answer.
       *[other] Waiting for an answer: { $count }.
    }
o-unit-late = Late: { $count }.
o-unit-today = Due today: { $count }.
o-unit-sent-back = Sent back by the leader: { $count }.
o-unit-submitted = With the leader: { $count }.
o-unit-not-waiting = { $code }: { $state } Nothing was changed.
o-not-ours-why = Why is { $code } not your unit's? Choose, or type a line for the office.
o-not-ours-unit = It is another unit's
o-not-ours-beyond = It is beyond the commune
o-given-back = { $code } is back with the office. Its day still counts, and residents are not told.
o-later-ask =
    { $code } is due { $due }. Type the new day and why, e.g. 10/12 waiting for an offer
    Its authors read why.
o-later-why = Why { $day }? Type one line; its authors read it.
o-later-not-later = It is due { $due }. Type a later day.
o-later-far = That is more than half a year: an answer is due, not the work. Type a nearer day.
o-later-asked = { $day } is asked for { $code }. The office agrees or not; until then the old day counts.
o-later-agreed = { $code }: now due { $due }, its authors are told.
o-later-refused = { $code }: still due { $due }, the unit is told.
o-later-over = { $code }: no later day is asked for any more. Due { $due }.

## Approving

o-approval-home =
    { $count ->
        [0] No answer waits for approval.
       *[other] Waiting for approval: { $count }.
    }
o-approval-home-late = Promises late: { $count }.
o-approval-home-soon = Promises due soon: { $count }.
o-approval-home-unsorted = Not sorted by the office: { $count }.
o-approval-sent = { $what }, sent at { $at }
o-approval-done = Nothing else waits for approval.
o-approval-home-agree = Waiting for your word: { $count }.
o-approval-home-sealed = Sealed: { $count }.
o-approval-no-proposals = No proposal waits any more.
o-approval-head = { $code } · { $title } · { $people ->
        [one] 1 person
       *[other] { $people } people
    } · due { $due }
o-approval-question = Asks: { $question }{ $others ->
        [0] {""}
       *[other] {" "}and { $others } more
    }
o-approval-correction = Corrects what was sent { $at }. Change: “{ $note }”
o-approval-answer = Answer:
o-approval-answer-files = Answer (with { $files }):
o-approval-apart = (The whole answer is in the message above.)
o-approval-text =
    The answer to { $code } waits for approval:

    { $body }
o-approval-promised = Promises: done by { $day }, { $unit }.
o-approval-outcome = Outcome: { $outcome }.
o-outcome-done = done
o-outcome-explained = explained
o-outcome-no-resources = no resources yet
o-outcome-higher-authority = higher authority
o-approved = { $code } is approved, { $goes }.
o-approval-goes = { $what }, { $goes }
o-goes-in-minutes = { $count ->
        [one] goes in 1 minute
       *[other] goes in { $count } minutes
    }
o-goes-now = goes now
o-goes-at = goes at { $at }
o-goes-in-hall = kept for the hall
o-approval-changed = The answer was changed just now. Not approved; read the new one:
o-approval-again =
    { $head }
    Changed and submitted again, see the new card.
o-approval-own = You wrote this one: a leader approves it.
o-approval-meanwhile = { $code }: { $what }. Nothing was changed.
o-approval-none = No answer to “{ $code }” waits for approval. Type /viec to see what waits.
o-answer-state =
    { $state ->
        [submitted] waiting for approval
        [approved] approved
        [released] sent
       *[draft] being written again
    }
o-send-back-why = Why is { $code } sent back? Choose, type a line, or speak.
o-send-back-kinds = A reason is typed or spoken.
o-send-back-day = No day is given
o-send-back-beside = It does not answer the question
o-send-back-figures = Figures are needed
o-send-back-spoken = the recording above
o-unfinished = Begun and not sent on: { $count }.
o-answer-edited = The answer to { $code } has the words that you edited.
o-edit-older = { $code }: later words took the place of what you edited. Nothing is changed.
o-edit-too-late =
    { $state ->
        [submitted] { $code } is with the leader; your edit does not change it. Take it back to change it.
        [approved] { $code } is approved; your edit does not change it. Whoever approved it can take it back.
       *[released] { $code } has gone out; your edit does not change it. Send a correction instead.
    }
o-send-back-offer =
    { $reason }
    Send the answer to { $code } back with these words?
o-send-back-not = { $code } is not sent back.
o-sent-back = { $code } is sent back.

## Releasing

o-release-none = No approved answer waits to go.
o-release-line = { $code } · { $people ->
        [one] 1 person
       *[other] { $people } people
    } · { $goes }
o-release-kept = Kept for the conference, not sent: { $count } ({ $codes }). To send one early, type: /phathanh { $first }
o-release-more = and { $count } more
o-release-list =
    { $list }
    Send { $count } now, to { $people ->
        [one] 1 person
       *[other] { $people } people
    }? It cannot be taken back.
o-released =
    { $count ->
        [0] Nothing waits to go any more.
       *[other] Sent: { $count }, to { $people ->
            [one] 1 person
           *[other] { $people } people
        }.
    }

## Delegating

o-delegations =
    { $count ->
        [0] Nobody else approves for you.
       *[other] { $list }
    }
o-delegated-line = { $number }. { $who } · { $field } · to the end of { $until }
o-delegate-nobody = There is nobody to delegate to. Add somebody: /themnguoi
o-delegate-who = Who approves for you?
o-delegate-field = { $who }: in which field?
o-delegate-until = To the end of which day? Type it, e.g. 15/12
o-delegated = { $who } approves { $field } to the end of { $until }, and is told.
o-every-field = every field
notice-delegated = A leader lets you approve answers, and proposals not to answer: { $field }, to the end of { $until }. What you write or propose yourself, a leader approves.
notice-undelegated = You do not approve answers any more: { $field }.
notice-undelegated-leader = { $who } does not approve { $field } for you any more: the day is over.

## Notices to officials

notice-sent-back =
    The leader sent back the answer to { $code }: { $reason }
    Submitted: { $answer }
    { $replies ->
        [yes] Reply to this message to write it again.
       *[no] To write it again: choose to edit it below, or type /traloi { $code } and the text.
    }
notice-returned =
    { $unit } gave back { $code }: “{ $reason }”. Still due { $due }.
    { $words }
notice-later-asked =
    { $unit } would answer { $code } on { $day } instead of { $due }: “{ $reason }”
    If you agree, its authors read why.
notice-later-refused = { $code }: the office keeps { $due }.

## Notices to authors

notice-corrected =
    The commune corrects its answer to { $code }: { $note }

    { $body }
notice-corrected-asking =
    The commune corrects its answer to { $code }: { $note }

    { $body }

    Is this answer clear?

## The log

o-event-answer-drafted = { $at } { $who }: an answer drafted
o-event-answer-submitted = { $at } { $who }: an answer submitted
o-event-answer-approved = { $at } { $who }: the answer approved
o-event-answer-kept-for-hall = { $at } { $who }: approved, kept for the hall
o-event-answer-unapproved = { $at } { $who }: approval taken back
o-event-answer-recalled = { $at } { $who }: taken back before approval
o-event-answer-sent-back = { $at } { $who }: the answer sent back
o-event-answer-laid-aside = { $at } an approved answer not sent: nobody waits for it any more
o-event-answer-corrected = { $at } { $who }: the correction sent
o-event-answer-nobody-to-tell = { $at } nobody to tell: the author deleted what was held about her
o-event-issue-answered = { $at } { $who }: the answer sent
o-event-issue-returned = { $at } { $who }: given back to the office
o-event-issue-later-asked = { $at } { $who }: a later day asked for, { $due }
o-event-issue-later-refused = { $at } { $who }: the day kept, not { $due }

o-answer-came-back =
    Sent back by the leader: { $reason }
    Submitted before: { $answer }
o-answer-recalled = What was taken back is kept: { $answer }
