#!/usr/bin/env python3
"""French says all that the sources say; no translation loses a number or a plural; no template holds
words that nobody can translate."""

import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import extract  # noqa: E402
import po  # noqa: E402

COMPLETE = ("fr", "tr", "fi")


def placeholders(text):
    return sorted(set(extract.re.findall(r"\{\d\}", text)))


class Translations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.found, cls.words = extract.sources()
        cls.catalogues = {
            path.stem: po.parse(path.read_text("utf-8"))
            for path in sorted((extract.ROOT / "locale").glob("*.po"))
        }

    def test_sentences_are_found(self):
        self.assertIn("just now", self.found.entries)
        self.assertIn("There is nothing here that you can see.", self.found.entries)

    def test_complete_languages_miss_nothing(self):
        for code in COMPLETE:
            have = self.catalogues[code].entries
            missing = [key for key in self.found.entries if key not in have or not have[key].translated()]
            self.assertEqual(missing, [], f"translate these in locale/{code}.po (run tools/locale/extract.py)")

    def test_placeholders_are_kept(self):
        for code, catalogue in self.catalogues.items():
            for entry in catalogue.entries.values():
                expected = placeholders(entry.key + entry.plural)
                for text in filter(None, entry.translations):
                    # "One voice" may leave its number out; no form may name one that is not given.
                    with self.subTest(code=code, key=entry.key):
                        if entry.plural:
                            self.assertLessEqual(set(placeholders(text)), set(expected))
                        else:
                            self.assertEqual(placeholders(text), expected)

    def test_plurals_have_all_forms(self):
        for code, catalogue in self.catalogues.items():
            for entry in catalogue.entries.values():
                if entry.translated():
                    expected = catalogue.plural_count() if entry.plural else 1
                    self.assertEqual(len(entry.translations), expected, f"{code}: {entry.key}")

    def test_no_sentence_is_both_counted_and_not(self):
        for code, catalogue in self.catalogues.items():
            for key, entry in catalogue.entries.items():
                if key in self.found.entries:
                    self.assertEqual(
                        bool(entry.plural), bool(self.found.entries[key].plural), f"{code}: {key}"
                    )

    def test_templates_hold_no_words_outside_of_t(self):
        self.assertEqual([f"{file}:{line}: {text}" for file, line, text in self.words], [])


class Files(unittest.TestCase):
    def test_what_is_written_is_read_again(self):
        catalogue = po.Catalogue("Plural-Forms: nplurals=2; plural=n > 1;")
        catalogue.entries["A \"b\"\n"] = po.Entry('A "b"\n', "", ["src/a.cpp"], ["Short."], ["Un « b »\\"])
        catalogue.entries["one"] = po.Entry("one", "many", ["src/a.cpp"], [], ["un", "plusieurs"])
        catalogue.kept["gone"] = po.Entry("gone", "", [], [], ["parti"])
        text = po.written(catalogue)
        again = po.parse(text)
        self.assertEqual(again.entries, catalogue.entries)
        self.assertEqual(again.kept, catalogue.kept)
        self.assertEqual(po.written(again), text)

    def test_translations_survive_a_sentence_that_comes_back(self):
        old = po.Catalogue("x", [], {"a": po.Entry("a", "", ["f"], [], ["un"])})
        without = extract.merged(old, po.Catalogue())
        self.assertEqual(list(without.kept), ["a"])
        back = extract.merged(without, po.Catalogue("", [], {"a": po.Entry("a", "", ["g"])}))
        self.assertEqual(back.entries["a"].translations, ["un"])
        self.assertEqual(back.kept, {})


if __name__ == "__main__":
    unittest.main()
