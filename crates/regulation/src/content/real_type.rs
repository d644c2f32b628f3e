//! What a file is by its content, whatever its name and declared type say.

use std::fmt;

/// What a file is by its first bytes and its structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the table below tells each")]
pub enum RealType {
    /// Not looked at, or of no known form.
    Unknown,
    Pe,
    Dos,
    Elf,
    MachO,
    Msi,
    Shortcut,
    Jar,
    JavaClass,
    Apk,
    Script,
    HtmlHelp,
    Registry,
    DiskImage,
    Zip,
    Rar,
    SevenZip,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    Tar,
    Cab,
    Arj,
    Lzh,
    Ace,
    Message,
    Pdf,
    Rtf,
    OfficeBinary,
    OfficeXml,
    OpenDocument,
    Text,
    Csv,
    Html,
    Xml,
    Signature,
    Calendar,
    Contact,
    Png,
    Jpeg,
    Gif,
    Bmp,
    Tiff,
    Webp,
    Svg,
    Mp3,
    Wav,
    Mp4,
    Mpeg,
    Avi,
}

/// Type, name in profiles, name for people, endings, declared types that mail programs open as this.
type Entry = (
    RealType,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

#[rustfmt::skip]
const TABLE: [Entry; 51] = [
    (RealType::Unknown, "unknown", "không rõ", &[], &[]),
    (RealType::Pe, "pe", "chương trình Windows", &["exe", "dll"], &["application/x-msdownload", "application/vnd.microsoft.portable-executable", "application/x-dosexec"]),
    (RealType::Dos, "dos", "chương trình DOS", &["com"], &["application/x-msdos-program"]),
    (RealType::Elf, "elf", "chương trình Linux", &[], &["application/x-executable", "application/x-elf"]),
    (RealType::MachO, "mach-o", "chương trình macOS", &[], &["application/x-mach-binary"]),
    (RealType::Msi, "msi", "bộ cài đặt Windows", &["msi"], &["application/x-msi"]),
    (RealType::Shortcut, "shortcut", "lối tắt Windows", &["lnk"], &["application/x-ms-shortcut"]),
    (RealType::Jar, "jar", "chương trình Java", &["jar"], &["application/java-archive", "application/x-java-archive"]),
    (RealType::JavaClass, "java-class", "chương trình Java", &["class"], &["application/java-vm"]),
    (RealType::Apk, "apk", "ứng dụng Android", &["apk"], &["application/vnd.android.package-archive"]),
    (RealType::Script, "script", "tập lệnh", &["js", "vbs", "sh"], &["text/javascript", "application/javascript", "application/x-javascript", "text/vbscript", "application/x-sh", "application/hta"]),
    (RealType::HtmlHelp, "html-help", "tệp trợ giúp Windows", &["chm"], &["application/vnd.ms-htmlhelp"]),
    (RealType::Registry, "registry", "tệp sửa cấu hình Windows", &["reg"], &[]),
    (RealType::DiskImage, "disk-image", "ảnh đĩa", &["iso", "img"], &["application/x-iso9660-image", "application/x-raw-disk-image"]),
    (RealType::Zip, "zip", "tệp nén zip", &["zip"], &[]),
    (RealType::Rar, "rar", "tệp nén rar", &["rar"], &[]),
    (RealType::SevenZip, "7z", "tệp nén 7z", &["7z"], &[]),
    (RealType::Gzip, "gzip", "tệp nén gzip", &["gz"], &[]),
    (RealType::Bzip2, "bzip2", "tệp nén bzip2", &["bz2"], &[]),
    (RealType::Xz, "xz", "tệp nén xz", &["xz"], &[]),
    (RealType::Zstd, "zstd", "tệp nén zstd", &["zst"], &[]),
    (RealType::Tar, "tar", "tệp gói tar", &["tar"], &[]),
    (RealType::Cab, "cab", "tệp nén cab", &["cab"], &[]),
    (RealType::Arj, "arj", "tệp nén arj", &["arj"], &[]),
    (RealType::Lzh, "lzh", "tệp nén lzh", &["lzh"], &[]),
    (RealType::Ace, "ace", "tệp nén ace", &["ace"], &[]),
    (RealType::Message, "message", "thư đính kèm", &["eml"], &[]),
    (RealType::Pdf, "pdf", "PDF", &["pdf"], &[]),
    (RealType::Rtf, "rtf", "văn bản RTF", &["rtf"], &[]),
    (RealType::OfficeBinary, "office-binary", "tài liệu Office", &["doc", "xls", "ppt"], &[]),
    (RealType::OfficeXml, "office-xml", "tài liệu Office", &["docx", "xlsx", "pptx"], &[]),
    (RealType::OpenDocument, "open-document", "tài liệu OpenDocument", &["odt", "ods", "odp"], &[]),
    (RealType::Text, "text", "văn bản thuần", &["txt"], &[]),
    (RealType::Csv, "csv", "bảng CSV", &["csv"], &[]),
    (RealType::Html, "html", "trang HTML", &["htm", "html"], &[]),
    (RealType::Xml, "xml", "XML", &["xml"], &[]),
    (RealType::Signature, "signature", "chữ ký số", &["p7s", "asc"], &[]),
    (RealType::Calendar, "calendar", "lịch", &["ics"], &[]),
    (RealType::Contact, "contact", "danh thiếp", &["vcf"], &[]),
    (RealType::Png, "png", "ảnh PNG", &["png"], &[]),
    (RealType::Jpeg, "jpeg", "ảnh JPEG", &["jpg", "jpeg"], &[]),
    (RealType::Gif, "gif", "ảnh GIF", &["gif"], &[]),
    (RealType::Bmp, "bmp", "ảnh BMP", &["bmp"], &[]),
    (RealType::Tiff, "tiff", "ảnh TIFF", &["tif", "tiff"], &[]),
    (RealType::Webp, "webp", "ảnh WebP", &["webp"], &[]),
    (RealType::Svg, "svg", "ảnh SVG", &["svg"], &[]),
    (RealType::Mp3, "mp3", "âm thanh MP3", &["mp3"], &[]),
    (RealType::Wav, "wav", "âm thanh WAV", &["wav"], &[]),
    (RealType::Mp4, "mp4", "phim MP4", &["mp4"], &[]),
    (RealType::Mpeg, "mpeg", "phim MPEG", &["mpg", "mpeg"], &[]),
    (RealType::Avi, "avi", "phim AVI", &["avi"], &[]),
];

impl RealType {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|entry| entry.0)
    }

    /// The type of this name in profiles (`"pe"`), if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|entry| entry.1 == name)
            .map(|entry| entry.0)
    }

    /// Its name in profiles: `mach-o`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().map_or("unknown", |entry| entry.1)
    }

    /// Whether other files lie in it.
    #[must_use]
    pub fn is_archive(self) -> bool {
        (Self::Zip..=Self::Ace).contains(&self)
            || matches!(self, Self::Jar | Self::Apk | Self::DiskImage)
    }

    /// The type that the ending of a name (`pdf`, any case) says a file has.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        let fits = |known: &&str| known.eq_ignore_ascii_case(ending);
        let entry = TABLE
            .iter()
            .find(|entry| entry.3.iter().any(|known| fits(&known)));
        entry.map(|entry| entry.0)
    }

    /// What machines run, or what runs something on them when it is opened.
    #[must_use]
    pub fn is_program(self) -> bool {
        (Self::Pe..=Self::DiskImage).contains(&self)
    }

    /// The endings of names that fit it.
    pub(super) fn endings(self) -> &'static [&'static str] {
        self.entry().map_or(&[], |entry| entry.3)
    }

    /// The type as which mail programs open a part that is declared so (`application/x-msdownload`), whatever its name.
    pub(super) fn declared(media_type: &str) -> Option<Self> {
        let plain = media_type.split(';').next().unwrap_or_default().trim();
        TABLE
            .iter()
            .find(|entry| {
                entry
                    .4
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(plain))
            })
            .map(|entry| entry.0)
    }

    fn entry(self) -> Option<&'static Entry> {
        TABLE.iter().find(|entry| entry.0 == self)
    }
}

/// As people read it: `chương trình Windows`.
impl fmt::Display for RealType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry().map_or("không rõ", |entry| entry.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_a_name_of_its_own() {
        for one in RealType::all() {
            assert_eq!(RealType::named(one.name()), Some(one));
            assert_eq!(one == RealType::Unknown, one.name() == "unknown");
        }
        assert_eq!(RealType::named("exe"), None);
        assert_eq!(RealType::of_ending("PDF"), Some(RealType::Pdf));
        assert_eq!(RealType::of_ending(""), None);
        assert!(RealType::Script.is_program() && !RealType::Zip.is_program());
        assert_eq!(
            RealType::declared("Application/X-MSDownload; name=a"),
            Some(RealType::Pe)
        );
        assert!(
            RealType::Rar.is_archive()
                && !RealType::Pdf.is_archive()
                && !RealType::Message.is_archive()
        );
    }
}
