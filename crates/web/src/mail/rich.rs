//! What is written with formats. On the form its pictures are addresses of ours; in the message they are parts (RFC 2392 `cid:`),
//! so that a draft opens again as it was.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use congvu_delivery::content;
use congvu_message::safe_html::{self, Pictures, written};

use super::draft::{Draft, Picture, Place};
use super::part::{self, Stored};
use super::send::Sending;
use super::{body, open, smime, text, upload};
use crate::site::{Oops, Site};

/// So many pictures within one text.
const PICTURES: usize = 100;
/// So much of a text is opened again, in bytes as it is encoded.
const LONGEST: u64 = 4 << 20;

/// Where a picture of the form lies.
#[derive(Debug, PartialEq)]
enum Source {
    Upload(i64),
    Part(Place, String),
    Data(Vec<u8>),
}

impl Source {
    fn parse(address: &str) -> Option<Self> {
        if let Some(id) = address.strip_prefix(upload::PATH) {
            return id.parse().ok().map(Self::Upload);
        }
        if let Some(rest) = address.strip_prefix("/thu/") {
            let (place, section) = rest.split_once("/tep/")?;
            let section = section.split('?').next()?;
            return Some(Self::Part(Place::parse(place)?, section.to_owned()));
        }
        let (head, data) = address.strip_prefix("data:image/")?.split_once(',')?;
        let is_base64 = head.ends_with(";base64");
        let bytes = STANDARD.decode(data.trim()).ok().filter(|_| is_base64)?;
        Some(Self::Data(bytes))
    }
}

impl Sending<'_> {
    /// Makes what came from the editor fit to be sent: cleaned, with its pictures as parts, and as plain text too.
    pub(super) async fn dress(&self, draft: &mut Draft) -> Result<(), Oops> {
        let Some(html) = draft.html.take() else {
            return Ok(());
        };
        let given = html.clone();
        let addresses = tokio::task::spawn_blocking(move || written::pictures(&given));
        let addresses = addresses.await.map_err(|_| Oops::Busy)?;
        let mut instead = HashMap::new();
        for address in addresses.ok_or_else(|| self.too_long())? {
            if draft.pictures.len() >= PICTURES {
                return Err(Oops::Bad(self.t("Quá nhiều ảnh trong một thư.").to_owned()));
            }
            let Some(source) = Source::parse(&address) else {
                continue;
            };
            let Some((name, bytes)) = self.picture(source).await? else {
                continue;
            };
            let Some(media) = content::picture(&bytes) else {
                continue;
            };
            let cid = format!("anh{}.{}", draft.pictures.len() + 1, draft.id);
            let cid = format!("{cid}@{}", self.site.config.hostname);
            instead.insert(address.clone(), format!("cid:{cid}"));
            draft.pictures.push(Picture {
                cid,
                name,
                media,
                bytes,
                from: address,
            });
        }
        let cleaning = tokio::task::spawn_blocking(move || {
            written::clean(&html, instead).map(|html| (written::to_text(&html), html))
        });
        let cleaned = cleaning.await.map_err(|_| Oops::Busy)?;
        let (text, html) = cleaned.ok_or_else(|| self.too_long())?;
        draft.text = text;
        draft.html = Some(html);
        Ok(())
    }

    fn too_long(&self) -> Oops {
        Oops::Bad(self.t("Thư quá dài.").to_owned())
    }

    /// A picture's name and bytes; of what its writer cannot open, or what is gone, nothing.
    async fn picture(&self, source: Source) -> Result<Option<(String, Vec<u8>)>, Oops> {
        let (stored, section) = match source {
            Source::Data(bytes) => return Ok(Some((String::new(), bytes))),
            Source::Upload(id) => match upload::find(self.site, self.user, id).await? {
                Some(stored) => (stored, "1".to_owned()),
                None => return Ok(None),
            },
            Source::Part(place, section) => {
                let user = self.user.clone();
                let found = self.site.store.read(move |tx| {
                    open::folder(tx, &user, place.mailbox, place.folder)?;
                    part::find(tx, place.folder, place.uid)?.ok_or_else(open::gone)
                });
                match found.await {
                    Ok(stored) => {
                        let inside = smime::inside(&self.site.store, &stored).await?;
                        (inside.unwrap_or(stored), section)
                    }
                    Err(Oops::Missing(_)) => return Ok(None),
                    Err(oops) => return Err(oops),
                }
            }
        };
        let Some(part) = stored.part(&section) else {
            return Ok(None);
        };
        let most = self.site.config.message_limit;
        let bytes = stored.content(&self.site.store, part, most).await?;
        let name = part.file_name().unwrap_or_default().to_owned();
        Ok(Some((name, bytes)))
    }
}

/// A message's texts as the editor takes them: cleaned, its pictures under their addresses here, none from elsewhere.
pub(super) async fn html(site: &Site, stored: &Stored, place: Place) -> Result<String, Oops> {
    let mut whole = String::new();
    let inside = smime::inside(&site.store, stored).await?;
    let stored = inside.as_ref().unwrap_or(stored);
    for located in &stored.structure.shown().texts {
        let letters = stored.text(&site.store, located.part, LONGEST).await?;
        if !located.part.subtype.eq_ignore_ascii_case("html") {
            whole.push_str(&lines(&letters));
            continue;
        }
        let pictures: Pictures = body::pictures(stored, &format!("/thu/{place}"), false);
        let cleaning = tokio::task::spawn_blocking(move || {
            safe_html::clean(&letters, pictures)
                .map_or_else(|| lines(&safe_html::to_text(&letters)), |safe| safe.html)
        });
        whole.push_str(&cleaning.await.map_err(|_| Oops::Busy)?);
    }
    Ok(whole)
}

/// Plain text, a line each.
pub(super) fn lines(letters: &str) -> String {
    let mut html = String::with_capacity(letters.len() + letters.len() / 4);
    for line in letters.trim_end().lines() {
        html.push_str("<div>");
        if line.trim().is_empty() {
            html.push_str("<br>");
        } else {
            text::escape(line, &mut html);
        }
        html.push_str("</div>");
    }
    html
}

/// Whether it is written with formats: it has a text of HTML.
pub(super) fn is_rich(stored: &Stored) -> bool {
    let shown = stored.structure.shown();
    let mut texts = shown.texts.iter();
    texts.any(|located| located.part.subtype.eq_ignore_ascii_case("html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_pictures_lie() {
        let place = Place::parse("1/2/3").unwrap();
        for (address, source) in [
            ("/soan/tep/7", Some(Source::Upload(7))),
            (
                "/thu/1/2/3/tep/1.2?xem=1",
                Some(Source::Part(place, "1.2".to_owned())),
            ),
            (
                "data:image/png;base64,AAEC",
                Some(Source::Data(vec![0, 1, 2])),
            ),
            ("data:image/png,AAEC", None),
            ("data:text/html;base64,AAEC", None),
            ("https://e.vn/a.png", None),
            ("/thu/1/2/tep/1", None),
            ("/soan/tep/../x", None),
        ] {
            assert_eq!(Source::parse(address), source, "{address}");
        }
    }

    #[test]
    fn plain_text_becomes_lines() {
        assert_eq!(
            lines("a <b>\n\n  c\n\n"),
            "<div>a &lt;b&gt;</div><div><br></div><div>  c</div>"
        );
    }
}
