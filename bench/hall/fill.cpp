// Fills a hall with a corpus of a known size, the same each time: 301 people, 1,000 voices, 10,000
// supports and 3,000 replies.
//
//   moothall init --data DIR --name NAME --owner EMAIL
//   bench_hall --data DIR [--times N]
//
// `--times 100` makes a hall of a hundred times the size, and of 100,000 people.
//
// Prints as JSON what a measurement needs to ask for: API tokens, a session, ids of voices.
// Everything is said and done by the rules of the stages themselves, in one transaction for each
// hundred acts, so the log and the kept counts are those of a hall in which people did it.

#include "cli/open.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "web/number.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

namespace {

using namespace moothall;
using namespace std::chrono_literals;

/// How much there is of everything.
struct Size {
    explicit Size(std::size_t times)
        : people(times == 1 ? 301 : 1'000 * times), voices(1'000 * times), supports(10'000 * times),
          replies(3'000 * times)
    {
    }
    std::size_t people; // the owner is one of them
    std::size_t voices;
    std::size_t supports;
    std::size_t replies;
};
constexpr std::size_t tokens_count = 300;
constexpr std::size_t voices_told = 1'000; // as many ids are printed
constexpr std::size_t acts_in_a_transaction = 200;

/// Every voice holds the word "meter", as the worst case for a search.
constexpr std::array<std::string_view, 120> vocabulary{
    "water",    "meter",    "reading",  "bill",        "street",  "pump",     "pressure",
    "summer",   "winter",   "morning",  "evening",     "garden",  "kitchen",  "school",
    "hospital", "office",   "letter",   "phone",       "number",  "account",  "payment",
    "month",    "quarter",  "estimate", "leak",        "pipe",    "valve",    "repair",
    "van",      "engineer", "visit",    "appointment", "window",  "hour",     "minute",
    "notice",   "warning",  "outage",   "tank",        "bottle",  "quality",  "taste",
    "colour",   "smell",    "sample",   "report",      "result",  "public",   "meeting",
    "question", "answer",   "promise",  "price",       "tariff",  "discount", "family",
    "tenant",   "landlord", "building", "basement",    "roof",    "rain",     "drain",
    "flood",    "river",    "bank",     "bridge",      "road",    "work",     "night",
    "noise",    "light",    "map",      "page",        "form",    "button",   "app",
    "browser",  "password", "language", "neighbour",   "village", "town",     "hill",
    "valley",   "farm",     "field",    "animal",      "shop",    "bakery",   "hotel",
    "guest",    "season",   "holiday",  "week",        "year",    "plan",     "budget",
    "cost",     "saving",   "energy",   "solar",       "battery", "charge",   "network",
    "signal",   "message",  "mail",     "customer",    "service", "partner",  "supplier",
    "contract", "quote",    "order",    "delivery",    "stock",   "spare",    "part",
    "tool"};
constexpr std::array<std::string_view, 24> small_words{
    "the", "a",    "of",   "and",  "to",   "in",  "is",   "that", "when", "we",  "my", "with",
    "for", "from", "this", "they", "have", "not", "over", "each", "if",   "our", "on", "before"};
constexpr std::array<std::string_view, 12> tags{"billing", "meters",  "outages", "pressure",
                                                "website", "quality", "prices",  "repairs",
                                                "notices", "gardens", "schools", "roads"};

/// Sebastiano Vigna's SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
class Chance {
public:
    std::size_t below(std::size_t end)
    {
        state_ += 0x9e3779b97f4a7c15U;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return (z ^ (z >> 31U)) % end;
    }
    /// Some are drawn far more often than others, as in what people write and where they join in.
    std::size_t skewed_below(std::size_t end) { return below(below(end) + 1); }

private:
    std::uint64_t state_ = 1'000'301; // any number would do
};

class Filling {
public:
    Filling(cli::OpenHall& hall, const web::Organisation& organisation, Size size)
        : hall_(hall), organisation_(organisation), size_(size), now_(hall.clock.now())
    {
    }

    void run()
    {
        bring_people();
        in_batches(size_.voices, [&](store::Transaction& transaction, std::size_t at) {
            say_one(transaction, at);
        });
        std::set<std::pair<std::size_t, std::size_t>> given;
        while (given.size() < size_.supports)
            given.emplace(chance_.skewed_below(size_.voices), chance_.below(size_.people));
        const std::vector<std::pair<std::size_t, std::size_t>> supports(given.begin(), given.end());
        in_batches(size_.supports, [&](store::Transaction& transaction, std::size_t at) {
            const auto& [voice, person] = supports[at];
            must(hear::give_support(transaction, *hall_.ids, time_of(voice) + 1h, viewers_[person],
                                    voices_[voice], person % 3 == 0 ? "important" : ""));
        });
        in_batches(size_.replies, [&](store::Transaction& transaction, std::size_t) {
            const auto voice = chance_.skewed_below(size_.voices);
            const auto body = text(20 + chance_.below(60));
            const auto rendered = must(hear::render_body({}, body));
            must(hear::say_reply(transaction, *hall_.ids, time_of(voice) + 2h,
                                 viewers_[chance_.below(size_.people)], voices_[voice],
                                 {.body = body}, rendered));
        });
    }

    std::string answer()
    {
        JsonWriter json;
        json.begin_object();
        hall_.database->write([&](store::Transaction& transaction) {
            json.field("session",
                       people::start_session(transaction, *hall_.ids, now_, organisation_.id,
                                             viewers_[1].person, "bench"));
            json.key("tokens").begin_array();
            for (std::size_t at = 0; at < tokens_count; ++at)
                json.value(people::make_api_token(transaction, *hall_.ids, now_, organisation_.id,
                                                  viewers_[at].person, "bench"));
            json.end_array();
        });
        json.key("voices").begin_array();
        for (std::size_t at = 0; at < voices_told; ++at)
            json.value(voices_[at * (voices_.size() / voices_told)].text());
        json.end_array().end_object();
        return json.take();
    }

private:
    template <class T>
    static T must(Result<T> result)
    {
        if (!result) throw std::runtime_error(cli::sentence_of(result.error()));
        return *std::move(result);
    }

    void in_batches(std::size_t count,
                    const std::function<void(store::Transaction&, std::size_t)>& act)
    {
        for (std::size_t from = 0; from < count; from += acts_in_a_transaction)
            hall_.database->write([&](store::Transaction& transaction) {
                const auto to = std::min(count, from + acts_in_a_transaction);
                for (auto at = from; at < to; ++at) act(transaction, at);
            });
    }

    void bring_people()
    {
        in_batches(size_.people, [&](store::Transaction& transaction, std::size_t at) {
            const auto number = std::to_string(at);
            auto person = at == 0 ? people::find_person_by_email(transaction, organisation_.id,
                                                                 "owner@example.org")
                                  : std::nullopt;
            if (at > 0)
                person = must(people::create_person(
                    transaction, *hall_.ids, now_, organisation_.id, organisation_.everyone,
                    {.name = "Person " + number, .email = "person" + number + "@example.org"}));
            if (!person) throw std::runtime_error("The owner is owner@example.org.");
            auto viewer = people::make_viewer(transaction, organisation_.id, organisation_.everyone,
                                              person->id);
            if (!viewer) throw std::runtime_error("A person is not active.");
            viewers_.push_back(*std::move(viewer));
        });
    }

    void say_one(store::Transaction& transaction, std::size_t at)
    {
        const auto& kinds = hear::voice_kinds();
        auto title = words(5 + chance_.below(5));
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
        const auto body = text(60 + chance_.below(120)) + "\n\nIt is about the meter.";
        std::vector<std::string> some_tags;
        for (std::size_t tag = chance_.below(3); tag > 0; --tag)
            some_tags.emplace_back(tags[chance_.skewed_below(tags.size())]);
        std::ranges::sort(some_tags);
        some_tags.erase(std::ranges::unique(some_tags).begin(), some_tags.end());
        const auto rendered = must(hear::render_body(title, body));
        voices_.push_back(must(hear::say_voice(transaction, *hall_.ids, time_of(at),
                                               viewers_[chance_.below(size_.people)],
                                               {.kind = kinds[chance_.below(kinds.size())],
                                                .title = title,
                                                .body = body,
                                                .tags = some_tags},
                                               rendered))
                              .id);
    }

    /// One voice after the other in eleven months, up to now.
    Time time_of(std::size_t voice) const
    {
        return now_ - std::chrono::microseconds(8'000h) / static_cast<std::int64_t>(size_.voices) *
                          static_cast<std::int64_t>(size_.voices - voice);
    }

    std::string words(std::size_t count)
    {
        std::string made;
        for (std::size_t at = 0; at < count; ++at) {
            if (at > 0) made += ' ';
            made += at % 2 == 0 ? vocabulary[chance_.skewed_below(vocabulary.size())]
                                : small_words[chance_.skewed_below(small_words.size())];
        }
        return made;
    }

    /// Sentences of some twelve words, in paragraphs of four.
    std::string text(std::size_t count)
    {
        std::string made;
        for (std::size_t sentence = 0; count > 0; ++sentence) {
            const auto length = std::min<std::size_t>(count, 8 + chance_.below(9));
            if (sentence > 0) made += sentence % 4 == 0 ? "\n\n" : " ";
            auto one = words(length);
            one[0] = static_cast<char>(one[0] - 'a' + 'A');
            made += one + '.';
            count -= length;
        }
        return made;
    }

    cli::OpenHall& hall_;
    const web::Organisation& organisation_;
    Size size_;
    Time now_;
    Chance chance_;
    std::vector<Viewer> viewers_;
    std::vector<Id> voices_;
};

} // namespace

int main(int count, char** words)
{
    const std::vector<std::string_view> all(words + 1, words + count);
    const cli::Arguments arguments(all, {"data", "database", "url", "times"}, {});
    if (!arguments.error().empty() || !arguments.rest().empty() || arguments.help())
        return cli::fail("use: bench_hall --data DIR [--times N]", cli::wrong_usage);
    return cli::guarded([&] {
        int code = cli::good;
        const auto hall = cli::open_hall(arguments, code);
        if (!hall) return code;
        const auto organisation = cli::choose_organisation(*hall, arguments);
        if (!organisation) return cli::fail(cli::sentence_of(organisation.error()));
        const auto times = web::read_whole(arguments.value("times").value_or("1"));
        if (!times || *times < 1 || *times > 1'000)
            return cli::fail("--times takes a number from 1 to 1000.", cli::wrong_usage);
        Filling filling(*hall, *organisation, Size(static_cast<std::size_t>(*times)));
        filling.run();
        std::puts(filling.answer().c_str());
        return cli::good;
    });
}
