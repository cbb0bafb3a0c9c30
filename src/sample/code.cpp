// Who wrote the software for meters and acoustic loggers, as its repository would tell it.

#include "sample/plan.hpp"

#include "organise/organise.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

struct Change {
    const char* who;
    int days_ago;
    const char* file;
    const char* words;
};
constexpr Change changes[] = {
    {"priya", 21, "gateway/telegram.cpp", "Decode telegrams of the new wireless meters"},
    {"priya", 40, "gateway/telegram.cpp", "Drop telegrams that arrive twice"},
    {"priya", 64, "gateway/queue.cpp", "Keep readings while the line is down"},
    {"dev", 410, "gateway/queue.cpp", "Queue readings on disk"},
    {"samuel", 33, "loggers/leak_sound.cpp", "Tell a leak from a pump by its hum below 200 Hz"},
    {"priya", 90, "loggers/leak_sound.cpp", "Read the acoustic loggers each night"},
    {"samuel", 150, "loggers/correlate.cpp", "Find the leak between two loggers by the delay"},
    {"mei", 26, "billing/estimate.cpp", "Estimate a bill from last year's reading of the meter"},
    {"hana", 71, "billing/instalments.cpp", "Spread a bill over months"},
    {"mei", 300, "billing/instalments.cpp", "Round instalments in the customer's favour"},
};

organise::CodeShare& share_of(organise::CodePart& part, const people::Person& person)
{
    for (auto& share : part.shares)
        if (share.email == person.email) return share;
    auto& share = part.shares.emplace_back();
    share.name = person.name;
    share.email = person.email;
    return share;
}

organise::CodeHistory history_of(Cast& cast)
{
    constexpr double year_days = 365.25;
    std::map<std::string, organise::CodePart> parts; // folders before what is in them
    for (const auto& change : changes) {
        const auto person =
            people::find_person_by_id(cast.transaction, cast.organisation, cast.person(change.who));
        if (!person) continue;
        const std::string file = change.file;
        for (const auto& path : {std::string(), file.substr(0, file.find('/')), file}) {
            auto& part = parts[path];
            part.path = path;
            part.folder = path != file;
            auto& share = share_of(part, *person);
            ++share.commits;
            share.weight += std::exp2(-change.days_ago / year_days);
            share.newest = std::max(share.newest, cast.day(change.days_ago));
            share.words.emplace_back(change.words);
        }
    }
    organise::CodeHistory history;
    history.head = "5a3ae51e00000000000000000000000000000000"; // of no real repository
    history.commits = std::ssize(changes);
    for (auto& [path, part] : parts) history.parts.push_back(std::move(part));
    return history;
}

} // namespace

std::vector<Step> plan_code(Cast& cast)
{
    return {{cast.day(20) + 6h, [&cast](Time at) {
                 must(organise::save_code(cast.transaction, cast.ids, at, cast.viewer("owner"),
                                          "meters", cast.circle("company"), history_of(cast)),
                      "the code of meters");
             }}};
}

} // namespace moothall::sample
