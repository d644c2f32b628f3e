//! AUTH (RFC 5034).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_access::Refusal;
use congvu_access::sasl::{Exchanger, Mechanism, Step};

use super::{Secret, initial_response};
use crate::input::Input;
use crate::reply;
use crate::session::{Flow, Outcome, Session};
use crate::sign_in;

/// The longest line of an exchange. RFC 5034 §4: what the mechanisms need, whatever the limit of
/// command lines; three texts of 1,024 octets in base64 are the most.
const MAX_RESPONSE: usize = 8 * 1024;

/// Carries out the exchange.
pub(crate) async fn run(
    session: &mut Session,
    mechanism: &str,
    initial: Option<Secret>,
) -> Outcome {
    if !session.may_sign_in() {
        return Ok(session.fault("Use STLS first"));
    }
    let Some(mechanism) = Mechanism::parse(mechanism) else {
        return Ok(session.fault("Unknown mechanism"));
    };
    let initial = match initial {
        None => None,
        Some(text) => match initial_response(text.0.as_bytes()) {
            Some(response) => Some(response),
            None => return sign_in::refused(session, &Refusal::Malformed).await,
        },
    };
    let attempt = sign_in::attempt(session);
    let mut exchanger = Exchanger::new(&session.shared.access, attempt, mechanism);
    let mut step = exchanger.start(initial.as_deref()).await;
    loop {
        let challenge = match step {
            Step::Challenge(challenge) => challenge,
            Step::Done(signed_in) => return sign_in::admitted(session, *signed_in).await,
            Step::Failed(refusal) => return sign_in::refused(session, &refusal).await,
        };
        let challenge = BASE64.encode(challenge);
        reply::put(&mut session.conn, format_args!("+ {challenge}\r\n"));
        let response = match session.next_line(MAX_RESPONSE).await? {
            Input::Line(line) if line == b"*" => {
                reply::err(&mut session.conn, "Authentication cancelled");
                return Ok(Flow::Continue);
            }
            Input::Line(line) => BASE64.decode(line).ok(),
            Input::TooLong => None,
        };
        step = match response {
            Some(response) => exchanger.step(&response).await,
            None => Step::Failed(Refusal::Malformed),
        };
    }
}
