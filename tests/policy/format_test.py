"""Every C++ file is laid out as .clang-format says, so that a change shows only what it changes."""
import shutil
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "bench", "fuzz", "tests", "tools")


class Format(unittest.TestCase):
    @unittest.skipUnless(shutil.which("clang-format-19"), "clang-format-19 is not installed (tools/setup/install test)")
    def test_every_file_is_laid_out_by_clang_format(self):
        files = sorted(str(path) for folder in FOLDERS for end in ("cpp", "hpp") for path in (ROOT / folder).rglob(f"*.{end}")
                       if not {"node_modules", "vendor", "testdata"} & set(path.parts))
        self.assertGreater(len(files), 300)
        done = subprocess.run(["clang-format-19", "--dry-run", "--Werror", *files], capture_output=True, text=True, cwd=ROOT)
        wrong = sorted({line.split(":")[0].removeprefix(f"{ROOT}/") for line in done.stderr.splitlines() if ": error:" in line})
        self.assertEqual(wrong, [], "clang-format-19 -i mends these")
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])


if __name__ == "__main__":
    unittest.main()
