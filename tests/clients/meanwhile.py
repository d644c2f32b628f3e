"""meanwhile.py DEMO ADDRESS WHAT ARGUMENT: what a mail program does while a browser is open.
append SUBJECT | expunge SUBJECT | folder NAME | seen COUNT: asserts how many in INBOX are read."""
from common import *

address, what, argument = ARGUMENTS
box = imap(address)
if what == "append":
    subject = base64.b64encode(argument.encode()).decode()
    append(box, "INBOX", f"From: b@sonminh.gov.vn\r\nSubject: =?utf-8?b?{subject}?=\r\n\r\nNội dung\r\n".encode())
elif what == "folder":
    ok(box.create(utf7(argument)))
else:
    ok(box.select("INBOX"))
    if what == "seen":
        found = ok(box.search(None, "SEEN"))[0].split()
        same(len(found), int(argument), "read messages")
    else:
        box.literal = argument.encode()
        found = ok(box.uid("SEARCH", "CHARSET", "UTF-8", "SUBJECT"))[0]
        ok(box.uid("STORE", found, "+FLAGS", r"(\Deleted)"))
        ok(box.expunge())
box.logout()
