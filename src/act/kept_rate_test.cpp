// The table of docs/decisions/0041-kept-rate.md, row by row.

#include "act/act.hpp"
#include "act/moderating.hpp"
#include "act/pages.hpp"
#include "hear/hear.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::act {

namespace {

using namespace std::chrono_literals;

enum class Deed : std::uint8_t { day_over, move, keep, break_it, withdraw };
enum class Says : std::uint8_t { nothing, kept, not_kept };

struct History {
    const char* what;
    std::vector<Deed> deeds;
    const char* figure;
    Says says;
};

using enum Deed;

const std::vector<History> histories{
    {"promised, the day is not over", {}, "running", Says::nothing},
    {"the day is over", {day_over}, "overdue", Says::not_kept},
    {"kept in time", {keep}, "kept", Says::kept},
    {"kept when the day was over", {day_over, keep}, "kept", Says::kept},
    {"moved in time", {move}, "running", Says::nothing},
    {"moved in time, kept", {move, keep}, "kept", Says::kept},
    {"moved in time, the new day is over", {move, day_over}, "overdue", Says::not_kept},
    {"moved in time, withdrawn in time", {move, withdraw}, "withdrawn", Says::nothing},
    {"moved in time, withdrawn when the new day was over",
     {move, day_over, withdraw},
     "given up",
     Says::not_kept},
    {"moved when the day was over", {day_over, move}, "moved late", Says::not_kept},
    {"moved when the day was over, and again in time",
     {day_over, move, move},
     "moved late",
     Says::not_kept},
    {"moved when the day was over, the new day is over",
     {day_over, move, day_over},
     "overdue",
     Says::not_kept},
    {"moved when the day was over, kept", {day_over, move, keep}, "kept", Says::kept},
    {"moved when the day was over, broken", {day_over, move, break_it}, "broken", Says::not_kept},
    {"moved when the day was over, withdrawn",
     {day_over, move, withdraw},
     "given up",
     Says::not_kept},
    {"withdrawn in time", {withdraw}, "withdrawn", Says::nothing},
    {"withdrawn when the day was over", {day_over, withdraw}, "given up", Says::not_kept},
    {"said to be broken in time", {break_it}, "broken", Says::not_kept},
    {"said to be broken when the day was over", {day_over, break_it}, "broken", Says::not_kept},
};

/// Each figure of a rate, in the words of the table.
std::vector<std::pair<std::string, std::int64_t>> figures_of(const KeptRate& rate)
{
    return {{"running", rate.running},  {"overdue", rate.overdue}, {"moved late", rate.moved_late},
            {"kept", rate.kept},        {"broken", rate.broken},   {"withdrawn", rate.withdrawn},
            {"given up", rate.given_up}};
}

/// The figures in which there is anything.
std::string told_by(const KeptRate& rate)
{
    std::string told;
    for (const auto& [name, promises] : figures_of(rate))
        if (promises != 0) told += name + ' ' + std::to_string(promises) + ';';
    return told;
}

enum class Chore : std::uint8_t { comes_by, is_late };

class KeptRates : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        hear::create_default_statuses(transaction, own_ids, start, organisation.id);
    }

    void mount(web::Hall& house) override
    {
        House::mount(house);
        mount_promise_pages(house.router());
    }

    Date in_days(int days)
    {
        return Date{std::chrono::floor<std::chrono::days>(now()) + std::chrono::days{days}};
    }
    Id promise()
    {
        const auto viewer = viewer_of(bob);
        return write([&](store::Transaction& transaction) {
            return make_commitment(
                       transaction, hall->ids(), now(), viewer,
                       {.what = "Send the new reading", .to = aino.id, .due = in_days(1)})
                .value()
                .id;
        });
    }
    void notice() { note_overdue(hall->database(), organisation.id, now(), hall->ids()); }
    void walk(Id id, const std::vector<Deed>& deeds, Chore chore)
    {
        const auto viewer = viewer_of(bob);
        int next_day = 1;
        for (const auto deed : deeds) {
            if (deed == day_over) {
                hall->clock().advance(24h * 12);
                if (chore == Chore::comes_by) notice();
                continue;
            }
            const auto done = write([&](store::Transaction& transaction) {
                auto& ids = hall->ids();
                if (deed == Deed::keep)
                    return keep_commitment(transaction, ids, now(), viewer, id, "Sent.");
                if (deed == Deed::break_it)
                    return break_commitment(transaction, ids, now(), viewer, id, "No time.");
                if (deed == Deed::withdraw)
                    return withdraw_commitment(transaction, ids, now(), viewer, id, "No money.");
                return move_commitment(transaction, ids, now(), viewer, id, in_days(++next_day),
                                       "The meter is late.");
            });
            ASSERT_TRUE(done) << done.error().sentence;
        }
        notice();
    }
    void moderate(Id id, record::State before, record::State after)
    {
        const auto viewer = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            transaction.execute("UPDATE thing SET state = ?3 WHERE org_id = ?1 AND thing_id = ?2",
                                organisation.id, id, record::to_text(after));
            auto thing = *record::find_thing(transaction, organisation.id, id);
            auto was = thing;
            was.state = before;
            EXPECT_TRUE(follow_moderation(transaction, viewer, was, thing));
        });
    }
    KeptRate rate()
    {
        const auto viewer = viewer_of(aino);
        return read(
            [&](store::Transaction& transaction) { return find_kept_rate(transaction, viewer); });
    }
    std::vector<KeptMonth> months(Id circle = {})
    {
        const auto viewer = viewer_of(aino);
        return read([&](store::Transaction& transaction) {
            return list_kept_months(transaction, viewer, circle);
        });
    }
    std::string months_told()
    {
        std::string told;
        for (const auto& month : months())
            told +=
                std::to_string(month.kept) + " of " + std::to_string(month.kept + month.not_kept);
        return told;
    }

    people::Person bob;
    people::Person aino;
};

TEST_P(KeptRates, say_of_each_history_what_the_table_says)
{
    for (const auto chore : {Chore::comes_by, Chore::is_late})
        for (const auto& history : histories) {
            SCOPED_TRACE(std::string(history.what) +
                         (chore == Chore::is_late ? ", before the chore came by" : ""));
            const auto id = promise();
            walk(id, history.deeds, chore);
            EXPECT_EQ(told_by(rate()), std::string(history.figure) + " 1;");
            EXPECT_EQ(months_told(), history.says == Says::nothing ? ""
                                     : history.says == Says::kept  ? "1 of 1"
                                                                   : "0 of 1");
            const auto share = rate().share();
            if (history.says == Says::nothing)
                EXPECT_FALSE(share);
            else
                EXPECT_EQ(share.value_or(-1), history.says == Says::kept ? 1.0 : 0.0);
            moderate(id, record::State::visible, record::State::hidden);
            EXPECT_EQ(told_by(rate()) + months_told(), "") << "what is hidden is in no number";
            moderate(id, record::State::hidden, record::State::visible);
            EXPECT_EQ(told_by(rate()), std::string(history.figure) + " 1;");
            moderate(id, record::State::visible, record::State::hidden); // alone in the figures
        }
}

TEST_P(KeptRates, tell_of_a_day_that_was_over_once_also_when_it_is_moved_before_the_chore)
{
    const auto id = promise();
    walk(id, {day_over, move}, Chore::is_late);
    EXPECT_EQ(events("act.commitment_overdue"), 1);
    EXPECT_EQ(events("act.commitment_moved"), 1);
    walk(id, {day_over, withdraw}, Chore::comes_by);
    EXPECT_EQ(events("act.commitment_overdue"), 2) << "the new day was over too";
}

TEST_P(KeptRates, month_by_month_stay_where_a_promise_came_to_something)
{
    walk(promise(), {keep}, Chore::comes_by); // in May
    const auto late = promise();
    walk(late, {day_over, day_over, day_over}, Chore::comes_by);
    ASSERT_EQ(months().size(), 1U);
    EXPECT_EQ(months()[0].month, "2026-05");
    EXPECT_EQ(months()[0].share(), 0.5);
    walk(late, {move, keep}, Chore::comes_by); // in June, and its day was in May
    walk(promise(), {break_it}, Chore::comes_by);
    ASSERT_EQ(months(organisation.everyone).size(), 2U);
    EXPECT_EQ(months()[0].share(), 1.0);
    EXPECT_EQ(months()[1].month, "2026-06");
    EXPECT_EQ(months()[1].not_kept, 1);
}

TEST_P(KeptRates, open_behind_each_number_of_the_chart_the_promises_it_counts)
{
    for (int month = 0; month < 3; ++month) {
        for (int kept = 0; kept <= month; ++kept) walk(promise(), {keep}, Chore::comes_by);
        const auto late = promise();
        hall->clock().advance(24h * 3);
        notice();
        walk(late, {move}, Chore::comes_by);
        hall->clock().advance(24h * 27);
    }
    walk(promise(), {withdraw}, Chore::comes_by);
    const auto circle = organisation.everyone.text();
    const auto page = get_at({}, "/promises?circle=" + circle).body;
    EXPECT_THAT(page, testing::HasSubstr("aria-label=\"Promises kept, month by month\""));
    const auto viewer = viewer_of(aino);
    const auto chart = read([&](store::Transaction& transaction) {
        return make_kept_chart(list_kept_months(transaction, viewer, organisation.everyone),
                               organisation.everyone, web::Language::of("en"));
    });
    ASSERT_EQ(chart.rows.size(), 3U);
    const auto promises_behind = [&](const std::string& path) {
        const auto body = get_at({}, path).body;
        std::int64_t rows = 0;
        for (std::size_t at = 0; (at = body.find("class=\"row\"", at)) != std::string::npos; ++at)
            ++rows;
        return rows;
    };
    for (const auto& row : chart.rows) {
        EXPECT_EQ(promises_behind(row.kept_path), row.kept) << row.month;
        EXPECT_EQ(promises_behind(row.not_kept_path), row.not_kept) << row.month;
    }
    EXPECT_EQ(chart.rows[2].kept, 3);
    EXPECT_EQ(chart.rows[2].share, "75%");
    EXPECT_EQ(promises_behind("/promises?state=not-kept"), 3);
}

TEST_P(KeptRates, of_one_circle_are_those_of_its_promises)
{
    promise();
    walk(promise(), {keep}, Chore::comes_by);
    const auto of_everyone = read([&](store::Transaction& transaction) {
        return list_kept_rates_of(transaction, organisation.id, {organisation.everyone}).front();
    });
    EXPECT_EQ(told_by(of_everyone), "running 1;kept 1;");
}

MOOTHALL_ON_EACH_ENGINE(KeptRates);

} // namespace

} // namespace moothall::act
