"""smtp_client.py DEMO SENDER RECIPIENT STRANGER: smtplib on 587 and 465: what it may send and what not (TQ.4)."""
from common import *

sender, recipient, stranger = ARGUMENTS
host, port = place("submission")
with smtplib.SMTP(host, port, timeout=TIMEOUT) as plain:
    plain.ehlo("may.ngoai.example")
    assert "auth" not in plain.esmtp_features, "AUTH before TLS"
    for feature in ["starttls", "size", "8bitmime", "smtputf8", "pipelining", "chunking", "enhancedstatuscodes"]:
        assert feature in plain.esmtp_features, (feature, plain.esmtp_features)
    code, text = plain.docmd("AUTH PLAIN AGEAYg==")
    assert code in (530, 538), (code, text)
    code, text = plain.mail(sender)
    same(code, 530, "MAIL before AUTH")
    plain.starttls(context=tls())
    plain.ehlo("may.ngoai.example")
    for mechanism in ["PLAIN", "LOGIN"]:
        assert mechanism in plain.esmtp_features["auth"], plain.esmtp_features
    try:
        plain.login(sender, "sai")
        raise AssertionError("a wrong password signed in")
    except smtplib.SMTPAuthenticationError as error:
        same(error.smtp_code, 535)
    plain.login(sender, PASSWORDS[sender])
    plain.send_message(email.message_from_bytes(letter("Gửi bằng smtplib", "Nội dung có dấu.", to=recipient, sender=sender),
                                                policy=email.policy.SMTP))

with submission(sender) as signed:
    code, text = signed.mail(stranger)
    same(code, 550, "another's address in MAIL FROM")
    signed.rset()
    code, text = signed.mail("")
    same(code, 550, "no address in MAIL FROM")
    signed.rset()
    try:
        signed.sendmail(sender, [recipient], letter("Giả mạo", "x", to=recipient, sender=stranger))
        raise AssertionError("another's address in From went through")
    except smtplib.SMTPDataError as error:
        same(error.smtp_code, 550)
        assert b"5.7.1" in error.smtp_error, error
    signed.rset()
    # A submission without Date and Message-ID gets them (RFC 6409 §8.2, §8.3).
    signed.sendmail(sender, [recipient], f"From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: thieu tieu de\r\n\r\nx\r\n".encode())

box = imap(recipient)
ok(box.select("INBOX"))
(uid,) = find(box, "thieu tieu de")
header = octets(box, uid).split(b"\r\n\r\n")[0].lower()
assert b"\r\ndate:" in header and b"\r\nmessage-id:" in header, header
(uid,) = find(box, "Gửi bằng smtplib")
same(find(box, "Giả mạo"), [])
box.logout()
