"""deliver.py SYSTEM_JSON ADDRESS < OCTETS: brings a message as another server would, by SMTP or LMTP, whatever the system has."""
from common import *

[address] = ARGUMENTS
message = sys.stdin.buffer.read()
if "lmtp" in DEMO:
    host, port = place("lmtp")
    with smtplib.LMTP(host, port) as connection:
        refused = connection.sendmail("nguoi.gui@ngoai.example", [address], message, ["BODY=8BITMIME"])
        assert not refused, refused
else:
    deliver([address], message)
