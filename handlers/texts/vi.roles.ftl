# Vai trò: mời, thôi, cho đọc việc kín; trưởng thôn, Mặt trận, quản trị; nhập hộ bà con.

o-card-entered =
    { $role ->
        [village_head] trưởng thôn nhập hộ
        [observer] Mặt trận nhập hộ
       *[clerk] nhập hộ
    }
o-card-blank = Thẻ này không còn ở đây nữa.

## Vai trò

o-roles =
    Đang giữ vai trò: { $count }.
    { $list }
    Xem ai?
o-role-line = { $number }. { $who }
o-role-card =
    { $who }
    Từ { $since } · Đọc việc kín: { $sealed ->
        [yes] có
       *[no] không
    }
o-role-gone = Vai trò này đã thôi. Không đổi gì.
o-role-own = Không tự đổi vai trò của mình. Nhờ lãnh đạo khác hoặc quản trị.
o-role-revoke-sure =
    { $who }
    Thôi vai trò thì tài khoản này không còn thấy việc gì, ngay lập tức. Việc đang giao ở lại với bộ phận, sổ còn nguyên.
    Thôi chứ?
o-role-revoked = Đã thôi vai trò: { $who }.
o-role-sealed-opened = Đã cho đọc việc kín. Mỗi lần mở là một dòng nhật ký.
o-role-sealed-closed = Đã thôi cho đọc việc kín.
o-role-post-ask =
    { $who }
    Gõ chức danh để nhận ra, ví dụ: Phó Chủ tịch
o-role-post-length = Chức danh dài từ 1 đến 60 ký tự. Gõ lại.
o-role-post-set = Đã ghi chức danh.
notice-role-ended = Vai trò cán bộ của tài khoản này đã thôi. Từ nay tài khoản dùng như của bà con: nhắn là gửi ý kiến.

## Mời

o-menu-viec-leader = Việc chờ lãnh đạo
o-menu-viec-village-head = Việc của thôn
o-menu-viec-observer = Vấn đề để xem lại
o-menu-viec-admin = Vai trò và lời mời
o-menu-vaitro = Ai giữ vai trò gì
o-menu-themnguoi = Mời cán bộ
o-invite-whom = Mời vai trò nào?
o-invite-unit = Bộ phận nào?
o-invite-village = Thôn nào?
o-invite-not-that = Không mời được “{ $typed }”.
o-invited =
    Mã mời { $role }, { $place }: <code>{ $code }</code>
    Chuyển cho người ấy nhắn vào máy này: <code>/start { $code }</code>
    Dùng một lần, đến { $until }.

## Trưởng thôn, nhập hộ

o-village-home =
    { $village }: { $all } ý kiến.
    Văn phòng đang đọc: { $office } · Đang lo: { $hand } · Đã trả lời: { $answered }
    Lời của bà con do Văn phòng đọc. Bà con không có máy thì nhập hộ.
o-enter-ask = Gõ lời bà con nói, nguyên văn. Gửi kèm ảnh, ghi âm được.
o-enter-preview =
    Nhập hộ, xem lại: { $held }
    Ở: { $village }
    Đọc cho bà con nghe: { $office } giữ lời này, tên thôn (và tên nếu muốn) để xem xét và trả lời, giữ { $retention }, lúc nào cũng rút, xoá được. Không ghi tên vẫn được trả lời.
    Bà con đồng ý chứ?
o-enter-name = Tên người nhờ? Có số điện thoại thì ghi cả.
o-entered =
    { $code }. Đọc mã này cho người nhờ.
    Có trả lời, máy nhắn vào đây để đọc lại.
o-entered-none = Chưa nhập hộ ý kiến nào.
o-entered-list =
    Đã nhập hộ:
    { $list }
o-entered-line = { $code } · “{ $words }” · { $state }
o-entry =
    { $code } · { $village } · nhập hộ
    “{ $words }”
    Đang ở: { $state }.
notice-answer-read-out =
    Xã trả lời { $code }, ý kiến đã nhập hộ. Đọc lại cho người nhờ:

    { $body }

    Người nhờ thấy rõ chưa?
notice-answer-read-out-files =
    Xã trả lời { $code }, ý kiến đã nhập hộ (kèm { $files }). Đọc lại cho người nhờ:

    { $body }

    Người nhờ thấy rõ chưa?

## Mặt trận, quản trị

o-observer-home =
    Vấn đề: { $issues } · Đã trả lời: { $answered } · Chưa xem lại: { $unreviewed }
    Mặt trận đọc mọi vấn đề, không thấy tên người.
o-issue-state =
    { $state ->
        [open] chờ giao
        [assigned] đang lo
        [drafted] chờ duyệt trả lời
        [approved] đã duyệt, chờ gửi
        [answered] đã trả lời
        [settled] đã xong
       *[closed] không còn ai hỏi
    }
o-observed =
    { $code } · { $village } · { $people } người
    “{ $words }”
    { $unit }, hạn { $due } · { $state }
o-observed-answer =
    Trả lời:
    { $body }
o-observed-settled = Mặt trận: đã giải quyết thật.
o-observed-unsettled = Mặt trận: chưa, vì { $reason }
o-observe-why = { $code } chưa giải quyết thật vì sao? Gõ một câu, Văn phòng và lãnh đạo đọc.
notice-review =
    Mặt trận: { $code } chưa giải quyết thật, vì:
    “{ $reason }”
o-admin-home = Quản trị: vai trò và lời mời. Không đọc ý kiến của bà con.

## Nút

o-button-roles = Danh sách
o-button-revoke = Thôi vai trò
o-button-revoke-sure = Thôi vai trò này
o-button-keep-role = Không đổi
o-button-seal = Cho đọc việc kín
o-button-unseal = Thôi đọc việc kín
o-button-post = Ghi chức danh
o-button-invite = Mời người
o-button-enter = Nhập hộ bà con
o-button-enter-another = Nhập hộ nữa
o-button-entered = Đã nhập hộ
o-button-agreed-unnamed = Đồng ý, không tên
o-button-agreed-named = Đồng ý, có tên
o-button-not-agreed = Không đồng ý, xoá
o-button-observe = Xem lần lượt
o-button-truly = Đã giải quyết thật
o-button-not-truly = Chưa, vì…

## Nhật ký

o-event-opinion-entered = { $at } { $who } nhập hộ
o-event-issue-found-settled = { $at } Mặt trận: đã giải quyết thật
o-event-issue-found-unsettled = { $at } Mặt trận: chưa giải quyết thật
o-event-official-revoked = { $at } { $who } cho thôi vai trò
o-event-commitment-handed-on = { $at } việc hẹn sang lãnh đạo khác

## Giới thiệu vai trò

o-about-approving = Câu trả lời chờ duyệt về thành thẻ ở đây. Duyệt từng câu, mỗi câu chọn một lần. Lời mới của bà con do Văn phòng đọc trước.
o-about-staff = Việc giao cho bộ phận về thành thẻ ở đây. Trả lời: { $replies ->
        [yes] bấm nút trên thẻ, hoặc nhắn đáp vào thẻ.
       *[no] chọn ở dưới thẻ, hoặc gõ /traloi mã rồi lời.
    } Câu nào cũng được lãnh đạo duyệt trước khi gửi.
o-about-village-head = Xem được số việc của thôn. Lời của bà con do Văn phòng đọc. Nhập hộ người không có máy thì có trả lời, máy nhắn vào đây để đọc lại.
o-about-observer = Đọc được mọi vấn đề xã đã nhận, không thấy tên người. Việc nào trả lời rồi thì ghi đã giải quyết thật hay chưa.
o-about-admin = Vai trò và lời mời. Không đọc ý kiến của bà con.
