"""append.py DEMO ADDRESS FOLDER < OCTETS: appends them as they are, prints the UID. The folder is made if need be."""
from common import *

address, folder = ARGUMENTS
box = imap(address)
if utf7(folder) not in listed(box):
    ok(box.create(utf7(folder)))
# imaplib rewrites line ends to CRLF; these have no others.
message = sys.stdin.buffer.read()
same(imaplib.MapCRLF.sub(imaplib.CRLF, message), message, "line ends")
print(append(box, utf7(folder), message))
box.logout()
