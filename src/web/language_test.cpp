#include "web/language.hpp"

#include <gtest/gtest.h>
#include <unicode/datefmt.h>
#include <unicode/dtptngen.h>
#include <unicode/smpdtfmt.h>

#include <memory>
#include <thread>

namespace moothall::web {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

const Language& english()
{
    return Language::of("en");
}
const Language& french()
{
    return Language::of("fr");
}
const Language& turkish()
{
    return Language::of("tr");
}
const Language& finnish()
{
    return Language::of("fi");
}

/// The code of the best of ours; "none" when there is none.
std::string accepted(std::string_view header)
{
    const auto* language = Language::accepted(header);
    return language != nullptr ? language->code() : "none";
}

Time at(std::string_view text)
{
    return parse_time(text).value();
}

TEST(Languages, four_are_known_and_the_unknown_is_english)
{
    EXPECT_EQ(Language::codes(), (std::vector<std::string>{"en", "fr", "tr", "fi"}));
    EXPECT_EQ(finnish().own_name(), "Suomi");
    EXPECT_EQ(Language::of("xx").code(), "en");
    EXPECT_EQ(Language::of("").code(), "en");
}

TEST(Languages, the_best_accepted_one_of_ours_is_taken)
{
    EXPECT_EQ(accepted("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"), "fr");
    EXPECT_EQ(accepted("de, fi;q=0.3, tr;q=0.7"), "tr");
    EXPECT_EQ(accepted("TR"), "tr");
    EXPECT_EQ(accepted("fr;q=0, en;q=0.1"), "en");
    EXPECT_EQ(accepted("fr;q=x, fi;q=0.2"), "fi");
    EXPECT_EQ(accepted(""), "none");
    EXPECT_EQ(accepted(",,;;q=,-,de"), "none");
    EXPECT_EQ(accepted("de-CH, de;q=0.9, *;q=0.1"), "none");
}

TEST(Languages, a_sentence_without_translation_stays_english)
{
    EXPECT_EQ(french().t("A sentence that nobody says"), "A sentence that nobody says");
    EXPECT_EQ(english().t("just now"), "just now");
    EXPECT_EQ(french().t("just now"), "à l’instant");
}

TEST(Languages, arguments_are_filled_in_by_number)
{
    EXPECT_EQ(english().t("{2} before {1}", "a", 12345), "12,345 before a");
    EXPECT_EQ(Language::fill("{1} {3} {x} {", {"a", "b"}), "a {3} {x} {");
    EXPECT_EQ(Language::fill("{1}", {"{2}", "b"}), "{2}") << "what people wrote is not a pattern";
}

TEST(Languages, refusals_are_said_in_the_language_of_the_reader)
{
    EXPECT_EQ(french().sentence(Refusal::not_found()), "Il n’y a rien ici que vous puissiez voir.");
    EXPECT_EQ(english().sentence(Refusal::conflict("Ask {1} first.").with("Aino")),
              "Ask Aino first.");
}

TEST(Languages, counts_choose_the_form)
{
    const auto replies = [](const Language& language, std::int64_t count) {
        return language.tn("{1} reply", "{1} replies", count);
    };
    EXPECT_EQ(replies(english(), 0), "0 replies");
    EXPECT_EQ(replies(english(), 1), "1 reply");
    EXPECT_EQ(replies(english(), 1200), "1,200 replies");
    EXPECT_EQ(replies(french(), 0), "0 réponse");
    EXPECT_EQ(replies(french(), 1), "1 réponse");
    EXPECT_EQ(replies(french(), 2), "2 réponses");
    EXPECT_EQ(replies(french(), 5'000'000'000), "5\u202f000\u202f000\u202f000 réponses");
}

TEST(Languages, numbers_are_grouped_as_each_language_does)
{
    EXPECT_EQ(english().number(1234567), "1,234,567");
    EXPECT_EQ(english().number(-1234), "-1,234");
    EXPECT_EQ(english().number(999), "999");
    EXPECT_EQ(french().number(12345), "12\u202f345");
    EXPECT_EQ(turkish().number(12345), "12.345");
    EXPECT_EQ(finnish().number(12345), "12\u00a0345");
    EXPECT_EQ(english().number(std::numeric_limits<std::int64_t>::min()),
              "-9,223,372,036,854,775,808");
    EXPECT_EQ(french().decimal(3.25, 1), "3,2");
    EXPECT_EQ(turkish().percent(0.714), "%71");
    EXPECT_EQ(finnish().percent(0.714), "71\u00a0%");
    EXPECT_EQ(english().percent(0.005), "1%");
}

TEST(Languages, names_are_listed)
{
    EXPECT_EQ(english().list({"Bob", "Mei", "Aino"}), "Bob, Mei and Aino");
    EXPECT_EQ(finnish().list({"Bob", "Mei"}), "Bob ja Mei");
    EXPECT_EQ(english().list({}), "");
}

TEST(Languages, days_are_written_out)
{
    const auto time = at("2026-05-03T09:30:00Z");
    EXPECT_EQ(english().day(time), "3 May 2026");
    EXPECT_EQ(french().day(time), "3 mai 2026");
    EXPECT_EQ(turkish().day(time), "3 Mayıs 2026");
    EXPECT_EQ(finnish().day(time), "3. toukokuuta 2026");
    EXPECT_EQ(english().day_short(time, at("2026-12-31")), "3 May");
    EXPECT_EQ(english().day_short(time, at("2027-01-01")), "3 May 2026");
    EXPECT_EQ(finnish().month(Date{std::chrono::year{2026} / 5 / 1}), "toukokuu 2026");
    EXPECT_EQ(english().day_and_clock(time), "3 May 2026 at 09:30");
    EXPECT_EQ(finnish().day_and_clock(time), "3. toukokuuta 2026 klo 9.30");
}

TEST(Languages, days_are_what_icu_would_write)
{
    for (const char* locale : {"en_GB", "fr", "tr", "fi"}) {
        const auto& language = Language::of(std::string_view(locale).substr(0, 2));
        UErrorCode status = U_ZERO_ERROR;
        const std::unique_ptr<icu::DateTimePatternGenerator> patterns(
            icu::DateTimePatternGenerator::createInstance(icu::Locale(locale), status));
        const auto expected_by = [&](const char* skeleton) {
            auto format = std::make_unique<icu::SimpleDateFormat>(
                patterns->getBestPattern(skeleton, status), icu::Locale(locale), status);
            format->adoptTimeZone(icu::TimeZone::createTimeZone("UTC"));
            return format;
        };
        const auto day = expected_by("dMMMMy");
        const auto clock = expected_by("dMMMMyHm");
        const auto month = expected_by("MMMMy");
        ASSERT_TRUE(U_SUCCESS(status));
        for (auto time = at("1999-12-31T23:59:00Z"); time < at("2028-03-02"); time += 37h + 11min) {
            const auto write = [&](const icu::SimpleDateFormat& format) {
                icu::UnicodeString text;
                format.format(
                    static_cast<UDate>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                           time.time_since_epoch())
                                           .count()),
                    text);
                std::string out;
                return text.toUTF8String(out);
            };
            ASSERT_EQ(language.day(time), write(*day)) << to_rfc3339(time);
            ASSERT_EQ(language.day_and_clock(time), write(*clock));
            const Date date{std::chrono::floor<days>(time)};
            ASSERT_EQ(language.month(date), write(*month));
        }
    }
}

TEST(Languages, time_is_told_from_now)
{
    const auto now = at("2026-05-03T09:30:00Z");
    EXPECT_EQ(english().ago(now - 20s, now), "just now");
    EXPECT_EQ(english().ago(now + 20s, now), "just now");
    EXPECT_EQ(english().ago(now - 1min, now), "1 minute ago");
    EXPECT_EQ(english().ago(now - 4h, now), "4 hours ago");
    EXPECT_EQ(english().ago(now - days{3}, now), "3 days ago");
    EXPECT_EQ(english().ago(now - days{400}, now), "13 months ago");
    EXPECT_EQ(english().ago(now - days{4000}, now), "11 years ago");
    EXPECT_EQ(english().ago(now + days{9}, now), "in 9 days");
    EXPECT_EQ(french().ago(now - 4h, now), "il y a 4 heures");
    EXPECT_EQ(turkish().ago(now - 4h, now), "4 saat önce");
    EXPECT_EQ(finnish().ago(now - 4h, now), "4 tuntia sitten");
    EXPECT_EQ(english().ago(Time{}, at("2400-01-01")), "99 years ago");
}

TEST(Languages, lengths_are_told_in_one_unit)
{
    EXPECT_EQ(english().duration(19h + 20min), "19 hours");
    EXPECT_EQ(english().duration(0s), "1 minute");
    EXPECT_EQ(english().duration(-5h), "1 minute") << "a clock that ran backwards";
    EXPECT_EQ(french().duration(days{3}), "3\u00a0jours");
    EXPECT_EQ(finnish().duration(hours{1}), "1 tunti");
}

TEST(Languages, all_threads_may_read_at_once)
{
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([] {
            for (int turn = 0; turn < 200; ++turn)
                for (const auto& code : Language::codes()) {
                    const auto& language = Language::of(code);
                    EXPECT_FALSE(language.tn("{1} reply", "{1} replies", turn).empty());
                    EXPECT_FALSE(language.list({"a", "b"}).empty());
                    EXPECT_FALSE(language.percent(0.5).empty());
                }
        });
    for (auto& thread : threads) thread.join();
}

} // namespace
} // namespace moothall::web
