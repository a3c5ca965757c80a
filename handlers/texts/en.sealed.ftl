# A matter about a person: what residents, readers and the one-time page are told. No text repeats what it says.

## Asking the resident, before anything goes to anybody

accuse-ask =
    This has not been passed to anybody yet. The village head and the sections do not see it.
    Are you speaking of one particular person who does wrong?
accuse-who = Who is it? This is asked so that this person cannot read your words.
accuse-who-of = { $code } speaks of a person and was put aside. Who is it? This is asked so that this person cannot read your words.
accuse-ways =
    The law takes a denunciation in two ways: a signed letter, or you come and an officer writes it down for you to sign. Reception: { $reception }. The law protects the name of whoever denounces.
    A message here is not a letter yet. You may:
accuse-ways-of =
    { $code } speaks of a person and was put aside. The law takes a denunciation in two ways: a signed letter, or you come and an officer writes it down for you to sign. Reception: { $reception }. The law protects the name of whoever denounces.
    A message here is not a letter yet. You may:
accuse-leader =
    The commune does not look into its own leaders. Send a signed letter to, or go to: { $province }; of a Party member: { $inspection }.
    Nobody in the commune gets this. Copy the address, then delete; otherwise it is deleted by itself tonight.
accuse-leader-of =
    { $code } speaks of the commune's leaders: the commune does not look into that, and the words are deleted. Send a signed letter to, or go to: { $province }; of a Party member: { $inspection }.
    Copy the address, then delete; otherwise this code is deleted by itself tonight.
accuse-general = Say again what you want to ask, naming nobody. For example: who may be on the list for support, where is the list posted?
accuse-erased = Deleted. Nothing is kept.
accuse-erased-come = Deleted. Nothing is kept. Reception: { $reception }.

## Sent sealed

accuse-reader = whoever the commune appointed to read sealed matters
accuse-consent = Only { $reader } can read it, without your name and account. It goes into no summary, is not named at the conference and not published. May { $office } keep it to look into it? It is kept { $retention }, and you may withdraw it at any time.
accuse-consent-whole =
    Who keeps it: { $office }.
    What: words, pictures, sound, village; your chat account only to answer you.
    Who reads it: { $reader }, without your name and account. The person named and that person's section cannot. Each opening is logged.
    What for: to look into it; with clear evidence it is checked or passed to who may check. It goes into no summary, is not named at the conference and not published.
    How long: { $retention }. Send the code to add or withdraw; send “my data” to get or delete it.
    The messenger keeps messages on its own servers too; Telegram's are abroad.
    May it be kept?
accuse-sealed =
    Sent sealed, code { $code }. From now on its content is not repeated here, in case somebody else holds the phone. On a shared phone, delete these messages.
    If you have papers or photos, send { $code } and then them: with clear evidence the law makes the commune check it, or pass it to who may check.
accuse-more = { $code }: being looked into. To say more, send it here.
accuse-withdraw-sure = If you withdraw { $code } its words are deleted and the commune stops looking into it. Withdraw it?
accuse-withdrawn = { $code } is withdrawn, its words are deleted.
accuse-told =
    { $code }: { $state ->
        [taught] looked into; there is not enough ground. The law takes a denunciation in two ways: a signed letter, or you come and an officer writes it down for you to sign. Reception: { $reception }.
        [passed] passed to who may check it.
        [beyond] beyond the commune's authority, passed to who has it.
        [returned] taken as an ordinary opinion, with the person's name covered. The answer will come here.
       *[sealed] for seven days there was no answer from you, so it was passed sealed to its reader. Send { $code } to add to it or withdraw it.
    }
accuse-file-lost = { $code }: a file could not be fetched, through no fault of yours. Send { $code } and then the file again.
held-sealed = Sent sealed: { $count }
notice-draft-unquoted =
    { $days ->
        [1] Yesterday
       *[other] The other day
    } you began to say something; it has not been passed to anybody.
    Go on?
button-accuse-yes = Yes, one person
button-accuse-no = No, in general
button-target-village-head = Village head
button-target-official = Commune officer
button-target-leader = Commune leader
button-target-other = Somebody else
button-seal = Send it sealed
button-ask-generally = Ask in general only
button-go-myself = I will come, delete it
button-seal-agree = Agree, send sealed
button-erase = Delete this

## Officials: a card taken out, a matter opened once

o-person-out = This card is out of every list. The person named:
o-person-asked = { $code } is taken out. Its author is told the two lawful ways; the person named and that person's section cannot read it.
o-person-leader = { $code } is taken out and its words deleted: the commune keeps nothing about its leaders. Its author is told the province's address.
o-person-told-already = Who is named was chosen already. Nothing changed.
o-person-asked-before = { $code } was asked about: its author or its reader said that it accuses nobody. Nothing changed.
o-button-target-head = Village head
o-button-target-official = Commune officer
o-button-target-leader = Commune leader
o-button-target-other = Other
o-sealed-waits = 1 matter to be read alone. Its content is not sent by message.
o-sealed-over = This matter to be read alone no longer waits.
o-sealed-home = To be read alone: { $count }. The content is not sent by message.
o-sealed-no-reader = A sealed matter waits and nobody may read it. Appoint at /vaitro: another leader or the admin does, a sole leader may appoint himself. What is about an official only leaders may read.
o-sealed-link =
    It opens once, within 10 minutes. Pass it to nobody:
    <a href="{ $link }">{ $link }</a>
o-button-open-once = Open once, 10 min
o-event-opinion-masked = { $at } { $who } covered the name, back among the opinions

## The one-time page

page-sealed-title = To be read alone
page-sealed-door = Opening uses this link up; read and decide within 10 minutes. Each opening is logged.
page-sealed-open = Open
page-sealed-over-title = This link does not open any more
page-sealed-over = Each link opens once, within 10 minutes. To read again, choose “Open once” in the message.
page-sealed-facts = { $code } · { $village } · sent { $at }
page-sealed-evidence =
    { $evidence ->
        [yes] With evidence. Information that is clear about the person and has evidence must be checked or passed on (Law on Denunciations, Article 25).
       *[no] No evidence so far.
    }
page-sealed-quiet = The author's name is not here. The law protects whoever denounces.
page-sealed-no-words = No words, only files.
page-sealed-file = File { $number }
page-sealed-photo = Photo { $number }
page-sealed-voice = Recording { $number }
page-sealed-pending = File { $number } has not reached the server yet.
page-sealed-decide = Decide
page-sealed-taught = Not enough ground, told how
page-sealed-taught-note = The author is told that there is not enough ground, and the two lawful ways.
page-sealed-passed = Evidence, pass for checking
page-sealed-passed-note = The author is told only that it was passed to who may check it.
page-sealed-beyond = Beyond us, pass to { $place }
page-sealed-beyond-note = The author is told only that it was passed to who has the authority.
page-sealed-masked = No accusation, cover the name
page-sealed-masked-note = Correct it until nobody can be recognised. It goes back among the opinions under the same code, read by the office; the original stays here.
page-sealed-to = Passed to
page-sealed-text = The words without the name
page-sealed-confirm = Record, and tell the author
page-sealed-missing = Not recorded: the field below is empty.
page-sealed-done-title = Recorded
page-sealed-done = The author is told, without the content. Close this page.
