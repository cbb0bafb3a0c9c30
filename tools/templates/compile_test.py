#!/usr/bin/env python3
"""What the template compiler makes, and what it refuses."""

import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from compile import TemplateError, compile_stage  # noqa: E402


def compiled(body, parameters="const Page& page", **others):
    """The C++ of a template with this body; `others` are templates of the same stage."""
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder) / "src" / "hear" / "templates"
        templates.mkdir(parents=True)
        (templates / "page.html").write_text("{% template page(" + parameters + ") %}" + body, "utf-8")
        for name, text in others.items():
            (templates / f"{name}.html").write_text(text, "utf-8")
        _, code, compilers = compile_stage(Path(folder) / "src", "hear")
        compiled.words = [words for compiler in compilers for _, words in compiler.reader.translatable]
        return code


def statements(body, **others):
    """The generated statements of page.html, without #line and indentation."""
    code = compiled(body, **others)
    start = code.index("{\n", code.index("void page(")) + 2
    lines = code[start : code.index("\n}\n", start)].split("\n")
    return [line.strip() for line in lines if not line.startswith("#line")]


class Golden(unittest.TestCase):
    def test_a_stage_compiles_to_what_it_did(self):
        source = HERE / "testdata" / "src"
        for stage in ("web", "hear"):
            header, code, _ = compile_stage(source, stage)
            for name, text in ((f"{stage}.hpp", header), (f"{stage}.cpp", code)):
                expected = (HERE / "testdata" / "expected" / name).read_text("utf-8")
                self.assertEqual(text, expected, f"{name}: if the change is meant, run compile_test.py --write")


class Output(unittest.TestCase):
    def test_text_is_escaped(self):
        self.assertEqual(
            statements("<p>{{ page.title }}</p>"),
            ['out.markup("<p>");', "out.text(page.title);", 'out.markup("</p>");'],
        )

    def test_values_are_escaped_as_values(self):
        self.assertIn("out.attribute(page.title);", statements('<p title="a {{ page.title }}"></p>'))
        self.assertIn("out.attribute(page.title);", statements("<p class='{{ page.title }}'></p>"))
        self.assertIn("out.attribute(page.title);", statements("<title>{{ page.title }}</title>"))
        self.assertIn("out.attribute(page.title);", statements("<textarea>{{ page.title }}</textarea>"))

    def test_addresses_start_with_an_allowed_scheme_and_keep_their_parts(self):
        self.assertIn("out.url(page.link);", statements('<a href="{{ page.link }}"></a>'))
        self.assertIn("out.own_url(page.link);", statements('<img src="{{ page.link }}" alt="">'))
        self.assertIn("out.own_url(page.link);", statements('<form action="{{ page.link }}"></form>'))
        self.assertIn("out.own_url(page.link);", statements('<p hx-get="{{ page.link }}"></p>'))
        self.assertIn("out.own_url(page.link);", statements('<button formaction="{{ page.link }}"></button>'))
        self.assertIn("out.own_url(page.link);", statements('<link href="{{ page.link }}" rel="icon">'))
        self.assertIn("out.url_part(page.id);", statements('<a href="/v/{{ page.id }}"></a>'))
        self.assertIn("out.url_part(page.id);", statements('<a href="?a={{ page.id }}"></a>'))
        self.assertIn("out.url_part(page.id);", statements('<a href="mailto:{{ page.id }}"></a>'))
        both = statements('<a href="{{ page.link }}?after={{ page.next }}"></a>')
        self.assertIn("out.url(page.link);", both)
        self.assertIn("out.url_part(page.next);", both)

    def test_branches_inside_an_address(self):
        code = statements('<a href="{% if page.a %}/a{% else %}/b{% endif %}/{{ page.id }}"></a>')
        self.assertIn("out.url_part(page.id);", code)

    def test_sentences_are_translated(self):
        self.assertIn('out.text(language.t("Say it"));', statements('{{ t("Say it") }}'))
        self.assertIn('out.text(language.t("By {1}", page.name));', statements('{{ t("By {1}", page.name) }}'))
        self.assertIn("out.text(language.t(page.label));", statements("{{ translated(page.label) }}"))
        self.assertIn("out.text(language.ago(page.at, page.now));", statements("{{ ago(page.at, page.now) }}"))
        self.assertIn("out.text(page.t(1));", statements("{{ page.t(1) }}"))

    def test_strings_may_hold_what_ends_an_expression(self):
        self.assertIn('out.text(language.t("a }} b %} \\" c"));', statements('{{ t("a }} b %} \\" c") }}'))

    def test_counted_sentences_with_markup(self):
        code = statements('{% tn "{1} by {2}", "{1} by {2} all", page.n %}{% 2 %}<b>x</b>{% endtn %}')
        self.assertIn('out.sentence(language.tn("{1} by {2}", "{1} by {2} all", page.n), 2, {', code)

    def test_loops_count(self):
        code = statements("{% for x in page.items %}{% if not loop.first %}, {% endif %}{{ loop.number }}{% endfor %}")
        self.assertIn("if (not (number_1_ < 2)) {", code)
        self.assertIn("out.text(number_1_);", code)

    def test_loops_over_pairs(self):
        code = statements("{% for key, value in page.map %}{{ key }}{{ value }}{% endfor %}")
        self.assertTrue(any("const auto& [key, value] : page.map" in line for line in code))

    def test_a_name_for_an_expression(self):
        self.assertIn("const auto& x = page.items[0];", statements("{% let x = page.items[0] %}{{ x }}"))

    def test_white_space_is_squeezed_but_not_between_words(self):
        self.assertEqual(
            statements("<ul>\n  <li>\n a  b\n <b>c</b> <i>d</i>\n</li>\n</ul>\n"),
            ['out.markup("<ul><li>a b <b>c</b> <i>d</i></li></ul>");'],
        )
        self.assertEqual(statements("<pre>\n a  b\n</pre>"), ['out.markup("<pre>\\n a  b\\n</pre>");'])
        self.assertEqual(
            statements("{{ page.a }} {{ page.b }}"),
            ["out.text(page.a);", 'out.markup(" ");', "out.text(page.b);"],
        )

    def test_attributes_on_several_lines_are_joined(self):
        self.assertEqual(statements('<p\n  class="a"\n  id="b"\n></p>'), ['out.markup("<p class=\\"a\\" id=\\"b\\"></p>");'])

    def test_comments_leave_nothing(self):
        self.assertEqual(statements("<p>{# a #}</p><!-- b -->"), ['out.markup("<p></p>");'])

    def test_optional_attributes(self):
        code = statements('<input type="radio"{% if page.on %} checked{% endif %}{% if page.off %} disabled{% endif %}>')
        self.assertEqual(code[-1], 'out.markup(">");')

    def test_a_template_may_call_itself(self):
        part = "{% template reply(const Reply& r) %}<p>{% for x in r.all %}{% include \"hear/_reply.html\" x %}{% endfor %}</p>"
        self.assertIn("moothall::hear::html::reply(out, language, x);", compiled("", _reply=part))

    def test_words_that_nobody_translates_are_known(self):
        compiled('<p title="A title">Two words <b>{{ t("Three") }}</b></p> &middot; 12')
        self.assertEqual(compiled.words, ["A title", "Two words"])


class Refusals(unittest.TestCase):
    def refused(self, body, why, line=1, **others):
        with self.assertRaises(TemplateError) as caught:
            compiled(body, **others)
        self.assertIn(f"src/hear/templates/page.html:{line}: error: ", str(caught.exception))
        self.assertIn(why, str(caught.exception))

    def test_expressions_where_no_escaping_is_safe(self):
        self.refused('<script src="/a.js">{{ page.x }}</script>', "no expression inside <script>")
        self.refused('<p onclick="{{ page.x }}"></p>', "handlers live in")
        self.refused('<p hx-on:click="x({{ page.x }})"></p>', "handlers live in")
        self.refused('<p data-hx-on-click="x"></p>', "handlers live in")
        self.refused('<p style="color: {{ page.x }}"></p>', "no style attribute")
        self.refused("<style>{{ page.x }}</style>", "no <style>")
        self.refused("<p class={{ page.x }}></p>", "put quotes around")
        self.refused("<p {{ page.x }}></p>", "no expression as the name")
        self.refused('<p data-{{ page.x }}="1"></p>', "no expression as the name")
        self.refused("<{{ page.x }}></p>", "bare <")
        self.refused("<h{{ page.x }}>", "no expression as the name")
        self.refused("<!-- {{ page.x }} -->", "inside an HTML comment")
        self.refused('<p hx-vals="{{ page.x }}"></p>', "no escaping that makes it safe")
        self.refused('<img srcset="{{ page.x }}">', "no escaping that makes it safe")
        self.refused('<meta http-equiv="refresh" content="{{ page.x }}">', "http-equiv")
        self.refused('<meta content="{{ page.x }}" http-equiv="refresh">', "http-equiv")

    def test_literals_that_the_policy_would_block(self):
        self.refused("<script>start()</script>", "no inline script")
        self.refused('<script src="/a.js">start()</script>', "no inline script")
        self.refused('<p onclick="start()"></p>', "handlers live in")
        self.refused('<p style="color: red"></p>', "no style attribute")
        self.refused('<iframe src="/x"></iframe>', "no <iframe>")
        self.refused('<a href="javascript:start()"></a>', "may not use the scheme javascript:")
        self.refused('<img src="https://elsewhere.example/x.png">', "stays in the house")
        self.refused('<img src="//elsewhere.example/x.png">', "stays in the house")
        self.refused('<link href="https://elsewhere.example/x.css">', "stays in the house")

    def test_addresses_whose_beginning_nobody_knows(self):
        self.refused('<a href="java{{ page.x }}"></a>', "an address starts with")
        self.refused('<a href="https://{{ page.x }}/"></a>', "an address starts with")
        self.refused('<a href="{% if page.a %}/a{% endif %}{{ page.x }}"></a>', "different places")

    def test_markup_that_is_not_whole(self):
        self.refused("<p><b></p></b>", "</p> comes where <b> of line 1 is open")
        self.refused("<p>", "<p> of line 1 is not closed")
        self.refused("</p>", "closes nothing")
        self.refused("{% if page.a %}<p>{% endif %}</p>", "different places")
        self.refused("{% for x in page.y %}<p>{% endfor %}", "different places")
        self.refused('<p class="a"id="b"></p>', "white space is missing")
        self.refused("<p class=a></p>", "put quotes around")
        self.refused("<p>1 < 2</p>", "bare <")
        self.refused('<input {% if page.a %}on{% endif %}click="x">', "white space is missing")

    def test_expressions_that_do_more_than_say(self):
        self.refused("{{ page.x = 1 }}", "cannot stand")
        self.refused("{{ ++page.x }}", "no ++")
        self.refused("{{ [page](1) }}", "no lambda")
        self.refused("{{ page.x; }}", "cannot stand")
        self.refused("{{ new int }}", "no 'new'")
        self.refused("{{ page.call( }}", "bracket is not closed")
        self.refused("{{ page.x) + (1 }}", "closes nothing")
        self.refused("{{ }}", "an expression is missing")
        self.refused("{{ t(page.x) }}", "starts with the English sentence")
        self.refused('{{ tn("a", page.x) }}', "starts with two sentences")
        self.refused("{{ loop.first }}", "inside a {% for %}")
        self.refused("{% for x in page.a().b() %}{% endfor %}", "gone before the loop runs")

    def test_statements_that_are_not_known_or_not_closed(self):
        self.refused("{% while page.x %}", "not known")
        self.refused("{% if page.x %}", "{% endif %} is missing")
        self.refused("{% if page.x %}{% else %}{% else %}{% endif %}", "comes after {% else %}")
        self.refused("{% for page.x %}{% endfor %}", "a loop is")
        self.refused('{% include "hear/_none.html" %}', "there is no template")
        self.refused('<p class="{% include "hear/page.html" %}"></p>', "where text may stand")
        self.refused("{{ page.x", "}} is missing")
        self.refused('{% t "By {1}" %}{% endt %}', "part {% 1 %} comes here")
        self.refused('{% t "By {1}" %}{% 1 %}a{% 2 %}b{% endt %}', "not known")
        self.refused('{% t "By {1}" %}{% 1 %}<b>{% endt %}', "closed in here")

    def test_layouts_hold_blocks_only(self):
        layout = "{% template frame() %}<main>{% block main %}{% endblock %}</main>"
        start = '{% extends "hear/frame.html" %}'
        self.refused(start + "<p></p>", "nothing beside them", frame=layout)
        self.refused(start + "{% block side %}{% endblock %}", "the layout has the blocks main", frame=layout)
        self.refused(start + "{% block main %}<p>{% endblock %}", "closed in here", frame=layout)
        self.refused('{% include "hear/frame.html" %}', "extended, not included", frame=layout)

    def test_the_line_is_the_one_that_is_wrong(self):
        self.refused("<p>\n\n{{ page.x; }}</p>", "cannot stand", line=3)
        self.refused('<p>\n</p>\n<p class="a"\n onclick="x"></p>', "handlers", line=4)
        self.refused("\n<div>\n{% if page.x %}\n</div>\n{% endif %}", "different places", line=5)

    def test_declarations(self):
        for first in ("<p></p>", "{% template other() %}", "{% template page(int out) %}", "{% template page(int a = 1) %}"):
            with tempfile.TemporaryDirectory() as folder:
                templates = Path(folder) / "src" / "hear" / "templates"
                templates.mkdir(parents=True)
                (templates / "page.html").write_text(first, "utf-8")
                with self.assertRaises(TemplateError, msg=first):
                    compile_stage(Path(folder) / "src", "hear")


def write_expected():
    folder = HERE / "testdata" / "expected"
    folder.mkdir(exist_ok=True)
    for stage in ("web", "hear"):
        header, code, _ = compile_stage(HERE / "testdata" / "src", stage)
        (folder / f"{stage}.hpp").write_text(header, "utf-8")
        (folder / f"{stage}.cpp").write_text(code, "utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write_expected()
    else:
        unittest.main()
