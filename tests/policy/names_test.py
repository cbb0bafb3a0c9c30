#!/usr/bin/env python3
"""Files that are compiled together (cmake/unity.cmake) share their unnamed namespaces, so a name there is given once.

Which files meet in one compilation changes with their sizes; here all of a stage do, so that nobody's new file breaks
the build of somebody else's."""
import re
import unittest
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNNAMED = re.compile(r"^namespace \{\n(.*?)^\} // namespace\n", re.M | re.S)
FUNCTION = re.compile(r"^(?!namespace|using|return|class|struct|enum|template|//|#)[\w:<>&*, ]+?[ &*](\w+)\(([^;{]*?)\)\n\{", re.M)
TYPE = re.compile(r"^(?:class|struct|enum class) (\w+)[^;]*?\{", re.M)
CONSTANT = re.compile(r"^(?:constexpr|const) [\w:<>&*, ]+?[ &*](\w+)(?:\[\w*\])?\s*(?:=|\{)", re.M)


def parameters(text):
    """Their types alone: overloads may share a name."""
    words = re.sub(r"\s*=[^,]*", "", re.sub(r"/\*.*?\*/", "", text))
    return tuple(re.sub(r"\W*\b\w+$", "", part.strip()) for part in words.split(",") if part.strip())


def names_of(path):
    for space in UNNAMED.finditer(path.read_text()):
        for found in FUNCTION.finditer(space[1]):
            yield found[1], parameters(found[2])
        for kind in (TYPE, CONSTANT):
            for found in kind.finditer(space[1]):
                yield found[1], None


def group_of(path):
    """Which files it meets, and in which namespace."""
    return meeting(path), re.search(r"^namespace ([\w:]+)", path.read_text() + "\nnamespace none", re.M)[1]


def meeting(path):
    if path.stem.endswith("_test"):
        return "tests"
    return "the API" if path.stem.endswith(("_api", "_json")) else "the rest"


def clashes(paths):
    files = defaultdict(lambda: defaultdict(set))
    for path in paths:
        for name, types in names_of(path):
            files[group_of(path), name][types].add(path.name)
    for (group, name), kinds in sorted(files.items()):
        all_files = set().union(*kinds.values())
        # A type or a constant shares its name with nothing.
        if None in kinds and len(all_files) > 1 or any(len(where) > 1 for where in kinds.values()):
            yield f"{group[0]}: {name} in {', '.join(sorted(all_files))}"


class Names(unittest.TestCase):
    def test_unnamed_namespaces_of_a_stage_hold_a_name_once(self):
        for stage in sorted(path for path in (ROOT / "src").iterdir() if path.is_dir()):
            for part in (stage.glob("*.cpp"), stage.glob("*/*.cpp")):
                with self.subTest(stage=stage.name):
                    self.assertEqual(list(clashes(part)), [], "Give it one home, or say in its name what it is about.")

    def test_a_clash_is_found(self):
        text = "namespace {\nint count_of(int a)\n{\n}\nstruct Wish {\n};\nconstexpr int most = 1;\n} // namespace\n"
        self.assertEqual(sum(1 for pattern in (FUNCTION, TYPE, CONSTANT) if pattern.search(text)), 3)


if __name__ == "__main__":
    unittest.main()
