# Hội nghị: đặt, dời, huỷ, lãnh đạo đồng ý, việc luật đòi; phần bà con: dự, phát biểu, nhắc, báo dời.

## Văn phòng đặt

o-conference-content = Bà con hỏi, kiến nghị với lãnh đạo xã về đường sá, đất đai, điện nước, chế độ và việc khác ở thôn; lãnh đạo xã trả lời tại chỗ
o-conference-ways = đến trực tiếp, hoặc gửi ý kiến trước cho xã qua trưởng thôn, qua máy trả lời tự động của xã
o-conference-line =
    { $days ->
        [0] Hội nghị hôm nay: { $when }.
       *[other] Hội nghị: { $when }, còn { $days } ngày.
    }
o-day-remark =
    { $day ->
        [worked] Không trùng ngày nghỉ
        [weekend] Trùng ngày nghỉ cuối tuần
       *[off] Trùng ngày nghỉ lễ
    }{ $market ->
        [none] {""}
        [yes] , trùng chợ phiên
       *[no] , không trùng chợ phiên
    }.
o-plan-ask-place =
    { $when }. { $remark }
    Họp ở đâu?
o-plan-ask-content = Gõ nội dung hội nghị, đúng lời bà con sẽ đọc.
o-plan-ask-ways = Gõ cách dự, đúng lời bà con sẽ đọc.
o-plan-ask-agenda = Gõ chương trình, mỗi mục một dòng.
o-plan-ask-collect = Nhận ý kiến đến hết ngày nào? Ví dụ: 5/12
o-plan-ask-pin = Gửi vị trí nơi họp, hoặc dán toạ độ chép từ bản đồ, ví dụ: 21.8525, 106.7610
o-plan-ask-cluster = Cụm { $number }: chọn các thôn họp chung.
o-plan-ask-cluster-when = { $villages }: họp lúc nào, ở đâu? Gõ như: 10/12 7h30, Nhà văn hoá Thôn mẫu 1
o-plan-ask-reason = Lý do, bà con sẽ đọc:
o-plan-ask-override = Luật đòi thông báo ít nhất { $days } ngày trước. Gõ lý do vẫn giữ ngày này; lý do ghi vào sổ.
o-plan-edit-which = Sửa việc nào?
o-plan-stands = Đang là: { $text }
o-plan-text-length = Gõ từ 1 đến { $limit } ký tự.
o-plan-reason-length = Gõ lý do từ 1 đến { $limit } ký tự.
o-plan-collect-unreadable = Chưa đọc được ngày trong “{ $typed }”. Gõ lại, ví dụ: 5/12
o-plan-collect-late = Nhận ý kiến thì hết trước ngày họp. Gõ ngày khác.
o-plan-too-soon =
    Không đặt được { $day }: luật đòi thông báo ít nhất { $days } ngày trước.
    Thông báo hôm nay thì sớm nhất là { $earliest }. Gõ ngày khác.
o-plan-where = Giờ, nơi: { $meetings }
o-plan-content = Nội dung: { $text }
o-plan-lacks-content = Nội dung: chưa có, luật đòi
o-plan-ways = Cách dự: { $text }
o-plan-lacks-ways = Cách dự: chưa có, luật đòi
o-plan-agenda = Chương trình: { $text }
o-plan-pinned = Có vị trí trên bản đồ.
o-plan-collect = Nhận ý kiến: đến hết { $day }
o-plan-law = Luật: thông báo chậm nhất hết { $announce } · công bố kết quả chậm nhất hết { $publish }
o-plan-overridden = Không kịp hạn luật, vẫn giữ ngày vì: “{ $reason }”
o-plan-field =
    { $field ->
        [starts_at] giờ
        [place] nơi họp
        [content] nội dung
       *[ways] cách dự
    }
o-plan-incomplete = Còn thiếu: { $fields }. Luật đòi đủ giờ, nơi, nội dung, cách dự.
o-plan-nothing-changed = Chưa có gì khác với bản đang giữ.
o-plan-overtaken = Hội nghị này đã đổi từ lúc mở. Gõ /hoinghi xem lại.
o-plan-set-meanwhile =
    { $who } vừa đặt hội nghị: { $meets }
    Chưa đổi gì. Gõ /hoinghi xem lại.
o-plan-preview-move =
    Dời { $before }
    → { $after }
    Hạn thông báo mới: hết { $announce }, { $late ->
        [yes] không kịp
       *[no] còn kịp
    }. Công bố kết quả: hết { $publish }.
    Báo lại: { $told } người đã được nhắn, { $registered } người đăng ký, { $heads } trưởng thôn. Nhắc cũ bỏ hết. Hạn nhận ý kiến: { $collect }.
o-plan-preview-edit =
    Sửa thành:
    { $details }
o-plan-moved-because = Dời vì “{ $reason }”. Tin báo bà con đã soạn sẵn.
o-plan-proposed =
    Đã trình lãnh đạo { $kind ->
        [set] đặt
        [move] sửa
       *[cancel] huỷ
    }: { $title }
    { $meets }
    Bà con chưa thấy gì.
o-plan-done =
    { $kind ->
        [set] Đã đặt
        [move] Đã sửa
       *[cancel] Đã huỷ
    }: { $title }
    { $meets }
    { $kind ->
        [set] Bà con gõ /hoinghi là thấy. Báo ngay cho mọi người: /phattin
       *[other] Ai đã được nhắn thì máy báo lại.
    }
o-plan-state =
    { $state ->
        [proposed] Chưa đặt: chờ lãnh đạo đồng ý.
        [planned] Đã đặt, chưa thông báo.
        [announced] Đã thông báo.
        [held] Đã họp.
       *[other] Đã xong.
    }
o-plan-turnout = Đăng ký: { $coming } người đến, { $speaking } xin nói{ $asked ->
        [0] {""}
       *[other] , { $asked } chưa trả lời ngày mới
    }.
o-plan-waits =
    Chờ lãnh đạo đồng ý { $kind ->
        [set] đặt
        [move] sửa
       *[cancel] huỷ
    }. { $meets }
o-plan-refused =
    Lãnh đạo chưa đồng ý { $kind ->
        [set] đặt
        [move] sửa
       *[cancel] huỷ
    }: “{ $reason }”
o-cluster-chosen = ✓ { $village }
o-cluster-free = { $village }
o-cancel-ask =
    Huỷ hội nghị: { $meets }
    Báo cho { $told } người đã được nhắn. Lý do, bà con sẽ đọc:
o-cancel-review =
    Huỷ hội nghị: { $meets }
    Lý do bà con đọc: “{ $reason }”
o-papers =
    { $count ->
        [0] Chưa có tài liệu cho đại biểu. Gửi tệp hoặc ảnh vào đây.
       *[other] Tài liệu cho đại biểu: { $list }. Gửi thêm tệp hoặc ảnh thì cứ gửi.
    }
o-papers-only-files = Bước này nhận tệp hoặc ảnh.
o-paper-unnamed = tài liệu { $number }

## Lãnh đạo

o-decide-set =
    { $who } trình đặt hội nghị:
    { $details }
o-decide-agreed-with = Đã thống nhất với Thường trực HĐND, Mặt trận, Đảng uỷ?
o-decide-move =
    { $who } trình dời hội nghị: { $before } → ngày mới:
    { $details }
    Lý do bà con đọc: “{ $reason }”. Báo lại { $told } người.
o-decide-edit =
    { $who } trình sửa hội nghị thành:
    { $details }
o-decide-cancel =
    { $who } trình huỷ hội nghị: { $meets }
    Lý do bà con đọc: “{ $reason }”. Báo lại { $told } người.
o-decide-too-soon =
    Đồng ý hôm nay thì thông báo không kịp { $days } ngày luật đòi. Sớm nhất là { $earliest }.
    Đổi ngày, hay vẫn giữ?
o-decide-past = Giờ họp được trình đã qua. Đổi ngày.
o-decide-ask-refusal = Vì sao chưa? Chọn hoặc gõ một câu, Văn phòng đọc được.
o-refusal-unsettled = Chưa thống nhất xong
o-refusal-day = Cần ngày khác
o-decide-over =
    { $state ->
        [agreed] { $who } đã đồng ý lúc { $at }.
        [refused] { $who } chưa đồng ý lúc { $at }: “{ $reason }”
        [withdrawn] Đã rút lại lúc { $at }. Bà con không bị báo gì.
       *[submitted] Đang chờ lãnh đạo.
    }
o-change-decided =
    { $state ->
        [agreed] { $who } đồng ý { $kind ->
            [set] đặt hội nghị: { $meets }
                Việc luật đòi bắt đầu tính ngày.
            [move] sửa hội nghị: { $meets }
           *[cancel] huỷ hội nghị.
        }
       *[refused] { $who } chưa đồng ý { $kind ->
            [set] đặt hội nghị
            [move] sửa hội nghị
           *[cancel] huỷ hội nghị
        }: “{ $reason }”
    }

## Việc luật đòi

o-law-announce =
    { $done ->
        [yes] Thông báo theo luật: đã đủ, hạn hết { $day }.
       *[no] { $stands ->
            [late] Thông báo theo luật: quá hạn { $days } ngày, hạn hết { $day }.
            [today] Thông báo theo luật: hết hôm nay, { $day }.
           *[ahead] Thông báo theo luật: hết ngày { $day }, còn { $days } ngày.
        }
    }
    { $items }
o-law-publish =
    { $done ->
        [yes] Công bố kết quả: đã đủ ba việc luật đòi, hạn hết { $day }.
       *[no] { $stands ->
            [late] Công bố kết quả: quá hạn { $days } ngày, hạn hết { $day }.
            [today] Công bố kết quả: hết hôm nay, { $day }.
           *[ahead] Công bố kết quả: hết ngày { $day }, còn { $days } ngày.
        }
    }
    { $items }
o-law-item =
    { $kind ->
        [loudspeaker] đài truyền thanh { $count }/{ $of } thôn
        [receipt] gửi trưởng thôn { $count }/{ $of }
        [group] nhóm thôn { $count }/{ $of }
        [portal] trang thông tin xã: { $done ->
            [yes] có
           *[no] chưa
        }
        [notice] niêm yết thông báo: { $done ->
            [yes] có
           *[no] chưa
        }
        [media] phương tiện thông tin: { $done ->
            [yes] có
           *[no] chưa
        }
       *[posted] niêm yết trụ sở: { $done ->
            [yes] có
           *[no] chưa
        }
    }
o-law-where =
    { $kind ->
        [loudspeaker] Thôn nào đã đọc loa?
       *[receipt] Trưởng thôn nào đã nhận?
    }
o-law-ticked =
    Đã ghi: { $kind ->
        [loudspeaker] đọc loa
        [receipt] trưởng thôn đã nhận
        [group] chuyển nhóm
        [portal] đăng trang thông tin xã
        [notice] niêm yết thông báo
        [media] đăng, đọc loa kết quả
       *[posted] niêm yết kết quả ở trụ sở
    }{ $village ->
        [none] {""}
       *[other] , { $village }
    }. Có ảnh, tệp hay đường dẫn làm chứng thì gửi vào đây.
o-law-too-early = Hội nghị chưa họp, việc này chưa đánh dấu được.
o-law-evidence-kept = Đã giữ làm chứng. Còn gì thì gửi tiếp.
o-due-answers =
    { $days ->
        [0] Hôm nay họp
       *[other] Còn { $days } ngày là họp
    }, { $count } vấn đề chưa có câu trả lời được duyệt.
o-due-law-late =
    Trễ hạn luật, { $day }.
    { $clock }
o-digest-conference-change = Chờ đồng ý ngày họp: { $count }.
o-digest-hall =
    { $hall } vấn đề trong hội trường, { $answered } đã trả lời qua tin nhắn. { $speaking } người xin nói, { $villages } thôn.
o-digest-hall-unanswered = Chưa có phương án: { $count } vấn đề.

## Nút của cán bộ

o-button-plan = Đặt lịch
o-button-propose = Trình Chủ tịch
o-button-by-clusters = Theo cụm thôn
o-button-cluster-done = Xong cụm này
o-button-edit-content = Sửa nội dung
o-button-edit-ways = Sửa cách dự
o-button-edit-agenda = Sửa chương trình
o-button-edit-collect = Sửa hạn nhận ý kiến
o-button-edit-pin = Ghim bản đồ
o-button-edit-other = Sửa việc khác
o-button-edit-reason = Sửa lý do
o-button-break-rule = Vẫn đặt, ghi lý do
o-button-keep-date = Vẫn giữ ngày, ghi lý do
o-button-other-day = Đổi ngày
o-button-not-yet = Chưa
o-button-law = Việc luật đòi
o-button-documents = Tài liệu đại biểu
o-button-cancel-conference = Huỷ hội nghị
o-button-cancel-now = Huỷ, báo bà con
o-button-next-conference = Đặt hội nghị sau
o-button-papers-done = Xong
o-button-unpaper = Bỏ { $name }
o-button-prove =
    { $kind ->
        [loudspeaker] Đã đọc loa
        [receipt] Trưởng thôn đã nhận
        [group] Đã chuyển nhóm
        [portal] Đã đăng trang xã
        [notice] Đã niêm yết
        [media] Đã đăng, đã đọc loa
       *[posted] Đã niêm yết
    }
o-button-next-proof = Việc luật đòi khác
o-button-unprove = Chọn nhầm

## Bà con

conference =
    { $title }
    { $meets }
conference-meets = { $when }, { $place }.
conference-cluster = { $villages }: { $when }, { $place }.
conference-content = Nội dung: { $text }.
conference-agenda =
    Chương trình:
    { $text }
conference-ways = Cách dự: { $text }.
conference-collects = Gửi ý kiến vào đây đến hết { $day } thì vào danh sách của hội nghị.
conference-closed = Danh sách cho hội nghị đã chốt ngày { $day }. Việc mới xã vẫn nhận và trả lời như thường.
conference-registered =
    { $comes ->
        [yes] { -Goi } đã báo sẽ đến{ $speaks ->
            [about] , xin phát biểu về { $code }
            [yes] , xin phát biểu
           *[no] {""}
        }.
        [no] { -Goi } đã báo không đến được.
       *[asked] Ngày họp đã đổi, { -goi } chưa báo đến được hay không.
    }
conference-coming =
    Xã ghi { -goi } sẽ đến.
    { $meets }
    { $reminded }
conference-reminded =
    { $days ->
        [0] { $hour } giờ { $minute } hôm họp, máy nhắc { -goi }.
        [1] { $hour } giờ { $minute } hôm trước ngày họp, máy nhắc { -goi }.
       *[other] { $hour } giờ { $minute }, { $days } ngày trước ngày họp, máy nhắc { -goi }.
    }
conference-declined = Máy ghi { -goi } không đến được. Điều muốn nói { -goi } gửi trước vào đây, xã vẫn trả lời.
conference-speak-which = { -Goi } nói về việc nào?
conference-speaks-about = Đã ghi { -goi } phát biểu về { $code }. { $reminded }
conference-speaks = Đã ghi { -goi } xin phát biểu. { $reminded }
conference-cancelled = Hội nghị { $day } không họp. Lý do: { $reason }
conference-over = Hội nghị này đã qua. Việc của { -goi } xã vẫn nhận và trả lời như thường.
attend-consent =
    { -Goi } đến thì { $office } giữ tài khoản chat này để nhắc { -goi } ngày họp và báo khi đổi ngày. Văn phòng và lãnh đạo thấy số người, không thấy tên. Giữ { $retention }; { -goi } xoá lúc nào cũng được, gõ "dữ liệu".
    { -Goi } đồng ý chứ?
attend-refused = Máy không giữ gì. { -Goi } vẫn đến họp được, không cần báo trước.
list-closed =
    Danh sách cho hội nghị đã chốt ngày { $day }. Việc của { -goi } xã vẫn nhận và trả lời như thường, không phải đợi năm sau. { -Goi } gửi tiếp chứ?
asked-in-hall = Đã ghi { -goi } xin phát biểu tại hội nghị. Lời vừa nhắn máy còn giữ, chưa gửi cho ai.

notice-reminder =
    { $days ->
        [0] { $part ->
            [morning] Sáng nay
            [noon] Trưa nay
            [afternoon] Chiều nay
           *[evening] Tối nay
        }
        [1] { $part ->
            [morning] Sáng mai
            [noon] Trưa mai
            [afternoon] Chiều mai
           *[evening] Tối mai
        }
       *[other] Còn { $days } ngày
    }, { $day }, { $hour } giờ { $minute }, hội nghị đối thoại ở { $place }.
notice-reminder-speaks =
    { $code ->
        [none] { -Goi } đã đăng ký phát biểu.
       *[other] { -Goi } đã đăng ký nói về { $code }.
    }
notice-moved =
    { $what ->
        [place] Hội nghị ngày { $old } đổi nơi họp: nay ở { $place }, vẫn lúc { $when }.
        [hour] Hội nghị ngày { $old } đổi giờ: nay là { $when }, { $same ->
            [yes] vẫn ở { $place }
           *[no] ở { $place }
        }.
       *[day] Hội nghị ngày { $old } dời sang { $when }, { $same ->
            [yes] vẫn ở { $place }
           *[no] ở { $place }
        }. Ngày { $old } không họp.
    }
    Lý do: { $reason }. Xã mong { $reader ->
        [one] { -goi } thông cảm.
       *[many] bà con thông cảm.
    }{ $reader ->
        [one] {""}
            { $what ->
                [place] Nơi mới { -goi } đến được không?
                [hour] Giờ mới { -goi } đến được không?
               *[day] Ngày mới { -goi } đến được không?
            }
       *[many] {""}
    }
notice-moved-clusters =
    Hội nghị ngày { $old } đổi lịch:
    { $meets }
    Lý do: { $reason }. Xã mong { $reader ->
        [one] { -goi } thông cảm. Lịch mới { -goi } đến được không?
       *[many] bà con thông cảm.
    }
notice-cancelled =
    Hội nghị đối thoại { $day } không họp.
    Lý do: { $reason }. Xã mong bà con thông cảm. Việc đã gửi xã vẫn xem xét và trả lời như thường.
notice-way = { $place }: { $link }
notice-calendar = Mở tệp này để ghi ngày họp vào lịch điện thoại.
notice-paper = Tài liệu: { $title }

button-coming = Tôi sẽ đến
button-can-come = Đến được
button-not-coming = Không đến được
button-speak-there = Tôi muốn phát biểu
button-something-else = Việc khác
button-way = Chỉ đường
button-calendar = Ghi vào lịch
button-papers = Lịch, tài liệu
button-no = Không
button-ask-in-hall = Hỏi tại hội nghị
