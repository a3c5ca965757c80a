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
