"""Where in an HTML page are we? The part of the template compiler that reads markup.

The compiler must know the place of every `{{ }}`, because each place needs its own escaping and
some places have none that is safe. This is the tokenizer of the HTML standard (section 13.2.5), cut
down to what our templates may contain, and stricter: attribute values are quoted, elements are
closed, and what our Content-Security-Policy would block (inline scripts, styles and handlers) is
refused at build time and not found out in a browser.
"""

import re
from dataclasses import dataclass, replace

VOID = frozenset("area br col hr img input link meta source track wbr".split())
# White space next to these shows nothing, so it is left out.
BLOCK = frozenset(
    "html head body title meta link script main header footer nav section article aside div p h1 h2 h3 h4 h5 h6"
    " ul ol li dl dt dd table caption thead tbody tfoot tr th td form fieldset legend details summary"
    " figure figcaption blockquote hr pre select option optgroup datalist template dialog search"
    " g path circle rect line polyline polygon defs symbol".split()
)
FORBIDDEN_ELEMENTS = {
    "style": "styles live in src/web/assets (the Content-Security-Policy blocks inline ones)",
    "base": "a base address would change what every link of the page means",
    "object": "nothing of ours needs plug-ins",
    "embed": "nothing of ours needs plug-ins",
    "iframe": "no page of ours holds another",
}
# Addresses that a person follows may lead out of the house; those that the browser loads or sends
# a form to may not.
LINK_ATTRIBUTES = frozenset(("href", "cite", "xlink:href"))
OWN_ATTRIBUTES = frozenset(
    "src action formaction poster data background manifest ping hx-get hx-post hx-put hx-patch hx-delete"
    " hx-push-url hx-replace-url sse-connect data-live data-href data-src".split()
)
# Their values are little languages of their own, for which we have no escaping.
LITERAL_ATTRIBUTES = frozenset(
    "srcset imagesrcset http-equiv hx-vals hx-vars hx-headers hx-request hx-ext hx-trigger hx-include".split()
)

TAG_START = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
ATTRIBUTE_NAME = re.compile(r"""[^\s"'<>/={}]+""")
SPACES = re.compile(r"\s+")


class Refused(Exception):
    """What is written here cannot be made safe; says why."""


@dataclass(frozen=True)
class Place:
    """Where the reader stands. Frozen, so that branches can be compared."""

    kind: str = "text"  # text | tag | after_value | before_value | value | rcdata | raw
    tag: str = ""  # the element being opened, or whose text this is
    closing: bool = False
    attribute: str = ""
    quote: str = ""
    address: str = ""  # in a link's value: "" nothing yet | "scheme?" | "fixed"
    refresh: str = ""  # on <meta>: "http-equiv" or "dynamic content", whichever was seen
    has_src: bool = False
    elements: tuple = ()  # open elements, outermost first: (name, line)

    def same_as(self, other):
        return replace(self, elements=()) == replace(other, elements=()) and [
            name for name, _ in self.elements
        ] == [name for name, _ in other.elements]


def merged(first, second):
    """The place after two branches, or None when they end in different places."""
    if first.same_as(second):
        return first
    inside = {"tag", "after_value"}
    if first.kind in inside and second.kind in inside:
        # After "checked" and after nothing: in both, the next attribute needs a space before it.
        both = replace(
            first,
            kind="after_value",
            refresh=first.refresh or second.refresh,
            has_src=first.has_src and second.has_src,
        )
        other = replace(second, kind="after_value", refresh=both.refresh, has_src=both.has_src)
        return both if both.same_as(other) else None
    return None


class Reader:
    """Reads the literal parts of a template in order and squeezes their white space."""

    def __init__(self):
        self.place = Place()
        self.line = 1
        # Whether white space that comes next would show: not after a block element's tag.
        self.space_shows = False
        self.translatable = []  # (line, text): literal words that people would read
        self._tag_line = 1
        self._out = []

    def refuse(self, why):
        raise Refused(why)

    # -- what the compiler asks ----------------------------------------------------------------

    def writer_call(self):
        """The Writer's function for an expression at this place."""
        place = self.place
        if place.kind == "text":
            self.space_shows = True
            return "text"
        if place.kind == "rcdata":
            return "attribute"
        if place.kind == "raw":
            self.refuse(f"no expression inside <{place.tag}>: pass it in a data- attribute")
        if place.kind == "before_value":
            self.refuse(f'put quotes around the value of "{place.attribute}"')
        if place.kind != "value":
            self.refuse("no expression as the name of an element or attribute")
        name = place.attribute
        if name in LITERAL_ATTRIBUTES:
            self.refuse(f'no expression in "{name}": there is no escaping that makes it safe')
        if place.tag == "meta" and name == "content":
            if place.refresh == "http-equiv":
                self.refuse('no expression in the "content" of http-equiv')
            self.place = place = replace(place, refresh="dynamic content")
        if name in LINK_ATTRIBUTES or name in OWN_ATTRIBUTES:
            if place.address == "scheme?":
                self.refuse("an address starts with an expression, or with a literal / ? or #")
            self.place = replace(place, address="fixed")
            if place.address == "fixed":
                return "url_part"
            # What <link> and <use> name is loaded, not followed.
            loads = name in OWN_ATTRIBUTES or place.tag in ("link", "use", "image")
            return "own_url" if loads else "url"
        return "attribute"

    def statement(self):
        """A statement stands here: fine in text, values and between attributes."""
        if self.place.kind in ("raw", "before_value"):
            self.refuse("no statement here")

    def finished(self):
        if self.place.kind != "text":
            self.refuse("the template ends inside a tag")
        if self.place.elements:
            name, line = self.place.elements[-1]
            self.refuse(f"<{name}> of line {line} is not closed")

    # -- reading -------------------------------------------------------------------------------

    def read(self, text):
        """Takes one literal part; returns it squeezed."""
        self._out = []
        at = 0
        while at < len(text):
            at = getattr(self, "_read_" + self.place.kind)(text, at)
        return "".join(self._out)

    def _count(self, piece):
        self.line += piece.count("\n")

    def _read_text(self, text, at):
        end = text.find("<", at)
        end = len(text) if end < 0 else end
        piece = text[at:end]
        if end == len(text):
            self._write_text(piece, "")
            return end
        if text.startswith("<!--", end):
            self._write_text(piece, "")
            close = text.find("-->", end)
            if close < 0:
                self.refuse("no expression or statement inside an HTML comment; use {# #}")
            self._count(text[end : close + 3])
            return close + 3
        if text[end : end + 9].lower() == "<!doctype":
            close = text.index(">", end) + 1
            self._write_text(piece, "html")
            self._out.append(text[end:close])
            self.space_shows = False
            return close
        match = TAG_START.match(text, end)
        if not match:
            self.refuse("a bare < in text: write &lt;")
        slash, name = match.group(1), match.group(2).lower()
        self._write_text(piece, name)
        if name in FORBIDDEN_ELEMENTS:
            self.refuse(f"no <{name}>: {FORBIDDEN_ELEMENTS[name]}")
        self._tag_line = self.line
        self._out.append(f"<{slash}{match.group(2)}")
        self.place = replace(
            self.place, kind="after_value", tag=name, closing=bool(slash), refresh="", has_src=False
        )
        return match.end()

    def _write_text(self, piece, next_tag):
        # What stands on keys and in code is the same in every language.
        literal = self.place.elements and self.place.elements[-1][0] in ("kbd", "code")
        if not literal and re.search(r"[^\W\d_]{2}", re.sub(r"&\w+;", "", piece)):
            self.translatable.append((self.line, SPACES.sub(" ", piece).strip()))
        self._count(piece)
        if any(name == "pre" for name, _ in self.place.elements):
            self._out.append(piece)
            return
        piece = SPACES.sub(" ", piece)
        if not self.space_shows and piece.startswith(" "):
            piece = piece[1:]
        if next_tag in BLOCK and piece.endswith(" "):
            piece = piece[:-1]
        if piece:
            self.space_shows = not piece.endswith(" ")
        self._out.append(piece)

    def _read_tag(self, text, at):
        """After white space inside a tag: an attribute, or the tag's end."""
        match = ATTRIBUTE_NAME.match(text, at)
        if not match:
            return self._read_after_value(text, at)
        name = match.group().lower()
        if self.place.closing:
            self.refuse("a closing tag has no attributes")
        self._check_attribute(name)
        self._out.append(match.group())
        at = match.end()
        place = replace(self.place, attribute=name, has_src=self.place.has_src or name == "src")
        if name == "http-equiv":
            if place.refresh == "dynamic content":
                self.refuse('no expression in the "content" of http-equiv')
            place = replace(place, refresh="http-equiv")
        if text.startswith("=", at):
            self._out.append("=")
            self.place = replace(place, kind="before_value")
            return at + 1
        self.place = replace(place, kind="after_value", attribute="")
        return at

    def _check_attribute(self, name):
        plain = name.removeprefix("data-") if name.startswith("data-hx-") else name
        if re.match(r"on[a-z]", plain) or plain.startswith("hx-on"):
            self.refuse(f'no "{name}": handlers live in src/web/assets/moothall.js (the policy blocks inline ones)')
        if plain == "style":
            self.refuse("no style attribute: give it a class (the Content-Security-Policy blocks inline styles)")
        if plain == "srcdoc":
            self.refuse("no srcdoc: no page of ours holds another")

    def _read_before_value(self, text, at):
        if text[at] not in "\"'":
            self.refuse(f'put quotes around the value of "{self.place.attribute}"')
        self._out.append(text[at])
        self.place = replace(self.place, kind="value", quote=text[at], address="")
        return at + 1

    def _read_value(self, text, at):
        place = self.place
        end = text.find(place.quote, at)
        piece = text[at:] if end < 0 else text[at:end]
        self._check_value(piece)
        self._count(piece)
        self._out.append(piece)
        if end < 0:
            return len(text)
        self._out.append(place.quote)
        self.place = replace(self.place, kind="after_value", attribute="", quote="", address="")
        return end + 1

    def _check_value(self, piece):
        place = self.place
        name = place.attribute
        # The value of a button is sent, not read.
        if name in ("title", "alt", "placeholder", "aria-label", "aria-description", "label"):
            if re.search(r"[^\W\d_]{2}", piece):
                self.translatable.append((self.line, piece))
        if name not in LINK_ATTRIBUTES and name not in OWN_ATTRIBUTES or place.address == "fixed":
            return
        if not piece:
            return
        start = piece.strip().lower()
        own = name in OWN_ATTRIBUTES or place.tag in ("link", "use", "image")
        if start.startswith("//") or (own and re.match(r"[a-z][a-z0-9+.-]*:", start)):
            self.refuse(f'"{name}" stays in the house: no other host')
        if re.match(r"(?!https?:|mailto:|tel:)[a-z][a-z0-9+.-]*:", start):
            self.refuse(f'"{name}" may not use the scheme {start.split(":")[0]}:')
        fixed = start[0] in "/?#" or re.match(r"https?://[^/]+/|mailto:|tel:", start)
        if own and start in ("true", "false"):
            fixed = True
        self.place = replace(place, address="fixed" if fixed else "scheme?")

    def _read_after_value(self, text, at):
        """After an element's name, an attribute or a value."""
        place = self.place
        spaces = SPACES.match(text, at)
        if spaces:
            self._count(spaces.group())
            rest = text[spaces.end() : spaces.end() + 2]
            if rest[:1] != ">" and place.kind != "tag":
                self._out.append(" ")
            self.place = replace(place, kind="tag")
            return spaces.end()
        if text.startswith("/>", at):
            self._out.append(">" if place.tag in VOID else "/>")
            self._close_tag(self_closing=True)
            return at + 2
        if text[at] == ">":
            self._out.append(">")
            self._close_tag(self_closing=False)
            return at + 1
        if place.kind == "tag":
            self.refuse(f"{text[at]!r} cannot be here, inside <{place.tag}>")
        self.refuse(f"white space is missing before {text[at:at + 12].split()[0]!r}")
        return at

    def _close_tag(self, self_closing):
        place = self.place
        name, elements = place.tag, place.elements
        if place.closing:
            if not elements:
                self.refuse(f"</{name}> closes nothing")
            if elements[-1][0] != name:
                self.refuse(f"</{name}> comes where <{elements[-1][0]}> of line {elements[-1][1]} is open")
            elements = elements[:-1]
        elif name not in VOID and not self_closing:
            elements = elements + ((name, self._tag_line),)
        self.place = Place(elements=elements)
        self.space_shows = name not in BLOCK
        if place.closing or self_closing:
            return
        if name in ("textarea", "title"):
            self.place = Place(kind="rcdata", tag=name, elements=elements)
            if name == "textarea":
                # A browser drops one line feed here: with ours, a value that starts with one keeps it.
                self._out.append("\n")
        elif name == "script":
            if not place.has_src:
                self.refuse("no inline script: it lives in src/web/assets (the Content-Security-Policy blocks it)")
            self.place = Place(kind="raw", tag=name, elements=elements)

    def _read_rcdata(self, text, at):
        end = text.find("<", at)
        piece = text[at:] if end < 0 else text[at:end]
        if re.search(r"[^\W\d_]{2}", piece):
            self.translatable.append((self.line, piece.strip()))
        self._count(piece)
        self._out.append(piece)
        if end < 0:
            return len(text)
        return self._read_end_of(text, end)

    def _read_raw(self, text, at):
        end = text.find("<", at)
        if text[at : end if end >= 0 else len(text)].strip():
            self.refuse("no inline script: it lives in src/web/assets (the Content-Security-Policy blocks it)")
        if end < 0:
            return len(text)
        return self._read_end_of(text, end)

    def _read_end_of(self, text, at):
        tag = self.place.tag
        if text[at : at + len(tag) + 3].lower() != f"</{tag}>":
            self.refuse(f"inside <{tag}> only text can stand, then </{tag}>")
        self._out.append(f"</{tag}>")
        self.space_shows = tag not in BLOCK
        self.place = Place(elements=self.place.elements[:-1])
        return at + len(tag) + 3
