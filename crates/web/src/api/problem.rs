//! What went wrong, as RFC 9457 tells it: `application/problem+json`, with the clause and the faults of a list.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::{Refused, lists::Fault};
use congvu_papers::DocumentError;
use congvu_regulation::Refusal;
use congvu_store::StoreError;
use serde_json::{Value, json};

/// A refused or failed request.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    clause: Option<String>,
    faults: Vec<Fault>,
    retry_after: Option<Duration>,
}

/// An answer, or why there is none.
pub(crate) type Answer<T = Json<Value>> = Result<T, Problem>;

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            clause: None,
            faults: Vec::new(),
            retry_after: None,
        }
    }

    /// What is told to people.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// What is told to people, with all that is wrong with a list.
    pub(crate) fn whole(&self) -> String {
        let faults: Vec<&str> = self
            .faults
            .iter()
            .map(|fault| fault.what.as_str())
            .collect();
        match faults.is_empty() {
            true => self.detail.clone(),
            false => faults.join(" "),
        }
    }

    /// Its status, and after how long to come again.
    pub(crate) fn outline(&self) -> (StatusCode, Option<Duration>) {
        (self.status, self.retry_after)
    }

    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    pub(super) fn retry_after(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "Yêu cầu không đọc được",
        StatusCode::UNAUTHORIZED => "Chưa xác thực",
        StatusCode::FORBIDDEN => "Không có quyền",
        StatusCode::NOT_FOUND => "Không tìm thấy",
        StatusCode::METHOD_NOT_ALLOWED => "Phương thức không dùng được",
        StatusCode::REQUEST_TIMEOUT => "Quá thời gian chờ",
        StatusCode::CONFLICT => "Trạng thái không cho phép",
        StatusCode::PAYLOAD_TOO_LARGE => "Nội dung quá lớn",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Kiểu nội dung không đọc được",
        StatusCode::UNPROCESSABLE_ENTITY => "Không hợp lệ",
        StatusCode::TOO_MANY_REQUESTS => "Quá nhiều lần sai",
        StatusCode::SERVICE_UNAVAILABLE => "Tạm thời không phục vụ được",
        _ => "Lỗi",
    }
}

fn cited(refusal: &Refusal) -> Option<String> {
    refusal.origin.clause().map(ToString::to_string)
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let detail = refused.to_string();
        match refused {
            Refused::Store(error) => error.into(),
            Refused::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, detail),
            Refused::Missing(_) => Self::new(StatusCode::NOT_FOUND, detail),
            Refused::State(_) => Self::new(StatusCode::CONFLICT, detail),
            Refused::Bad(_) | Refused::Naming(_) => Self::bad(detail),
            Refused::Lines(faults) => Self {
                faults,
                ..Self::bad("Danh sách có lỗi; chưa ghi nhận dòng nào.")
            },
            Refused::Rule(refusal) => Self {
                clause: cited(&refusal),
                ..Self::bad(detail)
            },
            Refused::Rules(refusals) => Self {
                clause: refusals.iter().find_map(cited),
                ..Self::bad(detail)
            },
        }
    }
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Internal(_) => {
                tracing::error!(%error, "api: a file cannot be made");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Không tạo được tệp.")
            }
            error => Self::bad(error.to_string()),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::new(
                StatusCode::CONFLICT,
                "Dữ liệu vừa thay đổi; hãy đọc lại rồi làm lại.",
            ),
            StoreError::NotFound(_) => Self::new(StatusCode::NOT_FOUND, "Không còn tồn tại."),
            error => {
                tracing::error!(%error, "api: the store cannot do it now");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Kho dữ liệu tạm thời không phục vụ được; hãy thử lại sau.",
                )
                .retry_after(Duration::from_secs(5))
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": "about:blank", "title": title(self.status), "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if let Some(clause) = self.clause {
            body["clause"] = clause.into();
        }
        if !self.faults.is_empty() {
            let faults = self.faults.iter();
            body["faults"] = faults
                .map(
                    |fault| json!({ "row": fault.row, "column": fault.column, "what": fault.what }),
                )
                .collect();
        }
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
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
