//! Puts believable mail into some mailboxes.

use anyhow::Result;
use congvu_delivery::Intake;
use congvu_message::written;
use congvu_store::address::{self, Lookup, Target};
use congvu_store::entry::{self, NewEntry};
use congvu_store::keyword::flag;
use congvu_store::{FolderId, Store, StoreError, message, now_ms};
use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;

use super::DOMAIN;
use super::letters::{LETTERS, Letter};
use super::people::People;
use super::province::ORGANISATIONS;

const MINUTE_MS: i64 = 60_000;
/// A letter of the demo is far below this.
const LIMIT: u64 = 1 << 20;

/// Each unit mailbox and the first persons of each organisation of the small province get letters; no two the same.
pub(super) async fn fill(store: &Store) -> Result<()> {
    let mut people = People::default();
    let mut receivers = vec![("quantri".to_owned(), "Quản trị hệ thống".to_owned())];
    for (_, short, name) in ORGANISATIONS {
        receivers.push((short.to_owned(), name.to_owned()));
        for position in 0..13 {
            let person = people.next(short);
            if position < 3 {
                receivers.push((person.local_part.clone(), person.full_name()));
            }
        }
    }
    fill_for(store, &receivers).await
}

/// Whoever these are, by what stands before the @, and their names, gets letters.
pub(super) async fn fill_for(store: &Store, receivers: &[(String, String)]) -> Result<()> {
    for (n, (local_part, name)) in receivers.iter().enumerate() {
        let Some(inbox) = inbox(store, local_part).await? else {
            continue;
        };
        let mut letters: Vec<&Letter> = LETTERS
            .iter()
            .enumerate()
            .filter(|(k, letter)| letter.from != local_part && (n + k) % 3 != 0)
            .map(|(_, letter)| letter)
            .collect();
        // The oldest is delivered first: UIDs rise with time.
        letters.sort_by_key(|letter| std::cmp::Reverse(letter.age));
        for letter in letters {
            place(store, inbox, letter, local_part, name).await?;
        }
    }
    Ok(())
}

async fn inbox(store: &Store, local_part: &str) -> Result<Option<FolderId>> {
    let local_part = local_part.to_owned();
    let found = store
        .read(move |tx| address::lookup(tx, &local_part, DOMAIN))
        .await;
    let found: Result<Lookup, StoreError> = found;
    Ok(match found? {
        Lookup::Found(Target::Mailbox(target)) => Some(target.inbox),
        _ => None,
    })
}

async fn place(
    store: &Store,
    inbox: FolderId,
    letter: &Letter,
    local_part: &str,
    name: &str,
) -> Result<()> {
    let at = now_ms() - letter.age * MINUTE_MS;
    let bytes = compose(letter, local_part, name, at)?;
    let mut intake = Intake::new(store, LIMIT, None);
    intake.write(&bytes).await?;
    let incoming = intake.finish().await?;
    let new = incoming.new_message();
    let flags =
        if letter.read { flag::SEEN } else { 0 } | if letter.flagged { flag::FLAGGED } else { 0 };
    let prefix = format!(
        "Delivered-To: {local_part}@{DOMAIN}\r\nReturn-Path: <{}@{DOMAIN}>\r\n",
        letter.from
    );
    store
        .write(move |tx| {
            let stored = message::put(tx, &incoming.staged, &new)?;
            entry::append(
                tx,
                &NewEntry {
                    folder: inbox,
                    message: stored.id,
                    message_size: stored.size,
                    flags,
                    internal_at: at,
                    prefix: prefix.as_bytes(),
                },
            )
        })
        .await
        .map_err(|error: StoreError| error)?;
    Ok(())
}

fn compose(letter: &Letter, local_part: &str, name: &str, at: i64) -> Result<Vec<u8>> {
    let sender = ORGANISATIONS
        .iter()
        .find(|(_, short, _)| *short == letter.from)
        .map_or(letter.from, |(_, _, name)| *name);
    let person = |name: &str, local_part: &str| {
        Raw::new(written::person(name, &format!("{local_part}@{DOMAIN}")))
    };
    let mut message = MessageBuilder::new()
        .header("From", person(sender, letter.from))
        .header("To", person(name, local_part))
        .subject(letter.subject)
        .date(at.div_euclid(1000))
        .message_id(format!(
            "{}.{}.{local_part}@{DOMAIN}",
            letter.age, letter.from
        ))
        .text_body(letter.text.replace('\n', "\r\n"));
    match letter.attachment {
        Some((file, Some(text))) => {
            message = message.attachment("text/csv; charset=utf-8", file, text.as_bytes());
        }
        Some((file, None)) => {
            message = message.attachment("application/pdf", file, pdf(letter.subject));
        }
        None => {}
    }
    Ok(message.write_to_vec()?)
}

/// A one-page PDF that any reader opens; its text is the subject without marks, for the
/// standard fonts have no Vietnamese letters.
fn pdf(subject: &str) -> Vec<u8> {
    let text: String = congvu_message::fold::fold(subject)
        .chars()
        .filter(|c| c.is_ascii() && !matches!(c, '(' | ')' | '\\'))
        .take(80)
        .collect();
    let stream = format!("BT /F1 14 Tf 60 760 Td ({text}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{stream}\nendstream", stream.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
    }
    let start = out.len();
    out.push_str(&format!(
        "xref\n0 {}\n0000000000 65535 f \n",
        objects.len() + 1
    ));
    for offset in offsets {
        out.push_str(&format!("{offset:010} 00000 n \n"));
    }
    out.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    ));
    out.into_bytes()
}
