# Lời máy nói với cán bộ, và mọi tin nhắn do hộp gửi phát đi. Với cán bộ: không xưng hô, động từ trước, con số trước.

## Vai trò, trình đơn, trợ giúp

o-role-clerk = Văn phòng
o-role-staff = Bộ phận chuyên môn
o-role-leader = Lãnh đạo xã
o-role-village-head = Trưởng thôn
o-role-observer = Mặt trận
o-role-admin = Quản trị máy
o-menu-viec = Việc chờ trả lời
o-menu-xem = Xem một ý kiến, ví dụ /xem 12
o-menu-hoinghi = Đặt, dời ngày hội nghị
o-menu-phattin = Phát tin cho bà con
o-welcome =
    Từ nay tài khoản này là: { $role }, { $place }.
    { $about }

    { $commands }
o-help =
    { $about }

    { $commands }
o-no-command =
    Vai trò này không có lệnh ấy. Các lệnh có:

    { $commands }
o-about-answering = Ý kiến mới về thành thẻ ở đây. Trả lời: { $replies ->
        [yes] bấm nút trên thẻ, nhắn đáp vào thẻ,
       *[no] chọn ở dưới thẻ,
    } hoặc gõ /traloi mã rồi lời. Câu nào cũng được xem lại trước khi gửi. Bỏ dở: /huy.
o-lost-answerer =
    Máy chưa rõ lời này gửi cho ai. Trả lời một ý kiến thì { $replies ->
        [yes] nhắn đáp vào thẻ của ý kiến ấy.
       *[no] gõ /traloi, mã của ý kiến ấy, rồi lời.
    }
    Làm việc nào?
o-lost =
    Máy chưa rõ lời này gửi cho ai.
    Làm việc nào?
o-given-up = Đã bỏ, không gửi gì.
o-words-only = Bước này chỉ nhận chữ. Gõ lại giúp.
o-matter-gone = Việc này đã qua. Không đổi gì.

## Nút

o-button-waiting = Việc chờ
o-button-conference = Hội nghị
o-button-raise = Gửi ý kiến
o-button-answer = Trả lời
o-button-read = Xem cả
o-button-send-answer = Gửi trả lời
o-button-edit = Sửa
o-button-discard = Bỏ
o-button-elsewhere = Nơi khác
o-button-move = Dời ngày
o-button-edit-when = Sửa ngày giờ
o-button-edit-place = Sửa nơi
o-button-edit-title = Sửa tên
o-button-spread = Gửi
o-button-clear = Rõ rồi
o-button-unclear = Chưa rõ
o-button-go-on = Gửi tiếp

## Việc chờ, một ý kiến

o-waiting =
    { $count ->
        [0] Không có việc chờ trả lời.
       *[other] Chờ trả lời: { $count }.
    }
o-page = { $position }/{ $count } · { $card }
o-card =
    { $head }
    { $words }
    Bà con chọn: { $field }.
o-card-quote = “{ $text }”
o-card-wordless = (không có lời, xem tệp kèm)
o-card-unnamed = không ghi tên
o-matter =
    { $head }
    Bà con chọn: { $field }. Đang ở: { $state }.
o-matter-addition = { $at } nói thêm: “{ $text }”
o-matter-answer =
    Trả lời { $at }:
    { $body }
o-matter-answer-files =
    Trả lời { $at } (kèm { $files }):
    { $body }
o-matter-unsent =
    Câu trả lời chưa gửi, { $state ->
        [submitted] đang chờ lãnh đạo duyệt
        [approved] đã duyệt
       *[draft] đang soạn
    } ({ $at }){ $files ->
        [none] :
       *[other] , kèm { $files }:
    }
    { $body }
o-office-state =
    { $state ->
        [needs_detail] đang hỏi thêm người gửi
        [accepted] đã nhận, chờ trả lời
        [answered] đã trả lời
        [settled] đã xong
        [redirected] đã chỉ nơi khác
        [withdrawn] người gửi đã rút
        [reopened] mở lại, người gửi chưa rõ
       *[received] mới nhận, chờ trả lời
    }
o-told = Đã nhắn tới: { $count } người.
o-not-told = Không nhắn tới được: { $count } người ({ $who }).
o-not-told-count = Không nhắn tới được: { $count } người.
o-being-told = Đang gửi tới: { $count } người.
o-nobody-to-tell = Không còn ai để nhắn: người gửi đã xoá dữ liệu của mình.
o-code-missing = Gõ mã sau lệnh, ví dụ: /xem { $code }
o-code-unknown = Không thấy ý kiến “{ $code }”. Xem lại mã, hoặc gõ /viec để xem việc chờ.

## Trả lời

o-answer-how = Gõ mã rồi lời trả lời, ví dụ: /traloi { $code } Ngày 01/12 xã đã xem, xong trước 14/01.
o-answer-ask =
    Gõ hoặc dán câu trả lời { $code }. Gửi kèm ảnh, tệp nếu có.
    Nên có: đã xem ngày nào, làm gì, ai làm, bao giờ xong.
o-answer-held =
    Đã giữ { $files } cho { $code }.
    Gõ câu trả lời đi cùng.
o-answer-rewrite = Gõ lại câu trả lời { $code }.
o-answer-rewrite-files = Gõ lại câu trả lời { $code }. Ảnh, tệp đã gửi vẫn giữ.
o-answer-kinds = Câu trả lời chỉ nhận chữ, ảnh, tệp. Gõ lời hoặc gửi tệp khác.
o-answer-too-long = Câu trả lời dài { $length } ký tự, một tin chứa { $limit }. Rút bớt { $over } ký tự rồi gửi lại; phần dài thì gửi kèm tệp.
o-file-too-large = Tệp này quá 20 MB, chưa nhận được. Lời và các tệp khác vẫn còn. Gửi bản nhỏ hơn.
o-file-too-many = Đã đủ 10 tệp, tệp này không nhận. Lời và các tệp trước vẫn còn.
o-file-wrong-type = Loại tệp này không nhận. Lời và các tệp khác vẫn còn. Gửi ảnh, PDF, Word hoặc Excel.
o-preview-waits =
    Câu trả lời { $code } đang chờ chọn. Muốn đổi lời thì chọn Sửa.
    Gửi chứ?
o-answer-body =
    { $text }
    { $signature }
o-answer-body-addressed =
    Kính gửi Ông/Bà.
    { $text }
    { $signature }
o-signature-clerk = { $unit }, cán bộ Văn phòng
o-signature-leader = Lãnh đạo UBND { $commune }
o-answer-sent =
    { $count ->
        [0] Đã ghi câu trả lời { $code }. Không còn ai để nhắn: người gửi đã xoá dữ liệu của mình.
       *[other] Đã gửi { $code } tới { $count } người.
    }
o-answer-already-sent = { $code } đã gửi lúc { $at }. Không gửi lại.
o-answer-dropped = Đã bỏ câu trả lời. { $code } vẫn chờ.
o-answered-meanwhile = { $who } đã trả lời việc này lúc { $at }. Chưa đổi gì.
o-not-open = { $code }: { $state }. Chưa đổi gì.

## Hội nghị

o-conference-title = Hội nghị đối thoại { $year }
o-place-hall = Hội trường UBND xã
o-plan-ask-when = Chưa đặt hội nghị năm nay. Gõ ngày giờ, ví dụ: 10/12 7h30
o-plan-ask-new-when = Gõ ngày giờ mới, ví dụ: 15/12 7h30
o-when-unreadable = Chưa đọc được ngày giờ trong “{ $typed }”. Gõ lại, ví dụ: 10/12 7h30
o-when-impossible = “{ $typed }” không có trong lịch. Gõ lại, ví dụ: 15/12 7h30
o-when-past = “{ $typed }” đã qua. Gõ ngày giờ sắp tới, ví dụ: 15/12 7h30
o-plan-ask-elsewhere = Gõ tên nơi họp.
o-plan-ask-title = Gõ tên hội nghị.
o-name-length = Gõ tên từ 1 đến { $limit } ký tự.

## Tin từ hộp gửi: thẻ cho cán bộ

notice-card =
    Ý kiến mới
    { $card }
notice-addition =
    { $code }, người gửi nói thêm:
    { $words }
    Lời trước: { $before }
notice-withdrawn = { $code }: người gửi đã rút, không phải trả lời nữa.
notice-reopened =
    { $code } mở lại: người gửi chưa rõ câu trả lời.
    { $card }

## Tin từ hộp gửi: cho bà con

notice-answer =
    Xã trả lời { $code }:

    { $body }

    Trả lời thế { -goi } thấy rõ chưa?
notice-answer-files =
    Xã trả lời { $code } (kèm { $files }):

    { $body }

    Trả lời thế { -goi } thấy rõ chưa?
notice-file = { $code }
notice-file-lost =
    { $kind ->
        [photo] Một ảnh
        [voice] Một đoạn ghi âm
       *[document] Một tệp
    } của { $code } máy chưa lấy được, không phải lỗi của { -goi }. Lời và các tệp khác vẫn còn. Nhờ { -goi } gửi lại giúp.
notice-file-lost-draft =
    { $kind ->
        [photo] Một ảnh
        [voice] Một đoạn ghi âm
       *[document] Một tệp
    } máy chưa lấy được, không phải lỗi của { -goi }. Lời và các tệp khác vẫn còn. Nhờ { -goi } gửi lại giúp.
notice-file-lost-answer =
    { $kind ->
        [photo] Một ảnh
       *[document] Một tệp
    } của câu trả lời { $code } không lấy được. Lời và các tệp khác vẫn còn. Gửi lại tệp ấy.
notice-draft =
    { $days ->
        [1] Hôm qua
       *[other] Hôm trước
    } { -goi } đang nói dở: “{ $text }”.
    Gửi tiếp chứ?
notice-draft-wordless =
    { $days ->
        [1] Hôm qua
       *[other] Hôm trước
    } { -goi } gửi tệp mà chưa nói xong.
    Gửi tiếp chứ?
notice-export = Đây là mọi điều máy đang giữ về { -goi }.
notice-export-partly = Đây là mọi điều máy đang giữ về { -goi }, còn thiếu { $left } tệp chưa lấy được hoặc nặng quá một tin. { -Goi } cần tệp ấy thì gọi Văn phòng.
o-export-name = du-lieu
