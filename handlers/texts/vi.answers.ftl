# Trả lời: bộ phận soạn, lãnh đạo duyệt, gửi, sửa câu đã gửi, uỷ quyền.

## Nút

o-button-template = Dùng mẫu
o-button-take-template = Lấy mẫu này
o-button-other-template = Mẫu khác
o-button-send-promise = Gửi, hẹn { $day }
o-button-promised-by = Hẹn xong { $day }
o-button-promised-when = Hẹn, chọn ngày
o-button-done = Đã xong
o-button-explained = Giải thích
o-button-no-resources = Chưa có nguồn
o-button-higher-authority = Việc cấp trên
o-button-recall = Rút lại
o-button-review = Xem lại
o-button-correct = Sửa câu đã gửi
o-button-other-unit = Việc bộ phận khác
o-button-beyond = Quá thẩm quyền xã
o-button-more-words = Xem tiếp
o-button-later-agree = Đồng ý
o-button-later-refuse = Giữ hạn
o-button-approvals = Duyệt lần lượt
o-button-proposals = Xem đề nghị
o-button-approve = Duyệt
o-button-approve-next = Duyệt, xem tiếp
o-button-send-back = Trả lại
o-button-hall = Đưa ra hội trường
o-button-skip = Để sau
o-button-evidence = Xem tệp kèm
o-button-no-day = Chưa có ngày
o-button-beside = Chưa trúng câu hỏi
o-button-figures = Cần số liệu
o-button-leave = Thôi
o-button-unfinished = Viết tiếp { $code }
o-button-release = Gửi ngay { $count } câu
o-button-delegate = Uỷ quyền
o-button-undelegate = Thôi uỷ quyền { $number }
o-button-every-field = Mọi lĩnh vực

## Lệnh

o-menu-duyet = Duyệt câu trả lời, ví dụ /duyet 12
o-menu-phathanh = Gửi ngay câu đã duyệt
o-menu-uyquyen = Uỷ quyền duyệt

## Soạn

o-answer-preview =
    { $code } hỏi: { $question }
    Gửi tới { $count } người. Bà con sẽ đọc:

    { $body }

    { $below }
o-answer-preview-files = Kèm: { $files }.
o-preview-send = Gửi chứ?
o-preview-submit = Trình lãnh đạo theo kết quả nào?
o-preview-own = Gửi theo kết quả nào?
o-preview-waits-submit =
    Câu trả lời { $code } đang chờ chọn. Muốn đổi lời thì chọn Sửa.
    Theo kết quả nào?
o-template =
    Mẫu trả lời:

    { $text }

    Chép, sửa rồi gửi lại; hoặc lấy luôn.
o-document = Văn bản: số { $number }.
o-document-dated = Văn bản: số { $number } ngày { $day }.
o-answer-on-its-way = Câu trả lời { $code } đã trình, chưa gửi. Chưa đổi gì.
o-answers-day-unreadable = Chưa đọc được ngày trong “{ $typed }”. Gõ lại, ví dụ: 15/12
o-answers-day-impossible = “{ $typed }” không có trong lịch. Gõ lại, ví dụ: 15/12
o-answers-day-past = “{ $typed }” chưa phải ngày sắp tới. Gõ ngày sau hôm nay, ví dụ: 15/12
o-answers-reason-long = Lý do dài quá { $limit } ký tự. Gõ ngắn lại.
o-promise-past = Ngày hẹn này đã qua. Chưa đổi gì.
o-promise-ask = { $code } hẹn xong ngày nào? Gõ ngày, ví dụ: 15/12
o-submitted = Đã trình { $code }. { $outcome }
o-submitted-own = Đã ghi { $code }, { $goes }. { $outcome }
o-submitted-promise = Hẹn { $day }, { $unit }.
o-sent-in-the-morning = Giờ này bà con nghỉ, tin đi lúc { $hour }.
o-recalled = Đã rút lại { $code }.
o-signature-unit = { $unit }
o-signature-post = { $unit }, { $post }
o-signature-approved = { $writer } soạn, { $approver } duyệt.
o-signature-approved-for = { $writer } soạn, { $approver } duyệt theo uỷ quyền.

## Sửa câu đã gửi

o-correction-ask = Gõ câu trả lời mới cho { $code }, thay cả câu đã gửi. Bản cũ vẫn giữ trong sổ.
o-correction-note = Sửa gì so với câu cũ? Gõ một câu, bà con sẽ đọc.
o-correction-preview =
    Sửa câu đã gửi { $code }, gửi tới { $count } người. Bà con sẽ đọc:

    Xã sửa câu trả lời { $code }: { $note }

    { $body }

    { $below }
o-correction-dropped = Đã bỏ bản sửa. Câu đã gửi của { $code } vẫn thế.
o-correction-old = Câu này của { $code } đã có bản mới hơn. Mở lại bằng /xem.
o-correction-pending = Bản sửa câu trả lời { $code } đang chờ duyệt.

## Bộ phận

o-unit-home = { $unit }. { $count ->
        [0] Không có việc chờ trả lời.
       *[other] Chờ trả lời: { $count }.
    }
o-unit-late = Trễ hạn: { $count }.
o-unit-today = Hôm nay là hạn: { $count }.
o-unit-sent-back = Lãnh đạo trả lại: { $count }.
o-unit-submitted = Đang chờ duyệt: { $count }.
o-unit-not-waiting = { $code }: { $state } Chưa đổi gì.
o-not-ours-why = Vì sao { $code } không phải việc của bộ phận? Chọn, hoặc gõ một câu; Văn phòng đọc.
o-not-ours-unit = Việc của bộ phận khác
o-not-ours-beyond = Việc quá thẩm quyền của xã
o-given-back = Đã trả { $code } về Văn phòng. Hạn vẫn tính, bà con không bị báo.
o-later-ask =
    { $code } đang hạn { $due }. Gõ ngày mới rồi lý do, ví dụ: 10/12 chờ báo giá vật liệu
    Người gửi đọc được lý do.
o-later-why = Lùi đến { $day } vì sao? Gõ một câu, người gửi đọc được.
o-later-not-later = Hạn đang là { $due }. Gõ ngày sau hạn ấy.
o-later-far = Xa quá nửa năm: chờ câu trả lời, không phải chờ xong việc. Gõ ngày gần hơn.
o-later-asked = Đã xin lùi { $code } đến { $day }. Chờ Văn phòng đồng ý; hạn cũ còn tính.
o-later-agreed = { $code }: đã lùi hạn đến { $due }, người gửi được báo.
o-later-refused = { $code }: giữ hạn { $due }, bộ phận được báo.
o-later-over = { $code }: không còn chờ lùi hạn. Hạn là { $due }.

## Duyệt

o-approval-home =
    { $count ->
        [0] Không có câu trả lời chờ duyệt.
       *[other] Chờ duyệt: { $count }.
    }
o-approval-home-late = Việc hẹn trễ: { $count }.
o-approval-home-soon = Việc hẹn sắp tới hạn: { $count }.
o-approval-home-unsorted = Văn phòng chưa phân loại: { $count }.
o-approval-sent = { $what }, đã gửi lúc { $at }
o-approval-done = Hết câu chờ duyệt.
o-approval-home-agree = Chờ đồng ý: { $count }.
o-approval-home-sealed = Xem riêng: { $count }.
o-approval-no-proposals = Không còn đề nghị nào chờ đồng ý.
o-approval-head = { $code } · { $title } · { $people } người · hạn { $due }
o-approval-question = Hỏi: { $question }{ $others ->
        [0] {""}
       *[other] {" "}và { $others } lời khác
    }
o-approval-correction = Sửa câu đã gửi { $at }. Đổi: “{ $note }”
o-approval-answer = Trả lời:
o-approval-answer-files = Trả lời (kèm { $files }):
o-approval-apart = (Cả câu trả lời ở tin ngay trên.)
o-approval-text =
    Câu trả lời { $code } chờ duyệt:

    { $body }
o-approval-promised = Hứa: xong trước { $day }, { $unit }.
o-approval-outcome = Kết quả: { $outcome }.
o-outcome-done = đã xong
o-outcome-explained = giải thích
o-outcome-no-resources = chưa có nguồn
o-outcome-higher-authority = việc cấp trên
o-approved = Đã duyệt { $code }, { $goes }.
o-approval-goes = { $what }, { $goes }
o-goes-in-minutes = gửi sau { $count } phút
o-goes-now = gửi ngay
o-goes-at = gửi lúc { $at }
o-goes-in-hall = giữ đến hội trường
o-approval-changed = Câu trả lời vừa được sửa. Chưa duyệt; đọc lại bản mới:
o-approval-again =
    { $head }
    Đã sửa và trình lại, xem thẻ mới.
o-approval-own = Câu này do chính mình soạn: lãnh đạo duyệt.
o-approval-meanwhile = { $code }: { $what }. Chưa đổi gì.
o-approval-none = Không thấy câu trả lời chờ duyệt của “{ $code }”. Gõ /viec để xem việc chờ.
o-answer-state =
    { $state ->
        [submitted] đang chờ duyệt
        [approved] đã duyệt
        [released] đã gửi
       *[draft] đang soạn lại
    }
o-send-back-why = Trả lại { $code } vì sao? Chọn, gõ một câu, hoặc ghi âm.
o-send-back-kinds = Lý do nhận chữ hoặc ghi âm.
o-send-back-day = Chưa có ngày xong
o-send-back-beside = Chưa trúng câu hỏi
o-send-back-figures = Cần số liệu
o-send-back-spoken = đoạn ghi âm ở tin trên
o-unfinished = Viết dở, chưa gửi đi: { $count }.
o-answer-edited = Đã thay lời câu trả lời { $code } theo tin vừa sửa.
o-edit-older = { $code }: lời ở tin vừa sửa đã được thay bằng lời gõ sau. Không đổi gì.
o-edit-too-late =
    { $state ->
        [submitted] { $code } đã trình, tin vừa sửa không đổi câu đã trình. Rút lại rồi sửa được.
        [approved] { $code } đã được duyệt, tin vừa sửa không đổi câu ấy. Người duyệt rút lại thì sửa được.
       *[released] { $code } đã gửi bà con, tin vừa sửa không đổi câu đã gửi. Cần đổi thì gửi bản đính chính.
    }
o-send-back-offer =
    { $reason }
    Trả lại câu trả lời { $code } với lời này?
o-send-back-not = Chưa trả lại { $code }.
o-sent-back = Đã trả lại { $code }.

## Gửi câu đã duyệt

o-release-none = Không có câu đã duyệt nào chờ gửi.
o-release-line = { $code } · { $people } người · { $goes }
o-release-kept = Để tại hội nghị, không gửi: { $count } câu ({ $codes }). Muốn gửi sớm thì gõ: /phathanh { $first }
o-release-more = và { $count } câu nữa
o-release-list =
    { $list }
    Gửi ngay { $count } câu, tới { $people } người? Gửi rồi không rút lại được.
o-released =
    { $count ->
        [0] Không còn câu nào chờ gửi.
       *[other] Đã gửi { $count } câu, tới { $people } người.
    }

## Uỷ quyền

o-delegations =
    { $count ->
        [0] Chưa uỷ quyền duyệt cho ai.
       *[other] { $list }
    }
o-delegated-line = { $number }. { $who } · { $field } · đến hết { $until }
o-delegate-nobody = Chưa có cán bộ nào để uỷ quyền. Thêm người: /themnguoi
o-delegate-who = Uỷ quyền duyệt cho ai?
o-delegate-field = { $who } duyệt lĩnh vực nào?
o-delegate-until = Đến hết ngày nào? Gõ ngày, ví dụ: 15/12
o-delegated = Đã uỷ quyền { $who } duyệt { $field }, đến hết { $until }. Đã báo người được uỷ quyền.
o-every-field = mọi lĩnh vực
notice-delegated = Được lãnh đạo uỷ quyền duyệt câu trả lời và đề nghị không trả lời: { $field }, đến hết { $until }. Câu mình soạn, đề nghị của mình thì lãnh đạo duyệt.
notice-undelegated = Hết uỷ quyền duyệt câu trả lời: { $field }.
notice-undelegated-leader = Hết hạn uỷ quyền { $who } duyệt { $field }.

## Tin báo cán bộ

notice-sent-back =
    Lãnh đạo trả lại câu trả lời { $code }: { $reason }
    Đã trình: { $answer }
    { $replies ->
        [yes] Nhắn đáp vào tin này là gõ lại.
       *[no] Gõ lại: chọn việc sửa ở dưới, hoặc nhắn /traloi { $code } rồi lời.
    }
notice-returned =
    { $unit } trả lại { $code }: “{ $reason }”. Hạn vẫn { $due }.
    { $words }
notice-later-asked =
    { $unit } xin lùi { $code } từ { $due } đến { $day }: “{ $reason }”
    Đồng ý thì người gửi đọc được lý do.
notice-later-refused = { $code }: Văn phòng giữ hạn { $due }.

## Tin báo người gửi

notice-corrected =
    Xã sửa câu trả lời { $code }: { $note }

    { $body }
notice-corrected-asking =
    Xã sửa câu trả lời { $code }: { $note }

    { $body }

    Trả lời thế { -goi } thấy rõ chưa?

## Nhật ký

o-event-answer-drafted = { $at } { $who } soạn câu trả lời
o-event-answer-submitted = { $at } { $who } trình câu trả lời
o-event-answer-approved = { $at } { $who } duyệt câu trả lời
o-event-answer-kept-for-hall = { $at } { $who } duyệt, giữ đến hội trường
o-event-answer-unapproved = { $at } { $who } rút lại lời duyệt
o-event-answer-recalled = { $at } { $who } rút lại câu đã trình
o-event-answer-sent-back = { $at } { $who } trả lại câu trả lời
o-event-answer-laid-aside = { $at } câu đã duyệt không gửi: không còn ai chờ
o-event-answer-corrected = { $at } { $who } gửi bản sửa câu trả lời
o-event-answer-nobody-to-tell = { $at } không nhắn được: người gửi đã xoá dữ liệu của mình
o-event-issue-answered = { $at } { $who } gửi câu trả lời
o-event-issue-returned = { $at } { $who } trả về Văn phòng
o-event-issue-later-asked = { $at } { $who } xin lùi hạn đến { $due }
o-event-issue-later-refused = { $at } { $who } giữ hạn, không lùi đến { $due }

o-answer-came-back =
    Lãnh đạo trả lại: { $reason }
    Đã trình: { $answer }
o-answer-recalled = Câu đã rút lại còn đây: { $answer }
