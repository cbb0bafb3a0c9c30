#!/usr/bin/env python3
"""Brings locale/moothall.pot and locale/*.po up to date with what the sources say.

    tools/locale/extract.py            writes the files
    tools/locale/extract.py --missing  names what is not translated, by language

Sentences are found by xgettext in the C++ and in the C++ that templates compile to. Translations of
sentences that are gone are kept at the end of each file ("#~"), and used again when they return.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools" / "templates"), str(Path(__file__).resolve().parent)]

import compile as templates  # noqa: E402
import po  # noqa: E402

KEYWORDS = (
    "t:1 tn:1,2 translatable:1 invalid:2 malformed:1 unauthenticated:1 forbidden:1 conflict:1 gone:1".split()
)
# Where the sentences of Refusal itself are made.
OWN_KEYWORDS = {"src/base/result.hpp": ["make:3"]}

# The command line speaks English, the engines (a stage's subfolders) and tests to nobody; samples are made up.
NOT_FOR_PEOPLE = re.compile(r"src/(cli/|main\.cpp|\w+/\w+/|\w+/test_|web/style_page)")


def xgettext(folder, files, keywords):
    """The .pot text of C++ files, with paths relative to `folder`."""
    command = ["xgettext", "--language=C++", "--from-code=UTF-8", "--add-location=file", "--no-wrap", "--output=-"]
    command += ["--add-comments=For translators:", "--keyword"] + [f"--keyword={word}" for word in keywords]
    found = subprocess.run(command + files, cwd=folder, capture_output=True, text=True, check=True)
    return found.stdout


def compiled_templates(folder):
    """Writes the C++ of every stage's templates below `folder`; returns the names and the words that no
    t() holds."""
    names, words = [], []
    for path in sorted((ROOT / "src").glob("*/templates")):
        stage = path.parent.name
        if not any(path.glob("*.html")):
            continue
        _, code, compilers = templates.compile_stage(ROOT / "src", stage)
        (folder / f"{stage}_templates.cpp").write_text(code, "utf-8")
        names.append(f"{stage}_templates.cpp")
        for compiler in compilers:
            if not compiler.template.untranslated:
                words += [(compiler.template.shown_path, line, text) for line, text in compiler.reader.translatable]
    return names, words


def sources():
    """Every sentence that the sources say, as a Catalogue without translations."""
    files = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "src").glob("**/*.[ch]pp"))
    files = [name for name in files if not name.endswith("_test.cpp") and not NOT_FOR_PEOPLE.match(name)]
    catalogue = po.Catalogue()

    def add(text):
        for entry in po.parse(text).entries.values():
            entry.translations = []
            entry.notes = [note.removeprefix("For translators:").strip() for note in entry.notes]
            known = catalogue.entries.setdefault(entry.key, entry)
            if known is not entry:
                known.files += entry.files
                known.notes += [note for note in entry.notes if note not in known.notes]
                known.plural = known.plural or entry.plural

    add(xgettext(ROOT, files, KEYWORDS))
    for name, keywords in OWN_KEYWORDS.items():
        add(xgettext(ROOT, [name], keywords))
    with tempfile.TemporaryDirectory() as folder:
        names, words = compiled_templates(Path(folder))
        if names:
            # #line makes xgettext name the .html.
            add(xgettext(folder, names, KEYWORDS))
    return catalogue, words


def merged(old, found):
    """The translations of `old` for the sentences of `found`."""
    new = po.Catalogue(old.header, old.comments)
    before = {**old.kept, **old.entries}
    for key, entry in found.entries.items():
        known = before.get(key)
        fits = known and bool(known.plural) == bool(entry.plural)
        new.entries[key] = po.Entry(
            key, entry.plural, entry.files, entry.notes, known.translations if fits else []
        )
    new.kept = {
        key: entry for key, entry in before.items() if key not in new.entries and entry.translated()
    }
    return new


def main():
    found, _ = sources()
    if "--missing" in sys.argv:
        for path in sorted((ROOT / "locale").glob("*.po")):
            have = po.parse(path.read_text("utf-8")).entries
            for key in sorted(found.entries):
                if key not in have or not have[key].translated():
                    print(f"{path.stem}\t{key}")
        return
    pot = po.Catalogue("Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit", [], found.entries)
    (ROOT / "locale" / "moothall.pot").write_text(po.written(pot), "utf-8")
    for path in sorted((ROOT / "locale").glob("*.po")):
        path.write_text(po.written(merged(po.parse(path.read_text("utf-8")), found)), "utf-8")


if __name__ == "__main__":
    main()
