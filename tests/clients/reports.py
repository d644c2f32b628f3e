"""reports.py DEMO ADDRESS COUNT: the reports (RFC 3464, RFC 6533) in an INBOX as Python's email package reads them, as JSON lines.

Waits until there are COUNT of them; more are an error.
"""
import email
from common import *

address, count = ARGUMENTS
box = imap(address)
ok(box.select("INBOX", readonly=True))


def fields(read, raw, status):
    """The blocks of a delivery status: of the message, then of each recipient."""
    if status.get_content_type() == "message/delivery-status":
        blocks = status.get_payload()
    else:
        # RFC 6533; the email package knows only the older kind.
        part = raw.split(b"--" + read.get_boundary().encode())[2]
        _, *blocks = part.decode().replace("\r\n", "\n").strip().split("\n\n")
        blocks = [email.message_from_string(block, policy=email.policy.default) for block in blocks]
    return [{name.lower(): str(value) for name, value in block.items()} for block in blocks if block.items()]


def reports():
    ok(box.noop())
    found = []
    for uid in uids(box, "ALL"):
        raw = octets(box, uid)
        read = email.message_from_bytes(raw, policy=email.policy.default)
        if read.get_content_type() != "multipart/report":
            continue
        same(read["Content-Type"].params["report-type"], "delivery-status", "the kind of report")
        assert not read.defects, read.defects
        text, status, returned = read.iter_parts()
        first, *others = fields(read, raw, status)
        found.append({
            "subject": read["Subject"], "from": read["From"], "to": read["To"],
            "return_path": read["Return-Path"], "auto": read["Auto-Submitted"],
            "text": text.get_content(), "message": first, "recipients": others,
            "status_type": status.get_content_type(), "returned_type": returned.get_content_type(),
            "returned": returned.as_bytes().decode("utf-8", "replace"),
        })
    return found


wait_until(lambda: len(reports()) >= int(count), 30, f"{count} reports")
found = reports()
same(len(found), int(count), "reports")
for one in found:
    print(json.dumps(one))
box.logout()
