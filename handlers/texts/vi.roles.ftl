# Vai trò: mời, thôi, cho đọc việc kín; trưởng thôn, Mặt trận, quản trị; nhập hộ bà con.

o-card-blank = Thẻ này không còn ở đây nữa.
