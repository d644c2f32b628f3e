//! Who may come in: credentials, SASL, throttling, sessions ended at once.
