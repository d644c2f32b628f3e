//! PREVIEW (RFC 8970).

use crate::support::{Client, World};

async fn append(client: &mut Client, text: &str) {
    let message = text.replace('\n', "\r\n");
    let done = client.append("INBOX", "", message.as_bytes()).await;
    assert!(done.starts_with("= OK"), "{done}");
}

#[tokio::test]
async fn examples_of_the_rfc() {
    let world = World::new().await;
    let mut client = world.client().await;
    append(&mut client, "Subject: 1\n\nPreview text for message 1.\n").await;
    append(
        &mut client,
        "Subject: 2\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n",
    )
    .await;
    append(
        &mut client,
        "Subject: 3\nFrom: FOO <f@x.vn>\nContent-Type: text/plain; charset=utf-8\n\nKính gửi   các\n\n\tđơn vị\n",
    )
    .await;
    client.ok("SELECT INBOX").await;
    client
        .check(
            r#"C: A1 FETCH 1 (PREVIEW)
            S: * 1 FETCH (PREVIEW "Preview text for message 1.")
            S: A1 OK FETCH completed
            C: B1 FETCH 1:2 (RFC822.SIZE PREVIEW (LAZY))
            S: * 1 FETCH (RFC822.SIZE 43 PREVIEW "Preview text for message 1.")
            S: * 2 FETCH (RFC822.SIZE 80 PREVIEW "")
            S: B1 OK FETCH completed
            C: C2 SEARCH RETURN (SAVE) FROM "FOO"
            C: C3 FETCH $ (UID PREVIEW (LAZY))
            S: C2 OK SEARCH completed
            S: * 3 FETCH (UID 3 PREVIEW {27}
            S: Kính gửi các đơn vị)
            S: C3 OK FETCH completed
            C: C4 UID FETCH 1 PREVIEW
            S: * 1 FETCH (UID 1 PREVIEW "Preview text for message 1.")
            S: C4 OK FETCH completed"#,
        )
        .await;
    // Nothing of the message was shown as read.
    assert_eq!(client.ok("SEARCH SEEN").await, ["* SEARCH"]);
}
