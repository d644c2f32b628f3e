//! What the file is made of, as it is written: messages one after the other (mbox), or an archive (ZIP) of single messages or of such
//! files by folder. Nothing is held but what the next piece needs; of an archive also its table of contents.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::mbox::{self, Quoting};
use super::names;

/// Pieces of about this size go on.
const PIECE: usize = 64 << 10;
/// A file in an archive that may become larger than this needs the fields of ZIP64.
const LARGE: u64 = 3 << 30;

/// In which form mail is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An archive of single messages.
    Eml,
    /// An mbox; of several folders, an archive of them.
    Mbox,
}

impl Form {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Eml => "eml",
            Self::Mbox => "mbox",
        }
    }
}

/// A message that is about to be written.
pub(super) struct Head<'h> {
    pub(super) uid: u32,
    /// INTERNALDATE (ms).
    pub(super) at: i64,
    /// The address it is from.
    pub(super) from: &'h str,
    pub(super) subject: &'h str,
}

/// Where the archive's bytes go, to be taken from there.
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

/// Writes the file.
pub(super) struct Pack {
    form: Form,
    sink: Sink,
    archive: Option<ZipWriter<StreamWriter<Sink>>>,
    quoting: Option<Quoting>,
    folder: String,
    name: String,
}

impl Pack {
    /// `single`: of one folder only.
    pub(super) fn new(form: Form, single: bool) -> Self {
        let sink = Sink::default();
        let is_archive = form == Form::Eml || !single;
        Self {
            form,
            archive: is_archive.then(|| ZipWriter::new_stream(sink.clone())),
            sink,
            quoting: None,
            folder: String::new(),
            name: String::new(),
        }
    }

    fn start(&mut self, name: String, large: bool) -> io::Result<()> {
        if let Some(archive) = &mut self.archive {
            let options = SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Deflated)
                .compression_level(Some(1))
                .large_file(large);
            archive.start_file(name, options)?;
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.archive {
            Some(archive) => archive.write_all(bytes),
            None => self.sink.write_all(bytes),
        }
    }

    /// What follows lies in this folder, which holds so many bytes.
    pub(super) fn folder(&mut self, path: &str, bytes: u64) -> io::Result<()> {
        path.clone_into(&mut self.folder);
        match self.form {
            Form::Eml => Ok(()),
            Form::Mbox => self.start(format!("{path}.mbox"), bytes > LARGE),
        }
    }

    /// A message begins.
    pub(super) fn begin(&mut self, head: &Head<'_>) -> io::Result<()> {
        match self.form {
            Form::Eml => {
                let day = congvu_regulation::Moment(head.at).date();
                let subject = names::part(head.subject);
                self.name = format!("{}/{day} {subject} {}", self.folder, head.uid);
                self.start(format!("{}.eml", self.name), false)
            }
            Form::Mbox => {
                let mut line = Vec::new();
                mbox::begin(head.from, head.at, &mut line);
                self.quoting = Some(Quoting::new());
                self.put(&line)
            }
        }
    }

    /// Some of its bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.quoting {
            Some(quoting) => {
                let mut out = Vec::with_capacity(bytes.len());
                quoting.push(bytes, &mut out);
                self.put(&out)
            }
            None => self.put(bytes),
        }
    }

    /// Its end.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let Some(quoting) = self.quoting.take() else {
            return Ok(());
        };
        let mut out = Vec::new();
        quoting.finish(&mut out);
        self.put(&out)
    }

    /// What stands for a message, or behind what could be read of it.
    pub(super) fn note(&mut self, head: &Head<'_>, words: &str) -> io::Result<()> {
        match self.form {
            Form::Eml => {
                let name = format!("{}.KHONG-DOC-DUOC.txt", self.name);
                self.start(name, false)?;
                self.put(words.as_bytes())
            }
            Form::Mbox => {
                self.begin(head)?;
                let letter = format!(
                    "Subject: [UID {}] KHONG DOC DUOC\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{words}\n",
                    head.uid
                );
                self.write(letter.as_bytes())?;
                self.end()
            }
        }
    }

    /// What is ready to go; everything with `all`.
    pub(super) fn take(&mut self, all: bool) -> Option<Bytes> {
        let mut ready = self.sink.0.lock();
        let goes = !ready.is_empty() && (all || ready.len() >= PIECE);
        goes.then(|| std::mem::take(&mut *ready).into())
    }

    /// The end of the file. An archive says in its last file how much it holds: where that is missing, the file was cut off.
    pub(super) fn finish(&mut self, words: &str) -> io::Result<()> {
        if self.archive.is_some() {
            self.start("KET-QUA.txt".to_owned(), false)?;
            self.put(words.as_bytes())?;
        }
        if let Some(archive) = self.archive.take() {
            archive.finish()?;
        }
        Ok(())
    }
}
