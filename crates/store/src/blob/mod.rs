//! Stored bytes: compressed, found again by a keyed hash, small ones in the database, large ones
//! in an object store.
//!
//! A blob is live or condemned. Nothing may come to refer to a condemned one; its bytes go after
//! a grace period ([`sweep`]).

mod read;
mod s3;
mod stream;
pub mod sweep;
mod write;

use std::sync::Arc;

use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt};

pub use read::{BlobReader, inflate};
pub use s3::BucketError;
pub use write::{BlobWriter, StagedBlob};

use crate::sql::params;
use crate::{BlobId, BlobPlace, Row, StoreError, StoreResult, Tx};

/// How the stored bytes are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// As they are.
    Plain,
    /// zstd (RFC 8878).
    Zstd,
}

impl Codec {
    fn code(self) -> i64 {
        match self {
            Self::Plain => 0,
            Self::Zstd => 1,
        }
    }

    fn from_code(code: i64) -> StoreResult<Self> {
        match code {
            0 => Ok(Self::Plain),
            1 => Ok(Self::Zstd),
            _ => Err(StoreError::Corrupt(format!("blob codec {code}"))),
        }
    }
}

/// Where the stored bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the row.
    Inline(Vec<u8>),
    /// In the object store, under this name.
    Object(String),
}

/// A stored blob, ready to be read.
#[derive(Clone, Debug)]
pub struct BlobRef {
    /// Its row.
    pub id: BlobId,
    /// Bytes once inflated.
    pub size: u64,
    /// How they are coded.
    pub codec: Codec,
    /// Where they are.
    pub place: Place,
    /// The keyed hash of the inflated bytes.
    pub hash: [u8; 32],
    /// Bytes as they are stored.
    pub stored: u64,
}

/// Access to stored bytes. Cheap to clone.
#[derive(Clone)]
pub struct Blobs(Arc<Inner>);

struct Inner {
    objects: Arc<dyn ObjectStore>,
    /// The same, where it is a folder.
    folder: Option<Arc<LocalFileSystem>>,
    inline_max: usize,
    part: usize,
    key: [u8; 32],
    damaged: read::Damaged,
}

impl std::fmt::Debug for Blobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Blobs")
    }
}

/// A folder takes parts of any size.
const FOLDER_PART: usize = 256 << 10;

impl Blobs {
    pub(crate) fn open(place: &BlobPlace, inline_max: usize, key: [u8; 32]) -> StoreResult<Self> {
        let mut local = None;
        let (objects, part): (Arc<dyn ObjectStore>, usize) = match place {
            BlobPlace::Folder(path) => {
                std::fs::create_dir_all(path)
                    .map_err(|error| StoreError::Blob(format!("{}: {error}", path.display())))?;
                let folder = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
                let folder = Arc::new(folder);
                local = Some(Arc::clone(&folder));
                (folder, FOLDER_PART)
            }
            BlobPlace::S3(bucket) => (Arc::new(s3::open(bucket)?), s3::PART),
        };
        Ok(Self(Arc::new(Inner {
            objects,
            folder: local,
            inline_max,
            part,
            key,
            damaged: read::Damaged::default(),
        })))
    }

    /// Removes the object of a staged blob that is not needed (its content was there already, or
    /// the peer went away). What a crash leaves behind, [`sweep`] collects.
    pub async fn discard(&self, staged: StagedBlob) {
        if let Place::Object(name) = staged.place
            && let Err(error) = self.0.objects.delete(&name.into()).await
        {
            tracing::warn!(%error, "cannot remove an unused object");
        }
    }
}

pub(crate) fn from_row(row: &Row<'_>, first: usize) -> StoreResult<BlobRef> {
    let place = match (row.opt_bytes(first + 4)?, row.opt_text(first + 3)?) {
        (Some(data), _) => Place::Inline(data.to_vec()),
        (None, Some(object)) => Place::Object(object),
        (None, None) => return Err(StoreError::Corrupt("a blob without bytes".into())),
    };
    Ok(BlobRef {
        id: BlobId(row.int(first)?),
        size: row.u64(first + 1)?,
        codec: Codec::from_code(row.int(first + 2)?)?,
        place,
        hash: row
            .bytes(first + 5)?
            .try_into()
            .map_err(|_| StoreError::Corrupt("a blob's hash is not 32 bytes".into()))?,
        stored: row.u64(first + 6)?,
    })
}

/// Makes the staged bytes a live blob, or finds the live one with the same content. The flag is
/// true where the staged bytes are now referred to; where it is false and they are an object,
/// [`Blobs::discard`] them after the commit.
pub fn put(tx: &mut Tx<'_>, staged: &StagedBlob) -> StoreResult<(BlobId, bool)> {
    let (object, data) = match &staged.place {
        Place::Inline(data) => (None, Some(data)),
        Place::Object(name) => (Some(name), None),
    };
    // The update that changes nothing locks the row: it cannot be condemned beside us.
    let found = tx.one(
        "INSERT INTO blob (hash, size, stored, codec, object, data) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (hash) WHERE state = 0 DO UPDATE SET state = 0 RETURNING id, object",
        params![
            &staged.hash[..],
            staged.size as i64,
            staged.stored as i64,
            staged.codec.code(),
            object,
            data
        ],
        |row| Ok((BlobId(row.int(0)?), row.opt_text(1)?)),
    )?;
    let (id, stored_object) = found.ok_or(StoreError::NotFound("blob"))?;
    Ok((id, object.is_none() || stored_object.as_ref() == object))
}

/// A live or condemned blob by its row.
pub fn get(tx: &mut Tx<'_>, id: BlobId) -> StoreResult<Option<BlobRef>> {
    tx.one(
        "SELECT id, size, codec, object, data, hash, stored FROM blob WHERE id = $1",
        params![id],
        |row| from_row(row, 0),
    )
}
