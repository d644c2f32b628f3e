"""replay.py DEMO ME YOU FOLDER FILES: says what a recorded mail program said, and looks at each answer.

The language of the files is described in tests/thunderbird/README.md."""
import pathlib, re, socket, zlib
from common import *

ME, YOU, FOLDER = ARGUMENTS[:3]


def plain(subject, text="Kính gửi các đơn vị,\nĐề nghị báo cáo trước ngày 15.\n"):
    message = email.message.EmailMessage(policy=email.policy.SMTP.clone(cte_type="8bit"))
    message["From"], message["To"], message["Subject"] = "Phạm Thị Hồng <vanthu@ngoai.example>", ME, subject
    message["Date"], message["Message-ID"] = "Mon, 05 Oct 2026 08:30:00 +0700", f"<{len(LETTERS)}@ngoai.example>"
    message.set_content(text, cte="8bit")
    return message


def letters():
    """The mail that comes, each with a name."""
    LETTERS["công văn"] = plain("Công văn số 12 về chuyển đổi số")
    LETTERS["giấy mời"] = plain("Giấy mời họp giao ban", "Giấy mời họp\n")
    LETTERS["giấy mời"].add_alternative("<p>Giấy mời <b>họp</b></p>", subtype="html", cte="8bit")
    LETTERS["giấy mời"]["Disposition-Notification-To"] = "vanthu@ngoai.example"
    LETTERS["phụ lục"] = plain("Báo cáo kèm phụ lục", "Phụ lục kèm theo.\n")
    pdf = b"%PDF-1.4\n" + bytes(i * 7919 % 251 for i in range(150_000))
    LETTERS["phụ lục"].add_attachment(pdf, maintype="application", subtype="pdf", filename="Phụ lục số 1.pdf")
    LETTERS["phụ lục"].add_attachment("đơn vị;số\nSở Y tế;12\n".encode(), maintype="text", subtype="csv", filename="bảng.csv")
    LETTERS["chuyển tiếp"] = plain("Chuyển tiếp: Thư gốc", "Xem thư gốc.\n")
    LETTERS["chuyển tiếp"].add_attachment(plain("Thư gốc của đơn vị"))
    for n in range(5, 10):
        LETTERS[f"thư {n}"] = plain(f"Thư thường số {n}", f"Thư số {n}\n")
    for name, message in LETTERS.items():
        LETTERS[name] = message.as_bytes()
    # What the mail program wrote itself, as recorded.
    for path in sorted(pathlib.Path(FOLDER).glob("*.eml")):
        text = path.read_text("utf-8").replace("«me»", ME).replace("«you»", YOU)
        LETTERS[path.stem] = text.replace("\n", "\r\n").encode()


LETTERS = {}
letters()
KNOWN = {"me": ME, "you": YOU, "sign in": base64.b64encode(f"\0{ME}\0{PASSWORDS[ME]}".encode()).decode()}
KNOWN.update({f"size of {name}": str(len(octets)) for name, octets in LETTERS.items()})


def expand(text):
    return re.sub("«(.+?)»", lambda name: KNOWN[name[1]], text)


def pattern(text):
    """… stands for anything, «name» for what is known by it or, the first time, for a word to be known by it."""
    out, new = "", {}
    for piece in re.split("(…|«.+?»)", text):
        name = piece[1:-1]
        if piece == "…":
            out += "(?s:.*?)"
        elif not piece.startswith("«"):
            out += re.escape(piece)
        elif name.startswith("all of "):
            # As it was sent; before it stand what the delivery added.
            out += r"\{\d+\}\r\n(?s:.*?)" + re.escape(LETTERS[name[7:]].decode())
        elif name.startswith("subject of "):
            out += re.escape(re.search(r"Subject: ((?s:.*?))\r\n(?=\S)", LETTERS[name[11:]].decode())[1])
        elif name in KNOWN:
            out += re.escape(KNOWN[name])
        elif name in new:
            out += f"(?P={new[name]})"
        else:
            new[name] = f"n{len(new)}"
            out += rf'(?P<{new[name]}>[^\s()\[\]"]+)'
    return re.compile(out), new


def learn(text, responses, start=0):
    """The place of the first response from `start` on that is as `text` says; None if there is none."""
    regex, new = pattern(text)
    for place in range(start, len(responses)):
        found = regex.fullmatch(responses[place])
        if found:
            KNOWN.update({name: found[group] for name, group in new.items()})
            return place
    return None


class Connection:
    def __init__(self, name, server):
        self.name, self.smtp = name, server == "submissions"
        raw = socket.create_connection(place(server), timeout=TIMEOUT)
        self.sock = tls().wrap_socket(raw, server_hostname=place(server)[0])
        self.buffer, self.tags, self.inflate, self.deflate, self.command = b"", 0, None, None, ""
        self.tag, self.answer, self.at, self.open = "*", [], 0, True

    def fill(self):
        octets = self.sock.recv(65536)
        assert octets, f"{self.name} was closed"
        self.buffer += self.inflate.decompress(octets) if self.inflate else octets

    def write(self, octets):
        if self.deflate:
            octets = self.deflate.compress(octets) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        self.sock.sendall(octets)

    def response(self):
        """One response with its literals, without the last line end."""
        out = b""
        while True:
            while b"\r\n" not in self.buffer:
                self.fill()
            line, self.buffer = self.buffer.split(b"\r\n", 1)
            out += line
            literal = None if self.smtp else re.search(rb"\{(\d+)\}$", line)
            if not literal:
                return out.decode()
            while len(self.buffer) < int(literal[1]):
                self.fill()
            out += b"\r\n" + self.buffer[:int(literal[1])]
            self.buffer = self.buffer[int(literal[1]):]

    def is_last(self, response):
        if self.smtp:
            return response[3:4] != "-"
        return response.startswith(self.tag + " ") or self.tag == "*"

    def read(self, until="a last response"):
        """Reads to the end of the answer, or to a response that `until` describes."""
        while self.open:
            response = self.response()
            self.answer.append(response)
            self.open = not self.is_last(response)
            if until == "+" and response.startswith("+"):
                return
        assert until != "+", f"no continuation: {self.answer}"

    def finish(self):
        """The answer to the last command; it must be a success."""
        if not self.open:
            return
        self.read()
        last = self.answer[-1]
        good = last[0] in "23" if self.smtp else last.split(" ", 2)[1] == "OK"
        assert good, f"{self.command}: {last}"
        if self.command.upper() == "COMPRESS DEFLATE":
            self.inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            self.deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)

    def say(self, text, fresh=True):
        """Sends a command, or with not `fresh` what continues one."""
        if fresh:
            self.finish()
            self.tags += 1
            self.tag, self.command, self.answer, self.at, self.open = f"t{self.tags}", text, [], 0, True
        start = b"" if self.smtp or not fresh else self.tag.encode() + b" "
        if self.smtp:
            self.answer, self.at, self.open = [], 0, True
        # {+:name} is a letter as a literal that waits for nobody, {:text} a text as one that waits,
        # {.:name} a letter after DATA.
        pieces = re.split(r"(\{[+.]?:.+?\})", text)
        for piece in pieces:
            if piece.startswith("{+:"):
                letter = LETTERS[piece[3:-1]]
                start += b"{%d+}\r\n" % len(letter) + letter
            elif piece.startswith("{.:"):
                start += re.sub(rb"(?m)^\.", b"..", LETTERS[piece[3:-1]]) + b"."
            elif piece.startswith("{:"):
                octets = piece[2:-1].encode()
                self.write(start + b"{%d}\r\n" % len(octets))
                self.read(until="+")
                start = octets
            else:
                start += expand(piece).encode()
        self.write(start + b"\r\n")

    def expect(self, sign, text):
        if sign == "+":
            self.read(until="+")
            assert learn(text, self.answer[-1:]) is not None, self.answer[-1]
        elif sign == "~":
            # Told while it idles.
            while learn(text, self.answer, self.at) is None:
                self.answer.append(self.response())
            self.at = learn(text, self.answer, self.at) + 1
        else:
            self.finish()
            if sign == "=":
                last = self.answer[-1] if self.smtp else self.answer[-1].split(" ", 1)[1]
                assert learn(text, [last]) is not None, last
            elif sign == "!":
                assert learn(text, self.answer) is None, f"this was not to come: {self.answer}"
            elif sign.startswith("x"):
                regex, _ = pattern(text)
                same(sum(bool(regex.fullmatch(response)) for response in self.answer), int(sign[1:]), self.answer)
            else:
                found = learn(text, self.answer, self.at)
                assert found is not None, f"nothing like this in {self.answer[self.at:]}"
                self.at = found + 1


connections = {}


def step(line):
    who, sign, *text = line.split(" ", 2)
    text = text[0] if text else ""
    if who == "deliver":
        for name in line.removeprefix("deliver ").split(", "):
            deliver([ME], LETTERS[name])
    elif sign == "@":
        connections[who] = Connection(who, text)
    elif sign in (">", "."):
        connections[who].say(text, fresh=sign == ">")
    else:
        connections[who].expect(sign, text)


for path in ARGUMENTS[3:]:
    for number, line in enumerate(pathlib.Path(FOLDER, path).read_text("utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            try:
                step(line)
            except Exception as error:
                raise AssertionError(f"{path}:{number}: {line}\n{error!r}") from error
for connection in connections.values():
    connection.finish()
