"""append_old.py DEMO ADDRESS COUNT: puts messages into the inbox that were received a year ago, an hour apart."""
from common import *
import time

address, count = ARGUMENTS
box = imap(address)
begin = time.time() - 365 * 86400
for n in range(int(count)):
    message = f"From: a@sonminh.gov.vn\r\nSubject: Cu {n + 1}\r\n\r\nx {n + 1}\r\n".encode()
    ok(box.append("INBOX", None, imaplib.Time2Internaldate(begin + 3600 * n), message))
box.logout()
