"""lmtp.py FOLDER: a server of LMTP (RFC 2033) that answers each recipient by the first part of its address.

    ok-…     taken: a file in FOLDER
    full-…   452 4.2.2 behind the message
    gone-…   550 5.2.1 behind the message
    nobody-… 550 5.1.1 to RCPT
    break-…  the connection breaks in place of the answer, the first time

It prints its port. A message is stored before it is answered for.
"""
import os, socketserver, sys

folder = sys.argv[1]


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def handle(self):
        self.say("220 far.example LMTP")
        recipients = []
        while True:
            line = self.rfile.readline()
            if not line:
                return
            command = line.decode().strip()
            word = command.split(" ")[0].upper()
            if word == "LHLO":
                self.say("250-far.example")
                self.say("250-PIPELINING")
                self.say("250-ENHANCEDSTATUSCODES")
                self.say("250 8BITMIME")
            elif word in ("EHLO", "HELO"):
                self.say("500 5.5.1 this is LMTP")
            elif word == "MAIL" or word == "RSET":
                recipients = []
                self.say("250 2.1.0 ok")
            elif word == "RCPT":
                address = command.split("<")[1].split(">")[0]
                if address.startswith("nobody-"):
                    self.say("550 5.1.1 no such user")
                else:
                    recipients.append(address)
                    self.say("250 2.1.5 ok")
            elif word == "DATA":
                if not recipients:
                    self.say("503 5.5.1 no valid recipients")
                    continue
                self.say("354 go on")
                if not self.message(recipients):
                    return
                recipients = []
            elif word == "QUIT":
                self.say("221 2.0.0 bye")
                return
            else:
                self.say("500 5.5.2 what?")

    def message(self, recipients):
        body = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            body.append(line[1:] if line.startswith(b".") else line)
        for address in recipients:
            kind = address.split("-")[0]
            if kind == "full":
                self.say("452 4.2.2 mailbox full")
            elif kind == "gone":
                self.say("550 5.2.1 mailbox closed")
            else:
                count = len(os.listdir(folder))
                if kind == "break" and not any(name.startswith(address) for name in os.listdir(folder)):
                    # Taken, and nobody is told.
                    with open(os.path.join(folder, f"{address} {count}"), "wb") as file:
                        file.write(b"".join(body))
                    return False
                with open(os.path.join(folder, f"{address} {count}"), "wb") as file:
                    file.write(b"".join(body))
                self.say(f"250 2.1.5 <{address}> stored")
        return True


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


with Server(("127.0.0.1", 0), Session) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
