#!/usr/bin/env python3
"""Kills the server again and again under load and counts what is lost or doubled.

    kill_loop.py --congvu target/release/congvu --kills 50 [--postgres URL]

The server is the demo on a folder of its own. Senders deliver by SMTP to single mailboxes, to
several at once and to a group; each attempt carries a Message-ID of its own. The server is killed
with SIGKILL at random moments and started again. Afterwards, read by IMAP:
  * a message whose 250 was read lies exactly once in each of its mailboxes;
  * one without a reply lies in each of its mailboxes once, or in none of them;
  * congvu verify finds nothing wrong.
The group's copies are carried out behind the reply: they are waited for.
"""
import argparse, imaplib, json, os, random, re, shutil, signal, smtplib, ssl, subprocess, sys, tempfile, threading, time

GROUP = "toantinh@sonminh.gov.vn"
TEXT = ("Kính gửi: Các cơ quan, đơn vị. Đề nghị báo cáo trước ngày 30/11/2026. Trân trọng.\r\n" * 40)


class Server:
    """The demo, killed and started again on the same folder and ports."""

    def __init__(self, congvu, folder, postgres):
        self.congvu, self.folder, self.process = congvu, folder, None
        self.port = random.randrange(21000, 29000)
        self.extra = ["--postgres", postgres] if postgres else []

    def start(self):
        described = os.path.join(self.folder, "demo.json")
        if os.path.exists(described):
            os.remove(described)
        log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen(
            [self.congvu, "demo", "--data", self.folder, "--base-port", str(self.port)] + self.extra,
            stdout=log, stderr=log)
        for _ in range(1200):
            if os.path.exists(described):
                return json.load(open(described))
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended by itself: {self.process.returncode}, see {log.name}")
            time.sleep(.05)
        raise SystemExit("the server did not start within a minute")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        if self.process.wait(60) != 0:
            raise SystemExit(f"a graceful stop ended with {self.process.returncode}")


class Sender(threading.Thread):
    """Sends without pause; what it was told is what it remembers."""

    def __init__(self, n, port, mailboxes, stop, pace):
        super().__init__(daemon=True)
        self.n, self.port, self.mailboxes, self.stop, self.pace = n, port, mailboxes, stop, pace
        self.random = random.Random(n)
        self.accepted, self.unknown, self.refused = {}, {}, 0

    def run(self):
        connection, count = None, 0
        while not self.stop.is_set():
            count += 1
            kind = self.random.random()
            if kind < .25:
                to = self.random.sample(self.mailboxes, 5)
            else:
                to = [self.random.choice(self.mailboxes)]
            mid = f"<k{self.n}.{count}@kill.test>"
            body = (f"From: <a@kill.test>\r\nTo: <b@kill.test>\r\nSubject: {count}\r\nMessage-ID: {mid}\r\n"
                    f"Content-Type: text/plain; charset=utf-8\r\n\r\n{mid}\r\n{TEXT}").encode()
            sent = False
            try:
                if connection is None:
                    connection = smtplib.SMTP("127.0.0.1", self.port, timeout=20)
                    connection.ehlo("kill.test")
                if connection.mail("a@kill.test", ["BODY=8BITMIME"])[0] != 250:
                    raise smtplib.SMTPServerDisconnected("mail")
                for address in to:
                    if connection.rcpt(address)[0] != 250:
                        raise smtplib.SMTPServerDisconnected("rcpt")
                sent = True
                code, _ = connection.data(body)
                if code == 250:
                    self.accepted[mid] = to
                else:
                    self.refused += 1
            except smtplib.SMTPDataError:
                self.refused += 1
            except (OSError, smtplib.SMTPException):
                if sent:
                    self.unknown[mid] = to
                connection = None
                time.sleep(.05)
            if self.pace:
                time.sleep(self.pace)


class GroupSender(threading.Thread):
    """Submits to the group, signed in."""

    def __init__(self, demo, stop):
        super().__init__(daemon=True)
        self.demo, self.stop = demo, stop
        self.accepted, self.unknown = {}, {}

    def run(self):
        context = ssl.create_default_context(cafile=self.demo["ca"])
        host, port = self.demo["submissions"].split(":")
        who = next(a for a in self.demo["accounts"] if a["address"].startswith("skhcn@"))
        count = 0
        while not self.stop.is_set():
            count += 1
            mid, sent = f"<g.{count}@kill.test>", False
            try:
                connection = smtplib.SMTP_SSL(host, int(port), context=context, timeout=20)
                connection.login(who["address"], who["password"])
                connection.mail(who["address"])
                connection.rcpt(GROUP)
                sent = True
                code, _ = connection.data(
                    f"From: <{who['address']}>\r\nSubject: toan tinh {count}\r\nMessage-ID: {mid}\r\n\r\n{mid}\r\n".encode())
                if code == 250:
                    self.accepted[mid] = True
                connection.quit()
            except (OSError, smtplib.SMTPException):
                if sent and mid not in self.accepted:
                    self.unknown[mid] = True
            self.stop.wait(1.0)


def holdings(demo, address, password):
    """Message-ID -> how often, in a mailbox's INBOX."""
    context = ssl.create_default_context(cafile=demo["ca"])
    host, port = demo["imaps"].split(":")
    box = imaplib.IMAP4_SSL(host, int(port), ssl_context=context)
    box.login(address, password)
    box.select("INBOX", readonly=True)
    status, data = box.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
    found = {}
    for part in data:
        if isinstance(part, tuple):
            for mid in re.findall(rb"<[kg][\d.]+@kill\.test>", part[1]):
                found[mid.decode()] = found.get(mid.decode(), 0) + 1
    box.logout()
    return found


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--congvu", required=True)
    p.add_argument("--kills", type=int, default=5)
    p.add_argument("--senders", type=int, default=8)
    p.add_argument("--mailboxes", type=int, default=20)
    p.add_argument("--pace", type=float, default=.002, help="seconds between a sender's messages")
    p.add_argument("--postgres", default="")
    p.add_argument("--seed", type=int, default=None)
    a = p.parse_args()
    seed = a.seed if a.seed is not None else random.randrange(1 << 30)
    chance = random.Random(seed)
    folder = tempfile.mkdtemp(prefix="congvu-kill-")
    server = Server(a.congvu, folder, a.postgres)
    demo = server.start()
    persons = [x for x in demo["accounts"] if x["kind"] == "personal"]
    mailboxes = [x["address"] for x in persons[:a.mailboxes]]
    everybody = [x["address"] for x in persons if x["role"] != "admin"]
    password = persons[0]["password"]
    stop = threading.Event()
    port = int(demo["smtp"].split(":")[1])
    senders = [Sender(n, port, mailboxes, stop, a.pace) for n in range(a.senders)]
    group = GroupSender(demo, stop)
    for thread in senders + [group]:
        thread.start()
    for n in range(a.kills):
        time.sleep(chance.uniform(.3, 2.5))
        server.kill()
        server.start()
    time.sleep(1)
    stop.set()
    for thread in senders + [group]:
        thread.join(60)

    accepted = {m: to for s in senders for m, to in s.accepted.items()}
    unknown = {m: to for s in senders for m, to in s.unknown.items()}
    boxes = {}
    # Broadcasts accepted just before a kill are carried out after it.
    for _ in range(60):
        boxes = {x: holdings(demo, x, password) for x in everybody}
        if all(m in boxes[x] for m in group.accepted for x in everybody):
            break
        time.sleep(1)
    lost = doubled = torn = 0
    for mid, to in accepted.items():
        for x in set(to):
            count = boxes[x].get(mid, 0)
            lost += count == 0
            doubled += max(0, count - 1)
    for mid, to in unknown.items():
        counts = [boxes[x].get(mid, 0) for x in set(to)]
        doubled += sum(max(0, c - 1) for c in counts)
        torn += len(set(min(c, 1) for c in counts)) > 1
    for x in everybody:
        for mid in group.accepted:
            count = boxes[x].get(mid, 0)
            lost += count == 0
            doubled += max(0, count - 1)
        for mid in group.unknown:
            doubled += max(0, boxes[x].get(mid, 0) - 1)
    server.stop()
    verify = subprocess.run([a.congvu, "verify", "--config", os.path.join(folder, "congvu.toml")],
                            capture_output=True, text=True)
    result = dict(kills=a.kills, seed=seed, accepted=len(accepted), without_reply=len(unknown),
                  broadcasts=len(group.accepted), refused=sum(s.refused for s in senders),
                  lost=lost, doubled=doubled, torn=torn, verify=verify.returncode)
    print(json.dumps(result), flush=True)
    if verify.returncode:
        print(verify.stdout, verify.stderr)
    bad = lost or doubled or torn or verify.returncode or not accepted
    if bad:
        print(f"the data are kept in {folder}")
    else:
        shutil.rmtree(folder)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
