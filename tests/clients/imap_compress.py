"""imap_compress.py DEMO ADDRESS: COMPRESS=DEFLATE (RFC 4978) over TLS, with zlib as the other side."""
import zlib
from common import *

(address,) = ARGUMENTS


class Deflated:
    """A socket whose bytes are raw DEFLATE both ways, as imaplib uses one."""

    def __init__(self, sock):
        self.sock, self.raw_in, self.raw_out = sock, 0, 0
        self.inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self.deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.buffer = b""

    def sendall(self, octets):
        squeezed = self.deflate.compress(octets) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        self.raw_out += len(squeezed)
        self.sock.sendall(squeezed)

    def fill(self):
        raw = self.sock.recv(16384)
        if not raw:
            raise imaplib.IMAP4.abort("the end")
        self.raw_in += len(raw)
        self.buffer += self.inflate.decompress(raw)
        assert not self.inflate.unused_data, "our stream ended"

    def read(self, size):
        while len(self.buffer) < size:
            self.fill()
        octets, self.buffer = self.buffer[:size], self.buffer[size:]
        return octets

    def readline(self, limit=-1):
        while b"\n" not in self.buffer:
            self.fill()
        return self.read(self.buffer.index(b"\n") + 1)


def compressed():
    box = imap(address)
    assert "COMPRESS=DEFLATE" in box.capabilities, box.capabilities
    imaplib.Commands.setdefault("COMPRESS", ("AUTH", "SELECTED"))
    ok(box._simple_command("COMPRESS", "DEFLATE"))
    layer = Deflated(box.sock)
    box.send, box.read, box.readline = layer.sendall, layer.read, layer.readline
    return box, layer


box, layer = compressed()
try:
    box._simple_command("COMPRESS", "DEFLATE")
    raise AssertionError("compressed twice")
except imaplib.IMAP4.error as error:
    assert "COMPRESSIONACTIVE" in str(error), error
box._get_capabilities()
assert "COMPRESS=DEFLATE" not in box.capabilities, box.capabilities

# A large message both ways, the same octets.
large = letter("Lớn", "Kính gửi các đồng chí,\n" * 100_000)
uid = append(box, "INBOX", large)
ok(box.select("INBOX"))
same(octets(box, uid), large)
print("on the wire:", layer.raw_out, "out,", layer.raw_in, "in, of", len(large))
assert layer.raw_out < len(large) // 20 and layer.raw_in < len(large) // 10

# Idling: each change is told at once, flushed.
tag = box._new_tag()
box.send(tag + b" IDLE\r\n")
assert box.readline().startswith(b"+")
other = imap(address)
for n in range(3):
    append(other, "INBOX", letter(f"Thư {n}", "x"))
    box.sock.settimeout(5)
    while b"EXISTS" not in box.readline():
        pass
box.send(b"DONE\r\n")
while not box.readline().startswith(tag + b" OK"):
    pass

# Many small commands, and many at once.
for n in range(200):
    ok(box.noop())
same(len(uids(box, "ALL")), 4)
box.send(b"".join(b"n%d NOOP\r\n" % n for n in range(300)))
for n in range(300):
    line = box.readline()
    assert line.startswith(b"n%d OK" % n), line

# A bomb is a line that is too long, and noise is the end; others go on.
bomb, layer = compressed()
try:
    bomb.send(b"a" * 50_000_000)
    while True:
        line = bomb.readline()
        assert line.startswith(b"* BYE"), line
except (imaplib.IMAP4.abort, OSError, ssl.SSLError):
    pass
noise, layer = compressed()
noise.sock.sendall(b"\xff" * 100)
try:
    noise.readline()
    raise AssertionError("noise was answered")
except (imaplib.IMAP4.abort, OSError, ssl.SSLError):
    pass
ok(box.noop())

# RFC 8437 §4.1: compression ends with the session of who is signed in.
box.send(b"u UNAUTHENTICATE\r\n")
assert box.readline().startswith(b"u OK"), "signed out"
box.sock.sendall(b"v LOGIN " + address.encode() + b' "' + PASSWORDS[address].encode() + b'"\r\n')
line = box.sock.recv(4096)
assert line.startswith(b"v OK [CAPABILITY "), line
other.logout()
