"""s3.py DESCRIBED STEP STATE ARGUMENTS: large messages, whose bytes lie in an S3 bucket. STATE keeps what was sent.

fill ADDRESS …     several ways in, to several mailboxes
read               all of it, octet for octet, by IMAP and POP3
send ADDRESS NAME  one more
refused ADDRESS    a large message is refused for now, a small one is taken; a large one cannot be read, a small one can
spoiled ADDRESS NAME …   these cannot be read; everything else can
cut ADDRESS        the connection breaks in the middle of a message
"""
import os, socket
from common import *

step, state, arguments = ARGUMENTS[0], ARGUMENTS[1], ARGUMENTS[2:]
SENT = json.load(open(state)) if os.path.exists(state) else {}


def large(name, size):
    """Does not shrink by more than its base64."""
    text = base64.encodebytes(os.urandom(size * 3 // 4)).decode().replace("\n", "\r\n")
    return (f"From: <a@ngoai.example>\r\nTo: <b@tinh.example>\r\nSubject: {name}\r\nMessage-ID: <{name}@s3.example>\r\n"
            f"Date: Mon, 05 Oct 2026 08:30:00 +0700\r\n\r\n{text}").encode()


def keep(name, message, addresses):
    SENT[name] = {"octets": base64.b64encode(message).decode(), "to": addresses}
    with open(state, "w") as file:
        json.dump(SENT, file)


def of(address):
    return {name: base64.b64decode(sent["octets"]) for name, sent in SENT.items() if address in sent["to"]}


def subject(raw):
    return raw.split(b"\r\nSubject: ")[1].split(b"\r\n")[0].decode()


def by_pop(address):
    box = pop(address)
    box.user(address)
    box.pass_(PASSWORDS[address])
    return box


def check(raw, expected):
    name = subject(raw)
    wanted = expected.pop(name)
    assert raw.endswith(wanted) and raw[:len(raw) - len(wanted)].count(b"Subject:") == 0, f"{name} differs"


if step == "fill":
    one, two, three = arguments
    message = large("ba", 3 << 20)
    deliver(arguments, message)
    keep("ba", message, arguments)
    # More than one part of an upload.
    message = large("to", 12 << 20)
    deliver([two], message)
    keep("to", message, [two])
    message = large("kem", 200_000)
    box = imap(three)
    append(box, "INBOX", message)
    keep("kem", message, [three])
    message = letter("nho", "Kính gửi.\r\n", message_id="<nho@s3.example>")
    deliver(arguments, message)
    keep("nho", message, arguments)

if step == "read":
    for address in PASSWORDS:
        expected = of(address)
        box = imap(address)
        ok(box.select("INBOX"))
        for uid in uids(box, "ALL"):
            check(octets(box, uid), expected)
        assert not expected, expected.keys()
        box.logout()
        expected = of(address)
        box = by_pop(address)
        for n in range(1, len(box.list()[1]) + 1):
            check(b"".join(line + b"\r\n" for line in box.retr(n)[1]), expected)
        assert not expected, expected.keys()
        box.quit()

if step == "send":
    address, name = arguments
    message = large(name, 1 << 20)
    deliver([address], message)
    keep(name, message, [address])

if step == "refused":
    (address,) = arguments
    start = time.monotonic()
    for size in (100_000, 3 << 20, 12 << 20):
        try:
            deliver([address], large("mat-kho", size))
            raise AssertionError("accepted although nothing could store it")
        except smtplib.SMTPDataError as error:
            same(error.smtp_code // 100, 4, error)
    assert time.monotonic() - start < 60, "refused too late"
    message = letter("van-nhan", "Kính gửi.\r\n", message_id="<van-nhan@s3.example>")
    deliver([address], message)
    keep("van-nhan", message, [address])
    box = imap(address)
    ok(box.select("INBOX"))
    no(box.append("INBOX", None, None, large("mat-kho", 3 << 20)), "UNAVAILABLE")
    (uid,) = find_uids = [uid for uid in uids(box, "SUBJECT", "ba")]
    no(box.uid("FETCH", str(uid), "(BODY[])"), "UNAVAILABLE")
    no(box.uid("SEARCH", "TEXT", "khong-co-dau-ca"), "UNAVAILABLE")
    (small,) = uids(box, "SUBJECT", "van-nhan")
    assert octets(box, small).endswith(message)
    assert "\\Seen" not in flags(box, uid), "shown as read, though it could not be"
    box.logout()
    box = by_pop(address)
    try:
        box.retr(1)
        raise AssertionError("read although nothing holds it")
    except poplib.error_proto as error:
        assert b"[SYS/TEMP]" in error.args[0], error
    box.quit()

if step == "spoiled":
    address, *names = arguments
    others = {name: octets for name, octets in of(address).items() if name not in names}
    numbers = {}
    for attempt in range(3):
        box = imap(address)
        ok(box.select("INBOX"))
        try:
            answer = box.fetch("1:*", "(BODY.PEEK[])")
            break
        except imaplib.IMAP4.abort:
            # Bytes found wrong only after some of them were sent: nothing else can be said then. Not so again.
            assert attempt < len(names), "cut off for ever"
    no(answer, "CORRUPTION")
    ok(box.noop())
    box.logout()
    # imaplib gives no data with a NO: what is whole is read one by one.
    box = imap(address)
    ok(box.select("INBOX"))
    for uid in uids(box, "ALL"):
        header = box.uid("FETCH", str(uid), "(ENVELOPE)")
        name = next(name for name in SENT if f"<{name}@s3.example>".encode() in header[1][0])
        if name in names:
            no(box.uid("FETCH", str(uid), "(BODY.PEEK[])"), "CORRUPTION")
        else:
            check(octets(box, uid), others)
    assert not others, others.keys()
    box.logout()
    box = by_pop(address)
    bad = 0
    for n in range(1, len(box.list()[1]) + 1):
        try:
            box.retr(n)
        except poplib.error_proto as error:
            assert b"[SYS/PERM]" in error.args[0], error
            bad += 1
    same(bad, len(names))
    box.quit()

if step == "cut":
    (address,) = arguments
    host, port = place("smtp")
    connection = smtplib.SMTP(host, port, timeout=TIMEOUT)
    connection.ehlo("mx.ngoai.example")
    same(connection.mail("a@ngoai.example")[0], 250)
    same(connection.rcpt(address)[0], 250)
    same(connection.docmd("DATA")[0], 354)
    connection.send(large("nua", 12 << 20))
    connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()
