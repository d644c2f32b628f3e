//! What goes wrong, as a page.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::Refused;
use congvu_store::StoreError;

use super::frame::html;
use super::session::Visitor;
use super::{Frame, Lang, Site};

/// A page, or why there is none.
pub(crate) type Page = Result<Response, Oops>;

/// Why a page is not shown.
#[derive(Debug)]
pub(crate) enum Oops {
    /// It is elsewhere, or somebody must sign in first.
    Elsewhere(String),
    /// There is none.
    Missing(String),
    /// Whoever asks may not.
    Forbidden(String),
    /// What was sent makes no sense.
    Bad(String),
    /// It is not in a state in which this can be done.
    State(String),
    /// The store cannot be asked now.
    Busy,
}

impl Oops {
    pub(crate) fn missing(text: &str) -> Self {
        Self::Missing(text.to_owned())
    }
}

impl From<StoreError> for Oops {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a page is not shown");
        Self::Busy
    }
}

impl From<Refused> for Oops {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Store(error) => error.into(),
            Refused::Forbidden(text) => Self::Forbidden(text),
            Refused::Missing(text) => Self::Missing(text),
            refused @ Refused::State(_) => Self::State(refused.to_string()),
            refused => Self::Bad(refused.to_string()),
        }
    }
}

#[derive(Template)]
#[template(path = "oops.html")]
struct OopsPage {
    frame: Frame,
    heading: &'static str,
    text: String,
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        let (status, heading, text) = match self {
            Self::Elsewhere(path) => return Redirect::to(&path).into_response(),
            Self::Missing(text) => (StatusCode::NOT_FOUND, "Không tìm thấy", text),
            Self::Forbidden(text) => (StatusCode::FORBIDDEN, "Không được phép", text),
            Self::Bad(text) => (StatusCode::BAD_REQUEST, "Chưa làm được", text),
            Self::State(text) => (StatusCode::CONFLICT, "Chưa làm được", text),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Máy chủ đang bận",
                "Máy chủ chưa trả lời được lúc này. Hãy chờ một phút rồi tải lại trang; thư của bạn không mất.".to_owned(),
            ),
        };
        let page = OopsPage {
            frame: Frame::plain(heading, Lang::Vietnamese),
            heading,
            text,
        };
        let mut response = html(&page);
        *response.status_mut() = status;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }
}

pub(crate) async fn not_found(State(_): State<Site>, visitor: Visitor) -> Oops {
    Oops::Missing(
        visitor
            .lang
            .t("Không có trang này. Có thể địa chỉ đã gõ sai, hoặc thư đã được chuyển đi nơi khác.")
            .to_owned(),
    )
}
