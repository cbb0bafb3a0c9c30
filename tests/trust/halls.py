"""Halls made by the built program, for the black-box tests."""
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


# Promises are for the next ten years, so that a day that is written down would be refused one day.
TODAY = datetime.date.today().isoformat()
IN_A_YEAR = (datetime.date.today() + datetime.timedelta(days=365)).isoformat()
IN_TWO_YEARS = (datetime.date.today() + datetime.timedelta(days=730)).isoformat()


class Hall:
    """A hall made by `init`, with people and circles, as a folder that a tool can start from."""

    def __init__(self, program, port, sample=False, **settings):
        self.program, self.port = str(Path(program).resolve()), port
        self.folder = Path(tempfile.mkdtemp(prefix="moothall-trust-"))
        self.data = self.folder / "data"
        self.owner = self.run("init", "--data", self.data, "--name", "Trust", "--owner", "owner@trust.example",
                              "--url", f"http://127.0.0.1:{port}", *["--sample"] * sample,
                              *(["--database", settings["database"]] if "database" in settings else [])).splitlines()[-1]
        config = "".join(f"{k} = {json.dumps(v)}\n" for k, v in settings.items())
        (self.data / "moothall.toml").write_text(config)

    def run(self, *words):
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, timeout=60)
        if done.returncode:
            sys.exit(f"trust: moothall {words[0]}: {done.stderr.strip()}")
        return done.stdout

    def token(self, email, *words):
        return self.run("token", "--data", self.data, "--email", email, *words).splitlines()[-1]

    def server(self, copied=True):
        """The part of a config that starts it; `copied`: on a copy of this hall in the tool's own folder."""
        start = (f"test -e {{data}}/moothall.db || cp -a {self.data}/. {{data}}/; exec {self.program} serve --data {{data}} "
                 f"--listen 127.0.0.1:{{port}}") if copied else (
                 f"exec {self.program} serve --data {self.data} --listen 127.0.0.1:{{port}}")
        return {"cmd": ["bash", "-c", start], "ready": {"path": "/readyz"},
                "log": os.environ.get("MOOTHALL_TRUST_LOG", "/dev/null")}

    def config(self, token=None, **parts):
        headers = {"Authorization": f"Bearer {token or self.owner}"}
        path = self.folder / "config.json"
        config = {"base": f"http://127.0.0.1:{self.port}", "headers": headers, "server": self.server(), **parts}
        path.write_text(json.dumps(config, indent=1))
        return path

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
