"""The two sides of far_kills.py: started, killed, started again; what lies in their mailboxes."""
import imaplib, json, os, pwd, random, re, signal, socket, ssl, subprocess, sys, time
from collections import namedtuple

FAR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "far", "postfix")
DOMAINS = ["far.example"] + [f"far{n}.example" for n in range(1, 4)]
FIRST = re.compile(rb"^Message-ID: (<[oi][\d.]+@kill\.test>)\r?$", re.M | re.I)
TRACE = re.compile(rb"by mail\.sonminh\.gov\.vn\b[^;]*?\bid ([0-9a-z]+)", re.S)
QUEUE_ID = re.compile(rb"by mx\.far\.example \(Postfix\)[^;]*?\bid ([0-9A-Za-z]+)", re.S)
imaplib._MAXLINE = 50_000_000

# A message that lies somewhere: how it was named by congvu and by Postfix, when it was laid there (0: not known).
Copy = namedtuple("Copy", "trace queue_id at")


def one(pattern, octets):
    found = pattern.search(octets)
    return found.group(1).decode() if found else ""


def wait(check, seconds, what):
    begun = time.time()
    while not check():
        if time.time() - begun > seconds:
            raise SystemExit(f"not within {seconds} s: {what}")
        time.sleep(.02)


def listens(address, port):
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex((address, port)) == 0


class Congvu:
    """The demo, on the same folder and ports each time; its mail leaves through Postfix."""

    def __init__(self, program, folder, base, postgres, postfix, lease):
        self.program, self.folder, self.base, self.process = program, folder, base, None
        self.extra = ["--postgres", postgres] if postgres else []
        os.mkdir(folder)
        outbound = dict(ENABLED="true", SMART_HOST=postfix, SMART_HOST_PORT="25", SMART_HOST_TLS="never",
                        RETRIES="1s", BACKOFF="1s", BACKOFF_MOST="2s", LEASE=lease)
        self.env = {**os.environ, **{f"CONGVU_OUTBOUND__{name}": value for name, value in outbound.items()},
                    "CONGVU_SUBMISSION__MESSAGES_PER_HOUR": "1000000", "CONGVU_SUBMISSION__RECIPIENTS_PER_DAY": "1000000"}

    def start(self):
        described = os.path.join(self.folder, "demo.json")
        if os.path.exists(described):
            os.remove(described)
        log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen(
            [self.program, "demo", "--data", self.folder, "--base-port", str(self.base)] + self.extra,
            stdout=log, stderr=log, env=self.env)
        wait(lambda: os.path.exists(described) or self.process.poll() is not None, 300, "congvu starts")
        if self.process.poll() is not None:
            raise SystemExit(f"congvu ended by itself: {self.process.returncode}, see {log.name}")
        self.demo = json.load(open(described))
        persons = [x for x in self.demo["accounts"] if x["kind"] == "personal" and x["role"] != "admin"]
        self.people, self.password = [x["address"] for x in persons], persons[0]["password"]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        if self.process.wait(60) != 0:
            raise SystemExit(f"a graceful stop ended with {self.process.returncode}")

    def tool(self, *arguments):
        command = [self.program, arguments[0], "--config", os.path.join(self.folder, "congvu.toml"), *arguments[1:]]
        return subprocess.run(command, capture_output=True, text=True, env=self.env)

    def waiting(self):
        done = self.tool("queue", "list", "--json", "--limit", "10")
        if done.returncode:
            raise SystemExit(done.stderr)
        return len(done.stdout.splitlines())

    def mail_log(self):
        done = self.tool("mail-log", "--lines", "10000000")
        if done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout

    def verify(self):
        done = self.tool("verify")
        if done.returncode:
            print(done.stdout, done.stderr)
        return done.returncode

    def held(self):
        """mid -> person -> copies"""
        found = {}
        context = ssl.create_default_context(cafile=self.demo["ca"])
        host, port = self.demo["imaps"].split(":")
        for person in self.people[:10]:
            box = imaplib.IMAP4_SSL(host, int(port), ssl_context=context)
            box.login(person, self.password)
            box.select("INBOX", readonly=True)
            _, data = box.fetch("1:*", "(BODY.PEEK[HEADER])")
            for part in data:
                if isinstance(part, tuple) and (mid := one(FIRST, part[1])):
                    copy = Copy(one(TRACE, part[1]), one(QUEUE_ID, part[1]), 0)
                    found.setdefault(mid, {}).setdefault(person, []).append(copy)
            box.logout()
        return found


class Postfix:
    """Debian's Postfix in a folder and on an address of its own."""

    def __init__(self, folder, congvu):
        self.folder = folder
        while True:
            self.address = "127.{}.{}.{}".format(*(random.randrange(8, 254) for _ in range(3)))
            if not listens(self.address, 25):
                break
        user = pwd.getpwnam("postfix")
        for name in ("", "etc", "spool", "lib", "mail", "policy"):
            os.mkdir(os.path.join(folder, name))
        for name in ("lib", "mail"):
            os.chown(os.path.join(folder, name), user.pw_uid, user.pw_gid)
        # Where a kill left a half file, postsuper(1) writes of it before the log's own process runs, as Postfix's user.
        open(os.path.join(folder, "log"), "w").close()
        os.chmod(os.path.join(folder, "log"), 0o666)
        boxes = " ".join(f"{name}@{domain}={name}@{domain}/" for domain in DOMAINS for name in "abc")
        own = {"virtual_mailbox_domains": " ".join(DOMAINS), "virtual_mailbox_maps": f"inline:{{ {boxes} }}"}
        for name in ("main.cf", "master.cf"):
            text = open(os.path.join(FAR, name), encoding="utf-8").read()
            for mark, value in (("root", folder), ("uid", user.pw_uid), ("gid", user.pw_gid),
                                ("address", self.address), ("congvu", congvu)):
                text = text.replace("{" + mark + "}", str(value))
            lines = [line for line in text.splitlines() if line.split(" =")[0] not in own]
            if name == "main.cf":
                lines += [f"{key} = {value}" for key, value in own.items()]
            with open(os.path.join(folder, "etc", name), "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")

    def control(self, *command):
        return subprocess.run([command[0], "-c", os.path.join(self.folder, "etc"), *command[1:]], capture_output=True, text=True)

    def start(self):
        """What was killed may still be going: then Postfix finds its queue changing and does not start."""
        for _ in range(10):
            done = self.control("/usr/sbin/postfix", "start")
            if done.returncode == 0:
                break
            time.sleep(1)
        wait(lambda: listens(self.address, 25), 60, f"Postfix listens: {done.stderr}")

    def stop(self):
        self.control("/usr/sbin/postfix", "stop")

    def kill(self):
        """All of its processes: they are one group."""
        master = int(open(os.path.join(self.folder, "spool/pid/master.pid")).read())
        os.killpg(master, signal.SIGKILL)
        wait(lambda: not listens(self.address, 25), 30, "Postfix is gone")

    def waiting(self):
        done = self.control("/usr/sbin/postqueue", "-j")
        if done.returncode:
            raise SystemExit(done.stderr)
        return len(done.stdout.splitlines())

    def log(self):
        return open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace").read()

    def held(self):
        """mid -> address -> copies"""
        found = {}
        mail = os.path.join(self.folder, "mail")
        for address in os.listdir(mail):
            new = os.path.join(mail, address, "new")
            for name in os.listdir(new):
                octets = open(os.path.join(new, name), "rb").read()
                header = octets.split(b"\n\n")[0]
                if mid := one(FIRST, header):
                    seconds, rest = name.split(".")[:2]
                    at = int(seconds) + int(rest.split("M")[1]) / 1e6
                    copy = Copy(one(TRACE, header), one(QUEUE_ID, header), at)
                    found.setdefault(mid, {}).setdefault(address, []).append(copy)
        return found
