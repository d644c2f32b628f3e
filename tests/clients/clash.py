"""An account of the e-government platform that is another person's address before the @ (QN.5.1): every way in means the account.
clash.py DEMO_JSON ACCOUNT THEIR_ADDRESS THEIR_PASSWORD THE_OTHERS_ADDRESS THE_OTHERS_PASSWORD"""
import base64, http.client, imaplib, poplib, smtplib, urllib.parse
from common import ARGUMENTS, TIMEOUT, deliver, letter, place, pop, tls, wait_until

account, theirs, their_password, others, others_password = ARGUMENTS
SUBJECT = "Chi cho chu tai khoan"
deliver([theirs], letter(SUBJECT, "x", to=theirs))


def imap(name, password):
    host, port = place("imaps")
    box = imaplib.IMAP4_SSL(host, port, ssl_context=tls(), timeout=TIMEOUT)
    try:
        box.login(name, password)
    except imaplib.IMAP4.error:
        return None
    box.select("INBOX")
    return len(box.search(None, "SUBJECT", f'"{SUBJECT}"')[1][0].split())


def pop3(name, password):
    box = pop(name)
    box.user(name)
    try:
        box.pass_(password)
    except poplib.error_proto:
        return None
    return box.stat()[0]


def submission(name, password, sender):
    host, port = place("submissions")
    with smtplib.SMTP_SSL(host, port, context=tls(), timeout=TIMEOUT) as connection:
        try:
            connection.login(name, password)
        except smtplib.SMTPAuthenticationError:
            return None
        code, _ = connection.mail(sender)
        return code


def plain(authzid, name, password):
    """SASL PLAIN with an authorization identity (RFC 4616)."""
    host, port = place("submissions")
    with smtplib.SMTP_SSL(host, port, context=tls(), timeout=TIMEOUT) as connection:
        connection.ehlo()
        told = base64.b64encode(f"{authzid}\0{name}\0{password}".encode()).decode()
        return connection.docmd("AUTH", f"PLAIN {told}")[0]


def web(name, password):
    """Whether a browser's form is let in."""
    connection = http.client.HTTPConnection(*place("web"), timeout=TIMEOUT)
    form = urllib.parse.urlencode({"tai-khoan": name, "mat-khau": password})
    connection.request("POST", "/dang-nhap", form, {"Content-Type": "application/x-www-form-urlencoded"})
    return connection.getresponse().status == 303


# The account's own password opens its holder's mailbox, by every way.
wait_until(lambda: imap(account, their_password) == 1, 20, "the holder's mail by the account")
assert imap(account.upper(), their_password) == 1
assert pop3(account, their_password) == 1
assert submission(account, their_password, theirs) == 250
assert submission(account, their_password, others) == 550, "nobody writes as the other"
assert web(account, their_password)
# The other's password, whose address before the @ it is, opens nothing by it.
for way in (imap, pop3, web):
    assert not way(account, others_password), way
assert submission(account, others_password, others) is None
# Each is who they are by the whole address.
assert imap(others, others_password) == 0
assert imap(theirs, their_password) == 1
assert imap(others, their_password) is None
assert web(others, others_password)
# Whoever says to be another as well is nobody.
assert plain(others, account, their_password) == 535
assert plain(account, others, others_password) == 535
assert plain(theirs, account, their_password) == 235
