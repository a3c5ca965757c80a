
## Một người nhắn từ hai nơi: nối, tách

joined-place =
    { $messenger ->
        [telegram] Telegram
        [web] trang chat
        [web_plain] trang chat
       *[other] Zalo
    }
join-code =
    { -Goi } mở nơi kia (Zalo, Telegram, trang chat của xã), nhắn vào đó đúng dòng này:
    <code>{ $code }</code>
    Mã dùng một lần, trong { $minutes } phút. { -Goi } đừng đưa mã cho ai: người gõ mã xem được mọi việc của { -goi }.
join-code-chat = Nơi kia là trang chat thì { -goi } mở: { $link }
join-offer =
    { $there ->
        [0] Bên { $place } chưa có việc nào
       *[other] Bên { $place } có { $there } việc
    }, bên này { $here ->
        [0] chưa có việc nào
       *[other] có { $here } việc
    }. Nối hai bên thì { -goi } xem được tất cả từ cả hai, xã nhắn vào nơi { -goi } dùng gần nhất, và giữ cả hai tài khoản chat.
join-offer-office = Vai trò cán bộ dùng được từ cả hai.
join-offer-mutes = Một bên { -goi } đã bớt tin nhắn: nối rồi thì cả hai chỉ nhận tin về việc của { -goi }.
join-offer-sure = Chỉ nối khi chính { -goi } vừa lấy mã bên { $place }. Nối chứ?
joined = Đã nối với { $place }. Từ nay { -goi } theo dõi mọi việc từ cả hai, mã việc giữ nguyên. Có trả lời, xã nhắn một lần, vào nơi { -goi } dùng gần nhất.
notice-joined = Vừa có { $place } được nối vào đây, bằng mã { -goi } lấy. Từ nay { -goi } theo dõi mọi việc từ cả hai. Không phải { -goi } nối thì chọn Tách ra.
join-not = Không nối. Hai bên vẫn riêng như trước.
join-wrong = Mã này không dùng được: gõ nhầm, quá nửa giờ, hoặc đã dùng rồi. { -Goi } nhắn /noi ở nơi kia để lấy mã mới.
join-tries = Mã gõ nhầm nhiều lần rồi. Một giờ nữa { -goi } thử lại; việc của { -goi } vẫn nguyên.
join-same = Mã này lấy ở đây. { -Goi } nhắn nó vào nơi kia: Zalo, Telegram hoặc trang chat của xã.
join-already = Hai bên đã nối rồi. { -Goi } xem việc của mình ở bên nào cũng được.
join-empty = Cả hai bên chưa có việc nào để nối. { -Goi } gửi ý kiến trước, rồi nối sau.
join-offices = Hai tài khoản giữ hai vai trò khác nhau, mà một người giữ một vai trò. Nhờ người quản trị kết thúc một vai trò, rồi nối lại.
apart-which = Tách bên nào ra?
apart-sure =
    Tách { $place } ra thì mọi việc ở lại đây với { -goi }. Bên { $place } không xem được nữa, lời đang dở bên ấy mất, ai nhắn từ đó là người mới.
    Tách chứ?
apart = Đã tách { $place }. Mọi việc của { -goi } vẫn ở đây.
notice-left = Tài khoản này vừa được tách ra, theo lời nhắn từ { $place }. Việc đã gửi thì xem ở { $place }. Không phải { -goi } tách thì gọi { $hotline }.
apart-not = Vẫn nối như trước.
apart-none = Ở đây không còn nối với nơi nào khác.

held-joined = Nối với { $place } từ ngày { $day }
held-browsers =
    Trình duyệt được gọi khi có tin: { $count }, gần nhất từ ngày { $day }
held-paper = Mã giấy mở cuộc trò chuyện: lấy ngày { $day }
forget-sure-joined = Xoá là xoá ở mọi nơi đã nối, cả { $places }.

button-join-other = Nối tài khoản khác
button-join = Nối hai bên
button-join-not = Không nối
button-apart = Tách ra
button-apart-sure = Tách, tôi chắc
