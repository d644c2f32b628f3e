"""What the logs of the two sides of far_kills.py say. Moments are seconds since 1970; both logs know whole ones."""
import email.utils, re, time


class CongvuLog:
    """`congvu mail-log`: (trace, recipient) -> what was heard; trace -> when it was accepted."""

    def __init__(self, text):
        self.sent, self.perhaps, self.accepted = {}, {}, {}
        for line in text.splitlines():
            at, direction, trace, rest = line.split("  ", 3)
            at = email.utils.parsedate_to_datetime(at).timestamp()
            recipient = re.search(r"đến <([^>]*)>", rest).group(1)
            if direction == "in":
                self.accepted.setdefault(trace, at)
            elif direction == "out" and (queue_id := re.search(r" 250 sent: .* queued as (\w+)", rest)):
                self.sent.setdefault((trace, recipient), []).append(queue_id.group(1))
            elif direction == "out" and "may come twice" in rest:
                self.perhaps.setdefault((trace, recipient), []).append(at)


class Session:
    """A connection to smtpd(8)."""

    def __init__(self):
        self.messages, self.end, self.quit = [], None, False


class PostfixLog:
    """Postfix's log: which connection a message came over, and whether it was ended by QUIT."""

    LINE = re.compile(r"^(\w{3} [ \d]\d \d\d:\d\d:\d\d) \S+ postfix/(\w+)\[(\d+)\]: (.*)$")

    def __init__(self, text):
        self.came, self.perhaps, self.sessions = {}, {}, {}
        open_ones, year = {}, time.localtime().tm_year
        for line in text.splitlines():
            found = self.LINE.match(line)
            if not found:
                continue
            at, daemon, process, words = found.groups()
            at = time.mktime(time.strptime(f"{year} {at}", "%Y %b %d %H:%M:%S"))
            queue_id = words.split(":")[0]
            if daemon == "smtpd":
                self.smtpd(open_ones, process, words, queue_id, at)
            elif daemon == "smtp" and "may be sent more than once" in words:
                to = re.search(r"to=<([^>]*)>", words).group(1)
                self.perhaps.setdefault((queue_id, to), []).append(at)

    def smtpd(self, open_ones, process, words, queue_id, at):
        if words.startswith("connect from"):
            open_ones[process] = Session()
        session = open_ones.setdefault(process, Session())
        if words.startswith(f"{queue_id}: client="):
            session.messages.append(queue_id)
            self.came[queue_id], self.sessions[queue_id] = at, session
        elif words.startswith("disconnect from"):
            session.end, session.quit = at, "quit=" in words
            open_ones.pop(process)

    def was_cut(self, queue_id):
        """It was the last message of a connection that did not end by QUIT."""
        session = self.sessions.get(queue_id)
        return session is not None and session.messages[-1] == queue_id and not session.quit

    def ended(self, queue_id, otherwise):
        session = self.sessions.get(queue_id)
        return session.end if session and session.end else otherwise
