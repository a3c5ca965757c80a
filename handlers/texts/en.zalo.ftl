## Messengers that can do less: files, messages that were not passed on, quotas

file-at = A file, open for { $days } days: { $address }
file-elsewhere = A file came with this and cannot be opened here. To see it call { $hotline }, or come to { $address }.
received-window = Here the commune can write to you for { $days } days after your last message. After that, write { $code } and the answer comes at once.
conference-reminded-window = Here the commune can write to you for { $days } days after your last message: shortly before the day write “conference”, and you are told the hour and the place again.
found-clear-promised-window = Noted. After { $due } write { $code }, and you are asked whether it was done.
no-content = The messenger did not pass your last message on; it is not your fault. Call { $hotline }, or come to { $address }: somebody will listen and write it down.
no-content-chat = The messenger did not pass your last message on; it is not your fault. Open { $chat } and write it there, call { $hotline }, or come to { $address }: somebody will listen and write it down.
notice-quota-people = The Zalo bot has { $used } of { $limit } people. Zalo's free plan ends there: whoever comes next is not heard. Lead people another way: the Zalo OA, Telegram or the web page.
notice-quota-messages = The Zalo bot has used { $used } of { $limit } messages this month, both ways counted. Beyond them messages wait. Leave what is not urgent to next month; people can come another way: the Zalo OA, Telegram or the web page.
notice-quota-paid = The Zalo OA has used { $used } of the plan's { $limit } messages this month: those to people who have not written within { $hours } hours. Beyond them each costs { $price } đ; unpaid they wait, none is lost. Leave what is not urgent to next month; whoever writes first is answered free of charge.
notice-oa-refused = Zalo no longer takes the key of the commune's OA. Messages by Zalo OA go until { $at }; after that they wait, none is lost. Ask whoever runs the machine for a new key: developers.zalo.me, Tools, API Explorer, then start it again.
notice-oa-lapses = The key of the commune's Zalo OA ends at { $at }. Ask whoever runs the machine for a new one before that day: developers.zalo.me, Tools, API Explorer, then start it again. After it messages by Zalo OA wait, none is lost.
o-news-costs = { $channel }: { $free } within { $hours } hours, free; { $paid } beyond them: { $plan }, then { $price } đ each, { $most } đ at most; { $closed } beyond { $days } days, out of reach.
o-news-plan = the plan has { $included } messages a month
o-news-plan-left = { $left } messages of the plan are left this month
o-news-lacking = { $channel }: { $left } messages of the plan are left this month, { $lacking } too few; those wait until it has more.
o-digest-held = Messages wait for { $count } people to write again: the days in which their messenger lets us write are over. If it is urgent, call or ask the village heads.
button-call = Call the commune
group-declined = In a group I take no opinions, so that nobody's own matter is shown to others; write to me in your own chat, or call { $hotline }.
o-told-later = Told once they write again: { $count }.
o-leader-unreached = No leader can be written to now: the days since their last message are over. Call: one word written here shows it.
no-such-number = There is no { $number } to choose above; it was not added to your words.
no-such-choice = It is not clear what you chose; “{ $typed }” was not added to your words.
