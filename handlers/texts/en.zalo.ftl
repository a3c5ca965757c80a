## Messengers that can do less: files, messages that were not passed on, quotas

file-at = A file, open for { $days } days: { $address }
file-elsewhere = A file came with this and cannot be opened here. To see it call { $hotline }, or come to { $address }.
no-content = The messenger did not pass your last message on; it is not your fault. Call { $hotline }, or come to { $address }: somebody will listen and write it down.
no-content-chat = The messenger did not pass your last message on; it is not your fault. Open { $chat } and write it there, call { $hotline }, or come to { $address }: somebody will listen and write it down.
notice-quota-people = The Zalo bot has { $used } of { $limit } people. Zalo's free plan ends there: whoever comes next is not heard. Lead people another way: the Zalo OA, Telegram or the web page.
notice-quota-messages = The Zalo bot has used { $used } of { $limit } messages this month, both ways counted. Beyond them messages wait. Leave what is not urgent to next month; people can come another way: the Zalo OA, Telegram or the web page.
