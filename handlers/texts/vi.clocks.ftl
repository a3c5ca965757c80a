# Bản tin sáng, nhắc hạn, nhật ký, xem một việc, nhóm của bộ phận; phần bà con: sửa lời, vị trí, rút ý kiến.

## Bản tin 07:00

o-digest-nothing = Không có việc nào chờ. Bản tin này gửi mỗi tuần một lần khi không có việc.
o-digest-unsorted = Chờ phân loại: { $count }.
o-digest-today = Hôm nay là hạn: { $count }.
o-digest-late = Trễ: { $count }.
o-digest-unit = Việc của { $unit }: { $count }.
o-digest-returned = Bộ phận trả lại: { $count }.
o-digest-sent-back = Lãnh đạo trả lại câu trả lời: { $count }.
o-digest-unfinished = Câu trả lời viết dở, chưa gửi đi: { $count }.
o-digest-silent = Hỏi lại mà bà con im 7 ngày: { $count }.
o-digest-own = Văn phòng tự trả lời: { $count }.
o-digest-publish = Bà con cho đăng lời, chờ duyệt bản đăng: { $count }.
o-digest-untold-late = Quá hạn luật mà chưa báo bà con: { $count }.
o-digest-untold-soon = Luật đòi báo bà con trong { $days } ngày làm việc tới: { $count }.
o-digest-late-units = Trễ hạn trả lời: { $list }.
o-digest-late-unit = { $unit } { $count }
o-digest-read-out = Trả lời chờ đọc lại cho bà con: { $count }.
o-digest-unreviewed = Đã trả lời, chưa xem lại: { $count }.
o-digest-approve = Chờ duyệt: { $count }.
o-digest-agree = Chờ đồng ý: { $count }.
o-digest-sealed = Xem riêng: { $count }.
o-digest-promised-soon = Việc hẹn sắp tới hạn: { $count }.

## Nhắc hạn

o-due-reminder =
    { $when }
    { $head }
    { $words }
o-due-soon = Hạn { $due }, còn { $days } ngày.
o-due-today = Hôm nay là hạn, { $due }.
o-due-late = Trễ { $days } ngày làm việc, hạn { $due }.
o-due-head = { $code } · { $village } · { $count } người · { $state ->
        [open] chờ giao
        [drafted] { $unit } đã soạn, chờ duyệt
       *[assigned] { $unit }
    }
o-sort-reminder =
    Chưa phân loại: { $count }. { $when }
o-law-reminder =
    Chưa báo bà con việc giao cho ai: { $count }. { $when }
    Luật đòi báo trong { $days } ngày làm việc.

## Xem một việc, nhật ký

o-menu-nhatky = Nhật ký một việc, ví dụ /nhatky 12
o-button-log = Nhật ký
o-log-missing = Gõ mã sau lệnh, ví dụ: /nhatky { $code }
o-log = Nhật ký { $code } · { $village } · { $state }
o-other-matter = một việc khác
o-matter-original = Lời gốc: “{ $text }”
o-matter-asked = { $at } hỏi lại: “{ $text }”
o-matter-reason = Lý do bà con đọc: “{ $text }”
o-matter-title = Tóm tắt: { $text }
o-matter-issue =
    { $unit }, hạn { $due } · { $state } · { $people } người{ $villages ->
        [0] {""}
        [1] {""}
        [2] {""}
       *[other] , { $villages } thôn
    }
o-matter-others = Cùng việc: { $codes }
o-matter-due-reason = Lý do dời hạn, bà con đọc: “{ $text }”
o-matter-returned = Bộ phận trả lại: “{ $text }”
o-matter-petitioned = Đã kiến nghị lên: { $text }
o-matter-corrected = Đính chính { $at }: “{ $text }”
o-matter-ratings = Bà con: { $list }
o-matter-rating =
    { $rating ->
        [clear] rõ rồi
        [unclear] chưa rõ
        [done] đã xong
        [partly] được một phần
        [not_done] chưa làm
       *[none] chưa có đánh giá
    } { $count }
o-matter-promised = Việc hẹn: { $unit }, xong { $due }.
o-matter-promised-anew = Việc hẹn: { $unit }, xong { $due }. Lý do dời: “{ $text }”
o-matter-kept = Việc hẹn: { $unit }, hẹn { $due }, báo xong { $closed }: “{ $text }”
o-matter-truly = { $at } Mặt trận: đã giải quyết thật.
o-matter-not-truly = { $at } Mặt trận: chưa giải quyết thật, vì “{ $text }”

o-event-other = { $at } { $who }: { $kind }
o-event-opinion-raised = { $at } xã nhận
o-event-opinion-added-to = { $at } người gửi nói thêm
o-event-opinion-answered = { $at } trả lời người gửi
o-event-opinion-withdrawn = { $at } người gửi rút ý kiến
o-event-opinion-left-out = { $at } { $who } không đăng lời người gửi
o-event-answer-rewritten = { $at } { $who } sửa lời câu trả lời
o-event-opinion-unlinked = { $at } người gửi xoá dữ liệu của mình

## Nhóm của bộ phận

o-group-of = Nhóm này nhận việc của { $unit }. Thôi nhận: /nhom off
o-group-free = Nhóm này chưa gắn với bộ phận nào.
o-group-which = Không rõ bộ phận “{ $typed }”.
o-group-how =
    Gắn với một bộ phận:
    { $list }
o-group-bound = Từ nay việc của { $unit } về nhóm này. Nhắn đáp vào thẻ là soạn trả lời; xem lại và trình ở khung chat riêng với máy. Tên người gửi và việc xem riêng không bao giờ về đây.
o-group-moved = Việc của { $unit } từ nay về nhóm khác.
o-group-unbound = Nhóm này thôi nhận việc.
o-group-list =
    { $list }
    Gắn nhóm: thêm máy vào nhóm chat của bộ phận, rồi trong nhóm gõ /nhom và tên bộ phận.
o-group-line =
    { $unit }: { $bound ->
        [yes] có nhóm
       *[no] chưa có nhóm
    }
o-group-answering = { $code }: đã nhận lời trả lời. Xem tiếp ở khung chat riêng với máy.
o-group-not-yours = Nút này của bộ phận phụ trách.
o-group-elsewhere = Xem tiếp ở khung chat riêng với máy.
notice-group-lost = Máy không còn trong nhóm của { $unit }. Từ nay thẻ chỉ gửi từng người. Gắn lại: thêm máy vào nhóm, trong nhóm gõ /nhom.

## Bà con: vị trí, sửa lời đã gửi

place-line = Vị trí: { $latitude }, { $longitude }
matter-place = Máy đã giữ vị trí { -goi } gửi. Chỗ này có việc gì, { -goi } nhắn hoặc ghi âm một câu.
edited = Máy đã thay lời { -goi } vừa sửa.
edit-unclear = Máy không rõ thay lời vừa sửa vào chỗ nào, nên giữ lời cũ. Muốn đổi, { -goi } chọn Sửa rồi nhắn lại.
edited-where =
    { -Goi } vừa sửa lời của { $code } thành: “{ $text }”. Lời đã gửi giữ nguyên trong sổ.
    Thêm lời mới vào { $code } chứ?
edited-later = { -Goi } vừa sửa lời của { $code }, mà đang nói dở việc khác. Gửi xong việc này, { -goi } mở { $code } rồi chọn Nói thêm.
