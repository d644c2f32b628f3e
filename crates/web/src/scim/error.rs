//! What went wrong, as RFC 7644 §3.12 tells it.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use congvu_store::StoreError;
use serde_json::json;

use super::scim;
use crate::api::problem::Problem;

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// A refused or failed request.
#[derive(Debug)]
pub(super) struct Error {
    status: StatusCode,
    kind: Option<&'static str>,
    detail: String,
    retry_after: Option<Duration>,
}

impl Error {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            kind: None,
            detail: detail.into(),
            retry_after: None,
        }
    }

    fn bad(kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: Some(kind),
            ..Self::new(StatusCode::BAD_REQUEST, detail)
        }
    }

    pub(super) fn syntax(detail: impl Into<String>) -> Self {
        Self::bad("invalidSyntax", detail)
    }

    pub(super) fn value(detail: impl Into<String>) -> Self {
        Self::bad("invalidValue", detail)
    }

    pub(super) fn filter(detail: impl Into<String>) -> Self {
        Self::bad("invalidFilter", detail)
    }

    pub(super) fn path(detail: impl Into<String>) -> Self {
        Self::bad("invalidPath", detail)
    }

    pub(super) fn no_target(detail: impl Into<String>) -> Self {
        Self::bad("noTarget", detail)
    }

    pub(super) fn mutability(detail: impl Into<String>) -> Self {
        Self::bad("mutability", detail)
    }

    pub(super) fn uniqueness(detail: impl Into<String>) -> Self {
        Self {
            kind: Some("uniqueness"),
            ..Self::new(StatusCode::CONFLICT, detail)
        }
    }

    pub(super) fn missing() -> Self {
        Self::new(StatusCode::NOT_FOUND, "no such resource")
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let (status, retry_after) = problem.outline();
        // RFC 7644 §3.12 knows no 422.
        let (status, kind) = match status {
            StatusCode::UNPROCESSABLE_ENTITY => (StatusCode::BAD_REQUEST, Some("invalidValue")),
            status => (status, None),
        };
        Self {
            status,
            kind,
            detail: problem.whole(),
            retry_after,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Problem::from(error).into()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut body = json!({
            "schemas": [ERROR], "status": self.status.as_u16().to_string(), "detail": self.detail,
        });
        if let Some(kind) = self.kind {
            body["scimType"] = kind.into();
        }
        let mut response = scim(self.status, &body);
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"congvu\""),
            );
        }
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, wait.as_secs().max(1).into());
        }
        response
    }
}
