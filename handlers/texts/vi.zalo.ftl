## Ứng dụng chat làm được ít hơn: tệp, tin không đọc được, hạn mức

file-at = Tệp, mở được trong { $days } ngày: { $address }
file-elsewhere = Có tệp kèm mà ở đây chưa mở được. Muốn xem thì gọi { $hotline }, hoặc đến { $address }.
received-window = Ở đây xã chỉ nhắn được { -goi } trong { $days } ngày từ tin cuối của { -goi }. Quá ngày đó, { -goi } nhắn { $code } là máy đưa trả lời ngay.
conference-reminded-window = Ở đây xã chỉ nhắn được { -goi } trong { $days } ngày từ tin cuối của { -goi }: gần ngày họp { -goi } nhắn “hội nghị”, máy nhắc lại giờ và nơi.
found-clear-promised-window = Xã ghi rồi. Quá { $due } { -goi } nhắn { $code }, máy hỏi lại { -goi } xem đã làm chưa.
no-content = Ứng dụng chat không chuyển tin vừa rồi cho máy, không phải lỗi của { -goi }. { -Goi } gọi { $hotline }, hoặc đến { $address }, có người nghe và ghi giúp.
no-content-chat = Ứng dụng chat không chuyển tin vừa rồi cho máy, không phải lỗi của { -goi }. { -Goi } mở { $chat } nhắn lại, gọi { $hotline }, hoặc đến { $address }, có người nghe và ghi giúp.
notice-quota-people = Bot Zalo đã có { $used }/{ $limit } người. Gói miễn phí của Zalo chỉ đến { $limit } người, người sau nhắn không tới. Mời bà con đi lối khác: Zalo OA, Telegram hoặc trang web.
notice-quota-messages = Bot Zalo tháng này đã { $used }/{ $limit } tin, tính cả tin đến và tin đi. Hết { $limit } thì tin nằm chờ. Việc chưa gấp nên để sang tháng; bà con đi lối khác được: Zalo OA, Telegram hoặc trang web.
notice-quota-paid = Zalo OA tháng này đã { $used }/{ $limit } tin của gói, tính tin nhắn cho người quá { $hours } giờ chưa nhắn xã. Hết { $limit } thì { $price } đ một tin; không trả được thì tin nằm chờ, không mất. Việc chưa gấp nên để sang tháng; bà con nhắn xã trước thì xã trả lời không mất tiền.
notice-oa-refused = Zalo không nhận khoá của tài khoản OA xã nữa. Tin qua Zalo OA chỉ còn gửi được đến { $at }; sau đó tin nằm chờ, không mất. Nhờ người quản trị máy lấy khoá mới: developers.zalo.me, Công cụ, API Explorer, rồi chạy lại máy.
notice-oa-lapses = Khoá của tài khoản Zalo OA xã hết hạn lúc { $at }. Nhờ người quản trị máy lấy khoá mới trước hôm đó: developers.zalo.me, Công cụ, API Explorer, rồi chạy lại máy. Quá hạn thì tin qua Zalo OA nằm chờ, không mất.
o-news-costs = { $channel }: { $free } người trong { $hours } giờ, không mất tiền; { $paid } người ngoài { $hours } giờ: { $plan }, hết thì { $price } đ một tin, nhiều nhất { $most } đ; { $closed } người quá { $days } ngày, không nhắn được.
o-news-plan = gói mỗi tháng có { $included } tin
o-news-plan-left = gói tháng này còn { $left } tin
o-news-lacking = { $channel }: gói tháng này chỉ còn { $left } tin, thiếu { $lacking } tin; phần thiếu chờ đến khi gói có thêm.
o-digest-held = Có tin chờ { $count } người nhắn lại mới tới được: kênh của họ đã quá ngày cho nhắn. Gấp thì gọi, hoặc nhờ trưởng thôn.
button-call = Gọi xã
group-declined = Ở trong nhóm máy không nhận ý kiến, để việc riêng của ai không lộ ra; bà con có việc gửi xã thì nhắn máy ở khung chat riêng, hoặc gọi { $hotline }.
o-told-later = Chờ bà con nhắn lại mới tới được: { $count } người.
o-leader-unreached = Máy chưa nhắn tới lãnh đạo được: quá số ngày cho nhắn từ tin cuối của lãnh đạo. Gọi báo: lãnh đạo nhắn một chữ vào đây là thấy.
no-such-number = Ở trên không có số { $number } để chọn; máy không ghi số này vào lời { -goi }.
no-such-choice = Máy chưa rõ { -goi } chọn mục nào; máy không ghi “{ $typed }” vào lời { -goi }.
