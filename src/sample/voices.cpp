// What people say: voices, support, replies and official answers.

#include "sample/plan.hpp"

#include "base/invariant.hpp"
#include "hear/hear.hpp"
#include "record/record.hpp"
#include "sample/sample.hpp"
#include "tell/told.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

const std::string& author_of(const VoiceLine& voice)
{
    return voice.on_behalf_of.empty() ? voice.writer : voice.on_behalf_of;
}

/// Where nobody says why, a steward of the circle who works here only sets the status.
void set_quiet_statuses(Cast& cast, Chance& chance)
{
    for (auto& voice : cast.script.voices) {
        if (voice.status == "open" || !voice.officials.empty()) continue;
        std::vector<std::string> stewards;
        std::ranges::copy_if(cast.circle_line(voice.circle).stewards, std::back_inserter(stewards),
                             [&](const auto& key) { return cast.is_member("company", key); });
        invariant(!stewards.empty(), "each circle of the sample has a steward who works here");
        voice.officials.push_back(
            {chance.choose(std::move(stewards), 1).front(), voice.status, {}});
    }
}

void say(Cast& cast, const VoiceLine& line, Time at)
{
    const auto rendered = must(hear::render_body(line.title, line.body), line.title);
    const auto voice =
        must(hear::say_voice(
                 cast.transaction, cast.ids, at, cast.viewer(line.writer),
                 {.kind = line.kind,
                  .title = line.title,
                  .body = line.body,
                  .circle = cast.circle(line.circle),
                  .on_behalf_of = line.on_behalf_of.empty() ? Id{} : cast.person(line.on_behalf_of),
                  .tags = line.tags,
                  .created = at},
                 rendered),
             line.title);
    cast.keep_voice(line, voice.id);
}

void back(Cast& cast, const VoiceLine& line, const std::string& who, std::int64_t percent, Time at)
{
    const std::string_view matters = percent < 45   ? ""
                                     : percent < 60 ? "nice"
                                     : percent < 87 ? "important"
                                                    : "vital";
    must(hear::give_support(cast.transaction, cast.ids, at, cast.viewer(who), cast.voice(line),
                            matters),
         line.title + ", backed by " + who);
}

/// Says a reply and gives its id.
Id reply(Cast& cast, const VoiceLine& line, const ReplyLine& words, Id parent, Time at)
{
    const auto& viewer = cast.viewer(words.author);
    const auto where = line.title + ", answered by " + words.author;
    hear::NewReply wanted{.body = words.body, .created = at};
    if (words.to_previous) wanted.parent = parent;
    const auto id = must(hear::say_reply(cast.transaction, cast.ids, at, viewer, cast.voice(line),
                                         wanted, must(hear::render_body({}, words.body), where)),
                         where)
                        .id;
    if (words.is_answer) // who asked marks it
        must(hear::choose_answer(cast.transaction, cast.ids, at, cast.viewer(author_of(line)),
                                 cast.voice(line), id),
             where);
    return id;
}

void answer(Cast& cast, const VoiceLine& line, const OfficialLine& official, Time at)
{
    const auto where = line.title + ", officially answered by " + official.by;
    const auto statuses = hear::list_statuses(cast.transaction, cast.organisation);
    const auto* status = hear::find_status(statuses, official.status);
    invariant(status != nullptr, "the sample's statuses are the default ones");
    const auto html = must(hear::render_body({}, official.reason), where);
    must(hear::answer_officially(cast.transaction, cast.ids, at, cast.viewer(official.by),
                                 cast.voice(line), status->id, official.reason, html.html),
         where);
    tell_author(cast, cast.voice(line), cast.voice(line), at);
}

class VoicePlan {
public:
    VoicePlan(Cast& cast, Chance& chance) : cast_(cast), chance_(chance) {}

    std::vector<Step> make()
    {
        for (const auto& line : cast_.script.voices) add(line);
        return std::move(steps_);
    }

private:
    void add(const VoiceLine& line)
    {
        auto& cast = cast_;
        const Time said = cast.day(line.days_ago) + 7h + chance_.within(13h);
        const auto clip = [&](Time at, std::chrono::microseconds before_now) {
            return std::max(said + 1min, std::min(at, cast.now - before_now));
        };
        steps_.push_back({said, [&cast, &line](Time at) { say(cast, line, at); }});

        auto candidates = cast.members(line.circle);
        std::erase(candidates, author_of(line));
        for (auto& who :
             chance_.choose(std::move(candidates), static_cast<std::size_t>(line.supporters))) {
            const auto percent = chance_.below(100);
            steps_.push_back({clip(said + chance_.within(std::chrono::days{45}),
                                   1min + chance_.within(std::chrono::days{2})),
                              [&cast, &line, who = std::move(who), percent](Time at) {
                                  back(cast, line, who, percent, at);
                              }});
        }

        Time at = said;
        const auto previous = std::make_shared<Id>();
        for (const auto& words : line.replies) {
            at = std::max(at + 1min, clip(at + 40min + chance_.within(30h), 30min));
            steps_.push_back({at, [&cast, &line, &words, previous](Time when) {
                                  *previous = reply(cast, line, words, *previous, when);
                              }});
        }
        for (const auto& official : line.officials) {
            const std::chrono::days pause{&official == &line.officials.front() ? 2 : 20};
            at = std::max(at + 1min,
                          official.days_ago > 0
                              ? cast.day(official.days_ago) + 10h
                              : clip(at + pause + chance_.within(std::chrono::days{12}), 20min));
            steps_.push_back(
                {at, [&cast, &line, &official](Time when) { answer(cast, line, official, when); }});
        }
    }

    Cast& cast_;
    Chance& chance_;
    std::vector<Step> steps_;
};

} // namespace

std::vector<Step> plan_voices(Cast& cast, Chance& chance)
{
    set_quiet_statuses(cast, chance);
    return VoicePlan(cast, chance).make();
}

void tell_author(Cast& cast, Id voice, Id through, Time at)
{
    if (at < cast.now - notices_since)
        tell::note_told(cast.transaction, cast.organisation, cast.ids, at, voice, through);
}

void tell_authors(Cast& cast, Id through, Time at)
{
    constexpr int things_max = 500;
    for (const Id thing :
         hear::list_things_through(cast.transaction, cast.organisation, through, things_max))
        if (record::find_thing(cast.transaction, cast.organisation, thing)->kind == "voice")
            tell_author(cast, thing, through, at);
}

} // namespace moothall::sample
