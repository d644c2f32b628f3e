use crate::support::World;

/// Bytes that no compression makes small.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut out = b"Subject: big\r\nX-Big: yes\r\n\r\n".to_vec();
    while out.len() < len {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        out.push(b'!' + (state % 90) as u8);
        if out.len().is_multiple_of(76) {
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}

#[tokio::test]
async fn twenty_megabytes_there_and_back() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    let message = noise(20 << 20);
    client.append("INBOX", "", b"Subject: small\r\n\r\nx").await;
    let done = client.append("INBOX", "(\\Seen) ", &message).await;
    assert!(done.starts_with("= OK [APPENDUID"), "{done}");
    client.append("INBOX", "", b"Subject: after\r\n\r\ny").await;
    client.send("f FETCH 1:3 (UID BODY.PEEK[])\r\n").await;
    client
        .check("S: * 1 FETCH (UID 1 BODY[] {19}\nS: Subject: small\nS:\nS: x)")
        .await;
    let head = client.line().await;
    assert_eq!(
        head,
        format!("* 2 FETCH (UID 2 BODY[] {{{}}}", message.len())
    );
    let got = client.octets(message.len()).await;
    assert!(got == message, "not the same bytes");
    client.check("S: )\nS: * 3 FETCH (UID 3 BODY[] {19}\nS: Subject: after\nS:\nS: y)\nS: f OK FETCH completed").await;

    client
        .check(
            r"C: g FETCH 2 (BODY.PEEK[HEADER.FIELDS (x-big)] FLAGS BODY.PEEK[HEADER] BODY.PEEK[HEADER.FIELDS (None)])
            S: * 2 FETCH (BODY[HEADER.FIELDS (x-big)] {14}
            S: X-Big: yes
            S:
            S:  FLAGS (\Seen \Recent) BODY[HEADER] {28}
            S: Subject: big
            S: X-Big: yes
            S:
            S:  BODY[HEADER.FIELDS (None)] {2}
            S:
            S: )
            S: g OK FETCH completed",
        )
        .await;
    client
        .send("h FETCH 2 BODY.PEEK[TEXT]<15000000.1000>\r\n")
        .await;
    assert_eq!(
        client.line().await,
        "* 2 FETCH (BODY[TEXT]<15000000> {1000}"
    );
    let got = client.octets(1000).await;
    assert!(got == message[15_000_028..15_001_028]);
    client.check("S: )\nS: h OK FETCH completed").await;
}

#[tokio::test]
async fn large_messages_are_searched() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    let mut message = b"Subject: tin\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: application/octet-stream\r\n\r\n"
        .to_vec();
    message.extend(noise(1 << 20));
    message.extend_from_slice(
        "\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nQuyết định số 15\r\n--x--\r\n"
            .as_bytes(),
    );
    client.append("INBOX", "", &message).await;
    client
        .check(
            r"C: a SEARCH TEXT {10+}
            C: quyet dinh
            S: * SEARCH 1
            S: a OK SEARCH completed
            C: b SEARCH HEADER Subject tin LARGER 1000000
            S: * SEARCH 1
            S: b OK SEARCH completed
            C: c SEARCH BODY nothing
            S: * SEARCH
            S: c OK SEARCH completed
            C: d FETCH 1 BODY.PEEK[2]
            S: * 1 FETCH (BODY[2] {23}
            S: Quyết định số 15)
            S: d OK FETCH completed",
        )
        .await;
}

#[tokio::test]
async fn a_lost_object_spoils_no_other_message() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    client.append("INBOX", "", &noise(1 << 20)).await;
    client.append("INBOX", "", b"Subject: small\r\n\r\nx").await;
    std::fs::remove_dir_all(world.folder.path().join("blobs")).unwrap();
    client
        .check(
            r"C: a FETCH 1:2 BODY.PEEK[TEXT]
            S: * 2 FETCH (BODY[TEXT] {1}
            S: x)
            S: a NO [CORRUPTION] Some messages could not be read, this has been recorded
            C: b FETCH 1 RFC822.SIZE
            S: * 1 FETCH (RFC822.SIZE …)
            S: b OK FETCH completed
            C: c SEARCH BODY x
            S: * SEARCH 2
            S: c OK SEARCH completed",
        )
        .await;
}
