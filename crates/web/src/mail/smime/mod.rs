//! Mail that is signed or encrypted with S/MIME (BS.8, QN.11.3; RFC 8551): it is looked into, and the page says what came out.

mod seal;

use bytes::Bytes;
use congvu_message::smime::{self, Inside, Measure, Report, Signed, Why};
use congvu_message::{Analyzer, Part};
use congvu_store::Store;
use tokio::sync::Semaphore;

use super::part::Stored;
use crate::site::{Lang, Oops, Site};

pub(super) use seal::Seal;

/// The longest content that is looked into, in bytes as it is encoded: it is held in memory.
const LONGEST: u64 = 30 << 20;
/// The longest signature beside a content, with its certificates, in bytes as it is encoded.
const SIGNATURE: u64 = 1 << 20;
/// So many are looked into at once.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// What is known of a message.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) seal: Option<Seal>,
    /// The message as it is read, where it lies within the signed content.
    pub(super) inside: Option<Stored>,
    /// Where the part begins that is nothing but the signature.
    pub(super) signature: Option<u64>,
}

/// What came out.
enum Outcome {
    Signed(Report),
    Encrypted,
    Unknown,
}

/// Looks into a message that says to be from this address.
pub(super) async fn look(
    site: &Site,
    stored: &Stored,
    sender: &str,
    lang: Lang,
) -> Result<Looked, Oops> {
    let Some(form) = smime::form(&stored.structure) else {
        return Ok(Looked::default());
    };
    let (outcome, inside, signature) = match form.signed {
        Signed::Beside { content, signature } => {
            let report = beside(site, stored, (content, signature), sender).await?;
            (Outcome::Signed(report), None, Some(signature.header_start))
        }
        Signed::Around(part) => {
            let (outcome, inside) = around(site, stored, part, sender).await?;
            (outcome, inside, None)
        }
    };
    let now = site.store.now();
    Ok(Looked {
        seal: Some(Seal::of(&outcome, form.is_whole, now, lang)),
        inside,
        signature,
    })
}

/// The message within the signed content of another, where all of it lies there.
pub(super) async fn inside(store: &Store, stored: &Stored) -> Result<Option<Stored>, Oops> {
    let Some(Signed::Around(part)) = smime::form(&stored.structure).map(|form| form.signed) else {
        return Ok(None);
    };
    if part.body_len() > LONGEST {
        return Ok(None);
    }
    let _turn = AT_ONCE.acquire().await.map_err(|_| Oops::Busy)?;
    let octets = stored.content(store, part, LONGEST).await?;
    let opening = tokio::task::spawn_blocking(move || match smime::inside(&octets) {
        Inside::Signed(content) => Some(analyzed(content)),
        Inside::Encrypted | Inside::Other => None,
    });
    let opened = opening.await.map_err(|_| Oops::Busy)?;
    Ok(opened.map(|opened| within(stored, opened)))
}

async fn beside(
    site: &Site,
    stored: &Stored,
    (content, signature): (&Part, &Part),
    sender: &str,
) -> Result<Report, Oops> {
    if content.body_end - content.header_start > LONGEST || signature.body_len() > SIGNATURE {
        return Ok(Report::of(Why::TooLong));
    }
    let _turn = AT_ONCE.acquire().await.map_err(|_| Oops::Busy)?;
    let range = (content.header_start, content.body_end);
    let content = stored.octets(&site.store, range, LONGEST).await?;
    let octets = stored.content(&site.store, signature, SIGNATURE).await?;
    let check = checking(site, stored, sender);
    let checking = tokio::task::spawn_blocking(move || check(&octets, Some(&content)));
    checking.await.map_err(|_| Oops::Busy)
}

async fn around(
    site: &Site,
    stored: &Stored,
    part: &Part,
    sender: &str,
) -> Result<(Outcome, Option<Stored>), Oops> {
    let kind = part.param("smime-type").unwrap_or_default();
    if kind.eq_ignore_ascii_case("enveloped-data")
        || kind.eq_ignore_ascii_case("authEnveloped-data")
    {
        return Ok((Outcome::Encrypted, None));
    }
    if part.body_len() > LONGEST {
        return Ok((Outcome::Signed(Report::of(Why::TooLong)), None));
    }
    let _turn = AT_ONCE.acquire().await.map_err(|_| Oops::Busy)?;
    let octets = stored.content(&site.store, part, LONGEST).await?;
    let check = checking(site, stored, sender);
    let opening = tokio::task::spawn_blocking(move || match smime::inside(&octets) {
        Inside::Signed(content) => (
            Outcome::Signed(check(&octets, None)),
            Some(analyzed(content)),
        ),
        Inside::Encrypted => (Outcome::Encrypted, None),
        Inside::Other => (Outcome::Unknown, None),
    });
    let (outcome, opened) = opening.await.map_err(|_| Oops::Busy)?;
    Ok((outcome, opened.map(|opened| within(stored, opened))))
}

/// Checks a signature, over what lies within it or over what stands beside it.
fn checking(
    site: &Site,
    stored: &Stored,
    sender: &str,
) -> impl FnOnce(&[u8], Option<&[u8]>) -> Report + Send + use<> {
    let (config, sender) = (site.config.clone(), sender.to_owned());
    let arrived = stored.internal_at.div_euclid(1000);
    move |octets, beside| {
        let measure = Measure {
            sender: &sender,
            arrived,
            anchors: &config.signers,
        };
        smime::check(octets, beside, measure)
    }
}

/// A MIME entity and its structure.
fn analyzed(content: Vec<u8>) -> (Bytes, Part) {
    let mut analyzer = Analyzer::new();
    analyzer.feed(&content);
    (content.into(), analyzer.finish().structure)
}

fn within(stored: &Stored, (content, structure): (Bytes, Part)) -> Stored {
    Stored {
        structure,
        within: Some(content),
        ..stored.clone()
    }
}
