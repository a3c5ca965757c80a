# Phân loại: thẻ từng việc, ghép, giao, hoàn tác; tin báo người gửi và bộ phận.

o-button-sort = Phân loại lần lượt
o-button-accept = Nhận, giao { $unit }
o-button-give-back = Giao lại { $unit }
o-button-units = Giao nơi khác
o-button-ask-back = Hỏi lại
o-button-other-ways = Cách khác
o-button-undo = Hoàn tác

o-sort-home =
    { $count ->
        [0] Không có việc chờ phân loại.
       *[other] Chờ phân loại: { $count }.
    }
o-sort-late = Trễ: { $count }.
o-sort-today = Hôm nay là hạn: { $count }.
o-sort-offer = Bà con chọn: { $field }. Giao: { $unit }, hạn { $due }.
o-sort-returned = { $unit } trả lại: “{ $reason }”. Hạn vẫn { $due }.
o-sort-addition = Nói thêm: “{ $text }”
o-sort-settled =
    { $head }
    { $words }
    { $what }
o-sort-assigned = Đã giao { $code } cho { $unit }, hạn { $due }.
o-sort-undone = Đã hoàn tác { $code }.
o-sort-meanwhile = { $code }: { $what }. Chưa đổi gì.
o-sort-nothing-left = Hết việc chờ. { $opinions } ý kiến → { $issues } vấn đề.
o-sort-asked = Đang hỏi lại bà con: { $count }.
o-sort-redirected = Đã chỉ nơi khác: { $count }.
o-sort-ready = Trả lời sẵn có: { $count }.
o-sort-proposed = Chờ lãnh đạo đồng ý: { $count }.
o-sort-left = Chưa giao: { $unassigned }. Trễ hạn: { $overdue }.

## Nhật ký

o-actor-author = người gửi
o-actor-machine = máy
o-event-opinion-accepted = { $at } { $who } giao { $unit }, hạn { $due }
o-event-opinion-undone = { $at } { $who } hoàn tác, để phân loại lại
o-event-opinion-put-off = { $at } { $who } để sau
o-event-issue-assigned = { $at } { $who } giao { $unit }, hạn { $due }
o-event-issue-closed = { $at } không còn ai hỏi, đóng vấn đề

## Thẻ của bộ phận

o-button-write = Viết trả lời
o-button-words = Xem { $count } lời
o-button-not-ours = Không phải việc phòng
o-button-later = Xin lùi hạn
o-unit-reopened = Mở lại vì chưa rõ hoặc chưa xong: { $codes }.
o-unit-card =
    { $code } · { $title } · { $people } người · hạn { $due }
    { $words }{ $others ->
        [0] {""}
       *[other] {" "}và { $others } lời khác
    }
o-unit-card-gone = { $code } không còn ở bộ phận này.
o-unit-card-merged = { $code } đã ghép vào { $into }.
o-unit-card-state =
    { $state ->
        [open] Đã trả về Văn phòng.
        [drafted] Đã trình, chờ duyệt.
        [approved] Đã duyệt, sắp gửi.
        [answered] Đã trả lời.
        [settled] Đã xong.
        [closed] Không còn ai hỏi.
       *[assigned] Chờ trả lời.
    }

## Báo người gửi

button-different = Việc của tôi khác
notice-accepted = { $code }: xã nhận xem xét, giao { $unit }, hẹn trả lời { $due }.
notice-due-moved = { $code }: { $unit } hẹn trả lời lại, ngày { $due }.
notice-due-reason = Lý do: { $reason }
notice-together = Có bà con khác cùng nói việc này, xã trả lời chung một lần.
notice-together-here = Ở { $village } có { $people } người cùng nói việc này, xã trả lời chung một lần.
notice-together-people = Có { $people } người cùng nói việc này, xã trả lời chung một lần.
notice-together-villages = Có { $people } người ở { $villages } thôn cùng nói việc này, xã trả lời chung một lần.

## Giao nơi khác, dời hạn, ghép, cụm

o-button-clusters = Xem cụm giống nhau
o-button-kept = Việc Văn phòng trả lời
o-button-merge = Ghép vào { $code }
o-button-split-out = Tách ra
o-button-to-card = Xem thẻ
o-button-take-day = Lấy { $due }
o-button-keep-day = Giữ hạn { $due }
o-button-join = Ghép cả cụm
o-button-unlike = Không cùng việc

o-sort-kept = Chờ Văn phòng trả lời: { $count }.
o-sort-publish = Bà con cho đăng lời, chờ duyệt bản đăng: { $count }.
o-kept-none = Không có việc chờ Văn phòng trả lời.
o-sort-like = Gần giống { $code }, { $place }, { $people } người: { $words }
o-sort-same-village = cùng thôn
o-sort-which-unit = Giao nơi nào?
o-sort-how = Gõ mã sau lệnh, ví dụ: /phanloai { $code }
o-give-how = Gõ mã, bộ phận, và ngày nếu cần, ví dụ: /giao { $code } { $unit } 15/12
o-unit-unknown = Không có bộ phận “{ $typed }”. Chọn một bộ phận.
o-unit-gone = Bộ phận này không còn. Chọn Giao nơi khác, rồi chọn lại.
o-day-unreadable = Chưa đọc được ngày “{ $typed }”. Gõ lại, ví dụ { $example }.
o-day-impossible = “{ $typed }” không có trong lịch. Gõ lại, ví dụ { $example }.
o-day-past = “{ $typed }” đã qua. Gõ lại, ví dụ { $example }.
o-due-past = { $code }: hạn { $due } không kịp. Gõ ngày từ ngày mai trở đi.
o-due-idle = { $code }: { $due } là ngày nghỉ. Gõ ngày khác.
o-due-far = { $code }: { $due } quá xa. Câu trả lời hẹn trong sáu tháng; gõ ngày khác.
o-due-reason =
    { $code }: hạn { $due } muộn hơn { $before }.
    Gõ lý do, bà con sẽ đọc.
o-reason-says-nothing = “{ $typed }” chưa nói lý do. Gõ một câu, bà con sẽ đọc.
o-due-reason-long = Lý do dài { $length } ký tự, nhiều nhất { $limit }. Gõ lại.
o-sort-merged = Đã ghép { $codes } vào { $into } ({ $people } người).
o-sort-split-out = Đã tách { $code } thành việc riêng, vẫn giao { $unit }, hạn { $due }.
o-merge-how = Gõ từ hai mã, ví dụ: /ghep { $code } { $other }
o-merge-answered = { $code } đã trả lời, không ghép thêm. Việc chờ được nhận cùng câu trả lời ấy: chọn Cách khác, Đã trả lời rồi.
o-merge-together = { $code } và { $into } đã chung một việc. Chưa đổi gì.
o-merge-refused = { $code }: { $why }. Chưa ghép gì.
o-cluster-head = Cụm { $position }/{ $count } · có vẻ cùng một việc · { $village } · { $field }
o-cluster-line = { $number }. { $code } { $words }
o-cluster-dropped = { $number }. { $code } (bỏ khỏi cụm)
o-cluster-offer = Giao: { $unit }, hạn { $due }.
o-cluster-how = Gõ số để bỏ khỏi cụm, gõ lại để lấy vào.
o-cluster-numbers = Gõ số từ { $first } đến { $last }, hoặc chọn ở dưới.
o-cluster-changed = Cụm vừa xem đã đổi. Chưa ghép gì.
o-cluster-too-few = Còn dưới hai việc, không có gì để ghép. Chọn Không cùng việc.
o-cluster-kept-apart = Đã ghi: không cùng việc.
o-clusters-none = Không còn cụm nào giống nhau.
notice-different =
    { $code }: người gửi nói việc của mình khác:
    { $words }
    Lời trước: { $before }
o-different-from = Đang ghép với { $code }, { $others } lời khác.
o-different-alone = Nay là việc riêng.
ask-different = { $code }: { -goi } nói khác ở chỗ nào, nhắn hoặc ghi âm một câu.

o-event-opinion-merged = { $at } { $who } ghép vào { $code }
o-event-opinion-split-out = { $at } { $who } tách khỏi { $code }
o-event-opinion-kept-apart = { $at } { $who } thấy không cùng việc với { $count } ý kiến gần giống
o-event-issue-merged = { $at } { $who } ghép, nay { $count } người
o-event-issue-unmerged = { $at } { $who } hoàn tác ghép, nay { $count } người
o-event-issue-due-moved = { $at } { $who } dời hạn sang { $due }
o-event-issue-undone = { $at } { $who } hoàn tác, giao { $unit }
