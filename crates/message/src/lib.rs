//! MIME: structure, envelope, decoding and folding of text (pure).
