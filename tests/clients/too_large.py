"""too_large.py DEMO SENDER RECIPIENT: a message over SIZE is refused with 552 5.3.4, by MX and submission, by APPEND too."""
from common import *

sender, recipient = ARGUMENTS
message = letter("Quá lớn", "x", to=recipient, sender=sender)
message += (b"0123456789" * 7 + b"\r\n") * 430_000  # 31 MB


def check(connection, sender):
    limit = int(connection.esmtp_features["size"])
    assert limit < len(message), limit
    code, text = connection.mail(sender, [f"SIZE={len(message)}"])
    same((code, text[:5]), (552, b"5.3.4"), "MAIL with SIZE")
    connection.rset()
    same(connection.mail(sender)[0], 250)
    same(connection.rcpt(recipient)[0], 250)
    code, text = connection.data(message)
    same((code, text[:5]), (552, b"5.3.4"), "after DATA")
    same(connection.noop()[0], 250, "the session goes on")


with submission(sender) as connection:
    check(connection, sender)
host, port = place("smtp")
with smtplib.SMTP(host, port, timeout=60) as connection:
    connection.ehlo("mx.ngoai.example")
    check(connection, "a@ngoai.example")
box = imap(recipient)
try:
    no(box.append("INBOX", None, None, message), "TOOBIG")
except (imaplib.IMAP4.abort, OSError) as error:
    # A server may also break the connection off (RFC 7888 §4).
    print("APPEND was broken off:", error)
box = imap(recipient)
ok(box.select("INBOX"))
same(uids(box, "ALL"), [])
box.logout()
