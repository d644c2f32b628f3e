"""request_mail.py DEMO SENDER FROM TO SUBJECT [FILE] [HEADER=VALUE] < TEXT: submits a letter with a file, as a mail program does; `-` as the sender: another server delivers it."""
import mimetypes, os
from email.message import EmailMessage
from email.utils import make_msgid
from common import *

sender, author, to, subject = ARGUMENTS[:4]
letter = EmailMessage()
letter["From"], letter["To"], letter["Subject"], letter["Message-ID"] = author, to, subject, make_msgid()
for header in ARGUMENTS[5:]:
    name, value = header.split("=", 1)
    letter[name] = value
letter.set_content(sys.stdin.read())
file = ARGUMENTS[4] if len(ARGUMENTS) > 4 else ""
if file:
    kind = (mimetypes.guess_type(file)[0] or "application/octet-stream").split("/")
    with open(file, "rb") as octets:
        letter.add_attachment(octets.read(), maintype=kind[0], subtype=kind[1], filename=os.path.basename(file))
if sender == "-":
    # From another server, whatever its From says.
    deliver([to], letter.as_bytes(policy=email.policy.SMTP), sender="xin@ngoai.example")
else:
    with submission(sender) as connection:
        connection.send_message(letter)
