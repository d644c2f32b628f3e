//! Messages with odd shapes, for comparing octets.

/// A name and the octets.
pub fn odd_letters() -> Vec<(&'static str, Vec<u8>)> {
    let with = |name: &str, body: &str| {
        format!(
            "From: an@ngoai.example\r\nTo: binh@sonminh.gov.vn\r\nSubject: {name}\r\nMessage-ID: <{name}@le.example>\r\n\
             Date: Mon, 05 Oct 2026 08:30:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 8bit\r\n\r\n{body}"
        )
        .into_bytes()
    };
    vec![
        ("viet", with("viet", "Kính gửi: Ủy ban nhân dân xã Tả Phìn.\r\n\r\nĐề nghị báo cáo trước ngày 30/11.\r\n")),
        ("dots", with("dots", ".\r\n..\r\n...\r\n.dòng\r\n\r\n.\r\n")),
        ("blank", with("blank", "\r\n\r\nDòng\r\n\r\n\r\n\r\n")),
        ("empty", with("empty", "")),
        ("long", with("long", &format!("{}\r\n", "ă".repeat(490)))),
        ("spaces", with("spaces", "  thụt  \t\r\n \r\n\t\r\n-- \r\nchữ ký  \r\n")),
        ("from", with("from", "From here on\r\n>From there\r\nFrom: not a header\r\n")),
        ("imap", with("imap", "* BYE {12}\r\na1 OK \"\\ ~{3+}\r\n)\r\n")),
        (
            "folded",
            "From: an@ngoai.example\r\nSubject: =?utf-8?Q?B=C3=A1o?=\r\n =?utf-8?Q?_c=C3=A1o?=\r\nX-Trong:\r\nX-Gap:\r\n\tmot\r\n \
             hai\r\nMessage-ID: <folded@le.example>\r\n\r\nx\r\n"
                .into(),
        ),
        ("large", with("large", &"Dòng thứ mấy của một thư dài hơn một trang.\r\n".repeat(6000))),
    ]
}
