//! Styles, icons and scripts, all in the binary, under addresses that change with what they hold.

use std::io::Write as _;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

struct Asset {
    name: &'static str,
    media: &'static str,
    bytes: &'static [u8],
    packed: Vec<u8>,
}

/// The styles are one file: one question to the server, not four.
const STYLE: &str = concat!(
    include_str!("../../assets/tokens.css"),
    include_str!("../../assets/components.css"),
    include_str!("../../assets/layout.css"),
    include_str!("../../assets/pages.css"),
    include_str!("../../assets/labels.css"),
    include_str!("../../assets/lists.css"),
);

/// What the console's pages have besides.
const CONSOLE: &str = concat!(
    include_str!("../../assets/console/console.css"),
    include_str!("../../assets/console/requests.css"),
    include_str!("../../assets/console/mailboxes.css"),
    include_str!("../../assets/console/places.css"),
    include_str!("../../assets/console/watch.css"),
    include_str!("../../assets/console/rules.css"),
);

/// So are the scripts that every page of the mail has.
const SCRIPT: &str = concat!(
    include_str!("../../assets/app.js"),
    include_str!("../../assets/live.js"),
    include_str!("../../assets/desk.js"),
    include_str!("../../assets/steps.js"),
);

/// The editor of rich text, with its licence, which goes wherever it goes.
const SQUIRE: &str = concat!(
    "/*!\n",
    include_str!("../../assets/vendor/squire-rte/LICENSE"),
    "*/\n",
    include_str!("../../assets/vendor/squire-rte/squire.js"),
);

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    [
        ("style.css", "text/css; charset=utf-8", STYLE.as_bytes()),
        ("console.css", "text/css; charset=utf-8", CONSOLE.as_bytes()),
        (
            "console.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/console.js").as_slice(),
        ),
        (
            "icons.svg",
            "image/svg+xml",
            include_bytes!("../../assets/icons.svg").as_slice(),
        ),
        (
            "editor.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/editor.js").as_slice(),
        ),
        (
            "compose.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/compose.js").as_slice(),
        ),
        (
            "push.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/push.js").as_slice(),
        ),
        (
            "uploads.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/uploads.js").as_slice(),
        ),
        (
            "letters.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/letters.js").as_slice(),
        ),
        (
            "recipients.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/recipients.js").as_slice(),
        ),
        (
            "passkeys.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/passkeys.js").as_slice(),
        ),
        (
            "squire.js",
            "text/javascript; charset=utf-8",
            SQUIRE.as_bytes(),
        ),
        (
            "app.js",
            "text/javascript; charset=utf-8",
            SCRIPT.as_bytes(),
        ),
    ]
    .into_iter()
    .map(|(name, media, bytes)| Asset {
        name,
        media,
        bytes,
        packed: pack(bytes, Compression::best()),
    })
    .collect()
});

/// What stands in the addresses of assets: another for other assets.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    for asset in ASSETS.iter() {
        digest.update(asset.bytes);
    }
    let digest = digest.finish();
    digest.as_ref()[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
});

pub(super) fn pack(bytes: &[u8], how: Compression) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), how);
    // A Vec takes all.
    drop(packer.write_all(bytes));
    packer.finish().unwrap_or_default()
}

/// One asset; browsers keep it for ever, for its address changes with it.
pub(super) async fn serve(
    Path((version, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let found = ASSETS.iter().find(|asset| asset.name == name);
    let Some(asset) = found.filter(|_| version == *VERSION) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let takes_gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    let mut response = if takes_gzip {
        let mut response = asset.packed.clone().into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    } else {
        asset.bytes.into_response()
    };
    for (name, value) in [
        (header::CONTENT_TYPE, asset.media),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
