"""pop3_octets.py DEMO ADDRESS: every message of INBOX is the same by poplib and by imaplib; so are the sizes."""
from common import *

(address,) = ARGUMENTS
reader, box = imap(address), pop(address)
ok(reader.select("INBOX", readonly=True))
box.user(address)
box.pass_(PASSWORDS[address])
known = uids(reader, "ALL")
same(box.stat()[0], len(known))
for n, uid in enumerate(known, 1):
    by_imap = octets(reader, uid)
    same(b"".join(line + b"\r\n" for line in box.retr(n)[1]), by_imap, f"message {n}")
    same(int(box.list(n).split()[2]), len(by_imap), f"size of message {n}")
box.quit()
reader.logout()
