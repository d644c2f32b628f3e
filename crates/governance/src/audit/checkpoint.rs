//! Signed lines about segments, kept where the database is not.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_store::audit::{Chain, Segment};
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

/// What a segment was when it was sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Name of the chain.
    pub chain: String,
    /// Number of the segment in it.
    pub segment: i64,
    /// How many records.
    pub records: i64,
    /// When it was sealed (ms).
    pub sealed_at: i64,
    /// Its hash, base64.
    pub hash: String,
}

impl Checkpoint {
    /// Of a segment.
    #[must_use]
    pub fn of(chain: Chain, segment: &Segment) -> Self {
        Self {
            chain: chain.name().to_owned(),
            segment: segment.number,
            records: segment.records,
            sealed_at: segment.sealed_at,
            hash: BASE64.encode(&segment.hash),
        }
    }

    /// What is signed.
    fn text(&self) -> String {
        format!(
            "congvu checkpoint 1\n{}\n{}\n{}\n{}\n{}\n",
            self.chain, self.segment, self.records, self.sealed_at, self.hash
        )
    }
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    checkpoint: Checkpoint,
    signature: String,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The file holds no Ed25519 key.
    #[error("{0} is no key for signing checkpoints")]
    NoKey(PathBuf),
}

/// Signs checkpoints (Ed25519).
pub struct Key(Ed25519KeyPair);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// The key of a file.
    ///
    /// # Errors
    /// Where the file cannot be read, or holds something else.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let pkcs8 = fs::read(path).map_err(|error| KeyError::File(path.to_owned(), error))?;
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8);
        pair.map(Self).map_err(|_| KeyError::NoKey(path.to_owned()))
    }

    /// The key of a file, made where there is none yet; readable by its owner alone.
    ///
    /// # Errors
    /// Where the file cannot be read or written, or holds something else.
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        if !path.exists() {
            let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
                .map_err(|_| KeyError::NoKey(path.to_owned()))?;
            write_new(path, made.as_ref())
                .map_err(|error| KeyError::File(path.to_owned(), error))?;
        }
        // Another process may have been first.
        Self::read(path)
    }

    /// What others check with, base64.
    #[must_use]
    pub fn public(&self) -> String {
        BASE64.encode(self.0.public_key().as_ref())
    }

    /// The signature of a text, base64.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        BASE64.encode(self.0.sign(text.as_bytes()).as_ref())
    }

    fn line(&self, checkpoint: &Checkpoint) -> String {
        let line = Line {
            checkpoint: checkpoint.clone(),
            signature: self.sign(&checkpoint.text()),
        };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// Writes a file whole and synced, unless it is there by then.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let part = path.with_extension(format!("new-{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // Unlike a rename this fails where the other is there already.
    let linked = fs::hard_link(&part, path);
    fs::remove_file(&part)?;
    File::open(folder)?.sync_all()?;
    match linked {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

/// Where checkpoints go.
#[derive(Debug)]
pub struct Checkpoints {
    key: Key,
    file: PathBuf,
}

impl Checkpoints {
    /// Into a file, a line each; it is to be copied to another machine.
    #[must_use]
    pub fn new(key: Key, file: &Path) -> Self {
        Self {
            key,
            file: file.to_owned(),
        }
    }

    /// The last segment of a chain that the file tells of; 0 where there is none.
    #[must_use]
    pub fn written(&self, chain: Chain) -> i64 {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let of_chain = lines.filter(|line: &Line| line.checkpoint.chain == chain.name());
        of_chain
            .map(|line| line.checkpoint.segment)
            .max()
            .unwrap_or(0)
    }

    /// What the file tells, and the numbers of its lines that this key did not sign ([`parse`]). Nothing where there is no file yet.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn kept(&self) -> std::io::Result<(Vec<Checkpoint>, Vec<usize>)> {
        match fs::read_to_string(&self.file) {
            Ok(text) => Ok(parse(&text, self.key.0.public_key().as_ref())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Default::default()),
            Err(error) => Err(error),
        }
    }

    /// Adds a signed line, on the disk when this returns.
    ///
    /// # Errors
    /// What the disk answers.
    pub fn write(&self, checkpoint: &Checkpoint) -> std::io::Result<()> {
        let mut line = self.key.line(checkpoint);
        tracing::info!(checkpoint = line, "records sealed");
        line.push('\n');
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(&self.file)?;
        cut_torn_line(&mut file)?;
        file.write_all(line.as_bytes())?;
        file.sync_all()
    }
}

/// Lines are shorter.
const LONGEST: u64 = 4096;

/// Takes away a last line that a crash left without its end.
fn cut_torn_line(file: &mut File) -> std::io::Result<()> {
    let size = file.metadata()?.len();
    let begin = size.saturating_sub(LONGEST);
    file.seek(SeekFrom::Start(begin))?;
    let mut end = Vec::new();
    file.take(LONGEST).read_to_end(&mut end)?;
    let whole = end.iter().rposition(|byte| *byte == b'\n');
    let whole = begin + whole.map_or(0, |at| at as u64 + 1);
    if whole < size && (begin == 0 || whole > begin) {
        file.set_len(whole)?;
    }
    Ok(())
}

/// The public key of a text, as [`Key::public`] gives it; `None` where it is none.
#[must_use]
pub fn public_key(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(text.trim()).ok()?;
    (bytes.len() == 32).then_some(bytes)
}

/// Whether `signature`, as [`Key::sign`] gives it, is this key's over the text.
#[must_use]
pub fn is_signed(text: &str, signature: &str, public_key: &[u8]) -> bool {
    let key = UnparsedPublicKey::new(&ED25519, public_key);
    let signature = BASE64.decode(signature).unwrap_or_default();
    key.verify(text.as_bytes(), &signature).is_ok()
}

/// The checkpoints of a file that are signed by this key, and the numbers of the lines that are not. A last line
/// without its end is none yet: it was being written when the file was copied, or when the machine went down.
#[must_use]
pub fn parse(text: &str, public_key: &[u8]) -> (Vec<Checkpoint>, Vec<usize>) {
    let signed = |line: &str| -> Option<Checkpoint> {
        let line: Line = serde_json::from_str(line).ok()?;
        let signed = is_signed(&line.checkpoint.text(), &line.signature, public_key);
        signed.then_some(line.checkpoint)
    };
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let (mut checkpoints, mut refused) = (Vec::new(), Vec::new());
    for (at, line) in whole.lines().enumerate() {
        match signed(line) {
            Some(checkpoint) => checkpoints.push(checkpoint),
            None => refused.push(at + 1),
        }
    }
    (checkpoints, refused)
}
