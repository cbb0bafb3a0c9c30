#include "hear/loop.hpp"

#include "people/naming.hpp"
#include "people/people.hpp"
#include "text/json.hpp"
#include "web/language.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace moothall::hear {

namespace {

/// What the line says of a stage: its name, and what is missing and who could do it.
struct Stop {
    const char* label;
    const char* missing;
    const char* who;
};

constexpr std::array<Stop, stage_count> stops{{
    {web::translatable("Heard"), web::translatable("no voice yet"),
     web::translatable("Anybody can say something about it.")},
    {web::translatable("Theme"), web::translatable("in no theme yet"),
     web::translatable("People of the company can put it into one.")},
    {web::translatable("Decided"), web::translatable("nothing yet"),
     web::translatable("People of the company can propose a decision.")},
    {web::translatable("With"), web::translatable("nobody yet"),
     web::translatable("Ask somebody, or promise it yourself.")},
    {web::translatable("Done"), web::translatable("not yet"),
     web::translatable("Somebody has to promise it first.")},
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
    int rank; // within its stage: the highest is what the line shows
};

constexpr int rank_given_up = 1; // a promise that nobody works on any more
constexpr int rank_running = 3;

constexpr Outcome outcomes[] = {
    {"decide.passed", web::translatable("passed"), false, 2},
    {"decide.failed", web::translatable("did not pass"), false, 1},
    {"organise.request_taken", web::translatable("taken"), false, 2},
    {"organise.request_answered", web::translatable("answered"), false, 2},
    {"act.commitment_made", web::translatable("promised"), false, rank_running},
    {"act.commitment_moved", web::translatable("promised for a later day"), false, rank_running},
    {"act.commitment_overdue", web::translatable("overdue"), true, rank_running},
    {"act.commitment_broken", web::translatable("the promise was broken"), true, rank_given_up},
    {"act.commitment_withdrawn", web::translatable("the promise was withdrawn"), true,
     rank_given_up},
    {"act.commitment_kept", web::translatable("the promise was kept"), false, 4},
    {"hear.done", web::translatable("done"), false, 2},
    {"write.procedure_threshold_reached", web::translatable("must be mended"), false, rank_running},
    {"write.procedure_mended", web::translatable("mended"), false, 4},
    {"write.procedure_retired", web::translatable("retired"), false, 4},
    {"tell.outcome_told", web::translatable("the author was told"), false, 1},
    {"hear.helped", web::translatable("the author says it helps"), false, 1},
    {"hear.did_not_help", web::translatable("the author says it does not help"), true, 1},
    {"decide.held", web::translatable("it held"), false, 2},
    {"decide.wrong", web::translatable("we were wrong"), false, 2},
    {"decide.unclear", web::translatable("still unclear"), false, 2},
};

const Outcome* outcome_of(std::string_view verb)
{
    for (const auto& outcome : outcomes)
        if (outcome.verb == verb) return &outcome;
    return nullptr;
}

int rank_of(std::string_view verb)
{
    const auto* outcome = outcome_of(verb);
    return outcome == nullptr ? 0 : outcome->rank;
}

std::size_t place_of(Stage stage)
{
    return static_cast<std::size_t>(stage) - 1;
}

/// Whose words a stage has on the page of a thing: the highest that there are.
enum class Speaker : std::uint8_t { none, others, own };

/// The thing whose loop is read, and all whose steps are in it.
struct LoopSubject {
    Id thing;
    std::string kind;
    std::vector<Id> sources;

    /// Does a step through `about`, which `from` took, speak here? A theme, decision or promise is
    /// the one thing that its own stages are about, and what was promised for a voice without
    /// naming the decision did not come of that. What came of a procedure itself goes before what
    /// else came of its voices, and so does the decision that a promise names.
    Speaker speaker_of(Stage stage, Id from, Id about) const
    {
        const bool in_hand = stage == Stage::organise || stage == Stage::act;
        if ((kind == "theme" && stage == Stage::sense) || (kind == "commitment" && in_hand) ||
            (kind == "decision" && (stage == Stage::decide || stage == Stage::learn)))
            return about == thing ? Speaker::own : Speaker::none;
        if (kind == "decision" && in_hand) return from == thing ? Speaker::own : Speaker::none;
        if ((kind == "procedure" && in_hand) || (kind == "commitment" && stage == Stage::decide))
            return std::ranges::find(sources, about) != sources.end() ? Speaker::own
                                                                      : Speaker::others;
        return Speaker::others;
    }
};

/// Is `step` to be shown rather than `shown`? A voice stays in the theme that it was put in first.
bool is_shown_before(Stage stage, const LoopStep& step, const LoopStep& shown)
{
    const int rank = rank_of(step.verb);
    const int other = rank_of(shown.verb);
    if (rank != other) return rank > other;
    const bool later =
        step.changed != shown.changed ? step.changed > shown.changed : step.about > shown.about;
    return stage == Stage::sense ? !later : later;
}

/// When something was done, it is the promise of that which stands before it.
void name_who_did_it(Loop& loop, const std::vector<LoopStep>& promises)
{
    const auto& done = loop[place_of(Stage::act)];
    if (!done.at) return;
    const auto promise = std::ranges::find(promises, done.about, &LoopStep::about);
    if (promise == promises.end()) return;
    auto& shown = loop[place_of(Stage::organise)];
    const auto first = shown.at;
    shown = *promise;
    shown.at = first;
}

/// Where the stages that may be about a voice itself are read: her yes or no, that it is done, and
/// what she was told of. Before that was kept with the step, it was the outcome that there was by
/// then; where that is hidden now and nobody answered officially, there is nothing to open but the
/// voice, and on its own page not even that.
void point_to_words(Loop& loop, Id thing, const std::vector<Id>& answered)
{
    auto& learned = loop[place_of(Stage::learn)];
    if (learned.path.starts_with("/voices/")) learned.path += "#check";
    const auto point_to_answer = [&](LoopStep& step) {
        if (std::ranges::find(answered, step.about) != answered.end())
            step.path += "#official";
        else if (step.about == thing)
            step.path.clear();
    };
    auto& done = loop[place_of(Stage::act)];
    if (done.path.starts_with("/voices/")) point_to_answer(done);
    auto& told = loop[place_of(Stage::tell)];
    if (!told.path.starts_with("/voices/")) return;
    for (const auto stage : {Stage::act, Stage::decide})
        if (const auto& step = loop[place_of(stage)]; step.at && *step.at <= *told.at) {
            told.path = step.path;
            return;
        }
    point_to_answer(told);
}

} // namespace

std::string_view to_text(Stage stage)
{
    static constexpr std::array<std::string_view, stage_count> names{
        "hear", "sense", "decide", "organise", "act", "tell", "learn"};
    return names[place_of(stage)];
}

void reach_stage(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id about,
                 std::string_view verb, Time at, const InHand& in_hand)
{
    transaction.execute(R"sql(
        INSERT INTO loop_step (org_id, thing_id, stage, about_id, verb, at_us, changed_us, by_id, due_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8)
        ON CONFLICT (org_id, thing_id, stage, about_id) DO UPDATE
        SET verb = excluded.verb, changed_us = excluded.changed_us, by_id = excluded.by_id,
            due_us = excluded.due_us )sql",
                        organisation, thing, static_cast<std::int64_t>(stage), about, verb, at,
                        in_hand.by, in_hand.due.value_or(Time{}));
}

void reach_stage(store::Transaction& transaction, Id organisation, const std::vector<Id>& things,
                 Stage stage, Id about, std::string_view verb, Time at, const InHand& in_hand)
{
    for (const auto thing : things)
        reach_stage(transaction, organisation, thing, stage, about, verb, at, in_hand);
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
    LoopSubject subject{thing, {}, {}};
    auto& heard = loop[0];
    std::vector<Id> answered; // voices with an official answer
    for (const auto& row : transaction.query(
             store::Sql(
                 R"sql( SELECT t.thing_id, t.created_us, t.kind, t.title, coalesce(v.official_us, 0)
                 FROM thing t LEFT JOIN voice v ON v.org_id = ?1 AND v.voice_id = t.thing_id
                 WHERE t.org_id = ?1 AND t.thing_id IN_IDS(?3) AND )sql") +
                 people::seen + " ORDER BY t.created_us, t.thing_id",
             viewer.organisation, viewer.person, store::IdList{sources})) {
        subject.sources.push_back(row.id(0));
        if (row.id(0) == thing) subject.kind = row.string(2);
        if (row.integer(4) > 0) answered.push_back(row.id(0));
        if (row.text(2) != "voice" || heard.at) continue;
        heard.at = heard.changed = row.time(1);
        heard.verb = "hear.voice_said";
        heard.about = row.id(0);
        heard.title = row.string(3);
        heard.path = record::path_of("voice", row.id(0));
    }
    std::array<Speaker, stage_count> speaking{};
    std::vector<LoopStep> promises; // all that may be shown of that stage
    for (const auto& row : transaction.query(
             store::Sql(
                 R"sql( SELECT s.stage, s.verb, s.at_us, s.changed_us, s.by_id, p.name, s.due_us,
                     s.thing_id, t.thing_id, t.kind, t.title
                 FROM loop_step s CROSS JOIN thing t
                 LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = s.by_id
                 WHERE s.org_id = ?1 AND t.org_id = ?1 AND s.thing_id IN_IDS(?3)
                   AND t.thing_id = s.about_id AND )sql") +
                 people::seen,
             viewer.organisation, viewer.person, store::IdList{subject.sources})) {
        const auto place = static_cast<std::size_t>(row.integer(0)) - 1;
        if (place >= stage_count) continue;
        const auto stage = static_cast<Stage>(place + 1);
        const auto speaker = subject.speaker_of(stage, row.id(7), row.id(8));
        if (speaker < std::max(speaking[place], Speaker::others)) continue;
        LoopStep step;
        step.at = row.time(2);
        step.verb = row.string(1);
        step.about = row.id(8);
        step.title = row.string(10);
        step.path = record::path_of(row.text(9), row.id(8));
        step.changed = row.time(3);
        step.by = {row.id(4), row.string(5)};
        if (row.integer(6) != 0) step.due = row.time(6);
        if (stage == Stage::organise) promises.push_back(step);
        auto& shown = loop[place];
        if (speaker > speaking[place] || !shown.at) {
            shown = std::move(step);
            speaking[place] = speaker;
            continue;
        }
        const auto first = std::min(*shown.at, *step.at);
        if (is_shown_before(stage, step, shown)) shown = std::move(step);
        shown.at = first;
    }
    name_who_did_it(loop, promises);
    point_to_words(loop, thing, answered);
    return loop;
}

std::vector<ReachedStage> list_stages(store::Transaction& transaction, Id organisation, Id thing)
{
    std::vector<ReachedStage> reached;
    for (const auto& row : transaction.query(R"sql(
             SELECT s.stage, s.about_id, s.at_us
             FROM loop_step s
             CROSS JOIN thing v
             CROSS JOIN thing a
             CROSS JOIN circle c
             WHERE s.org_id = ?1 AND v.org_id = ?1 AND a.org_id = ?1 AND c.org_id = ?1
               AND s.thing_id = ?2 AND v.thing_id = ?2 AND a.thing_id = s.about_id
               AND c.circle_id = a.circle_id
               AND (a.thing_id = ?2
                    OR (a.state = 'visible' AND (a.circle_id = v.circle_id OR c.visibility = 'public')))
             ORDER BY s.at_us, s.about_id )sql",
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

namespace {

/// What the line says of a stage.
struct StageWords {
    std::string text;    // the thing it is about, or what is missing
    std::string who;     // has it in hand, and until when
    std::string outcome; // what it came to
    std::string day;     // when it came to that; empty: said otherwise
    std::string missing; // who could do it
};

StageWords words_of_missing_stage(const Loop& loop, Stage stage, const web::Language& language)
{
    const auto& stop = stops[place_of(stage)];
    StageWords words;
    words.text = language.t(stop.missing);
    words.missing = language.t(stop.who);
    const auto& promise = loop[place_of(Stage::organise)];
    if (stage != Stage::act || !promise.at) return words;
    if (rank_of(promise.verb) == rank_given_up) {
        words.text = language.t("not done");
        words.missing = language.t("Anybody can promise it again.");
    } else if (promise.verb.starts_with("write.")) {
        words.missing = language.t("Who answers for it says when it is mended.");
    } else if (rank_of(promise.verb) == rank_running) {
        words.missing = promise.by.name.empty()
                            ? std::string(language.t("Who promised it says when it is done."))
                            : language.t("{1} says when it is done.", promise.by.name);
    }
    return words;
}

/// "Bob Tanner, by 2 December 2026"
std::string words_of_in_hand(const LoopStep& step, const web::Language& language)
{
    if (!step.by.id) return {};
    const auto name = people::name_of(step.by, language);
    return step.due ? language.t("{1}, by {2}", name, language.day(*step.due)) : name;
}

StageWords words_of_stage(const Loop& loop, Stage stage, const web::Language& language)
{
    const auto& step = loop[place_of(stage)];
    if (!step.at) return words_of_missing_stage(loop, stage, language);
    StageWords words;
    words.text = step.title;
    words.day = language.day(step.changed);
    if (const auto* outcome = outcome_of(step.verb)) words.outcome = language.t(outcome->words);
    if (stage == Stage::organise) words.who = words_of_in_hand(step, language);
    // Who promised it and for when says that it runs; that it was kept says the next stop.
    if (!words.who.empty() && step.due &&
        (step.verb == "act.commitment_made" || step.verb == "act.commitment_kept")) {
        words.outcome.clear();
        words.day.clear();
    }
    // "by 29 November: promised for a later day" needs no second day beside it.
    if ((step.verb == "act.commitment_overdue" || step.verb == "act.commitment_moved") && step.due)
        words.day.clear();
    // Of what is about the voice itself its title would say nothing new.
    if (stage == Stage::hear || stage == Stage::tell ||
        (stage == Stage::learn && step.path.starts_with("/voices/"))) {
        words.text = stage == Stage::hear ? words.day : std::exchange(words.outcome, {});
        if (stage == Stage::hear) words.day.clear();
    }
    return words;
}

std::string joined_by(std::string first, std::string_view between, std::string_view second)
{
    if (!first.empty() && !second.empty()) first += between;
    return first += second;
}

} // namespace

web::LoopLine make_loop_line(const Loop& loop, const web::Language& language)
{
    web::LoopLine line;
    bool next_found = false;
    for (std::size_t place = 0; place < stage_count; ++place) {
        const auto& step = loop[place];
        auto words = words_of_stage(loop, static_cast<Stage>(place + 1), language);
        web::LoopStop stop;
        stop.label = language.t(stops[place].label);
        stop.text = std::move(words.text);
        if (step.at) {
            const auto* outcome = outcome_of(step.verb);
            const bool bad = outcome != nullptr && outcome->bad;
            stop.state = bad ? web::LoopStop::broken : web::LoopStop::done;
            stop.path = step.path;
            auto came_to = std::move(words.outcome);
            if (came_to.empty())
                came_to = std::move(words.day);
            else if (!words.day.empty())
                came_to = language.t("{1}, {2}", came_to, words.day);
            stop.note = joined_by(std::move(words.who), ": ", came_to);
            line.now = bad ? std::string(language.t(outcome->words)) : stop.label;
        } else {
            if (!next_found) stop.state = web::LoopStop::next;
            next_found = true;
            stop.note = std::move(words.missing);
        }
        line.stops.push_back(std::move(stop));
    }
    return line;
}

std::string loop_json(const Loop& loop, const web::Language& language, std::string_view base_url)
{
    JsonWriter json;
    const auto time_or_null = [&](std::string_view name, const std::optional<Time>& time) {
        if (time)
            json.field(name, to_rfc3339(*time));
        else
            json.null_field(name);
    };
    json.begin_object().key("stages").begin_array();
    for (std::size_t place = 0; place < stage_count; ++place) {
        const auto& step = loop[place];
        const auto stage = static_cast<Stage>(place + 1);
        auto words = words_of_stage(loop, stage, language);
        json.begin_object().field("stage", to_text(stage));
        time_or_null("at", step.at);
        auto what = stage == Stage::hear && step.at ? step.title : std::move(words.text);
        what = joined_by(std::move(what), ": ", words.who);
        what = joined_by(std::move(what), ": ", words.outcome);
        json.field("what", joined_by(std::move(what), ". ", words.missing));
        if (step.at && !step.path.empty())
            json.field("url", std::string(base_url) + step.path);
        else
            json.null_field("url");
        time_or_null("changed_at", step.at ? std::optional(step.changed) : std::nullopt);
        if (step.by.id)
            json.key("by")
                .begin_object()
                .field("id", step.by.id)
                .field("name", step.by.name)
                .end_object();
        else
            json.null_field("by");
        if (step.due)
            json.field("due", Date{std::chrono::floor<std::chrono::days>(*step.due)});
        else
            json.null_field("due");
        json.end_object();
    }
    return json.end_array().end_object().take();
}

} // namespace moothall::hear
