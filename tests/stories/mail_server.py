"""A mail server for stories: Debian's OpenSMTPD, with files, queue and sockets of its own, so that none that runs on the
machine is in its way. It needs root (or sudo without a password) for that, and the package opensmtpd."""
import getpass
import os
import shutil
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

from stories import until

NAME = "mail.test"  # under which it says what it found out about senders

# What rspamd or opendkim do for a real one: says in Authentication-Results whether the sender's domain sent the letter
# (here: it calls itself mx.DOMAIN), and takes away fields that came with the server's own name (RFC 8601, section 5).
FILTER = f'''#!/usr/bin/python3
import sys

helo, sender, head = {{}}, {{}}, {{}}
for line in sys.stdin:
    words = line.rstrip("\\n").split("|")
    if words[:2] == ["config", "ready"]:
        print("register|report|smtp-in|link-identify", "register|report|smtp-in|tx-mail",
              "register|filter|smtp-in|data-line", "register|ready", sep="\\n", flush=True)
    elif words[0] == "report" and words[4] == "link-identify":
        helo[words[5]] = words[-1]
    elif words[0] == "report" and words[4] == "tx-mail":
        sender[words[5]], head[words[5]] = line.rstrip("\\n").split("|", 8)[-1], True
        sender[words[5]] = next((word for word in words[6:] if "@" in word), "")
    elif words[0] == "filter" and words[4] == "data-line":
        session, token, text = words[5], words[6], line.rstrip("\\n").split("|", 7)[7]
        if head.get(session):
            domain = sender[session].rpartition("@")[2].strip("<>")
            if head[session] is True:
                result = "pass" if helo.get(session) == "mx." + domain else "fail"
                print(f"filter-dataline|{{session}}|{{token}}|Authentication-Results: {NAME}; spf={{result}} "
                      f"smtp.mailfrom={{domain}}", flush=True)
            head[session] = "read" if text else False
            if text.lower().replace(" ", "").startswith("authentication-results:{NAME}"):
                continue
        print(f"filter-dataline|{{session}}|{{token}}|{{text}}", flush=True)
'''

CONFIG = """
filter results proc-exec "{folder}/results"
listen on 127.0.0.1 port {port} filter results
table everybody {{ "@" = "{user}" }}
action hall lmtp "{lmtp}" rcpt-to virtual <everybody>
match from any for domain "{domain}" action hall
"""


class MailServer:
    """Hands what comes for `domain` to the socket `lmtp`."""

    def __init__(self, folder, lmtp, domain):
        self.folder, self.lmtp, self.domain = Path(folder), lmtp, domain
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @staticmethod
    def user():
        """As whom it hands letters over: it never does as root."""
        return "nobody" if os.getuid() == 0 else getpass.getuser()

    @staticmethod
    def why_not():
        if not shutil.which("smtpd", path="/usr/sbin:/usr/bin"):
            return "OpenSMTPD is not installed"
        if os.getuid() != 0 and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode:
            return "a mail server is started by root only"
        tried = subprocess.run([*MailServer.as_root(), "unshare", "--mount", "true"], check=False, capture_output=True)
        return "this machine lets nobody mount" if tried.returncode else ""

    @staticmethod
    def as_root():
        return [] if os.getuid() == 0 else ["sudo", "-n"]

    def __enter__(self):
        self.folder.mkdir(mode=0o755)
        # Whoever it hands letters over as must come to the socket.
        os.chmod(self.folder.parent, 0o711)
        (self.folder / "results").write_text(FILTER, encoding="utf-8")
        (self.folder / "results").chmod(0o755)
        (self.folder / "smtpd.conf").write_text(CONFIG.format(
            port=self.port, folder=self.folder, lmtp=self.lmtp, domain=self.domain, user=self.user()), encoding="utf-8")
        self.log = open(self.folder / "log", "w", encoding="utf-8")
        self.server = subprocess.Popen(
            [*self.as_root(), "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c",
             "mount -t tmpfs none /var/spool && mkdir -m 711 /var/spool/smtpd && mount -t tmpfs none /run && "
             f"exec smtpd -d -f {self.folder}/smtpd.conf"], stdout=self.log, stderr=self.log)
        until("the mail server", self._ready)
        return self

    def __exit__(self, kind, *_):
        subprocess.run([*self.as_root(), "kill", "-KILL", str(self.server.pid)], check=False)  # and with it all in its namespace
        self.server.wait(20)
        self.log.close()
        if kind is not None:
            print((self.folder / "log").read_text(encoding="utf-8")[-4000:], file=sys.stderr)

    def _ready(self):
        if self.server.poll() is not None:
            raise AssertionError("the mail server ended: " + (self.folder / "log").read_text(encoding="utf-8"))
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as line:
                return line.noop()[0] == 250
        except OSError:
            return False

    def send(self, message, sender, helo=""):
        """Sends as the mail server of the sender's domain would, or as one that pretends to be it (`helo`)."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname=helo or "mx." + sender.rpartition("@")[2], timeout=20) as line:
            line.send_message(message, from_addr=sender)

    def answers(self):
        """What it was answered when it handed letters over, as its log has it. (Its mail.lmtp takes every refusal for one
        that passes, and tries again for days; Postfix sends a 5xx back to the sender.)"""
        return (self.folder / "log").read_text(encoding="utf-8")
