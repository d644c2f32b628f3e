"""What the scripts share. Every script is started as: script.py DEMO_JSON [arguments]."""
import base64, email.header, email.message, email.policy, imaplib, json, poplib, smtplib, ssl, sys, time

imaplib._MAXLINE = 50_000_000
poplib._MAXLINE = 10_000
TIMEOUT = 15

with open(sys.argv[1], encoding="utf-8") as file:
    DEMO = json.load(file)
ARGUMENTS = sys.argv[2:]
PASSWORDS = {a["address"]: a["password"] for a in DEMO["accounts"]}


def place(name):
    host, port = DEMO[name].rsplit(":", 1)
    return host, int(port)


def tls():
    return ssl.create_default_context(cafile=DEMO["ca"])


def imap(address, password=None, starttls=False):
    """A signed-in IMAP connection."""
    if starttls:
        host, port = place("imap")
        box = imaplib.IMAP4(host, port, timeout=TIMEOUT)
        box.starttls(tls())
    else:
        host, port = place("imaps")
        box = imaplib.IMAP4_SSL(host, port, ssl_context=tls(), timeout=TIMEOUT)
    # Addresses that were made later have the demo's password too.
    ok(box.login(address, password or PASSWORDS.get(address) or next(iter(PASSWORDS.values()))))
    box._get_capabilities()  # there are more after signing in
    return box


def pop(address, password=None):
    """A POP3 connection before PASS; the caller signs in."""
    host, port = place("pop3s")
    return poplib.POP3_SSL(host, port, context=tls(), timeout=TIMEOUT)


def submission(address, password=None):
    """A signed-in connection to the submission port."""
    host, port = place("submissions")
    connection = smtplib.SMTP_SSL(host, port, context=tls(), timeout=60)
    connection.login(address, password or PASSWORDS[address])
    return connection


def deliver(to, octets, sender="nguoi.gui@ngoai.example"):
    """Delivers as another server would."""
    host, port = place("smtp")
    with smtplib.SMTP(host, port, timeout=TIMEOUT) as connection:
        connection.ehlo("mx.ngoai.example")
        refused = connection.sendmail(sender, to, octets, ["BODY=8BITMIME"])
        assert not refused, refused


def ok(result):
    """The data of an answer that must be OK."""
    status, data = result
    assert status == "OK", result
    return data


def no(result, code=None):
    """An answer that must be NO."""
    status, data = result
    assert status == "NO", result
    if code:
        assert code.encode() in data[0], (code, data)


def same(one, other, what=""):
    assert one == other, f"{what}: {one!r} is not {other!r}"


def wait_until(check, seconds, what):
    """Repeats `check` until it is true; how long that took."""
    start = time.monotonic()
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() - start > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(.05)


def utf7(name):
    """A folder name as IMAP4rev1 writes it (RFC 3501 §5.1.3), quoted."""
    out, run = "", ""
    for letter in name + "\0":
        if " " <= letter <= "~" or letter == "\0":
            if run:
                code = base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=")
                out += "&" + code.replace("/", ",") + "-"
                run = ""
            out += "&-" if letter == "&" else letter
        else:
            run += letter
    return '"' + out[:-1].replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(box, pattern="*"):
    """Quoted names of all folders, and their attributes."""
    found = {}
    for line in ok(box.list('""', pattern)):
        if line is None:
            continue
        attributes, rest = line.decode().removeprefix("(").split(")", 1)
        _, name = rest.strip().split(" ", 1)
        found[name if name.startswith('"') else f'"{name}"'] = attributes.split()
    return found


def letter(subject, text, to="nguoi.nhan@sonminh.gov.vn", sender="nguoi.gui@ngoai.example", **more):
    """A message with Vietnamese text, 8 bit."""
    message = email.message.EmailMessage(policy=email.policy.SMTP.clone(cte_type="8bit"))
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = more.pop("date", "Mon, 05 Oct 2026 08:30:00 +0700")
    message["Message-ID"] = more.pop("message_id", f"<{time.time_ns()}@ngoai.example>")
    for name, value in more.items():
        message[name.replace("_", "-")] = value
    message.set_content(text, cte="8bit")
    return message.as_bytes()


def uids(box, *criteria, charset=None):
    return [int(n) for n in ok(box.uid("SEARCH", *criteria))[0].split()]


def octets(box, uid):
    """A message as it is."""
    data = ok(box.uid("FETCH", str(uid), "(BODY.PEEK[])"))
    return next(part[1] for part in data if isinstance(part, tuple))


def flags(box, uid):
    data = ok(box.uid("FETCH", str(uid), "(FLAGS)"))
    return {f.decode() for f in imaplib.ParseFlags(data[0])}


def append(box, folder, message, flagged=None, at=None):
    """The UID of a new message."""
    answer = ok(box.append(folder, flagged, at, message))
    text = answer[0].decode()
    assert "APPENDUID" in text, text
    return int(text.split("APPENDUID ")[1].split("]")[0].split()[1])


def find(box, subject):
    """The messages in the selected folder with exactly this (decoded) subject."""
    found = []
    for uid in uids(box, "ALL"):
        header = ok(box.uid("FETCH", str(uid), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])"))
        raw = next(part[1] for part in header if isinstance(part, tuple))
        value = email.message_from_bytes(raw, policy=email.policy.default)["Subject"]
        if value == subject:
            found.append(uid)
    return found
