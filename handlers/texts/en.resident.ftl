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
state-assigned = { $unit } is working on it
