"""imap_folders.py DEMO ADDRESS: folders with Vietnamese names are made, renamed, deleted, subscribed."""
from common import *

(address,) = ARGUMENTS
box = imap(address, starttls=True)
assert b'("" "/")' in ok(box.namespace())[0], box.namespace()

first = listed(box)
assert '"INBOX"' in first, first
uses = {a for attributes in first.values() for a in attributes}
for use in ["\\Sent", "\\Drafts", "\\Trash", "\\Junk"]:
    assert use in uses, (use, first)

incoming, year, project = utf7("Công văn đến"), utf7("Công văn đến/Năm 2026"), utf7("Dự án “Chính quyền số” & đầu tư")
for name in [incoming, year, project]:
    ok(box.create(name))
no(box.create(incoming), "ALREADYEXISTS")
all_folders = listed(box)
for name in [incoming, year, project]:
    assert name in all_folders, (name, all_folders)
assert "\\HasChildren" in all_folders[incoming], all_folders[incoming]
assert "\\HasNoChildren" in all_folders[year], all_folders[year]

uid = append(box, year, letter("Trước khi đổi tên", "Nội dung"))
renamed = utf7("Văn bản đến")
ok(box.rename(incoming, renamed))
all_folders = listed(box)
assert incoming not in all_folders and year not in all_folders, all_folders
moved = utf7("Văn bản đến/Năm 2026")
assert renamed in all_folders and moved in all_folders, all_folders
ok(box.select(moved))
same(uids(box, "ALL"), [uid], "a renamed folder keeps its messages")
ok(box.close())
no(box.select(year))

same(listed(box, utf7("Văn bản*")).keys(), {renamed, moved}, "LIST by pattern")
same(list(listed(box, "%")).count(moved), 0, "LIST % stays on one level")

ok(box.subscribe(moved))
subscribed = b" ".join(line for line in ok(box.lsub()) if line)
assert moved.encode() in subscribed, subscribed
ok(box.unsubscribe(moved))

# Deleted in one connection, gone in another.
other = imap(address)
ok(other.delete(project))
assert project not in listed(box)
ok(box.delete(moved))
ok(box.delete(renamed))
no(box.delete(renamed), "NONEXISTENT")
no(box.delete("INBOX"))
same(listed(box).keys(), first.keys(), "as before")
status = ok(box.status("INBOX", "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN)"))[0].decode()
assert "UIDVALIDITY" in status and "UNSEEN" in status, status
other.logout()
box.logout()
