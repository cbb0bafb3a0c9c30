"""The API's document is the one that make.py writes, and names exactly the routes of the sources."""
import re
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import make  # noqa: E402


class Document(unittest.TestCase):
    def test_the_file_is_what_the_script_writes(self):
        subprocess.run([sys.executable, str(HERE / "make.py"), "--check"], check=True)

    def test_it_names_every_route_and_no_other(self):
        routes = set()
        for path in (HERE.parents[1] / "src").rglob("*.cpp"):
            if path.name.endswith("_test.cpp") or path.name.startswith("test_"):
                continue
            for method, route in re.findall(r'router\.(get|post|put|patch|del)\(\s*"/api/v1(/[^"]+)"', path.read_text()):
                if route != "/openapi.json":
                    routes.add(("delete" if method == "del" else method, re.sub(r":(\w+)", r"{\1}", route)))
        self.assertEqual(routes, {(one[0], one[1]) for one in make.OPERATIONS})


if __name__ == "__main__":
    unittest.main()
