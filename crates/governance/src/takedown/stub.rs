//! The notice that lies where a sealed copy lay.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use congvu_message::Analyzer;
use congvu_store::message::NewMessage;
use congvu_store::takedown::Case;

/// Bytes of text in one encoded word (RFC 2047 §2: 75 characters with what is around it).
const WORD: usize = 42;
/// Characters of a line of base64 (RFC 2045 §6.8).
const LINE: usize = 76;

/// The notice and its row. It has no Date: each copy's own lines date it as what it stands for.
pub(super) fn build(case: &Case, domain: &str) -> (Vec<u8>, NewMessage) {
    let text = format!(
        "Thư ở vị trí này đã được niêm phong theo văn bản {}, căn cứ {}.\r\n\r\n\
         Người nhận không mở, chuyển tiếp hoặc sao chép nội dung đã lưu ở nơi khác; đã tải về máy hoặc in ra thì báo ngay \
         thủ trưởng cơ quan, đơn vị.\r\n\r\n\
         Liên hệ: {}.\r\nHồ sơ số {}.\r\n",
        plain(&case.document),
        plain(&case.clause),
        plain(&case.contact),
        case.id
    );
    let subject = format!("[Đã niêm phong] Hồ sơ số {}", case.id);
    let id = congvu_store::random::<12>();
    let mut bytes = format!(
        "Message-ID: <niem-phong.{}.{}@{domain}>\r\nFrom: {} <postmaster@{domain}>\r\nSubject: {}\r\n\
         Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n",
        case.id,
        super::hex(id),
        encoded("Hệ thống thư điện tử công vụ"),
        encoded(&subject),
    )
    .into_bytes();
    let body = STANDARD.encode(text);
    for line in body.as_bytes().chunks(LINE) {
        bytes.extend_from_slice(line);
        bytes.extend_from_slice(b"\r\n");
    }
    let mut analyzer = Analyzer::new();
    analyzer.feed(&bytes);
    let analysis = analyzer.finish();
    let new = NewMessage {
        header_len: analysis.header_len,
        sent_at: None,
        message_id: analysis.facts.message_id.clone(),
        subject: analysis.facts.subject.clone(),
        preview: analysis.preview.clone(),
        references: String::new(),
        envelope: analysis.envelope.clone(),
        structure: analysis.structure.to_bytes(),
        marks: None,
    };
    (bytes, new)
}

/// In one line.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    text.trim().trim_end_matches('.').to_owned()
}

/// Words of RFC 2047, cut between characters.
fn encoded(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        if word.len() + letter.len_utf8() > WORD {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    let words = words
        .iter()
        .map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
    words.collect::<Vec<_>>().join("\r\n ")
}
