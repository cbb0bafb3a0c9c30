"""Reads and writes gettext's .po files, always in the same way: no dates, no line numbers, so that a
difference between two versions is a difference of words."""

import re
from dataclasses import dataclass, field

ESCAPES = {"\\": "\\", '"': '"', "n": "\n", "t": "\t", "r": "\r"}


@dataclass
class Entry:
    """One sentence: its key, its plural if it has one, where it is said, and what it is called here."""

    key: str
    plural: str = ""
    files: list = field(default_factory=list)
    notes: list = field(default_factory=list)  # for translators, lines that start with "#. "
    translations: list = field(default_factory=list)  # one, or one for each plural form

    def translated(self):
        return bool(self.translations) and all(self.translations)


@dataclass
class Catalogue:
    header: str = ""
    comments: list = field(default_factory=list)  # lines before the header
    entries: dict = field(default_factory=dict)  # in use, by key
    kept: dict = field(default_factory=dict)  # translations of what the sources no longer say

    def plural_count(self):
        match = re.search(r"nplurals=(\d+)", self.header)
        return int(match.group(1)) if match else 0


def unquoted(text):
    body = re.fullmatch(r'\s*"(.*)"\s*', text).group(1)
    return re.sub(r"\\(.)", lambda match: ESCAPES[match.group(1)], body)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def parse(text):
    """A Catalogue from the text of a .po or .pot file."""
    catalogue = Catalogue()
    for block in re.split(r"\n\s*\n", text.strip()):
        obsolete = all(line.startswith("#~") for line in block.splitlines() if not line.startswith("#."))
        entry, target, values, comments = Entry(""), None, {}, []
        for line in block.splitlines():
            if line.startswith("#:"):
                entry.files += [re.sub(r":\d+$", "", name) for name in line[2:].split()]
                continue
            if line.startswith("#."):
                entry.notes.append(line[2:].strip())
                continue
            if line.startswith("#~"):
                line = line[2:].strip()
            elif line.startswith("#"):
                comments.append(line)
                continue
            match = re.match(r"(msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+(.*)", line)
            if match:
                target = match.group(1)
                values[target] = unquoted(match.group(2))
            elif line.strip() and target:
                values[target] += unquoted(line)
        if "msgid" not in values:
            continue
        entry.key, entry.plural = values["msgid"], values.get("msgid_plural", "")
        entry.translations = [values[name] for name in sorted(values) if name.startswith("msgstr")]
        if not entry.key:
            catalogue.header, catalogue.comments = "".join(entry.translations), comments
        elif obsolete:
            catalogue.kept[entry.key] = entry
        else:
            catalogue.entries[entry.key] = entry
    return catalogue


def written(catalogue):
    """The text of a .po file: entries by the file that says them first, then by key."""
    lines = list(catalogue.comments) + ['msgid ""', 'msgstr ""']
    lines += [quoted(line + "\n") for line in catalogue.header.strip().split("\n")]
    plural_count = catalogue.plural_count() or 2
    for entry in sorted(catalogue.entries.values(), key=lambda one: (sorted(one.files)[:1], one.key)):
        lines.append("")
        lines += [f"#. {note}" for note in entry.notes]
        lines += [f"#: {name}" for name in sorted(set(entry.files))]
        lines += _body(entry, plural_count, "")
    for entry in sorted(catalogue.kept.values(), key=lambda one: one.key):
        lines += [""] + _body(entry, plural_count, "#~ ")
    return "\n".join(lines) + "\n"


def _body(entry, plural_count, prefix):
    lines = [f"msgid {quoted(entry.key)}"]
    if entry.plural:
        lines.append(f"msgid_plural {quoted(entry.plural)}")
        given = entry.translations + [""] * (plural_count - len(entry.translations))
        lines += [f"msgstr[{at}] {quoted(text)}" for at, text in enumerate(given)]
    else:
        lines.append(f"msgstr {quoted(entry.translations[0] if entry.translations else '')}")
    return [prefix + line for line in lines]
