"""Reads the sources and holds them to the map: who may include whom, and what reaches a header."""
import re
import unittest
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"
ORDER = ["base", "text", "store", "record", "jobs", "web", "people", "files", "write", "hear", "sense", "decide", "organise", "act",
         "tell", "learn", "hall", "sample", "cli"]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
# What other stages may include of a stage beside its one header, until each stage has pages of its own.
MOUNTING = {"api.hpp", "pages.hpp", "templates.hpp"}


def sources():
    for path in sorted(SRC.rglob("*")):
        if path.suffix in (".cpp", ".hpp"):
            yield path, path.relative_to(SRC).parts


class Includes(unittest.TestCase):
    def test_a_folder_includes_only_folders_to_its_left(self):
        wrong = []
        for path, parts in sources():
            if len(parts) < 2:
                continue
            for mark, name in INCLUDE.findall(path.read_text()):
                other = name.split("/")[0]
                if mark == '"' and "/" in name and other in ORDER and ORDER.index(other) > ORDER.index(parts[0]):
                    wrong.append(f"{'/'.join(parts)} includes {name}")
        self.assertEqual(wrong, [])

    def test_engines_see_only_base_and_text_and_themselves(self):
        wrong = []
        for path, parts in sources():
            if len(parts) < 3 or parts[0] not in ("files", "sense", "decide"):
                continue
            for mark, name in INCLUDE.findall(path.read_text()):
                other = name.split("/")[0]
                if mark == '"' and "/" in name and other in ORDER and other not in ("base", "text", parts[0]):
                    wrong.append(f"{'/'.join(parts)} includes {name}")
        self.assertEqual(wrong, [])

    def test_beast_and_asio_stay_in_the_http_layer(self):
        wrong = []
        for path, parts in sources():
            for _, name in INCLUDE.findall(path.read_text()):
                if name.startswith(("boost/asio", "boost/beast")) and not (parts[0] == "web" and parts[1].startswith("server")):
                    wrong.append(f"{'/'.join(parts)} includes {name}")
        self.assertEqual(wrong, [])

    def test_no_file_outgrows_one_sitting(self):
        long = [f"{'/'.join(parts)}: {count}" for path, parts in sources() if (count := path.read_text().count("\n")) > 700]
        self.assertEqual(long, [])

    def test_every_api_route_is_documented(self):
        documented = (SRC.parent / "docs" / "api.md").read_text()
        missing = []
        for path, parts in sources():
            if parts[-1].endswith("_test.cpp") or parts[-1].startswith("test_"):
                continue
            for route in re.findall(r'router\.(?:get|post|put|patch|del)\("/api/v1(/[^"]+)"', path.read_text()):
                last = route.split("/")[1]
                if f"/{last}" not in documented:
                    missing.append(route)
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main()
