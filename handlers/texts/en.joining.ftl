
## One person who writes from two places: joined, and apart again

joined-place =
    { $messenger ->
        [telegram] Telegram
        [web] the web chat
        [web_plain] the web chat
       *[other] Zalo
    }
join-code =
    Open the other place (Zalo, Telegram, the commune's web chat) and send exactly this line there:
    <code>{ $code }</code>
    It is good once, for { $minutes } minutes. Give it to nobody: whoever types it sees all your matters.
join-code-chat = If the other place is the web chat, open: { $link }
join-offer =
    { $there ->
        [0] { $place } has no matter
        [1] { $place } has one matter
       *[other] { $place } has { $there } matters
    }, { $here ->
        [0] here there is none
        [1] here there is one
       *[other] here there are { $here }
    }. Once joined you see all of them from both, the commune writes to the one that you used last, and both chat accounts are kept.
join-offer-office = The office can be used from both.
join-offer-mutes = In one of them you asked for fewer messages: once joined, both get messages about your own matters only.
join-offer-sure = Join only if you yourself have just asked for the code in { $place }. Join them?
joined = Joined with { $place }. From now on you follow everything from both, under the same codes. An answer comes once, to the one that you used last.
notice-joined = { $place } was just joined to this account, by the code that you asked for. You follow everything from both now. If it was not you, choose Separate.
join-not = Nothing was joined. The two stay apart as before.
join-wrong = This code does not work: mistyped, older than half an hour, or used already. Send /noi in the other place for a new one.
join-tries = The code was mistyped too often. Try again in an hour; your matters are all still there.
join-same = This code was asked for here. Send it in the other place: Zalo, Telegram or the commune's web chat.
join-already = The two are joined already. You see your matters in either.
join-empty = Neither of the two has anything to join yet. Send an opinion first, then join them.
join-offices = The two accounts hold two different roles, and one person holds one. Have an admin end one of them, then join again.
apart-which = Which one is to leave?
apart-sure =
    Once { $place } is separated, everything stays here with you. { $place } sees nothing any more, unfinished words there are gone, and whoever writes from it is new.
    Separate it?
apart = { $place } is separated. All your matters are still here.
notice-left = This account was just separated, as asked from { $place }. What was sent can be seen in { $place }. If it was not you, call { $hotline }.
apart-not = They stay joined.
apart-none = Nothing is joined to this account any more.

held-joined = Joined with { $place } since { $day }
held-browsers =
    Browsers called when there is something new: { $count }, the latest since { $day }
held-paper = A code on paper that opens the conversation: since { $day }
forget-sure-joined = It is deleted wherever you are joined, in { $places } too.

button-join-other = Join another account
button-join = Join them
button-join-not = Do not join
button-apart = Separate
button-apart-sure = Yes, separate
