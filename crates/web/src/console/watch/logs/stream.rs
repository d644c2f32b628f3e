//! A log as a file, written as it is read: a piece a transaction, however long it is.

use std::io;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use congvu_documents::sheet;
use congvu_store::Tx;
use futures_util::stream;

use crate::site::{Oops, Site, User};

/// Lines of cells, and where the next piece goes on.
pub(super) type Piece = (Vec<Vec<String>>, Option<(i64, i64)>);

/// The file `name`: first its head, then the pieces that `read` gives. Whoever's session ends, or whose role does, gets no more: the
/// connection is broken off before the file's end, so that it does not look whole.
pub(super) fn csv(
    site: Site,
    user: User,
    name: &str,
    head: &[&str],
    read: impl FnMut(&mut Tx<'_>, Option<(i64, i64)>) -> Result<Piece, Oops> + Clone + Send + 'static,
) -> Response {
    // A byte order mark: what opens tables takes the file for UTF-8 then.
    let first = format!("\u{feff}{}\r\n", sheet::csv_line(head.iter().copied()));
    let start = State {
        site,
        user,
        read,
        first: Some(first),
        at: Some(None),
    };
    let body = stream::try_unfold(start, |mut state| async move {
        if let Some(first) = state.first.take() {
            return Ok(Some((Bytes::from(first), state)));
        }
        let Some(before) = state.at else {
            return Ok(None);
        };
        let (user, mut read) = (state.user.clone(), state.read.clone());
        let piece = state
            .site
            .store
            .read(move |tx| {
                if !user.is_in_force(tx)? {
                    return Err(Oops::Busy);
                }
                read(tx, before)
            })
            .await
            .map_err(|_| io::Error::other("the rest of a log cannot be read now"))?;
        let (lines, next) = piece;
        state.at = next.map(Some);
        let mut text = String::new();
        for line in lines {
            text.push_str(&sheet::csv_line(line.iter().map(String::as_str)));
            text.push_str("\r\n");
        }
        Ok::<_, io::Error>(Some((Bytes::from(text), state)))
    });
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Ok(shown) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, shown);
    }
    response
}

struct State<R> {
    site: Site,
    user: User,
    read: R,
    first: Option<String>,
    /// Before which line the next piece begins; `None` at the end.
    at: Option<Option<(i64, i64)>>,
}
