//! `/phim-tat`: what the keys do, for those without script; with it the same stands in a dialog.

use askama::Template;
use axum::extract::State;

use crate::site::{Frame, Page, Site, User, html};

#[derive(Template)]
#[template(path = "mail/keys_page.html")]
struct KeysPage {
    frame: Frame,
}

pub(super) async fn page(State(site): State<Site>, user: User) -> Page {
    let title = user.lang.t("Phím tắt");
    Ok(html(&KeysPage {
        frame: Frame::of(&user, &site.place().await?, title),
    }))
}
