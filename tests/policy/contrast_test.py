#!/usr/bin/env python3
"""The colours of moothall.css can be told apart, by light and by night: WCAG 2.2, level AA.

1.4.3: text stands out from its ground by 4.5 to 1. 1.4.11: the edges of fields, marks of states and
bars in pictures by 3 to 1. Ratios are computed from the tokens, so that a new colour is a failed test
and not somebody who cannot read.
"""

import re
import unittest
from pathlib import Path

CSS = (Path(__file__).resolve().parents[2] / "src/web/assets/moothall.css").read_text("utf-8")

GROUNDS = ("paper", "card", "wash")
TEXT = [(text, ground) for text in ("ink", "soft", "accent", "good", "warn", "bad") for ground in GROUNDS]
TEXT += [(state, f"{state}-wash") for state in ("accent", "good", "warn", "bad")]
TEXT += [(text, f"{state}-wash") for text in ("ink", "soft") for state in ("accent", "good", "warn", "bad")]
TEXT += [("accent-ink", "accent"), ("paper", "ink")]
GROUPS = [f"group-{letter}" for letter in "abcde"]
TEXT += [("paper", group) for group in GROUPS]
MARKS = [("edge", ground) for ground in GROUNDS]
MARKS += [(group, "card") for group in GROUPS]
MARKS += [(state, ground) for state in ("accent", "good", "warn", "bad") for ground in ("line",)]


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def tokens_after(selector):
    """The colours of the block that follows a selector."""
    start = CSS.index("{", CSS.index(selector))
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", CSS[start : CSS.index("}", start)]))


class Contrast(unittest.TestCase):
    def setUp(self):
        self.light = tokens_after("\n:root {")
        self.dark = tokens_after(':root[data-theme="dark"] {')

    def test_both_ways_to_darkness_are_the_same(self):
        self.assertEqual(tokens_after(':root:not([data-theme="light"]) {'), self.dark)
        self.assertEqual(sorted(self.light), sorted(self.dark))

    def check(self, pairs, least):
        for name, tokens in (("light", self.light), ("dark", self.dark)):
            for front, ground in pairs:
                with self.subTest(theme=name, front=front, ground=ground):
                    self.assertGreaterEqual(round(contrast(tokens[front], tokens[ground]), 2), least)

    def test_text_can_be_read(self):
        self.check(TEXT, 4.5)

    def test_edges_and_marks_can_be_seen(self):
        self.check(MARKS, 3)

    def test_initials_can_be_read(self):
        hues = re.findall(r"\.hue-\d \{ background: (#[0-9a-f]{6}); color: (#[0-9a-f]{6}) \}", CSS)
        self.assertEqual(len(hues), 6)
        for ground, front in hues:
            self.assertGreaterEqual(contrast(front, ground), 4.5, ground)

    def test_no_rule_has_a_colour_of_its_own(self):
        rules = CSS[CSS.index("/* -- ground") :]
        own = re.findall(r"#[0-9a-f]{3,8}\b", re.sub(r"\.hue-\d \{[^}]*\}|@media print \{\s*:root[^}]*\}", "", rules))
        self.assertEqual(own, [])


if __name__ == "__main__":
    unittest.main()
