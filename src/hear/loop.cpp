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

/// A stage that is only under way is kept under this number more.
constexpr std::int64_t under_way = 10;

constexpr int rank_given_up = 1; // a promise that nobody works on any more
constexpr int rank_running = 3;

constexpr Outcome outcomes[] = {
    {"decide.passed", web::translatable("passed"), false, 2},
    {"decide.failed", web::translatable("did not pass"), false, 1},
    {"organise.request_passed_on", web::translatable("asked"), false, 1},
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
    {"act.callout_opened", web::translatable("has to answer"), false, rank_running},
    {"act.callout_answered", web::translatable("answered"), false, 2},
    {"act.callout_closed", web::translatable("closed"), false, 2},
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

/// Of several votes that are under way, the one that speaks.
int rank_of_approach(std::string_view verb)
{
    if (verb == "decide.voting_opened") return 3;
    return verb == "decide.decision_proposed" ? 2 : 1;
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

/// What a voice says of itself where a stage has nothing.
struct VoiceFacts {
    std::string status; // the category
    Id author;
    bool author_left = false;
    Id answered_by; // officially
};

/// Nothing was reached, and this is why: the company said no, or meant to do it; or there is nobody
/// who could be told.
void say_why_not(Loop& loop, const VoiceFacts& voice)
{
    if (!loop[place_of(Stage::act)].at &&
        (voice.status == "declined" || voice.status == "planned" || voice.status == "started"))
        for (const auto stage : {Stage::decide, Stage::organise, Stage::act}) {
            auto& step = loop[place_of(stage)];
            if (step.at || !step.verb.empty()) continue;
            if (stage != Stage::organise && voice.status != "declined") continue;
            step.verb = "hear." + voice.status;
        }
    if (voice.status == "done" && !loop[place_of(Stage::organise)].at)
        loop[place_of(Stage::organise)].verb = "hear.done";
    auto& told = loop[place_of(Stage::tell)];
    if (told.at) return;
    const auto& done = loop[place_of(Stage::act)];
    const bool answered = voice.status == "done" || voice.status == "declined";
    if (voice.author_left || !voice.author)
        told.verb = "tell.author_left";
    else if ((done.at && done.by.id == voice.author) ||
             (answered && voice.answered_by == voice.author))
        told.verb = "tell.author_did_it";
}

bool ends_the_loop(std::string_view verb)
{
    return verb == "decide.decision_withdrawn" || verb == "decide.failed";
}

/// A decision that was taken back, or did not pass, asks for nothing more: nobody is to promise or
/// review it. What was promised for it all the same is shown.
void say_that_it_ended(Loop& loop)
{
    const auto& decided = loop[place_of(Stage::decide)].verb;
    if (!ends_the_loop(decided)) return;
    for (const auto stage :
         {Stage::hear, Stage::sense, Stage::organise, Stage::act, Stage::tell, Stage::learn})
        if (auto& step = loop[place_of(stage)]; !step.at && step.verb.empty())
            // That it did not pass is an outcome, of which those who asked are told.
            if (stage != Stage::tell || decided != "decide.failed") step.verb = decided;
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

void approach_stage(store::Transaction& transaction, Id organisation, const std::vector<Id>& things,
                    Stage stage, Id about, std::string_view verb, Time at, const InHand& in_hand)
{
    const auto kept_as = static_cast<Stage>(static_cast<std::int64_t>(stage) + under_way);
    reach_stage(transaction, organisation, things, kept_as, about, verb, at, in_hand);
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
    VoiceFacts facts;         // of the voice that stands
    for (
        const auto& row : transaction.query(
            store::Sql(
                R"sql( SELECT t.thing_id, t.created_us, t.kind, t.title, coalesce(v.official_us, 0),
                     coalesce(s.category, ''), t.author_id, coalesce(p.state, ''), coalesce(v.official_by, 0),
                     coalesce(v.merged_into, 0)
                 FROM thing t LEFT JOIN voice v ON v.org_id = ?1 AND v.voice_id = t.thing_id
                 LEFT JOIN status s ON s.org_id = ?1 AND s.status_id = v.status_id
                 LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = t.author_id
                 WHERE t.org_id = ?1 AND t.thing_id IN_IDS(?3) AND )sql") +
                people::seen + " ORDER BY t.created_us, t.thing_id",
            viewer.organisation, viewer.person, store::IdList{sources})) {
        subject.sources.push_back(row.id(0));
        if (row.id(0) == thing) subject.kind = row.string(2);
        if (row.integer(4) > 0) answered.push_back(row.id(0));
        if (row.text(2) != "voice") continue;
        if (row.id(0) == thing || row.integer(9) == 0) {
            // Her own author is the one to be told; the answer is that of the one that stands.
            if (row.integer(9) == 0) {
                facts.status = row.string(5);
                facts.answered_by = row.id(8);
            }
            if (row.id(0) == thing) {
                facts.author = row.id(6);
                facts.author_left = row.text(7) == "erased";
            }
        }
        if (heard.at) continue;
        heard.at = heard.changed = row.time(1);
        heard.verb = "hear.voice_said";
        heard.about = row.id(0);
        heard.title = row.string(3);
        heard.path = record::path_of("voice", row.id(0));
    }
    std::array<Speaker, stage_count> speaking{};
    std::vector<LoopStep> promises; // all that may be shown of that stage
    std::array<LoopStep, stage_count> approaching;
    LoopStep author_said;
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
        const bool only_under_way = row.integer(0) > under_way;
        const auto place =
            static_cast<std::size_t>(row.integer(0) - (only_under_way ? under_way : 0)) - 1;
        if (place >= stage_count) continue;
        const auto stage = static_cast<Stage>(place + 1);
        const auto speaker = subject.speaker_of(stage, row.id(7), row.id(8));
        if (speaker < std::max(only_under_way ? Speaker::none : speaking[place], Speaker::others))
            continue;
        LoopStep step;
        step.at = row.time(2);
        step.verb = row.string(1);
        step.about = row.id(8);
        step.title = row.string(10);
        step.path = record::path_of(row.text(9), row.id(8));
        step.changed = row.time(3);
        step.by = {row.id(4), row.string(5)};
        if (row.integer(6) != 0) step.due = row.time(6);
        if (only_under_way) {
            auto& near = approaching[place];
            const auto rank = rank_of_approach(step.verb);
            const auto other = near.at ? rank_of_approach(near.verb) : 0;
            if (rank > other || (rank == other && step.changed > near.changed))
                near = std::move(step);
            continue;
        }
        if (stage == Stage::organise) promises.push_back(step);
        if (stage == Stage::learn && step.verb.starts_with("hear.") &&
            (!author_said.at || step.changed > author_said.changed))
            author_said = step;
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
    for (std::size_t place = 0; place < stage_count; ++place)
        if (!loop[place].at && approaching[place].at) {
            loop[place] = std::move(approaching[place]);
            loop[place].at.reset();
        }
    auto& learned = loop[place_of(Stage::learn)];
    if (subject.kind == "voice") {
        if (learned.at && !learned.verb.starts_with("hear."))
            learned.author_says = author_said.verb;
        say_why_not(loop, facts);
    }
    if (subject.kind == "decision") say_that_it_ended(loop);
    point_to_words(loop, thing, answered);
    return loop;
}

namespace {

/// What the line says of a stage.
struct StageWords {
    std::string text;        // the thing it is about, or what is missing
    std::string who;         // has it in hand, and until when
    std::string outcome;     // what it came to
    std::string day;         // when it came to that; empty: said otherwise
    std::string missing;     // who could do it
    std::string author_says; // beside a review
};

/// What is under way, or why there is nothing.
StageWords words_of_approach(const LoopStep& step, Stage stage, StageWords words,
                             const web::Language& language)
{
    const auto say = [&](std::string_view text, std::string_view missing) {
        words.text = text;
        words.missing = missing;
    };
    if (step.verb == "decide.voting_opened")
        say(step.title, step.due ? language.t("Voting is open until {1}.", language.day(*step.due))
                                 : std::string(language.t("Voting is open")));
    else if (step.verb == "decide.decision_proposed")
        say(step.title, language.t("Proposed. Voting is not open yet."));
    else if (step.verb == "decide.decision_withdrawn" && stage == Stage::decide)
        say(step.title, language.t("Taken back. The reason is public."));
    else if (ends_the_loop(step.verb) && (stage == Stage::hear || stage == Stage::sense))
        words.missing.clear(); // nobody is to add anything
    else if (step.verb == "decide.decision_withdrawn")
        say(language.t("withdrawn"), {});
    else if (step.verb == "decide.failed")
        say(language.t("did not pass"), {});
    else if (step.verb == "hear.declined")
        say(stage == Stage::decide ? language.t("declined") : language.t("nobody"),
            stage == Stage::decide ? language.t("The official answer says why.")
                                   : language.t("It was declined."));
    else if (step.verb == "hear.planned")
        say(language.t("planned"), language.t("Nobody has promised it by name yet."));
    else if (step.verb == "hear.started")
        say(language.t("begun"), language.t("Nobody has promised it by name yet."));
    else if (step.verb == "hear.done")
        say(language.t("done"), language.t("Nobody had promised it by name."));
    else if (step.verb == "tell.author_left")
        say(language.t("nobody to tell"), language.t("Its author is not here."));
    else if (step.verb == "tell.author_did_it")
        say(language.t("nobody to tell"), language.t("Its author did it, and knows."));
    if (step.verb == "hear.declined" && stage == Stage::act) words.text = language.t("not done");
    return words;
}

StageWords words_of_missing_stage(const Loop& loop, Stage stage, const web::Language& language)
{
    const auto& stop = stops[place_of(stage)];
    StageWords words;
    words.text = language.t(stop.missing);
    words.missing = language.t(stop.who);
    const auto& promise = loop[place_of(Stage::organise)];
    if (const auto& verb = loop[place_of(stage)].verb; !verb.empty())
        return words_of_approach(loop[place_of(stage)], stage, std::move(words), language);
    if (stage != Stage::act || !promise.at) return words;
    if (promise.verb.starts_with("act.callout")) {
        words.missing.clear();
        if (promise.verb == "act.callout_opened")
            words.missing = language.t("Who is asked has to answer in the open.");
        else if (promise.verb == "act.callout_answered")
            words.missing = language.t("Who raised it, or a steward, closes it.");
        else
            words.text = language.t("closed");
    } else if (rank_of(promise.verb) == rank_given_up) {
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
    if (stage == Stage::act && step.verb == "act.commitment_kept" && step.due)
        if (const auto late =
                std::chrono::floor<std::chrono::days>(step.changed - *step.due).count();
            late > 0)
            words.outcome = language.tn("kept, {1} day late", "kept, {1} days late", late);
    // Who promised it and for when says that it runs; that it was kept says the next stop.
    if (!words.who.empty() && step.due &&
        (step.verb == "act.commitment_made" || step.verb == "act.commitment_kept")) {
        words.outcome.clear();
        words.day.clear();
    }
    // "by 29 November: promised for a later day" needs no second day beside it.
    if ((step.verb == "act.commitment_overdue" || step.verb == "act.commitment_moved") && step.due)
        words.day.clear();
    if (step.verb.starts_with("act.callout")) words.text = std::exchange(words.outcome, {});
    // Of what is about the voice itself its title would say nothing new.
    if (stage == Stage::hear || stage == Stage::tell ||
        (stage == Stage::learn && step.path.starts_with("/voices/"))) {
        words.text = stage == Stage::hear ? words.day : std::exchange(words.outcome, {});
        if (stage == Stage::hear) words.day.clear();
    }
    if (const auto* said = outcome_of(step.author_says))
        words.author_says = language.t(said->words);
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
            stop.note = joined_by(std::move(stop.note), "; ", words.author_says);
            line.now = bad ? std::string(language.t(outcome->words)) : stop.label;
        } else {
            const bool goes_on = !ends_the_loop(step.verb);
            if (!next_found && goes_on) stop.state = web::LoopStop::next;
            next_found = next_found || goes_on;
            stop.path = step.path; // of what is under way
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
        auto what = std::move(words.text);
        if (stage == Stage::hear && step.at) what = step.title;
        what = joined_by(std::move(what), ": ", words.who);
        what = joined_by(std::move(what), ": ", words.outcome);
        what = joined_by(std::move(what), "; ", words.author_says);
        json.field("what", joined_by(std::move(what), ". ", words.missing));
        if (!step.path.empty())
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
