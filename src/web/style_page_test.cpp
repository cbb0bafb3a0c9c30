#include "web/style_page.hpp"

#include "web/templates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moothall::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The style guide as the sample company shows it, without a server around it.
class StyleGuide : public ::testing::Test {
protected:
    Organisation organisation_;
    Viewer viewer_;
    std::vector<NavigationEntry> navigation_{{Section::hall, "Hall", "/"},
                                             {Section::voices, "Voices", "/voices"},
                                             {Section::themes, "Themes", "/themes"},
                                             {Section::decisions, "Decisions", "/decisions"},
                                             {Section::promises, "Promises", "/promises"},
                                             {Section::people, "People", "/people"}};

    std::string page(std::string_view code = "en")
    {
        organisation_.name = "Northwater";
        organisation_.sample = true;
        Frame frame;
        frame.title = "Style guide";
        frame.organisation = &organisation_;
        frame.viewer = &viewer_;
        frame.navigation = navigation_;
        frame.section = Section::voices;
        frame.path = "/style";
        frame.search_path = "/search";
        frame.say_path = "/voices/new";
        frame.notices_path = "/notices";
        frame.settings_path = "/settings";
        frame.sign_in_path = "/sign-in";
        frame.sign_out_path = "/sign-out";
        if (viewer_.signed_in()) frame.person_name = "Aino Virtanen";
        frame.unread = 3;
        frame.csrf = "token";
        const auto& language = Language::of(code);
        Writer out;
        html::style(out, language, make_style_page(frame, language));
        return out.take();
    }
};

TEST_F(StyleGuide, shows_every_part)
{
    const auto text = page();
    for (const auto* part : {"class=\"hero\"", "class=\"loop\"", "aria-invalid=\"true\"",
                             "class=\"empty\"", "<progress", "class=\"answer\"", "class=\"tabs\""})
        EXPECT_THAT(text, HasSubstr(part));
}

TEST_F(StyleGuide, a_page_that_is_signed_out_holds_no_token_so_that_it_can_be_kept)
{
    EXPECT_THAT(page(), Not(HasSubstr("data-csrf")));
    viewer_.person = Id{1};
    EXPECT_THAT(page(), HasSubstr("data-csrf=\"token\""));
}

TEST_F(StyleGuide, speaks_the_language_of_the_reader)
{
    EXPECT_THAT(page("fr"), HasSubstr("<html lang=\"fr\">"));
    EXPECT_THAT(page("fr"), HasSubstr("Aller au contenu"));
}

TEST_F(StyleGuide, refused_fields_say_so_to_everybody)
{
    EXPECT_THAT(page(),
                HasSubstr("aria-describedby=\"email-hint email-error\" aria-invalid=\"true\""));
    EXPECT_THAT(page(), HasSubstr("id=\"email-error\""));
}

} // namespace
} // namespace moothall::web
