#include "sample/sample.hpp"

#include "base/invariant.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "sample/script.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

/// Chooses who backs what, at which hour; nothing else. Sebastiano Vigna's SplitMix64
/// (https://prng.di.unimi.it/splitmix64.c): a few lines, and the same on every machine.
class Chance {
public:
    std::uint64_t next()
    {
        state_ += 0x9e3779b97f4a7c15U;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }
    std::int64_t below(std::int64_t end)
    {
        return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(end));
    }
    std::chrono::microseconds within(std::chrono::microseconds end)
    {
        return std::chrono::seconds{below(std::max<std::int64_t>(1, end / 1s))};
    }

private:
    std::uint64_t state_ = 20'260'503; // any number would do
};

enum class Deed : std::uint8_t { say, support, reply, answer, official };

struct Step {
    Time at;
    std::size_t voice = 0;
    Deed deed = Deed::say;
    std::size_t line = 0; // which reply or official answer of the voice
    std::string person;
};

/// A refusal here is a mistake in the data.
template <class T>
T must(Result<T> result, const std::string& where)
{
    if (!result) throw std::logic_error("sample: " + where + ": " + result.error().sentence);
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

class Filling {
public:
    Filling(store::Transaction& transaction, IdSource& ids, Time now,
            const people::Founded& founded)
        : transaction_(transaction), ids_(ids), now_(now), founded_(founded),
          organisation_(founded.organisation.id), everyone_(founded.organisation.everyone),
          script_(read_script())
    {
    }

    void run()
    {
        bring_people();
        open_circles();
        set_quiet_statuses();
        statuses_ = hear::list_statuses(transaction_, organisation_);
        spoken_.resize(script_.voices.size());
        for (const auto& step : plan()) take(step);
        // People who look around should not drown in a year and a half of notices.
        transaction_.execute(R"sql(
            INSERT INTO consumer (org_id, name, event_id)
            SELECT ?1, 'tell', coalesce(max(e.event_id), 0) FROM event e
            WHERE e.org_id = ?1 AND e.at_us < ?2 )sql",
                             organisation_, now_ - std::chrono::days{21});
    }

private:
    struct Spoken {
        Id voice;
        std::vector<Id> replies;
    };

    void bring_people()
    {
        auto at = now_ - history + 1h;
        for (const auto& line : script_.people) {
            at += 7min;
            auto person = founded_.owner;
            if (line.key != "owner")
                person =
                    must(people::create_person(
                             transaction_, ids_, at, organisation_, everyone_,
                             {.name = line.name, .email = line.email, .actor = founded_.owner.id}),
                         line.key);
            person.name = line.name;
            person.about = line.about;
            person.language = line.language;
            person.mail = "never"; // nobody reads these addresses
            person.trusted = true;
            people::save_person(transaction_, organisation_, person, at);
            people_.emplace(line.key, person.id);
            members_["everyone"].push_back(line.key);
        }
    }

    void open_circles()
    {
        circles_.emplace("everyone", everyone_);
        auto at = now_ - history + 12h;
        for (const auto& line : script_.circles) {
            at += 20min;
            if (line.key == "everyone") { // is there already, and everybody is in it
                for (const auto& key : line.stewards)
                    join(everyone_, line.key, key, Role::steward, at);
                continue;
            }
            const auto kind = people::circle_kind_of(line.kind);
            const auto visibility = people::visibility_of(line.visibility);
            invariant(kind && visibility, "the sample's circles are of known kinds");
            const auto circle =
                must(people::create_circle(transaction_, ids_, at, viewer("owner"),
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

    void join(Id circle, const std::string& circle_key, const std::string& key, Role role, Time& at)
    {
        at += 1min;
        if (circle != everyone_) members_[circle_key].push_back(key);
        if (key == "owner") return; // steward of it already
        must(
            people::change_role(transaction_, ids_, at, viewer("owner"), circle, person(key), role),
            circle_key + " " + key);
    }

    /// Where nobody says why, a steward of the circle who works here only sets the status.
    void set_quiet_statuses()
    {
        for (auto& voice : script_.voices) {
            if (voice.status == "open" || !voice.officials.empty()) continue;
            const auto line = std::ranges::find(script_.circles, voice.circle, &CircleLine::key);
            invariant(line != script_.circles.end(), "a voice of the sample speaks in a circle");
            const auto is_colleague = [&](const std::string& key) {
                const auto& colleagues = members_.at("company");
                return std::ranges::find(colleagues, key) != colleagues.end();
            };
            std::vector<std::string> stewards;
            std::ranges::copy_if(line->stewards, std::back_inserter(stewards), is_colleague);
            invariant(!stewards.empty(), "each circle of the sample has a steward who works here");
            const auto chosen = chance_.below(static_cast<std::int64_t>(stewards.size()));
            voice.officials.push_back(
                {stewards[static_cast<std::size_t>(chosen)], voice.status, {}});
        }
    }

    /// Everything that is said and done, in the order of its time.
    std::vector<Step> plan()
    {
        std::vector<Step> steps;
        const auto today = std::chrono::floor<std::chrono::days>(now_);
        for (std::size_t i = 0; i < script_.voices.size(); ++i) {
            const auto& voice = script_.voices[i];
            const Time said = today - std::chrono::days{voice.days_ago} + 7h + chance_.within(13h);
            const auto clip = [&](Time at, std::chrono::microseconds before_now) {
                return std::max(said + 1min, std::min(at, now_ - before_now));
            };
            steps.push_back({said, i, Deed::say, 0, {}});
            for (const auto& key : choose_supporters(voice))
                steps.push_back({clip(said + chance_.within(std::chrono::days{45}),
                                      1min + chance_.within(std::chrono::days{2})),
                                 i, Deed::support, 0, key});
            Time at = said;
            for (std::size_t k = 0; k < voice.replies.size(); ++k) {
                at = std::max(at + 1min, clip(at + 40min + chance_.within(30h), 30min));
                steps.push_back({at, i, Deed::reply, k, {}});
                if (voice.replies[k].is_answer) steps.push_back({at + 30s, i, Deed::answer, k, {}});
            }
            for (std::size_t k = 0; k < voice.officials.size(); ++k) {
                at = std::max(at + 1min, clip(at + std::chrono::days{k == 0 ? 2 : 20} +
                                                  chance_.within(std::chrono::days{12}),
                                              20min));
                steps.push_back({at, i, Deed::official, k, {}});
            }
        }
        std::ranges::sort(steps, {}, [](const Step& step) {
            return std::tie(step.at, step.voice, step.deed, step.line, step.person);
        });
        return steps;
    }

    std::vector<std::string> choose_supporters(const VoiceLine& voice)
    {
        const auto found = members_.find(voice.circle);
        invariant(found != members_.end(), "a voice of the sample speaks in a circle of it");
        auto candidates = found->second;
        const auto& author = voice.on_behalf_of.empty() ? voice.writer : voice.on_behalf_of;
        std::erase(candidates, author);
        const auto wanted = std::min(candidates.size(), static_cast<std::size_t>(voice.supporters));
        for (std::size_t i = 0; i < wanted; ++i) // the first steps of a Fisher-Yates shuffle
            std::swap(candidates[i],
                      candidates[i + static_cast<std::size_t>(chance_.below(
                                         static_cast<std::int64_t>(candidates.size() - i)))]);
        candidates.resize(wanted);
        return candidates;
    }

    void take(const Step& step)
    {
        const auto& voice = script_.voices[step.voice];
        auto& spoken = spoken_[step.voice];
        const auto& where = voice.title;
        switch (step.deed) {
        case Deed::say:
            spoken.voice =
                must(hear::say_voice(transaction_, ids_, step.at, viewer(voice.writer),
                                     {.kind = voice.kind,
                                      .title = voice.title,
                                      .body = voice.body,
                                      .circle = circle(voice.circle),
                                      .on_behalf_of = voice.on_behalf_of.empty()
                                                          ? Id{}
                                                          : person(voice.on_behalf_of),
                                      .tags = voice.tags,
                                      .created = step.at},
                                     must(hear::render_body(voice.title, voice.body), where)),
                     where)
                    .id;
            return;
        case Deed::support:
            must(hear::give_support(transaction_, ids_, step.at, viewer(step.person), spoken.voice,
                                    choose_matters()),
                 where + ", backed by " + step.person);
            return;
        case Deed::reply: {
            const auto& reply = voice.replies[step.line];
            hear::NewReply wanted{.body = reply.body, .created = step.at};
            if (reply.to_previous && !spoken.replies.empty()) wanted.parent = spoken.replies.back();
            spoken.replies.push_back(
                must(hear::say_reply(transaction_, ids_, step.at, viewer(reply.author),
                                     spoken.voice, wanted,
                                     must(hear::render_body({}, reply.body), where)),
                     where + ", answered by " + reply.author)
                    .id);
            return;
        }
        case Deed::answer: {
            // Who asked marks the answer.
            const auto& author = voice.on_behalf_of.empty() ? voice.writer : voice.on_behalf_of;
            must(hear::choose_answer(transaction_, ids_, step.at, viewer(author), spoken.voice,
                                     spoken.replies.at(step.line)),
                 where);
            return;
        }
        case Deed::official: {
            const auto& answer = voice.officials.at(step.line);
            const auto* status = hear::find_status(statuses_, answer.status);
            invariant(status != nullptr, "the sample's statuses are the default ones");
            const auto html = must(hear::render_body({}, answer.reason), where);
            must(hear::answer_officially(transaction_, ids_, step.at, viewer(answer.by),
                                         spoken.voice, status->id, answer.reason, html.html),
                 where + ", officially answered by " + answer.by);
            return;
        }
        }
    }

    std::string_view choose_matters()
    {
        const auto chance = chance_.below(100);
        return chance < 45 ? "" : chance < 60 ? "nice" : chance < 87 ? "important" : "vital";
    }

    Id person(const std::string& key) const
    {
        const auto found = people_.find(key);
        if (found == people_.end()) throw std::logic_error("sample: there is no person " + key);
        return found->second;
    }
    Id circle(const std::string& key) const
    {
        const auto found = circles_.find(key);
        if (found == circles_.end()) throw std::logic_error("sample: there is no circle " + key);
        return found->second;
    }
    const Viewer& viewer(const std::string& key)
    {
        auto& known = viewers_[key];
        if (!known.signed_in()) {
            auto made = people::make_viewer(transaction_, organisation_, everyone_, person(key));
            invariant(made.has_value(), "the sample's people are active");
            known = *std::move(made);
        }
        return known;
    }

    store::Transaction& transaction_;
    IdSource& ids_;
    Time now_;
    const people::Founded& founded_;
    Id organisation_;
    Id everyone_;
    Script script_;
    Chance chance_;
    std::vector<hear::Status> statuses_;
    std::map<std::string, Id> people_;
    std::map<std::string, Id> circles_;
    std::map<std::string, std::vector<std::string>> members_; // circle → people, as in the script
    std::map<std::string, Viewer> viewers_;
    std::vector<Spoken> spoken_;
};

} // namespace

void fill_sample(store::Transaction& transaction, IdSource& ids, Time now,
                 const people::Founded& founded)
{
    Filling(transaction, ids, now, founded).run();
}

} // namespace moothall::sample
