//! What can be wrong, in words for the person who sent the file.

use std::fmt;

/// Why a file is not read or a document not made at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The file has more bytes than are read.
    #[error("Tệp lớn hơn {limit} MB nên không đọc được. Xin chia danh sách thành nhiều tệp.")]
    TooLarge {
        /// In MB.
        limit: usize,
    },
    /// It inflates to more than is read: a zip bomb, or a list far too long.
    #[error("Tệp giải nén ra quá lớn (hơn {limit} MB) nên không đọc.")]
    InflatesTooFar {
        /// In MB.
        limit: usize,
    },
    /// A sheet has more rows than are read.
    #[error("Danh sách có hơn {limit} dòng. Xin chia thành nhiều tệp.")]
    TooManyRows {
        /// How many are read.
        limit: usize,
    },
    /// A sheet has more columns than are read.
    #[error("Trang tính có hơn {limit} cột. Xin xóa các cột thừa.")]
    TooManyColumns {
        /// How many are read.
        limit: usize,
    },
    /// A cell has more characters than are read.
    #[error("Ô ở dòng {row}, cột {column} dài hơn {limit} ký tự.")]
    CellTooLong {
        /// As the person sees it, from 1.
        row: u32,
        /// As the person sees it: `A`, `AB`.
        column: String,
        /// In characters.
        limit: usize,
    },
    /// An old Excel file (.xls) or a sheet of another program.
    #[error("Tệp không phải XLSX hoặc CSV. Nếu là tệp Excel cũ (.xls), xin lưu lại ở dạng .xlsx.")]
    NotASheet,
    /// It looks like XLSX and cannot be read; the text is the reader's.
    #[error("Tệp XLSX bị hỏng hoặc có mật khẩu, không đọc được.")]
    DamagedXlsx(String),
    /// It looks like CSV and cannot be read.
    #[error("Tệp CSV không đọc được ở dòng {row}.")]
    DamagedCsv {
        /// As the person sees it, from 1.
        row: u32,
    },
    /// No row names any of the columns.
    #[error("Không tìm thấy dòng tiêu đề. Tệp cần có một dòng ghi tên các cột: {}.", .columns.join(", "))]
    NoHeader {
        /// The columns that are looked for.
        columns: Vec<String>,
    },
    /// Not a PDF.
    #[error("Tệp không phải PDF.")]
    NotAPdf,
    /// A PDF that this system did not make, or that lost its data when it was printed and scanned.
    #[error(
        "Tệp PDF không kèm dữ liệu của biểu mẫu (có thể là bản quét hoặc bản in lại). Xin gửi tệp PDF do hệ thống tạo ra, tệp danh sách \
         XLSX, hoặc điền trên web."
    )]
    NoData,
    /// An encrypted PDF.
    #[error("Tệp PDF được đặt mật khẩu nên không đọc được dữ liệu kèm theo.")]
    Encrypted,
    /// Several different sets of data: which one was meant cannot be known.
    #[error("Tệp PDF kèm nhiều bản dữ liệu khác nhau nên không biết bản nào đúng.")]
    Ambiguous,
    /// The data cannot be understood; the text is the reader's.
    #[error("Dữ liệu kèm theo tệp PDF không đúng dạng.")]
    DamagedData(String),
    /// The data are of a later version of the program.
    #[error("Dữ liệu kèm theo tệp PDF thuộc phiên bản mới hơn ({0}).")]
    LaterVersion(u32),
    /// The document could not be set or written: our own fault.
    #[error("Không tạo được tệp: {0}")]
    Internal(String),
}

/// Something that the person has to correct.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The table or sheet, where there are several.
    pub table: Option<String>,
    /// As the person sees it: Excel's row of a list, the number in "STT" of a form's table. `None`: the whole.
    pub row: Option<u32>,
    /// The column or field, as printed.
    pub label: Option<String>,
    /// What is wrong, in Vietnamese.
    pub what: String,
}

impl Fault {
    pub(crate) fn whole(what: impl Into<String>) -> Self {
        Self {
            table: None,
            row: None,
            label: None,
            what: what.into(),
        }
    }

    pub(crate) fn of(label: &str, what: impl Into<String>) -> Self {
        Self {
            label: Some(label.to_owned()),
            ..Self::whole(what)
        }
    }

    pub(crate) fn at(row: u32, label: &str, what: impl Into<String>) -> Self {
        Self {
            row: Some(row),
            ..Self::of(label, what)
        }
    }

    pub(crate) fn in_table(mut self, table: &str) -> Self {
        self.table = Some(table.to_owned());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut place = Vec::new();
        if let Some(table) = &self.table {
            place.push(format!("bảng “{table}”"));
        }
        if let Some(row) = self.row {
            place.push(format!("dòng {row}"));
        }
        if let Some(label) = &self.label {
            place.push(format!("mục “{label}”"));
        }
        if place.is_empty() {
            return f.write_str(&self.what);
        }
        let place = place.join(", ");
        let mut letters = place.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        write!(
            f,
            "{}{}: {}",
            first.collect::<String>(),
            letters.as_str(),
            self.what
        )
    }
}
