//! What a file is by its bytes, and what lies in an archive: names and declared types say what their sender likes.

use congvu_regulation::content::{File, Lock, Look, RealType, Unseen};

/// So many members of an archive are looked at.
const MEMBERS: usize = 5_000;
/// A ZIP's last record lies within so many bytes of its end (APPNOTE 4.3.16).
const LAST_RECORD: usize = 22 + 0xffff;
/// How many bytes of a file tell what it is, all but what lies deep in old documents of Office.
pub const TELLING: usize = 36 << 10;
/// So many of its last bytes are kept of an archive: what lists its members stands there.
const LAST: usize = 512 << 10;
/// Length of a class identifier in an old document of Office.
const CLASS: u64 = 16;

/// What of a file's bytes is looked at, taken as they come: however large it is, little is kept.
#[derive(Debug, Default)]
pub(super) struct Glimpse {
    first: Vec<u8>,
    /// Of what may be a ZIP alone.
    last: Vec<u8>,
    size: u64,
    /// The class of an old document's root, as far as it came.
    class: Vec<u8>,
}

impl Glimpse {
    /// Of a file that lies in memory.
    fn of(bytes: &[u8]) -> Self {
        let mut glimpse = Self::default();
        glimpse.push(bytes);
        glimpse
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = TELLING.saturating_sub(self.first.len());
        self.first
            .extend_from_slice(&bytes[..room.min(bytes.len())]);
        if self.first.starts_with(b"PK") {
            self.last.extend_from_slice(bytes);
            if self.last.len() > 2 * LAST {
                self.last.drain(..self.last.len() - LAST);
            }
        }
        if let Some(at) = class_of_root(&self.first) {
            // Bytes of it that came so far; it may come in pieces.
            let from = (at + self.class.len() as u64).saturating_sub(self.size);
            let to = (at + CLASS).saturating_sub(self.size);
            let within =
                |place: u64| usize::try_from(place).map_or(bytes.len(), |at| at.min(bytes.len()));
            self.class
                .extend_from_slice(&bytes[within(from)..within(to)]);
        }
        self.size += bytes.len() as u64;
    }
}

/// A file that lies in memory, and the files within it.
#[must_use]
pub fn describe_whole(name: &str, media: &str, bytes: &[u8]) -> (File, Vec<File>) {
    describe(vec![name.to_owned()], media, &Glimpse::of(bytes))
}

/// A file of which so much was seen, and the files within it.
pub(super) fn describe(names: Vec<String>, media: &str, glimpse: &Glimpse) -> (File, Vec<File>) {
    let mut file = File {
        names,
        declared_type: media.to_owned(),
        real_type: glimpse.real_type(),
        size: glimpse.size,
        look: Look::Whole,
    };
    let mut within = Vec::new();
    if file.real_type == RealType::Zip {
        match glimpse.members() {
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
#[must_use]
pub fn picture(bytes: &[u8]) -> Option<&'static str> {
    match of(bytes) {
        RealType::Png => Some("image/png"),
        RealType::Jpeg => Some("image/jpeg"),
        RealType::Gif => Some("image/gif"),
        RealType::Webp => Some("image/webp"),
        RealType::Bmp => Some("image/bmp"),
        _ => None,
    }
}

/// What bytes are by how they begin; [`TELLING`] of them are enough.
#[must_use]
pub fn of(bytes: &[u8]) -> RealType {
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
        None if at(0, COMPOUND) => RealType::OfficeBinary,
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

/// How old documents of Office begin, and installers, which have the same form.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// The class of an installer's root.
const INSTALLER: [u8; 16] = [
    0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46,
];

/// Where the class of its root stands in such a file, which says what it is.
fn class_of_root(first: &[u8]) -> Option<u64> {
    if !first.starts_with(COMPOUND) {
        return None;
    }
    let sector = first.get(0x30..0x34)?.try_into().ok();
    let sector = u64::from(u32::from_le_bytes(sector?));
    let shift = first.get(0x1e).filter(|shift| (9..=12).contains(*shift))?;
    Some(((sector + 1) << shift) + 0x50)
}

impl Glimpse {
    fn real_type(&self) -> RealType {
        match of(&self.first) {
            RealType::OfficeBinary if self.class == INSTALLER => RealType::Msi,
            known => known,
        }
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

impl Glimpse {
    /// The members of a ZIP by its central directory (APPNOTE 4.3.12).
    fn members(&self) -> Result<Vec<Member>, Unseen> {
        let bytes = self.last.as_slice();
        let from = bytes.len().saturating_sub(LAST_RECORD);
        let last = bytes[from..]
            .windows(4)
            .rposition(|four| four == b"PK\x05\x06")
            .map(|at| from + at)
            .ok_or(Unseen::Damaged)?;
        let number = |at: usize, length: usize| -> Result<u64, Unseen> {
            let digits = bytes.get(at..at + length).ok_or(Unseen::Damaged)?;
            Ok(digits
                .iter()
                .rev()
                .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)))
        };
        let length = |at: usize, length: usize| -> Result<usize, Unseen> {
            usize::try_from(number(at, length)?).map_err(|_| Unseen::Damaged)
        };
        let count = length(last + 10, 2)?;
        if count > MEMBERS {
            return Err(Unseen::TooMany);
        }
        // It begins before what was kept where it is longer than that.
        let kept_from = self.size - bytes.len() as u64;
        let directory = number(last + 16, 4)?;
        let at = directory.checked_sub(kept_from).ok_or(Unseen::TooMany)?;
        let mut at = usize::try_from(at).map_err(|_| Unseen::Damaged)?;
        let mut members = Vec::with_capacity(count);
        for _ in 0..count {
            if !bytes
                .get(at..)
                .is_some_and(|rest| rest.starts_with(b"PK\x01\x02"))
            {
                return Err(Unseen::Damaged);
            }
            let name_length = length(at + 28, 2)?;
            let name = bytes
                .get(at + 46..at + 46 + name_length)
                .ok_or(Unseen::Damaged)?;
            members.push(Member {
                name: String::from_utf8_lossy(name).into_owned(),
                size: number(at + 24, 4)?,
                locked: number(at + 8, 2)? & 1 == 1,
            });
            at += 46 + name_length + length(at + 30, 2)? + length(at + 32, 2)?;
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe(name: &str, media: &str, bytes: &[u8]) -> (File, Vec<File>) {
        let names = || vec![name.to_owned()];
        let whole = super::describe(names(), media, &Glimpse::of(bytes));
        // However it is cut.
        for size in [1, 7, 1_000] {
            let mut glimpse = Glimpse::default();
            bytes.chunks(size).for_each(|piece| glimpse.push(piece));
            assert_eq!(super::describe(names(), media, &glimpse), whole, "{size}");
        }
        whole
    }

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

    #[test]
    fn an_installer_is_told_from_a_document_wherever_its_root_lies() {
        let mut bytes = COMPOUND.to_vec();
        bytes.resize(200 << 10, 0);
        bytes[0x1e] = 9;
        bytes[0x30..0x34].copy_from_slice(&300_u32.to_le_bytes());
        assert_eq!(
            describe("a", "", &bytes).0.real_type,
            RealType::OfficeBinary
        );
        let class = 301 * 512 + 0x50;
        bytes[class..class + 16].copy_from_slice(&INSTALLER);
        assert_eq!(describe("a", "", &bytes).0.real_type, RealType::Msi);
    }

    #[test]
    fn a_large_archive_is_seen_from_its_end() {
        let small = zip(&["a/KeKhai.exe"], 0);
        // What lies before it moves the offsets, as in a large archive whose first member is long.
        let before = vec![b'x'; 3 * LAST];
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(&before);
        let moved = u32::try_from(bytes.len()).unwrap();
        let last = small.len() - 6;
        let directory = u32::from_le_bytes(small[last..last + 4].try_into().unwrap());
        bytes.extend(&small);
        let at = bytes.len() - 6;
        bytes[at..at + 4].copy_from_slice(&(directory + moved).to_le_bytes());
        let (file, within) = super::describe(Vec::new(), "", &Glimpse::of(&bytes));
        assert_eq!((file.look, file.size), (Look::Whole, bytes.len() as u64));
        assert_eq!(within[0].names, ["a/KeKhai.exe"]);
        // Where the list begins before what is kept, nobody says what is in it.
        bytes[at..at + 4].copy_from_slice(&[4, 0, 0, 0]);
        let (file, _) = super::describe(Vec::new(), "", &Glimpse::of(&bytes));
        assert_eq!(file.look, Look::Unseen(Unseen::TooMany));
    }
}
