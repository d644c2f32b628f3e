"""large.py DEMO SENDER RECIPIENT COUNT MB: COUNT messages of MB megabytes at once by submission, read back by IMAP."""
import hashlib, os, threading
from common import *

sender, recipient, count, size = ARGUMENTS[0], ARGUMENTS[1], int(ARGUMENTS[2]), int(ARGUMENTS[3])
sent, failures = {}, []
# Random, so that nothing is won by packing; base64 as a mail program writes it.
lines = base64.encodebytes(os.urandom((size << 20) * 57 // 78)).replace(b"\n", b"\r\n")


def send(n):
    try:
        head = (f"From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: lon {size} {n}\r\nMessage-ID: <{time.time_ns()}.{n}@may.example>\r\n"
                f"Date: Mon, 05 Oct 2026 08:30:00 +0700\r\nMIME-Version: 1.0\r\n"
                f"Content-Type: application/octet-stream; name=\"{n}.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n").encode()
        # Each is different from the first line on.
        message = head + base64.encodebytes(os.urandom(57)).strip() + b"\r\n" + lines
        assert abs(len(message) - (size << 20)) < 500_000, len(message)
        sent[f"lon {size} {n}"] = (len(message), hashlib.sha256(message).digest())
        with submission(sender) as connection:
            same(connection.sendmail(sender, [recipient], message), {})
    except Exception as error:
        failures.append(error)


start = time.monotonic()
threads = [threading.Thread(target=send, args=(n,)) for n in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures
print(f"sent {count} × {size} MB in {time.monotonic() - start:.1f} s")
start = time.monotonic()
box = imap(recipient)
ok(box.select("INBOX"))
for subject, (length, digest) in sent.items():
    (uid,) = find(box, subject)
    raw = octets(box, uid)
    own = raw[raw.index(b"\r\nFrom: <") + 2:]
    same(len(own), length, subject)
    same(hashlib.sha256(own).digest(), digest, subject)
print(f"read in {time.monotonic() - start:.1f} s")
box.logout()
