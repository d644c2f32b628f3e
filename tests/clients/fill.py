"""fill.py DEMO ADDRESS fill|empty: a mailbox with less room than 700 kB; or that room again."""
from common import *

address, what = ARGUMENTS
box = imap(address)
folder = utf7("Dung lượng")
if what == "empty":
    ok(box.delete(folder))
else:
    ok(box.create(folder))
    append(box, folder, letter("Nặng", ("0123456789" * 7 + "\r\n") * 9000))
    ok(box.select(folder))
    # As many copies as there are, then half as many, until not one more has room.
    copies, least = 1, False
    while copies:
        status, answer = box.copy(f"1:{copies}", folder)
        if status == "OK" and not least:
            copies *= 2
        elif status == "NO":
            no((status, answer), "OVERQUOTA")
            least = True
            copies //= 2
box.logout()
