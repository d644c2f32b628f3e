//! Bodies of the fuzz targets; the tests run them on a corpus and on random input too.

use std::fmt::Write;

use crate::address::Address;
use crate::binary::{BinaryToBase64, StrayNul};
use crate::encoding::Decoder;
use crate::{
    Analysis, Analyzer, Kind, Part, charset, date, header, invitation, limits, receipt, smime,
    thread, trace, vcard,
};

/// Analyses any bytes: chunks change nothing, offsets are sane, everything renders.
pub fn analyze(data: &[u8]) {
    let whole = run(data, data.len().max(1));
    let pieces = run(
        data,
        1 + usize::from(data.first().copied().unwrap_or(0)) % 9,
    );
    assert_eq!(whole, pieces, "the chunking shows");
    assert_eq!(whole.size, data.len() as u64);
    let mut parts = 0;
    check_part(&whole.structure, 0, whole.size, 1, &mut parts);
    assert!(parts <= limits::PARTS);
    assert!(whole.preview.chars().count() <= limits::PREVIEW);
    assert!(!whole.preview.contains(char::is_control));
    assert!(whole.facts.answered().len() <= limits::ANSWERED);
    let mut out = Vec::new();
    whole.structure.bodystructure(&mut out, true);
    whole.structure.bodystructure(&mut out, false);
    for part in whole.structure.leaves() {
        let _ = part.file_name();
        let body = &data[offset(part.body_start)..offset(part.body_end)];
        let mut decoded = Vec::new();
        let mut decoder = Decoder::new(&part.encoding);
        decoder.push(body, &mut decoded);
        decoder.finish(&mut decoded);
        let _ = charset::to_utf8(part.charset(), &decoded);
    }
    let bytes = whole.structure.to_bytes();
    let again = Part::from_bytes(&bytes).expect("what was written can be read");
    assert_eq!(again, whole.structure);
    let mut rendered = Vec::new();
    again.bodystructure(&mut rendered, true);
    assert_eq!(Part::rendered(&bytes).expect("as it was written"), rendered);
}

/// Reads cards: what is kept is bounded, and what is written of it are as many cards, in lines that every program takes.
pub fn cards(data: &[u8]) {
    let found = vcard::read(&String::from_utf8_lossy(data));
    assert!(found.cards.len() <= vcard::CARDS);
    let mut text = String::new();
    for card in &found.cards {
        vcard::write(card, &mut text);
    }
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    assert_eq!(vcard::read(&text).cards.len(), found.cards.len());
}

/// Takes binary parts for base64: chunks change nothing, and no NUL is left.
pub fn binary(data: &[u8]) {
    let rewrite = |chunk: usize| {
        let mut out = Vec::new();
        let mut rewriter = BinaryToBase64::new();
        for piece in data.chunks(chunk) {
            rewriter.push(piece, &mut out)?;
        }
        rewriter.finish(&mut out)?;
        Ok::<_, StrayNul>(out)
    };
    let whole = rewrite(data.len().max(1));
    for chunk in [1, 3] {
        assert_eq!(rewrite(chunk), whole, "the chunking shows");
    }
    assert!(whole.is_ok_and(|out| !out.contains(&0)) || data.contains(&0));
}

fn run(data: &[u8], chunk: usize) -> Analysis {
    let mut analyzer = Analyzer::new();
    data.chunks(chunk).for_each(|piece| analyzer.feed(piece));
    analyzer.finish()
}

fn offset(value: u64) -> usize {
    usize::try_from(value).expect("an offset in a slice is a usize")
}

/// Parts lie within their parents and behind one another.
fn check_part(part: &Part, from: u64, to: u64, depth: usize, parts: &mut usize) {
    *parts += 1;
    assert!(depth <= limits::DEPTH, "too deep");
    let offsets = [from, part.header_start, part.body_start, part.body_end, to];
    assert!(offsets.is_sorted(), "offsets {offsets:?}");
    match &part.kind {
        Kind::Leaf => {}
        Kind::Multipart(children) => {
            let mut from = part.body_start;
            for child in children {
                check_part(child, from, part.body_end, depth + 1, parts);
                from = child.body_end;
            }
        }
        Kind::Message { part: nested, .. } => {
            check_part(nested, part.body_start, part.body_end, depth + 1, parts);
        }
    }
}

/// Reads any bytes as an SMTP address and as an address list.
pub fn address(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(address) = Address::parse(&text) {
        let again = Address::parse(&address.to_string());
        assert_eq!(
            again.as_ref(),
            Ok(&address),
            "an address reads as it is written"
        );
    }
    for spec in header::addresses(data) {
        let mut out = String::new();
        let _ = write!(out, "{}", spec.addr());
    }
}

/// Reads any bytes as a header block and as the values of fields.
pub fn header(data: &[u8]) {
    let mut end = 0;
    for field in header::fields(data) {
        assert_eq!(field.start, end, "no byte is lost between fields");
        assert_eq!(&data[field.start..field.end], field.raw);
        assert_eq!(
            &data[field.value_start..field.value_start + field.value.len()],
            field.value
        );
        end = field.end;
    }
    let all: [&str; 0] = [];
    assert!(header::select(data, &all, true).starts_with(&data[..end]));
    let _ = header::select(data, &["subject"], false);
    let text = header::decode_text(data);
    let _ = date::parse_rfc5322(&text);
    let _ = date::parse_imap_date_time(&text);
    let _ = date::parse_imap_date(&text);
    let _ = trace::hops(data);
    let _ = trace::results(data);
    let _ = receipt::asked(data, data);
    let _ = receipt::report(data);
}

/// Reads any bytes as a calendar: an answer to it is a calendar about the same event.
pub fn invitation(data: &[u8]) {
    let text = charset::to_utf8(None, data);
    let guest = ("An", "an@tinh.vn");
    if let Some(read) = invitation::read(&text)
        && let Some(answer) = invitation::answer(&text, guest, invitation::Answer::Accepted, 0)
    {
        let again = invitation::read(&answer).expect("what was written can be read");
        assert_eq!(again.method, invitation::Method::Reply);
        assert_eq!(again.uid, read.uid);
    }
}

/// Reads any bytes as a signed message and as a list of authorities: nobody vouches for what was made at random.
pub fn smime(data: &[u8]) {
    let anchors = smime::Anchors::from_pem(data).unwrap_or_default();
    let measure = smime::Measure {
        sender: "an@tinh.vn",
        arrived: 1_796_000_000,
        anchors: &smime::Anchors::default(),
    };
    for beside in [None, Some(data)] {
        let report = smime::check(data, beside, measure);
        assert_ne!(report.verdict, smime::Verdict::Valid, "nobody is trusted");
        if let Some(signer) = report.signer {
            assert!(!signer.name.contains(char::is_control));
        }
        let _ = smime::check(
            data,
            beside,
            smime::Measure {
                anchors: &anchors,
                ..measure
            },
        );
    }
    if let smime::Inside::Signed(content) = smime::inside(data) {
        assert!(content.len() < data.len());
    }
}

/// Reads any bytes as a subject and as identifiers: what is left of a subject is its own base.
pub fn subject(data: &[u8]) {
    let text = header::decode_text(data);
    let base = thread::base_subject(&text);
    let again = thread::base_subject(&base.text);
    assert_eq!(again.text, base.text, "a base subject is its own");
    assert!(!again.is_reply, "nothing is left to take off");
    let key = thread::collation_key(&text);
    assert_eq!(key, thread::collation_key(&text.to_ascii_uppercase()));
    let _ = thread::normalized(&text);
}
