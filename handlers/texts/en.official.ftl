# What the bot says to officials, and every message that the outbox sends. To officials: verbs first, numbers first.

## Roles, menu, help

o-role-clerk = Office clerk
o-role-staff = Specialist section
o-role-leader = Commune leader
o-role-village-head = Village head
o-role-observer = Fatherland Front
o-role-admin = Bot administrator
o-menu-viec = What waits for an answer
o-menu-xem = One opinion whole, e.g. /xem 12
o-menu-hoinghi = Set or move the conference
o-menu-phattin = Announce to residents
o-welcome =
    From now on this account is: { $role }, { $place }.
    { $about }

    { $commands }
o-help =
    { $about }

    { $commands }
o-no-command =
    This role has no such command. Its commands:

    { $commands }
o-about-answering = New opinions arrive here as cards. To answer: { $replies ->
        [yes] the button on the card, a reply to the card,
       *[no] the choice below the card,
    } or /traloi with code and text. Every answer is shown once more before it goes. To give up: /huy.
o-lost-answerer =
    It is not clear whom this is for. To answer an opinion, { $replies ->
        [yes] reply to its card.
       *[no] type /traloi, its code and the text.
    }
    What is it about?
o-lost =
    It is not clear whom this is for.
    What is it about?
o-given-up = Dropped, nothing was sent.
o-words-only = This step takes words only. Type them, please.
o-matter-gone = This is over. Nothing was changed.

## Buttons

o-button-waiting = Waiting
o-button-conference = Conference
o-button-raise = Raise an opinion
o-button-answer = Answer
o-button-read = Read whole
o-button-send-answer = Send the answer
o-button-edit = Change
o-button-discard = Drop
o-button-elsewhere = Elsewhere
o-button-move = Move the date
o-button-edit-when = Change day and hour
o-button-edit-place = Change the place
o-button-edit-title = Change the title
o-button-spread = Send
o-button-clear = Clear
o-button-unclear = Not clear
o-button-go-on = Go on

## What waits, one opinion

o-waiting =
    { $count ->
        [0] Nothing waits for an answer.
       *[other] Waiting for an answer: { $count }.
    }
o-page = { $position }/{ $count } · { $card }
o-card =
    { $head }
    { $words }
    Chosen by the resident: { $field }.
o-card-quote = “{ $text }”
o-card-wordless = (no words, see the files)
o-card-unnamed = no name given
o-matter =
    { $head }
    Chosen by the resident: { $field }. State: { $state }.
o-matter-addition = { $at } added: “{ $text }”
o-matter-answer =
    Answer { $at }:
    { $body }
o-matter-answer-files =
    Answer { $at } (with { $files }):
    { $body }
o-matter-unsent =
    Answer not sent yet, { $state ->
        [submitted] waiting for a leader
        [approved] approved
       *[draft] being written
    } ({ $at }){ $files ->
        [none] :
       *[other] , with { $files }:
    }
    { $body }
o-office-state =
    { $state ->
        [needs_detail] the author is being asked for more
        [accepted] accepted, waiting for an answer
        [answered] answered
        [settled] settled
        [redirected] shown another way
        [withdrawn] withdrawn by the author
        [reopened] open again, not clear to the author
       *[received] new, waiting for an answer
    }
o-told = Told: { $count }.
o-not-told = Could not be told: { $count } ({ $who }).
o-not-told-count = Could not be told: { $count }.
o-being-told = On its way to: { $count }.
o-nobody-to-tell = Nobody to tell: the author deleted what was held about her.
o-code-missing = Type the code after the command, e.g. /xem { $code }
o-code-unknown = There is no opinion “{ $code }”. Look at the code again, or type /viec for what waits.

## Answering

o-answer-how = Type the code, then the answer, e.g. /traloi { $code } The commune looked on 01/12, done by 14/01.
o-answer-ask =
    Type or paste the answer to { $code }. Photos and files may come with it.
    Best to say: when it was looked at, what is done, by whom, until when.
o-answer-held =
    Kept for { $code }: { $files }.
    Type the answer that goes with it.
o-answer-rewrite = Type the answer to { $code } again.
o-answer-rewrite-files = Type the answer to { $code } again. The photos and files are kept.
o-answer-kinds = An answer takes words, photos and files only. Type it, or send another file.
o-answer-too-long = The answer has { $length } characters, one message holds { $limit }. Take out { $over } and send it again; what is longer goes as a file.
o-file-too-large = This file is over 20 MB and was not taken. Words and other files are kept. Send a smaller one.
o-file-too-many = There are 10 files already, this one was not taken. Words and earlier files are kept.
o-file-wrong-type = Files of this type are not taken. Words and other files are kept. Send a photo, PDF, Word or Excel.
o-preview-waits =
    The answer to { $code } waits for a choice. To change its words, choose Change.
    Send it?
o-answer-body =
    { $text }
    { $signature }
o-answer-body-addressed =
    Dear Sir or Madam,
    { $text }
    { $signature }
o-signature-clerk = { $unit }, office clerk
o-signature-leader = Leader of the People's Committee, { $commune }
o-answer-sent =
    { $count ->
        [0] The answer to { $code } is on record. Nobody to tell: the author deleted what was held about her.
        [one] { $code } is on its way to 1 person.
       *[other] { $code } is on its way to { $count } people.
    }
o-answer-already-sent = { $code } went out at { $at }. It is not sent again.
o-answer-dropped = The answer is dropped. { $code } still waits.
o-answered-meanwhile = { $who } answered this at { $at }. Nothing was changed.
o-not-open = { $code }: { $state }. Nothing was changed.

## The conference

o-conference-title = Dialogue conference { $year }
o-place-hall = Commune hall
o-plan-ask-when = No conference is set this year. Type day and hour, e.g. 10/12 7h30
o-plan-ask-new-when = Type the new day and hour, e.g. 15/12 7h30
o-when-unreadable = No day and hour found in “{ $typed }”. Type again, e.g. 10/12 7h30
o-when-impossible = “{ $typed }” is in no calendar. Type again, e.g. 15/12 7h30
o-when-past = “{ $typed }” is over. Type a coming day and hour, e.g. 15/12 7h30
o-plan-ask-elsewhere = Type the place.
o-plan-ask-title = Type the title.
o-name-length = Type 1 to { $limit } characters.

## From the outbox: cards for officials

notice-card =
    New opinion
    { $card }
notice-addition =
    { $code }, the author adds:
    { $words }
    Before: { $before }
notice-withdrawn = { $code }: its author has withdrawn it; no answer is due.
notice-reopened =
    { $code } is open again: the answer is not clear to its author.
    { $card }

## From the outbox: to residents

notice-answer =
    The commune answers { $code }:

    { $body }

    Is this answer clear?
notice-answer-files =
    The commune answers { $code } (with { $files }):

    { $body }

    Is this answer clear?
notice-file = { $code }
notice-file-lost =
    { $kind ->
        [photo] A photo
        [voice] A voice recording
       *[document] A file
    } of { $code } could not be fetched; it is not your fault. Your words and other files are kept. Please send it again.
notice-file-lost-draft =
    { $kind ->
        [photo] A photo
        [voice] A voice recording
       *[document] A file
    } could not be fetched; it is not your fault. Your words and other files are kept. Please send it again.
notice-file-lost-answer =
    { $kind ->
        [photo] A photo
       *[document] A file
    } of the answer to { $code } could not be fetched. Words and other files are kept. Send it again.
notice-draft =
    { $days ->
        [1] Yesterday
       *[other] The other day
    } you had begun: “{ $text }”.
    Go on with it?
notice-draft-wordless =
    { $days ->
        [1] Yesterday
       *[other] The other day
    } you sent a file and had not finished.
    Go on with it?
notice-export = This is everything the bot holds about you.
notice-export-partly = This is everything the bot holds about you, without { $left ->
        [one] 1 file
       *[other] { $left } files
    } not fetched yet or too heavy for one message. Call the office if you need them.
o-export-name = my-data
