//! Documents as a person gets them: the text of the PDF by `pdftotext`, its fonts by `pdffonts` (poppler-utils).

mod forms;
mod hostile;
mod lists;
mod reports;
mod support;
mod written;
