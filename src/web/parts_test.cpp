#include "web/parts.hpp"

#include "web/templates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moothall::web {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

const Language& in_english()
{
    return Language::of("en");
}

std::string part_written(auto&& write)
{
    Writer out;
    write(out);
    return out.take();
}

Request sent(std::initializer_list<std::pair<std::string, std::string>> fields)
{
    Request request;
    for (const auto& [name, value] : fields) request.form_fields.add(name, value);
    return request;
}

TEST(FilledForms, a_first_look_shows_what_is_there_already)
{
    const Request nothing;
    const FilledForm form(in_english(), nothing);
    EXPECT_EQ(form.text("title", "Title", "As it was").value, "As it was");
    EXPECT_TRUE(form.check("follow", "Follow", true).checked);
    EXPECT_TRUE(form.choose("kind", "Kind", {{"a", "A"}, {"b", "B"}}, "b").choices[1].chosen);
    EXPECT_FALSE(form.refused());
    EXPECT_EQ(form.sentence(), "");
}

TEST(FilledForms, what_was_sent_is_kept_also_when_it_was_emptied)
{
    const auto request = sent({{"title", ""}, {"kind", "a"}});
    const FilledForm form(in_english(), request, Refusal::invalid("title", "Please give a name."));
    EXPECT_EQ(form.text("title", "Title", "As it was").value, "");
    EXPECT_FALSE(form.check("follow", "Follow", true).checked) << "it was cleared";
    EXPECT_TRUE(form.choose("kind", "Kind", {{"a", "A"}, {"b", "B"}}, "b").choices[0].chosen);
}

TEST(FilledForms, an_error_stands_beside_its_field_and_is_not_said_twice)
{
    const auto request = sent({{"title", ""}});
    const FilledForm form(in_english(), request, Refusal::invalid("title", "Please give a name."));
    EXPECT_EQ(form.sentence(), "Please give a name.") << "no field has shown it yet";
    EXPECT_EQ(form.text("title", "Title").error, "Please give a name.");
    EXPECT_EQ(form.text("body", "Body").error, "");
    EXPECT_EQ(form.sentence(), "");
    EXPECT_TRUE(form.refused());
}

TEST(FilledForms, a_refusal_of_no_field_is_said_above_the_form)
{
    const auto request = sent({{"title", "x"}});
    const FilledForm form(in_english(), request, Refusal::conflict("This vote has closed."));
    EXPECT_EQ(form.text("title", "Title").error, "");
    const auto html =
        part_written([&](Writer& out) { html::form_refused(out, in_english(), form); });
    EXPECT_THAT(html, HasSubstr("role=\"alert\""));
    EXPECT_THAT(html, HasSubstr("This vote has closed."));
}

TEST(Fields, hint_and_error_are_read_with_the_field)
{
    Field field{.name = "email", .label = "E-mail"};
    EXPECT_EQ(field.described_by(), "");
    field.hint = "Only to tell you.";
    EXPECT_EQ(field.described_by(), "email-hint");
    field.error = "No @ in it.";
    field.id = "second";
    EXPECT_EQ(field.described_by(), "second-hint second-error");
    const auto html =
        part_written([&](Writer& out) { html::field_text(out, in_english(), field); });
    EXPECT_THAT(html, HasSubstr("<label for=\"second\">"));
    EXPECT_THAT(html, HasSubstr("aria-invalid=\"true\""));
    EXPECT_THAT(html, HasSubstr("id=\"second-error\""));
}

TEST(Fields, a_text_that_starts_with_an_empty_line_keeps_it)
{
    const Field field{.name = "body", .label = "Text", .value = "\n<b>"};
    const auto html =
        part_written([&](Writer& out) { html::field_area(out, in_english(), field); });
    EXPECT_THAT(html, HasSubstr(">\n\n&lt;b&gt;</textarea>"));
}

TEST(Avatars, show_first_letters_of_the_first_and_last_name)
{
    EXPECT_EQ(Avatar("Aino Virtanen").initials, "AV");
    EXPECT_EQ(Avatar("Çağrı").initials, "Ç");
    EXPECT_EQ(Avatar("ada maria lovelace").initials, "al");
    EXPECT_EQ(Avatar("李 明").initials, "李明");
    EXPECT_EQ(Avatar("E\xCC\x81mile").initials, "E\xCC\x81") << "the accent belongs to its letter";
    EXPECT_EQ(Avatar("").initials, "?");
    EXPECT_EQ(Avatar("...").initials, "?");
    EXPECT_EQ(Avatar("Aino Virtanen").hue, Avatar("Aino Virtanen").hue);
}

TEST(SupportButtons, say_whether_they_are_pressed)
{
    const auto html_of = [](const Support& support) {
        return part_written([&](Writer& out) { html::support(out, in_english(), support); });
    };
    EXPECT_THAT(
        html_of({.path = "/voices/1/support", .count = 1204, .pressed = true}),
        AllOf(HasSubstr("aria-pressed=\"true\""), HasSubstr("1,204"), HasSubstr("name=\"undo\"")));
    EXPECT_THAT(html_of({.path = "/voices/1/support", .count = 1}),
                AllOf(HasSubstr("aria-pressed=\"false\""), Not(HasSubstr("name=\"undo\""))));
    EXPECT_THAT(html_of({.count = 3}), AllOf(Not(HasSubstr("<form")), Not(HasSubstr("<button"))));
}

TEST(LoopLines, mark_where_a_voice_stands)
{
    LoopLine line{{{LoopStop::done, "Heard", "3 May", "/voices/1"}, {LoopStop::next, "Theme", ""}},
                  "Heard"};
    const auto html = part_written([&](Writer& out) { html::loop_line(out, in_english(), line); });
    EXPECT_THAT(html, HasSubstr("<b>Heard</b><a href=\"/voices/1\">3 May</a>"));
    EXPECT_THAT(html, ContainsRegex("<li class=\"done\"><svg [^>]*aria-hidden=\"true\""));
    EXPECT_THAT(html, HasSubstr("<li class=\"next\" aria-current=\"step\">"));
}

} // namespace
} // namespace moothall::web
