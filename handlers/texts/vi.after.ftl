# Sau câu trả lời: đánh giá, mở lại, việc hẹn, đăng công khai.

## Đang ở đâu, bằng lời của bà con

state-petitioned = Việc của cấp trên. Xã đã kiến nghị lên { $authority }, có kết quả sẽ báo { -goi }
state-higher-authority = Việc của cấp trên. Xã đã kiến nghị lên, có kết quả sẽ báo { -goi }
state-no-resources = Chưa có tiền làm. Xã ghi vào việc phải tìm nguồn
state-promised = Xã đang làm, hẹn xong { $due }
state-kept = Xã báo đã làm xong ngày { $day }
state-answered = Xã đã trả lời ngày { $day }
state-shown =
    Việc này { -goi } đến { $where ->
        [one_stop] bộ phận Một cửa
        [police] Công an xã
        [power] điện lực
        [court] toà án
        [complaint] nơi tiếp công dân
        [mediation] tổ hoà giải
       *[other_agency] { $name }
    }, máy đã chỉ cách
state-refused = Xã không trả lời được nội dung này. Lý do: { $reason }
mine-moved = Dời ngày vì: { $reason }

## Rõ chưa, xong chưa

found-clear-promised = Xã ghi rồi. Quá { $due } máy hỏi lại { -goi } xem đã làm chưa.
found-clear-late = Xã ghi rồi. Xã báo làm xong thì máy hỏi lại { -goi }.
ask-publish = Lời { -goi } (bỏ tên, bỏ số nhà) xã đăng cùng câu trả lời cho bà con khác xem, được không?
may-publish = Xã ghi rồi. Văn phòng bỏ tên, bỏ số nhà xong mới đăng.
may-not-publish = Xã ghi rồi: không đăng lời { -goi }. Câu trả lời thì xã vẫn đăng cho mọi người, không có lời { -goi }.
ask-evidence = Còn chỗ nào chưa được, { -goi } gửi ảnh, nhắn hoặc nói một câu. Xã mở lại việc này và báo người đứng đầu.
evidence-later = Xã ghi rồi. { -Goi } đang nói dở việc khác: gửi hoặc bỏ việc ấy, rồi nhắn { $code } để mở lại.
let-be = Xã ghi lời { -goi }, không mở lại { $code }. Đổi ý thì { -goi } nhắn { $code }.
disputed =
    Đã mở lại { $code } kèm { $what ->
        [photo] ảnh
        [voice] đoạn ghi âm
        [document] tệp
       *[words] lời
    } của { -goi }. { $unit } trả lời { -goi } trước { $due }, lãnh đạo xã đã được báo.
disputed-office =
    Đã mở lại { $code } kèm { $what ->
        [photo] ảnh
        [voice] đoạn ghi âm
        [document] tệp
       *[words] lời
    } của { -goi }. { $unit } trả lời { -goi } trước { $due }, Văn phòng đã được báo.
notice-kept = { $code }: { $unit } báo đã làm xong ngày { $day }.
notice-kept-files = { $code }: { $unit } báo đã làm xong ngày { $day }, kèm { $files }.
ask-kept = { -Goi } đi qua thấy thế nào?
notice-promise-moved =
    { $code }: { $unit } dời hẹn xong từ { $before } sang { $due }.
    Lý do: { $reason }
notice-promise-moved-anew = { $code }: { $unit } dời hẹn xong từ { $before } sang { $due } khi trả lời thêm việc này.
notice-overdue =
    { $code }: việc hẹn xong { $due } đã quá ngày, { $unit } chưa báo xong, máy đã nhắc.
    { -Goi } đi qua thấy thế nào?
notice-rate-reminder =
    { $code }: xã đã trả lời ngày { $day }.
    Trả lời thế { -goi } thấy rõ chưa?
button-done = Đã xong
button-partly = Được một phần
button-not-done = Chưa làm
button-let-be = Thôi, không cần
button-publish = Đăng được
button-publish-not = Đừng đăng

## Xã đã trả lời

menu-answers = Xã đã trả lời
button-answers = Xã đã trả lời
answers =
    Xã đã trả lời { $count } việc, mới nhất trước:
    { $list }
    Tìm việc: gõ /congkhai rồi vài chữ. { -Goi } xem câu nào?
answers-found =
    Có { $count } câu trả lời nói đến “{ $words }”:
    { $list }
    { -Goi } xem câu nào?
answers-found-more =
    Có { $count } câu trả lời nói đến “{ $words }”, đây là các câu mới nhất:
    { $list }
    Thêm vài chữ nữa thì gần hơn. { -Goi } xem câu nào?
answers-line = { $number }. { $title } · { $day }
answers-none = Xã chưa đăng câu trả lời nào. { -Goi } cần nói việc gì, cứ nhắn.
answers-no-more = Hết rồi, không còn câu trả lời nào cũ hơn.
answers-not-found = Chưa có câu trả lời nào nói đến “{ $words }”. { -Goi } gửi ý kiến thì xã trả lời.
answers-gone = Câu trả lời này không còn ở đây nữa.
answers-title = { $title }
answers-people = { $count } người cùng hỏi.
answers-words = Bà con nói: “{ $text }”
answers-answered =
    Xã trả lời ngày { $day }{ $files }:

    { $answer }
answers-corrected =
    Xã trả lời, đã sửa ngày { $day }{ $files }:

    { $answer }
answers-promised = Xã đang làm: { $unit }, hẹn xong { $due }.
answers-kept = { $unit } báo đã làm xong ngày { $day }.
answers-file = Kèm câu trả lời của xã

## Việc hẹn, cho cán bộ

o-promises = Việc hẹn đang theo: { $count }.
o-promises-none = Không có việc hẹn nào đang theo.
o-promises-late = Trễ: { $count }.
o-promises-soon = Sắp tới hạn: { $count }.
o-promises-line = { $code } · { $unit } · { $due }
o-promises-line-near = { $code } · { $unit } · { $due }, { $left }
o-promise-left =
    { $days ->
        [0] hôm nay
       *[other] còn { $days } ngày
    }
o-promise-late = trễ { $days } ngày
o-promise-head = { $code } · { $title } · { $unit }
o-promise-due = Hẹn xong { $due }, { $left }.
o-promise-moved = Đã dời vì: { $reason }
o-promise-kept = Đã báo xong { $day }, hẹn { $due }{ $files }.
o-promise-taken-back = Không còn hẹn từ { $day }, vì: { $reason }
o-matter-taken-back = { $unit } thôi hẹn { $due }, vì: { $text }
o-event-commitment-taken-back = { $at } câu trả lời sửa, không còn hẹn { $due }
o-promise-and = {" · "}
o-promise-reminder = Nhắc việc hẹn:
o-promise-nudged = { $who } nhắc việc hẹn:
o-promise-shifted = Việc hẹn vừa dời, trước là { $before }:
o-promise-closed = { $code }: { $who } đã báo xong { $at }. Không đổi gì.
o-promise-too-long = Lời này dài { $length } ký tự, nhiều nhất { $limit }. Gõ lại ngắn hơn.
o-rated = Bà con: { $list }.
o-rated-done = đã xong { $count }
o-rated-partly = được một phần { $count }
o-rated-not-done = chưa làm { $count }
o-rated-none = chưa có đánh giá { $count }
o-fulfil-ask = { $code }: đã làm gì? Gửi ảnh, tệp, hoặc gõ một câu. Bà con đọc đúng lời này.
o-fulfil-preview =
    { $code }, báo đã làm xong: { $words }{ $both }{ $files }
    Hỏi { $count } người xem xong thật chưa. Gửi thêm ảnh, gõ lại lời được.
    Báo xong chứ?
o-fulfilled = Đã báo xong { $code }, hỏi { $count } người.
o-postpone-ask = { $code } đang hẹn { $due }. Dời sang ngày nào?
o-postpone-why =
    { $code } dời sang { $due }.
    Gõ lý do, bà con sẽ đọc.
o-postpone-same = { $code } đang hẹn đúng ngày { $due }. Gõ ngày khác.
o-postpone-far = { $code }: { $due } quá xa. Gõ ngày gần hơn.
o-postpone-preview =
    { $code }: dời hẹn từ { $before } sang { $due }.
    Lý do: { $reason }
    { $count } người đọc lý do, lãnh đạo được báo. Dời chứ?
o-postponed = Đã dời { $code } sang { $due }. Bà con và lãnh đạo được báo.
o-nudged = Đã nhắc { $unit }, ghi là { $who } nhắc.
o-nudged-already = Hôm nay đã nhắc { $unit } rồi.
notice-reopened-kept =
    { $code } mở lại: người gửi thấy { $rating ->
        [partly] mới được một phần
       *[not_done] chưa làm
    }. { $words }
    { $card }
o-button-nudge = Nhắc đơn vị
o-button-fulfil = Báo đã xong
o-button-fulfilled = Báo xong
o-button-postpone = Dời hẹn
o-evidence-lost = Một tệp gửi cho việc hẹn không lấy được. Lời và các tệp khác vẫn còn. Gửi lại tệp ấy.

## Nhật ký

o-event-commitment-opened = { $at } hẹn xong { $due }, { $unit }
o-event-commitment-kept = { $at } câu trả lời sửa, vẫn hẹn { $due }
o-event-commitment-moved = { $at } { $who } dời hẹn sang { $due }
o-event-commitment-settled = { $at } { $who } báo đã làm xong
o-event-commitment-nudged = { $at } { $who } nhắc { $unit }
o-event-commitment-escalated =
    { $at } việc hẹn trễ, báo { $outcome ->
        [clerk] Văn phòng
       *[leader] lãnh đạo
    }
o-event-opinion-rated =
    { $at } người gửi thấy { $outcome ->
        [clear] rõ
        [partly] được một phần
       *[not_done] chưa làm
    }
o-event-opinion-settled =
    { $at } người gửi thấy { $outcome ->
        [done] đã xong
       *[clear] rõ
    }
o-event-opinion-reopened =
    { $at } người gửi { $outcome ->
        [unclear] chưa rõ
       *[other] gửi thêm bằng chứng
    }, mở lại
o-event-opinion-publish-allowed = { $at } người gửi cho đăng lời
o-event-opinion-publish-refused = { $at } người gửi không cho đăng lời
o-event-opinion-published = { $at } { $who } duyệt bản đăng
o-event-issue-titled = { $at } { $who } ghi lời tóm
o-event-issue-reopened = { $at } mở lại, { $unit } trả lời trước { $due }
o-event-issue-settled = { $at } xong cả vấn đề

## Đăng công khai, cho cán bộ

o-button-followed = Việc hẹn
o-button-promises = Việc hẹn
o-button-publish = Đăng công khai
o-button-publish-copy = Đăng bản này
o-button-leave-out = Không đăng
o-button-publish-next = Duyệt { $code }
o-button-title = Lời tóm
o-button-retract = Gỡ xuống
o-publish-early = Chưa có câu trả lời đã gửi. Chưa đăng gì.
o-publish-head = { $code }, bà con đọc ở Xã đã trả lời: { $title }
o-publish-head-untitled = { $code }, bà con đọc ở Xã đã trả lời: { $title } (máy ghi, chưa có lời tóm)
o-publish-count = Cho đăng lời: { $count } người. Đã duyệt: { $done }.
o-publish-suggested =
    { $code }, máy đã bỏ tên và số:
    “{ $text }”
    Đọc lại, đúng thì đăng. Chưa đúng thì gõ bản khác.
o-publish-as-is =
    { $code }, máy không thấy tên hay số nào phải bỏ:
    “{ $text }”
    Đọc lại, đúng thì đăng. Chưa đúng thì gõ bản khác.
o-publish-typed =
    { $code }, bản vừa gõ:
    “{ $text }”
    Đăng bản này?
o-publish-long =
    { $code }: “{ $text }”
    Lời dài { $length } ký tự, đăng nhiều nhất { $limit }. Gõ bản ngắn hơn, bỏ tên và số.
o-publish-too-long = Bản này dài { $length } ký tự, đăng nhiều nhất { $limit }. Gõ lại ngắn hơn.
o-publish-refused = Người gửi không cho đăng lời này. Không đổi gì.
o-publish-stands =
    Đang đăng lời { $code }: “{ $text }”
    Muốn đổi thì gỡ xuống rồi duyệt lại.
o-left-out = Không đăng lời { $code }.
o-published = Đã đăng lời { $code }.
o-retracted = Đã gỡ lời { $code }.
o-title-ask = Gõ lời tóm một dòng, ai cũng đọc được: không tên người, không số nhà.
o-title-too-long = Lời tóm dài { $length } ký tự, nhiều nhất { $limit }. Gõ lại ngắn hơn.
o-event-opinion-retracted = { $at } { $who } gỡ lời đã đăng
