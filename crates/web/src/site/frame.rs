//! What stands around every page.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::assets;
use super::{Lang, User};

/// What stands around a page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Its title.
    pub(crate) title: String,
    pub(crate) lang: Lang,
    /// What the place is called whose mail this is.
    pub(crate) place: String,
    /// Who is signed in.
    pub(crate) user: Option<Shown>,
    /// What every form of a signed-in person carries.
    pub(crate) csrf: String,
    /// `light`, `dark`, or as the machine has it.
    pub(crate) theme: &'static str,
    /// How close together rows stand.
    pub(crate) density: &'static str,
    /// Messages are read below their list.
    pub(crate) pane_below: bool,
    /// Single letters do something.
    pub(crate) keys: bool,
}

/// Who is signed in, as the head of the page shows them.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) initials: String,
    /// The console is open to them.
    pub(crate) is_officer: bool,
}

impl Frame {
    /// Around a page for nobody in particular.
    pub(crate) fn plain(title: &str, lang: Lang) -> Self {
        Self {
            title: title.to_owned(),
            lang,
            place: String::new(),
            user: None,
            csrf: String::new(),
            theme: "",
            density: "",
            pane_below: false,
            keys: true,
        }
    }

    /// Around a page of somebody who is signed in.
    pub(crate) fn of(user: &User, place: &str, title: &str) -> Self {
        Self {
            title: title.to_owned(),
            lang: user.lang,
            place: place.to_owned(),
            user: Some(Shown {
                name: user.name.clone(),
                address: user.login.clone(),
                initials: initials(&user.name),
                is_officer: user.is_officer,
            }),
            csrf: user.csrf(),
            theme: "",
            density: user.density,
            pane_below: user.pane_below,
            keys: user.keys,
        }
    }

    pub(crate) fn t<'w>(&self, words: &'w str) -> &'w str {
        self.lang.t(words)
    }

    /// The address of an asset.
    #[expect(
        clippy::unused_self,
        reason = "templates ask the frame for all they need"
    )]
    pub(crate) fn asset(&self, name: &str) -> String {
        format!("/a/{}/{name}", *assets::VERSION)
    }

    /// The address of an icon.
    #[expect(
        clippy::unused_self,
        reason = "templates ask the frame for all they need"
    )]
    pub(crate) fn icon(&self, name: &str) -> String {
        format!("/a/{}/icons.svg#i-{name}", *assets::VERSION)
    }
}

/// The first letters of the last two words of a name: people are called by the last.
fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let from = words.len().saturating_sub(2);
    words[from..]
        .iter()
        .filter_map(|word| word.chars().next())
        .flat_map(char::to_uppercase)
        .collect()
}

/// A page.
pub(crate) fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => {
            let media = HeaderValue::from_static("text/html; charset=utf-8");
            ([(header::CONTENT_TYPE, media)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
