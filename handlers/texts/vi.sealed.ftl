# Việc về một người: lời nói với bà con, với người đọc kín, và trang mở một lần. Không lời nào nhắc lại nội dung.

## Hỏi bà con, trước khi chuyển cho ai

accuse-ask =
    Lời này máy chưa chuyển cho ai. Trưởng thôn và các bộ phận không thấy.
    { -Goi } đang nói một người cụ thể làm sai, phải không?
accuse-who = Người đó là ai? Máy hỏi để người ấy không được đọc lời { -goi }.
accuse-who-of = { $code } nói về một người, máy đã cất riêng. Người đó là ai? Máy hỏi để người ấy không được đọc lời { -goi }.
accuse-ways =
    Tố cáo thì luật nhận theo hai cách: { -goi } gửi đơn có ký tên, hoặc đến nói trực tiếp để cán bộ ghi lại rồi { -goi } ký. Nơi tiếp dân: { $reception }. Luật buộc giữ kín tên người tố cáo.
    Nhắn qua đây chưa phải là đơn. { -Goi } có mấy cách:
accuse-ways-of =
    { $code } nói về một người, máy đã cất riêng. Tố cáo thì luật nhận theo hai cách: { -goi } gửi đơn có ký tên, hoặc đến nói trực tiếp để cán bộ ghi lại rồi { -goi } ký. Nơi tiếp dân: { $reception }. Luật buộc giữ kín tên người tố cáo.
    Nhắn qua đây chưa phải là đơn. { -Goi } có mấy cách:
accuse-leader =
    Việc về lãnh đạo xã thì xã không tự xem. { -Goi } gửi đơn ký tên hoặc đến: { $province }; nếu là việc đảng viên: { $inspection }.
    Máy không chuyển lời này cho ai ở xã. { -Goi } chép lại địa chỉ rồi chọn xoá; không chọn thì hết hôm nay máy tự xoá.
accuse-leader-of =
    { $code } nói về lãnh đạo xã thì xã không tự xem, lời ấy máy xoá rồi. { -Goi } gửi đơn ký tên hoặc đến: { $province }; nếu là việc đảng viên: { $inspection }.
    { -Goi } chép lại địa chỉ rồi chọn xoá; không chọn thì hết hôm nay máy tự xoá cả mã này.
accuse-general = { -Goi } nhắn lại phần muốn hỏi, không nêu người nào. Ví dụ: ai được vào danh sách hỗ trợ, danh sách dán ở đâu?
accuse-erased = Máy xoá rồi, không giữ gì.
accuse-erased-come = Máy xoá rồi, không giữ gì. Nơi tiếp dân: { $reception }.

## Gửi kín

accuse-reader = người được xã giao đọc việc kín
accuse-consent = Chỉ { $reader } đọc được, không thấy tên và tài khoản của { -goi }. Không vào tổng hợp, không nêu ở hội nghị, không đăng. { -Goi } cho { $office } giữ lời này để xem xét chứ? Giữ { $retention }, { -goi } rút lúc nào cũng được.
accuse-consent-whole =
    Ai giữ: { $office }.
    Giữ gì: lời, ảnh, tiếng, thôn; tài khoản chat chỉ để máy báo lại { -goi }.
    Ai đọc: { $reader }, không thấy tên và tài khoản. Người bị nêu và bộ phận của người ấy không đọc được. Mỗi lần mở đều ghi vào sổ.
    Để làm gì: xem xét; có chứng cứ rõ thì kiểm tra, hoặc chuyển nơi có quyền kiểm tra. Không vào tổng hợp, không nêu ở hội nghị, không đăng.
    Bao lâu: { $retention }. { -Goi } nhắn mã của việc để nói thêm, để rút; nhắn “dữ liệu” để tải về, xoá.
    Ứng dụng nhắn tin cũng lưu tin trên máy chủ của họ; Telegram ở nước ngoài.
    { -Goi } có cho giữ không?
accuse-sealed =
    Đã gửi kín, mã { $code }. Từ đây máy không nhắc lại nội dung, phòng khi người khác cầm máy. Điện thoại dùng chung thì { -goi } nên xoá đoạn tin này.
    Có giấy tờ, ảnh làm chứng thì { -goi } nhắn { $code } rồi gửi kèm: có chứng cứ rõ thì luật buộc xã kiểm tra, hoặc chuyển nơi có quyền kiểm tra.
accuse-more = { $code }: đang xem xét. Muốn nói thêm, { -goi } gửi tiếp vào đây.
accuse-withdraw-sure = Rút { $code } thì máy xoá lời ấy, xã thôi xem xét. { -Goi } rút chứ?
accuse-withdrawn = Đã rút { $code }, lời ấy máy xoá rồi.
accuse-told =
    { $code }: { $state ->
        [taught] xã xem rồi, chưa đủ căn cứ. Tố cáo thì luật nhận theo hai cách: đơn có ký tên, hoặc đến nói trực tiếp để cán bộ ghi lại rồi { -goi } ký. Nơi tiếp dân: { $reception }.
        [passed] đã chuyển nơi có quyền kiểm tra.
        [beyond] việc này vượt thẩm quyền của xã, đã chuyển cơ quan có quyền.
        [returned] xã xem như ý kiến thường, đã che tên người. Có trả lời, máy nhắn vào đây.
       *[sealed] bảy ngày { -goi } chưa chọn, nên máy chuyển kín cho người được giao đọc. { -Goi } nhắn { $code } để nói thêm hoặc để rút.
    }
accuse-file-lost = { $code }: một tệp máy chưa lấy được, không phải lỗi của { -goi }. { -Goi } nhắn { $code } rồi gửi lại giúp.
held-sealed = Việc gửi kín: { $count }
notice-draft-unquoted =
    { $days ->
        [1] Hôm qua
       *[other] Hôm trước
    } { -goi } đang nói dở một việc, máy chưa chuyển cho ai.
    Gửi tiếp chứ?
button-accuse-yes = Phải, nói một người
button-accuse-no = Không, việc chung
button-target-village-head = Trưởng thôn
button-target-official = Cán bộ xã
button-target-leader = Lãnh đạo xã
button-target-other = Người khác
button-seal = Gửi kín
button-ask-generally = Chỉ hỏi việc chung
button-go-myself = Tôi đến trụ sở, xoá đi
button-seal-agree = Đồng ý, gửi kín
button-erase = Xoá lời này

## Cán bộ: rút thẻ, mở một lần

o-person-out = Đã rút thẻ này khỏi mọi danh sách. Người được nêu:
o-person-asked = Đã rút { $code }. Người gửi được hỏi theo hai cách luật nhận; người bị nêu và bộ phận của người ấy không đọc được.
o-person-leader = Đã rút { $code }, lời đã xoá: việc về lãnh đạo xã thì xã không giữ. Người gửi được chỉ nơi tiếp công dân của tỉnh.
o-person-told-already = Người được nêu đã chọn rồi. Không đổi gì.
o-person-asked-before = { $code } đã hỏi rồi: người gửi hoặc người đọc kín nói không phải tố cáo. Chưa đổi gì.
o-button-target-head = Trưởng thôn
o-button-target-official = Cán bộ xã
o-button-target-leader = Lãnh đạo xã
o-button-target-other = Khác
o-sealed-waits = Có 1 việc cần xem riêng. Nội dung không gửi qua tin nhắn.
o-sealed-over = Việc cần xem riêng này không còn chờ.
o-sealed-home = Xem riêng: { $count }. Nội dung không gửi qua tin nhắn.
o-sealed-no-reader = Chưa có người đọc kín mà đã có việc chờ. Chỉ định ở /vaitro: lãnh đạo khác hoặc quản trị cho, xã có một lãnh đạo thì tự nhận. Việc về cán bộ xã chỉ lãnh đạo đọc được.
o-sealed-link =
    Mở được một lần, trong 10 phút. Không chuyển cho ai:
    <a href="{ $link }">{ $link }</a>
o-button-open-once = Mở một lần, 10 phút
o-event-opinion-masked = { $at } { $who } che tên người, đưa về hàng chung

## Trang mở một lần

page-sealed-title = Việc xem riêng
page-sealed-door = Mở thì liên kết này hết hiệu lực; xem và xử lý trong 10 phút. Mỗi lần mở đều ghi vào sổ.
page-sealed-open = Mở
page-sealed-over-title = Liên kết này không mở được nữa
page-sealed-over = Mỗi liên kết mở được một lần, trong 10 phút. Cần xem thì chọn lại “Mở một lần” trong tin nhắn.
page-sealed-facts = { $code } · { $village } · gửi { $at }
page-sealed-evidence =
    { $evidence ->
        [yes] Có kèm chứng cứ. Thông tin rõ về người, có chứng cứ thì luật buộc kiểm tra hoặc chuyển nơi có quyền (Luật Tố cáo, Điều 25).
       *[no] Chưa kèm chứng cứ.
    }
page-sealed-quiet = Không có tên người gửi ở đây. Luật buộc giữ kín tên người tố cáo.
page-sealed-no-words = Không có lời, chỉ có tệp.
page-sealed-file = Tệp { $number }
page-sealed-photo = Ảnh { $number }
page-sealed-voice = Đoạn ghi âm { $number }
page-sealed-pending = Tệp { $number } chưa về tới máy chủ.
page-sealed-decide = Xử lý
page-sealed-taught = Không đủ căn cứ, đã chỉ cách
page-sealed-taught-note = Người gửi được báo là chưa đủ căn cứ, và hai cách luật nhận tố cáo.
page-sealed-passed = Có chứng cứ, chuyển kiểm tra
page-sealed-passed-note = Người gửi chỉ được báo là đã chuyển nơi có quyền kiểm tra.
page-sealed-beyond = Vượt thẩm quyền, chuyển { $place }
page-sealed-beyond-note = Người gửi chỉ được báo là đã chuyển cơ quan có quyền.
page-sealed-masked = Không phải tố cáo, che tên, trả về
page-sealed-masked-note = Sửa lại cho không còn nhận ra ai. Lời này về hàng chung cùng mã, Văn phòng đọc; bản gốc ở lại đây.
page-sealed-to = Chuyển đến
page-sealed-text = Lời đã che tên
page-sealed-confirm = Ghi và báo người gửi
page-sealed-missing = Chưa ghi được: ô ở dưới còn trống.
page-sealed-done-title = Đã ghi
page-sealed-done = Người gửi được báo, không kèm nội dung. Đóng trang này lại.
