// How the sample company works: procedures, who went round them, and what came of it, as loop.txt
// tells it.

#include "sample/plan.hpp"

#include "act/act.hpp"
#include "hear/hear.hpp"
#include "write/write.hpp"

#include <algorithm>
#include <memory>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

class ProcedurePlan {
public:
    ProcedurePlan(Cast& cast, Chance& chance) : cast_(cast), chance_(chance) {}

    std::vector<Step> make()
    {
        for (const auto& block : cast_.script.blocks)
            if (block.kind == "procedure") add_procedure(block);
        return std::move(steps_);
    }

private:
    template <class Take>
    void add(Time at, Take take)
    {
        steps_.push_back({std::min(at, cast_.now - 10min), std::move(take)});
    }
    /// Some time in the working hours of a day that is over.
    Time hours_of(int days_ago) { return cast_.day(days_ago) + 8h + chance_.within(8h); }

    /// The lines of a field that stands there several times, as Markdown.
    static std::string lines_of(const Block& block, std::string_view field)
    {
        std::string words;
        for (const auto& line : block.all(field)) words += line + "\n";
        return words;
    }
    void add_procedure(const Block& block)
    {
        auto& cast = cast_;
        const auto id = std::make_shared<Id>();
        add(hours_of(block.number("at")), [&cast, &block, id](Time at) {
            write::NewProcedure wanted;
            wanted.text = {.title = block.text("title"),
                           .purpose = block.text("purpose"),
                           .words = lines_of(block, "line"),
                           .said = {}};
            wanted.owner = cast.person(block.text("owner"));
            wanted.circle = cast.circle(block.text("circle"));
            if (block.has("threshold")) wanted.threshold = block.number("threshold");
            *id = must(write::make_procedure(
                           cast.transaction, cast.ids, at, cast.viewer(block.text("owner")), wanted,
                           must(write::render_words(wanted.text.words), wanted.text.title)),
                       wanted.text.title)
                      .id;
        });
        for (const auto& line : block.all("bypass")) add_bypass(line, id);
        if (block.has("mended")) {
            const auto [day, said] = first_word(block.text("mended"));
            add(hours_of(read_number(day)), [&cast, &block, id, what = said](Time at) {
                const write::ProcedureChange change{.words = lines_of(block, "mended-line"),
                                                    .said = what};
                const auto mended =
                    must(write::mend_procedure(cast.transaction, cast.ids, at,
                                               cast.viewer(block.text("owner")), *id, change,
                                               must(write::render_words(*change.words), what)),
                         what);
                hear::reach_stage(cast.transaction, cast.organisation, mended.voices,
                                  hear::Stage::act, *id, "write.procedure_mended", at);
                tell_authors(cast, *id, at);
            });
        }
        if (block.has("callout")) add_challenge(block, id);
    }

    void add_bypass(const std::string& line, const std::shared_ptr<Id>& procedure)
    {
        auto& cast = cast_;
        const auto parts = parts_of(line);
        const auto [day, rest] = first_word(parts[0]);
        const auto [who, for_whom] = first_word(rest);
        add(hours_of(read_number(day)),
            [&cast, procedure, parts, key = who, whom = for_whom](Time at) {
                write::NewBypass wanted;
                // A key of the cast, or words.
                if (cast.is_person(whom))
                    wanted.for_one = cast.person(whom);
                else
                    wanted.for_whom = whom;
                wanted.why = parts.at(1);
                if (parts.size() > 2) wanted.happened = parts[2];
                if (parts.size() > 3) wanted.voice = cast.voice(parts[3]);
                const auto logged = must(write::log_bypass(cast.transaction, cast.ids, at,
                                                           cast.viewer(key), *procedure, wanted),
                                         wanted.why);
                hear::reach_stage(
                    cast.transaction, cast.organisation, logged.owed, hear::Stage::organise,
                    *procedure, "write.procedure_threshold_reached", at,
                    {.by = logged.owner,
                     .due = logged.due ? std::optional(Time(std::chrono::sys_days(*logged.due)))
                                       : std::nullopt});
            });
    }

    /// "5 nadia What is wrong | more of it", and its owner's "4 answer".
    void add_challenge(const Block& block, const std::shared_ptr<Id>& procedure)
    {
        auto& cast = cast_;
        const auto challenge = std::make_shared<Id>();
        const auto parts = parts_of(block.text("callout"));
        const auto [day, rest] = first_word(parts.at(0));
        const auto [who, title] = first_word(rest);
        add(hours_of(read_number(day)), [&cast, procedure, challenge, key = who, said = title,
                                         body = parts.at(1)](Time at) {
            *challenge = must(act::open_callout(cast.transaction, cast.ids, at, cast.viewer(key),
                                                {.about = *procedure, .title = said, .body = body},
                                                must(hear::render_body(said, body), said)),
                              said)
                             .id;
        });
        const auto [answered, answer] = first_word(block.text("answer"));
        add(hours_of(read_number(answered)), [&cast, &block, challenge, reply = answer](Time at) {
            must(act::answer_callout(cast.transaction, cast.ids, at,
                                     cast.viewer(block.text("owner")), *challenge, reply,
                                     must(hear::render_body({}, reply), reply)),
                 reply);
        });
    }

    Cast& cast_;
    Chance& chance_;
    std::vector<Step> steps_;
};

} // namespace

std::vector<Step> plan_procedures(Cast& cast, Chance& chance)
{
    return ProcedurePlan(cast, chance).make();
}

} // namespace moothall::sample
