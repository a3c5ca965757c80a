# Announcing: writing, agreeing, sending, stopping; village heads; fewer messages

## Residents

announcement-file = With the announcement of { $commune }
announcement-late = Announced on { $day }; it could not reach you before:
button-fewer = Fewer messages
button-mine-only = My matters only
button-both = Both
fewer = We write to you about your own matters and about the conference. No more of that?
fewer-muted =
    We write to you about your own matters only.
    What would you like to get?
fewer-done = From now on we write to you about your own matters only. You can change that under Help at any time.
fewer-both = We write to you about your own matters and general news.

## Writing

o-announcement =
    { $commune } announces:
    { $text }
o-announce-ask = Type the announcement; bold and italics are kept. Photos and one document come with it or after it.
o-announce-words-first = Type the announcement first, then send photos or a document.
o-announce-rewrite = Type the announcement again, or send more photos or a document.
o-announce-too-long = The announcement has { $length } characters, a message holds { $limit }. Take out { $over } and send it again.
o-announce-dropped = Dropped, sent to nobody.
o-announce-sent = Announcement { $id }: being sent to { $count } people.
o-announce-hour = When does it go? Choose below, or type day and hour, for example: 10/12 7h30
o-announce-whom = Whom is it for?
o-announce-several = Choose one or more, then choose Done.
o-announce-issue = For those who asked about which matter? Type its code, for example: { $code }
o-announce-unsorted = { $code } has not been accepted yet, so it is no matter. Type another code.
o-announce-nobody = There is nobody to send it to. Choose again.
o-announce-no-conference = No conference is set, so nobody has registered.
o-button-submit-news = Ask the leader
o-button-trial = Test copy to me
o-button-whom = Recipients
o-button-hour = Another hour
o-button-reword = Change words
o-button-drop-news = Drop it for good
o-button-no-files = Remove files
o-button-now = Send now
o-button-usual-hour = { $when }
o-button-chosen = Done
o-button-to =
    { $kind ->
        [all] Everyone
        [village] By village
        [field] By field
        [issue] By one matter
        [registered] Who registered
       *[role] Officials
    }
o-button-news =
    { $state ->
        [draft] No. { $id }, a draft
        [submitted] No. { $id }, to agree
        [scheduled] No. { $id }, scheduled
        [sending] No. { $id }, going out
       *[stopped] No. { $id }, stopped
    }
o-news-hour =
    { $days ->
        [0] { $hour }:{ $minute } today
        [1] { $hour }:{ $minute } tomorrow
       *[other] { $hour }:{ $minute } on { $day }
    }
o-news-now = at once
o-news-lasts =
    { $minutes ->
        [0] less than 1 minute
       *[other] about { $minutes } minutes
    }
o-news-audience =
    { $kind ->
        [all] To everyone
        [villages] To { $names }
        [field] To those who spoke about { $names }
        [issue] To those who asked about { $names }
        [registered] To those who registered for the conference
       *[roles] To officials: { $names }
    }
o-news-reach = { $people } people. Reached at once: { $told }.
o-news-not = Not reached: { $list }.
o-news-missed =
    { $why ->
        [muted] own matters only { $count }
        [account] without an account { $count }
        [unreachable] blocked { $count }
       *[closed] not open for us now { $count }
    }
o-news-goes =
    { $heads ->
        [0] Goes: { $when }, { $lasts }.
       *[other] Goes: { $when }, { $lasts }. With { $heads } village heads.
    }
o-news-files = With { $files }.
o-news-returned = A leader sent it back: “{ $reason }”
o-news-plain =
    On { $names } people read plain text:
    { $text }
o-news-trial = A test copy is on its way to you.
o-news-changed = It was changed just now. Read it again, then choose.
o-news-already =
    { $state ->
        [draft] Announcement { $id } was taken back to be changed.
        [submitted] Announcement { $id } waits for a leader.
        [scheduled] Announcement { $id } goes at { $at }.
        [sending] Announcement { $id } has been going out since { $at }.
        [stopped] Announcement { $id } is stopped.
       *[done] Announcement { $id } has gone, begun { $at }.
    }
o-news-again = These words went to these people at { $at }. Send them again?
o-button-again = Send again
o-button-not-again = Do not send

## Agreeing

o-news-submitted = Announcement { $id } waits for a leader: { $count } people, { $when }. It goes once he agrees.
o-news-scheduled = Announcement { $id } goes at { $when }, to { $count } people.
o-news-approval =
    The office asks to send the announcement above.
    { $review }
    Shall it go?
o-button-allow = Agree
o-button-disallow = Change it
o-news-allowed = Agreed: announcement { $id } goes at { $when }.
o-news-allowed-now = Agreed: announcement { $id } is going out.
o-news-why = What should be changed in announcement { $id }? Type a sentence.
o-news-sent-back = Announcement { $id } went back to its writer.
o-news-back = A leader sent announcement { $id } back: “{ $reason }”

## Going out

o-news-head =
    { $state ->
        [draft] Announcement { $id }: taken back, sent to nobody.
        [submitted] Announcement { $id }: waits for a leader
        [scheduled] Announcement { $id }: waits for its hour
        [sending] Announcement { $id }: going out
        [stopped] Announcement { $id }: stopped
       *[done] Announcement { $id }: has gone
    }
o-news-waits = { $audience }, { $when }.
o-news-bar = { $bar } { $percent } %
o-news-counts = Reached { $sent } · not reached { $missed } · not known { $unknown }
o-news-left = { $count } left, { $lasts }.
o-news-stopped = Not sent yet: { $count }.
o-news-villages = Villages: { $list }
o-task-forward = passed on { $done }/{ $all }
o-task-loudspeaker = read aloud { $done }/{ $all }
o-task-post = posted { $done }/{ $all }
o-button-halt = Stop sending
o-button-halt-one = Stop no. { $id }
o-button-resume = Go on sending
o-button-nudge-villages = Remind villages
o-news-which = Stop which one? Type /dunggui and its number, or choose below.
o-news-none-sending = Nothing is being sent.
o-news-nudged =
    { $count ->
        [0] They were reminded today already.
       *[other] { $count } village heads are reminded.
    }
o-news-headless = No village head has an account in: { $names }. Please call there.
o-news-done = Announcement { $id } had gone by { $at }.
o-news-missed-list = Not reached, by village: { $list }
o-news-missed-village = { $village } { $count }
o-news-head-missed = Announcement { $id } did not reach { $count } people in { $village }. Please tell them.
o-news-head-names = Who gave a name: { $names }
o-news-file-lost = A photo or document of announcement { $id } could not be fetched. Send it again, or go without it.

## Village heads

o-relay =
    Announcement { $id }, { $village }. Please:
    a) Pass the text below on in the village's Zalo group. b) Read it out on the loudspeaker, 3 days running. c) Post the sheet.
o-relay-due =
    Announcement { $id }, { $village }. Please, by the end of { $due }:
    a) Pass the text below on in the village's Zalo group. b) Read it out on the loudspeaker, 3 days running. c) Post the sheet.
o-relay-done =
    { $task ->
        [forward] ✓ Passed on, { $at }
        [loudspeaker] ✓ Read out, { $at }
       *[post] ✓ Posted, { $at }
    }
o-relay-reminder = The office reminds you: something is not ticked yet.
o-button-forwarded = Passed on
o-button-read-aloud = Read out
o-button-posted = Posted
relay-forward =
    { $commune } announces:
    { $text }
    ({ $office }, questions: { $hotline })
o-relay-script =
    For the loudspeaker, about a minute:

    { $text }
o-relay-paper = The sheet for the board: print it, have it numbered and signed, then post it.
script-opening = Dear neighbours. This is an announcement of { $commune }.
script-again = Once more.
script-board = The whole text is posted on the village's board.
script-closing = Thank you.

## Answers that did not arrive

o-sort-undelivered = Answers that did not arrive: { $count }.
o-button-undelivered = Not arrived
o-button-told = { $code } is told
o-undelivered =
    Answers that could not be delivered: { $count }. Call, visit, or have the village head ask them in; then choose told.
    { $list }
o-undelivered-line =
    { $state ->
        [unreachable] { $code } · { $village } · { $author } · blocked
       *[failed] { $code } · { $village } · { $author } · failed
    }
o-undelivered-none = No answer is left that did not arrive.
o-event-opinion-told = { $at } { $who } told the answer in another way

## Announcing the conference

o-button-invite-all = Announce it
o-invitation = You are invited to { $title } with the secretary of the Party committee and the chairman.
o-invitation-collects = Come, or send your opinion to the commune by the end of { $day }.
