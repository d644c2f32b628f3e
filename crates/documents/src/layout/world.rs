//! The world that typst sees: one template, four fonts, the data of one document. No file system, no network, no clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::DocumentError;

/// Liberation Serif, metrics of Times New Roman; SIL Open Font License, `fonts/OFL.txt`.
const FONTS: [&[u8]; 4] = [
    include_bytes!("../../fonts/LiberationSerif-Regular.ttf"),
    include_bytes!("../../fonts/LiberationSerif-Bold.ttf"),
    include_bytes!("../../fonts/LiberationSerif-Italic.ttf"),
    include_bytes!("../../fonts/LiberationSerif-BoldItalic.ttf"),
];

struct Fixed {
    library: LazyHash<Library>,
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
    template: Source,
    page: FileId,
    data: FileId,
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS
        .iter()
        .filter_map(|&bytes| Font::new(Bytes::new(bytes), 0))
        .collect();
    let id = |name: &str| {
        let path = VirtualPath::new(name).expect("the names below are plain");
        RootedPath::new(VirtualRoot::Project, path).intern()
    };
    Fixed {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        template: Source::new(id("template.typ"), include_str!("template.typ").to_owned()),
        page: id("page.json"),
        data: id("data.json"),
    }
});

/// Whether the font can show it.
pub(super) fn has_glyph(c: char) -> bool {
    FIXED
        .fonts
        .first()
        .is_some_and(|font| font.info().coverage.contains(u32::from(c)))
}

struct Document {
    page: Bytes,
    data: Option<Bytes>,
}

impl World for Document {
    fn library(&self) -> &LazyHash<Library> {
        &FIXED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FIXED.book
    }

    fn main(&self) -> FileId {
        FIXED.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == FIXED.template.id() {
            return Ok(FIXED.template.clone());
        }
        Err(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == FIXED.page {
            return Ok(self.page.clone());
        }
        match &self.data {
            Some(data) if id == FIXED.data => Ok(data.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FIXED.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Forgets what typst remembers of a document, also when setting it failed.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        comemo::evict(0);
    }
}

/// Sets a document as PDF/A-3b; the bytes depend on what is given alone.
pub(crate) fn pdf(
    page: Vec<u8>,
    data: Option<Vec<u8>>,
    tagged: bool,
) -> Result<Vec<u8>, DocumentError> {
    let _forget = Forget;
    let world = Document {
        page: Bytes::new(page),
        data: data.map(Bytes::new),
    };
    let set = typst::compile::<PagedDocument>(&world);
    let document = set.output.map_err(|errors| told(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::A_3b])
        .map_err(|error| DocumentError::Internal(error.message().to_string()))?;
    let options = PdfOptions {
        standards,
        tagged,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| told(&errors))
}

fn told(errors: &[SourceDiagnostic]) -> DocumentError {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    DocumentError::Internal(messages.join("; "))
}
