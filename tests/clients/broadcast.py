"""broadcast.py DEMO SENDER GROUP ALSO MEMBER...: a letter to GROUP and to ALSO lies once in each MEMBER's INBOX.

Nobody outside may write to the group, and the group is a member of no one's sent mail.
"""
from common import *

sender, group, also, *members = ARGUMENTS
same(len(set(members)), 20, "different members")
subject = "Thông báo lịch nghỉ lễ toàn tỉnh"
with submission(sender) as connection:
    start = time.monotonic()
    refused = connection.sendmail(sender, [group, also], letter(subject, "Kính gửi các cơ quan, đơn vị.", to=group, sender=sender))
    took = time.monotonic() - start
    same(refused, {})
    print(f"accepted in {took:.2f} s")
    assert took < 5, "a broadcast is accepted before it is carried out"

host, port = place("smtp")
with smtplib.SMTP(host, port, timeout=TIMEOUT) as outside:
    outside.ehlo("mx.ngoai.example")
    outside.mail("ai.do@ngoai.example")
    code, text = outside.rcpt(group)
    same(code, 550, "from outside")

boxes = {member: imap(member) for member in members}
for box in boxes.values():
    ok(box.select("INBOX"))


def arrived():
    for box in boxes.values():
        ok(box.noop())
    return all(find(box, subject) for box in boxes.values())


wait_until(arrived, 15, "a copy in each mailbox")
time.sleep(.5)
for member, box in boxes.items():
    ok(box.noop())
    found = find(box, subject)
    same(len(found), 1, f"copies of {member}")
    assert f"Delivered-To: {member}\r\n".encode() in octets(box, found[0]), member
    box.logout()
