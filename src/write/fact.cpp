#include "write/fact.hpp"

#include "record/record.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "write/fact_store.hpp"

namespace moothall::write {

namespace {

constexpr std::size_t why_characters_max = 500;

} // namespace

Refusal changed_meanwhile()
{
    return Refusal::conflict("Somebody changed it meanwhile. Look at what it says now.");
}

Result<std::string> read_why(const char* field, std::string_view written)
{
    auto why = normalise_line(written);
    if (count_characters(why) > why_characters_max)
        return Refusal::invalid(field, "This is too long: {1} characters at most.")
            .with(std::to_string(why_characters_max));
    return why;
}

void set_checking(FactVersion& version, const Fact& fact, const Viewer& viewer)
{
    version.by_customer = fact.about.hers;
    if (!fact.kind.checked || version.value.empty()) return;
    version.checking = Checking::waits;
    if (!fact.may_check) return;
    version.checking = Checking::confirmed;
    version.checked_by.id = viewer.person;
}

void append_fact_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids,
                       Time now, std::string_view verb, const Fact& fact,
                       const FactVersion& version)
{
    // Whom it is about is told, and who said what is checked now.
    std::vector<Id> concerns{fact.about.keeper};
    if (fact.about.id != fact.about.keeper) concerns.push_back(fact.about.id);
    if (version.said_by.id && version.said_by.id != fact.about.keeper &&
        version.said_by.id != viewer.person)
        concerns.push_back(version.said_by.id);
    JsonWriter facts;
    facts.begin_object().field("version", version.version);
    if (version.undoes != 0) facts.field("undoes", version.undoes);
    record::append(
        transaction, viewer.organisation, ids,
        {.verb = verb,
         .thing = fact.id,
         .actor = viewer.person,
         .circle = fact.kind.readers,
         .at = now,
         // Streams go by the circle alone, which may be public; what is about her is not.
         .state = record::State::hidden,
         .concerns = std::move(concerns),
         .data = facts.end_object().take()});
}

Fact begin_fact(const Viewer& viewer, Id id, const AboutWhom& about, const FactKind& kind)
{
    Fact fact;
    fact.id = id;
    fact.kind = kind;
    fact.about = about;
    fact.may_change = !about.removed && (about.hers || serves_in(viewer, kind.readers));
    fact.may_check = !about.hers && viewer.is_steward_of(kind.readers);
    return fact;
}

bool save_new_fact(store::Transaction& transaction, const Viewer& viewer, const Fact& fact,
                   Time now)
{
    record::save_thing(transaction, viewer.organisation,
                       {.id = fact.id,
                        .kind = "fact",
                        .circle = fact.kind.readers,
                        .author = viewer.person,
                        .title = fact.kind.name,
                        .created = now,
                        .changed = now,
                        .about = fact.about.keeper});
    return save_fact(transaction, viewer.organisation, fact.id, fact.kind.id, fact.about.id);
}

namespace {

/// Writes a version with its event. `before` is what stood until now, of that day.
Result<Fact> write_version(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, const Fact& fact,
                           const std::optional<FactVersion>& before, FactVersion version)
{
    const auto organisation = viewer.organisation;
    if (!take_versions(transaction, organisation, fact.id, fact.version, 1))
        return changed_meanwhile();
    version.fact = fact.id;
    version.version = fact.version + 1;
    version.said_by.id = viewer.person;
    version.said = now;
    set_checking(version, fact, viewer);
    if (fact.kind.type == FactType::reading) {
        if (!version.value.empty())
            version.note =
                note_usage(find_neighbours(transaction, organisation, fact.id, *version.taken_on),
                           {std::chrono::sys_days(*version.taken_on), version.amount});
        count_readings(transaction, organisation, fact.id,
                       (version.value.empty() ? 0 : 1) -
                           (before && !before->value.empty() ? 1 : 0));
    }
    save_version(transaction, organisation, version, !before);
    keep_fact(transaction, organisation, fact.id, fact.kind.type, now);
    std::string_view verb = "write.fact_changed";
    if (version.undoes != 0)
        verb = "write.fact_undone";
    else if (version.checking == Checking::waits)
        verb = "write.fact_said";
    append_fact_event(transaction, viewer, ids, now, verb, fact, version);
    return find_fact(transaction, fact.id, viewer);
}

Refusal may_not_say(const Fact& fact, const Viewer& viewer)
{
    const bool otherwise_she_may = fact.about.hers || serves_in(viewer, fact.kind.readers);
    return fact.about.removed && otherwise_she_may ? removed_place() : only_hers_to_say();
}

/// May the viewer say it, and does it have a day just when it is a reading?
Result<void> check_saying(const Fact& fact, const Viewer& viewer, const Saying& saying)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!fact.may_change) return may_not_say(fact, viewer);
    if (fact.kind.retired) return Refusal::conflict("This is no longer kept.");
    if ((fact.kind.type == FactType::reading) != saying.taken_on.has_value())
        return Refusal::invalid("taken_on",
                                "A meter's reading has a day, and nothing else has one.");
    return {};
}

Result<Fact> say(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                 const Fact& fact, const Saying& saying)
{
    if (const auto may = check_saying(fact, viewer, saying); !may) return may.error();
    auto why = read_why("why", saying.why);
    if (!why) return why.error();
    const auto before =
        find_standing(transaction, viewer.organisation, fact.id, text_of_day(saying.taken_on));
    if (saying.seen_version && (before ? before->version : 0) != *saying.seen_version)
        return changed_meanwhile();
    // Who says it again after a steward denied it means it: that is looked at again.
    if (before ? before->value == saying.value.text && before->checking != Checking::denied
               : saying.value.text.empty())
        return fact;
    FactVersion version;
    version.value = saying.value.text;
    version.amount = saying.value.amount;
    version.taken_on = saying.taken_on;
    version.why = *std::move(why);
    return write_version(transaction, ids, now, viewer, fact, before, std::move(version));
}

} // namespace

std::string Fact::path() const
{
    return record::path_of("fact", id);
}

Result<Fact> say_fact(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer, Id about_id, Id kind_id, const Saying& saying)
{
    const auto kind = find_fact_kind(transaction, kind_id, viewer);
    if (!kind) return kind.error();
    const auto about = find_about(transaction, about_id, viewer);
    if (!about) return about.error();
    if (about->kind != kind->about || about->id == viewer.everyone)
        return Refusal::invalid("kind", "Such a fact is not kept of this.");
    // Before it is looked for: who may not say it learns nothing of whether it is known.
    const auto begun = begin_fact(viewer, ids.next(now), *about, *kind);
    if (const auto may = check_saying(begun, viewer, saying); !may) return may.error();
    if (const auto known = find_fact_of_kind(transaction, viewer.organisation, about_id, kind_id)) {
        const auto fact = find_fact(transaction, *known, viewer);
        if (!fact) return fact.error();
        if (kind->type != FactType::reading && !fact->shown.value.empty())
            return Refusal::conflict("This is known already. Change what it says.");
        return say(transaction, ids, now, viewer, *fact, saying);
    }
    if (saying.value.text.empty()) return Refusal::invalid("value", "Please say what it is.");
    if (!save_new_fact(transaction, viewer, begun, now)) return changed_meanwhile();
    return say(transaction, ids, now, viewer, begun, saying);
}

Result<Fact> change_fact(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id id, const Saying& saying)
{
    const auto fact = find_fact(transaction, id, viewer);
    if (!fact) return fact.error();
    return say(transaction, ids, now, viewer, *fact, saying);
}

Result<Fact> undo_fact(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id id, std::int64_t number)
{
    const auto fact = find_fact(transaction, id, viewer);
    if (!fact) return fact.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!fact->may_change) return may_not_say(*fact, viewer);
    const auto undone = find_fact_version(transaction, viewer.organisation, id, number);
    if (!undone) return Refusal::invalid("version", "There is no such version.");
    if (!undone->stands) return changed_meanwhile();
    const auto before = find_version_before(transaction, viewer.organisation, *undone);
    FactVersion version;
    version.value = before ? before->value : std::string();
    version.amount = before ? before->amount : 0;
    version.taken_on = undone->taken_on;
    version.undoes = number;
    return write_version(transaction, ids, now, viewer, *fact, undone, std::move(version));
}

Result<Fact> check_fact(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id id, std::int64_t number, Verdict verdict,
                        std::string_view written)
{
    const auto fact = find_fact(transaction, id, viewer);
    if (!fact) return fact.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!fact->may_check)
        return Refusal::forbidden("A steward of those who see it checks it, and nobody what is "
                                  "about herself.");
    const auto version = find_fact_version(transaction, viewer.organisation, id, number);
    if (!version) return Refusal::invalid("version", "There is no such version.");
    if (version->said_by.id == viewer.person)
        return Refusal::forbidden("Somebody else checks what you said yourself.");
    const auto reason = read_why("reason", written);
    if (!reason) return reason.error();
    const bool is_so = verdict == Verdict::is_so;
    if (!is_so && reason->empty())
        return Refusal::invalid("reason", "Please say why it is not so. Whoever sees the fact "
                                          "reads it.");
    if (!save_verdict(transaction, viewer.organisation, id, number,
                      is_so ? Checking::confirmed : Checking::denied, viewer.person, now,
                      is_so ? std::string_view() : std::string_view(*reason)))
        return Refusal::conflict("It was checked or changed meanwhile. Look at what it says now.");
    keep_fact(transaction, viewer.organisation, id, fact->kind.type, now);
    append_fact_event(transaction, viewer, ids, now,
                      is_so ? "write.fact_confirmed" : "write.fact_denied", *fact, *version);
    return find_fact(transaction, id, viewer);
}

} // namespace moothall::write
