#!/usr/bin/env python3
"""Durability, seen from outside: what the system calls were, and what happens when they fail.

    durability.py --congvu target/release/congvu order|fsync|full

order: in a trace of system calls, each "250" after a message leaves after an fsync of the log that
       began after the message's last byte was read and its commit was written.
fsync: from a certain one on, every fsync fails. The server says no 250 for what it could not sync
       and ends; started again, it has every message it acknowledged, once.
full:  the disk is full (a small tmpfs; mounting it needs root). The server
       answers 452, loses nothing, and takes mail again when there is room.
Needs strace.
"""
import argparse, base64, imaplib, json, os, re, shutil, smtplib, ssl, subprocess, sys, tempfile, time

SINGLE = "skhcn@sonminh.gov.vn"


def wait_for(path, process, seconds=90):
    for _ in range(seconds * 20):
        if os.path.exists(path):
            return json.load(open(path))
        if process.poll() is not None:
            raise SystemExit(f"the server ended by itself: {process.returncode}")
        time.sleep(.05)
    raise SystemExit("the server did not start")


def start(congvu, folder, prefix=()):
    described = os.path.join(folder, "demo.json")
    if os.path.exists(described):
        os.remove(described)
    log = open(os.path.join(folder, "log"), "ab")
    process = subprocess.Popen([*prefix, congvu, "demo", "--data", folder, "--base-port", "0"], stdout=log, stderr=log)
    return process, wait_for(described, process)


def server_pid(process):
    """The server itself, below strace."""
    children = open(f"/proc/{process.pid}/task/{process.pid}/children").read().split()
    return int(children[0])


def connect(demo):
    host, port = demo["smtp"].split(":")
    connection = smtplib.SMTP(host, int(port), timeout=60)
    connection.ehlo("durable.test")
    return connection


def send(connection, mid, size=2000, noise=False):
    """The reply's code to one message; noise does not shrink, so it becomes an object of its own."""
    body = f"From: <a@durable.test>\r\nSubject: {mid}\r\nMessage-ID: <{mid}@durable.test>\r\n\r\n"
    if noise:
        text = base64.b64encode(os.urandom(size * 3 // 4)).decode()
        body += "".join(text[n:n + 76] + "\r\n" for n in range(0, len(text), 76))
    else:
        body += "Kinh gui cac co quan.\r\n" * (size // 23)
    for code, text in (connection.mail("a@durable.test"), connection.rcpt(SINGLE)):
        if code != 250:
            connection.rset()
            return code
    return connection.data(body.encode())[0]


def holdings(demo):
    context = ssl.create_default_context(cafile=demo["ca"])
    host, port = demo["imaps"].split(":")
    account = next(a for a in demo["accounts"] if a["address"] == SINGLE)
    box = imaplib.IMAP4_SSL(host, int(port), ssl_context=context)
    box.login(account["address"], account["password"])
    box.select("INBOX", readonly=True)
    _, data = box.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
    box.logout()
    found = {}
    for part in data:
        if isinstance(part, tuple):
            for mid in re.findall(rb"<([^>]+)@durable\.test>", part[1]):
                found[mid.decode()] = found.get(mid.decode(), 0) + 1
    return found


def order(congvu, folder):
    trace = os.path.join(folder, "trace")
    process, demo = start(congvu, folder, [
        "strace", "-f", "-ttt", "-T", "-yy", "-s", "64", "-o", trace,
        "-e", "trace=fsync,fdatasync,pwrite64,pwritev,write,writev,sendto,sendmsg,read,recvfrom,recvmsg"])
    connection = connect(demo)
    sent = 0
    for n in range(30):
        assert send(connection, f"order{n}") == 250
        sent += 1
    assert send(connection, "object", 400_000, noise=True) == 250
    sent += 1
    connection.quit()
    os.kill(server_pid(process), 15)
    process.wait(60)
    calls = join(trace)
    # The demo's own start syncs too; what counts lies between a message's end and its reply.
    replies = [c for c in calls if c["call"] in ("sendto", "write", "writev", "sendmsg") and "250 2.0.0" in c["text"]
               and "TCP" in c["text"]]
    accepted = [c for c in replies if "accepted" in c["text"] or re.search(r"250 2\.0\.0 [0-9a-z]{15}", c["text"])]
    assert len(accepted) >= sent, f"{len(accepted)} replies to {sent} messages in the trace"
    reads = [c for c in calls if c["call"] in ("recvfrom", "read", "recvmsg") and "TCP" in c["text"]]
    syncs = [c for c in calls if c["call"] in ("fsync", "fdatasync") and "congvu.db-wal" in c["text"] and c["result"] == 0]
    writes = [c for c in calls if c["call"].startswith("pwrite") and "congvu.db-wal" in c["text"]]
    before = 0
    for reply in accepted[-sent:]:
        last_read = max((r["end"] for r in reads if r["end"] <= reply["start"] and r["result"] > 0), default=0)
        commit = [w for w in writes if last_read <= w["start"] and w["end"] <= reply["start"]]
        assert commit, "a reply without anything written to the log"
        # Work in the background writes to the same log, maybe after this message was synced: the first write counts.
        synced = [s for s in syncs if s["start"] >= commit[0]["end"] and s["end"] <= reply["start"]]
        assert synced, f"a reply at {reply['start']} before its log was synced"
        before += 1
    # The large one lies in a file of its own: file and folder synced, then the commit that names it.
    log_sync = max(s["start"] for s in syncs if s["end"] <= accepted[-1]["start"])
    for what, path in (("file", r"/blobs/\S+/\S+"), ("folder", r"/blobs/[0-9a-f]{2}>")):
        early = [c for c in calls if c["call"] in ("fsync", "fdatasync") and re.search(path, c["text"])
                 and c["result"] == 0 and c["end"] <= log_sync]
        assert early, f"the object's {what} was not synced before the commit that refers to it"
    print(json.dumps(dict(order=True, messages=sent, replies_after_sync=before)))


def join(trace):
    """The calls of an strace -f file, halves put together; times in seconds."""
    calls, open_calls = [], {}
    for line in open(trace, errors="replace"):
        m = re.match(r"(\d+)\s+([\d.]+) (.*)", line)
        if not m:
            continue
        thread, at, rest = m.group(1), float(m.group(2)), m.group(3).rstrip()
        if rest.endswith("<unfinished ...>"):
            open_calls[thread] = (at, rest[:-len("<unfinished ...>")])
            continue
        resumed = re.match(r"<\.\.\. (\w+) resumed>(.*)", rest)
        begun = at
        if resumed:
            if thread not in open_calls:
                continue
            begun, head = open_calls.pop(thread)
            rest = head + resumed.group(2)
        done = re.match(r"(\w+)\((.*)= (-?\d+)(?: [A-Z]+ .*)?(?: \(.*\))? <([\d.]+)>$", rest)
        if done:
            calls.append(dict(call=done.group(1), text=done.group(2), result=int(done.group(3)),
                              start=begun, end=begun + float(done.group(4))))
    calls.sort(key=lambda c: c["start"])
    return calls


def fsync(congvu, folder):
    process, demo = start(congvu, folder)
    process.terminate()
    process.wait(60)
    process, demo = start(congvu, folder, [
        "strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync,fsync",
        "-e", "inject=fdatasync,fsync:error=EIO:when=40+"])
    acknowledged, unknown = [], []
    connection = connect(demo)
    for n in range(400):
        mid = f"fsync{n}"
        try:
            code = send(connection, mid)
        except (OSError, smtplib.SMTPException):
            unknown.append(mid)
            break
        (acknowledged if code == 250 else unknown).append(mid)
    assert unknown, "the server acknowledged mail although no fsync worked"
    code = process.wait(60)
    assert code == 74, f"the server went on after a failed fsync: exit {code}"
    process, demo = start(congvu, folder)
    found = holdings(demo)
    process.terminate()
    process.wait(60)
    lost = [m for m in acknowledged if found.get(m, 0) != 1]
    doubled = [m for m in unknown if found.get(m, 0) > 1]
    assert not lost and not doubled, (lost, doubled)
    print(json.dumps(dict(fsync=True, acknowledged=len(acknowledged), exit=code)))


def full(congvu, folder):
    process, demo = start(congvu, folder)
    process.terminate()
    process.wait(60)
    small = tempfile.mkdtemp(prefix="congvu-full-")
    used = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(folder) for f in fs)
    size = used + (24 << 20)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", small]).returncode:
        raise SystemExit("no tmpfs can be mounted here: run as root")
    try:
        shutil.copytree(folder, small, dirs_exist_ok=True)
        process, demo = start(congvu, small)
        ballast = os.path.join(small, "ballast")
        acknowledged, codes = [], set()
        connection = connect(demo)
        for n in range(20):
            assert send(connection, f"before{n}") == 250
            acknowledged.append(f"before{n}")
        # Unbuffered: what found no room is not tried again when the file is closed.
        with open(ballast, "wb", buffering=0) as f:
            try:
                while True:
                    f.write(b"x" * 65536)
            except OSError:
                pass
        refused = 0
        for n in range(200):
            code = send(connection, f"full{n}", 20000)
            codes.add(code)
            if code == 250:
                acknowledged.append(f"full{n}")
            else:
                refused += 1
            if refused >= 5:
                break
        assert codes <= {250, 452}, codes
        assert refused >= 5, "the disk was never full"
        os.remove(ballast)
        for n in range(20):
            assert send(connection, f"after{n}") == 250
            acknowledged.append(f"after{n}")
        connection.quit()
        found = holdings(demo)
        wrong = [m for m in acknowledged if found.get(m, 0) != 1]
        extra = [m for m in found if m not in acknowledged]
        process.terminate()
        process.wait(60)
        assert not wrong and not extra, (wrong, extra)
        verified = subprocess.run([congvu, "verify", "--config", os.path.join(small, "congvu.toml")], capture_output=True, text=True)
        assert verified.returncode == 0, verified.stdout
        print(json.dumps(dict(full=True, acknowledged=len(acknowledged), refused=refused, codes=sorted(codes))))
    finally:
        subprocess.run(["umount", "-l", small])
        os.rmdir(small)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--congvu", required=True)
    p.add_argument("case", choices=["order", "fsync", "full"])
    a = p.parse_args()
    folder = tempfile.mkdtemp(prefix="congvu-durable-")
    try:
        dict(order=order, fsync=fsync, full=full)[a.case](os.path.abspath(a.congvu), folder)
    except BaseException:
        print(f"the data are kept in {folder}", file=sys.stderr)
        raise
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
