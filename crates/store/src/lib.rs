//! Tables, transactions and blobs on SQLite or PostgreSQL.
