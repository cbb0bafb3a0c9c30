#include "sample/cast.hpp"

#include "base/invariant.hpp"
#include "people/people.hpp"
#include "sample/sample.hpp"

#include <algorithm>

namespace moothall::sample {

using namespace std::chrono_literals;

Cast::Cast(store::Transaction& opened, IdSource& id_source, Time present,
           const people::Founded& organisation_founded, files::Shelf& files_shelf)
    : transaction(opened), ids(id_source), now(present), founded(organisation_founded),
      shelf(files_shelf), organisation(founded.organisation.id),
      everyone(founded.organisation.everyone), script(read_script())
{
}

void Cast::enter()
{
    bring_people();
    open_circles();
}

void Cast::bring_people()
{
    auto at = now - history + 1h;
    for (const auto& line : script.people) {
        at += 7min;
        auto person = founded.owner;
        if (line.key != "owner")
            person = must(people::create_person(
                              transaction, ids, at, organisation, everyone,
                              {.name = line.name, .email = line.email, .actor = founded.owner.id}),
                          line.key);
        person.name = line.name;
        person.about = line.about;
        person.language = line.language;
        person.mail = "never"; // nobody reads these addresses
        person.trusted = true;
        people::save_person(transaction, organisation, person, at);
        people_.emplace(line.key, person.id);
        members_["everyone"].push_back(line.key);
    }
}

void Cast::open_circles()
{
    circles_.emplace("everyone", everyone);
    auto at = now - history + 12h;
    for (const auto& line : script.circles) {
        at += 20min;
        if (line.key == "everyone") { // is there already, and everybody is in it
            for (const auto& key : line.stewards) join(everyone, line.key, key, Role::steward, at);
            continue;
        }
        const auto kind = people::circle_kind_of(line.kind);
        const auto visibility = people::visibility_of(line.visibility);
        invariant(kind && visibility, "the sample's circles are of known kinds");
        const auto circle =
            must(people::create_circle(transaction, ids, at, viewer("owner"),
                                       {.name = line.name,
                                        .purpose = line.purpose,
                                        .kind = *kind,
                                        .visibility = *visibility,
                                        .joining = line.joining == "open"
                                                       ? people::Joining::open
                                                       : people::Joining::invitation}),
                 line.key);
        viewers_.clear();
        circles_.emplace(line.key, circle.id);
        for (const auto& key : line.stewards) join(circle.id, line.key, key, Role::steward, at);
        for (const auto& key : line.members) join(circle.id, line.key, key, Role::member, at);
    }
    viewers_.clear();
}

void Cast::join(Id circle, const std::string& circle_key, const std::string& key, Role role,
                Time& at)
{
    at += 1min;
    if (circle != everyone) members_[circle_key].push_back(key);
    if (key == "owner") return; // steward of it already
    must(people::change_role(transaction, ids, at, viewer("owner"), circle, person(key), role),
         circle_key + " " + key);
}

Id Cast::person(const std::string& key) const
{
    const auto found = people_.find(key);
    if (found == people_.end()) throw std::logic_error("sample: there is no person " + key);
    return found->second;
}
Id Cast::circle(const std::string& key) const
{
    const auto found = circles_.find(key);
    if (found == circles_.end()) throw std::logic_error("sample: there is no circle " + key);
    return found->second;
}
const Viewer& Cast::viewer(const std::string& key)
{
    auto& known = viewers_[key];
    if (!known.signed_in()) {
        auto made = people::make_viewer(transaction, organisation, everyone, person(key));
        invariant(made.has_value(), "the sample's people are active");
        known = *std::move(made);
    }
    return known;
}

const std::vector<std::string>& Cast::members(const std::string& key) const
{
    const auto found = members_.find(key);
    if (found == members_.end()) throw std::logic_error("sample: there is no circle " + key);
    return found->second;
}

bool Cast::is_member(const std::string& circle_key, const std::string& key) const
{
    return std::ranges::find(members(circle_key), key) != members(circle_key).end();
}

bool Cast::sees(const std::string& key, const std::string& circle_key) const
{
    return key == "owner" || circle_line(circle_key).visibility == "public" ||
           is_member(circle_key, key);
}

const CircleLine& Cast::circle_line(const std::string& key) const
{
    const auto found = std::ranges::find(script.circles, key, &CircleLine::key);
    if (found == script.circles.end()) throw std::logic_error("sample: there is no circle " + key);
    return *found;
}

const VoiceLine& Cast::voice_line(std::string_view title_begin) const
{
    const VoiceLine* found = nullptr;
    for (const auto& line : script.voices)
        if (line.title.starts_with(title_begin)) {
            if (found != nullptr)
                throw std::logic_error("sample: two voices begin with " + std::string(title_begin));
            found = &line;
        }
    if (found == nullptr)
        throw std::logic_error("sample: no voice begins with " + std::string(title_begin));
    return *found;
}

Id Cast::voice(const VoiceLine& line) const
{
    const auto found = voices_.find(&line);
    if (found == voices_.end()) throw std::logic_error("sample: not said yet: " + line.title);
    return found->second;
}

Time Cast::day(int days_ago) const
{
    return std::chrono::floor<std::chrono::days>(now) - std::chrono::days{days_ago};
}

Date Cast::date(int days_from_today) const
{
    return Date{std::chrono::floor<std::chrono::days>(now) + std::chrono::days{days_from_today}};
}

} // namespace moothall::sample
