#include "learn/test_house.hpp"

#include <map>
#include <set>

namespace moothall::learn {
namespace {

/// A number on the page, and the address that it opens.
struct Number {
    std::string path;
    std::int64_t voices = 0;
};

class ClockPages : public test::ClockHouse {
protected:
    /// Every cell of the tables: …"><span><a href="/clock/done?kind=want">…</a><br><span
    /// class="meta">3 voices; …
    static std::vector<Number> numbers(std::string_view page)
    {
        static constexpr std::string_view mark = "\"><span><a href=\"/clock/";
        static constexpr std::string_view meta = "<span class=\"meta\">";
        std::vector<Number> found;
        for (auto at = page.find(mark); at != std::string_view::npos;
             at = page.find(mark, at + 1)) {
            const auto begin = page.find("/clock/", at);
            const auto figure = page.find(meta, begin) + meta.size();
            found.push_back({std::string(page.substr(begin, page.find('"', begin) - begin)),
                             std::stoll(std::string(page.substr(figure, 8)))});
        }
        return found;
    }
    /// The voices on a list and on the pages after it.
    std::multiset<std::string> voices_behind(const people::test::Browser& browser,
                                             std::string address)
    {
        std::multiset<std::string> voices;
        while (!address.empty()) {
            const auto answer = get_at(browser, address);
            EXPECT_EQ(answer.status, 200) << address;
            const std::string_view page = answer.body;
            static constexpr std::string_view mark = "<a href=\"/voices/0";
            for (auto at = page.find(mark); at != std::string_view::npos;
                 at = page.find(mark, at + 1))
                voices.emplace(page.substr(at + 17, 13));
            const auto next = page.find("after=");
            const auto begin = next == std::string_view::npos ? next : page.rfind('"', next) + 1;
            address = next == std::string_view::npos
                          ? std::string()
                          : std::string(page.substr(begin, page.find('"', next) - begin));
        }
        return voices;
    }
    Id make_theme(std::string title, Id circle)
    {
        return write([&](store::Transaction& transaction) {
            const auto id = hall->ids().next(now());
            record::save_thing(
                transaction, organisation.id,
                {id, "theme", circle, record::State::visible, {}, title, now(), now()});
            return id;
        });
    }
};

TEST_P(ClockPages, open_behind_each_number_as_many_voices_as_it_counts)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto village = open_circle("Village", people::Visibility::open);
    const auto inner = open_circle("Inner", people::Visibility::closed);
    let_into(village, aino);
    const auto readings = make_theme("Readings", organisation.everyone);
    const auto pressure = make_theme("Pressure", village);
    const auto plans = make_theme("Plans", inner);
    const std::array circles{organisation.everyone, village, inner};
    const std::array themes{readings, pressure, plans};
    const std::array kinds{"want", "question", "signal"};
    std::vector<Id> voices;
    for (std::size_t i = 0; i < 60; ++i) { // more than a page of the commonest
        const auto& by = i % 5 == 0 ? owner : aino;
        const auto circle = i < 45 ? circles[0] : circles[i % 3];
        voices.push_back(say(circle == inner ? owner : by, kinds[i % 7 % 3], circle));
        pass(std::chrono::hours(1));
        if (i % 4 != 3) reach(voices.back(), hear::Stage::sense, themes[i % 3]);
        if (i % 11 != 0) answer(voices.back());
        pass(std::chrono::hours(20));
        if (i % 3 == 0) reach(voices.back(), hear::Stage::decide);
        if (i % 4 == 0) reach(voices.back(), hear::Stage::act);
        if (i % 8 == 0) reach(voices.back(), hear::Stage::tell);
    }
    const auto olga = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        EXPECT_TRUE(hear::merge_voice(transaction, hall->ids(), now(), olga, voices[1], voices[2]));
        EXPECT_TRUE(hear::hide(transaction, hall->ids(), now(), olga, voices[4], "test"));
    });
    follow();
    for (const auto& browser : {people::test::Browser{}, sign_in_as(aino), sign_in_as(owner)})
        for (const auto& clock : {std::string("/clock"), "/clock?circle=" + village.text()}) {
            const auto page = get_at(browser, clock);
            ASSERT_EQ(page.status, 200);
            std::map<std::string, std::int64_t> ways; // how often each is offered
            for (const auto& number : numbers(page.body)) {
                EXPECT_EQ(std::ssize(voices_behind(browser, number.path)), number.voices)
                    << number.path;
                for (const auto* way : {"kind=", "theme=", "month=", "circle="})
                    if (number.path.find(way) != std::string::npos) ++ways[way];
            }
            EXPECT_GE(ways.size(), 3U) << "kinds, themes and circles have numbers";
            EXPECT_TRUE(ways.contains("month=") || clock != "/clock");
        }
}

TEST_P(ClockPages, open_the_voices_behind_the_shares_of_people_who_were_heard)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto decided = say(aino);
    const auto done = say(aino, "question");
    const auto heard = say(owner);
    for (const auto voice : {decided, done}) {
        pass(std::chrono::hours(1));
        answer(voice);
    }
    reach(decided, hear::Stage::decide);
    reach(decided, hear::Stage::act);
    reach(done, hear::Stage::act);
    follow();
    const auto page = get_at({}, "/clock").body;
    EXPECT_NE(page.find("2 people spoke"), std::string::npos) << page;
    EXPECT_NE(page.find("<a href=\"/clock/answered\">50% got an answer"), std::string::npos);
    EXPECT_NE(page.find("<a href=\"/clock/outcome\">50% an outcome"), std::string::npos);
    EXPECT_EQ(voices_behind({}, "/clock/outcome"),
              (std::multiset<std::string>{decided.text(), done.text()}));
    EXPECT_EQ(voices_behind({}, "/clock/answered").count(heard.text()), 0U);
}

TEST_P(ClockPages, know_no_list_of_what_the_reader_does_not_see)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto inner = open_circle("Inner", people::Visibility::closed);
    const auto theme = make_theme("Plans", inner);
    const auto bob = let_in("Bob", "bob@northwater.example");
    let_into(inner, bob);
    const auto voice = say(bob, "want", inner);
    reach(voice, hear::Stage::sense, theme);
    pass(std::chrono::hours(1));
    answer(voice);
    follow();
    const auto hers = sign_in_as(aino);
    const auto absent = "0000000000001";
    EXPECT_EQ(voices_behind(sign_in_as(owner), "/clock/answered?theme=" + theme.text()).size(), 1U);
    for (const auto& path :
         {"theme=" + theme.text(), "circle=" + inner.text(), std::string("theme=") + absent,
          std::string("circle=") + absent, "theme=" + organisation.everyone.text(),
          std::string("kind=nothing"), std::string("month=2026-13"), std::string("month=soon")})
        EXPECT_EQ(get_at(hers, "/clock/answered?" + path).status, 404) << path;
    EXPECT_EQ(get_at(hers, "/clock/said").status, 404);
}

MOOTHALL_ON_EACH_ENGINE(ClockPages);

} // namespace
} // namespace moothall::learn
