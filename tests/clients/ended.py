"""ended.py DEMO ADDRESS PASSWORD COMMAND...: an idling IMAP session, an SMTP and a POP3 one end within 2 s of COMMAND.

An empty PASSWORD is the demo's. Prints what the command printed.
"""
import subprocess
from common import *

address, password, command = ARGUMENTS[0], ARGUMENTS[1] or None, ARGUMENTS[2:]
box = imap(address, password)
ok(box.select("INBOX"))
tag = box._new_tag()
box.send(tag + b" IDLE\r\n")
assert box.readline().startswith(b"+")
between = imap(address, password)
mail = submission(address, password)
post = pop(address)
post.user(address)
post.pass_(password or PASSWORDS[address])

done = subprocess.run(command, capture_output=True, text=True)
assert done.returncode == 0, done
print(done.stdout)
start = time.monotonic()
box.sock.settimeout(4)
said = b""
while True:
    line = box.readline()
    if not line:
        break
    said += line
took = time.monotonic() - start
assert b"BYE" in said, f"the idling session ended without BYE: {said}"
assert took < 2, f"the idling session lived {took:.2f} s"
print(f"idle ended after {took:.2f} s: {said}", file=sys.stderr)

# Sessions between two commands carry out none any more.
left = max(0, 2 - (time.monotonic() - start))
time.sleep(left)
try:
    status, data = between.select("INBOX")
    assert status != "OK", (status, data)
except (imaplib.IMAP4.error, OSError):
    pass
try:
    code, text = mail.mail(address)
    assert code != 250, (code, text)
except (smtplib.SMTPException, OSError):
    pass
try:
    post.stat()
    raise AssertionError("the POP3 session lives")
except (poplib.error_proto, OSError):
    pass

# And no new one opens.
try:
    imap(address, password)
    raise AssertionError("signed in again")
except imaplib.IMAP4.error as error:
    print("IMAP:", error, file=sys.stderr)
try:
    submission(address, password)
    raise AssertionError("signed in again")
except smtplib.SMTPAuthenticationError as error:
    same(error.smtp_code, 535)
