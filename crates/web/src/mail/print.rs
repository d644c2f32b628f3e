//! One message for paper: who, to whom, when, the texts, the names of the files. It is a document of its own without script, as the
//! frames of messages are, since their styles stand in it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use congvu_message::safe_html;
use congvu_message::search::envelope::Field;

use super::part::Stored;
use super::read::{self, people};
use super::smime::{self, Seal};
use super::{body, bytes, files, part, text};
use crate::site::{FRAME_POLICY, Frame, Lang, Oops, Page, Site, User, full, html};

/// The longest text that is printed, in bytes as it is encoded.
const LONGEST: u64 = 4 << 20;
/// So many texts are printed one after another.
const TEXTS: usize = 20;

#[derive(Template)]
#[template(path = "mail/print.html")]
struct PrintPage {
    frame: Frame,
    from: String,
    to: String,
    cc: String,
    when: String,
    /// Safe HTML.
    bodies: Vec<String>,
    /// What came of its signature, where it has one (BS.8).
    seal: Option<Seal>,
    /// Name and size.
    files: Vec<(String, String)>,
    printed: String,
    back: String,
}

/// `/thu/…/in`
pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path(at): Path<(i64, i64, u32)>,
) -> Page {
    let base = format!("/thu/{}/{}/{}", at.0, at.1, at.2);
    let stored = files::find(&site, user.clone(), at).await?;
    let lang = user.lang;
    let looked = smime::look(&site, &stored, &read::sender(&stored), lang).await?;
    let inside = looked.inside.as_ref().unwrap_or(&stored);
    let shown = inside.structure.shown();
    let files = shown
        .attached()
        .filter(|located| Some(located.part.header_start) != looked.signature)
        .map(|located| {
            let name = part::file_name(located.part, &located.section());
            (name, bytes(read::size(located.part)))
        });
    let subject = stored.subject.trim();
    let subject = if subject.is_empty() {
        lang.t("(không có tiêu đề)")
    } else {
        subject
    };
    let mut response = html(&PrintPage {
        frame: Frame::of(&user, &site.place().await?, subject),
        from: people(&stored.envelope, Field::From),
        to: people(&stored.envelope, Field::To),
        cc: people(&stored.envelope, Field::Cc),
        when: full(stored.sent_at.unwrap_or(stored.internal_at), lang),
        bodies: bodies(&site, inside, &base, lang).await?,
        files: files.collect(),
        seal: looked.seal,
        printed: full(site.store.now(), lang),
        back: base,
    });
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(FRAME_POLICY),
    );
    Ok(response)
}

async fn bodies(site: &Site, stored: &Stored, base: &str, lang: Lang) -> Result<Vec<String>, Oops> {
    let shown = stored.structure.shown();
    let mut bodies = Vec::new();
    for located in shown.texts.iter().take(TEXTS) {
        let letters = stored.text(&site.store, located.part, LONGEST).await?;
        if !located.part.subtype.eq_ignore_ascii_case("html") {
            bodies.push(format!("<pre>{}</pre>", text::to_html(&letters)));
            continue;
        }
        let pictures = body::pictures(stored, base, false);
        let cleaning = tokio::task::spawn_blocking(move || safe_html::clean(&letters, pictures));
        let safe = cleaning.await.map_err(|_| Oops::Busy)?;
        bodies.push(safe.map_or_else(
            || {
                let mut words = "<p>".to_owned();
                text::escape(
                    lang.t(
                        "Nội dung này dài hoặc phức tạp quá mức in được. Hãy tải thư gốc về để in.",
                    ),
                    &mut words,
                );
                words.push_str("</p>");
                words
            },
            |safe| safe.html,
        ));
    }
    Ok(bodies)
}
