"""pop3.py DEMO ADDRESS: UIDL, TOP, RETR, DELE, RSET, QUIT; one session at a time (RFC 1939, RFC 2449)."""
from common import *

(address,) = ARGUMENTS
lines = ["Kính gửi: Sở Khoa học và Công nghệ", "", ".", "..hai chấm", ".một chấm", "Trân trọng."]
for n in range(1, 4):
    deliver([address], letter(f"Thư POP3 số {n}", "\r\n".join(lines + [f"Số {n}"]) + "\r\n"))

host, port = place("pop3")
box = poplib.POP3(host, port, timeout=TIMEOUT)
capabilities = box.capa()
for name in ["STLS", "UIDL", "TOP", "PIPELINING"]:
    assert name in capabilities, capabilities
try:
    box.user(address)
    box.pass_(PASSWORDS[address])
    raise AssertionError("signed in without TLS")
except poplib.error_proto as error:
    print("without TLS:", error)
box.close()

box = poplib.POP3(host, port, timeout=TIMEOUT)
box.stls(tls())
box.user(address)
box.pass_(PASSWORDS[address])
count, size = box.stat()
same(count, 3)
names = {line.split()[1] for line in box.uidl()[1]}
same(len(names), 3, "UIDs differ")
same(sum(int(line.split()[1]) for line in box.list()[1]), size)

second = pop(address)
second.user(address)
try:
    second.pass_(PASSWORDS[address])
    raise AssertionError("a second session opened the mailbox")
except poplib.error_proto as error:
    assert b"IN-USE" in error.args[0], error
second.close()

# RETR is what IMAP reads, octet for octet.
reader = imap(address)
ok(reader.select("INBOX", readonly=True))
for n, uid in enumerate(uids(reader, "ALL"), 1):
    _, got, _ = box.retr(n)
    same(b"\r\n".join(got) + b"\r\n", octets(reader, uid), "RETR and IMAP")
    assert f"Số {n}".encode() in b"\n".join(got)
    assert b"..hai ch" in b"\n".join(got) and b"\n.\n" in b"\n".join(got)
_, top, _ = box.top(1, 2)
body = top[top.index(b"") + 1:]
same(body, [lines[0].encode(), b""], "TOP 1 2")
box.dele(2)
try:
    box.retr(2)
    raise AssertionError("a deleted message was read")
except poplib.error_proto:
    pass
box.rset()
same(box.stat()[0], 3, "RSET takes DELE back")
box.dele(1)
box.dele(3)
box.quit()

box = pop(address)
box.user(address)
box.pass_(PASSWORDS[address])
same(box.stat()[0], 1, "what was deleted is gone after QUIT")
kept = {line.split()[1] for line in box.uidl()[1]}
assert kept < names, "UIDL is the same in every session"
box.dele(1)
box.close()  # without QUIT: nothing is deleted (RFC 1939 §6)


def again():
    box = pop(address)
    box.user(address)
    try:
        box.pass_(PASSWORDS[address])
        return box
    except poplib.error_proto as error:
        assert b"IN-USE" in error.args[0], error
        box.close()
        return None


box = wait_until(again, 5, "the lock is free after the connection broke")
same(box.stat()[0], 1, "nothing is deleted without QUIT")
box.quit()

box = pop(address)
box.user(address)
try:
    box.pass_("sai")
    raise AssertionError("a wrong password signed in")
except poplib.error_proto as error:
    assert b"AUTH" in error.args[0], error
