// What a procedure is, who may write, mend and retire it, and when that is due.

#include "write/procedure.hpp"

#include "base/invariant.hpp"
#include "base/words.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "write/procedure_store.hpp"

#include <algorithm>
#include <utility>

namespace moothall::write {

namespace {

constexpr std::size_t mending_why_characters_max = 1000;
constexpr int overdue_in_one_go = 100;

constexpr std::pair<ProcedureState, std::string_view> procedure_states[] = {
    {ProcedureState::open, "open"},
    {ProcedureState::to_mend, "to-mend"},
    {ProcedureState::retired, "retired"},
};

Result<void> check_clock(std::int64_t threshold, std::int64_t mending_days)
{
    if (threshold < 1 || threshold > threshold_max)
        return Refusal::invalid("threshold", "A threshold is a whole number from 1 to 100.");
    if (mending_days < 1 || mending_days > mending_days_max)
        return Refusal::invalid("mending_days", "There are 1 to 365 days to mend it.");
    return {};
}

/// Who answers for a procedure must see it.
Result<people::Someone> find_owner(store::Transaction& transaction, const Viewer& viewer, Id person,
                                   Id circle)
{
    const auto found = people::find_person(transaction, person, viewer);
    if (!found || found->state != people::PersonState::active)
        return Refusal::invalid("owner", "There is no such person that you can see.");
    const auto own = people::make_viewer(transaction, viewer.organisation, viewer.everyone, person);
    if (!own) return Refusal::invalid("owner", "There is no such person that you can see.");
    const record::Thing there{
        .id = circle, .kind = "procedure", .circle = circle, .author = person};
    if (!people::may_see(transaction, *own, there))
        return Refusal::invalid("owner", "Who answers for a procedure must see it.");
    return people::Someone{person, found->name};
}

void append_event(store::Transaction& transaction, Id organisation, Id actor, IdSource& ids,
                  Time now, std::string_view verb, const Procedure& procedure,
                  std::vector<Id> concerns, std::string data = {})
{
    record::append(transaction, organisation, ids,
                   {.verb = verb,
                    .thing = procedure.id,
                    .actor = actor,
                    .circle = procedure.circle,
                    .at = now,
                    .concerns = std::move(concerns),
                    .data = std::move(data)});
}

/// It was gone round so often that it must be mended: by a day, of which everybody is told.
void reach_threshold(store::Transaction& transaction, Id organisation, IdSource& ids, Time now,
                     const Procedure& procedure)
{
    const Date due{std::chrono::floor<std::chrono::days>(now) +
                   std::chrono::days{procedure.mending_days}};
    if (!set_due(transaction, organisation, procedure.id, due)) return; // it is due already
    JsonWriter facts;
    facts.begin_object().field("bypasses", procedure.bypasses).field("due", due);
    append_event(transaction, organisation, {}, ids, now, "write.procedure_threshold_reached",
                 procedure, {procedure.owner.id}, facts.end_object().take());
}

/// The procedure as whoever acts sees it, if she may change it.
Result<Procedure> find_to_change(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto procedure = find_procedure(transaction, id, viewer);
    if (!procedure) return procedure.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_change(*procedure, viewer))
        return Refusal::forbidden("Only who answers for it, and stewards of its circle, may change "
                                  "it. Anybody may challenge it.");
    if (!procedure->stands()) return Refusal::conflict("It is retired already.");
    return procedure;
}

/// Browsers send other ends of lines than programs: those are no change.
bool has_same_words(std::string_view one, std::string_view other)
{
    const auto next = [](std::string_view text, std::size_t from) {
        while (from < text.size() && text[from] == '\r') ++from;
        return from;
    };
    std::size_t x = next(one, 0);
    std::size_t y = next(other, 0);
    while (x < one.size() && y < other.size() && one[x] == other[y]) {
        x = next(one, x + 1);
        y = next(other, y + 1);
    }
    return x >= one.size() && y >= other.size();
}

/// What the change makes of the page; the text says whether it reads differently.
struct Edited {
    Procedure procedure;
    PageText text;
    bool reads_differently = false;
};

Result<Edited> apply(store::Transaction& transaction, const Viewer& viewer, const Procedure& before,
                     const ProcedureChange& change)
{
    if (change.version && *change.version != before.version)
        return Refusal::conflict("Somebody else has changed it meanwhile. Look at the newest "
                                 "version, then write yours anew.");
    Edited edited{before, {}, false};
    auto& after = edited.procedure;
    auto text = check_text({.title = change.title.value_or(before.title),
                            .purpose = change.purpose.value_or(before.purpose),
                            .words = change.words.value_or(before.words),
                            .said = change.said});
    if (!text) return text.error();
    edited.text = *std::move(text);
    edited.reads_differently = edited.text.title != before.title ||
                               edited.text.purpose != before.purpose ||
                               !has_same_words(edited.text.words, before.words);
    after.threshold = change.threshold.value_or(before.threshold);
    after.mending_days = change.mending_days.value_or(before.mending_days);
    if (auto checked = check_clock(after.threshold, after.mending_days); !checked)
        return checked.error();
    if (change.owner && *change.owner != before.owner.id) {
        auto owner = find_owner(transaction, viewer, *change.owner, before.circle);
        if (!owner) return owner.error();
        after.owner = *std::move(owner);
    }
    return edited;
}

/// Refused when somebody else wrote a version meanwhile.
Result<void> save_edited(store::Transaction& transaction, const Viewer& viewer, Time now,
                         const Procedure& before, const Edited& edited,
                         const std::optional<SafeHtml>& html, Mends mends)
{
    if (edited.reads_differently &&
        !save_version(transaction, viewer.organisation, before.id, before.version, edited.text,
                      html.value_or(before.words_html), mends, viewer.person, now))
        return Refusal::conflict("Somebody else has changed it meanwhile. Look at the newest "
                                 "version, then write yours anew.");
    save_changed_procedure(transaction, viewer.organisation, edited.procedure);
    auto thing = record::find_thing(transaction, viewer.organisation, before.id);
    invariant(thing.has_value(), "a procedure is a thing");
    thing->title = edited.text.title;
    thing->author = edited.procedure.owner.id;
    thing->changed = now;
    record::change_thing(transaction, viewer.organisation, *thing);
    return {};
}

/// Who answers for it now, and did before.
std::vector<Id> owners_of(const Procedure& before, const Procedure& after)
{
    std::vector<Id> owners{after.owner.id};
    if (before.owner.id && before.owner.id != after.owner.id) owners.push_back(before.owner.id);
    return owners;
}

std::vector<Id> concerns_of(std::vector<Id> owners, const Unanswered& unanswered)
{
    for (const auto& some : {unanswered.people, unanswered.voices})
        for (const Id one : some)
            if (std::ranges::find(owners, one) == owners.end()) owners.push_back(one);
    return owners;
}

} // namespace

std::string_view to_text(ProcedureState state)
{
    return word_of(procedure_states, state);
}

std::optional<ProcedureState> procedure_state_of(std::string_view text)
{
    return value_of(procedure_states, text);
}

std::string Procedure::path() const
{
    auto path = record::path_of("procedure", id);
    if (const auto tail = slug(title); !tail.empty()) path += "-" + tail;
    return path;
}

bool may_make_procedures(const Viewer& viewer, Id circle)
{
    return viewer.signed_in() && (viewer.is_steward_of(circle) ||
                                  (viewer.is_company() && viewer.role_in(circle) >= Role::member));
}

bool may_change(const Procedure& procedure, const Viewer& viewer)
{
    return viewer.signed_in() &&
           (procedure.owner.id == viewer.person || viewer.is_steward_of(procedure.circle));
}

Result<Procedure> make_procedure(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, const NewProcedure& wanted,
                                 const SafeHtml& html)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto circle =
        people::find_circle(transaction, wanted.circle ? wanted.circle : viewer.everyone, viewer);
    if (!circle || (circle->visibility != people::Visibility::open && circle->mine == Role::none))
        return Refusal::invalid("circle", "There is no such circle that you can see.");
    if (!may_make_procedures(viewer, circle->id))
        return Refusal::forbidden("How a circle works is written down by its stewards, and by "
                                  "those of its members who work here.");
    const auto text = check_text(wanted.text);
    if (!text) return text.error();
    if (auto checked = check_clock(wanted.threshold, wanted.mending_days); !checked)
        return checked.error();
    const auto owner =
        find_owner(transaction, viewer, wanted.owner ? wanted.owner : viewer.person, circle->id);
    if (!owner) return owner.error();
    Procedure procedure;
    procedure.id = ids.next(now);
    procedure.owner = *owner;
    procedure.circle = circle->id;
    procedure.threshold = wanted.threshold;
    procedure.mending_days = wanted.mending_days;
    record::save_thing(transaction, viewer.organisation,
                       {.id = procedure.id,
                        .kind = "procedure",
                        .circle = circle->id,
                        .author = owner->id,
                        .title = text->title,
                        .created = now,
                        .changed = now});
    save_page(transaction, viewer.organisation, procedure.id, *text, html, viewer.person, now);
    save_procedure(transaction, viewer.organisation, procedure);
    append_event(transaction, viewer.organisation, viewer.person, ids, now, "write.procedure_made",
                 procedure, {owner->id});
    return find_procedure(transaction, procedure.id, viewer);
}

Result<Procedure> edit_procedure(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id id, const ProcedureChange& change,
                                 const std::optional<SafeHtml>& html)
{
    const auto before = find_to_change(transaction, id, viewer);
    if (!before) return before.error();
    const auto edited = apply(transaction, viewer, *before, change);
    if (!edited) return edited.error();
    const auto& after = edited->procedure;
    if (!edited->reads_differently && after.threshold == before->threshold &&
        after.mending_days == before->mending_days && after.owner.id == before->owner.id)
        return before;
    if (auto saved = save_edited(transaction, viewer, now, *before, *edited, html, Mends::no);
        !saved)
        return saved.error();
    JsonWriter facts;
    facts.begin_object().field("version",
                               before->version + std::int64_t{edited->reads_differently});
    append_event(transaction, viewer.organisation, viewer.person, ids, now,
                 "write.procedure_edited", after, owners_of(*before, after),
                 facts.end_object().take());
    if (after.state == ProcedureState::open && after.bypasses >= after.threshold)
        reach_threshold(transaction, viewer.organisation, ids, now, after);
    return find_procedure(transaction, id, viewer);
}

Result<Settled> mend_procedure(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id id, const ProcedureChange& change,
                               const std::optional<SafeHtml>& html)
{
    const auto before = find_to_change(transaction, id, viewer);
    if (!before) return before.error();
    if (before->bypasses == 0 && before->state != ProcedureState::to_mend)
        return Refusal::conflict("Nobody has gone round it since it was last mended.");
    const auto edited = apply(transaction, viewer, *before, change);
    if (!edited) return edited.error();
    if (edited->text.said.empty())
        return Refusal::invalid("said", "Say what changed, for those who went round it.");
    if (!edited->reads_differently)
        return Refusal::invalid("words",
                                "It reads as before: a procedure is mended by changing it.");
    if (auto saved = save_edited(transaction, viewer, now, *before, *edited, html, Mends::yes);
        !saved)
        return saved.error();
    if (!begin_anew(transaction, viewer.organisation, id))
        return Refusal::conflict("Nobody has gone round it since it was last mended.");
    auto unanswered = list_unanswered(transaction, viewer.organisation, id);
    answer_bypasses(transaction, viewer.organisation, id, before->version + 1);
    JsonWriter facts;
    facts.begin_object().field("version", before->version + 1);
    facts.field("bypasses", before->bypasses);
    append_event(transaction, viewer.organisation, viewer.person, ids, now,
                 "write.procedure_mended", edited->procedure,
                 concerns_of(owners_of(*before, edited->procedure), unanswered),
                 facts.end_object().take());
    auto mended = find_procedure(transaction, id, viewer);
    if (!mended) return mended.error();
    return Settled{*std::move(mended), std::move(unanswered.voices)};
}

Result<Settled> retire_procedure(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto before = find_to_change(transaction, id, viewer);
    if (!before) return before.error();
    const auto why = normalise_line(wanted);
    if (why.empty()) return Refusal::invalid("why", "Please give a reason. It is public.");
    if (count_characters(why) > mending_why_characters_max)
        return Refusal::invalid("why", "This has at most 1,000 characters.");
    if (!save_retired(transaction, viewer.organisation, id, why, viewer.person, now))
        return Refusal::conflict("It is retired already.");
    auto thing = record::find_thing(transaction, viewer.organisation, id);
    invariant(thing.has_value(), "a procedure is a thing");
    thing->changed = now;
    record::change_thing(transaction, viewer.organisation, *thing);
    auto unanswered = list_unanswered(transaction, viewer.organisation, id);
    append_event(transaction, viewer.organisation, viewer.person, ids, now,
                 "write.procedure_retired", *before,
                 concerns_of(owners_of(*before, *before), unanswered));
    auto retired = find_procedure(transaction, id, viewer);
    if (!retired) return retired.error();
    return Settled{*std::move(retired), std::move(unanswered.voices)};
}

// -- bypasses -------------------------------------------------------------------------------------

namespace {

/// "What was in the way" and its like: some sentences, as they were written.
Result<void> check_sentences(std::string_view text, const char* field)
{
    constexpr std::size_t characters_max = 2000;
    if (has_forbidden_characters(text))
        return Refusal::invalid(field, "The text holds characters that no text has.");
    if (count_characters(text) > characters_max)
        return Refusal::invalid(field, "This has at most 2,000 characters.");
    return {};
}

/// What a bypass names must be seen by who logs it, and be of its kind.
Result<void> check_named(store::Transaction& transaction, const Viewer& viewer,
                         const NewBypass& wanted)
{
    if (wanted.for_one) {
        const auto thing = people::find_seen(transaction, wanted.for_one, viewer);
        if (!thing || (thing->kind != "person" && thing->kind != "circle"))
            return Refusal::invalid("for", "There is no such person or circle that you can see.");
    }
    if (wanted.voice) {
        const auto thing = people::find_seen(transaction, wanted.voice, viewer);
        if (!thing || thing->kind != "voice")
            return Refusal::invalid("voice", "There is no such voice that you can see.");
    }
    return {};
}

} // namespace

Result<Logged> log_bypass(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id id, const NewBypass& wanted)
{
    auto procedure = find_procedure(transaction, id, viewer);
    if (!procedure) return procedure.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to say so.");
    Bypass bypass;
    bypass.for_whom = normalise_line(wanted.for_whom);
    if (count_characters(bypass.for_whom) > page_title_characters_max)
        return Refusal::invalid("for", "This has at most 200 characters.");
    if (wanted.why.find_first_not_of(" \t\r\n") == std::string::npos)
        return Refusal::invalid("why", "Say what was in the way.");
    if (auto checked = check_sentences(wanted.why, "why"); !checked) return checked.error();
    if (auto checked = check_sentences(wanted.happened, "happened"); !checked)
        return checked.error();
    if (auto checked = check_named(transaction, viewer, wanted); !checked) return checked.error();
    // Whoever goes round it twice says no more than that it is in her way.
    const bool first = !has_bypassed(transaction, viewer.organisation, id, viewer.person);
    const auto count = add_bypass(transaction, viewer.organisation, id, first);
    if (!count) return Refusal::conflict("It is retired already.");
    bypass.id = ids.next(now);
    bypass.procedure = id;
    bypass.by.id = viewer.person;
    bypass.for_one.id = wanted.for_one;
    bypass.why = wanted.why;
    bypass.happened = wanted.happened;
    bypass.voice = wanted.voice;
    bypass.version = procedure->version;
    bypass.logged = now;
    record::save_thing(
        transaction, viewer.organisation,
        {.id = bypass.id,
         .kind = "bypass",
         .circle = procedure->circle,
         .author = viewer.person,
         .title = clip(normalise_line(bypass.why), page_title_characters_max, Ellipsis::shown),
         .created = now,
         .changed = now,
         .subject = id});
    save_bypass(transaction, viewer.organisation, bypass);
    std::vector<Id> concerns{bypass.id};
    if (bypass.for_one.id) concerns.push_back(bypass.for_one.id);
    if (bypass.voice) concerns.push_back(bypass.voice);
    append_event(transaction, viewer.organisation, viewer.person, ids, now, "write.bypass_logged",
                 *procedure, std::move(concerns));
    procedure->bypasses = *count;
    if (*count >= procedure->threshold)
        reach_threshold(transaction, viewer.organisation, ids, now, *procedure);
    auto listed = list_bypasses(transaction, id, viewer, {}, 1);
    invariant(listed.has_value() && !listed->bypasses.empty(), "who logs a bypass sees it");
    Logged logged{std::move(listed->bypasses.front()), {}, procedure->owner.id, {}};
    if (procedure->state == ProcedureState::to_mend || *count >= procedure->threshold) {
        logged.owed = list_unanswered(transaction, viewer.organisation, id).voices;
        if (const auto now_due = find_procedure(transaction, id, viewer)) logged.due = now_due->due;
    }
    return logged;
}

// -- the clock ------------------------------------------------------------------------------------

std::int64_t note_overdue(store::Database& database, Id organisation, Time now, IdSource& ids)
{
    // Its day counts to its end, in UTC; texts of days sort as the days do.
    const auto today = moothall::to_text(Date{std::chrono::floor<std::chrono::days>(now)});
    // Most of the time nothing slipped: that is seen without a write.
    const bool slipped = database.read([&](store::Transaction& transaction) {
        auto rows = transaction.query(R"sql(
            SELECT 1 FROM procedure
            WHERE org_id = ?1 AND state = 'to-mend' AND overdue = 0 AND due < ?2 LIMIT 1 )sql",
                                      organisation, today);
        return rows.next();
    });
    if (!slipped) return 0;
    return database.write([&](store::Transaction& transaction) {
        std::vector<Id> late;
        for (const auto& row : transaction.query(R"sql(
                 UPDATE procedure SET overdue = 1
                 WHERE org_id = ?1 AND state = 'to-mend' AND overdue = 0 AND procedure_id IN
                     (SELECT d.procedure_id FROM procedure d
                      WHERE d.org_id = ?1 AND d.state = 'to-mend' AND d.overdue = 0 AND d.due < ?2
                      ORDER BY d.due, d.procedure_id LIMIT ?3)
                 RETURNING procedure_id )sql",
                                                 organisation, today, overdue_in_one_go))
            late.push_back(row.id(0));
        std::ranges::sort(late);
        for (const Id id : late) {
            const auto procedure = load_procedure(transaction, organisation, id);
            invariant(procedure && procedure->due, "what is overdue had a day");
            const auto unanswered = list_unanswered(transaction, organisation, id);
            JsonWriter facts;
            facts.begin_object().field("due", *procedure->due);
            append_event(transaction, organisation, {}, ids, now, "write.procedure_overdue",
                         *procedure, concerns_of({procedure->owner.id}, unanswered),
                         facts.end_object().take());
        }
        return static_cast<std::int64_t>(late.size());
    });
}

} // namespace moothall::write
