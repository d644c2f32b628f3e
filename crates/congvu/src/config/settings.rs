//! The one table of settings. A new setting is one entry here and one field in `typed.rs`.

use super::kind::Kind::{
    self, Bool, Bytes, Choice, Homes, Int, Networks, Path, Secret, Sockets, Span, Spans, Text,
};

/// How a setting appears in the file that `congvu init` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// It has no default: it must be set.
    Required,
    /// Written out, so that people see it at once.
    Main,
    /// Written as a comment.
    Other,
}

/// One setting.
#[derive(Debug)]
pub(super) struct Setting {
    /// The key: section, dot, name.
    pub(super) key: &'static str,
    /// What values it takes.
    pub(super) kind: Kind,
    /// The default as in a variable; empty: not set.
    pub(super) default: &'static str,
    /// How prominent it is.
    pub(super) rank: Rank,
    /// What it means, in Vietnamese.
    pub(super) help: &'static str,
}

impl Setting {
    /// The section: `smtp`.
    pub(super) fn section(&self) -> &'static str {
        self.key.split_once('.').map_or("", |(section, _)| section)
    }

    /// The name within the section: `listen`.
    pub(super) fn name(&self) -> &'static str {
        self.key.split_once('.').map_or(self.key, |(_, name)| name)
    }

    /// The environment variable: `CONGVU_SMTP__LISTEN`.
    pub(super) fn variable(&self) -> String {
        format!("CONGVU_{}", self.key.replace('.', "__").to_uppercase())
    }
}

/// The setting with this key.
pub(super) fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// The sections in the order of the page, with their titles.
pub(super) const SECTIONS: &[(&str, &str)] = &[
    ("server", "Máy chủ"),
    ("store", "Cơ sở dữ liệu"),
    ("blobs", "Kho nội dung thư"),
    ("tls", "Chứng thư TLS"),
    ("smtp", "Nhận thư từ máy chủ khác (SMTP, cổng 25)"),
    ("submission", "Gửi thư của người dùng (SMTP, cổng 587)"),
    (
        "submissions",
        "Gửi thư của người dùng qua TLS ngay từ đầu (cổng 465)",
    ),
    ("outbound", "Gửi thư đến máy chủ khác"),
    ("imap", "Đọc thư bằng IMAP (cổng 143)"),
    ("imaps", "Đọc thư bằng IMAP qua TLS ngay từ đầu (cổng 993)"),
    ("pop3", "Đọc thư bằng POP3 (cổng 110)"),
    ("pop3s", "Đọc thư bằng POP3 qua TLS ngay từ đầu (cổng 995)"),
    ("limits", "Giới hạn kết nối và đăng nhập"),
    ("access", "Đăng nhập"),
    ("notices", "Thông báo của hệ thống"),
    ("governance", "Quản trị theo quy chế"),
    (
        "identity",
        "Nền tảng Chính quyền điện tử: đồng bộ tài khoản (SCIM), đăng nhập một lần (OpenID Connect)",
    ),
    ("audit", "Nhật ký quản trị"),
    ("directory", "Danh bạ"),
    ("logs", "Thời hạn lưu nhật ký"),
    ("web", "Webmail và giao diện lập trình (REST API) qua HTTP"),
    ("operations", "Giám sát"),
];

const KB: u64 = 1024;
const MB: u64 = 1024 * KB;
const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

macro_rules! settings {
    ($($key:literal $kind:expr, $default:literal, $rank:ident: $help:literal;)*) => {
        /// All settings, section by section.
        pub(super) static SETTINGS: &[Setting] = &[
            $(Setting { key: $key, kind: $kind, default: $default, rank: Rank::$rank, help: $help },)*
        ];
    };
}

settings! {
    "server.hostname" Text, "", Required:
        "Tên miền đầy đủ của máy chủ (ví dụ mail.sonla.gov.vn), dùng trong lời chào của các giao thức và trong dòng Received.";
    "server.data" Path, "data", Main:
        "Thư mục dữ liệu; cơ sở dữ liệu SQLite và kho nội dung thư nằm trong đó nếu không đặt nơi khác.";
    "server.profiles" Path, "quy-che", Other:
        "Thư mục chứa các tệp quy chế riêng của nơi này (.toml), ngoài các quy chế có sẵn; congvu init đặt tệp vào đó.";
    "server.log_format" Choice(&["text", "json"]), "text", Other:
        "Dạng nhật ký của chương trình: text cho người đọc, json cho hệ thống thu thập nhật ký.";
    "server.log_level" Choice(&["error", "warn", "info", "debug", "trace"]), "info", Other:
        "Mức chi tiết của nhật ký chương trình.";
    "server.shutdown_grace" Span(0, 10 * MINUTE), "20s", Other:
        "Khi dừng, chương trình chờ các phiên đang mở tối đa chừng này thời gian rồi mới ngắt.";

    "store.engine" Choice(&["sqlite", "postgres"]), "sqlite", Main:
        "Hệ quản trị cơ sở dữ liệu: sqlite cho một máy, postgres cho nhiều máy.";
    "store.sqlite_path" Path, "data/congvu.db", Other:
        "Tệp cơ sở dữ liệu SQLite; nếu không đặt thì là congvu.db trong thư mục server.data.";
    "store.postgres_url" Secret, "", Other:
        "Địa chỉ kết nối PostgreSQL, dạng postgres://người_dùng:mật_khẩu@máy/cơ_sở_dữ_liệu; bắt buộc khi store.engine là postgres.";
    "store.readers" Int(1, 256), "8", Other:
        "Số kết nối đọc cơ sở dữ liệu.";
    "store.writers" Int(1, 256), "8", Other:
        "Số luồng ghi vào PostgreSQL; SQLite luôn có đúng một luồng ghi.";
    "store.undelete" Span(0, 3650 * DAY), "30d", Other:
        "Thư và thư mục người dùng đã xóa còn lấy lại được trong chừng này thời gian (congvu undelete), không tính vào dung lượng hộp thư; 0 là không giữ. Hộp thư bị xóa vĩnh viễn thì không lấy lại được gì.";

    "blobs.kind" Choice(&["folder", "s3"]), "folder", Main:
        "Nơi giữ nội dung thư lớn: folder là thư mục trên máy này, s3 là kho đối tượng theo giao thức S3.";
    "blobs.path" Path, "data/blobs", Other:
        "Thư mục giữ nội dung thư khi blobs.kind là folder; nếu không đặt thì là blobs trong thư mục server.data.";
    "blobs.inline_max" Bytes(0, MB), "64 KB", Other:
        "Nội dung sau khi nén không lớn hơn mức này được giữ ngay trong cơ sở dữ liệu.";
    "blobs.s3_endpoint" Text, "", Other:
        "Địa chỉ của kho S3, bắt đầu bằng https://; bắt buộc khi blobs.kind là s3.";
    "blobs.s3_bucket" Text, "", Other:
        "Tên bucket trong kho S3; bắt buộc khi blobs.kind là s3. Nên đặt cho bucket quy tắc tự hủy phần tải dở sau một ngày.";
    "blobs.s3_region" Text, "us-east-1", Other:
        "Vùng (region) của kho S3; kho tự dựng thường nhận giá trị mặc định.";
    "blobs.s3_access_key" Secret, "", Other:
        "Mã truy cập (access key) vào kho S3; bắt buộc khi blobs.kind là s3.";
    "blobs.s3_secret_key" Secret, "", Other:
        "Khóa bí mật (secret key) vào kho S3; bắt buộc khi blobs.kind là s3.";
    "blobs.s3_allow_http" Bool, "false", Other:
        "Cho phép nối tới kho S3 bằng http:// không mã hóa; chỉ dùng trong mạng riêng hoặc khi thử.";

    "tls.certificate" Path, "", Main:
        "Tệp PEM chứa chứng thư của máy chủ và các chứng thư trung gian.";
    "tls.key" Path, "", Main:
        "Tệp PEM chứa khóa riêng của chứng thư; phải đặt cùng tls.certificate.";

    "smtp.listen" Sockets, "0.0.0.0:25,[::]:25", Other:
        "Các địa chỉ nhận thư từ máy chủ khác; danh sách rỗng là tắt.";
    "smtp.timeout" Span(1, 60 * MINUTE), "5m", Other:
        "Thời gian chờ một lệnh hoặc một đoạn dữ liệu trước khi ngắt; RFC 5321 §4.5.3.2.7 khuyên ít nhất 5 phút.";
    "smtp.max_recipients" Int(100, 100_000), "1000", Other:
        "Số người nhận tối đa của một thư; RFC 5321 §4.5.3.1.8 đòi ít nhất 100.";
    "smtp.max_message_size" Bytes(0, 1024 * MB), "0", Other:
        "Cỡ tối đa của một thư trên đường truyền; 0 là tính theo quy chế đang áp dụng.";
    "smtp.max_received" Int(10, 1000), "50", Other:
        "Thư có nhiều dòng Received hơn mức này bị coi là chạy vòng và bị từ chối.";
    "smtp.messages_per_minute_per_address" Int(1, 1_000_000), "120", Other:
        "Số thư tối đa nhận từ một địa chỉ mạng trong một phút.";

    "submission.listen" Sockets, "0.0.0.0:587,[::]:587", Other:
        "Các địa chỉ nhận thư gửi đi của người dùng, mã hóa bằng STARTTLS; danh sách rỗng là tắt.";
    "submission.idle_timeout" Span(1, 60 * MINUTE), "5m", Other:
        "Phiên gửi thư không có lệnh nào trong thời gian này thì bị ngắt; áp dụng cả cho submissions.";
    "submission.cleartext_login" Bool, "false", Other:
        "Cho phép đăng nhập không mã hóa; chỉ được bật khi mọi địa chỉ trong submission.listen là địa chỉ nội tại (loopback).";
    "submission.messages_per_hour" Int(1, 1_000_000), "200", Other:
        "Số thư tối đa một tài khoản được gửi trong một giờ.";
    "submission.recipients_per_day" Int(1, 10_000_000), "5000", Other:
        "Tổng số người nhận tối đa của các thư một tài khoản gửi trong một ngày.";
    "submission.burst_ten_minutes" Int(0, 1_000_000), "200", Other:
        "Một tài khoản gửi tới chừng này người nhận trong 10 phút thì hệ thống ghi một sự cố để người có thẩm quyền xem xét khóa (TQ.8.2.b); 0 là không theo dõi.";
    "submission.burst_hour" Int(0, 1_000_000), "500", Other:
        "Như trên, trong một giờ.";
    "submissions.listen" Sockets, "0.0.0.0:465,[::]:465", Other:
        "Các địa chỉ nhận thư gửi đi của người dùng, mã hóa TLS ngay từ đầu; danh sách rỗng là tắt.";

    "outbound.enabled" Bool, "true", Other:
        "Gửi thư của người dùng đến các tên miền khác; false là chỉ có thư nội bộ.";
    "outbound.homes" Homes, "", Other:
        "Tên miền dùng chung với một máy chủ chủ quản (BS.2): địa chỉ thuộc tên miền mà hệ thống này không có được chuyển đến máy chủ đó thay vì bị từ chối. Mỗi mục: tên miền=máy chủ:cổng.";
    "outbound.home_tls" Choice(&["opportunistic", "required", "implicit", "never"]), "opportunistic", Other:
        "Mã hóa trên đường đến máy chủ chủ quản: opportunistic là có thì dùng, required là STARTTLS với chứng thư hợp lệ, implicit là TLS ngay từ đầu, never là không.";
    "outbound.smart_host" Text, "", Other:
        "Máy chủ trung chuyển nhận mọi thư gửi ra ngoài; không đặt: gửi thẳng theo bản ghi MX của tên miền nhận.";
    "outbound.smart_host_protocol" Choice(&["smtp", "lmtp"]), "smtp", Other:
        "Giao thức nói với máy chủ trung chuyển: smtp, hoặc lmtp (RFC 2033) cho máy chủ trả lời riêng từng người nhận.";
    "outbound.smart_host_port" Int(1, 65_535), "587", Other:
        "Cổng của máy chủ trung chuyển.";
    "outbound.smart_host_tls" Choice(&["opportunistic", "required", "implicit", "never"]), "required", Other:
        "Mã hóa trên đường đến máy chủ trung chuyển, như outbound.home_tls.";
    "outbound.smart_host_user" Text, "", Other:
        "Tên đăng nhập vào máy chủ trung chuyển; không đặt: không đăng nhập.";
    "outbound.smart_host_password" Secret, "", Other:
        "Mật khẩu đăng nhập vào máy chủ trung chuyển.";
    "outbound.ca_file" Path, "", Other:
        "Tệp PEM chứa chứng thư của các cơ quan chứng thực được tin thêm, ngoài những cơ quan hệ điều hành đã tin, khi kiểm tra chứng thư của máy chủ nhận.";
    "outbound.allowed_networks" Networks, "", Other:
        "Các mạng nội tại (loopback, link-local, multicast) mà bản ghi DNS của tên miền khác vẫn được phép dẫn tới; bình thường không có mạng nào.";
    "outbound.name_servers" Sockets, "", Other:
        "Các máy chủ DNS (địa chỉ:cổng) để tìm nơi nhận thư; không đặt: theo /etc/resolv.conf.";
    "outbound.ipv6" Bool, "true", Other:
        "Gửi cả qua IPv6; đặt false nếu máy không ra mạng bằng IPv6.";
    "outbound.connections" Int(1, 10_000), "64", Other:
        "Số kết nối gửi thư mở cùng lúc, tính cho mọi nơi nhận.";
    "outbound.connections_per_destination" Int(1, 1000), "4", Other:
        "Số kết nối mở cùng lúc đến một nơi nhận.";
    "outbound.messages_per_connection" Int(1, 10_000), "100", Other:
        "Số thư gửi qua một kết nối trước khi mở kết nối mới.";
    "outbound.idle" Span(0, 5 * MINUTE), "3s", Other:
        "Kết nối rỗi chờ thư tiếp theo chừng này thời gian rồi đóng.";
    "outbound.timeout" Span(1, HOUR), "5m", Other:
        "Chờ mỗi câu trả lời của máy chủ nhận nhiều nhất chừng này, riêng câu trả lời sau khi gửi xong cả thư thì gấp đôi; RFC 5321 §4.5.3.2 khuyên ít nhất 5 phút.";
    "outbound.backoff" Span(1, DAY), "1m", Other:
        "Nơi nhận không kết nối được thì được để yên chừng này rồi mới thử lại; mỗi lần không được nữa thì gấp đôi, đến outbound.backoff_most.";
    "outbound.backoff_most" Span(1, DAY), "30m", Other:
        "Một nơi nhận không kết nối được được để yên lâu nhất chừng này giữa hai lần thử.";
    "outbound.lease" Span(10, HOUR), "2m", Other:
        "Thư mà một nút đang gửi thì bị ngắt đột ngột chờ chừng này rồi mới được gửi lại (với SQLite: gửi lại ngay khi khởi động lại).";
    "outbound.retries" Spans(1, 7 * DAY), "5m,10m,20m,40m,1h,2h", Other:
        "Khoảng chờ trước mỗi lần gửi lại khi chưa gửi được; mục cuối được lặp lại đến hết hạn.";
    "outbound.expire" Span(HOUR, 30 * DAY), "5d", Other:
        "Thư không gửi được trong thời gian này thì thôi gửi và báo cho người gửi; RFC 5321 §4.5.4.1 khuyên ít nhất 4 ngày.";
    "outbound.delay_notice" Span(MINUTE, 30 * DAY), "4h", Other:
        "Sau thời gian này, người gửi được báo là thư chưa gửi được và còn thử tiếp.";
    "outbound.return_full" Bytes(0, 100 * MB), "1 MB", Other:
        "Thông báo không gửi được kèm nguyên thư nếu người gửi yêu cầu và thư không lớn hơn mức này; lớn hơn thì chỉ kèm phần đầu thư.";

    "imap.listen" Sockets, "0.0.0.0:143,[::]:143", Other:
        "Các địa chỉ phục vụ IMAP, mã hóa bằng STARTTLS; danh sách rỗng là tắt.";
    "imap.idle_timeout" Span(1, DAY), "30m", Other:
        "Phiên IMAP không có lệnh nào trong thời gian này thì bị ngắt; RFC 9051 §5.4 đòi ít nhất 30 phút; áp dụng cả cho imaps.";
    "imap.cleartext_login" Bool, "false", Other:
        "Cho phép đăng nhập không mã hóa; chỉ được bật khi mọi địa chỉ trong imap.listen là địa chỉ nội tại (loopback).";
    "imap.admin" Text, "", Other:
        "Cách liên hệ với đơn vị vận hành, là một URI như mailto:quantri@sonla.gov.vn hoặc tel:+842123852016; chương trình thư đọc được qua chú giải /shared/admin (RFC 5464); để trống thì không có.";
    "imaps.listen" Sockets, "0.0.0.0:993,[::]:993", Other:
        "Các địa chỉ phục vụ IMAP, mã hóa TLS ngay từ đầu; danh sách rỗng là tắt.";

    "pop3.listen" Sockets, "0.0.0.0:110,[::]:110", Other:
        "Các địa chỉ phục vụ POP3, mã hóa bằng STLS; danh sách rỗng là tắt.";
    "pop3.idle_timeout" Span(1, DAY), "10m", Other:
        "Phiên POP3 không có lệnh nào trong thời gian này thì bị ngắt; RFC 1939 §3 đòi ít nhất 10 phút; áp dụng cả cho pop3s.";
    "pop3.cleartext_login" Bool, "false", Other:
        "Cho phép đăng nhập không mã hóa; chỉ được bật khi mọi địa chỉ trong pop3.listen là địa chỉ nội tại (loopback).";
    "pop3s.listen" Sockets, "0.0.0.0:995,[::]:995", Other:
        "Các địa chỉ phục vụ POP3, mã hóa TLS ngay từ đầu; danh sách rỗng là tắt.";

    "limits.connections" Int(10, 1_000_000), "10000", Other:
        "Tổng số kết nối mở cùng lúc của mọi giao thức thư; một phần tư dành cho cổng nhận thư từ máy chủ khác (smtp.listen), phần còn lại cho người dùng.";
    "limits.connections_per_address" Int(1, 1_000_000), "500", Other:
        "Số kết nối mở cùng lúc từ một địa chỉ mạng; cả một cơ quan có thể ra mạng bằng một địa chỉ.";
    "limits.new_per_minute_per_address" Int(1, 1_000_000), "600", Other:
        "Số kết nối mới từ một địa chỉ mạng trong một phút.";
    "limits.exempt_networks" Networks, "127.0.0.0/8,::1/128", Other:
        "Các mạng không bị hạn chế theo địa chỉ: số kết nối, số thư, số lần đăng nhập sai.";
    "limits.sign_in_failures" Int(3, 10_000), "10", Other:
        "Số lần đăng nhập sai được phép trong 15 phút, tính cho từng cặp địa chỉ mạng và tài khoản; gấp mười cho cả một địa chỉ mạng, và cho cả một tài khoản từ những nơi chưa từng đăng nhập đúng.";

    "access.announce_scram" Bool, "false", Other:
        "Quảng bá SCRAM-SHA-256 cho chương trình thư. Cách này chỉ dùng được với mật khẩu ứng dụng; khi quảng bá, vài chương trình (mutt, mbsync) chỉ thử cách này nên người dùng mật khẩu thường không đăng nhập được. Không quảng bá vẫn dùng được nếu chương trình được đặt riêng.";

    "access.second_factor" Choice(&["optional", "roles"]), "optional", Other:
        "Ai phải bật xác thực hai lớp (hoặc có khóa truy cập) trước khi dùng web: optional là tùy mỗi người; roles là tài khoản admin và người được giao vai trò cơ quan quản lý, đơn vị vận hành, kiểm tra.";

    "notices.sender" Text, "", Other:
        "Địa chỉ đứng tên người gửi trong thông báo của hệ thống; không đặt: postmaster của tên miền đầu tiên.";

    "governance.sweep_at" Text, "01:30", Other:
        "Giờ Việt Nam từ đó mỗi ngày rà soát hộp thư một lần: những gì đến hạn theo quy chế được thực hiện, đề xuất, nhắc.";
    "governance.sweep_most" Int(1, 1_000_000), "200", Other:
        "Số việc nhiều nhất trong một lần rà soát: khóa, ngắt đăng nhập, hết hạn mật khẩu, xóa, đề xuất thu hồi hoặc bỏ đề xuất; mười thông báo tính là một việc. Nhiều hơn thì chưa làm việc nào cho đến khi có người xem và chạy congvu sweep --confirm. Đồng hồ máy sai không được khóa cả tỉnh.";
    "governance.request_mailboxes" Text, "", Other:
        "Các hộp thư nhận đề nghị gửi bằng thư từ hộp thư cơ quan (cách nhau bằng dấu phẩy), ngoài những địa chỉ mà quy chế đã nêu (HCM.6.1: stnmt@tphcm.gov.vn). Thư từ nơi khác vẫn được giao như thường, không thành đề nghị.";

    "identity.push_url" Text, "", Other:
        "Địa chỉ SCIM 2.0 của nền tảng Chính quyền điện tử, ví dụ https://dinhdanh.quangninh.gov.vn/scim/v2; mọi thay đổi tài khoản được gửi đến đó (QN.5.1, QN.5.2). Không đặt: không gửi.";
    "identity.push_token" Secret, "", Other:
        "Mã truy cập (Bearer) do nền tảng cấp; bắt buộc khi đặt identity.push_url.";
    "identity.oidc_issuer" Text, "", Other:
        "Định danh nhà cung cấp OpenID Connect (issuer) để đăng nhập webmail một lần (TQ.10.1.b, QN.5.1). Không đặt: không có.";
    "identity.oidc_client_id" Text, "", Other:
        "Mã ứng dụng (client_id) mà nhà cung cấp cấp cho hệ thống này; khai báo với họ địa chỉ trả về https://<server.hostname>/dang-nhap/mot-lan/ve, sau khi đăng xuất https://<server.hostname>/dang-nhap, đăng xuất từ phía họ https://<server.hostname>/dang-nhap/mot-lan/ra.";
    "identity.oidc_client_secret" Secret, "", Other:
        "Khóa bí mật của ứng dụng (client_secret).";
    "identity.oidc_claim" Text, "preferred_username", Other:
        "Thuộc tính trong ID token ghi tài khoản Chính quyền điện tử hoặc địa chỉ thư. Phải là thuộc tính người dùng không tự sửa được ở nhà cung cấp.";
    "identity.oidc_scopes" Text, "profile", Other:
        "Các phạm vi xin thêm ngoài openid, cách nhau bằng dấu cách.";
    "identity.oidc_label" Text, "Đăng nhập bằng tài khoản Chính quyền điện tử", Other:
        "Chữ trên nút đăng nhập một lần.";
    "identity.local_sign_in" Bool, "true", Other:
        "Vẫn cho đăng nhập webmail bằng mật khẩu của hệ thống này khi đã có đăng nhập một lần; chương trình thư luôn dùng mật khẩu.";
    "identity.ca_file" Path, "", Other:
        "Tệp PEM chứa chứng thư của các cơ quan chứng thực được tin thêm khi nối tới nền tảng.";
    "identity.allow_http" Bool, "false", Other:
        "Cho phép nối tới nền tảng bằng http:// không mã hóa; chỉ dùng khi thử.";

    "audit.key" Path, "data/nhat-ky.key", Other:
        "Tệp khóa ký các điểm kiểm của nhật ký quản trị, được tạo khi chưa có; nếu không đặt thì là nhat-ky.key trong thư mục server.data. Nhiều máy chung một hệ thống dùng cùng một khóa.";
    "audit.checkpoints" Path, "data/nhat-ky-diem-kiem.jsonl", Other:
        "Tệp ghi các điểm kiểm đã ký, mỗi dòng một đoạn nhật ký; nếu không đặt thì là nhat-ky-diem-kiem.jsonl trong thư mục server.data. Hãy sao chép tệp này sang máy khác hằng ngày: congvu audit verify so nhật ký với bản sao.";

    "directory.phones" Bool, "false", Other:
        "Hiện và tìm được số điện thoại trong danh bạ nội bộ; mặc định là không. Danh bạ công khai có số điện thoại hay không là do quy chế (access.phones).";
    "logs.mail_months" Int(1, 1200), "12", Other:
        "Nhật ký thư được lưu chừng này tháng rồi mới xóa; ít nhất 6 tháng (TQ.9.1, SL.11.1), hoặc lâu hơn nếu quy chế đang áp dụng đòi.";
    "logs.sign_in_months" Int(1, 1200), "12", Other:
        "Nhật ký đăng nhập được lưu chừng này tháng rồi mới xóa, như logs.mail_months; nhật ký quản trị không bao giờ bị xóa.";

    "web.listen" Sockets, "127.0.0.1:8080", Other:
        "Các địa chỉ phục vụ HTTP không mã hóa cho chính máy này hoặc cho máy chuyển tiếp (reverse proxy) trong web.proxies; kết nối từ nơi khác bị từ chối; danh sách rỗng là tắt.";
    "web.listen_tls" Sockets, "", Other:
        "Các địa chỉ phục vụ HTTPS bằng chứng thư trong mục tls, ví dụ [::]:443, để mọi người mở webmail; danh sách rỗng là tắt.";
    "web.proxies" Networks, "", Other:
        "Các máy chuyển tiếp (reverse proxy) của đơn vị: địa chỉ người dùng mà chúng ghi trong X-Forwarded-For được tin và ghi vào nhật ký.";

    "web.push" Bool, "false", Other:
        "Cho trình duyệt đăng ký nhận tin báo thư mới (web push). Máy chủ phải ra được Internet, tới máy chủ của hãng trình duyệt, bằng HTTPS; mạng riêng chỉ tới được khi có trong outbound.allowed_networks, chứng thư riêng trong outbound.ca_file được tin.";
    "web.smime_ca_file" Path, "", Other:
        "Tệp PEM chứa chứng thư của các cơ quan chứng thực được tin khi kiểm tra chữ ký số S/MIME của thư trên webmail, ví dụ của Ban Cơ yếu Chính phủ; không đặt: không tin cơ quan nào, webmail chỉ cho biết nội dung có bị thay đổi hay không. Chứng thư bị thu hồi thì không biết được.";

    "operations.listen" Sockets, "127.0.0.1:9090", Other:
        "Các địa chỉ nội tại (loopback) phục vụ /healthz, /readyz và /metrics; danh sách rỗng là tắt.";
}
