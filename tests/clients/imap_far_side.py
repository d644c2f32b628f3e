"""imap_far_side.py DEMO ADDRESS FOLDER: in INBOX “mot” gets a flag and a keyword, “bon” goes; a message comes into a new folder."""
from common import *

address, folder = ARGUMENTS
box = imap(address)
ok(box.select("INBOX"))
(first,), (last,) = find(box, "mot"), find(box, "bon")
ok(box.uid("STORE", str(first), "+FLAGS", r"(\Flagged $Khan)"))
ok(box.uid("STORE", str(last), "+FLAGS", r"(\Deleted)"))
ok(box.uid("EXPUNGE", str(last)))
ok(box.create(utf7(folder)))
append(box, utf7(folder), letter("bảy", "Nội dung"))
box.logout()
