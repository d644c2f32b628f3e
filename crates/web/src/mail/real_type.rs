//! What a file is by its first bytes, and what lies in an archive: names and declared types say what their sender likes.

use congvu_regulation::content::{File, Lock, Look, RealType, Unseen};

/// So many members of an archive are looked at.
const MEMBERS: usize = 5_000;
/// A ZIP's last record lies within so many bytes of its end (APPNOTE 4.3.16).
const LAST_RECORD: usize = 22 + 0xffff;

/// A file, and the files within it.
pub(super) fn describe(name: &str, media: &str, bytes: &[u8]) -> (File, Vec<File>) {
    let mut file = File {
        declared_type: media.to_owned(),
        real_type: of(bytes),
        size: bytes.len() as u64,
        ..File::named(name)
    };
    let mut within = Vec::new();
    if file.real_type == RealType::Zip {
        match members(bytes) {
            Ok(members) => {
                file.real_type = archive(&members);
                if file.real_type == RealType::Zip {
                    if members.iter().any(|member| member.locked) {
                        file.look = Look::Locked(Lock::Archive);
                    }
                    within = members
                        .into_iter()
                        .map(|member| File {
                            size: member.size,
                            ..File::named(&member.name)
                        })
                        .collect();
                }
            }
            Err(why) => file.look = Look::Unseen(why),
        }
    }
    (file, within)
}

/// The media type of a picture that browsers draw and that holds no script; nothing for what is none.
pub(super) fn picture(bytes: &[u8]) -> Option<&'static str> {
    match of(bytes) {
        RealType::Png => Some("image/png"),
        RealType::Jpeg => Some("image/jpeg"),
        RealType::Gif => Some("image/gif"),
        RealType::Webp => Some("image/webp"),
        RealType::Bmp => Some("image/bmp"),
        _ => None,
    }
}

/// How many bytes of a file tell what it is, all that [`of`] looks at but for what lies deep in old documents of Office.
pub(super) const TELLING: usize = 36 << 10;

/// What bytes are by how they begin.
pub(super) fn of(bytes: &[u8]) -> RealType {
    let at = |offset: usize, mark: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(mark))
    };
    let known: &[(usize, &[u8], RealType)] = &[
        (0, b"\x7fELF", RealType::Elf),
        (0, b"\xfe\xed\xfa\xce", RealType::MachO),
        (0, b"\xfe\xed\xfa\xcf", RealType::MachO),
        (0, b"\xce\xfa\xed\xfe", RealType::MachO),
        (0, b"\xcf\xfa\xed\xfe", RealType::MachO),
        (0, b"\xca\xfe\xba\xbe", RealType::JavaClass),
        (0, b"L\0\0\0\x01\x14\x02\0", RealType::Shortcut),
        (0, b"ITSF", RealType::HtmlHelp),
        (0, b"#!", RealType::Script),
        (0, b"REGEDIT4", RealType::Registry),
        (0, b"Windows Registry Editor", RealType::Registry),
        (0, b"PK\x03\x04", RealType::Zip),
        (0, b"PK\x05\x06", RealType::Zip),
        (0, b"Rar!\x1a\x07", RealType::Rar),
        (0, b"7z\xbc\xaf\x27\x1c", RealType::SevenZip),
        (0, b"\x1f\x8b", RealType::Gzip),
        (0, b"BZh", RealType::Bzip2),
        (0, b"\xfd7zXZ\0", RealType::Xz),
        (0, b"\x28\xb5\x2f\xfd", RealType::Zstd),
        (257, b"ustar", RealType::Tar),
        (0, b"MSCF", RealType::Cab),
        (0, b"\x60\xea", RealType::Arj),
        (2, b"-lh", RealType::Lzh),
        (7, b"**ACE**", RealType::Ace),
        (32_769, b"CD001", RealType::DiskImage),
        (0, b"%PDF-", RealType::Pdf),
        (0, b"{\\rtf", RealType::Rtf),
        (0, b"\x89PNG\r\n\x1a\n", RealType::Png),
        (0, b"\xff\xd8\xff", RealType::Jpeg),
        (0, b"GIF87a", RealType::Gif),
        (0, b"GIF89a", RealType::Gif),
        (0, b"II*\0", RealType::Tiff),
        (0, b"MM\0*", RealType::Tiff),
        (0, b"ID3", RealType::Mp3),
        (4, b"ftyp", RealType::Mp4),
        (0, b"BEGIN:VCALENDAR", RealType::Calendar),
        (0, b"BEGIN:VCARD", RealType::Contact),
    ];
    let found = known
        .iter()
        .find(|(offset, mark, _)| at(*offset, mark))
        .map(|(_, _, kind)| *kind);
    match found {
        Some(kind) => kind,
        None if at(0, b"RIFF") && at(8, b"WEBP") => RealType::Webp,
        None if at(0, b"RIFF") && at(8, b"WAVE") => RealType::Wav,
        None if at(0, b"RIFF") && at(8, b"AVI ") => RealType::Avi,
        // Two letters alone begin many a text: the header behind them has reserved zeros.
        None if at(0, b"BM") && at(6, &[0; 4]) => RealType::Bmp,
        None if at(0, b"MZ") => program(bytes),
        None if at(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => compound(bytes),
        None => RealType::Unknown,
    }
}

/// A program that begins as those of DOS do: for Windows where a second header says so.
fn program(bytes: &[u8]) -> RealType {
    let second = bytes
        .get(0x3c..0x40)
        .and_then(|four| four.try_into().ok())
        .map(u32::from_le_bytes)
        .and_then(|at| bytes.get(usize::try_from(at).ok()?..));
    if second.is_some_and(|second| second.starts_with(b"PE\0\0")) {
        RealType::Pe
    } else {
        RealType::Dos
    }
}

/// An old document of Office, or an installer, which has the same form: the class of its root says which.
fn compound(bytes: &[u8]) -> RealType {
    const INSTALLER: [u8; 16] = [
        0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46,
    ];
    let four = |at: usize| {
        bytes
            .get(at..at + 4)
            .and_then(|four| four.try_into().ok())
            .map(u32::from_le_bytes)
    };
    let shift = bytes.get(0x1e).copied().unwrap_or_default();
    let root = four(0x30)
        .filter(|_| (9..=12).contains(&shift))
        .and_then(|sector| usize::try_from((u64::from(sector) + 1) << shift).ok());
    let class = root.and_then(|root| bytes.get(root.checked_add(0x50)?..)?.get(..16));
    if class == Some(&INSTALLER) {
        RealType::Msi
    } else {
        RealType::OfficeBinary
    }
}

struct Member {
    name: String,
    size: u64,
    locked: bool,
}

/// What a ZIP is whose members are known.
fn archive(members: &[Member]) -> RealType {
    let has = |name: &str| members.iter().any(|member| member.name == name);
    if has("AndroidManifest.xml") {
        RealType::Apk
    } else if has("META-INF/MANIFEST.MF")
        && members.iter().any(|member| {
            std::path::Path::new(&member.name)
                .extension()
                .is_some_and(|ending| ending.eq_ignore_ascii_case("class"))
        })
    {
        RealType::Jar
    } else if has("[Content_Types].xml") {
        RealType::OfficeXml
    } else if has("mimetype") && has("content.xml") {
        RealType::OpenDocument
    } else {
        RealType::Zip
    }
}

/// The members of a ZIP by its central directory (APPNOTE 4.3.12).
fn members(bytes: &[u8]) -> Result<Vec<Member>, Unseen> {
    let from = bytes.len().saturating_sub(LAST_RECORD);
    let last = bytes[from..]
        .windows(4)
        .rposition(|four| four == b"PK\x05\x06")
        .map(|at| from + at)
        .ok_or(Unseen::Damaged)?;
    let number = |at: usize, length: usize| -> Result<usize, Unseen> {
        let digits = bytes.get(at..at + length).ok_or(Unseen::Damaged)?;
        let number = digits
            .iter()
            .rev()
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        usize::try_from(number).map_err(|_| Unseen::Damaged)
    };
    let (count, mut at) = (number(last + 10, 2)?, number(last + 16, 4)?);
    if count > MEMBERS {
        return Err(Unseen::TooMany);
    }
    let mut members = Vec::with_capacity(count);
    for _ in 0..count {
        if !bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(b"PK\x01\x02"))
        {
            return Err(Unseen::Damaged);
        }
        let name_length = number(at + 28, 2)?;
        let name = bytes
            .get(at + 46..at + 46 + name_length)
            .ok_or(Unseen::Damaged)?;
        members.push(Member {
            name: String::from_utf8_lossy(name).into_owned(),
            size: number(at + 24, 4)? as u64,
            locked: number(at + 8, 2)? & 1 == 1,
        });
        at += 46 + name_length + number(at + 30, 2)? + number(at + 32, 2)?;
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ZIP of empty members.
    fn zip(names: &[&str], flags: u8) -> Vec<u8> {
        let (mut bytes, mut directory) = (Vec::new(), Vec::new());
        for name in names {
            let at = u32::try_from(bytes.len()).unwrap();
            let length = [u8::try_from(name.len()).unwrap(), 0];
            bytes.extend(b"PK\x03\x04\x14\0");
            bytes.extend([flags, 0]);
            bytes.extend([0; 18]);
            bytes.extend(length);
            bytes.extend([0; 2]);
            bytes.extend(name.as_bytes());
            directory.extend(b"PK\x01\x02\x14\0\x14\0");
            directory.extend([flags, 0]);
            directory.extend([0; 18]);
            directory.extend(length);
            directory.extend([0; 12]);
            directory.extend(at.to_le_bytes());
            directory.extend(name.as_bytes());
        }
        let at = u32::try_from(bytes.len()).unwrap();
        let count = u8::try_from(names.len()).unwrap();
        bytes.extend(&directory);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([count, 0, count, 0]);
        bytes.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
        bytes.extend(at.to_le_bytes());
        bytes.extend([0; 2]);
        bytes
    }

    #[test]
    fn qn_15_6_a_file_is_what_its_content_says() {
        let mut windows = b"MZ".to_vec();
        windows.resize(0x3c, 0);
        windows.extend([0x40, 0, 0, 0]);
        windows.extend(b"PE\0\0");
        for (bytes, real) in [
            (windows.as_slice(), RealType::Pe),
            (b"MZ and a text", RealType::Dos),
            (b"\x7fELF\x02", RealType::Elf),
            (b"%PDF-1.7", RealType::Pdf),
            (b"\x89PNG\r\n\x1a\n", RealType::Png),
            (b"RIFF\0\0\0\0WEBPVP8 ", RealType::Webp),
            (b"BMW", RealType::Unknown),
            (b"xin ch\xc3\xa0o", RealType::Unknown),
            (b"", RealType::Unknown),
        ] {
            assert_eq!(of(bytes), real, "{bytes:?}");
        }
        let (file, _) = describe("ke-khai.pdf", "application/pdf", &windows);
        assert_eq!(file.real_type, RealType::Pe);
    }

    #[test]
    fn what_lies_in_an_archive() {
        let (file, within) = describe("a.zip", "", &zip(&["tài liệu/KeKhai.exe", "b.txt"], 0));
        assert_eq!((file.real_type, file.look), (RealType::Zip, Look::Whole));
        assert_eq!(within[0].names, ["tài liệu/KeKhai.exe"]);
        let (file, within) = describe("a.zip", "", &zip(&["b.txt"], 1));
        assert_eq!(file.look, Look::Locked(Lock::Archive));
        assert_eq!(within.len(), 1);
        for (names, real) in [
            (
                ["[Content_Types].xml", "word/document.xml"],
                RealType::OfficeXml,
            ),
            (["mimetype", "content.xml"], RealType::OpenDocument),
            (["META-INF/MANIFEST.MF", "a/B.class"], RealType::Jar),
            (["AndroidManifest.xml", "classes.dex"], RealType::Apk),
        ] {
            let (file, within) = describe("x", "", &zip(&names, 0));
            assert_eq!((file.real_type, within.len()), (real, 0));
        }
    }

    #[test]
    fn broken_archives_are_not_seen_and_do_no_harm() {
        let whole = zip(&["a.txt", "b.txt"], 0);
        // Without the last field, the length of a comment, it can still be read.
        for end in 4..whole.len() - 2 {
            let (file, _) = describe("a.zip", "", &whole[..end]);
            assert_eq!(file.look, Look::Unseen(Unseen::Damaged), "{end}");
        }
        let mut wrong = whole.clone();
        let length = wrong.len();
        wrong[length - 6..length - 2].fill(0xff);
        let (file, _) = describe("a.zip", "", &wrong);
        assert_eq!(file.look, Look::Unseen(Unseen::Damaged));
    }
}
