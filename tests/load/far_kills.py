#!/usr/bin/env python3
"""Mail between congvu and Postfix, both ways at once, while now one and now the other is killed.

    far_kills.py --congvu target/release/congvu --kills 50 [--postgres URL]

As root, with Debian's Postfix. People of the demo write to Postfix's domains and people behind Postfix
write to the demo's; each message has a number. Each side is killed `--kills` times, with SIGKILL to all of
it, at random moments, and started again. In the end everything is let through, and from the mailboxes and
both logs it is found:
  * lost: a message that was acknowledged and lies nowhere;
  * doubled: a further transfer of a message. It is in flight where the one before was cut by a kill between
    taking the message and having that recorded by the sender. From congvu to Postfix that is: congvu logged that it
    may come twice, as Postfix was killed; or it was the last message of a connection that ended without
    QUIT, and congvu was killed. From Postfix to congvu: Postfix logged that it may be sent more than once, as
    congvu was killed; or it logged no such thing, and the next kill of Postfix came before the second transfer.
    How long the longest of these was in flight is told: it must be next to nothing beside the time between kills;
  * unexplained: any other. There must be none.
What Postfix alone does twice (one message of its queue laid into a mailbox twice, as it was killed between) is counted
apart: congvu had no part in it.
"""
import argparse, json, os, random, re, signal, smtplib, ssl, subprocess, sys, tempfile, threading, time, shutil
from far_logs import CongvuLog, PostfixLog
from far_sides import Congvu, Postfix, DOMAINS, FIRST

TEXT = ("Kính gửi: Các cơ quan, đơn vị. Đề nghị báo cáo trước ngày 30/11/2026. Trân trọng.\r\n" * 40)


class Sender(threading.Thread):
    """Sends without pause; what it was told is what it remembers."""

    def __init__(self, name, stop, pace):
        super().__init__(daemon=True)
        self.name_, self.stop, self.pace = name, stop, pace
        self.random = random.Random(name)
        self.accepted, self.unknown, self.refused, self.count = {}, {}, 0, 0
        self.connection = None

    def run(self):
        while not self.stop.is_set():
            self.count += 1
            sender, to = self.envelope()
            mid, sent = f"<{self.name_}.{self.count}@kill.test>", False
            body = (f"From: <{sender}>\r\nTo: <{to[0]}>\r\nSubject: {self.count}\r\nMessage-ID: {mid}\r\n"
                    f"Content-Type: text/plain; charset=utf-8\r\n\r\n{mid}\r\n{TEXT}").encode()
            try:
                if self.connection is None:
                    self.connection = self.connect(sender)
                if self.connection.mail(sender, ["BODY=8BITMIME"])[0] != 250:
                    raise smtplib.SMTPServerDisconnected("mail")
                for address in to:
                    if self.connection.rcpt(address)[0] != 250:
                        raise smtplib.SMTPServerDisconnected("rcpt")
                sent = True
                if self.connection.data(body)[0] == 250:
                    self.accepted[mid] = to
                else:
                    self.refused += 1
            except smtplib.SMTPDataError:
                self.refused += 1
            except (OSError, smtplib.SMTPException):
                if sent:
                    self.unknown[mid] = to
                self.connection = None
                time.sleep(.05)
            time.sleep(self.pace)


class Outward(Sender):
    """Somebody of the demo, writing to people behind Postfix."""

    def __init__(self, n, congvu, *more):
        super().__init__(f"o{n}", *more)
        self.congvu, self.person = congvu, congvu.people[n]

    def envelope(self):
        domain = self.random.choice(DOMAINS)
        names = self.random.sample("abc", 2 if self.random.random() < .25 else 1)
        return self.person, [f"{name}@{domain}" for name in names]

    def connect(self, sender):
        host, port = self.congvu.demo["submissions"].split(":")
        context = ssl.create_default_context(cafile=self.congvu.demo["ca"])
        connection = smtplib.SMTP_SSL(host, int(port), context=context, timeout=60)
        connection.login(sender, self.congvu.password)
        return connection


class Inward(Sender):
    """Somebody behind Postfix, writing to people of the demo."""

    def __init__(self, n, congvu, postfix, *more):
        super().__init__(f"i{n}", *more)
        self.postfix, self.people = postfix, congvu.people[:10]

    def envelope(self):
        return "a@" + DOMAINS[0], self.random.sample(self.people, 3 if self.random.random() < .25 else 1)

    def connect(self, sender):
        connection = smtplib.SMTP(self.postfix.address, 25, timeout=60)
        connection.ehlo("may.far.example")
        return connection


def between(times, first, last):
    """A kill between two moments known by the second."""
    return any(first - 1 <= at <= last + 1 for at in times)


def outward(accepted, held, congvu_log, postfix_log, kills):
    """What became of mail to Postfix. `held`: mid -> address -> [(queue id, trace, moments)]."""
    found = dict(lost=0, again_postfix_killed=0, again_congvu_killed=0, postfix_alone=0, unexplained=[])
    for mid, to in accepted.items():
        found["lost"] += sum(not held.get(mid, {}).get(address) for address in to)
    for mid, boxes in held.items():
        for address, copies in boxes.items():
            traces = {copy.trace for copy in copies}
            if len(traces) != 1:
                found["unexplained"].append((mid, address, "two acceptances", sorted(traces)))
                continue
            transfers = {}
            for copy in copies:
                transfers.setdefault(copy.queue_id, []).append(copy.at)
            for moments in transfers.values():
                moments.sort()
                for before, after in zip(moments, moments[1:]):
                    if between(kills["postfix"], before, after):
                        found["postfix_alone"] += 1
                    else:
                        found["unexplained"].append((mid, address, "Postfix laid it in twice"))
            key = (traces.pop(), address)
            sent, perhaps = congvu_log.sent.get(key, []), list(congvu_log.perhaps.get(key, []))
            if len(sent) > 1:
                found["unexplained"].append((mid, address, "recorded twice", sent))
            order = sorted(transfers, key=lambda queue_id: min(transfers[queue_id]))
            for queue_id in order:
                if queue_id in sent:
                    continue
                if len(order) == 1:
                    break  # the one that counts; its record is looked for below
                came = postfix_log.came.get(queue_id, min(transfers[queue_id]))
                explained = next((at for at in perhaps if at + 1 >= came and between(kills["postfix"], came, at)), None)
                if explained is not None:
                    perhaps.remove(explained)
                    found["again_postfix_killed"] += 1
                elif postfix_log.was_cut(queue_id) and between(kills["congvu"], came, postfix_log.ended(queue_id, came)):
                    found["again_congvu_killed"] += 1
                elif queue_id not in postfix_log.came and between(kills["postfix"], came - 2, came + 2):
                    found["again_postfix_killed"] += 1  # the log was cut with it
                else:
                    found["unexplained"].append((mid, address, "sent again", queue_id, order, sent))
            if not sent or sent[0] not in transfers:
                found["unexplained"].append((mid, address, "no record of what lies there", order, sent))
    return found


def inward(accepted, held, congvu_log, postfix_log, kills):
    """What became of mail to congvu. `held`: mid -> person -> [(trace, queue id)]."""
    found = dict(lost=0, again_congvu_killed=0, again_postfix_killed=0, longest_in_flight_s=0, unexplained=[])
    for mid, to in accepted.items():
        found["lost"] += sum(not held.get(mid, {}).get(person) for person in to)
    for mid, boxes in held.items():
        for person, copies in boxes.items():
            traces = [copy.trace for copy in copies]
            if len(set(traces)) != len(traces):
                found["unexplained"].append((mid, person, "one acceptance lies there twice", traces))
                continue
            copies.sort(key=lambda copy: congvu_log.accepted.get(copy.trace, 0))
            for before, after in zip(copies, copies[1:]):
                first, second = (congvu_log.accepted.get(copy.trace, 0) for copy in (before, after))
                lines = postfix_log.perhaps.get((before.queue_id, person), [])
                lines = [at for at in lines if first - 1 <= at <= second + 1]
                killed = min((at for at in kills["postfix"] if at >= first - 1), default=second + 2)
                if any(between(kills["congvu"], first, at) for at in lines):
                    found["again_congvu_killed"] += 1
                elif not lines and before.queue_id == after.queue_id and killed <= second + 1:
                    found["again_postfix_killed"] += 1
                    # Acceptances are known by the second.
                    gap = max(0, round(killed - first - 1, 1))
                    found["longest_in_flight_s"] = max(found["longest_in_flight_s"], gap)
                else:
                    found["unexplained"].append((mid, person, "sent again", [c.trace for c in copies], before.queue_id))
    return found


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--congvu", required=True)
    p.add_argument("--kills", type=int, default=50, help="of each side")
    p.add_argument("--senders", type=int, default=4, help="each way")
    p.add_argument("--pace", type=float, default=.02, help="seconds between a sender's messages")
    p.add_argument("--lease", default="10s")
    p.add_argument("--postgres", default="")
    p.add_argument("--seed", type=int, default=None)
    a = p.parse_args()
    seed = a.seed if a.seed is not None else random.randrange(1 << 30)
    chance = random.Random(seed)
    folder = tempfile.mkdtemp(prefix="congvu-far-")
    os.chmod(folder, 0o755)
    base = random.randrange(21000, 29000)
    postfix = Postfix(os.path.join(folder, "postfix"), base)
    congvu = Congvu(a.congvu, os.path.join(folder, "congvu"), base, a.postgres, postfix.address, a.lease)
    try:
        congvu.start()
        postfix.start()
        stop = threading.Event()
        senders = [Outward(n, congvu, stop, a.pace) for n in range(a.senders)]
        senders += [Inward(n, congvu, postfix, stop, a.pace) for n in range(a.senders)]
        for thread in senders:
            thread.start()
        sides = ["congvu", "postfix"] * a.kills
        chance.shuffle(sides)
        kills = dict(congvu=[], postfix=[])
        for side in sides:
            time.sleep(chance.uniform(.3, 2.5))
            kills[side].append(time.time())
            server = congvu if side == "congvu" else postfix
            server.kill()
            server.start()
        time.sleep(1)
        stop.set()
        for thread in senders:
            thread.join(90)
        begun = time.time()
        while (waiting := (congvu.waiting(), postfix.waiting())) != (0, 0):
            if time.time() - begun > 240:
                raise SystemExit(f"still waiting in the queues: {waiting}; the data are kept in {folder}")
            time.sleep(.5)
        ways = {}
        for first, count in (("o", outward), ("i", inward)):
            own = [sender for sender in senders if sender.name_[0] == first]
            accepted = {mid: to for sender in own for mid, to in sender.accepted.items()}
            held = postfix.held() if first == "o" else congvu.held()
            known = {mid for sender in own for mid in (*sender.accepted, *sender.unknown)}
            way = count(accepted, held, CongvuLog(congvu.mail_log()), PostfixLog(postfix.log()), kills)
            way["unexplained"] += [(mid, "never sent") for mid in held if mid not in known]
            way.update(accepted=len(accepted), without_reply=sum(len(sender.unknown) for sender in own))
            ways["to_postfix" if first == "o" else "to_congvu"] = way
        congvu.stop()
        verify = congvu.verify()
    finally:
        postfix.stop()
        if congvu.process.poll() is None:
            congvu.kill()
    told = {name: dict(way, unexplained=len(way["unexplained"])) for name, way in ways.items()}
    print(json.dumps(dict(kills_of_each=a.kills, seed=seed, verify=verify, **told)), flush=True)
    bad = verify or any(way["lost"] or way["unexplained"] or not way["accepted"] for way in ways.values())
    if bad:
        for way in ways.values():
            print(*way["unexplained"], sep="\n")
        print({side: [round(at, 2) for at in times] for side, times in kills.items()})
        print(f"the data are kept in {folder}")
    else:
        shutil.rmtree(folder)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
