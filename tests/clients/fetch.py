"""fetch.py DEMO ADDRESS FOLDER SUBJECT [SECONDS]: the messages of a folder with a subject, as JSON lines.

Waits up to SECONDS for the first. An empty SUBJECT: all messages at once.
"""
import base64, email, email.policy, json
from common import *

address, folder, subject = ARGUMENTS[:3]
seconds = float(ARGUMENTS[3]) if len(ARGUMENTS) > 3 else 5
box = imap(address)
ok(box.select(utf7(folder), readonly=True))


def look():
    ok(box.noop())
    return find(box, subject)


for uid in wait_until(look, seconds, f"a message “{subject}”") if subject else uids(box, "ALL"):
    raw = octets(box, uid)
    read = email.message_from_bytes(raw, policy=email.policy.default)
    text = read.get_body(("plain",))
    print(json.dumps({
        "uid": uid,
        "raw": base64.b64encode(raw).decode(),
        "subject": read["Subject"],
        "from": read["From"],
        "text": text.get_content() if text else None,
        "attachments": [{"name": part.get_filename(), "bytes": base64.b64encode(part.get_payload(decode=True) or b"").decode()}
                        for part in read.iter_attachments()],
    }))
box.logout()
