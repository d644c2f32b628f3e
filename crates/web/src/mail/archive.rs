//! All files of a message as one ZIP, packed while it is read.

use std::collections::{HashSet, VecDeque};
use std::io::{self, Write};
use std::mem;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use bytes::Bytes;
use congvu_message::encoding::Decoder;
use futures_util::stream;
use parking_lot::Mutex;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::files::{self, failed, respond};
use super::part::{self, Reader, Stored, within};
use super::send;
use crate::site::{Page, Site, User};

/// `/thu/…/tep.zip`
pub(super) async fn all(
    State(site): State<Site>,
    user: User,
    Path(at): Path<(i64, i64, u32)>,
) -> Page {
    let stored = files::inside(&site, user, at).await?;
    let sink = Sink::default();
    let packing = Packing {
        reader: stored.reader(&site.store).await?,
        at: 0,
        files: members(&stored),
        begun: false,
        zip: Some(ZipWriter::new_stream(sink.clone())),
        sink,
    };
    let body = Body::from_stream(packing.stream());
    let name = send::saved_as(&stored.subject, "zip");
    Ok(respond(body, "application/zip", &name, false))
}

/// A file that is still to be packed.
struct Member {
    name: String,
    decoder: Decoder,
    range: (u64, u64),
}

/// The files of a message in the order of their bytes.
fn members(stored: &Stored) -> VecDeque<Member> {
    let shown = stored.structure.shown();
    let mut taken = HashSet::new();
    let mut members: Vec<Member> = shown
        .attached()
        .map(|located| Member {
            name: unlike(
                &mut taken,
                &part::file_name(located.part, &located.section()),
            ),
            decoder: part::decoder(located.part),
            range: (located.part.body_start, located.part.body_end),
        })
        .collect();
    members.sort_by_key(|member| member.range.0);
    members.into()
}

/// The name, with a number where one before it has the same: `a.pdf`, `a (2).pdf`. Windows tells no `A` from `a`, and takes not
/// every sign.
fn unlike(taken: &mut HashSet<String>, name: &str) -> String {
    let name = name.replace([':', '*', '?', '"', '<', '>', '|'], "-");
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name.as_str(), String::new()),
    };
    let mut unlike = name.clone();
    let mut number = 1;
    while !taken.insert(unlike.to_lowercase()) {
        number += 1;
        unlike = format!("{stem} ({number}){ending}");
    }
    unlike
}

/// Where the packer puts its bytes until they are sent.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Packing {
    reader: Reader,
    /// Where the reader is.
    at: u64,
    files: VecDeque<Member>,
    /// The first of them has begun.
    begun: bool,
    zip: Option<ZipWriter<StreamWriter<Sink>>>,
    sink: Sink,
}

impl Packing {
    fn stream(self) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send {
        stream::try_unfold(self, |mut packing| async move {
            loop {
                let packed = mem::take(&mut *packing.sink.0.lock());
                if !packed.is_empty() {
                    return Ok(Some((Bytes::from(packed), packing)));
                }
                if packing.zip.is_none() {
                    return Ok(None);
                }
                packing.step().await?;
            }
        })
    }

    /// Reads and packs a little more.
    async fn step(&mut self) -> io::Result<()> {
        if self.files.is_empty() {
            if let Some(zip) = self.zip.take() {
                zip.finish()?;
            }
            return Ok(());
        }
        let Some(chunk) = self.reader.next().await.map_err(failed)? else {
            // What should lie behind the end is empty.
            while !self.files.is_empty() {
                self.begin()?;
                self.end()?;
            }
            return Ok(());
        };
        let after = self.at + chunk.len() as u64;
        while let Some(range) = self.files.front().map(|file| file.range)
            && range.0 < after
        {
            self.begin()?;
            let mut content = Vec::new();
            if let Some(file) = self.files.front_mut() {
                file.decoder
                    .push(within(&chunk, self.at, range), &mut content);
            }
            self.put(&content)?;
            if range.1 > after {
                break;
            }
            self.end()?;
        }
        self.at = after;
        Ok(())
    }

    fn begin(&mut self) -> io::Result<()> {
        let (Some(file), Some(zip)) = (self.files.front(), &mut self.zip) else {
            return Ok(());
        };
        if !self.begun {
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                // Most of what people send is packed already.
                .compression_level(Some(1));
            zip.start_file(file.name.as_str(), options)?;
            self.begun = true;
        }
        Ok(())
    }

    fn put(&mut self, content: &[u8]) -> io::Result<()> {
        match &mut self.zip {
            Some(zip) => zip.write_all(content),
            None => Ok(()),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(file) = self.files.pop_front() {
            let mut content = Vec::new();
            file.decoder.finish(&mut content);
            self.put(&content)?;
        }
        self.begun = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_files_have_one_name() {
        let mut taken = HashSet::new();
        let mut name = |name: &str| unlike(&mut taken, name);
        assert_eq!(name("Báo cáo.pdf"), "Báo cáo.pdf");
        assert_eq!(name("báo CÁO.PDF"), "báo CÁO (2).PDF");
        assert_eq!(name("Báo cáo (2).pdf"), "Báo cáo (2) (2).pdf");
        assert_eq!(name("a"), "a");
        assert_eq!(name("a"), "a (2)");
        assert_eq!(name("a:b?.txt"), "a-b-.txt");
    }
}
