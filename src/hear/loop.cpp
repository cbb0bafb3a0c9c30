#include "hear/loop.hpp"

#include "people/people.hpp"
#include "text/json.hpp"
#include "web/language.hpp"

#include <array>

namespace moothall::hear {

namespace {

/// What the line says of a stage: its name, and what is missing and who could do it.
struct Stop {
    const char* label;
    const char* missing;
    const char* who;
};

constexpr std::array<Stop, stage_count> stops{{
    {web::translatable("Heard"), web::translatable("not yet"), ""},
    {web::translatable("Theme"), web::translatable("in no theme yet"),
     web::translatable("People of the company can put it into one.")},
    {web::translatable("Decided"), web::translatable("nothing yet"),
     web::translatable("People of the company can propose a decision.")},
    {web::translatable("With"), web::translatable("nobody yet"),
     web::translatable("Ask somebody, or promise it yourself.")},
    {web::translatable("Done"), web::translatable("not yet"),
     web::translatable("Who promised it says when it is done.")},
    {web::translatable("Told"), web::translatable("not yet"),
     web::translatable("The author is told of the first outcome.")},
    {web::translatable("Learned"), web::translatable("nothing yet"),
     web::translatable("The author says whether it helped, or the review does.")},
}};

/// What a step came to, by the verb of its event. Verbs that are not here need no more words than
/// the title of what they are about.
struct Outcome {
    std::string_view verb;
    const char* words;
    bool bad;
};

constexpr Outcome outcomes[] = {
    {"decide.passed", web::translatable("passed"), false},
    {"decide.failed", web::translatable("did not pass"), false},
    {"decide.decision_withdrawn", web::translatable("withdrawn"), true},
    {"organise.request_taken", web::translatable("taken"), false},
    {"organise.request_answered", web::translatable("answered"), false},
    {"act.commitment_made", web::translatable("promised"), false},
    {"act.commitment_moved", web::translatable("promised for a later day"), false},
    {"act.commitment_overdue", web::translatable("overdue"), true},
    {"act.commitment_broken", web::translatable("the promise was broken"), true},
    {"act.commitment_withdrawn", web::translatable("the promise was withdrawn"), true},
    {"act.commitment_kept", web::translatable("the promise was kept"), false},
    {"write.procedure_threshold_reached", web::translatable("must be mended"), false},
    {"write.procedure_mended", web::translatable("mended"), false},
    {"write.procedure_retired", web::translatable("retired"), false},
    {"tell.outcome_told", web::translatable("the author was told"), false},
    {"hear.helped", web::translatable("the author says it helps"), false},
    {"hear.did_not_help", web::translatable("the author says it does not help"), true},
    {"decide.held", web::translatable("it held"), false},
    {"decide.wrong", web::translatable("we were wrong"), false},
    {"decide.unclear", web::translatable("still unclear"), false},
};

const Outcome* outcome_of(std::string_view verb)
{
    for (const auto& outcome : outcomes)
        if (outcome.verb == verb) return &outcome;
    return nullptr;
}

std::size_t place_of(Stage stage)
{
    return static_cast<std::size_t>(stage) - 1;
}

} // namespace

std::string_view to_text(Stage stage)
{
    static constexpr std::array<std::string_view, stage_count> names{
        "hear", "sense", "decide", "organise", "act", "tell", "learn"};
    return names[place_of(stage)];
}

void reach_stage(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id about,
                 std::string_view verb, Time at)
{
    transaction.execute(R"sql(
        INSERT INTO loop_step (org_id, thing_id, stage, about_id, verb, at_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (org_id, thing_id, stage, about_id) DO UPDATE SET verb = excluded.verb )sql",
                        organisation, thing, static_cast<std::int64_t>(stage), about, verb, at);
}

void reach_stage(store::Transaction& transaction, Id organisation, const std::vector<Id>& things,
                 Stage stage, Id about, std::string_view verb, Time at)
{
    for (const auto thing : things)
        reach_stage(transaction, organisation, thing, stage, about, verb, at);
}

void leave_stage(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id about)
{
    transaction.execute(R"sql(
        DELETE FROM loop_step WHERE org_id = ?1 AND thing_id = ?2 AND stage = ?3 AND about_id = ?4 )sql",
                        organisation, thing, static_cast<std::int64_t>(stage), about);
}

Loop find_loop(store::Transaction& transaction, const Viewer& viewer, Id thing,
               const std::vector<Id>& voices)
{
    Loop loop;
    std::vector<Id> sources = voices;
    sources.push_back(thing);
    // Only what the viewer sees speaks: a closed circle's voice behind a public decision stays
    // unsaid.
    std::vector<Id> seen;
    auto& heard = loop[0];
    for (const auto& row : transaction.query(
             store::Sql(R"sql( SELECT t.thing_id, t.created_us, t.kind, t.title FROM thing t
                 WHERE t.org_id = ?1 AND t.thing_id IN_IDS(?3) AND )sql") +
                 people::seen + " ORDER BY t.created_us, t.thing_id",
             viewer.organisation, viewer.person, store::IdList{sources})) {
        seen.push_back(row.id(0));
        if (row.text(2) != "voice" || heard.at) continue;
        heard = {row.time(1), "hear.voice_said", row.id(0), row.string(3),
                 record::path_of("voice", row.id(0))};
    }
    for (const auto& row : transaction.query(
             store::Sql(R"sql( SELECT s.stage, s.verb, s.at_us, t.thing_id, t.kind, t.title
                 FROM loop_step s CROSS JOIN thing t
                 WHERE s.org_id = ?1 AND t.org_id = ?1 AND s.thing_id IN_IDS(?3)
                   AND t.thing_id = s.about_id AND )sql") +
                 people::seen + " ORDER BY s.at_us, s.about_id",
             viewer.organisation, viewer.person, store::IdList{seen})) {
        const auto place = static_cast<std::size_t>(row.integer(0)) - 1;
        if (place >= stage_count || loop[place].at) continue;
        loop[place] = {row.time(2), row.string(1), row.id(3), row.string(5),
                       record::path_of(row.text(4), row.id(3))};
    }
    return loop;
}

std::vector<ReachedStage> list_stages(store::Transaction& transaction, Id organisation, Id thing)
{
    std::vector<ReachedStage> reached;
    for (const auto& row : transaction.query(R"sql(
             SELECT stage, about_id, at_us FROM loop_step WHERE org_id = ?1 AND thing_id = ?2
             ORDER BY at_us, about_id )sql",
                                             organisation, thing))
        reached.push_back({static_cast<Stage>(row.integer(0)), row.id(1), row.time(2)});
    return reached;
}

std::vector<Id> list_things_through(store::Transaction& transaction, Id organisation, Id about,
                                    int limit)
{
    std::vector<Id> things;
    for (const auto& row : transaction.query(R"sql(
             SELECT DISTINCT thing_id FROM loop_step WHERE org_id = ?1 AND about_id = ?2
             ORDER BY thing_id LIMIT ?3 )sql",
                                             organisation, about, limit))
        things.push_back(row.id(0));
    return things;
}

std::string sentence_of(Stage stage, const LoopStep& step, const web::Language& language)
{
    const auto& stop = stops[place_of(stage)];
    if (!step.at) {
        auto sentence = std::string(language.t(stop.missing));
        if (*stop.who != '\0') sentence += ". " + std::string(language.t(stop.who));
        return sentence;
    }
    const auto* outcome = outcome_of(step.verb);
    if (outcome == nullptr) return step.title;
    const auto words = std::string(language.t(outcome->words));
    // Told and learned are about the voice itself: its title would say nothing new.
    if (stage == Stage::tell || (stage == Stage::learn && step.path.starts_with("/voices/")))
        return words;
    return step.title + ": " + words;
}

web::LoopLine make_loop_line(const Loop& loop, const web::Language& language)
{
    web::LoopLine line;
    bool next_found = false;
    for (std::size_t place = 0; place < stage_count; ++place) {
        const auto& step = loop[place];
        const auto stage = static_cast<Stage>(place + 1);
        web::LoopStop stop;
        stop.label = language.t(stops[place].label);
        if (step.at) {
            const auto* outcome = outcome_of(step.verb);
            stop.state =
                outcome != nullptr && outcome->bad ? web::LoopStop::broken : web::LoopStop::done;
            stop.path = step.path;
            const auto day = language.day(*step.at);
            if (stage == Stage::hear) {
                stop.text = day;
            } else if (stage == Stage::tell ||
                       (stage == Stage::learn && step.path.starts_with("/voices/"))) {
                stop.text = sentence_of(stage, step, language);
                stop.path.clear();
                stop.note = day;
            } else {
                stop.text = step.title;
                stop.note = outcome == nullptr
                                ? day
                                : language.t("{1}, {2}", language.t(outcome->words), day);
            }
            line.now = outcome != nullptr && outcome->bad ? std::string(language.t(outcome->words))
                                                          : stop.label;
        } else {
            if (!next_found) stop.state = web::LoopStop::next;
            next_found = true;
            stop.text = language.t(stops[place].missing);
            if (*stops[place].who != '\0') stop.note = language.t(stops[place].who);
        }
        line.stops.push_back(std::move(stop));
    }
    return line;
}

std::string loop_json(const Loop& loop, const web::Language& language, std::string_view base_url)
{
    JsonWriter json;
    json.begin_object().key("stages").begin_array();
    for (std::size_t place = 0; place < stage_count; ++place) {
        const auto& step = loop[place];
        const auto stage = static_cast<Stage>(place + 1);
        json.begin_object().field("stage", to_text(stage));
        if (step.at)
            json.field("at", to_rfc3339(*step.at));
        else
            json.null_field("at");
        json.field("what", sentence_of(stage, step, language));
        if (step.at && !step.path.empty())
            json.field("url", std::string(base_url) + step.path);
        else
            json.null_field("url");
        json.end_object();
    }
    return json.end_array().end_object().take();
}

} // namespace moothall::hear
