//! Letters as they go round in a province.

/// A letter: who writes to whom, about what.
pub(super) struct Letter {
    /// Short name of the writing agency.
    pub(super) from: &'static str,
    /// Subject.
    pub(super) subject: &'static str,
    /// Text.
    pub(super) text: &'static str,
    /// An attachment: its name, and its text (CSV) or nothing for a small PDF.
    pub(super) attachment: Option<(&'static str, Option<&'static str>)>,
    /// Minutes before now.
    pub(super) age: i64,
    /// Already read.
    pub(super) read: bool,
    /// Starred.
    pub(super) flagged: bool,
}

const SCHEDULE: &str = "\u{feff}Ngày,Giờ,Nội dung,Chủ trì,Địa điểm\r\n\
    23/11/2026,08:00,Giao ban tuần,Chủ tịch UBND tỉnh,Phòng họp số 1\r\n\
    24/11/2026,,Nghỉ Ngày Văn hóa Việt Nam,,\r\n\
    25/11/2026,14:00,Họp Ban Chỉ đạo chuyển đổi số,Phó Chủ tịch UBND tỉnh,Phòng họp trực tuyến\r\n\
    27/11/2026,08:30,Làm việc với UBND xã Nà Sơn,Giám đốc Sở,UBND xã Nà Sơn\r\n";

const LIST: &str = "\u{feff}STT,Họ và tên,Chức vụ,Địa chỉ thư,Lần đăng nhập gần nhất\r\n\
    1,Lò Thị Hương,Chuyên viên,lothihuong@sonminh.gov.vn,02/05/2026\r\n\
    2,Vũ Đức Tùng,Chuyên viên,vuductung@sonminh.gov.vn,chưa đăng nhập\r\n";

/// The letters, newest first.
pub(super) const LETTERS: [Letter; 16] = [
    Letter {
        from: "vpubnd",
        subject: "Lịch công tác tuần 48 của lãnh đạo Ủy ban nhân dân tỉnh",
        text: "Kính gửi: Các cơ quan, đơn vị,\n\nVăn phòng Ủy ban nhân dân tỉnh gửi lịch công tác tuần 48 (từ 23/11 đến 27/11/2026) kèm theo. Thứ Ba 24/11 nghỉ.\n\nĐề nghị các đồng chí chuẩn bị tài liệu trước buổi họp ít nhất 01 ngày.\n\nTrân trọng.",
        attachment: Some(("lich-cong-tac-tuan-48.csv", Some(SCHEDULE))),
        age: 35,
        read: false,
        flagged: true,
    },
    Letter {
        from: "skhcn",
        subject: "V/v rà soát hộp thư điện tử công vụ không phát sinh giao dịch trong 06 tháng",
        text: "Kính gửi: Thủ trưởng các cơ quan, đơn vị,\n\nThực hiện quy chế thiết lập, quản lý và sử dụng hệ thống thư điện tử công vụ, Sở Khoa học và Công nghệ gửi danh sách hộp thư chưa đăng nhập hoặc không sử dụng trong 06 tháng.\n\nĐề nghị cơ quan rà soát, có ý kiến bằng văn bản trong thời hạn 15 ngày làm việc kể từ ngày nhận được thông báo này.\n\nTrân trọng.",
        attachment: Some(("danh-sach-hop-thu.csv", Some(LIST))),
        age: 150,
        read: false,
        flagged: false,
    },
    Letter {
        from: "snv",
        subject: "Giấy mời họp triển khai công tác văn thư, lưu trữ năm 2027",
        text: "Sở Nội vụ trân trọng kính mời đại diện lãnh đạo và văn thư cơ quan dự họp.\n\nThời gian: 14 giờ 00, thứ Tư 25/11/2026.\nĐịa điểm: Phòng họp tầng 3, Sở Nội vụ.\n\nRất mong các đồng chí sắp xếp công việc, tham dự đầy đủ.",
        attachment: Some(("giay-moi-412-SNV.pdf", None)),
        age: 300,
        read: false,
        flagged: false,
    },
    Letter {
        from: "ttcntt",
        subject: "Thông báo bảo trì hệ thống thư điện tử công vụ đêm 28/11/2026",
        text: "Kính gửi: Các cơ quan, đơn vị, cá nhân sử dụng hệ thống,\n\nTrung tâm bảo trì máy chủ từ 22 giờ 00 thứ Bảy 28/11 đến 02 giờ 00 Chủ nhật 29/11/2026. Trong thời gian này không gửi, nhận được thư; thư gửi đến được giữ lại và chuyển tiếp khi hệ thống hoạt động trở lại.\n\nĐường dây hỗ trợ: 0200 123 456.",
        attachment: None,
        age: 540,
        read: true,
        flagged: false,
    },
    Letter {
        from: "stc",
        subject: "Đề nghị báo cáo tình hình giải ngân vốn đầu tư công tháng 11",
        text: "Kính gửi: Các chủ đầu tư,\n\nĐề nghị các đơn vị báo cáo tình hình giải ngân đến hết ngày 20/11/2026 theo biểu mẫu đã thống nhất, gửi về Sở Tài chính trước ngày 30/11/2026.\n\nMọi vướng mắc xin liên hệ Phòng Tài chính đầu tư.",
        attachment: None,
        age: 1300,
        read: false,
        flagged: true,
    },
    Letter {
        from: "syt",
        subject: "Tăng cường phòng, chống dịch bệnh mùa đông xuân 2026–2027",
        text: "Kính gửi: Ủy ban nhân dân các xã, phường,\n\nSở Y tế đề nghị các địa phương tăng cường giám sát, tuyên truyền tiêm chủng, chuẩn bị cơ số thuốc và vật tư tại trạm y tế; báo cáo nhanh khi có ca bệnh bất thường.",
        attachment: Some(("ke-hoach-phong-chong-dich.pdf", None)),
        age: 1500,
        read: true,
        flagged: false,
    },
    Letter {
        from: "snnvmt",
        subject: "Cảnh báo rét đậm, rét hại; hướng dẫn che chắn chuồng trại, bảo vệ cây trồng",
        text: "Kính gửi: Ủy ban nhân dân các xã vùng cao,\n\nTừ đêm 25/11 nhiệt độ vùng núi cao có thể xuống dưới 8 độ C. Đề nghị hướng dẫn bà con che chắn chuồng trại, dự trữ thức ăn, không thả rông gia súc.",
        attachment: None,
        age: 2000,
        read: false,
        flagged: false,
    },
    Letter {
        from: "sgdvdt",
        subject: "Kế hoạch thi học sinh giỏi cấp tỉnh năm học 2026–2027",
        text: "Sở Giáo dục và Đào tạo gửi kế hoạch tổ chức kỳ thi chọn học sinh giỏi cấp tỉnh. Các trường lập danh sách và đăng ký trước ngày 10/12/2026.",
        attachment: None,
        age: 2900,
        read: true,
        flagged: false,
    },
    Letter {
        from: "sxd",
        subject: "Lấy ý kiến dự thảo quyết định quản lý chiếu sáng đô thị",
        text: "Kính gửi: Các sở, ban, ngành; Ủy ban nhân dân các xã, phường,\n\nSở Xây dựng gửi dự thảo và đề nghị góp ý bằng văn bản trước ngày 05/12/2026. Quá thời hạn, đơn vị không có ý kiến được coi là thống nhất.",
        attachment: Some(("du-thao-quyet-dinh.pdf", None)),
        age: 4200,
        read: false,
        flagged: false,
    },
    Letter {
        from: "stp",
        subject: "Thẩm định dự thảo nghị quyết của Hội đồng nhân dân tỉnh",
        text: "Sở Tư pháp gửi báo cáo thẩm định. Đề nghị cơ quan soạn thảo tiếp thu, giải trình và hoàn thiện hồ sơ trước khi trình.",
        attachment: None,
        age: 5600,
        read: true,
        flagged: false,
    },
    Letter {
        from: "ubndnason",
        subject: "Báo cáo kết quả xây dựng nông thôn mới xã Nà Sơn quý IV",
        text: "Kính gửi: Sở Nông nghiệp và Môi trường,\n\nỦy ban nhân dân xã Nà Sơn báo cáo: đến ngày 15/11/2026 xã đạt 17/19 tiêu chí. Hai tiêu chí chưa đạt là giao thông và môi trường.\n\nKính đề nghị hỗ trợ 1,2 km đường trục bản Cọ.",
        attachment: None,
        age: 7000,
        read: true,
        flagged: false,
    },
    Letter {
        from: "thanhtra",
        subject: "Kết luận kiểm tra trách nhiệm tiếp công dân 9 tháng đầu năm",
        text: "Thanh tra tỉnh thông báo kết luận kiểm tra. Đề nghị các đơn vị có tên khắc phục tồn tại, báo cáo kết quả trước ngày 15/12/2026.",
        attachment: None,
        age: 8700,
        read: true,
        flagged: false,
    },
    Letter {
        from: "sct",
        subject: "Tổ chức phiên chợ đưa hàng Việt về xã Bản Cát",
        text: "Sở Công Thương phối hợp tổ chức phiên chợ từ ngày 04 đến 06/12/2026 tại trung tâm xã Bản Cát. Đề nghị địa phương bố trí mặt bằng, điện, an ninh trật tự.",
        attachment: None,
        age: 10_100,
        read: false,
        flagged: false,
    },
    Letter {
        from: "ubndminhhoa",
        subject: "Đề nghị cấp mới hộp thư điện tử công vụ cho 03 công chức",
        text: "Kính gửi: Sở Khoa học và Công nghệ,\n\nỦy ban nhân dân phường Minh Hòa đề nghị cấp mới hộp thư điện tử công vụ cho 03 công chức mới tuyển dụng theo Mẫu 01 gửi qua hệ thống quản lý văn bản.\n\nĐầu mối: văn phòng phường.",
        attachment: None,
        age: 12_000,
        read: true,
        flagged: false,
    },
    Letter {
        from: "skhcn",
        subject: "Hướng dẫn đổi mật khẩu và cài đặt thư trên điện thoại",
        text: "Để bảo đảm an toàn, mật khẩu hộp thư cần được thay đổi ít nhất 03 tháng một lần, có chữ thường, chữ hoa, chữ số và ký tự đặc biệt.\n\nKhông dùng chung mật khẩu với mạng xã hội, không lưu mật khẩu trên máy tính công cộng.",
        attachment: None,
        age: 15_000,
        read: true,
        flagged: false,
    },
    Letter {
        from: "ubndtaphin",
        subject: "Xin ý kiến chỉ đạo về việc sạt lở đường vào bản Tả Phìn Hồ",
        text: "Kính gửi: Văn phòng Ủy ban nhân dân tỉnh, Sở Xây dựng,\n\nĐêm 08/11 khoảng 40 m đường vào bản Tả Phìn Hồ bị sạt lở, 23 hộ bị chia cắt. Xã đã huy động dân quân mở đường tạm. Kính xin ý kiến chỉ đạo và hỗ trợ máy móc.",
        attachment: None,
        age: 20_000,
        read: true,
        flagged: true,
    },
];
