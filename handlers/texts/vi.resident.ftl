# Lời máy nói với bà con. Quy tắc lời: ngắn, câu hỏi ở dòng cuối, không dấu chấm than.

## Ngày giờ, tệp, trạng thái (dùng chung với cán bộ)

day =
    { $weekday ->
        [0] Thứ Hai
        [1] Thứ Ba
        [2] Thứ Tư
        [3] Thứ Năm
        [4] Thứ Sáu
        [5] Thứ Bảy
       *[6] Chủ Nhật
    } { $date } ({ $day ->
        [1] mồng 1
        [2] mồng 2
        [3] mồng 3
        [4] mồng 4
        [5] mồng 5
        [6] mồng 6
        [7] mồng 7
        [8] mồng 8
        [9] mồng 9
        [10] mồng 10
        [15] rằm
       *[other] { $day }
    } tháng { $month }{ $leap ->
        [yes] {" "}nhuận
       *[no] {""}
    } âm)
when = { $hour } giờ { $minute }, { $day }
files =
    { $kind ->
        [photo] { $count } ảnh
        [voice] { $count } đoạn ghi âm
       *[document] { $count } tệp
    }
minutes = { $count } phút
seconds = { $count } giây
village-elsewhere = Chỗ khác, không rõ
state =
    { $state ->
        [needs_detail] Xã đang hỏi thêm { -goi }
        [accepted] Xã đang lo
        [answered] Xã đã trả lời
        [settled] Đã xong
        [redirected] Việc này { -goi } đến nơi khác, máy đã chỉ cách
        [withdrawn] { -Goi } đã rút
        [reopened] Xã đang xem lại theo lời { -goi }
       *[received] Xã đã nhận, đang đọc
    }
state-assigned = { $unit } đang lo, hẹn trả lời { $due }

## Lời chào, trợ giúp

greeting =
    Chào { -goi }. Đây là máy trả lời tự động của { $commune }, nhận ý kiến gửi lãnh đạo xã.
    Đường sá, đất đai, điện nước, chế độ: { -goi } cứ nhắn, không cần dấu, hoặc { $how ->
        [hold] giữ nút ghi âm
       *[tap] bấm nút ghi âm
    } mà nói.
    Đơn khiếu nại, tố cáo, hồ sơ giấy tờ: { -goi } đến { $address }. Việc gấp gọi 113, 114, 115. Gặp người: { $hotline }.
greeting-village =
    Chào { -goi } ở { $village }. Đây là máy trả lời tự động của { $commune }, nhận ý kiến gửi lãnh đạo xã.
    Đường sá, đất đai, điện nước, chế độ: { -goi } cứ nhắn, không cần dấu, hoặc { $how ->
        [hold] giữ nút ghi âm
       *[tap] bấm nút ghi âm
    } mà nói.
    Đơn khiếu nại, tố cáo, hồ sơ giấy tờ: { -goi } đến { $address }. Việc gấp gọi 113, 114, 115. Gặp người: { $hotline }.
help =
    { -Goi } nhắn, ghi âm hay gửi ảnh việc gì cũng được, máy giữ rồi hỏi từng câu. { -Goi } nhắn mã (như 12) để xem việc đã gửi.
    Bỏ dở: chọn Bỏ, hoặc gõ /huy. Việc gấp gọi 113, 114, 115.
    { -Goi } cần gì nữa?
person = Gặp người của { $commune }: gọi { $hotline }, hoặc đến { $address }.
languages = Máy nói tiếng nào với { -goi }?
language-set = Từ giờ máy nói tiếng Việt.
unknown = Máy chưa hiểu. { -Goi } muốn làm gì?
no-words = Máy chỉ nhận lời, ảnh, tiếng nói. { -Goi } cần nói việc gì, cứ nhắn.
trouble = Máy đang trục trặc, lời { -goi } vẫn giữ. { -Goi } làm lại sau ít phút.
taken = Máy nhận rồi.

## Trình đơn

menu-hint = Chọn thì { -goi } nhắn số đầu dòng.
menu-hint-words = { -Goi } nhắn cả dòng chữ cần chọn.
menu-raise = Gửi ý kiến
menu-mine = Ý kiến đã gửi
menu-conference = Hội nghị
menu-help = Trợ giúp

## Giữ lời và xin phép

quoted = “{ $text }”
wordless = không có lời
consent =
    Máy đang giữ lời { -goi }, chưa gửi cho ai:
    { $held }

    { -Goi } có cho { $office } giữ lời này, ảnh, tên thôn và tài khoản chat của { -goi } để xem xét và trả lời không? Văn phòng và bộ phận trả lời đọc được lời { -goi }. Tài khoản chỉ để máy nhắn lại. Giữ { $retention }. { -Goi } xem, rút, xoá lúc nào cũng được. Không cho thì máy xoá ngay; { -goi } vẫn nói được ở { $address } hoặc { $hotline }.
consent-files =
    Máy đang giữ { $held } { -goi } gửi, chưa gửi cho ai.

    { -Goi } có cho { $office } giữ cái này, lời, tên thôn và tài khoản chat của { -goi } để xem xét và trả lời không? Văn phòng và bộ phận trả lời xem, nghe được. Tài khoản chỉ để máy nhắn lại. Giữ { $retention }. { -Goi } xem, rút, xoá lúc nào cũng được. Không cho thì máy xoá ngay; { -goi } vẫn nói được ở { $address } hoặc { $hotline }.
consent-whole =
    Ai giữ: { $office }.
    Giữ gì: lời, ảnh, tiếng, thôn, tài khoản chat; tên và số điện thoại chỉ khi { -goi } ghi.
    Để làm gì: xem xét, trả lời, tổng hợp cho hội nghị. Không dùng việc khác. Đăng lời { -goi } cho mọi người xem thì xã hỏi riêng.
    Ai đọc: Văn phòng, bộ phận trả lời, lãnh đạo. Trưởng thôn không đọc được.
    Bao lâu: { $retention }. { -Goi } nhắn “dữ liệu” để xem, tải về, xoá; nhắn mã của việc để rút.
    Ứng dụng nhắn tin cũng lưu tin trên máy chủ của họ; Telegram ở nước ngoài.
    { -Goi } có cho giữ không?
refused = Máy xoá rồi, không giữ gì. { -Goi } vẫn nói được ở { $address } hoặc { $hotline }.
ask-first = { -Goi } muốn nói việc gì? Nhắn, ghi âm hay gửi ảnh đều được.
matter = Máy đã giữ { $files }. { -Goi } muốn nói việc gì, nhắn hoặc ghi âm một câu.
added = Máy thêm vào lời { -goi } rồi.
refused-too-large = Tệp này to quá, máy chưa nhận được. Lời và các ảnh khác vẫn còn. { -Goi } chụp lại rồi gửi.
refused-too-many = Một việc máy giữ nhiều nhất 10 tệp, tệp này chưa nhận được. Lời và các ảnh trước vẫn còn.
refused-wrong-type = Loại tệp này máy chưa nhận được. Lời và các ảnh khác vẫn còn. Máy nhận ảnh, tiếng nói, PDF, Word, Excel.
unfinished =
    { -Goi } đang nói dở: { $held }.
    Gửi tiếp chứ?

## Việc gấp

urgent =
    Đang nguy hiểm thì { -goi } rời chỗ đó và gọi ngay, máy không gọi giúp được:
    114 cứu nạn, cứu hoả · 115 cấp cứu · 113 công an · xã trực { $hotline }
    Lời { -goi } máy vẫn giữ, qua việc gấp { -goi } gửi sau.
urgent-added =
    Đang nguy hiểm thì { -goi } rời chỗ đó và gọi ngay, máy không gọi giúp được:
    114 cứu nạn, cứu hoả · 115 cấp cứu · 113 công an · xã trực { $hotline }
    Lời { -goi } máy đã thêm vào { $code }.

## Thôn, loại, xem lại

village =
    Việc này ở thôn nào? { -Goi } chọn số, hoặc gõ tên thôn.
    { $list }
    0. Chỗ khác, không rõ
village-line = { $number }. { $name }
village-sure = { $name }, phải không?
village-unknown = Máy không thấy “{ $typed }” trong các thôn, đã ghi vào lời { -goi }.
field = Việc này gần với loại nào? Không rõ thì chọn dòng cuối, Văn phòng xếp giúp.
field-hint = { $field }: { $hint }
field-hinted =
    { $hints }
    Việc này gần với loại nào? Không rõ thì chọn dòng cuối, Văn phòng xếp giúp.
preview =
    { -Goi } xem lại:
    Việc: { $held }
    Ở: { $village } · Loại: { $field }
    Có ảnh thì { -goi } gửi luôn bây giờ. Không ghi tên thì xã vẫn trả lời { -goi } ở đây.
preview-files =
    { -Goi } xem lại:
    Việc: { $held }
    Ở: { $village } · Loại: { $field } · { $files }
    Có ảnh thì { -goi } gửi luôn bây giờ. Không ghi tên thì xã vẫn trả lời { -goi } ở đây.
recording =
    { $count ->
        [1] đoạn ghi âm { $length }
       *[other] { $files }, tất cả { $length },
    }
preview-spoken =
    Máy đã giữ { $held } của { -goi }. Ở: { $village }.
    Máy chưa nghe được tiếng nói: người của Văn phòng sẽ nghe. { -Goi } nói tiếng Nùng, tiếng Tày cũng được.
    Giọng nói thì người nghe có thể nhận ra. { -Goi } gửi chứ?
mend = { -Goi } sửa chỗ nào?
new-words = { -Goi } nhắn lại lời, máy thay vào lời cũ.
name = { -Goi } tên gì? Muốn xã gọi lại thì ghi cả số điện thoại. Văn phòng và lãnh đạo thấy tên; Mặt trận, trưởng thôn, bà con khác không thấy.
new-name = { -Goi } ghi lại tên, và số điện thoại nếu muốn xã gọi lại.
no-name-seen = Máy chưa thấy tên trong lời này.
dropped = Máy đã bỏ, không gửi cho ai. { -Goi } cần nói việc gì, cứ nhắn.
stopped = Máy thôi hỏi. { -Goi } cần nói việc gì, cứ nhắn.
nothing-to-drop = Không có việc nào đang dở. { -Goi } cần nói việc gì, cứ nhắn.
received =
    Xã đã nhận. Mã của { -goi } là { $code }.
    Chậm nhất { $due } { -goi } được báo việc này giao cho ai. Có trả lời, máy nhắn vào đây.
received-files =
    Xã đã nhận, kèm { $files }. Mã của { -goi } là { $code }.
    Chậm nhất { $due } { -goi } được báo việc này giao cho ai. Có trả lời, máy nhắn vào đây.
old-button = Việc này đã qua. { -Goi } cần nói việc gì, cứ nhắn lại từ đầu.
old-button-of = Việc này đã qua. { $code } bây giờ: { $state }.
old-question = Câu ấy đã qua. Máy đang hỏi:

## Việc đã gửi

none-yet = { -Goi } chưa gửi việc nào ở đây. { -Goi } muốn nói việc gì, cứ nhắn. Việc đã gửi ở ứng dụng chat khác thì nối vào đây được.
mine =
    Việc { -goi } đã gửi:
    { $list }
    { -Goi } xem việc nào?
mine-more =
    Việc { -goi } gửi gần đây:
    { $list }
    Việc cũ hơn, { -goi } nhắn mã. { -Goi } xem việc nào?
mine-line = { $code } · { $words } · { $state }
mine-one =
    { $code } · { $village } · { $words }{ $files }
    { $history }
    Đang ở: { $state }.{ $moved }
mine-answer =
    Xã trả lời:

    { $answer }
happened = { $day } { $kind ->
        [accepted] giao { $unit }
        [answered] xã trả lời
        [reopened] xem lại
        [moved] { $unit } dời hẹn sang { $due }
        [kept] { $unit } báo đã làm xong
        [settled] { -goi } thấy rõ
        [done] { -goi } thấy đã xong
        [withdrawn] { -goi } rút
        [added_to] { -goi } nói thêm
       *[raised] xã nhận
    }
whole-words = “{ $text }”
not-yours = Máy không thấy { $code } trong các việc { -goi } đã gửi. { -Goi } muốn làm gì?
where = Lời này { -goi } nói thêm cho { $code }, hay là việc mới?
add-more = { -Goi } nói thêm gì cho { $code }? Nhắn, ghi âm hay gửi ảnh đều được.
ask-unclear = Máy mở lại { $code }, báo Văn phòng rồi. Chỗ nào chưa rõ, { -goi } nhắn hoặc nói một câu.
added-to = Đã thêm vào { $code }, Văn phòng được báo.
added-to-now = Đã thêm vào { $code }, Văn phòng được báo. { $code } bây giờ: { $state }.
file-added-to = Đã thêm vào { $code }. Còn gì nữa { -goi } cứ gửi.
stands-now = { $code } bây giờ: { $state }.
found-clear = Xã ghi rồi: { $code } đã xong.
found-clear-only = Xã ghi rồi. { $code }: { $state }.
withdraw-sure = Rút { $code } thì xã thôi xem xét và không trả lời việc này. { -Goi } rút chứ?
withdrawn = Đã rút { $code }.

## Hội nghị

conference-none = Xã chưa đặt ngày hội nghị. Việc của { -goi } xã vẫn nhận và trả lời như thường.

## Dữ liệu của tôi

held =
    { $office } đang giữ về { -goi }:
    { $list }
    { -Goi } muốn làm gì?
held-account = Tài khoản chat: { $count }
held-name =
    Tên: { $name }{ $phone ->
        [no] {""}
       *[other] {" "}· Điện thoại: { $phone }
    }
held-village = Thôn: { $village }
held-consent = Cho phép giữ: ngày { $day }
held-opinions = Ý kiến: { $count }
held-files = Kèm: { $files }
held-draft = Một lời đang nói dở, chưa gửi
exporting = Máy đang gói lại, có ngay ở đây.
forget-sure =
    Xoá thì tên, số điện thoại, thôn, tài khoản và lời đang dở mất hẳn. Việc đã gửi ở lại trong sổ của xã nhưng không còn nối với { -goi }: máy không nhắn trả lời cho { -goi } được nữa.
    Không lấy lại được. { -Goi } xoá chứ?
forgotten = Máy đã xoá, không còn biết { -goi } là ai. Có việc, { -goi } cứ nhắn như người mới, hoặc gọi { $hotline }.
kept = Máy không xoá gì.

## Nút

button-raise = Gửi ý kiến
button-mine = Ý kiến đã gửi
button-conference = Hội nghị
button-agree = Đồng ý
button-read-whole = Đọc kỹ
button-refuse = Không, xoá đi
button-drop = Bỏ
button-tell-commune = Gửi cho xã biết
button-go-on = Gửi tiếp
button-add-to = Thêm vào { $code }
button-fresh = Việc mới
button-send-nothing = Không gửi
button-right = Phải
button-choose-again = Chọn lại
button-send = Gửi
button-send-unnamed = Gửi, không ghi tên
button-send-named = Gửi, có ghi tên
button-mend = Sửa
button-words = Lời
button-village = Thôn
button-field = Loại
button-drop-files = Bỏ ảnh, tệp
button-name = Tên
button-leave = Để nguyên
button-speak-again = Nói lại
button-other-village = Đổi thôn
button-no-name = Thôi, không ghi tên
button-see = Xem { $code }
button-raise-another = Gửi việc khác
button-clear = Rõ rồi
button-unclear = Chưa rõ
button-tell-more = Nói thêm
button-withdraw = Rút ý kiến
button-withdraw-sure = Rút { $code }
button-withdraw-not = Không rút
button-whole-words = Đọc cả lời
button-enough = Thôi
button-my-data = Dữ liệu của tôi
button-languages = Tiếng Việt, English
button-person = Gặp người
button-vietnamese = Tiếng Việt
button-english = English
button-export = Tải về
button-forget = Xoá hết
button-forget-sure = Xoá, không lấy lại
button-keep = Thôi
