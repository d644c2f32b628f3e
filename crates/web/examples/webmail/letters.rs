//! The mailbox: what officials write to each other, drawn in the same order in every run.

use std::sync::Arc;

use congvu_delivery::Intake;
use congvu_delivery::indexing::Indexer;
use congvu_store::entry::{self, NewEntry};
use congvu_store::keyword::flag;
use congvu_store::{FolderId, Store, StoreError, message};

use crate::ground::World;
use crate::names::{FAMILY, FIELD, GIVEN, Lot, MIDDLE, TITLE};

/// 2024-01-02 08:00 in Vietnam.
const BEGIN: i64 = 1_704_157_200_000;
const MINUTE: i64 = 60_000;
/// Put in one transaction.
const TOGETHER: usize = 250;
/// One of so many is unread, has a star, has a file.
const UNREAD: usize = 25;
const STARRED: usize = 60;
const FILE: usize = 4;
/// Sent mail, as a part of what came.
const SENT: usize = 20;

const WORDS: [&str; 48] = [
    "báo cáo",
    "kế hoạch",
    "về việc",
    "triển khai",
    "thực hiện",
    "của",
    "và",
    "các",
    "trong",
    "đề nghị",
    "căn cứ",
    "quyết định",
    "công văn",
    "thông báo",
    "cuộc họp",
    "giao ban",
    "số liệu",
    "tổng hợp",
    "quý",
    "năm",
    "tháng",
    "ngày",
    "gửi",
    "trước",
    "đơn vị",
    "cơ quan",
    "phòng",
    "Sở",
    "Ủy ban nhân dân",
    "xã",
    "huyện",
    "tỉnh",
    "hội nghị",
    "trực tuyến",
    "ngân sách",
    "dự toán",
    "đầu tư",
    "xây dựng",
    "hợp đồng",
    "nghiệm thu",
    "chuyển đổi số",
    "cải cách hành chính",
    "kiểm tra",
    "thanh tra",
    "đào tạo",
    "tập huấn",
    "khen thưởng",
    "kỷ luật",
];

/// What was made.
pub(crate) struct Filled {
    pub(crate) inbox: FolderId,
    pub(crate) messages: u32,
}

fn words(lot: &mut Lot, count: usize) -> String {
    let words: Vec<String> = (0..count)
        .map(|at| match at % 9 {
            8 => format!(
                "số {}/{}",
                lot.below(4_000),
                ["UBND", "SNV", "STC", "KH"][lot.below(4)]
            ),
            7 => lot.of(&GIVEN).to_owned(),
            _ => lot.of(&WORDS).to_owned(),
        })
        .collect();
    words.join(" ")
}

fn letter(lot: &mut Lot, n: usize) -> String {
    let (family, middle, given) = (lot.of(&FAMILY), lot.of(&MIDDLE), lot.of(&GIVEN));
    let (title, field) = (lot.of(&TITLE), lot.of(&FIELD));
    let from = format!(
        "{family} {middle} {given} <canbo{}@sonla.gov.vn>",
        lot.below(20_000)
    );
    let subject = words(lot, 7);
    let count = 40 + lot.below(160);
    let text = format!(
        "Kính gửi Sở {field},\r\n\r\n{}.\r\n\r\nTrân trọng,\r\n{family} {middle} {given}\r\n{title}\r\n",
        words(lot, count)
    );
    let head = format!(
        "From: {from}\r\nTo: Lò Thị An <an@sonla.gov.vn>\r\nSubject: {subject}\r\nMessage-ID: <{n}@sonla.gov.vn>\r\nMIME-Version: 1.0\r\n"
    );
    if n.is_multiple_of(FILE) {
        let bytes = "JVBERi0xLjcKJeLjz9MK".repeat(40 + lot.below(100));
        format!(
            "{head}Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"cv-{}.pdf\"\r\n\r\n{bytes}\r\n--x--\r\n",
            lot.below(4_000)
        )
    } else {
        format!("{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}")
    }
}

/// So many messages in the inbox, some sent ones, all indexed.
pub(crate) async fn fill(world: &World, messages: usize) -> Filled {
    let mut lot = Lot::new(11);
    let inbox = world.folder("INBOX", None).await;
    let sent = world.folder("Sent", Some("\\Sent")).await;
    put(&world.store, inbox, messages, &mut lot).await;
    put(&world.store, sent, messages / SENT, &mut lot).await;
    Indexer::new(&world.store).index_all().await.unwrap();
    Filled {
        inbox,
        messages: u32::try_from(messages).unwrap(),
    }
}

async fn put(store: &Store, folder: FolderId, messages: usize, lot: &mut Lot) {
    for from in (0..messages).step_by(TOGETHER) {
        let mut some = Vec::with_capacity(TOGETHER);
        for n in from..messages.min(from + TOGETHER) {
            let mut intake = Intake::new(store, 1 << 20, None);
            intake.write(letter(lot, n).as_bytes()).await.unwrap();
            let incoming = intake.finish().await.unwrap();
            let mut flags = flag::SEEN * i64::from(!n.is_multiple_of(UNREAD));
            flags |= flag::FLAGGED * i64::from(n.is_multiple_of(STARRED));
            let at = BEGIN + i64::try_from(n).unwrap() * 10 * MINUTE;
            some.push((incoming, flags, at));
        }
        let some = Arc::new(some);
        let put = store.write(move |tx| {
            for (incoming, flags, internal_at) in some.iter() {
                let stored = message::put(tx, &incoming.staged, &incoming.new_message())?;
                let new = NewEntry {
                    folder,
                    message: stored.id,
                    message_size: stored.size,
                    flags: *flags,
                    internal_at: *internal_at,
                    prefix: b"",
                };
                entry::append(tx, &new)?;
            }
            Ok::<_, StoreError>(())
        });
        put.await.unwrap();
    }
}
