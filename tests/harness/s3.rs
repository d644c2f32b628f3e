//! An S3 server on a folder, in a thread of its own: stopped and started again as a case likes.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo};
use s3s::S3Result;
use s3s::access::{S3Access, S3AccessContext};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Its only bucket.
pub const BUCKET: &str = "thu";
const KEY: &str = "congvu";
const SECRET: &str = "khoa-bi-mat-cua-phep-thu";

/// A server with one bucket.
pub struct S3 {
    folder: TempDir,
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl S3 {
    pub fn start() -> Self {
        let folder = TempDir::with_prefix("congvu-s3-").unwrap();
        fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut server = Self {
            folder,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            runtime: None,
        };
        server.go_on();
        server
    }

    /// Starts it again, on its port and its objects.
    pub fn go_on(&mut self) {
        let listener = TcpListener::bind(self.address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let files = s3s_fs::FileSystem::new(self.folder.path()).unwrap();
        let mut builder = s3s::service::S3ServiceBuilder::new(files);
        builder.set_auth(s3s::auth::SimpleAuth::from_single(KEY, SECRET));
        builder.set_access(OneBucket);
        let service = builder.build();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            while let Ok((socket, _)) = listener.accept().await {
                let connection = server
                    .serve_connection(TokioIo::new(socket), service.clone())
                    .into_owned();
                tokio::spawn(connection);
            }
        });
        self.runtime = Some(runtime);
    }

    /// Nothing answers on its port any more, and every connection is cut.
    pub fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }

    /// What a server needs to use it.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CONGVU_BLOBS__KIND", "s3".into()),
            (
                "CONGVU_BLOBS__S3_ENDPOINT",
                format!("http://{}", self.address),
            ),
            ("CONGVU_BLOBS__S3_BUCKET", BUCKET.into()),
            ("CONGVU_BLOBS__S3_REGION", "vn-bac-1".into()),
            ("CONGVU_BLOBS__S3_ACCESS_KEY", KEY.into()),
            ("CONGVU_BLOBS__S3_SECRET_KEY", SECRET.into()),
            ("CONGVU_BLOBS__S3_ALLOW_HTTP", "true".into()),
        ]
    }

    /// The objects in the bucket, as files.
    pub fn objects(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.folder.path().join(BUCKET), &mut found);
        found
    }

    /// How many files beside the objects tell of uploads that were not ended.
    pub fn half_uploads(&self) -> usize {
        let names = fs::read_dir(self.folder.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().contains("upload"))
            .count()
    }
}

/// The server itself makes a bucket of any name that is written to.
struct OneBucket;

#[async_trait::async_trait]
impl S3Access for OneBucket {
    async fn check(&self, asked: &mut S3AccessContext<'_>) -> S3Result<()> {
        match asked.s3_path().get_bucket_name() {
            Some(BUCKET) => Ok(()),
            _ => Err(s3s::s3_error!(
                NoSuchBucket,
                "The specified bucket does not exist"
            )),
        }
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}
