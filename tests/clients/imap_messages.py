"""imap_messages.py DEMO ADDRESS: append, flag, copy, move, expunge, each seen by a second connection."""
from common import *

(address,) = ARGUMENTS
box, other = imap(address), imap(address)
source, target = utf7("Nguồn"), utf7("Đích/Lưu trữ")
ok(box.create(source))
ok(box.create(target))
texts = [letter(f"Báo cáo số {n}", f"Kính gửi Quý cơ quan.\r\n.\r\nDòng {n}: đã nhận đủ.\r\n") for n in range(1, 6)]
when = '"05-Oct-2026 08:30:00 +0700"'
got = [append(box, source, text, r"(\Seen $Forwarded)" if n == 0 else None, when) for n, text in enumerate(texts)]
same(got, sorted(got), "UIDs rise")

same(ok(other.select(source)), [b"5"])
ok(box.select(source))
for uid, text in zip(got, texts):
    same(octets(other, uid), text, "an appended message")
assert {"\\Seen", "$Forwarded"} <= flags(other, got[0]), flags(other, got[0])
date = ok(other.uid("FETCH", str(got[1]), "(INTERNALDATE RFC822.SIZE)"))[0].decode()
assert " 5-Oct-2026 08:30:00 +0700" in date and f"RFC822.SIZE {len(texts[1])}" in date, date
same(flags(other, got[1]) & {"\\Seen"}, set(), "PEEK reads without \\Seen")
ok(other.uid("FETCH", str(got[1]), "(BODY[TEXT])"))
assert "\\Seen" in flags(box, got[1])

# Flags and keywords, replaced, added and taken away; the second connection is told.
ok(box.uid("STORE", str(got[2]), "+FLAGS", r"(\Flagged $Khan)"))
ok(box.uid("STORE", str(got[2]), "-FLAGS", r"($Khan)"))
ok(box.uid("STORE", str(got[2]), "FLAGS.SILENT", r"(\Answered)"))
ok(other.noop())
same(flags(other, got[2]) - {"\\Recent"}, {"\\Answered"}, "flags as they were set last")

# COPY keeps the original; the copy is the same octets with its flags.
copied = ok(box.uid("COPY", str(got[2]), target))[0]
ok(other.select(target))
same(len(uids(other, "ALL")), 1)
same(octets(other, uids(other, "ALL")[0]), texts[2])
assert "\\Answered" in flags(other, uids(other, "ALL")[0])
same(len(uids(box, "ALL")), 5)

# MOVE takes it away.
assert "MOVE" in box.capabilities, box.capabilities
ok(box._simple_command("UID", "MOVE", f"{got[3]}:{got[4]}", target))
same(uids(box, "ALL"), got[:3], "after MOVE")
ok(other.noop())
same(sorted(octets(other, uid) for uid in uids(other, "ALL")), sorted(texts[2:]), "moved octets")

# EXPUNGE; UID EXPUNGE takes only what is named (RFC 4315).
ok(box.uid("STORE", f"{got[0]},{got[1]}", "+FLAGS", r"(\Deleted)"))
ok(box.uid("EXPUNGE", str(got[0])))
same(uids(box, "ALL"), got[1:3], "after UID EXPUNGE")
ok(other.select(source))
same(len(uids(other, "ALL")), 2)
ok(box.expunge())
same(uids(box, "ALL"), [got[2]], "after EXPUNGE")
ok(other.noop())
same(uids(other, "ALL"), [got[2]], "the second connection after EXPUNGE")
fresh = append(box, source, texts[0])
assert fresh > got[4], "a UID is never given again"
ok(box.close())
ok(box.delete(source))
ok(other.select("INBOX"))
ok(box.delete(target))
box.logout()
other.logout()
