//! PASS (RFC 1939 §7).

use super::Secret;
use crate::session::{Outcome, Session};
use crate::sign_in;

/// `user` is what the command before named.
pub(crate) async fn run(session: &mut Session, user: Option<String>, password: Secret) -> Outcome {
    if !session.may_sign_in() {
        return Ok(session.fault("Use STLS first"));
    }
    let Some(user) = user else {
        return Ok(session.fault("Send USER first"));
    };
    let attempt = sign_in::attempt(session);
    let access = &session.shared.access;
    match access.sign_in(attempt, &user, &password.0).await {
        Ok(signed_in) => sign_in::admitted(session, signed_in).await,
        Err(refusal) => sign_in::refused(session, &refusal).await,
    }
}
