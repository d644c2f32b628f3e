//! Bytes: small in the row, large in the object store, never handed out wrong.

use congvu_store::blob::{self, BlobRef, Codec, Place};
use congvu_store::entry::{self, Want};
use congvu_store::{BlobId, Store, StoreError};

use super::fixture::{assert_sound, deliver, noise, number, one_desk};
use super::harness::Ground;

both!(
    bytes_come_back,
    written_in_pieces,
    an_unneeded_object_is_discarded,
    a_flipped_byte_is_found,
    a_missing_object_is_found,
    a_row_that_lies_is_found,
    read_beside_its_entry,
    damage_found_late_is_told_early,
);
on_s3!(
    bytes_come_back,
    written_in_pieces,
    an_unneeded_object_is_discarded,
    a_flipped_byte_is_found,
    a_missing_object_is_found,
    damage_found_late_is_told_early,
    a_broken_answer_is_read_on,
    a_half_upload_is_removed,
);

async fn put(store: &Store, bytes: &[u8]) -> BlobRef {
    let staged = store.blobs().stage(bytes).await.unwrap();
    assert_eq!(staged.size(), bytes.len() as u64);
    let (id, fresh) = store.write(move |tx| blob::put(tx, &staged)).await.unwrap();
    assert!(fresh);
    get(store, id).await.unwrap()
}

async fn get(store: &Store, id: BlobId) -> Result<BlobRef, StoreError> {
    let found = store.read(move |tx| blob::get(tx, id)).await?;
    Ok(found.unwrap())
}

async fn read(store: &Store, blob: &BlobRef) -> Result<Vec<u8>, StoreError> {
    store.blobs().open_blob(blob).await?.to_vec().await
}

fn is_object(blob: &BlobRef) -> bool {
    matches!(blob.place, Place::Object(_))
}

async fn bytes_come_back(ground: &Ground) {
    let text = "Kính gửi: Ủy ban nhân dân tỉnh. ".repeat(100_000);
    for (bytes, codec, object) in [
        (Vec::new(), Codec::Plain, false),
        (b"x".to_vec(), Codec::Plain, false),
        (text.as_bytes()[..90_000].to_vec(), Codec::Zstd, false),
        (noise(1, 16 << 10), Codec::Plain, false),
        (noise(2, (16 << 10) + 1), Codec::Plain, true),
        (noise(3, 128 << 10), Codec::Plain, true),
        (noise(4, (128 << 10) + 1), Codec::Zstd, true),
        (text.into_bytes(), Codec::Zstd, true),
        (noise(5, 12_000_000), Codec::Zstd, true),
    ] {
        let blob = put(ground, &bytes).await;
        assert_eq!(
            (blob.codec, is_object(&blob)),
            (codec, object),
            "{}",
            bytes.len()
        );
        assert!(
            read(ground, &blob).await.unwrap() == bytes,
            "{}",
            bytes.len()
        );
    }
    assert_eq!(ground.objects().len(), 5);
    let files = number(ground, "SELECT COUNT(*) FROM blob WHERE object IS NOT NULL").await;
    assert_eq!(files, 5);
}

async fn written_in_pieces(ground: &Ground) {
    let bytes = noise(6, 300_000);
    let mut writer = ground.blobs().writer();
    for piece in bytes.chunks(7_001) {
        writer.write(piece).await.unwrap();
    }
    assert_eq!(writer.size(), 300_000);
    let staged = writer.finish().await.unwrap();
    let (id, fresh) = ground
        .write(move |tx| blob::put(tx, &staged))
        .await
        .unwrap();
    assert!(fresh);
    let blob = get(ground, id).await.unwrap();
    let mut reader = ground.blobs().open_blob(&blob).await.unwrap();
    let mut read = Vec::new();
    while let Some(chunk) = reader.next().await.unwrap() {
        assert!(!chunk.is_empty());
        read.extend_from_slice(&chunk);
    }
    assert!(read == bytes);
    assert_eq!(ground.blobs().hash(&bytes), blob.hash);
}

async fn an_unneeded_object_is_discarded(ground: &Ground) {
    let bytes = noise(7, 40_000);
    put(ground, &bytes).await;
    let again = ground.blobs().stage(&bytes).await.unwrap();
    assert_eq!(ground.objects().len(), 2);
    let (again, fresh) = ground
        .write(move |tx| {
            // Twice in one transaction, as a repeated closure would.
            let _ = blob::put(tx, &again)?;
            let (_, fresh) = blob::put(tx, &again)?;
            Ok::<_, StoreError>((again.size(), fresh))
        })
        .await
        .unwrap();
    assert_eq!((again, fresh), (40_000, false));
    let third = ground.blobs().stage(&bytes).await.unwrap();
    ground.blobs().discard(third).await;
    assert_eq!(ground.objects().len(), 2);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM blob").await, 1);
}

async fn a_flipped_byte_is_found(ground: &Ground) {
    for (seed, len) in [(8, 20_000), (9, 200_000)] {
        let bytes = noise(seed, len);
        let before = ground.objects();
        let blob = put(ground, &bytes).await;
        let mut fresh = ground.objects();
        fresh.retain(|path| !before.contains(path));
        let path = &fresh[0];
        let whole = std::fs::read(path).unwrap();
        for at in [whole.len() / 2, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            std::fs::write(path, &damaged).unwrap();
            let error = read(ground, &blob).await.unwrap_err();
            assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
        }
        for damaged in [&whole[..whole.len() - 10], &[&whole[..], b"more"].concat()] {
            std::fs::write(path, damaged).unwrap();
            let error = read(ground, &blob).await.unwrap_err();
            assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
        }
        std::fs::write(path, &whole).unwrap();
        assert!(read(ground, &blob).await.is_ok());
    }
}

async fn a_missing_object_is_found(ground: &Ground) {
    let blob = put(ground, &noise(10, 20_000)).await;
    std::fs::remove_file(&ground.objects()[0]).unwrap();
    let error = read(ground, &blob).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
}

async fn a_row_that_lies_is_found(ground: &Ground) {
    let small = put(ground, &b"abcdefgh".repeat(100)).await;
    let plain = put(ground, &noise(11, 1_000)).await;
    let (small, plain) = (small.id, plain.id);
    for sql in [
        "UPDATE blob SET size = size + 1",
        "UPDATE blob SET size = 9000000000000000000",
        "UPDATE blob SET size = 1",
    ] {
        let kept = ground
            .write(move |tx| {
                let kept = tx.all("SELECT size FROM blob ORDER BY id", &[], |row| row.int(0))?;
                tx.execute(sql, &[])?;
                Ok::<_, StoreError>(kept)
            })
            .await
            .unwrap();
        for id in [small, plain] {
            let found = match get(ground, id).await {
                Ok(blob) => read(ground, &blob).await.map(drop),
                Err(error) => Err(error),
            };
            assert!(
                matches!(found, Err(StoreError::Corrupt(_))),
                "{sql}: {found:?}"
            );
        }
        ground
            .write(move |tx| {
                for (id, size) in [small, plain].iter().zip(&kept) {
                    tx.execute(
                        "UPDATE blob SET size = $2 WHERE id = $1",
                        &[(*id).into(), (*size).into()],
                    )?;
                }
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
    }
    for sql in [
        "UPDATE blob SET codec = 7",
        "UPDATE blob SET codec = 1 - codec, data = hash",
        "UPDATE blob SET hash = data",
        "UPDATE blob SET data = NULL",
    ] {
        ground.write(move |tx| tx.execute(sql, &[])).await.unwrap();
        for id in [small, plain] {
            let found = match get(ground, id).await {
                Ok(blob) => read(ground, &blob).await.map(drop),
                Err(error) => Err(error),
            };
            assert!(
                matches!(found, Err(StoreError::Corrupt(_))),
                "{sql}: {found:?}"
            );
        }
    }
}

async fn read_beside_its_entry(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    let (small, large) = (b"small".to_vec(), noise(12, 50_000));
    deliver(ground, inbox, &small).await;
    deliver(ground, inbox, &large).await;
    let blobs = ground
        .read(move |tx| {
            let mut blobs = Vec::new();
            entry::scan(tx, inbox, (1, 9), Want::Blob, |entry| {
                blobs.push(entry.blob()?);
                Ok(true)
            })?;
            Ok::<_, StoreError>(blobs)
        })
        .await
        .unwrap();
    assert_eq!(read(ground, &blobs[0]).await.unwrap(), small);
    assert!(read(ground, &blobs[1]).await.unwrap() == large);
    assert_sound(ground).await;
}

/// A line that breaks every 32 kB, more often than the HTTP client itself tries again.
async fn a_broken_answer_is_read_on(ground: &Ground) {
    let bytes = noise(13, 300_000);
    let blob = put(ground, &bytes).await;
    let behind = ground.open_behind_a_bad_line(32_000).await;
    assert!(read(&behind, &blob).await.unwrap() == bytes);
    // A line that lets nothing through is no damage.
    let behind = ground.open_behind_a_bad_line(0).await;
    let error = read(&behind, &blob).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
}

/// Who was cut off in the middle is not cut off again, and what is put right can be read at once.
async fn damage_found_late_is_told_early(ground: &Ground) {
    let bytes = noise(14, 300_000);
    let blob = put(ground, &bytes).await;
    let path = &ground.objects()[0];
    let whole = std::fs::read(path).unwrap();
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 0x10;
    std::fs::write(path, &damaged).unwrap();
    let mut reader = ground.blobs().open_blob(&blob).await.unwrap();
    while let Ok(Some(_)) = reader.next().await {}
    let error = ground.blobs().open_blob(&blob).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
    std::fs::write(path, &whole).unwrap();
    assert!(read(ground, &blob).await.unwrap() == bytes);
}

/// A writer that is dropped in the middle leaves nothing in the bucket.
async fn a_half_upload_is_removed(ground: &Ground) {
    let mut writer = ground.blobs().writer();
    writer.write(&noise(15, 12 << 20)).await.unwrap();
    let root = ground.folder();
    let parts = || {
        let names = std::fs::read_dir(root).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().contains("upload"))
            .count()
    };
    while parts() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    drop(writer);
    for _ in 0..500 {
        if parts() == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the parts are still there");
}
