//! Files that commands read and write.

use std::fs;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Reads a file of at most so many bytes.
pub(crate) fn read(path: &Path, most: usize) -> Result<Vec<u8>> {
    let shown = path.display();
    let file = fs::File::open(path).with_context(|| format!("không đọc được {shown}"))?;
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .with_context(|| format!("không đọc được {shown}"))?;
    if bytes.len() > most {
        bail!("{shown} lớn hơn {} MB", most >> 20);
    }
    Ok(bytes)
}

/// Writes a new file, or on standard output where it is called `-`. What is there already stays.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write;
    if path.as_os_str() == "-" {
        return Ok(std::io::stdout().write_all(bytes)?);
    }
    let shown = path.display();
    let file = fs::File::options().write(true).create_new(true).open(path);
    let mut file =
        file.with_context(|| format!("không tạo được {shown} (tệp đã có thì không ghi đè)"))?;
    file.write_all(bytes)
        .with_context(|| format!("không ghi được {shown}"))
}

/// How a file's name ends, in lower case.
pub(crate) fn extension(path: &Path) -> String {
    let end = path.extension().and_then(|end| end.to_str());
    end.unwrap_or_default().to_lowercase()
}

/// Runs what takes long beside the runtime.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    Ok(tokio::task::spawn_blocking(work).await?)
}
