"""give.py DEMO HOST:PORT SENDER RECIPIENTS < MESSAGE: gives another server a message."""
from common import *

place, sender, recipients = ARGUMENTS
host, port = place.rsplit(":", 1)
with smtplib.SMTP(host, int(port), timeout=60) as connection:
    connection.ehlo("may.far.example")
    refused = connection.sendmail(sender, recipients.split(), sys.stdin.buffer.read(), ["BODY=8BITMIME"])
    assert not refused, refused
