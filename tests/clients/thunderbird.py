"""thunderbird.py DEMO PROFILE ADDRESS HOST: Thunderbird itself reads the configuration that the server gives it, for an address that is
there, one that is not, and one elsewhere. PROFILE is a folder for it; HOST is what the servers are called. It is driven over Marionette, as Mozilla's own
tests are."""
import os, shutil, signal, socket, subprocess
from common import *

profile, address, host = ARGUMENTS
port = 20000 + os.getpid() % 10000
with open(os.path.join(profile, "user.js"), "w") as settings:
    settings.write(f'user_pref("marionette.port", {port});\nuser_pref("app.update.enabled", false);\n')

# What Thunderbird does with an answer, in its own words: socketType 3 is TLS from the start, 2 is STARTTLS; auth 3 is a password.
READ = """
const [url, done] = arguments;
const {fetchHTTP} = ChromeUtils.importESModule("resource:///modules/accountcreation/FetchHTTP.sys.mjs");
const {readFromXML} = ChromeUtils.importESModule("resource:///modules/accountcreation/readFromXML.sys.mjs");
const told = (one) => [one.type, one.hostname, one.port, one.socketType, one.auth, one.username].join(" ");
fetchHTTP(url).then((xml) => {
  const config = readFromXML(xml, "");
  done([config.incoming, ...config.incomingAlternatives, config.outgoing, ...config.outgoingAlternatives].map(told));
}).catch((error) => done([String(error)]));
"""


class Marionette:
    def __init__(self):
        for _ in range(300):
            try:
                self.file = socket.create_connection(("127.0.0.1", port), 30).makefile("rwb")
                break
            except OSError:
                time.sleep(0.1)
        self.number = 0
        self.receive()

    def receive(self):
        length = b""
        while (byte := self.file.read(1)) != b":":
            length += byte
        return json.loads(self.file.read(int(length)))

    def command(self, name, **values):
        self.number += 1
        said = json.dumps([0, self.number, name, values]).encode()
        self.file.write(b"%d:%s" % (len(said), said))
        self.file.flush()
        _, _, error, answer = self.receive()
        assert error is None, error
        return answer

    def read(self, url):
        return self.command("WebDriver:ExecuteAsyncScript", script=READ, args=[url])["value"]


program = subprocess.Popen(
    ["thunderbird", "--headless", "--marionette", "-remote-allow-system-access", "--no-remote", "--profile", profile],
    env={**os.environ, "HOME": profile},
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
    start_new_session=True,
)
try:
    thunderbird = Marionette()
    thunderbird.command("WebDriver:NewSession")
    thunderbird.command("Marionette:SetContext", value="chrome")
    web = f"http://{DEMO['web']}"
    for way in ["/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"]:
        found = thunderbird.read(f"{web}{way}?emailaddress={address}")
        servers = {(line.split()[0], line.split()[3]): line for line in found}
        for kind, name, tls in [("imap", "imaps", 3), ("pop3", "pop3s", 3), ("smtp", "submissions", 3), ("imap", "imap", 2), ("smtp", "submission", 2)]:
            number = DEMO[name].rsplit(":", 1)[1]
            same(servers.get((kind, str(tls))), f"{kind} {host} {number} {tls} 3 %EMAILADDRESS%", f"{kind} {tls} in {found}")
        # What is enciphered from the start comes first.
        same(found[0].split()[3], "3", found[0])
        # Who is not there is told the same; who is elsewhere nothing.
        same(thunderbird.read(f"{web}{way}?emailaddress=khong-co-ai@{address.split('@')[1]}"), found, "an address that is not there")
        nothing = thunderbird.read(f"{web}{way}?emailaddress=a@noi-khac.example")
        assert len(nothing) == 1 and "imap" not in nothing[0], nothing
finally:
    os.killpg(program.pid, signal.SIGKILL)
    program.wait()
    shutil.rmtree(profile, ignore_errors=True)
