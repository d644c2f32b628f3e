//! The way of a message: which servers it came through, when, how enciphered, and what was found of its sender.

use askama::Template;
use axum::extract::{Path, State};
use congvu_message::trace::{self, Finding, Hop, Results};

use super::files;
use crate::site::{Frame, Lang, Page, Site, User, full, html};

struct Passed {
    from: String,
    from_ip: String,
    by: String,
    when: String,
    delay: String,
    tls: String,
    with: String,
    id: String,
    /// A server of ours says so.
    ours: bool,
}

#[derive(Template)]
#[template(path = "mail/way.html")]
struct WayPage {
    frame: Frame,
    subject: String,
    back: String,
    hops: Vec<Passed>,
    /// What this server found.
    own: Vec<Finding>,
    /// What others say that they found.
    others: Vec<Results>,
}

/// `/thu/…/duong-di`
pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path(at): Path<(i64, i64, u32)>,
) -> Page {
    let back = format!("/thu/{}/{}/{}", at.0, at.1, at.2);
    let stored = files::find(&site, user.clone(), at).await?;
    let header = stored.header(&site.store).await?;
    let hostname = &site.config.hostname;
    let is_ours = |name: &str| name.eq_ignore_ascii_case(hostname);
    let (mut own, mut others) = (Vec::new(), trace::results(&header));
    for results in trace::results(&stored.prefix) {
        if is_ours(&results.server) {
            own.extend(results.findings);
        } else {
            others.insert(0, results);
        }
    }
    others.retain(|results| !results.findings.is_empty());
    let mut way = trace::hops(&header);
    let behind = way.len();
    way.extend(trace::hops(&stored.prefix));
    let mut before = None;
    let hops = way.into_iter().enumerate().map(|(n, hop)| {
        // Who wrote a line before it came here may have written what he likes.
        let ours = n >= behind && is_ours(&hop.by);
        let delay = hop
            .at
            .zip(before)
            .map(|(at, before): (i64, i64)| at.saturating_sub(before));
        before = hop.at.or(before);
        passed(hop, ours, delay, user.lang)
    });
    let hops = hops.collect();
    let title = user.lang.t("Đường đi của thư");
    Ok(html(&WayPage {
        frame: Frame::of(&user, &site.place().await?, title),
        subject: stored.subject,
        back,
        hops,
        own,
        others,
    }))
}

fn passed(hop: Hop, ours: bool, delay: Option<i64>, lang: Lang) -> Passed {
    Passed {
        from: hop.from,
        from_ip: hop.from_ip.unwrap_or_default(),
        by: hop.by,
        when: hop
            .at
            .map_or_else(String::new, |at| full(at.saturating_mul(1000), lang)),
        delay: delay.map_or_else(String::new, |delay| lasted(delay, lang)),
        tls: hop.tls.unwrap_or_default(),
        with: hop.with,
        id: hop.id,
        ours,
    }
}

/// How long something took, in seconds, as people say it: `4 giây`, `2 phút 5 giây`, `3 giờ`.
fn lasted(seconds: i64, lang: Lang) -> String {
    if seconds < 0 {
        return lang.t("đồng hồ hai máy lệch nhau").to_owned();
    }
    let units = [
        (86_400, lang.t("ngày")),
        (3_600, lang.t("giờ")),
        (60, lang.t("phút")),
        (1, lang.t("giây")),
    ];
    let mut left = seconds;
    let mut said = Vec::new();
    for (unit, name) in units {
        if left >= unit && said.len() < 2 {
            said.push(format!("{} {name}", left / unit));
            left %= unit;
        }
    }
    if said.is_empty() {
        return format!("0 {}", lang.t("giây"));
    }
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_it_took() {
        for (seconds, said) in [
            (0, "0 giây"),
            (4, "4 giây"),
            (125, "2 phút 5 giây"),
            (3 * 3_600, "3 giờ"),
            (90_061, "1 ngày 1 giờ"),
            (-3, "đồng hồ hai máy lệch nhau"),
            (i64::MAX, "106751991167300 ngày 15 giờ"),
        ] {
            assert_eq!(lasted(seconds, Lang::Vietnamese), said);
        }
    }
}
