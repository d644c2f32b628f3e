"""scram.py DEMO ADDRESS SECRET yes|no|no-scram: signs in with SCRAM-SHA-256 (RFC 5802, RFC 7677) by IMAP, SMTP and POP3.

The client is written out here, as the standard library has none; it checks the server's signature too.
"""
import hashlib, hmac, os
from common import *

address, secret, expected = ARGUMENTS


class Scram:
    """One exchange: `first`, then `final(challenge)`, then `verify(challenge)`."""

    def __init__(self):
        self.nonce = base64.b64encode(os.urandom(18)).decode()
        self.bare = f"n={address.replace('=', '=3D').replace(',', '=2C')},r={self.nonce}"

    def first(self):
        return ("n,," + self.bare).encode()

    def final(self, challenge):
        server_first = challenge.decode()
        fields = dict(part.split("=", 1) for part in server_first.split(","))
        assert fields["r"].startswith(self.nonce) and len(fields["r"]) > len(self.nonce), fields
        assert int(fields["i"]) >= 4096, fields
        salted = hashlib.pbkdf2_hmac("sha256", secret.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
        mac = lambda key, text: hmac.new(key, text, "sha256").digest()
        client_key = mac(salted, b"Client Key")
        without = f"c=biws,r={fields['r']}"
        auth = f"{self.bare},{server_first},{without}".encode()
        proof = bytes(a ^ b for a, b in zip(client_key, mac(hashlib.sha256(client_key).digest(), auth)))
        self.signature = mac(mac(salted, b"Server Key"), auth)
        return f"{without},p={base64.b64encode(proof).decode()}".encode()

    def verify(self, challenge):
        assert challenge.startswith(b"v="), challenge
        same(base64.b64decode(challenge[2:]), self.signature, "the server's signature")
        return b""



def by_imap():
    host, port = place("imaps")
    box = imaplib.IMAP4_SSL(host, port, ssl_context=tls(), timeout=TIMEOUT)
    # Taken, though not announced: see access.announce_scram.
    assert "AUTH=SCRAM-SHA-256" not in box.capabilities, box.capabilities
    assert "AUTH=PLAIN" in box.capabilities, box.capabilities
    scram, turn = Scram(), []

    def answer(challenge):
        turn.append(challenge)
        return [lambda: scram.first(), lambda: scram.final(challenge), lambda: scram.verify(challenge)][len(turn) - 1]()

    try:
        box.authenticate("SCRAM-SHA-256", answer)
    except imaplib.IMAP4.error as error:
        assert "assert" not in str(error).lower(), error
        return False
    same(len(turn), 3, "the server's signature was sent")
    ok(box.select("INBOX"))
    box.logout()
    return True


def lines(send, read, more, done):
    """The exchange with base64 lines, as SMTP and POP3 have it."""
    scram = Scram()
    send("AUTH SCRAM-SHA-256 " + base64.b64encode(scram.first()).decode())
    for step in [scram.final, scram.verify]:
        line = read()
        if not line.startswith(more):
            return False
        send(base64.b64encode(step(base64.b64decode(line[len(more):].strip()))).decode())
    return read().startswith(done)


def by_smtp():
    host, port = place("submissions")
    with smtplib.SMTP_SSL(host, port, context=tls(), timeout=TIMEOUT) as connection:
        connection.ehlo("may.example")
        return lines(connection.putcmd, lambda: b"%d " % (reply := connection.getreply())[0] + reply[1], b"334 ", b"235")


def by_pop3():
    connection = pop(address)
    read = lambda: connection.file.readline()
    answer = lines(connection._putcmd, read, b"+ ", b"+OK")
    connection.close()
    return answer


for way in [by_imap, by_smtp, by_pop3]:
    same(way(), expected == "yes", way.__name__)
# The same secret by LOGIN.
try:
    imap(address, secret).logout()
    signed_in = True
except imaplib.IMAP4.error:
    signed_in = False
same(signed_in, expected != "no", "LOGIN")
