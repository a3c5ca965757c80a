# What the bot says to residents.

## Day and hour, files, states (shared with officials)

day =
    { $weekday ->
        [0] Monday
        [1] Tuesday
        [2] Wednesday
        [3] Thursday
        [4] Friday
        [5] Saturday
       *[6] Sunday
    } { $date } (lunar { $day }/{ $month }{ $leap ->
        [yes] {" "}leap
       *[no] {""}
    })
when = { $hour }:{ $minute }, { $day }
files =
    { $kind ->
        [photo] { $count ->
            [one] 1 photo
           *[other] { $count } photos
        }
        [voice] { $count ->
            [one] 1 voice recording
           *[other] { $count } voice recordings
        }
       *[document] { $count ->
            [one] 1 file
           *[other] { $count } files
        }
    }
minutes = { $count } min
seconds = { $count } s
village-elsewhere = Elsewhere, not sure
state =
    { $state ->
        [needs_detail] The commune is asking you for more
        [accepted] The commune is working on it
        [answered] The commune has answered
        [settled] Done
        [redirected] This goes elsewhere; you were told how
        [withdrawn] You withdrew it
        [reopened] The commune is looking at it again, as you asked
       *[received] Received, being read
    }
state-assigned = { $unit } is working on it and answers by { $due }

## Greeting, help

greeting =
    Hello. This is the automatic answering machine of { $commune }; it takes opinions for the heads of the commune.
    Roads, land, power and water, benefits: just write, or { $how ->
        [hold] hold
       *[tap] tap
    } the record button and speak.
    Complaints, denunciations, paperwork: come to { $address }. Emergencies: call 113, 114, 115. A human: { $hotline }.
greeting-village =
    Hello, { $village }. This is the automatic answering machine of { $commune }; it takes opinions for the heads of the commune.
    Roads, land, power and water, benefits: just write, or { $how ->
        [hold] hold
       *[tap] tap
    } the record button and speak.
    Complaints, denunciations, paperwork: come to { $address }. Emergencies: call 113, 114, 115. A human: { $hotline }.
help =
    Write, record or send photos about any matter; it is held and you are asked one thing at a time. Type a code (like 12) to see what you sent.
    To stop: choose Drop, or type /huy. Emergencies: call 113, 114, 115.
    What else do you need?
person = To reach a human of { $commune }: call { $hotline }, or come to { $address }.
languages = Which language should the machine speak?
language-set = From now on the machine speaks English.
unknown = The machine does not understand. What would you like to do?
no-words = The machine takes only words, photos and voice. If you have something to say, just write.
trouble = The machine is having trouble; your words are kept. Please try again in a few minutes.
taken = Already done.

## Menu

menu-hint = To choose, reply with the number of a line.
menu-hint-words = Reply with the words of a line.
menu-raise = Send an opinion
menu-mine = My opinions
menu-conference = Conference
menu-help = Help

## Holding words, asking consent

quoted = “{ $text }”
wordless = no words
consent =
    The machine is holding your words; nobody has them yet:
    { $held }

    May { $office } keep these words, photos, the village's name and your chat account, to consider and answer them? The office and the section that answers can read your words. The account serves only to write back. Kept for { $retention }. You may see, withdraw or delete it at any time. If not, it is deleted at once; you can still speak at { $address } or { $hotline }.
consent-files =
    The machine is holding { $held } from you; nobody has it yet.

    May { $office } keep this, your words, the village's name and your chat account, to consider and answer it? The office and the section that answers can see and hear it. The account serves only to write back. Kept for { $retention }. You may see, withdraw or delete it at any time. If not, it is deleted at once; you can still speak at { $address } or { $hotline }.
consent-whole =
    Who keeps it: { $office }.
    What: words, photos, voice, village, chat account; name and telephone only if you write them.
    What for: to consider, answer, and sum up for the conference. Nothing else. Before your words are published you are asked separately.
    Who reads it: the office, the section that answers, the heads of the commune. Village heads cannot.
    How long: { $retention }. Write “my data” to see, download or delete it; write an opinion's code to withdraw it.
    The messaging app also keeps messages on its own servers; Telegram's are abroad.
    May it be kept?
refused = Deleted; nothing is kept. You can still speak at { $address } or { $hotline }.
ask-first = What would you like to say? Write, record or send photos.
matter = The machine is holding { $files }. What is it about? Write or record a sentence.
added = Added to your words.
refused-too-large = This file is too large and was not taken. Your words and the other files are still here. Please send a smaller one.
refused-too-many = One matter holds at most 10 files; this one was not taken. Your words and the earlier files are still here.
refused-wrong-type = This type of file is not taken. Your words and the other files are still here. Photos, voice, PDF, Word and Excel are taken.
unfinished =
    You have not finished: { $held }.
    Go on?

## Danger

urgent =
    If you are in danger, leave that place and call now; the machine cannot call for you:
    114 rescue, fire · 115 ambulance · 113 police · the commune { $hotline }
    Your words are kept; send them once the danger is over.
urgent-added =
    If you are in danger, leave that place and call now; the machine cannot call for you:
    114 rescue, fire · 115 ambulance · 113 police · the commune { $hotline }
    Your words were added to { $code }.

## Village, field, preview

village =
    In which village is it? Choose the number, or type the name.
    { $list }
    0. Elsewhere, not sure
village-line = { $number }. { $name }
village-sure = { $name }, is that right?
village-unknown = No village “{ $typed }” in the list; it was added to your words.
field = What is it closest to? If unsure choose the last one, and the office will sort it.
field-hint = { $field }: { $hint }
field-hinted =
    { $hints }
    What is it closest to? If unsure choose the last one, and the office will sort it.
preview =
    Please check:
    Matter: { $held }
    In: { $village } · Field: { $field }
    If you have photos, send them now. Without a name you are still answered here.
preview-files =
    Please check:
    Matter: { $held }
    In: { $village } · Field: { $field } · { $files }
    If you have photos, send them now. Without a name you are still answered here.
recording =
    { $count ->
        [1] a voice recording of { $length }
       *[other] { $files } of { $length } in all
    }
preview-spoken =
    The machine is holding { $held } from you. In: { $village }.
    It cannot understand speech: a person of the office will listen. Nùng or Tày is fine.
    Whoever listens may know your voice. Send it?
mend = What would you like to correct?
new-words = Write your words again; they replace the old ones.
name = What is your name? If the commune should call you, add your telephone number. The office and the heads see the name; the Front, village heads and other residents do not.
new-name = Write your name again, and your telephone number if the commune should call you.
no-name-seen = There is no name in this.
dropped = Dropped; nobody got it. If you have something to say, just write.
stopped = The question is closed. If you have something to say, just write.
nothing-to-drop = Nothing is unfinished. If you have something to say, just write.
received =
    The commune has received it. Your code is { $code }.
    By { $due } at the latest you are told who has it. When there is an answer, it comes here.
received-files =
    The commune has received it, with { $files }. Your code is { $code }.
    By { $due } at the latest you are told who has it. When there is an answer, it comes here.
old-button = That is over. If you have something to say, just write again.
old-button-of = That is over. { $code } now: { $state }.
old-question = That question is over. The machine is asking:

## What she sent

none-yet = You have sent nothing from here yet. If you have something to say, just write. What you sent from another chat app can be joined to this one.
mine =
    What you sent:
    { $list }
    Which one do you want to see?
mine-more =
    What you sent lately:
    { $list }
    For an older one type its code. Which one do you want to see?
mine-line = { $code } · { $words } · { $state }
mine-one =
    { $code } · { $village } · { $words }{ $files }
    { $history }
    Now: { $state }.{ $moved }
mine-answer =
    The commune answers:

    { $answer }
happened = { $day } { $kind ->
        [accepted] given to { $unit }
        [answered] answered
        [reopened] opened again
        [moved] { $unit } moved the day to { $due }
        [kept] { $unit } reported it done
        [settled] you found it clear
        [done] you found it done
        [withdrawn] you withdrew it
        [added_to] you added to it
       *[raised] received
    }
whole-words = “{ $text }”
not-yours = { $code } is not among what you sent. What would you like to do?
where = Does this add to { $code }, or is it a new matter?
add-more = What would you like to add to { $code }? Write, record or send photos.
ask-unclear = { $code } is open again and the office is told. What is not clear? Write or say a sentence.
added-to = Added to { $code }; the office is told.
added-to-now = Added to { $code }; the office is told. { $code } now: { $state }.
file-added-to = Added to { $code }. If there is more, just send it.
stands-now = { $code } now: { $state }.
found-clear = Noted: { $code } is done.
found-clear-only = Noted. { $code }: { $state }.
withdraw-sure = If you withdraw { $code } the commune stops considering it and does not answer. Withdraw it?
withdrawn = { $code } is withdrawn.

## Conference

conference-none = The commune has set no day for the conference yet. Your matters are taken and answered as always.

## My data

held =
    { $office } keeps about you:
    { $list }
    What would you like to do?
held-account = Chat accounts: { $count }
held-name =
    Name: { $name }{ $phone ->
        [no] {""}
       *[other] {" "}· Telephone: { $phone }
    }
held-village = Village: { $village }
held-consent = Consent given on { $day }
held-opinions = Opinions: { $count }
held-files = With: { $files }
held-draft = Unfinished words, not sent
exporting = Being packed; it comes here in a moment.
forget-sure =
    Your name, telephone number, village, account and unfinished words are then gone for good. What you sent stays in the commune's record but is no longer linked to you: you cannot be answered here any more.
    It cannot be undone. Delete?
forgotten = Deleted; the machine no longer knows who you are. If there is something, write as a newcomer, or call { $hotline }.
kept = Nothing was deleted.

## Buttons

button-raise = Send an opinion
button-mine = My opinions
button-conference = Conference
button-agree = I agree
button-read-whole = Read more
button-refuse = No, delete it
button-drop = Drop
button-tell-commune = Tell the commune
button-go-on = Go on
button-add-to = Add to { $code }
button-fresh = A new matter
button-send-nothing = Do not send
button-right = Yes
button-choose-again = Choose again
button-send = Send
button-send-unnamed = Send without name
button-send-named = Send with name
button-mend = Correct
button-words = Words
button-village = Village
button-field = Field
button-drop-files = Remove the files
button-name = Name
button-leave = Leave it so
button-speak-again = Speak again
button-other-village = Other village
button-no-name = No name after all
button-see = See { $code }
button-raise-another = Send another
button-clear = Clear
button-unclear = Not clear
button-tell-more = Add to it
button-withdraw = Withdraw
button-withdraw-sure = Withdraw { $code }
button-withdraw-not = Do not withdraw
button-whole-words = Read it whole
button-enough = Enough
button-my-data = My data
button-languages = Tiếng Việt, English
button-person = Reach a human
button-vietnamese = Tiếng Việt
button-english = English
button-export = Download
button-forget = Delete everything
button-forget-sure = Delete for good
button-keep = Keep it
