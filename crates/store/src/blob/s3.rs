//! The bucket: how it is reached, and whether it can be used.

use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};

use super::Blobs;
use super::write::object_name;
use crate::{Bucket, StoreError, StoreResult};

/// S3 takes parts of at least 5 MiB.
pub(super) const PART: usize = 5 << 20;
/// A server that is there answers a connection at once.
const CONNECT: Duration = Duration::from_secs(5);
/// So long the server may be silent; a reader of ours may take as long as it likes.
const SILENT: Duration = Duration::from_secs(20);
/// Who sends mail waits for the answer (RFC 5321 §4.5.3.2.6), and many programs no longer than a
/// minute: what does not work soon is refused for now, and sent again.
const RETRY: RetryConfig = RetryConfig {
    backoff: BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(2),
        base: 3.,
    },
    max_retries: 3,
    retry_timeout: Duration::from_secs(10),
};

/// Why a bucket cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// It answered, and will not do what is asked: the settings are wrong.
    #[error("{0}")]
    Refused(String),
    /// No answer, or none now; later there may be one.
    #[error("{0}")]
    Silent(String),
}

/// A bucket for [`Blobs`]; nothing is asked of it yet.
pub(super) fn open(bucket: &Bucket) -> StoreResult<impl ObjectStore + use<>> {
    // The HTTP client takes the process's TLS provider and panics where there is none.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have been first; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let client = ClientOptions::new()
        .with_connect_timeout(CONNECT)
        // A message that a slow client reads takes minutes.
        .with_timeout_disabled()
        .with_read_timeout(SILENT)
        .with_allow_http(bucket.allow_http);
    let builder = AmazonS3Builder::new()
        .with_endpoint(&bucket.endpoint)
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.access_key)
        .with_secret_access_key(&bucket.secret_key)
        .with_client_options(client)
        .with_retry(RETRY)
        .with_virtual_hosted_style_request(false);
    Ok(builder.build()?)
}

impl Blobs {
    /// Writes, reads and removes an object: whether the object store can be used as it is set up.
    pub async fn check(&self) -> Result<(), BucketError> {
        let objects = &self.0.objects;
        let name = object_name().as_str().into();
        let written = objects.put(&name, "congvu".into()).await;
        written.map_err(|error| classify(&error))?;
        let read = async { objects.get(&name).await?.bytes().await }.await;
        let removed = objects.delete(&name).await;
        let read = read.map_err(|error| classify(&error))?;
        removed.map_err(|error| classify(&error))?;
        if read != "congvu" {
            return Err(BucketError::Refused(
                "what was written is not what was read".into(),
            ));
        }
        Ok(())
    }
}

fn classify(error: &object_store::Error) -> BucketError {
    let text = error.to_string();
    // The server's own words (`<Code>NoSuchBucket</Code><Message>…`), without the XML around.
    let within = |tag: &str| {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        Some(rest.split_once("</")?.0.to_owned())
    };
    let said = match (within("Code"), within("Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code,
        _ => described(error),
    };
    let refused = match error {
        // Too slow or too many (408, 429) are no refusals.
        object_store::Error::Generic { .. } => {
            let has = |mark: &str| text.contains(mark);
            (has("status code: 4") && !has("status code: 408") && !has("status code: 429"))
                || has("status code: 3")
                || has("Received redirect")
        }
        _ => true,
    };
    if refused {
        BucketError::Refused(said)
    } else {
        BucketError::Silent(said)
    }
}

/// An error with its causes: the HTTP client keeps the true one behind others.
pub(crate) fn described(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

/// Whether the error is the bucket's as a whole, not one object's.
pub(crate) fn is_unavailable(error: &object_store::Error) -> bool {
    use object_store::Error as E;
    match error {
        E::Generic { store, .. } => *store == "S3",
        E::PermissionDenied { .. } | E::Unauthenticated { .. } => true,
        _ => false,
    }
}

impl From<object_store::Error> for StoreError {
    fn from(error: object_store::Error) -> Self {
        let text = described(&error);
        if text.contains("No space left") || text.contains("os error 28") {
            return Self::DiskFull;
        }
        if is_unavailable(&error) {
            return Self::Unavailable(format!("object store: {text}"));
        }
        Self::Blob(text)
    }
}
