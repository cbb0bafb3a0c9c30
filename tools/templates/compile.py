#!/usr/bin/env python3
"""Compiles src/STAGE/templates/*.html into typed C++ functions that write HTML.

    compile.py --source SRC --stage NAME --output DIR      makes DIR/templates.hpp and DIR/templates.cpp

docs/templates.md describes the language, docs/decisions/0004-templates.md why it is our own.
"""

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import expression  # noqa: E402
from markup import Reader, Refused, merged  # noqa: E402

DECLARATION = re.compile(
    r"\{%\s*template\s+(\w+)\s*\((.*?)\)((?:\s*include(?:\s+\"[^\"]+\")+)*)\s*(untranslated)?\s*%\}", re.DOTALL
)
PIECE = re.compile(r"\{\{|\{%|\{#")
PLACEHOLDER = re.compile(r"\{(\d+)\}")


class TemplateError(Exception):
    """A refusal with its file and line, as compilers say it."""


class Template:
    """One .html file: its declaration, and its C++ once compile() ran."""

    def __init__(self, source, stage, path):
        self.source, self.stage, self.path = source, stage, path
        self.text = path.read_text(encoding="utf-8")
        self.shown_path = path.relative_to(source.parent).as_posix()
        match = DECLARATION.match(self.text)
        if not match:
            self.fail(1, 'the first line is {% template NAME(parameters) include "header" %}')
        self.name, parameters = match.group(1), match.group(2)
        expected = path.stem.removeprefix("_")
        if self.name != expected:
            self.fail(1, f"the template of {path.name} is called {expected}, so that it is found by its name")
        self.parameters = expression.split_arguments(" ".join(parameters.split()))
        for parameter in self.parameters:
            if re.search(r"[=;{}]", parameter) or re.search(r"\b(out|language|loop)$", parameter):
                self.fail(1, f"the parameter {parameter!r} is not possible here")
        self.headers = re.findall(r'"([^"]+)"', match.group(3) or "")
        self.untranslated = bool(match.group(4))
        self.body_at = match.end()
        self.body_line = 1 + self.text.count("\n", 0, match.end())

    def fail(self, line, why):
        raise TemplateError(f"{self.shown_path}:{line}: error: {why}")

    def blocks(self):
        """Names of the holes a layout has, in the order of its function's last parameters."""
        if re.search(r"\{%\s*extends\b", self.text):
            return []
        return re.findall(r"\{%\s*block\s+(\w+)\s*%\}", self.text)

    def signature(self, name=None):
        parameters = ["web::Writer& out", "[[maybe_unused]] const web::Language& language"]
        parameters += self.parameters + [f"web::Block {block}_block" for block in self.blocks()]
        return f"void {name or self.name}({', '.join(parameters)})"


class Library:
    """Finds templates of all stages by the name in the source: "hear/_card.html"."""

    def __init__(self, source):
        self.source = source
        self.read = {}

    def find(self, name):
        if name not in self.read:
            stage, _, file = name.partition("/")
            path = self.source / stage / "templates" / file
            if not file or "/" in file or not path.is_file():
                raise Refused(f'there is no template "{name}" (src/{stage}/templates/{file})')
            self.read[name] = Template(self.source, stage, path)
        return self.read[name]


class Compiler:
    """Turns one template's body into the lines of a C++ function. One pass, recursive descent."""

    def __init__(self, template, library):
        self.template, self.library = template, library
        self.reader = Reader()
        self.reader.line = template.body_line
        self.used_stages = set()
        self.lines = []  # of C++
        self.literal = ""
        self.loops = []  # names of the counters of loops, innermost last
        self.counter = 0
        self.depth = 1
        self.pieces = list(self._split())
        self.next = 0

    # -- pieces --------------------------------------------------------------------------------

    def _split(self):
        """(kind, text, line): kind is text, expression or statement. Comments are left out."""
        text, at, line = self.template.text, self.template.body_at, self.template.body_line
        while at < len(text):
            match = PIECE.search(text, at)
            end = match.start() if match else len(text)
            if end > at:
                yield "text", text[at:end], line
                line += text.count("\n", at, end)
            if not match:
                return
            opening = match.group()
            close = self._find_end(text, end + 2, {"{{": "}}", "{%": "%}", "{#": "#}"}[opening], line)
            inner = text[end + 2 : close]
            if opening == "{{":
                yield "expression", inner.strip(), line
            elif opening == "{%":
                yield "statement", inner.strip(), line
            else:
                yield "comment", inner, line
            line += inner.count("\n")
            at = close + 2

    def _find_end(self, text, at, closing, line):
        quoted = False
        while at < len(text):
            if quoted and text[at] == "\\":
                at += 1
            elif text[at] == '"' and closing != "#}":
                quoted = not quoted
            elif not quoted and text.startswith(closing, at):
                return at
            at += 1
        return self.template.fail(line, f"{closing} is missing")

    # -- C++ -----------------------------------------------------------------------------------

    def flush(self):
        if self.literal:
            self.lines.append((None, f'out.markup("{escaped(self.literal)}");', self.depth))
            self.literal = ""

    def emit(self, code, line=None):
        self.flush()
        self.lines.append((line, code, self.depth))

    def call(self, text, line):
        return expression.compiled(text, self.loops)

    # -- grammar -------------------------------------------------------------------------------

    def compile(self):
        line = self.template.body_line
        try:
            if self._starts_with_extends():
                self._extends()
            else:
                self.body(())
                self.literal = self.literal.rstrip() if self.reader.place.kind == "text" else self.literal
                self.reader.finished()
                self.flush()
        except Refused as refused:
            line = self._line()
            self.template.fail(line, str(refused))
        return self.lines

    def _line(self):
        """Of the piece being read; inside literal text the reader has counted further."""
        piece = self.pieces[min(self.next, len(self.pieces)) - 1] if self.pieces else None
        if piece is None:
            return self.template.body_line
        return self.reader.line if piece[0] == "text" else piece[2]

    def _starts_with_extends(self):
        for kind, text, _ in self.pieces:
            if kind == "comment" or (kind == "text" and not text.strip()):
                continue
            return kind == "statement" and text.split()[0] == "extends"
        return False

    def body(self, ends):
        """Compiles pieces until a statement in `ends`; returns it as (word, rest, line)."""
        while self.next < len(self.pieces):
            kind, text, line = self.pieces[self.next]
            self.next += 1
            if kind == "text":
                self.reader.line = line
                self.literal += self.reader.read(text)
            elif kind == "expression":
                call = self.reader.writer_call()
                self.emit(f"out.{call}({self.call(text, line)});", line)
            elif kind == "statement":
                word, _, rest = text.partition(" ")
                rest = rest.strip()
                if word in ends:
                    return word, rest, line
                self.reader.statement()
                handler = getattr(self, "_do_" + word, None)
                if not handler:
                    raise Refused(f"{{% {word} %}} is not known here")
                handler(rest, line)
            elif self.reader.place.kind not in ("text", "value", "rcdata"):
                self.reader.statement()
        if ends:
            raise Refused(f"{{% {ends[-1]} %}} is missing")
        return None

    def _do_if(self, condition, line):
        start, after = self.reader.place, None
        self.emit(f"if ({self.call(condition, line)}) {{", line)
        has_else = False
        while True:
            self.depth += 1
            word, rest, end_line = self.body(("elif", "else", "endif"))
            self.flush()
            self.depth -= 1
            after = self._merge(after, self.reader.place, end_line)
            if word == "endif":
                break
            if has_else:
                raise Refused("nothing but {% endif %} comes after {% else %}")
            self.reader.place = start
            self.reader.space_shows = True
            has_else = word == "else"
            test = "" if has_else else f" if ({self.call(rest, end_line)})"
            self.emit(f"}} else{test} {{", end_line)
        self.emit("}", end_line)
        if not has_else:
            after = self._merge(after, start, end_line)
        self.reader.place = after
        self.reader.space_shows = True

    def _merge(self, first, second, line):
        both = second if first is None else merged(first, second)
        if both is None:
            raise Refused("the branches end in different places of the markup: each must close what it opens")
        return both

    def _do_for(self, head, line):
        match = re.fullmatch(r"(\w+(?:\s*,\s*\w+)*)\s+in\s+(.+)", head, re.DOTALL)
        if not match:
            raise Refused("a loop is {% for name in list %}")
        names, range_text = match.groups()
        if re.search(r"\)\s*(?:\.|->)\s*\w+\s*\(", range_text):
            raise Refused("a call on the result of a call: what it refers to is gone before the loop runs")
        range_code = self.call(range_text, line)
        names = [name.strip() for name in names.split(",")]
        binding = names[0] if len(names) == 1 else "[" + ", ".join(names) + "]"
        self.counter += 1
        number = f"number_{self.counter}_"
        start = self.reader.place
        # Braces, so that the counter ends with the loop.
        self.emit(f"{{ [[maybe_unused]] int {number} = 0;", line)
        self.emit(f"for (const auto& {binding} : {range_code}) {{ ++{number};", line)
        self.loops.append(number)
        self.depth += 1
        word, rest, end_line = self.body(("else", "endfor"))
        self.flush()
        self.loops.pop()
        after = self._merge(start, self.reader.place, end_line)
        self.depth -= 1
        if word == "else":
            self.emit(f"}} if ({number} == 0) {{", end_line)
            self.reader.place = start
            self.reader.space_shows = True
            self.depth += 1
            word, rest, end_line = self.body(("endfor",))
            self.flush()
            self.depth -= 1
            after = self._merge(after, self.reader.place, end_line)
        self.emit("} }", end_line)
        self.reader.place = after
        self.reader.space_shows = True

    def _do_let(self, head, line):
        match = re.fullmatch(r"(\w+)\s*=\s*(.+)", head, re.DOTALL)
        if not match or match.group(1) in ("out", "language", "loop"):
            raise Refused("a name is given as {% let name = expression %}")
        self.emit(f"const auto& {match.group(1)} = {self.call(match.group(2), line)};", line)

    def _do_include(self, head, line):
        match = re.fullmatch(r'"([^"]+)"\s*(.*)', head, re.DOTALL)
        if not match:
            raise Refused('a part is included as {% include "stage/_part.html" arguments %}')
        if self.reader.place.kind != "text":
            raise Refused("a part is included where text may stand")
        other = self._other(match.group(1))
        if other.blocks():
            raise Refused("a layout is extended, not included")
        self.emit(f"{self._function(other)}({self._arguments(match.group(2), line)});", line)
        self.reader.space_shows = True

    def _other(self, name):
        other = self.library.find(name)
        if other.stage != self.template.stage:
            self.used_stages.add(other.stage)
        return other

    @staticmethod
    def _function(other):
        return f"moothall::{other.stage}::html::{other.name}"

    def _arguments(self, text, line):
        arguments = [self.call(part, line) for part in expression.split_arguments(text)]
        return ", ".join(["out", "language"] + arguments)

    def _do_block(self, name, line):
        """A hole of a layout: what the page put there, or what stands here."""
        if self.reader.place.kind != "text":
            raise Refused("a block stands where text may stand")
        self.emit(f"if ({name}_block) {name}_block(); else {{", line)
        self._contained(("endblock",), "}")

    def _contained(self, ends, closing):
        """A part that must leave the markup as it found it."""
        start = self.reader.place
        self.depth += 1
        self.reader.space_shows = False
        result = self.body(ends)
        if self.reader.place.kind == "text":
            self.literal = self.literal.rstrip()
        self.flush()
        self.depth -= 1
        if not start.same_as(self.reader.place):
            raise Refused("what is opened in here must be closed in here")
        if closing:
            self.emit(closing, result[2])
        self.reader.space_shows = True
        return result

    def _do_t(self, sentence, line):
        """A sentence with markup in it: {% t "By {1}" %}{% 1 %}<b>…</b>{% endt %}."""
        strings = list(expression.tokens(sentence))
        if [kind for kind, _ in strings] != ["string"]:
            raise Refused('a sentence with markup is {% t "By {1}" %}{% 1 %}…{% endt %}')
        self._sentence(f"language.t({strings[0][1]})", strings[0][1], 1, line, "endt")

    def _do_tn(self, head, line):
        parts = expression.split_arguments(head)
        if len(parts) != 3 or not all(part.startswith('"') for part in parts[:2]):
            raise Refused('counted: {% tn "{1} voice by {2}", "{1} voices by {2}", count %}{% 2 %}…{% endtn %}')
        self._sentence(f"language.tn({self.call(head, line)})", parts[1], 2, line, "endtn")

    def _sentence(self, pattern, literal, first, line, end):
        if self.reader.place.kind != "text":
            raise Refused("a sentence with markup stands where text may stand")
        used = {int(number) for number in PLACEHOLDER.findall(literal)} - set(range(1, first))
        expected = sorted(used)
        ends = tuple(str(number) for number in expected) + (end,)
        kind, text, at = self._skip_to_statement()
        self.emit(f"out.sentence({pattern}, {first}, {{", line)
        for number in expected:
            if text != str(number):
                raise Refused(f"the sentence's part {{% {number} %}} comes here")
            self.emit("[&] {", at)
            text, _, at = self._contained(ends, "},")
        if text != end:
            raise Refused(f"{{% {end} %}} comes here: the sentence has no part {text}")
        self.emit("});", at)
        self.reader.space_shows = True

    def _skip_to_statement(self):
        while self.next < len(self.pieces):
            kind, text, line = self.pieces[self.next]
            self.next += 1
            if kind == "statement":
                return kind, text, line
            if kind == "expression" or (kind == "text" and text.strip()):
                break
        raise Refused("between the sentence and its first part nothing stands")

    def _extends(self):
        kind, text, line = self._skip_to_statement()
        match = re.fullmatch(r'extends\s+"([^"]+)"\s*(.*)', text, re.DOTALL)
        if not match:
            raise Refused('a layout is used as {% extends "web/layout.html" arguments %}')
        layout = self._other(match.group(1))
        names = layout.blocks()
        if not names:
            raise Refused(f'"{match.group(1)}" has no {{% block %}}')
        given = {}
        arguments = self._arguments(match.group(2), line)
        while self.next < len(self.pieces):
            kind, text, at = self.pieces[self.next]
            self.next += 1
            if kind == "comment" or (kind == "text" and not text.strip()):
                continue
            word, _, name = text.partition(" ")
            name = name.strip()
            if kind != "statement" or word not in ("block", "let"):
                raise Refused("a page that extends a layout holds {% block %}s and nothing beside them")
            if word == "let":
                self._do_let(name, at)
                continue
            if name not in names or name in given:
                raise Refused(f"the layout has the blocks {', '.join(names)}, each once; not {name!r}")
            outer, self.lines = self.lines, []
            self.depth += 1
            end = self._contained(("endblock",), None)
            self.depth -= 1
            given[name], self.lines = (self.lines, at, end[2]), outer
        self.emit(f"{self._function(layout)}({arguments}", line)
        for name in names:
            if name not in given:
                self.emit(", web::Block{}", None)
                continue
            lines, start, end = given[name]
            self.emit(", [&] {", start)
            self.lines += lines
            self.emit("}", end)
        self.emit(");", None)


def escaped(text):
    """The inside of a C++ string literal."""
    out = []
    for character in text:
        if character in '"\\':
            out.append("\\" + character)
        elif character == "\n":
            out.append("\\n")
        elif character == "\t":
            out.append("\\t")
        else:
            out.append(character)
    return "".join(out)


def compile_stage(source, stage):
    """The header and the C++ of all templates of a stage, and the compilers (for their words)."""
    library = Library(source)
    templates = []
    for path in sorted((source / stage / "templates").glob("*.html")):
        templates.append(library.find(f"{stage}/{path.name}"))
    by_name = {}
    for template in templates:
        if template.name in by_name:
            template.fail(1, f"{by_name[template.name].path.name} makes a function of this name, too")
        by_name[template.name] = template
    compilers = [Compiler(template, library) for template in templates]
    bodies = [compiler.compile() for compiler in compilers]

    headers = sorted({header for template in templates for header in template.headers})
    header = ["// Made by tools/templates/compile.py; do not edit.", "#pragma once", ""]
    header += [f'#include "{name}"' for name in ["web/language.hpp", "web/writer.hpp"]]
    header += [f'#include "{name}"' for name in headers if name not in ("web/language.hpp", "web/writer.hpp")]
    header += ["", f"namespace moothall::{stage}::html {{", ""]
    for template in templates:
        header += [f"/// {template.shown_path}", template.signature() + ";"]
    header += ["", f"}} // namespace moothall::{stage}::html", ""]

    stages = sorted(set().union(*(compiler.used_stages for compiler in compilers)) if compilers else [])
    code = ["// Made by tools/templates/compile.py; do not edit.", f'#include "{stage}/templates.hpp"', ""]
    code += [f'#include "{other}/templates.hpp"' for other in stages]
    code += ["", f"namespace moothall::{stage}::html {{"]
    for template, lines in zip(templates, bodies):
        code += ["", f'#line 1 "{template.shown_path}"', template.signature(), "{"]
        for line, text, depth in lines:
            if line:
                code.append(f'#line {line} "{template.shown_path}"')
            code.append("    " * depth + text)
        code += ["}", f'#line {len(code) + 3} "{stage}/templates.cpp"']
    code += ["", f"}} // namespace moothall::{stage}::html", ""]
    return "\n".join(header), "\n".join(code), compilers


def write_if_changed(path, text):
    """Leaves the time of an unchanged file alone, so that nothing is compiled for nothing."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        header, code, _ = compile_stage(arguments.source.resolve(), arguments.stage)
    except TemplateError as error:
        print(error, file=sys.stderr)
        return 1
    arguments.output.mkdir(parents=True, exist_ok=True)
    write_if_changed(arguments.output / "templates.hpp", header)
    write_if_changed(arguments.output / "templates.cpp", code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
