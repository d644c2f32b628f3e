"""imap_quota.py DEMO ADDRESS CONGVU CONFIG: QUOTA (RFC 9208) tells use and limit; a full mailbox takes no more."""
import re, subprocess
from common import *

address, congvu, config = ARGUMENTS
box = imap(address)
assert "QUOTA" in box.capabilities, box.capabilities


def quota():
    """Use and limit in bytes; STORAGE counts in units of 1024."""
    answer = box.getquotaroot("INBOX")
    text = " ".join(str(x) for x in ok(answer))
    used, limit = re.search(r"STORAGE (\d+) (\d+)", text).groups()
    return int(used) * 1024, int(limit) * 1024


used, limit = quota()
assert limit >= 100 << 20, limit
folder = utf7("Dung lượng")
ok(box.create(folder))
block = letter("Nặng", ("0123456789" * 7 + "\r\n") * 9000)
append(box, folder, block)
after, _ = quota()
assert abs(after - used - len(block)) <= 1024, (used, after, len(block))

subprocess.run([congvu, "account", "--config", config, "quota", address, "500 MB"], check=True, stdout=subprocess.DEVNULL)
same(quota()[1], 500 << 20, "the new limit")

# Copies fill it: as many as there are, then half as many, until not one more has room.
ok(box.select(folder))
copies, least = 1, False
while copies:
    status, answer = box.copy(f"1:{copies}", folder)
    if status == "OK" and not least:
        copies *= 2
    elif status == "NO":
        no((status, answer), "OVERQUOTA")
        least = True
        copies //= 2
used, limit = quota()
assert limit - len(block) - 1024 < used <= limit, (used, limit)
no(box.append(folder, None, None, block), "OVERQUOTA")
try:
    deliver([address], block)
    raise AssertionError("a full mailbox took a message")
except smtplib.SMTPResponseException as error:
    print("data refused", error.smtp_code, error.smtp_error)
    assert error.smtp_code in (452, 552), error
except smtplib.SMTPRecipientsRefused as error:
    code, text = error.recipients[address]
    print("recipient refused", code, text)
    assert code in (452, 552), error
subprocess.run([congvu, "account", "--config", config, "quota", address, "1000 MB"], check=True, stdout=subprocess.DEVNULL)
deliver([address], block)
ok(box.delete(folder))
box.logout()
