//! `/quan-ly/vai-tro`

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::{Role, rights};
use congvu_store::role_list;

use super::{SEE, label};
use crate::console::Officer;
use crate::console::places::aid::{self, href};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html, named_day};

/// Somebody with a role.
struct Row {
    name: String,
    href: String,
    title: String,
    login: String,
    role: &'static str,
    place: String,
    place_href: String,
    since: String,
    document: String,
    has_factor: bool,
    factor: &'static str,
    is_shut: bool,
    /// Where the role is taken back; empty where whoever looks may not.
    take: String,
}

#[derive(Template)]
#[template(path = "console/roles/list.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    rows: Vec<Row>,
    without: usize,
    demanded: bool,
    may: bool,
    done: &'static str,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(asked): RawQuery,
) -> Page {
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let demanded = site.config.factor_demanded;
    let page = site.store.read(move |tx| {
        let lang = officer.lang();
        officer.scope(tx, SEE, None)?;
        let (frame, shell) = shell::read(tx, &officer, lang.t("Vai trò"), Here::Roles)?;
        let mut rows = Vec::new();
        let mut without = 0;
        for top in aid::tops(tx, &officer, SEE)? {
            for found in role_list::below(tx, top)? {
                let Some(role) = Role::parse(&found.role) else {
                    continue;
                };
                let decide = [Role::Decide];
                let may = rights::has(tx, &officer.actor(), &decide, found.organisation)?;
                let has_factor = found.has_factor || found.passkeys > 0;
                without += usize::from(!has_factor);
                rows.push(Row {
                    name: found.name,
                    href: found
                        .mailbox
                        .map_or_else(String::new, |id| format!("/quan-ly/hop-thu/{id}")),
                    title: found.title,
                    login: found.login,
                    role: label(role, lang),
                    place: found.place,
                    place_href: href(found.organisation),
                    since: named_day(found.granted_at, lang),
                    document: found.document,
                    factor: factor(found.has_factor, found.passkeys > 0, lang),
                    has_factor,
                    is_shut: found.is_shut,
                    take: match may {
                        true => format!("/quan-ly/vai-tro/{}", found.id),
                        false => String::new(),
                    },
                });
            }
        }
        Ok::<_, Oops>(ListPage {
            frame,
            shell,
            rows,
            without,
            demanded,
            may: officer.has(&[Role::Decide]),
            done: match fields.get("xong") {
                "giao" => lang.t("Đã giao vai trò; có hiệu lực ngay."),
                "thoi" => lang.t("Đã thôi giao vai trò; mất hiệu lực ngay."),
                _ => "",
            },
        })
    });
    Ok(html(&page.await?))
}

/// What proves besides the password who somebody is.
fn factor(code: bool, passkey: bool, lang: Lang) -> &'static str {
    match (code, passkey) {
        (true, true) => lang.t("Mã trên điện thoại, khóa truy cập"),
        (true, false) => lang.t("Mã trên điện thoại"),
        (false, true) => lang.t("Khóa truy cập"),
        (false, false) => lang.t("Chưa có"),
    }
}
