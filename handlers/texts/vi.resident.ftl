# Lời máy nói với bà con. Quy tắc lời: ngắn, câu hỏi ở dòng cuối, không dấu chấm than.

## Ngày giờ, tệp, trạng thái (dùng chung với cán bộ)

day =
    { $weekday ->
        [0] Thứ Hai
        [1] Thứ Ba
        [2] Thứ Tư
        [3] Thứ Năm
        [4] Thứ Sáu
        [5] Thứ Bảy
       *[6] Chủ Nhật
    } { $date } ({ $day ->
        [1] mồng 1
        [2] mồng 2
        [3] mồng 3
        [4] mồng 4
        [5] mồng 5
        [6] mồng 6
        [7] mồng 7
        [8] mồng 8
        [9] mồng 9
        [10] mồng 10
        [15] rằm
       *[other] { $day }
    } tháng { $month }{ $leap ->
        [yes] {" "}nhuận
       *[no] {""}
    } âm)
when = { $hour } giờ { $minute }, { $day }
files =
    { $kind ->
        [photo] { $count } ảnh
        [voice] { $count } đoạn ghi âm
       *[document] { $count } tệp
    }
minutes = { $count } phút
seconds = { $count } giây
village-elsewhere = Chỗ khác, không rõ
state =
    { $state ->
        [needs_detail] Xã đang hỏi thêm { -goi }
        [accepted] Xã đang lo
        [answered] Xã đã trả lời
        [settled] Đã xong
        [redirected] Việc này { -goi } đến nơi khác, máy đã chỉ cách
        [withdrawn] { -Goi } đã rút
        [reopened] Xã đang xem lại theo lời { -goi }
       *[received] Xã đã nhận, đang đọc
    }
state-assigned = { $unit } đang lo
