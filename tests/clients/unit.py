"""unit.py DEMO UNIT KEEPER STRANGER CONGVU CONFIG: a unit mailbox in the hands of a keeper (imaplib, smtplib): seen, read,
flagged, written from; taken back, it is closed at once. A stranger sees nothing."""
import subprocess, threading
from common import *

unit, keeper, stranger, congvu, config = ARGUMENTS
inbox = f'"Shared/{unit}/INBOX"'


def tool(*arguments):
    done = subprocess.run([congvu, "unit", "--config", config, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout


same(listed(imap(keeper), "Shared*"), {}, "before anything was given")
tool("delegate", unit, keeper, "--document", "12/PC-STC", "--document-date", "2026-11-02")
assert keeper in tool("list", unit), tool("list", unit)
deliver([unit], letter("Gửi cơ quan", "Kính gửi Sở.", to=unit))

box = imap(keeper)
assert b'("Shared/" "/")' in ok(box.namespace())[0], box.namespace()
assert inbox in listed(box, "*"), listed(box, "*")
ok(box.select(inbox))
(uid,) = find(box, "Gửi cơ quan")
assert "Kính gửi Sở.".encode() in octets(box, uid)
ok(box.uid("STORE", str(uid), "+FLAGS", "(\\Flagged \\Seen)"))

# The unit's own sign-in sees what the keeper did.
own = imap(unit)
ok(own.select("INBOX"))
assert {"\\Flagged", "\\Seen"} <= flags(own, uid), flags(own, uid)

outside = imap(stranger)
same(listed(outside, "Shared*"), {}, "a stranger")
no(outside.select(inbox), "NONEXISTENT")
with submission(stranger) as signed:
    same(signed.mail(unit)[0], 550, "a stranger in the unit's name")

with submission(keeper) as signed:
    signed.sendmail(unit, [stranger], letter("Nhân danh cơ quan", "Trả lời.", to=stranger, sender=unit))
ok(outside.select("INBOX"))
wait_until(lambda: ok(outside.noop()) and find(outside, "Nhân danh cơ quan"), 10, "the unit's letter")
(sent,) = find(outside, "Nhân danh cơ quan")
assert f"From: {unit}".encode() in octets(outside, sent)
append(box, f'"Shared/{unit}/Sent"', letter("Nhân danh cơ quan", "Trả lời.", to=stranger, sender=unit), "(\\Seen)")

# One idles in it, one has it open, one is at home.
home = imap(keeper)
ok(home.select("INBOX"))
idle = imap(keeper)
ok(idle.select(inbox))
idle.send(b"I1 IDLE\r\n")
assert idle.readline().startswith(b"+"), "no idling"
told = []


def listen():
    for line in iter(idle.readline, b""):
        told.append((time.monotonic(), line))


listener = threading.Thread(target=listen)
listener.start()
began = time.monotonic()
tool("end", unit, keeper)
ended = time.monotonic()
no(box.uid("FETCH", "1:*", "(FLAGS)"), "NOPERM")
no(box.select(inbox), "NONEXISTENT")
listener.join(5)
assert told and told[-1][1].startswith(b"* BYE"), told
assert told[-1][0] - ended < 2, (told[-1][0] - ended, ended - began)
ok(home.noop())
ok(home.select("INBOX"))
with submission(keeper) as signed:
    same(signed.mail(unit)[0], 550, "the unit's name after the end")

# What fetched was a look, under the keeper's name.
day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 7 * 3600))
looked = wait_until(lambda: [line for line in tool("checks", unit, "--from", day, "--to", day, "--json").splitlines()
                             if json.loads(line)["checks"]], 10, "the look")
assert keeper in json.loads(looked[0])["by"], looked
