# After the answer: ratings, opening again, promises, publication.

## Where it stands, in a resident's words

state-petitioned = It is for a higher authority. The commune has petitioned { $authority }; you hear of the result
state-higher-authority = It is for a higher authority. The commune has petitioned it; you hear of the result
state-no-resources = There is no money for it yet. The commune is looking for some
state-promised = The commune is working on it, to be done by { $due }
state-kept = The commune reported it done on { $day }
state-answered = The commune answered on { $day }
state-shown =
    This goes to { $where ->
        [one_stop] the one-stop desk
        [police] the commune's police
        [power] the power company
        [court] the court
        [complaint] the reception desk
        [mediation] the mediators
       *[other_agency] { $name }
    }; you were told how
state-refused = The commune cannot answer this. Reason: { $reason }
mine-moved = The day was moved because: { $reason }

## Clear? Done?

found-clear-promised = Noted. After { $due } you are asked whether it was done.
found-clear-late = Noted. You are asked again once the commune reports it done.
ask-publish = May the commune publish your words (without name and house number) with its answer, for others to read?
may-publish = Noted. The office takes out names and house numbers before it publishes.
may-not-publish = Noted: your words are not published. The answer itself is published for everybody, without your words.
ask-evidence = Where is it still not right? Send a photo, write or say a sentence. The matter is then opened again and the head of the commune told.
evidence-later = Noted. You have another matter unfinished: send or drop it, then write { $code } to open this one again.
let-be = Your word is noted; { $code } is not opened again. If you change your mind, write { $code }.
disputed =
    { $code } is open again, with your { $what ->
        [photo] photo
        [voice] recording
        [document] file
       *[words] words
    }. { $unit } answers you by { $due }; the heads of the commune are told.
disputed-office =
    { $code } is open again, with your { $what ->
        [photo] photo
        [voice] recording
        [document] file
       *[words] words
    }. { $unit } answers you by { $due }; the office is told.
notice-kept = { $code }: { $unit } reported it done on { $day }.
notice-kept-files = { $code }: { $unit } reported it done on { $day }, with { $files }.
ask-kept = What do you see when you pass by?
notice-promise-moved =
    { $code }: { $unit } moved the day from { $before } to { $due }.
    Reason: { $reason }
notice-promise-moved-anew = { $code }: { $unit } moved the day from { $before } to { $due } when it answered more of this matter.
notice-overdue =
    { $code }: it was to be done by { $due }; { $unit } has not reported it done and was reminded.
    What do you see when you pass by?
notice-rate-reminder =
    { $code }: the commune answered on { $day }.
    Is the answer clear?
button-done = Done
button-partly = Partly done
button-not-done = Not done
button-let-be = Never mind
button-publish = You may
button-publish-not = Do not

## What the commune answered

menu-answers = Answers of the commune
button-answers = Answers so far
answers =
    The commune has answered { $count } matters, the newest first:
    { $list }
    To search, type /congkhai and some words. Which one do you want to read?
answers-found =
    { $count } answers speak of “{ $words }”:
    { $list }
    Which one do you want to read?
answers-found-more =
    { $count } answers speak of “{ $words }”; these are the newest:
    { $list }
    More words find less. Which one do you want to read?
answers-line = { $number }. { $title } · { $day }
answers-none = The commune has published no answer yet. If you have something to say, just write.
answers-no-more = That is all; there is no older answer.
answers-not-found = No answer speaks of “{ $words }” yet. Send your opinion and the commune answers.
answers-gone = This answer is not here any more.
answers-title = { $title }
answers-people = { $count } people asked this.
answers-words = What somebody said: “{ $text }”
answers-answered =
    Answered on { $day }{ $files }:

    { $answer }
answers-corrected =
    The answer, corrected on { $day }{ $files }:

    { $answer }
answers-promised = In hand: { $unit }, to be done by { $due }.
answers-kept = { $unit } reported it done on { $day }.
answers-file = With the commune's answer

## Promises, for officials

o-promises = Promises followed: { $count }.
o-promises-none = No promise is being followed.
o-promises-late = Late: { $count }.
o-promises-soon = Due soon: { $count }.
o-promises-line = { $code } · { $unit } · { $due }
o-promises-line-near = { $code } · { $unit } · { $due }, { $left }
o-promise-left =
    { $days ->
        [0] today
        [one] 1 day left
       *[other] { $days } days left
    }
o-promise-late =
    { $days ->
        [one] 1 day late
       *[other] { $days } days late
    }
o-promise-head = { $code } · { $title } · { $unit }
o-promise-due = To be done by { $due }, { $left }.
o-promise-moved = Moved because: { $reason }
o-promise-kept = Reported done on { $day }, promised for { $due }{ $files }.
o-promise-taken-back = Taken back on { $day }, because: { $reason }
o-matter-taken-back = { $unit } took back what it promised for { $due }, because: { $text }
o-event-commitment-taken-back = { $at } answer corrected, nothing promised for { $due } any more
o-promise-and = {" · "}
o-promise-reminder = A promise:
o-promise-nudged = { $who } reminds of a promise:
o-promise-shifted = A promise was moved, from { $before }:
o-promise-closed = { $code }: { $who } reported it done { $at }. Nothing changed.
o-promise-too-long = This has { $length } characters, at most { $limit } fit. Type it shorter.
o-rated = Authors: { $list }.
o-rated-done = done { $count }
o-rated-partly = partly done { $count }
o-rated-not-done = not done { $count }
o-rated-none = not rated yet { $count }
o-fulfil-ask = { $code }: what was done? Send photos, files, or type a sentence. Those who asked read these words.
o-fulfil-preview =
    { $code }, to be reported done: { $words }{ $both }{ $files }
    { $count } are asked whether it truly is. You may send more photos or type other words.
    Report it?
o-fulfilled = Reported { $code } done; { $count } are asked.
o-postpone-ask = { $code } is promised for { $due }. To which day?
o-postpone-why =
    { $code } moves to { $due }.
    Type the reason; those who asked read it.
o-postpone-same = { $code } is promised for { $due } already. Type another day.
o-postpone-far = { $code }: { $due } is too far. Type a nearer day.
o-postpone-preview =
    { $code }: from { $before } to { $due }.
    Reason: { $reason }
    { $count } read the reason, and the leader is told. Move it?
o-postponed = Moved { $code } to { $due }. Those who asked and the leader are told.
o-nudged = Reminded { $unit }, in the name of { $who }.
o-nudged-already = { $unit } was reminded today already.
notice-reopened-kept =
    { $code } is open again: its author finds it { $rating ->
        [partly] partly done
       *[not_done] not done
    }. { $words }
    { $card }
o-button-nudge = Remind the unit
o-button-fulfil = Report it done
o-button-fulfilled = Report
o-button-postpone = Move the day
o-evidence-lost = A file sent for a promise could not be fetched. The words and the other files are there. Send it again.

## Log

o-event-commitment-opened = { $at } promised for { $due }, { $unit }
o-event-commitment-kept = { $at } answer corrected, still promised for { $due }
o-event-commitment-moved = { $at } { $who } moved the promise to { $due }
o-event-commitment-settled = { $at } { $who } reported it done
o-event-commitment-nudged = { $at } { $who } reminded { $unit }
o-event-commitment-escalated =
    { $at } promise late, told { $outcome ->
        [clerk] the office
       *[leader] the leaders
    }
o-event-opinion-rated =
    { $at } the author finds it { $outcome ->
        [clear] clear
        [partly] partly done
       *[not_done] not done
    }
o-event-opinion-settled =
    { $at } the author finds it { $outcome ->
        [done] done
       *[clear] clear
    }
o-event-opinion-reopened =
    { $at } opened again: { $outcome ->
        [unclear] not clear to the author
       *[other] the author sent evidence
    }
o-event-opinion-publish-allowed = { $at } the author lets her words be published
o-event-opinion-publish-refused = { $at } the author does not let her words be published
o-event-opinion-published = { $at } { $who } confirmed the published copy
o-event-issue-titled = { $at } { $who } wrote the summary
o-event-issue-reopened = { $at } opened again, { $unit } answers by { $due }
o-event-issue-settled = { $at } the whole matter is settled

## Publication, for officials

o-button-followed = The promise
o-button-promises = Promises
o-button-publish = Publish
o-button-publish-copy = Publish this copy
o-button-leave-out = Do not publish
o-button-publish-next = Confirm { $code }
o-button-title = Summary
o-button-retract = Take it down
o-publish-early = No answer has gone out yet. Nothing is published.
o-publish-head = { $code }, everybody reads among the answers: { $title }
o-publish-head-untitled = { $code }, everybody reads among the answers: { $title } (by the machine; no summary yet)
o-publish-count = Let their words be published: { $count }. Confirmed: { $done }.
o-publish-suggested =
    { $code }, names and numbers left out by the machine:
    “{ $text }”
    Read it; publish it if it is right, else type another copy.
o-publish-as-is =
    { $code }, the machine found no name or number to leave out:
    “{ $text }”
    Read it; publish it if it is right, else type another copy.
o-publish-typed =
    { $code }, as just typed:
    “{ $text }”
    Publish this copy?
o-publish-long =
    { $code }: “{ $text }”
    This has { $length } characters, at most { $limit } are published. Type a shorter copy without names and numbers.
o-publish-too-long = This copy has { $length } characters, at most { $limit } are published. Type it shorter.
o-publish-refused = The author does not let these words be published. Nothing changed.
o-publish-stands =
    Published of { $code }: “{ $text }”
    To change it, take it down and confirm it anew.
o-left-out = The words of { $code } are not published.
o-published = Published the words of { $code }.
o-retracted = Took down the words of { $code }.
o-title-ask = Type a summary in one line; everybody reads it: no names, no house numbers.
o-title-too-long = The summary has { $length } characters, at most { $limit } fit. Type it shorter.
o-event-opinion-retracted = { $at } { $who } took down the published words
