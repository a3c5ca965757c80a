# Phát tin: soạn, trình, gửi, dừng; trưởng thôn; bớt tin nhắn

## Bà con

announcement-file = Kèm thông báo của { $commune }
announcement-late = Tin xã phát ngày { $day }, nay mới tới { -goi } được:
button-fewer = Bớt tin nhắn
button-mine-only = Chỉ việc của tôi
button-both = Cả hai
fewer = Xã chỉ nhắn { -goi } về việc của { -goi } và hội nghị. Không nhắn gì nữa?
fewer-muted =
    Xã đang chỉ nhắn { -goi } về việc của { -goi }.
    { -Goi } muốn nhận gì?
fewer-done = Từ nay xã chỉ nhắn { -goi } về việc của { -goi }. Đổi lại lúc nào cũng được, ở Trợ giúp.
fewer-both = Xã nhắn { -goi } cả việc của { -goi } lẫn tin chung.

## Soạn

o-announcement =
    { $commune } thông báo:
    { $text }
o-announce-ask = Gõ lời thông báo, in đậm, in nghiêng được. Ảnh và một tệp gửi kèm hoặc gửi sau.
o-announce-words-first = Gõ lời thông báo trước, rồi gửi ảnh, tệp.
o-announce-rewrite = Gõ lại lời thông báo, hoặc gửi thêm ảnh, tệp.
o-announce-too-long = Lời thông báo dài { $length } ký tự, một tin chứa { $limit }. Rút bớt { $over } ký tự rồi gửi lại.
o-announce-dropped = Đã bỏ, không gửi cho ai.
o-announce-sent = Thông báo { $id }: đang gửi tới { $count } người.
o-announce-hour = Gửi lúc nào? Chọn ở dưới, hoặc gõ ngày giờ, ví dụ: 10/12 7h30
o-announce-whom = Gửi cho ai?
o-announce-several = Chọn một hay nhiều, rồi chọn Xong.
o-announce-issue = Gửi cho người hỏi việc nào? Gõ mã, ví dụ: { $code }
o-announce-unsorted = Ý kiến { $code } chưa được nhận, chưa thành việc. Gõ mã khác.
o-announce-nobody = Chưa có ai để gửi. Chọn lại người nhận.
o-announce-no-conference = Chưa đặt hội nghị, chưa có ai đăng ký.
o-button-submit-news = Trình duyệt gửi
o-button-trial = Gửi thử cho tôi
o-button-whom = Người nhận
o-button-hour = Đổi giờ
o-button-reword = Sửa lời
o-button-drop-news = Bỏ hẳn tin này
o-button-no-files = Bỏ ảnh, tệp
o-button-now = Gửi ngay
o-button-usual-hour = { $when }
o-button-chosen = Xong
o-button-to =
    { $kind ->
        [all] Mọi người
        [village] Theo thôn
        [field] Theo lĩnh vực
        [issue] Theo một việc
        [registered] Người đăng ký dự
       *[role] Cán bộ
    }
o-button-news =
    { $state ->
        [draft] Tin { $id }, đang soạn
        [submitted] Tin { $id }, chờ duyệt
        [scheduled] Tin { $id }, chờ giờ
        [sending] Tin { $id }, đang gửi
       *[stopped] Tin { $id }, đang dừng
    }
o-news-hour =
    { $days ->
        [0] { $hour } giờ { $minute } hôm nay
        [1] { $hour } giờ { $minute } ngày mai
       *[other] { $hour } giờ { $minute } ngày { $day }
    }
o-news-now = gửi ngay
o-news-lasts =
    { $minutes ->
        [0] dưới 1 phút
       *[other] khoảng { $minutes } phút
    }
o-news-audience =
    { $kind ->
        [all] Gửi tất cả
        [villages] Gửi { $names }
        [field] Gửi người đã nói về { $names }
        [issue] Gửi người hỏi việc { $names }
        [registered] Gửi người đăng ký dự hội nghị
       *[roles] Gửi cán bộ: { $names }
    }
o-news-reach = { $people } người. Tới được ngay: { $told }.
o-news-not = Không tới: { $list }.
o-news-missed =
    { $why ->
        [muted] chỉ nhận việc của mình { $count }
        [account] không có máy { $count }
        [unreachable] máy đã chặn { $count }
       *[closed] kênh chưa cho nhắn { $count }
    }
o-news-goes =
    { $heads ->
        [0] Lúc gửi: { $when }, { $lasts }.
       *[other] Lúc gửi: { $when }, { $lasts }. Kèm { $heads } trưởng thôn.
    }
o-news-files = Kèm { $files }.
o-news-returned = Lãnh đạo trả lại: “{ $reason }”
o-news-plain =
    Trên { $names }, bà con thấy chữ thường:
    { $text }
o-news-trial = Đang gửi thử tới máy này.
o-news-changed = Tin này vừa được sửa. Xem lại rồi chọn.
o-news-already =
    { $state ->
        [draft] Tin { $id } đã rút về để sửa.
        [submitted] Tin { $id } đang chờ lãnh đạo duyệt.
        [scheduled] Tin { $id } đã xếp gửi lúc { $at }.
        [sending] Tin { $id } đang gửi từ { $at }.
        [stopped] Tin { $id } đang dừng.
       *[done] Tin { $id } đã gửi xong, bắt đầu { $at }.
    }
o-news-again = Lời này đã gửi cho những người ấy lúc { $at }. Gửi lại chứ?
o-button-again = Gửi lại
o-button-not-again = Không gửi lại

## Trình và duyệt

o-news-submitted = Đã trình thông báo { $id }: { $count } người, { $when }. Lãnh đạo đồng ý là gửi.
o-news-scheduled = Đã xếp gửi thông báo { $id } lúc { $when }, { $count } người.
o-news-approval =
    Văn phòng trình gửi thông báo, lời ở trên.
    { $review }
    Cho gửi chứ?
o-button-allow = Đồng ý gửi
o-button-disallow = Sửa lại
o-news-allowed = Đã đồng ý gửi thông báo { $id }, lúc { $when }.
o-news-allowed-now = Đã đồng ý, thông báo { $id } đang gửi.
o-news-why = Thông báo { $id } cần sửa gì? Gõ một câu.
o-news-sent-back = Đã trả thông báo { $id } về người soạn.
o-news-back = Lãnh đạo trả lại thông báo { $id }: “{ $reason }”

## Đang gửi

o-news-head =
    { $state ->
        [draft] Thông báo { $id }: đã rút về, chưa gửi cho ai.
        [submitted] Thông báo { $id }: chờ lãnh đạo duyệt
        [scheduled] Thông báo { $id }: chờ giờ gửi
        [sending] Thông báo { $id }: đang gửi
        [stopped] Thông báo { $id }: đang dừng
       *[done] Thông báo { $id }: gửi xong
    }
o-news-waits = { $audience }, { $when }.
o-news-bar = { $bar } { $percent } %
o-news-counts = Nhắn tới { $sent } · không tới { $missed } · chưa rõ { $unknown }
o-news-left = Còn { $count }, { $lasts }.
o-news-stopped = Chưa gửi { $count }.
o-news-villages = Thôn: { $list }
o-task-forward = chuyển nhóm { $done }/{ $all }
o-task-loudspeaker = đọc loa { $done }/{ $all }
o-task-post = dán { $done }/{ $all }
o-button-halt = Dừng gửi
o-button-halt-one = Dừng tin { $id }
o-button-resume = Gửi tiếp
o-button-nudge-villages = Nhắc thôn chưa làm
o-news-which = Dừng tin nào? Gõ /dunggui rồi số, hoặc chọn ở dưới.
o-news-none-sending = Không có tin nào đang gửi.
o-news-nudged =
    { $count ->
        [0] Hôm nay đã nhắc rồi.
       *[other] Đã nhắc { $count } trưởng thôn.
    }
o-news-headless = Chưa có trưởng thôn trên máy: { $names }. Văn phòng gọi giúp.
o-news-done = Thông báo { $id } gửi xong { $at }.
o-news-missed-list = Không tới, theo thôn: { $list }
o-news-missed-village = { $village } { $count }
o-news-head-missed = Thông báo { $id } chưa nhắn tới { $count } người ở { $village }. Nhờ trưởng thôn báo giúp.
o-news-head-names = Có ghi tên: { $names }
o-news-file-lost = Một ảnh hoặc tệp của thông báo { $id } không lấy được. Gửi lại tệp ấy, hoặc gửi tin không kèm tệp.

## Trưởng thôn

o-relay =
    Thông báo { $id }, { $village }. Nhờ trưởng thôn làm giúp:
    a) Chuyển bản dưới đây vào nhóm Zalo thôn. b) Đọc loa, 3 ngày liền. c) Dán tờ kèm theo.
o-relay-due =
    Thông báo { $id }, { $village }. Nhờ trưởng thôn làm giúp, trước hết ngày { $due }:
    a) Chuyển bản dưới đây vào nhóm Zalo thôn. b) Đọc loa, 3 ngày liền. c) Dán tờ kèm theo.
o-relay-done =
    { $task ->
        [forward] ✓ Đã chuyển nhóm, { $at }
        [loudspeaker] ✓ Đã đọc loa, { $at }
       *[post] ✓ Đã dán, { $at }
    }
o-relay-reminder = Văn phòng nhắc, còn việc chưa đánh dấu.
o-button-forwarded = Đã chuyển nhóm
o-button-read-aloud = Đã đọc loa
o-button-posted = Đã dán
relay-forward =
    { $commune } thông báo:
    { $text }
    ({ $office }, hỏi thêm gọi { $hotline })
o-relay-script =
    Bản đọc loa, khoảng một phút:

    { $text }
o-relay-paper = Tờ dán bảng tin: in ra, xin số và chữ ký rồi dán.
script-opening = Kính thưa bà con. Sau đây là thông báo của { $commune }.
script-again = Xin nhắc lại.
script-board = Bà con xem bản đầy đủ dán ở bảng tin của thôn.
script-closing = Trân trọng cảm ơn bà con.

## Trả lời chưa tới

o-sort-undelivered = Trả lời chưa tới bà con: { $count }.
o-button-undelivered = Trả lời chưa tới
o-button-told = Đã báo { $code }
o-undelivered =
    Trả lời máy không đưa tới được: { $count }. Gọi, gặp, hoặc nhờ trưởng thôn mời bà con đến nghe, rồi chọn đã báo.
    { $list }
o-undelivered-line =
    { $state ->
        [unreachable] { $code } · { $village } · { $author } · máy đã chặn
       *[failed] { $code } · { $village } · { $author } · gửi lỗi
    }
o-undelivered-none = Không còn câu trả lời nào chưa tới.
o-event-opinion-told = { $at } { $who } đã báo câu trả lời bằng cách khác

## Báo hội nghị

o-button-invite-all = Báo bà con về hội nghị
o-invitation = Mời bà con dự { $title } với Bí thư Đảng uỷ, Chủ tịch UBND xã.
o-invitation-collects = Bà con đến dự, hoặc gửi ý kiến cho xã trước hết ngày { $day }.
