# The conference: set, moved, cancelled, agreed to, what the law means; for residents: attending, speaking, reminders.

## The office sets it

o-conference-content = People ask the heads of the commune about roads, land, power and water, benefits and other matters of their villages; the heads answer on the spot
o-conference-ways = come in person, or send your opinion to the commune beforehand through the village head or by its answering service
o-conference-line =
    { $days ->
        [0] Conference today: { $when }.
       *[other] Conference: { $when }, { $days } days left.
    }
o-day-remark =
    { $day ->
        [worked] No day off
        [weekend] A weekend
       *[off] A public holiday
    }{ $market ->
        [none] {""}
        [yes] , a market day
       *[no] , no market day
    }.
o-plan-ask-place =
    { $when }. { $remark }
    Where will it be held?
o-plan-ask-content = Type what it is about, in the words that people will read.
o-plan-ask-ways = Type how to attend, in the words that people will read.
o-plan-ask-agenda = Type the agenda, one item a line.
o-plan-ask-collect = Until the end of which day are opinions collected? E.g. 5/12
o-plan-ask-pin = Send the location, or paste its coordinates from a map, for example: 21.8525, 106.7610
o-plan-ask-cluster = Cluster { $number }: choose the villages that meet together.
o-plan-ask-cluster-when = { $villages }: when and where? Type like: 10/12 7h30, Village house 1
o-plan-ask-reason = The reason, people will read it:
o-plan-ask-override = The law wants it announced at least { $days } days before. Type why this day is kept; the reason goes on record.
o-plan-edit-which = Change what?
o-plan-stands = Now: { $text }
o-plan-text-length = Type 1 to { $limit } characters.
o-plan-reason-length = Type a reason of 1 to { $limit } characters.
o-plan-collect-unreadable = No day found in “{ $typed }”. Type again, e.g. 5/12
o-plan-collect-late = Collecting ends before the conference. Type another day.
o-plan-too-soon =
    { $day } cannot be set: the law wants it announced at least { $days } days before.
    Announced today, the earliest is { $earliest }. Type another day.
o-plan-where = When, where: { $meetings }
o-plan-content = About: { $text }
o-plan-lacks-content = About: nothing yet, the law wants it
o-plan-ways = How to attend: { $text }
o-plan-lacks-ways = How to attend: nothing yet, the law wants it
o-plan-agenda = Agenda: { $text }
o-plan-pinned = With a place on the map.
o-plan-collect = Opinions: until the end of { $day }
o-plan-law = The law: announced by the end of { $announce } · result published by the end of { $publish }
o-plan-overridden = Too late for the law, kept because: “{ $reason }”
o-plan-field =
    { $field ->
        [starts_at] the hour
        [place] the place
        [content] what it is about
       *[ways] how to attend
    }
o-plan-incomplete = Still lacking: { $fields }. The law wants hour, place, content and ways.
o-plan-nothing-changed = Nothing is different from what stands.
o-plan-overtaken = This conference has changed since. Type /hoinghi to see it.
o-plan-set-meanwhile =
    { $who } has just set a conference: { $meets }
    Nothing was changed. Type /hoinghi to see it.
o-plan-preview-move =
    Move { $before }
    → { $after }
    New day to announce by: { $announce }, { $late ->
        [yes] too late
       *[no] in time
    }. Result by: { $publish }.
    Told again: { $told } who had been told, { $registered } registered, { $heads } village heads. Old reminders are dropped. Opinions until: { $collect }.
o-plan-preview-edit =
    Changed to:
    { $details }
o-plan-moved-because = Moved because “{ $reason }”. The word to people is ready.
o-plan-proposed =
    Before the leader: { $kind ->
        [set] to set
        [move] to change
       *[cancel] to cancel
    } { $title }
    { $meets }
    People see nothing yet.
o-plan-done =
    { $kind ->
        [set] Set
        [move] Changed
       *[cancel] Cancelled
    }: { $title }
    { $meets }
    { $kind ->
        [set] Residents see it with /hoinghi. Tell everyone now: /phattin
       *[other] Whoever had been told is told again.
    }
o-plan-state =
    { $state ->
        [proposed] Not set: waits for a leader.
        [planned] Set, not announced.
        [announced] Announced.
        [held] Held.
       *[other] Over.
    }
o-plan-turnout = Registered: { $coming } come, { $speaking } want to speak{ $asked ->
        [0] {""}
       *[other] , { $asked } have not answered for the new day
    }.
o-plan-waits =
    Waits for a leader: { $kind ->
        [set] to be set
        [move] to be changed
       *[cancel] to be cancelled
    }. { $meets }
o-plan-refused =
    The leader has not agreed { $kind ->
        [set] to set it
        [move] to change it
       *[cancel] to cancel it
    }: “{ $reason }”
o-cluster-chosen = ✓ { $village }
o-cluster-free = { $village }
o-cancel-ask =
    Cancel the conference: { $meets }
    { $told } who had been told will be told. The reason, people will read it:
o-cancel-review =
    Cancel the conference: { $meets }
    The reason people read: “{ $reason }”
o-papers =
    { $count ->
        [0] No documents for delegates yet. Send files or photos here.
       *[other] Documents for delegates: { $list }. Send more files or photos if there are any.
    }
o-papers-only-files = This step takes files or photos.
o-paper-unnamed = document { $number }

## The leader

o-decide-set =
    { $who } proposes a conference:
    { $details }
o-decide-agreed-with = Agreed with the standing People's Council, the Front and the Party committee?
o-decide-move =
    { $who } proposes to move the conference: { $before } → the new day:
    { $details }
    The reason people read: “{ $reason }”. { $told } are told again.
o-decide-edit =
    { $who } proposes to change the conference to:
    { $details }
o-decide-cancel =
    { $who } proposes to cancel the conference: { $meets }
    The reason people read: “{ $reason }”. { $told } are told.
o-decide-too-soon =
    Agreed today it is announced less than the { $days } days before that the law wants. The earliest is { $earliest }.
    Another day, or keep it?
o-decide-past = The hour that was proposed is over. Choose another day.
o-decide-ask-refusal = Why not yet? Choose or type a line, the office reads it.
o-refusal-unsettled = Not settled yet
o-refusal-day = Another day is needed
o-decide-over =
    { $state ->
        [agreed] { $who } agreed at { $at }.
        [refused] { $who } did not agree at { $at }: “{ $reason }”
        [withdrawn] Taken back at { $at }. People were told nothing.
       *[submitted] Waits for a leader.
    }
o-change-decided =
    { $state ->
        [agreed] { $who } agreed { $kind ->
            [set] to the conference: { $meets }
                The law's days are running.
            [move] to the change of the conference: { $meets }
           *[cancel] to cancel the conference.
        }
       *[refused] { $who } did not agree { $kind ->
            [set] to the conference
            [move] to the change of the conference
           *[cancel] to cancel the conference
        }: “{ $reason }”
    }

## What the law means

o-law-announce =
    { $done ->
        [yes] Announced as the law wants: all done, due { $day }.
       *[no] { $stands ->
            [late] Announced as the law wants: { $days } days late, due { $day }.
            [today] Announced as the law wants: by the end of today, { $day }.
           *[ahead] Announced as the law wants: by the end of { $day }, { $days } days left.
        }
    }
    { $items }
o-law-publish =
    { $done ->
        [yes] Result published: all three things done, due { $day }.
       *[no] { $stands ->
            [late] Result published: { $days } days late, due { $day }.
            [today] Result published: by the end of today, { $day }.
           *[ahead] Result published: by the end of { $day }, { $days } days left.
        }
    }
    { $items }
o-law-item =
    { $kind ->
        [loudspeaker] loudspeaker { $count }/{ $of } villages
        [receipt] village heads { $count }/{ $of }
        [group] village groups { $count }/{ $of }
        [portal] commune's site: { $done ->
            [yes] yes
           *[no] not yet
        }
        [notice] notice posted: { $done ->
            [yes] yes
           *[no] not yet
        }
        [media] media: { $done ->
            [yes] yes
           *[no] not yet
        }
       *[posted] posted at the office: { $done ->
            [yes] yes
           *[no] not yet
        }
    }
o-law-where =
    { $kind ->
        [loudspeaker] In which village was it read out?
       *[receipt] Which village head has it?
    }
o-law-ticked =
    Noted: { $kind ->
        [loudspeaker] read out
        [receipt] the village head has it
        [group] forwarded to the group
        [portal] on the commune's site
        [notice] notice posted
        [media] result in the media
       *[posted] result posted at the office
    }{ $village ->
        [none] {""}
       *[other] , { $village }
    }. If a photo, a file or an address shows it, send it here.
o-law-too-early = The conference has not been held: this cannot be ticked yet.
o-law-evidence-kept = Kept as proof. Send more if there is any.
o-due-answers =
    { $days ->
        [0] The conference is today
        [1] One day to the conference
       *[other] { $days } days to the conference
    }, { $count } issues have no approved answer.
o-due-law-late =
    Late by the law, { $day }.
    { $clock }
o-digest-conference-change = Dates to agree to: { $count }.
o-digest-hall =
    { $hall } issues in the hall, { $answered } answered by message. { $speaking } want to speak, { $villages } villages.
o-digest-hall-unanswered = Without an answer: { $count } issues.

## Officials' buttons

o-button-plan = Set it
o-button-propose = To the leader
o-button-by-clusters = By clusters
o-button-cluster-done = Cluster done
o-button-edit-content = Edit content
o-button-edit-ways = Edit ways
o-button-edit-agenda = Edit agenda
o-button-edit-collect = Edit last day
o-button-edit-pin = Pin on the map
o-button-edit-other = Change other
o-button-edit-reason = Edit reason
o-button-break-rule = Set it, give a reason
o-button-keep-date = Keep it, give a reason
o-button-other-day = Another day
o-button-not-yet = Not yet
o-button-law = What the law wants
o-button-documents = Documents
o-button-cancel-conference = Cancel it
o-button-cancel-now = Cancel, tell people
o-button-next-conference = The next conference
o-button-papers-done = Done
o-button-unpaper = Drop { $name }
o-button-prove =
    { $kind ->
        [loudspeaker] Read out
        [receipt] Village head has it
        [group] Forwarded
        [portal] On the site
        [notice] Notice posted
        [media] In the media
       *[posted] Posted
    }
o-button-next-proof = The other things
o-button-unprove = A slip

## Residents

conference =
    { $title }
    { $meets }
conference-meets = { $when }, { $place }.
conference-cluster = { $villages }: { $when }, { $place }.
conference-content = About: { $text }.
conference-agenda =
    Agenda:
    { $text }
conference-ways = How to attend: { $text }.
conference-collects = What you send here by the end of { $day } is on the conference's list.
conference-closed = The conference's list was closed on { $day }. New matters are taken and answered as ever.
conference-registered =
    { $comes ->
        [yes] You said that you come{ $speaks ->
            [about] , to speak about { $code }
            [yes] , to speak
           *[no] {""}
        }.
        [no] You said that you cannot come.
       *[asked] The day has changed, you have not said whether you can come.
    }
conference-coming =
    Noted: you will come.
    { $meets }
    { $reminded }
conference-reminded =
    { $days ->
        [0] The bot reminds you at { $hour }:{ $minute } on the day.
        [1] The bot reminds you at { $hour }:{ $minute } on the day before.
       *[other] The bot reminds you at { $hour }:{ $minute }, { $days } days before.
    }
conference-declined = Noted: you cannot come. What you want to say you may send here, it is answered all the same.
conference-speak-which = Which matter do you speak about?
conference-speaks-about = Noted: you speak about { $code }. { $reminded }
conference-speaks = Noted: you want to speak. { $reminded }
conference-cancelled = The conference of { $day } is not held. Reason: { $reason }
conference-over = This conference is over. Your matters are taken and answered as ever.
attend-consent =
    If you come, { $office } keeps this chat account to remind you and to tell you when the day changes. The office sees how many come, not who. Kept { $retention }; delete it any time, type "my data".
    Do you agree?
attend-refused = Nothing is kept. You may come without saying so.
list-closed =
    The conference's list was closed on { $day }. Your matter is taken and answered as ever, without waiting for next year. Go on and send it?
asked-in-hall = Noted: you want to speak at the conference. What you just wrote is kept here, sent to nobody.

notice-reminder =
    { $days ->
        [0] { $part ->
            [morning] This morning
            [noon] Today at noon
            [afternoon] This afternoon
           *[evening] This evening
        }
        [1] { $part ->
            [morning] Tomorrow morning
            [noon] Tomorrow at noon
            [afternoon] Tomorrow afternoon
           *[evening] Tomorrow evening
        }
       *[other] In { $days } days
    }, { $day }, { $hour }:{ $minute }, the dialogue conference at { $place }.
notice-reminder-speaks =
    { $code ->
        [none] You have registered to speak.
       *[other] You have registered to speak about { $code }.
    }
notice-moved =
    { $what ->
        [place] The conference of { $old } has another place: now at { $place }, still { $when }.
        [hour] The conference of { $old } has another hour: now { $when }, { $same ->
            [yes] still at { $place }
           *[no] at { $place }
        }.
       *[day] The conference of { $old } is moved to { $when }, { $same ->
            [yes] still at { $place }
           *[no] at { $place }
        }. Nothing is held on { $old }.
    }
    Reason: { $reason }. { $reader ->
        [one] The commune asks for your understanding.
       *[many] The commune asks for everyone's understanding.
    }{ $reader ->
        [one] {""}
            { $what ->
                [place] Can you come to the new place?
                [hour] Can you come at the new hour?
               *[day] Can you come on the new day?
            }
       *[many] {""}
    }
notice-moved-clusters =
    The conference of { $old } has another plan:
    { $meets }
    Reason: { $reason }. { $reader ->
        [one] The commune asks for your understanding. Can you come then?
       *[many] The commune asks for everyone's understanding.
    }
notice-cancelled =
    The dialogue conference of { $day } is not held.
    Reason: { $reason }. The commune asks for everyone's understanding. What was sent is looked into and answered as ever.
notice-way = { $place }: { $link }
notice-calendar = Open this file to put the day into your telephone's calendar.
notice-paper = Document: { $title }

button-coming = I will come
button-can-come = I can come
button-not-coming = I cannot come
button-speak-there = I want to speak
button-something-else = Something else
button-way = The way
button-calendar = Into the calendar
button-papers = Calendar, papers
button-no = No
button-ask-in-hall = Ask in the hall
