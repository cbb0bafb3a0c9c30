#include "web/frame.hpp"

#include "store/test_place.hpp"
#include "web/assets.hpp"
#include "web/cookies.hpp"
#include "web/dress.hpp"
#include "web/hall.hpp"
#include "web/style_page.hpp"
#include "web/templates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <regex>

namespace moothall::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Response get_error(const Request& /*request*/, Context& context)
{
    return context.refuse(Refusal::not_found());
}

Response get_leaving(const Request& /*request*/, Context& context)
{
    auto response = Response::see_other("/style");
    give_notice(response, context, Tone::good, "Kept: \"a & b\"; ünder 100 %_~.");
    return response;
}

/// A sample company with a menu of two sections.
class Frames : public ::testing::Test {
protected:
    Frames()
    {
        Hooks hooks;
        hooks.identify = [](store::Transaction&, const Organisation&, const Request&, Time) {
            return Identity{};
        };
        hooks.organisations = [](store::Transaction&) {
            Organisation organisation;
            organisation.id = Id{1};
            organisation.everyone = Id{2};
            organisation.name = "Northwater & Co";
            organisation.url = "http://localhost";
            organisation.accent = "#ffcc00";
            organisation.sample = true;
            return std::vector<std::pair<std::string, Organisation>>{{"localhost", organisation}};
        };
        hooks.error_page = error_page;
        hooks.navigation = {{Section::hall, "Hall", "/"}, {Section::voices, "Voices", "/voices"}};
        hooks.furnish = [](const Context&, Frame& frame) {
            frame.sign_in_path = "/sign-in";
            frame.say_path = "/say";
        };
        HallSettings settings;
        settings.rate_limits = false;
        hall_ = std::make_unique<Hall>(settings, store::open_test_database(store::Engine::sqlite),
                                       hooks);
        auto& router = hall_->router();
        mount_assets(router);
        mount_frame(router);
        mount_style(router);
        router.get("/nothing", get_error);
        router.get("/leaving", get_leaving);
    }

    Response get(std::string target, std::string cookie_name = {}, std::string cookie_value = {},
                 std::string encodings = {})
    {
        Request request;
        request.target = target;
        const auto question = target.find('?');
        request.path_text = target.substr(0, question);
        if (question != std::string::npos) {
            const auto query = target.substr(question + 1);
            const auto equals = query.find('=');
            request.query_fields.add(query.substr(0, equals), query.substr(equals + 1));
        }
        if (!cookie_name.empty()) request.cookie_fields.add(cookie_name, cookie_value);
        if (!encodings.empty()) request.header_fields.add("accept-encoding", encodings);
        return hall_->answer(std::move(request));
    }
    static std::string header(const Response& response, std::string_view name)
    {
        const auto* value = find_header(response, name);
        return value != nullptr ? *value : "";
    }
    static std::string_view body(const Response& response)
    {
        return response.shared_body ? *response.shared_body : response.body;
    }

    std::unique_ptr<Hall> hall_;
};

TEST_F(Frames, show_the_menu_and_who_is_asked_to_sign_in)
{
    const auto page = get("/style?x=1").body;
    EXPECT_THAT(page, HasSubstr("<title>Style guide · Northwater &amp; Co</title>"));
    EXPECT_THAT(page, HasSubstr("<a href=\"/voices\" data-go=\"v\">Voices</a>"));
    EXPECT_THAT(page, HasSubstr("href=\"/sign-in?back=%2Fstyle%3Fx%3D1\""));
    EXPECT_THAT(page, HasSubstr("href=\"/assets/accent/1-ffcc00.css\""));
    EXPECT_THAT(page, Not(HasSubstr("/settings"))) << "what is not there is not shown";
}

TEST_F(Frames, pages_need_nothing_that_the_policy_would_block)
{
    const auto page = get("/style").body;
    EXPECT_FALSE(
        std::regex_search(page, std::regex(" style=| on[a-z]+=|<style|<script>|javascript:")));
    EXPECT_FALSE(std::regex_search(page, std::regex("(src|<link[^>]*href|action)=\"(http|//)")))
        << "nothing is loaded from elsewhere";
}

TEST_F(Frames, a_visitor_chooses_a_language_and_comes_back)
{
    const auto chosen = get("/language/fr?back=/style");
    EXPECT_EQ(chosen.status, 303);
    EXPECT_EQ(header(chosen, "Location"), "/style");
    EXPECT_THAT(header(chosen, "Set-Cookie"), StartsWith("language=fr; "));
    EXPECT_THAT(get("/style", "language", "fr").body, HasSubstr("<html lang=\"fr\""));
    EXPECT_EQ(get("/language/xx").status, 404);
}

TEST_F(Frames, the_way_back_leads_to_us_only)
{
    for (const auto* back :
         {"https://evil.example", "//evil.example", "/\\evil.example", "evil", ""})
        EXPECT_EQ(header(get("/language/fr?back=" + std::string(back)), "Location"), "/") << back;
}

TEST_F(Frames, a_visitor_chooses_light_or_dark)
{
    EXPECT_THAT(header(get("/theme/dark"), "Set-Cookie"), StartsWith("theme=dark; "));
    EXPECT_THAT(header(get("/theme/auto"), "Set-Cookie"), HasSubstr("Max-Age=0"));
    EXPECT_EQ(get("/theme/pink").status, 404);
    EXPECT_THAT(get("/style", "theme", "dark").body, HasSubstr("data-theme=\"dark\""));
    EXPECT_THAT(get("/style", "theme", "pink\"").body, Not(HasSubstr("data-theme")));
}

TEST_F(Frames, a_notice_waits_for_the_next_page_and_is_shown_once)
{
    const auto leaving = get("/leaving");
    const auto cookie = header(leaving, "Set-Cookie");
    const auto value = cookie.substr(7, cookie.find(';') - 7);
    ASSERT_THAT(cookie, StartsWith("notice="));
    const auto shown = get("/style", "notice", value);
    EXPECT_THAT(shown.body, HasSubstr("<div class=\"notice good\" role=\"status\">"));
    EXPECT_THAT(shown.body, HasSubstr("Kept: &quot;a &amp; b&quot;; ünder 100 %_~."));
    EXPECT_THAT(header(shown, "Set-Cookie"), StartsWith("notice=; "));
    EXPECT_THAT(header(shown, "Set-Cookie"), HasSubstr("Max-Age=0"));
    EXPECT_EQ(header(get("/style"), "Set-Cookie"), "");
}

TEST_F(Frames, a_notice_that_is_not_ours_is_not_shown)
{
    for (const auto* value : {"g", "x48", "g_", "g_4", "g_zz"})
        EXPECT_EQ(header(get("/style", "notice", value), "Set-Cookie"), "") << value;
}

TEST_F(Frames, an_error_wears_the_look_of_the_house)
{
    const auto page = get("/nothing");
    EXPECT_EQ(page.status, 404);
    EXPECT_THAT(page.body, HasSubstr("class=\"error-page\""));
    EXPECT_THAT(page.body, HasSubstr("There is nothing here that you can see."));
    EXPECT_THAT(page.body, HasSubstr("<a href=\"/voices\""));
    EXPECT_THAT(page.body, HasSubstr("noindex"));
    EXPECT_THAT(get("/no/such/page").body, HasSubstr("class=\"error-page\""));
}

TEST_F(Frames, the_accent_is_a_style_sheet_of_its_own)
{
    const auto style = get("/assets/accent/1-ffcc00.css");
    EXPECT_EQ(style.status, 200);
    EXPECT_THAT(header(style, "Content-Type"), StartsWith("text/css"));
    EXPECT_THAT(header(style, "Cache-Control"), HasSubstr("immutable"));
    EXPECT_THAT(style.body, StartsWith(":root{--accent:#"));
    for (const auto* name :
         {"1-ffcc0.css", "1-ffcc0g.css", "2-ffcc00.css", "1-ffcc00", "ffcc00.css"})
        EXPECT_EQ(get(std::string("/assets/accent/") + name).status, 404) << name;
}

TEST_F(Frames, assets_are_sent_small_and_kept_for_a_year)
{
    const std::string path(asset_path("moothall.css"));
    const auto plain = get(path);
    EXPECT_EQ(plain.status, 200);
    EXPECT_THAT(header(plain, "Cache-Control"), HasSubstr("max-age=31536000, immutable"));
    EXPECT_EQ(header(plain, "Content-Encoding"), "");
    EXPECT_EQ(header(plain, "Vary"), "Accept-Encoding");
    const auto gzip = get(path, {}, {}, "gzip, br;q=0");
    EXPECT_EQ(header(gzip, "Content-Encoding"), "gzip");
    const auto brotli = get(path, {}, {}, "gzip, deflate, br");
    EXPECT_EQ(header(brotli, "Content-Encoding"), "br");
    EXPECT_LT(body(brotli).size(), body(gzip).size());
    EXPECT_LT(body(gzip).size(), body(plain).size());
    EXPECT_EQ(header(get(path, {}, {}, "br;q=0.000"), "Content-Encoding"), "");
}

TEST_F(Frames, an_asset_that_is_there_already_is_not_sent_again)
{
    Request request;
    request.path_text = asset_path("moothall.js");
    request.header_fields.add("if-none-match", header(get(request.path_text), "ETag"));
    const auto answer = hall_->answer(request);
    EXPECT_EQ(answer.status, 304);
    EXPECT_EQ(body(answer), "");
}

TEST_F(Frames, an_old_address_of_an_asset_is_not_answered_with_the_new_one)
{
    EXPECT_EQ(get("/assets/moothall.0000000000.css").status, 404);
    EXPECT_EQ(get("/assets/moothall.css").status, 404);
}

TEST_F(Frames, style_sheets_name_other_assets_by_their_whole_address)
{
    const auto style = std::string(body(get(std::string(asset_path("moothall.css")))));
    const std::regex reference("url\\(\"([^\"]*)\"");
    std::size_t count = 0;
    for (auto at = std::sregex_iterator(style.begin(), style.end(), reference);
         at != std::sregex_iterator(); ++at, ++count)
        EXPECT_EQ(get((*at)[1].str()).status, 200) << (*at)[1].str();
    EXPECT_GT(count, 0U);
}

TEST_F(Frames, what_a_first_page_loads_leaves_room_for_the_page)
{
    std::size_t bytes = 0;
    for (const auto& asset : embedded_assets())
        // No page of ours loads those: programs do, and pages of other sites.
        if (asset.name != "openapi.json" && !asset.name.starts_with("widget"))
            bytes += asset.brotli.empty() ? asset.plain.size() : asset.brotli.size();
    EXPECT_LT(bytes, 33'000U) << "60 KB on the wire, all told, page included";
}

} // namespace
} // namespace moothall::web
