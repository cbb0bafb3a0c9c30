"""The texts that the tables are fitted to, read out of packages and of this project.

Only texts under CC0, CC BY, MIT or Apache-2.0, and our own, so that nobody has to argue about what a
table fitted to them may be used for. Each source says its licence; `SOURCES` is what NOTICE.md is
written from. No text ends up in a table.
"""
import csv
import glob
import gzip
import html
import json
import os
import random
import re
import zipfile

import everyday

LANGUAGES = ("en", "fr", "tr", "fi", "de", "es")


class Source:
    """Where texts come from: what NOTICE.md says of it."""

    def __init__(self, name, version, licence, what):
        self.name, self.version, self.licence, self.what = name, version, licence, what


SOURCES = {
    source.name: source for source in (
        Source("google-api-python-client", "2.202.0", "Apache-2.0", "what Google's services say of their operations and fields"),
        Source("botocore", "1.44.5", "Apache-2.0", "the same of Amazon's services"),
        Source("msgraph-sdk", "1.65.0", "MIT", "the same of Microsoft's: letters, calendars, tasks, groups"),
        Source("stripe", "16.1.0", "MIT", "what a payment service says of cards, refunds and disputes"),
        Source("twilio", "9.13.0", "MIT", "what a telephone service says of calls and messages"),
        Source("homeassistant", "2024.3.3", "Apache-2.0", "sentences of a program for houses, in six languages"),
        Source("home-assistant-frontend", "20250109.2", "Apache-2.0", "sentences of its pages, in six languages"),
        Source("home-assistant-intents", "2026.10.27", "Apache-2.0", "what people say to it, in six languages"),
        Source("apache-superset", "6.1.0", "Apache-2.0", "sentences of a program for charts, in five languages"),
        Source("apache-airflow-core", "3.3.2", "Apache-2.0", "sentences of a program for schedules, in five languages"),
        Source("Banking77 (training part)", "", "CC BY 4.0", "what people ask their bank; PolyAI-LDN/task-specific-datasets"),
        Source("HWU64", "", "CC BY 4.0", "what people say to an assistant; xliuhw/NLU-Evaluation-Data"),
        Source("Moothall", "", "our own", "sentences of its pages in four languages, its sample, its manual, everyday.py"),
    )
}


def tidied(text):
    text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)       # a link is its words
    text = re.sub(r"https?://\S+", " ", text)
    text = re.sub(r"[`*_#|]+", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def sentences_of(text, words_min=3, words_max=32):
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ¿¡])|\n\s*\n", tidied(text)):
        sentence = sentence.strip(" -–:")
        count = len(sentence.split())
        if words_min <= count <= words_max and sum(c.isalpha() or c.isspace() for c in sentence) > 0.85 * len(sentence):
            yield sentence


def in_json(value, key):
    """All texts that stand under a key, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key and isinstance(inner, str):
                yield inner
            else:
                yield from in_json(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from in_json(inner, key)


def leaves(value, path=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}/{name}")
    elif isinstance(value, str):
        yield path, value


class Packages:
    """The folder into which pip has put them."""

    def __init__(self, folder):
        self.folder = folder

    def open(self, name):
        source = SOURCES[name]
        wheels = glob.glob(f"{self.folder}/{name.replace('-', '_')}-{source.version}-*.whl")
        if not wheels:
            raise FileNotFoundError(f"{name} {source.version} is not in {self.folder}")
        return zipfile.ZipFile(wheels[0])


# --- English ---------------------------------------------------------------------------------


def some_files(package, pattern, count, random_source):
    """So many of the files of a package, as reading all of them takes minutes and says little more."""
    names = sorted(name for name in package.namelist() if re.search(pattern, name))
    return sorted(random_source.sample(names, min(count, len(names))))


def google(packages, random_source):
    with packages.open("google-api-python-client") as package:
        for name in some_files(package, r"/documents/.*\.json$", 150, random_source):
            for text in in_json(json.loads(package.read(name)), "description"):
                yield from sentences_of(text)


def amazon(packages, random_source):
    with packages.open("botocore") as package:
        for name in some_files(package, r"/service-2\.json\.gz$", 100, random_source):
            for text in in_json(json.loads(gzip.decompress(package.read(name))), "documentation"):
                yield from sentences_of(text)


def docstrings(packages, name, random_source, comment=False):
    with packages.open(name) as package:
        for path in some_files(package, r"\.py$", 1_500, random_source):
            text = package.read(path).decode("utf-8", "replace")
            found = re.findall(r"^\s*# (.+)$", text, re.M) if comment else re.findall(r'"""(.*?)"""', text, re.S)
            for part in found:
                for sentence in sentences_of(re.sub(r":(param|returns?|rtype)[^:]*:", " ", part)):
                    if not re.search(r"[a-z][A-Z]|\brecords from the API\b", sentence):
                        yield sentence


# "Creates a refund." is what a service says; "How do I create a refund?" is what people ask.
FRAMES = ("How do I {}?", "How can I {}?", "I cannot {}.", "Why can't I {}?", "I want to {}.", "Please let me {}.",
          "Is there a way to {}?", "It should be possible to {}.", "I tried to {} but it failed.", "Can you {} for me?",
          "Where do I {}?", "It takes too long to {}.", "Nobody told me how to {}.", "help me {}", "I need to {}")


def asked(sentences, random_source):
    for sentence in sentences:
        words = sentence.rstrip(".").split()
        first = words[0]
        if not 3 <= len(words) <= 14 or not re.fullmatch(r"[A-Z][a-z]+s", first) or first.endswith("ss"):
            continue
        if first.lower() in ("this", "is", "has", "contains", "specifies", "represents", "describes", "indicates",
                             "defines", "details", "settings", "options", "does", "was", "returns", "denotes"):
            continue
        verb = first.lower()
        verb = verb[:-3] + "y" if verb.endswith("ies") else verb[:-2] if re.search(r"(ch|sh|ss|x|z)es$", verb) else verb[:-1]
        yield random_source.choice(FRAMES).format(" ".join([verb, *words[1:]]))


# --- Many languages --------------------------------------------------------------------------


def house_sentences(packages):
    """{(file, key): {language: text}} of homeassistant and of its pages."""
    strings = {}
    with packages.open("homeassistant") as package:
        for name in package.namelist():
            found = re.search(r"^(.*)/translations/([a-z]{2})\.json$", name)
            if found and found[2] in LANGUAGES:
                for path, text in leaves(json.loads(package.read(name))):
                    strings.setdefault((found[1], path), {})[found[2]] = text
    with packages.open("home-assistant-frontend") as package:
        for name in package.namelist():
            found = re.search(r"/static/translations/(.*?)([a-z]{2})-[0-9a-f]{32}\.json$", name)
            if found and found[2] in LANGUAGES:
                for path, text in leaves(json.loads(package.read(name))):
                    strings.setdefault((found[1], path), {})[found[2]] = text
    return strings


def without_slots(text):
    return tidied(re.sub(r"\{[^{}]*\}|%\([a-z_]+\)[sd]|%[sd]", " ", re.sub(r"\{\{[^{}]*\}\}", " ", text)))


SLOTS = {"en": {"name": "lamp", "area": "kitchen", "floor": "ground floor"},
         "fr": {"name": "lampe", "area": "cuisine", "floor": "rez-de-chaussée"},
         "tr": {"name": "lamba", "area": "mutfak", "floor": "zemin kat"},
         "fi": {"name": "lamppu", "area": "keittiö", "floor": "pohjakerros"},
         "de": {"name": "Lampe", "area": "Küche", "floor": "Erdgeschoss"},
         "es": {"name": "lámpara", "area": "cocina", "floor": "planta baja"}}


def spoken(template, words, random_source):
    """One of the sentences of a template such as "(turn|switch) on [the] {name}"."""
    for _ in range(60):
        found = re.search(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]", template)
        if not found:
            break
        choices = (found[1] if found[1] is not None else "|" + found[2]).split("|")
        template = template[:found.start()] + random_source.choice(choices) + template[found.end():]
    if "<" in template or "(" in template or "[" in template:
        return None
    text = re.sub(r"\{([a-z_]+)[^{}]*\}", lambda slot: words.get(slot[1], ""), template.replace(";", " "))
    return re.sub(r"\s+", " ", text).strip()


def spoken_to_a_house(packages, language, random_source):
    with packages.open("home-assistant-intents") as package:
        data = json.loads(package.read(f"home_assistant_intents/data/{language}.json"))
    rules = {name: rule if isinstance(rule, str) else rule.get("sentence", "")
             for name, rule in data.get("expansion_rules", {}).items()}
    for intent in data.get("intents", {}).values():
        for part in intent.get("data", []):
            for template in part.get("sentences", []):
                for _ in range(2):
                    text = template
                    for _ in range(8):
                        text = re.sub(r"<([a-z_0-9]+)>", lambda rule: rules.get(rule[1], ""), text)
                    text = spoken(text, SLOTS[language], random_source)
                    if text and len(text.split()) >= 2:
                        yield text


def po_entries(text):
    """(msgid, msgstr) of a catalogue; of plurals the last form."""
    for block in re.split(r"\n\s*\n", text):
        if "#, fuzzy" in block:
            continue
        fields = {}
        name = None
        for line in block.splitlines():
            begin = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"$', line)
            if begin:
                name, part = begin[1], begin[2]
                fields[name] = part
            elif name and (more := re.match(r'"(.*)"$', line)):
                fields[name] += more[1]
        read = lambda value: json.loads(f'"{value}"') if value else ""
        source = fields.get("msgid_plural") or fields.get("msgid")
        target = fields.get("msgstr[1]") or fields.get("msgstr[0]") or fields.get("msgstr")
        if source and target:
            yield read(source), read(target)


def chart_sentences(packages):
    strings = {}
    with packages.open("apache-superset") as package:
        for language in LANGUAGES:
            path = f"superset/translations/{language}/LC_MESSAGES/messages.po"
            if path in package.namelist():
                for english, text in po_entries(package.read(path).decode("utf-8")):
                    strings.setdefault(("superset", english), {"en": english})[language] = text
    with packages.open("apache-airflow-core") as package:
        for name in package.namelist():
            found = re.search(r"i18n/locales/([a-z]{2})/([a-z]+)\.json$", name)
            if found and found[1] in LANGUAGES:
                for path, text in leaves(json.loads(package.read(name))):
                    strings.setdefault((found[2], path), {})[found[1]] = text
    return strings


def own_sentences(project):
    strings = {}
    for language in LANGUAGES:
        path = f"{project}/locale/{language}.po"
        if language != "en" and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for english, text in po_entries(file.read()):
                    strings.setdefault(("moothall", english), {"en": english})[language] = text
    return strings


def own_english(project):
    for path in sorted(glob.glob(f"{project}/docs/**/*.md", recursive=True) + glob.glob(f"{project}/src/sample/data/*")):
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file.read().split("\n"):
                yield from sentences_of(line)


# --- What is fitted --------------------------------------------------------------------------


def column(path, name):
    with open(path, encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def distinct(texts):
    seen = set()
    for text in texts:
        text = text.strip()
        key = re.sub(r"\W+", " ", text.lower()).strip()
        if key and key not in seen:
            seen.add(key)
            yield text


def some(texts, count, random_source):
    texts = sorted(distinct(texts))
    random_source.shuffle(texts)
    return texts[:count]


def english_texts(packages, project, data, random_source):
    """What the English table is fitted to: {source: texts}."""
    services = {"google-api-python-client": list(google(packages, random_source)),
                "botocore": list(amazon(packages, random_source))}
    questions = some(asked(services["google-api-python-client"] + services["botocore"], random_source), 6_000, random_source)
    house = [without_slots(text["en"]) for text in house_sentences(packages).values() if "en" in text]
    charts = [without_slots(text["en"]) for text in chart_sentences(packages).values() if "en" in text]
    ours = [without_slots(text["en"]) for text in own_sentences(project).values()]
    return {
        "Banking77 (training part)": list(distinct(column(f"{data}/sense/banking77_train.tsv", "text"))),
        "HWU64": list(distinct(column(f"{data}/sense/hwu64_kfold1.tsv", "text"))),
        "google-api-python-client": some(services["google-api-python-client"], 10_000, random_source),
        "botocore": some(services["botocore"], 6_000, random_source),
        "google-api-python-client and botocore, as questions": questions,
        "msgraph-sdk": some(docstrings(packages, "msgraph-sdk", random_source, comment=True), 4_000, random_source),
        "stripe": some(docstrings(packages, "stripe", random_source), 5_000, random_source),
        "twilio": some(docstrings(packages, "twilio", random_source), 2_000, random_source),
        "homeassistant": some((text for text in house if 3 <= len(text.split()) <= 30), 5_000, random_source),
        "home-assistant-intents": some(spoken_to_a_house(packages, "en", random_source), 2_000, random_source),
        "apache-superset": some((text for text in charts if 3 <= len(text.split()) <= 30), 2_500, random_source),
        "Moothall": some([*ours, *own_english(project)], 6_000, random_source),
        "Moothall, everyday.py": some(everyday.sentences(random_source), 8_000, random_source),
    }


def texts_of_six(packages, project, random_source, groups_max):
    """What the table of six languages is fitted to: groups of one meaning, {language: text}.

    Of the packages' groups some, those in many languages first; of ours all.
    """
    groups = []
    for strings in (house_sentences(packages), chart_sentences(packages), own_sentences(project)):
        listed = []
        for key in sorted(strings):
            group = {language: without_slots(text) for language, text in strings[key].items()}
            english = group.get("en", "")
            if not 2 <= len(english.split()) <= 30:
                continue
            group = {language: text for language, text in group.items()
                     if 1 <= len(text.split()) <= 30 and (language == "en" or text != english)}
            if len(group) > 1:
                listed.append(group)
        random_source.shuffle(listed)
        seen, kept = set(), []
        for group in sorted(listed, key=lambda group: (len(group["en"].split()) < 3, -len(group))):
            if group["en"].lower() not in seen:
                seen.add(group["en"].lower())
                kept.append(group)
        groups += kept[:groups_max]
    for language in LANGUAGES:
        groups += [{language: text} for text in some(spoken_to_a_house(packages, language, random_source), 600, random_source)]
    return groups
