"""imap_idle.py DEMO ADDRESS: what one connection or the network does, an idling one is told within 2 s."""
from common import *

(address,) = ARGUMENTS


class Idle:
    """A connection in IDLE (RFC 2177)."""

    def __init__(self):
        self.box = imap(address)
        ok(self.box.select("INBOX"))
        self.tag = self.box._new_tag()
        self.box.send(self.tag + b" IDLE\r\n")
        line = self.box.readline()
        assert line.startswith(b"+"), line

    def until(self, wanted, seconds=2.0):
        """Reads until an untagged response has `wanted`; how long that took."""
        start = time.monotonic()
        self.box.sock.settimeout(seconds)
        while True:
            line = self.box.readline()
            took = time.monotonic() - start
            assert took < seconds, f"{wanted} took {took:.2f} s"
            if wanted in line:
                return took

    def done(self):
        self.box.sock.settimeout(TIMEOUT)
        self.box.send(b"DONE\r\n")
        while not self.box.readline().startswith(self.tag + b" OK"):
            pass


one, worker = Idle(), imap(address)
count = int(ok(worker.select("INBOX"))[0])
deliver([address], letter("Thư mới khi đang chờ", "Nội dung"))
print("delivered, told after", round(one.until(b"* %d EXISTS" % (count + 1)), 3))
uid = append(worker, "INBOX", letter("Bản lưu", "Nội dung"))
print("appended, told after", round(one.until(b"* %d EXISTS" % (count + 2)), 3))
ok(worker.noop())
ok(worker.uid("STORE", str(uid), "+FLAGS", r"(\Flagged)"))
print("flagged, told after", round(one.until(b"\\Flagged"), 3))
ok(worker.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)"))
ok(worker.expunge())
print("expunged, told after", round(one.until(b"* %d EXPUNGE" % (count + 2)), 3))
one.done()
ok(one.box.noop())
same(len(uids(one.box, "ALL")), count + 1)
one.box.logout()
worker.logout()
