"""What may stand in `{{ }}` and `{% %}`: a small, side-effect-free part of C++, passed through.

C++ does the type checking; what is refused here is what a template has no business to do
(assignments, lambdas, statements) and what would break out of the place the text is put in.
"""

import re

from markup import Refused

TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\\n]|\\["\\nt])*")
      | (?P<number>\d[\d.']*)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign>->|::|==|!=|<=|>=|&&|\|\||[.,()\[\]<>?:!+*/%-])
    )""",
    re.VERBOSE,
)
REFUSED_NAMES = frozenset(
    "new delete throw return goto co_await co_yield co_return const_cast reinterpret_cast dynamic_cast"
    " asm operator template typename using namespace struct class sizeof auto".split()
)
# Said without "language." in front, because they are in nearly every line.
LANGUAGE = frozenset(
    "number decimal percent list duration day day_short day_and_clock ago sentence".split()
)


def tokens(text):
    """Yields (kind, token); refuses what is no expression of ours."""
    at, text = 0, text.strip()
    if not text:
        raise Refused("an expression is missing")
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Refused(f"{text[at:].strip()[:12]!r} cannot stand in an expression")
        kind = match.lastgroup
        token = match.group(kind)
        if kind == "name" and token in REFUSED_NAMES:
            raise Refused(f"no {token!r} in a template")
        yield kind, token
        at = match.end()


def compiled(text, loops=()):
    """The C++ of an expression. `loops` maps "loop" to the innermost loop's counter."""
    found = list(tokens(text))
    depth = 0
    out = []
    for at, (kind, token) in enumerate(found):
        before = found[at - 1][1] if at else ""
        after = found[at + 1][1] if at + 1 < len(found) else ""
        free = kind == "name" and before not in (".", "->", "::")
        if token in ("+", "-") and before == token:
            raise Refused(f"no {token}{token} in a template")
        if token in ("(", "["):
            depth += 1
        elif token in (")", "]"):
            depth -= 1
            if depth < 0:
                raise Refused(f"{token!r} closes nothing")
        if token == "[" and (not at or found[at - 1][0] != "name" and before not in (")", "]")):
            raise Refused("no lambda in a template")
        if free and token in ("t", "tn") and after == "(":
            if at + 2 >= len(found) or found[at + 2][0] != "string":
                raise Refused(f'{token}() starts with the English sentence, as in {token}("…"); a key from elsewhere is translated()')
            if token == "tn" and (found[at + 3][1] != "," or found[at + 4][0] != "string"):
                raise Refused('tn() starts with two sentences, as in tn("{1} voice", "{1} voices", count)')
            out.append("language." + token)
        elif free and token == "translated" and after == "(":
            out.append("language.t")
        elif free and token in LANGUAGE and after == "(":
            out.append("language." + token)
        elif free and token == "loop" and after == ".":
            if not loops:
                raise Refused("loop.first and loop.number stand inside a {% for %}")
            field = found[at + 2][1] if at + 2 < len(found) else ""
            if field not in ("first", "number"):
                raise Refused("a loop has loop.first and loop.number")
            out.append(f"({loops[-1]} < 2)" if field == "first" else loops[-1])
            found[at + 1] = found[at + 2] = ("", "")
        elif token in ("and", "or", "not", "?", ":", "==", "!=", "<", ">", "<=", ">=", "+", "*", "/", "%", "&&", "||"):
            out.append(f" {token} ")
        elif token == ",":
            out.append(", ")
        else:
            out.append(token)
    if depth:
        raise Refused("a bracket is not closed")
    return "".join(out).strip()


def split_arguments(text):
    """Parts of a list between commas outside of brackets and strings."""
    parts, depth, start, quoted, at = [], 0, 0, False, 0
    while at < len(text):
        c = text[at]
        if quoted:
            if c == "\\":
                at += 1
            elif c == '"':
                quoted = False
        elif c == '"':
            quoted = True
        elif c in "([<{":
            depth += 1
        elif c in ")]}" or (c == ">" and text[at - 1 : at] != "-"):
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    last = text[start:]
    return [part.strip() for part in parts + [last]] if text.strip() else []
