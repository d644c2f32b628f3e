//! SMTP server: MX and submission.
