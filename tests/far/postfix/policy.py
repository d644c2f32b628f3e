"""policy.py FOLDER: a policy service of Postfix (SMTPD_POLICY_README) that does what files in FOLDER say.

    greylist        a client's first attempt to write to somebody is put off
    hold-STATE      whoever comes to this state (RCPT, DATA, END-OF-MESSAGE) with the recipient that the file names,
                    or with any where it is empty, waits while the file is there; held-STATE-… appears for
                    each that waits
"""
import os, sys, time

folder = sys.argv[1]


def path(name):
    return os.path.join(folder, name.replace("/", "_"))


def holds(file, recipient):
    try:
        return open(file).read() in ("", recipient)
    except FileNotFoundError:
        return False


def answer(asked):
    state = asked["protocol_state"]
    if holds(path("hold-" + state), asked.get("recipient", "")):
        open(path(f"held-{state}-{os.getpid()}"), "w").close()
        while os.path.exists(path("hold-" + state)):
            time.sleep(.01)
    if state == "RCPT" and os.path.exists(path("greylist")):
        seen = path("seen {client_address} {sender} {recipient}".format(**asked))
        if not os.path.exists(seen):
            open(seen, "w").close()
            return "defer_if_permit 4.2.0 Greylisted, try again later"
    return "dunno"


asked = {}
for line in sys.stdin:
    line = line.rstrip("\n")
    if line:
        name, _, value = line.partition("=")
        asked[name] = value
    elif asked:
        sys.stdout.write(f"action={answer(asked)}\n\n")
        sys.stdout.flush()
        asked = {}
