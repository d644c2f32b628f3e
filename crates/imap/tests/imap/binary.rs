//! BINARY (RFC 3516, RFC 9051 §6.4.5).

use crate::support::{World, noise};

const PARTS: &str = "Subject: nhi phan\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=x\r\n\r\n\
    --x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
    C=C3=B4ng v=C4=83n=\r\n n=C3=A0y\r\n\
    --x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    QQBCAEM=\r\n\
    --x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n\
    begin 644 a\r\n\
    --x\r\nContent-Type: message/rfc822\r\n\r\n\
    Subject: trong\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\nVOG7qw==\r\n--x--\r\n";

#[tokio::test]
async fn parts_without_their_encoding() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("INBOX", "", PARTS.as_bytes()).await;
    client.ok("SELECT INBOX").await;
    client
        .check(
            r#"C: a FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1] BINARY.SIZE[4.1] BINARY.PEEK[4.1])
            S: * 1 FETCH (BINARY.SIZE[1] 15 BINARY[1] {15}
            S: Công văn này BINARY.SIZE[4.1] 4 BINARY[4.1] {4}
            S: Từ)
            S: a OK FETCH completed
            C: b FETCH 1 (BINARY.PEEK[1]<2.8> BINARY.PEEK[1]<100.5> BINARY.SIZE[9] BINARY.PEEK[9])
            S: * 1 FETCH (BINARY[1]<2> {8}
            S: …ng văn BINARY[1]<100> "" BINARY.SIZE[9] 0 BINARY[9] NIL)
            S: b OK FETCH completed
            C: c FETCH 1 (BINARY.SIZE[4] FLAGS)
            S: * 1 FETCH (BINARY.SIZE[4] 80 FLAGS (\Recent))
            S: c OK FETCH completed
            C: d FETCH 1 BINARY[]<0.7>
            S: * 1 FETCH (BINARY[]<0> {7}
            S: Subject FLAGS (\Seen \Recent))
            S: d OK FETCH completed"#,
        )
        .await;
}

/// RFC 3516 §4.3: a `literal8` where NUL occurs, and only there.
#[tokio::test]
async fn nul_comes_in_a_literal8() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("INBOX", "", PARTS.as_bytes()).await;
    client.ok("SELECT INBOX").await;
    client
        .send("a UID FETCH 1 (BINARY.SIZE[2] BINARY[2])\r\n")
        .await;
    client
        .check("S: * 1 FETCH (UID 1 BINARY.SIZE[2] 5 BINARY[2] ~{5}")
        .await;
    assert_eq!(client.octets(5).await, b"A\0B\0C");
    client
        .check(
            r"S:  FLAGS (\Seen \Recent))
            S: a OK FETCH completed
            C: b FETCH 1 BINARY[2]<2.1>
            S: * 1 FETCH (BINARY[2]<2> {1}
            S: B)
            S: b OK FETCH completed",
        )
        .await;
}

#[tokio::test]
async fn an_unknown_encoding_fails_the_command() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("INBOX", "", PARTS.as_bytes()).await;
    client.append("INBOX", "", b"Subject: b\r\n\r\nplain").await;
    client.ok("SELECT INBOX").await;
    client
        .check(
            r"C: a FETCH 1 BINARY[3]
            S: a NO [UNKNOWN-CTE] A part has a Content-Transfer-Encoding that is not known
            C: b FETCH 1 (FLAGS BINARY.SIZE[3])
            S: b NO [UNKNOWN-CTE] …
            C: c FETCH 1 (FLAGS BODY.PEEK[3])
            S: * 1 FETCH (FLAGS (\Recent) BODY[3] {11}
            S: begin 644 a)
            S: c OK FETCH completed
            C: d FETCH 2 (BINARY[1] BINARY.SIZE[1])
            S: * 2 FETCH (BINARY[1] {5}
            S: plain BINARY.SIZE[1] 5 FLAGS (\Seen \Recent))
            S: d OK FETCH completed",
        )
        .await;
}

/// What lies in the object store is decoded while it is sent.
#[tokio::test]
async fn large_parts_are_decoded_on_the_way() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    let mut data = noise(6 << 20);
    data[4 << 20] = 0;
    let mut message = b"Subject: lon\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        .to_vec();
    for line in data.chunks(57) {
        message.extend_from_slice(STANDARD.encode(line).as_bytes());
        message.extend_from_slice(b"\r\n");
    }
    message.extend_from_slice(b"--x--\r\n");
    let done = client.append("INBOX", "", &message).await;
    assert!(done.starts_with("= OK"), "{done}");
    client
        .check(&format!(
            "C: a FETCH 1 BINARY.SIZE[1]\nS: * 1 FETCH (BINARY.SIZE[1] {})\nS: a OK FETCH completed",
            data.len()
        ))
        .await;
    client.send("b FETCH 1 (BINARY.PEEK[1] UID)\r\n").await;
    assert_eq!(
        client.line().await,
        format!("* 1 FETCH (BINARY[1] ~{{{}}}", data.len())
    );
    assert!(
        client.octets(data.len()).await == data,
        "not the same bytes"
    );
    client.check("S:  UID 1)\nS: b OK FETCH completed").await;
    // The NUL lies outside what is wanted.
    client
        .send("c FETCH 1 BINARY.PEEK[1]<5000000.1000>\r\n")
        .await;
    client
        .check("S: * 1 FETCH (BINARY[1]<5000000> {1000}")
        .await;
    assert!(client.octets(1000).await == data[5_000_000..5_001_000]);
    client
        .check("S: )\nS: c OK FETCH completed\nC: d FETCH 1 BINARY.PEEK[1]<99999999.1>\nS: * 1 FETCH (BINARY[1]<99999999> \"\")\nS: d OK FETCH completed")
        .await;
}

/// RFC 3516 §4.4 and §6: what comes as binary is kept as base64, and given back as it came.
#[tokio::test]
async fn appending_a_literal8() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    let message = b"Subject: nhi phan\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n\
        A\0B\r\n\r\n--x--\r\n";
    client
        .send(format!(
            "a APPEND INBOX (\\Seen) ~{{{}}}\r\n",
            message.len()
        ))
        .await;
    client.check("S: + OK").await;
    client.send(message).await;
    client
        .check(
            r#"C:
            S: * 1 EXISTS
            S: * 1 RECENT
            S: a OK [APPENDUID … 1] APPEND completed
            C: b FETCH 1 (BODYSTRUCTURE BODY.PEEK[1])
            S: * 1 FETCH (BODYSTRUCTURE (("application" "octet-stream" NIL NIL NIL "base64" 8 …) "mixed" …) BODY[1] {8}
            S: QQBCDQo=)
            S: b OK FETCH completed
            C: c FETCH 1 BINARY.PEEK[1]
            S: * 1 FETCH (BINARY[1] ~{5}"#,
        )
        .await;
    assert_eq!(client.octets(5).await, b"A\0B\r\n");
    client.check("S: )\nS: c OK FETCH completed").await;
    client
        .send("d APPEND INBOX ~{17+}\r\nSubject: a\r\n\r\nb\0c\r\ne APPEND INBOX {3+}\r\na\0b\r\n")
        .await;
    client
        .check(
            r"S: d NO [UNKNOWN-CTE] NUL outside a part whose Content-Transfer-Encoding is binary
            S: e BAD A literal may not hold NUL
            C: f STATUS INBOX (MESSAGES)
            S: * STATUS …INBOX… (MESSAGES 1)
            S: f OK STATUS completed",
        )
        .await;
}
