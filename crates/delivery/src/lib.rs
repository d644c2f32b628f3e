//! What happens to a message: intake, recipients, local delivery, groups, fan-out.
