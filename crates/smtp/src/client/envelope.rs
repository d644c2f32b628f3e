//! MAIL and RCPT with what the server understands of their parameters.

use congvu_delivery::outbound::{Notify, Parcel, ParcelRecipient, Reply, Return};

use super::extensions::Extensions;
use super::fault::own;

/// Octets of an address: a path of RFC 5321 §4.5.3.1.3 has 256, UTF-8 counted by octets.
const ADDRESS: usize = 512;
/// ENVID is at most 100 characters (RFC 3461 §4.4), ORCPT 500 (§4.2).
const ENVELOPE_ID: usize = 100;
const ORIGINAL: usize = 500;

/// MAIL without its end, or why the message cannot go to this server at all.
pub(super) fn mail(parcel: &Parcel, extensions: &Extensions) -> Result<String, Reply> {
    // RFC 6531 §3.5: no server may be given what it did not offer to take.
    if needs_utf8(parcel) && !extensions.smtp_utf8 {
        let text = "the message needs SMTPUTF8, which the server does not offer";
        return Err(own(550, "5.6.7", text));
    }
    let mut recipients = parcel.recipients.iter();
    let utf8 = extensions.smtp_utf8
        && (needs_utf8(parcel) || recipients.any(|one| !one.address.is_ascii()));
    if let Some(most) = extensions.size
        && most > 0
        && parcel.size > most
    {
        let text = format!(
            "the message has {} octets, the server takes {most}",
            parcel.size
        );
        return Err(own(552, "5.3.4", &text));
    }
    if !parcel.sender.is_empty() && !is_sendable(&parcel.sender) {
        return Err(own(553, "5.1.7", "the sender's address cannot be sent"));
    }
    let mut line = format!("MAIL FROM:<{}>", parcel.sender);
    if extensions.size.is_some() {
        line.push_str(&format!(" SIZE={}", parcel.size));
    }
    // Without 8BITMIME the body goes as it is: nearly every server passes octets through, and what
    // RFC 6152 §3 asks for otherwise, to recode or to return the message, breaks signatures or loses
    // mail that would have arrived.
    if extensions.eight_bit_mime && (parcel.eight_bit || utf8) {
        line.push_str(" BODY=8BITMIME");
    }
    if utf8 {
        line.push_str(" SMTPUTF8");
    }
    if extensions.dsn {
        match parcel.ret {
            Some(Return::Full) => line.push_str(" RET=FULL"),
            Some(Return::Headers) => line.push_str(" RET=HDRS"),
            None => {}
        }
        if let Some(id) = parcel.envelope_id.as_deref()
            && is_xtext(id, ENVELOPE_ID)
        {
            line.push_str(&format!(" ENVID={id}"));
        }
    }
    Ok(line)
}

/// RCPT without its end, or why it cannot be sent.
pub(super) fn rcpt(recipient: &ParcelRecipient, extensions: &Extensions) -> Result<String, Reply> {
    if !is_sendable(&recipient.address) {
        return Err(own(553, "5.1.3", "the recipient's address cannot be sent"));
    }
    // Only this recipient cannot be told to the server: the others of the message can (RFC 6531 §3.5).
    if !recipient.address.is_ascii() && !extensions.smtp_utf8 {
        let text = "the address needs SMTPUTF8, which the server does not offer";
        return Err(own(550, "5.6.7", text));
    }
    let mut line = format!("RCPT TO:<{}>", recipient.address);
    if extensions.dsn {
        if let Some(notify) = recipient.notify {
            line.push_str(&format!(" NOTIFY={}", words(notify)));
        }
        if let Some(original) = recipient.original.as_deref()
            && is_xtext(original, ORIGINAL)
        {
            line.push_str(&format!(" ORCPT={original}"));
        }
    }
    Ok(line)
}

/// Whether the message needs SMTPUTF8 whoever gets it (RFC 6531 §3.1).
fn needs_utf8(parcel: &Parcel) -> bool {
    parcel.utf8 || !parcel.sender.is_ascii()
}

/// RFC 3461 §4.1. Nothing chosen is nothing wanted: no empty list exists.
fn words(notify: Notify) -> String {
    let chosen: Vec<&str> = [
        (notify.success, "SUCCESS"),
        (notify.failure, "FAILURE"),
        (notify.delay, "DELAY"),
    ]
    .into_iter()
    .filter_map(|(wanted, word)| wanted.then_some(word))
    .collect();
    if notify.never || chosen.is_empty() {
        return "NEVER".into();
    }
    chosen.join(",")
}

/// An address that cannot end its command or its path: addresses are checked where they come in, and
/// here what would let one speak SMTP.
fn is_sendable(address: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    let is_plain = !address.is_empty()
        && address.len() <= ADDRESS
        && address.chars().all(|letter| {
            let escapes = std::mem::take(&mut escaped);
            match letter {
                _ if letter.is_control() => return false,
                '\\' if quoted && !escapes => escaped = true,
                '"' if !escapes => quoted = !quoted,
                '<' | '>' | ' ' => return quoted,
                _ => {}
            }
            true
        });
    is_plain && !quoted && !escaped
}

/// What may stand for a parameter (RFC 5321 §4.1.2 `esmtp-value`).
fn is_xtext(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'=')
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
