"""submit.py DEMO SENDER RECIPIENTS MAIL_OPTIONS RCPT_OPTIONS < MESSAGE: submits octets as they are, with ESMTP parameters."""
from common import *

sender, recipients, mail, rcpt = ARGUMENTS
with submission(sender) as connection:
    refused = connection.sendmail(sender, recipients.split(), sys.stdin.buffer.read(), mail.split() or ["BODY=8BITMIME"], rcpt.split())
    assert not refused, refused
