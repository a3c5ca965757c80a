# Các cách xử lý khác ngoài nhận và giao: hỏi lại, chỉ nơi khác, kiến nghị, không trả lời được, chép ghi âm, tách việc.

## Nút của cán bộ

o-button-back = Quay lại
o-button-ask-where = Ở chỗ nào?
o-button-ask-when = Từ bao giờ?
o-button-ask-photo = Xin ảnh
o-button-ask-other = Câu khác
o-button-type-code = Gõ mã khác
o-button-agree = Đồng ý
o-button-disagree = Không
o-button-listen = Nghe
o-button-transcribe = Chép lại
o-button-interpreter = Nhờ nghe tiếng Nùng
o-button-person = Việc về một người
o-button-lines-send = Gửi { -goi } xem, giao luôn
o-button-line-unit = { $number } → { $unit }

## Hỏi lại

o-ask =
    Hỏi lại { $code }, người gửi đọc được ngay:
    { $words }
    Hỏi câu nào?
o-ask-type = Gõ câu hỏi lại { $code }. Người gửi đọc đúng lời này.
o-ask-nobody = { $code }: không còn ai để hỏi, người gửi đã xoá dữ liệu hoặc chặn máy. Chưa đổi gì.
o-asked = Đã hỏi lại { $code }: “{ $question }”
o-asked-before = Đã hỏi: “{ $question }”
o-words-too-long = Lời này dài { $length } ký tự, nhiều nhất { $limit }. Gõ lại ngắn hơn.
question-where = việc này ở đoạn nào, gần mốc nào dễ nhận?
question-when = việc này có từ bao giờ?
question-photo = { -goi } chụp giúp một tấm ảnh chỗ ấy được không?

## Cách khác

o-other =
    { $code } { $words }
    1. Đã trả lời rồi
    Kiến nghị lên: 2. UBND tỉnh · 3. Sở, ngành · 4. Điện lực, viễn thông · 5. Nơi khác
    Chỉ đến: 6. Một cửa · 7. Công an · 8. Điện lực · 9. Toà án · 10. Nơi khác
    11. Khiếu nại · 12. Hoà giải
    Về một người: 13. Trưởng thôn · 14. Cán bộ xã · 15. Lãnh đạo, người khác
    16. Không trả lời được · 17. Tách nhiều việc
    18. Để sau · 0. Quay lại
o-verdict-shared = { $code }: nhiều người cùng nói việc này. Giao nơi khác, hoặc tách từng người ra trước.
o-before =
    { $code } { $words }
    Đã trả lời ở việc nào?
    { $list }
o-before-unlike = Không thấy câu trả lời nào gần giống; gõ mã được.
o-before-line = { $code } · { $village } · { $words }
o-before-type = Gõ mã việc đã trả lời thay cho { $code }.
o-before-none = Chưa có câu trả lời nào đã gửi.
o-before-gone = Việc ấy đang mở lại, chưa có câu trả lời mới. Chọn việc khác.
o-before-unknown = “{ $code }” chưa có câu trả lời đã gửi. Gõ mã khác.
o-before-done = { $code }: gửi câu đã trả lời ở { $before }.
o-petition-type = Kiến nghị { $code } lên cơ quan nào? Gõ tên cơ quan.
authority-province = UBND tỉnh { $province }
authority-department = sở, ngành của tỉnh { $province }
authority-power = ngành điện lực, viễn thông
o-verdict =
    { $verdict ->
        [beyond_authority] kiến nghị lên { $reason }
        [final_decision_exists] đã có kết luận cuối
       *[unlawful] nội dung không trả lời được
    }
o-verdict-proposed = Đã trình lãnh đạo { $code }: { $what }.
o-verdict-counts = { $code }: { $what }. Người gửi được báo.
o-way-type = Chỉ người gửi { $code } đến đâu? Gõ tên nơi, việc cần mang theo.
o-way =
    { $where ->
        [one_stop] Một cửa
        [police] Công an xã
        [power] điện lực
        [court] toà án
        [complaint] nơi tiếp công dân
        [mediation] hoà giải
       *[other] { $name }
    }
o-way-done = { $code }: đã chỉ đến { $what }.
o-refuse =
    { $code } { $words }
    Người gửi đọc lý do, lãnh đạo đồng ý mới gửi.
    Đã có kết luận cuối:
    1. { $decided }
    2. { $judged }
    3. Gõ lý do
    Nội dung không trả lời được:
    4. { $rude }
    5. { $private }
    6. Gõ lý do
    0. Quay lại
o-refuse-type = Gõ lý do không trả lời { $code }. Người gửi đọc đúng lời này, lãnh đạo đồng ý mới gửi.
reason-decided = việc này đã có quyết định giải quyết cuối cùng, xã không xem xét lại được
reason-judged = việc này toà án đã xử xong, xã không làm khác được
reason-rude = lời này có câu xúc phạm người khác; { -goi } nói lại riêng phần việc thì xã trả lời
reason-private = lời này nói chuyện riêng của người khác, xã không được bàn
o-later-done = Để sau { $code }.

## Lãnh đạo

o-proposal =
    Văn phòng trình: { $what }.
    { $head }
    { $words }

    Bà con sẽ đọc: { $told }
    Đồng ý chứ?
o-proposal-agreed = Đã đồng ý { $code }: { $what }. Người gửi được báo.
o-proposal-disagreed = Không đồng ý { $code }: { $what }. Đã trả về Văn phòng.
o-proposal-over = { $code }: không còn chờ lãnh đạo.
notice-disagreed = Lãnh đạo không đồng ý, phân loại lại:
notice-replied = Người gửi trả lời câu hỏi “{ $question }”: { $reply }
notice-replied-unsure = Câu hỏi “{ $question }”: người gửi không rõ.
notice-replied-silent = Câu hỏi “{ $question }”: 7 ngày chưa trả lời.
notice-replied-gone = Câu hỏi “{ $question }”: không còn ai để trả lời.
notice-disputed =
    { $code }: người gửi nói chép chưa đúng.
    { $list }
notice-disputed-split =
    { $code }: người gửi nói tách chưa đúng.
    { $list }

## Ghi âm, tách việc

o-voice-waits = Ghi âm { $length } · chờ chép, hạn { $due }
o-voice-waits-unmeasured = Ghi âm · chờ chép, hạn { $due }
o-voice-interpreter = Cần người hiểu tiếng Nùng, Tày.
o-voice-unconfirmed = { -Goi } chưa xác nhận lời chép.
o-voice-disputed = { -Goi } nói chép chưa đúng.
o-split-unconfirmed = { -Goi } chưa xác nhận lời tách.
o-split-disputed = { -Goi } nói tách chưa đúng.
o-lines-ask = Chép { $code }: mỗi việc một dòng. Chép lời { -goi }, đừng tóm ý. Tên người thì ghi đúng như lời nói; máy hỏi riêng.
o-lines-ask-split =
    Tách { $code }: mỗi việc một dòng, giữ lời { -goi }.
    { $words }
o-lines-correct =
    Chép lại { $count } dòng, theo thứ tự:
    { $list }
o-lines-part = { $code }: { $words }
o-lines-none = Chưa thấy lời nào. Gõ mỗi việc một dòng.
o-lines-many = Nhiều nhất { $limit } việc một lần. Gộp bớt rồi gõ lại.
o-lines-one = Mới có một dòng, chưa tách. Gõ mỗi việc một dòng.
o-lines-other-count = Lời này đã thành { $count } việc: gõ đủ { $count } dòng, theo thứ tự.
o-lines-long = Có dòng dài quá. Gõ lại ngắn hơn.
o-lines-line = { $number }. { $unit }: “{ $words }”
o-lines-preview =
    { $code }, { $count } việc:
    { $list }
    Gửi { -goi } xem lại lời chép?
o-lines-preview-split =
    { $code }, { $count } việc:
    { $list }
    Gửi { -goi } xem lại, giao luôn?
o-lines-apart = để riêng, có vẻ nói về một người
o-lines-given = { $code } { $unit }
o-lines-done = { $count } việc: { $list }. { -Goi } được gửi xem lại.
o-lines-corrected = Đã chép lại { $code }, gửi { -goi } xem lại.

## Nhật ký

o-event-opinion-asked = { $at } { $who } hỏi thêm người gửi
o-event-opinion-replied = { $at } người gửi trả lời câu hỏi
o-event-opinion-unsure = { $at } người gửi không rõ điều được hỏi
o-event-opinion-unanswered = { $at } hỏi mà không có trả lời, về lại Văn phòng
o-event-opinion-redirected =
    { $at } { $who } { $verdict ->
        [mediation] chỉ đến hoà giải
        [complaint] chỉ đến nơi tiếp công dân
        [other_agency] chỉ đến nơi khác
       *[unlawful] báo không trả lời được
    }
o-event-opinion-proposed =
    { $at } { $who } trình lãnh đạo: { $verdict ->
        [beyond_authority] kiến nghị lên trên
        [final_decision_exists] đã có kết luận cuối
       *[unlawful] nội dung không trả lời được
    }
o-event-opinion-agreed = { $at } { $who } đồng ý
o-event-opinion-disagreed = { $at } { $who } không đồng ý, trả về Văn phòng
o-event-opinion-petitioned = { $at } { $who } kiến nghị lên cấp trên
o-event-opinion-joined-answered = { $at } { $who } thấy đã trả lời ở { $code }
o-event-opinion-transcribed =
    { $at } { $who } chép lại ghi âm{ $count ->
        [1] {""}
       *[other] , thành { $count } việc
    }
o-event-opinion-split = { $at } { $who } tách thành { $count } việc
o-event-opinion-split-off = { $at } { $who } tách từ { $code }
o-event-opinion-rewritten = { $at } { $who } chép lại cho đúng
o-event-opinion-confirmed = { $at } người gửi xác nhận lời chép
o-event-opinion-disputed = { $at } người gửi nói chưa đúng lời mình
o-event-opinion-interpreter-asked = { $at } { $who } nhờ người hiểu tiếng Nùng, Tày

## Bà con

button-unsure = Tôi không rõ
button-written-right = Đúng rồi
button-written-wrong = Chưa đúng
button-add-to-draft = Thêm vào lời đang dở
notice-asked =
    Xã hỏi thêm về { $code }: { $question }
    { -Goi } nhắn, gửi ảnh hay ghi âm đều được.
notice-asked-again =
    Xã vẫn đợi { -goi } nói thêm về { $code }: { $question }
    { -Goi } nhắn, gửi ảnh hay ghi âm đều được.
unsure-noted = Xã ghi rồi: { -goi } không rõ. Văn phòng xem tiếp { $code }.
where-draft = Lời này { -goi } nói thêm cho { $code }, hay cho việc đang nói dở?
decided-petition = { $code }: việc của cấp trên. Xã đã kiến nghị lên { $authority }, có kết quả sẽ báo { -goi }.
decided-refused = { $code }: xã không trả lời được nội dung này. Lý do: { $reason }
way-one-stop = { $code }: hồ sơ, giấy tờ { -goi } nộp ở { $place }. Mang theo căn cước và giấy tờ của việc ấy. Hồ sơ đã nộp mà chậm thì { -goi } hỏi ở đây được. Cần hỏi thêm thì gọi { $hotline }.
way-police = { $code }: việc này Công an xã giải quyết. { -Goi } đến Công an xã, mang theo căn cước. Việc gấp gọi 113; cần chỉ chỗ thì gọi { $hotline }.
way-power = { $code }: việc này bên điện lực làm. { -Goi } gọi điện lực; không có số thì gọi { $hotline }, xã chỉ giúp.
way-court = { $code }: việc này toà án giải quyết. { -Goi } nộp đơn ở toà án, mang theo căn cước và giấy tờ của việc ấy. Cần chỉ nơi nộp thì gọi { $hotline }.
way-named = { $code }: việc này { -goi } đến { $place }. Cần hỏi thêm thì gọi { $hotline }.
way-mediation = { $code }: việc giữa hai nhà thì hoà giải trước. { -Goi } gặp { $place }, mang theo giấy tờ có liên quan. Cần hỏi thêm thì gọi { $hotline }.
way-complaint = { $code }: muốn xem lại một quyết định thì { -goi } đến nơi tiếp dân: { $place }. Mang theo quyết định ấy và căn cước; nói hoặc nộp đơn ở đó. Cần hỏi thêm thì gọi { $hotline }.
written-line = { $code }: { $words }
notice-written =
    { $count ->
        [1] Văn phòng nghe đoạn ghi âm { $code }, chép lại:
       *[other] Văn phòng nghe đoạn ghi âm { $code }, chép thành { $count } việc:
    }
    { $list }
    Chép thế đúng lời { -goi } chưa?
notice-split =
    Văn phòng tách lời { -goi } ở { $code } thành { $count } việc:
    { $list }
    Tách thế đúng lời { -goi } chưa?
written-right = Mỗi việc xã trả lời riêng. { -Goi } nhắn mã nào máy báo việc ấy.
written-right-one = Xã ghi rồi. { -Goi } nhắn { $code } là máy báo việc ấy.
written-wrong = Chỗ nào ở { $code } chưa đúng, { -goi } nhắn hoặc ghi âm một câu. Máy báo Văn phòng rồi.
