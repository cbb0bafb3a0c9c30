// What may be done with documents, and by whom.

#include "write/document.hpp"

#include "base/invariant.hpp"
#include "base/words.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "write/document_store.hpp"
#include "write/lines/words.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace moothall::write {

namespace {

constexpr std::size_t document_why_characters_max = 1000;
constexpr std::int64_t place_max = 9999;

constexpr std::pair<Rule, std::string_view> rule_names[] = {
    {Rule::open, "open"},
    {Rule::circle, "circle"},
    {Rule::closed, "closed"},
    {Rule::hidden, "hidden"},
};

Refusal moved_on()
{
    return Refusal::conflict("Somebody else has changed it meanwhile. Look at the newest version, "
                             "then write yours anew.");
}

/// Whether a person may read what is for this circle.
bool may_read(store::Transaction& transaction, const Viewer& viewer, Id person, Id circle)
{
    const auto own = people::make_viewer(transaction, viewer.organisation, viewer.everyone, person);
    if (!own) return false;
    return people::may_see(transaction, *own,
                           {.id = circle, .kind = "document", .circle = circle, .author = person});
}

/// Puts the rule into the document: who reads it, why, and who decides.
Result<void> apply_rule(store::Transaction& transaction, const Viewer& viewer, Document& document,
                        const RuleChange& wanted)
{
    document.rule = wanted.rule;
    document.why = normalise_line(wanted.why);
    document.review_on = wanted.review_on;
    const bool shut = is_shut(wanted.rule);
    if (shut && document.why.empty())
        return Refusal::invalid("why", "Please give a reason why not everybody may read it.");
    if (count_characters(document.why) > document_why_characters_max)
        return Refusal::invalid("why", "This has at most 1,000 characters.");
    if (shut && !document.review_on)
        return Refusal::invalid("review_on", "Say on which day somebody looks at this again.");
    document.circle = document.home;
    if (wanted.rule == Rule::open) document.circle = viewer.everyone;
    if (shut && wanted.readers) document.circle = wanted.readers;
    if (shut) {
        const auto readers = people::find_circle(transaction, document.circle, viewer);
        if (!readers || readers->mine < Role::member)
            return Refusal::invalid("readers", "Choose a circle that you are a member of.");
        if (readers->visibility == people::Visibility::open)
            return Refusal::invalid("readers", "Choose the circle that may read it: what is in "
                                               "this one can be read by all.");
    }
    const Id decides = wanted.decides ? wanted.decides : viewer.person;
    const auto person = people::find_person(transaction, decides, viewer);
    if (!person || person->state != people::PersonState::active ||
        !may_read(transaction, viewer, decides, document.circle))
        return Refusal::invalid("decides", "Who decides must be able to read it.");
    document.decides = {decides, person->name};
    return {};
}

/// A closed one has a card that says that it exists, for those one step further out.
void set_card(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
              Document& document)
{
    if (document.rule != Rule::closed) return; // a card of another rule is shown to nobody
    const bool is_new = !document.card;
    if (is_new) document.card = ids.next(now);
    // What a steward hid is not told of by its card either.
    const auto thing = record::find_thing(transaction, viewer.organisation, document.id);
    record::Thing card{.id = document.card,
                       .kind = "document-card",
                       .circle = document.circle == document.home ? viewer.everyone : document.home,
                       .state = thing ? thing->state : record::State::visible,
                       .title = document.title,
                       .created = now,
                       .changed = now};
    if (is_new)
        record::save_thing(transaction, viewer.organisation, card);
    else
        record::change_thing(transaction, viewer.organisation, card);
}

/// What a document stands under must be of the same tree, and not itself below it.
Result<void> check_parent(store::Transaction& transaction, const Viewer& viewer,
                          const Document& document)
{
    if (!document.parent) return {};
    const auto refused =
        Refusal::invalid("parent", "There is no such document in this circle that you can see.");
    const auto parent = find_document(transaction, document.parent, viewer);
    if (!parent || parent->home != document.home) return refused;
    if (parent->id == document.id) return refused;
    // Under one that is only made now nothing stands yet.
    if (document.version > 0 &&
        stands_under(transaction, viewer.organisation, parent->id, document.id))
        return Refusal::invalid("parent", "A document cannot stand under itself.");
    return {};
}

Result<void> check_place(std::int64_t place)
{
    if (place < 0 || place > place_max)
        return Refusal::invalid("place", "A place is a whole number from 0 to 9,999.");
    return {};
}

Result<Document> find_to_edit(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto document = find_document(transaction, id, viewer);
    if (!document) return document.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_edit(*document, viewer))
        return Refusal::forbidden("Only members of its circle edit it. Whoever reads it may "
                                  "suggest how it should be.");
    return document;
}

/// What somebody wrote on an older version, put together with what came since.
struct Wanted {
    PageText text;
    bool merged = false;
    std::vector<Chunk> conflict;
};

Result<Wanted> bring_together(store::Transaction& transaction, const Viewer& viewer,
                              const Document& before, const DocumentChange& change)
{
    Wanted wanted{{.title = change.title.value_or(before.title),
                   .purpose = change.purpose.value_or(before.purpose),
                   .words = change.words.value_or(before.words),
                   .said = change.said},
                  false,
                  {}};
    const auto written_on = change.version.value_or(before.version);
    if (written_on == before.version) return wanted;
    const auto base = find_version(transaction, viewer.organisation, before.id, written_on);
    if (!base) return Refusal::invalid("version", "There is no such version.");
    if (wanted.text.title == base->title) wanted.text.title = before.title;
    if (wanted.text.purpose == base->purpose) wanted.text.purpose = before.purpose;
    if (!change.words) return wanted;
    auto chunks = merge(with_plain_line_ends(base->words), with_plain_line_ends(before.words),
                        with_plain_line_ends(*change.words));
    const auto conflicts = static_cast<std::size_t>(std::ranges::count(
        chunks, Origin::conflict, [](const Chunk& chunk) { return chunk.origin; }));
    if (conflicts > 0 && (change.takes.size() != conflicts || change.head != before.version)) {
        wanted.conflict = std::move(chunks);
        return wanted;
    }
    std::vector<Take> takes;
    std::size_t answered = 0;
    for (const auto& chunk : chunks)
        if (chunk.is_choice())
            takes.push_back(chunk.origin == Origin::conflict ? change.takes[answered++]
                                                             : Take::mine);
    wanted.text.words = put_together(chunks, takes);
    wanted.merged = true;
    return wanted;
}

bool reads_differently(const Document& before, const PageText& text)
{
    return text.title != before.title || text.purpose != before.purpose ||
           with_plain_line_ends(text.words) != with_plain_line_ends(before.words);
}

} // namespace

std::string_view to_text(Rule rule)
{
    return word_of(rule_names, rule);
}

std::optional<Rule> rule_of(std::string_view text)
{
    return value_of(rule_names, text);
}

std::string Document::path() const
{
    auto path = record::path_of("document", id);
    if (const auto tail = slug(title); !tail.empty()) path += "-" + tail;
    return path;
}

bool may_write_in(const Viewer& viewer, Id circle)
{
    return viewer.signed_in() &&
           (viewer.is_steward_of(circle) || (viewer.role_in(circle) >= Role::member &&
                                             (viewer.is_company() || circle != viewer.everyone)));
}

bool may_edit(const Document& document, const Viewer& viewer)
{
    return viewer.signed_in() && !document.only_card &&
           (document.author.id == viewer.person || may_write_in(viewer, document.home));
}

bool may_rule(const Document& document, const Viewer& viewer)
{
    return viewer.signed_in() && !document.only_card &&
           (document.author.id == viewer.person || document.decides.id == viewer.person ||
            viewer.is_steward_of(document.home));
}

void append_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids, Time now,
                  std::string_view verb, const Document& document, std::vector<Id> concerns,
                  std::string data)
{
    const auto thing = record::find_thing(transaction, viewer.organisation, document.id);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = document.id,
                    .actor = viewer.person,
                    .circle = document.circle,
                    .at = now,
                    .state = thing ? thing->state : record::State::visible,
                    .concerns = std::move(concerns),
                    .data = std::move(data)});
}

Result<Document> make_document(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, const NewDocument& wanted,
                               const SafeHtml& html)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto home =
        people::find_circle(transaction, wanted.home ? wanted.home : viewer.everyone, viewer);
    if (!home || (home->visibility != people::Visibility::open && home->mine == Role::none))
        return Refusal::invalid("circle", "There is no such circle that you can see.");
    if (!may_write_in(viewer, home->id))
        return Refusal::forbidden("Documents of a circle are written by its members; those of "
                                  "Everyone by people who work here.");
    const auto text = check_text(wanted.text);
    if (!text) return text.error();
    if (auto checked = check_place(wanted.place); !checked) return checked.error();
    Document document;
    document.id = ids.next(now);
    document.title = text->title;
    document.author.id = viewer.person;
    document.home = home->id;
    document.parent = wanted.parent;
    document.place = wanted.place;
    document.is_template = wanted.is_template;
    if (auto ruled = apply_rule(transaction, viewer, document, wanted.rule); !ruled)
        return ruled.error();
    if (auto checked = check_parent(transaction, viewer, document); !checked)
        return checked.error();
    set_card(transaction, ids, now, viewer, document);
    record::save_thing(transaction, viewer.organisation,
                       {.id = document.id,
                        .kind = "document",
                        .circle = document.circle,
                        .author = viewer.person,
                        .title = text->title,
                        .created = now,
                        .changed = now});
    save_page(transaction, viewer.organisation, document.id, *text, html, viewer.person, now);
    std::vector<std::int64_t> paragraphs(html_blocks(html).size());
    std::iota(paragraphs.begin(), paragraphs.end(), 1);
    save_document(transaction, viewer.organisation, document, ids_as_kept(paragraphs),
                  static_cast<std::int64_t>(paragraphs.size()) + 1);
    index_page(transaction, viewer.organisation, document.id, text->title, text_of_html(html));
    append_event(transaction, viewer, ids, now, "write.document_made", document);
    return find_document(transaction, document.id, viewer);
}

Result<Edited> edit_document(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id id, const DocumentChange& change)
{
    const auto before = find_to_edit(transaction, id, viewer);
    if (!before) return before.error();
    auto wanted = bring_together(transaction, viewer, *before, change);
    if (!wanted) return wanted.error();
    if (!wanted->conflict.empty()) return Edited{*before, false, std::move(wanted->conflict)};
    const auto text = check_text(wanted->text);
    if (!text) return text.error();

    auto after = *before;
    after.parent = change.parent.value_or(before->parent);
    after.place = change.place.value_or(before->place);
    after.is_template = change.is_template.value_or(before->is_template);
    if (auto checked = check_place(after.place); !checked) return checked.error();
    if (after.parent != before->parent)
        if (auto checked = check_parent(transaction, viewer, after); !checked)
            return checked.error();
    const bool differs = reads_differently(*before, *text);
    if (differs) {
        // Rendered here and not before: what is saved may be made of what two people wrote.
        const auto html = render_words(text->words);
        if (!html) return html.error();
        if (!save_text(transaction, now, viewer, *before, *text, *html)) return moved_on();
        ++after.version;
    }
    if (change.confirm && !*change.confirm)
        after.confirm_from = 0;
    else if ((change.confirm && *change.confirm && before->confirm_from == 0) ||
             (change.read_anew && after.confirm_from > 0))
        after.confirm_from = after.version;
    if (!differs && !change.with_files && after.parent == before->parent &&
        after.place == before->place && after.is_template == before->is_template &&
        after.confirm_from == before->confirm_from)
        return Edited{*before, false, {}};
    save_changed_document(transaction, viewer.organisation, after);
    JsonWriter facts;
    facts.begin_object().field("version", after.version);
    append_event(transaction, viewer, ids, now, "write.document_edited", after, {before->author.id},
                 facts.end_object().take());
    auto document = find_document(transaction, id, viewer);
    if (!document) return document.error();
    return Edited{*std::move(document), wanted->merged, {}};
}

void set_card_state(store::Transaction& transaction, Id organisation, Id document,
                    record::State state)
{
    for (const auto& row : transaction.query(
             "SELECT card_id FROM document WHERE org_id = ?1 AND document_id = ?2 AND card_id <> 0",
             organisation, document)) {
        auto card = record::find_thing(transaction, organisation, row.id(0));
        invariant(card.has_value(), "a card is a thing");
        card->state = state;
        record::change_thing(transaction, organisation, *card);
    }
}

Result<Document> change_rule(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id id, const RuleChange& change)
{
    const auto before = find_document(transaction, id, viewer);
    if (!before) return before.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_rule(*before, viewer))
        return Refusal::forbidden("Who may read it is said by who answers for it, by who decides, "
                                  "and by stewards of its circle.");
    auto after = *before;
    if (auto ruled = apply_rule(transaction, viewer, after, change); !ruled) return ruled.error();
    set_card(transaction, ids, now, viewer, after);
    save_changed_document(transaction, viewer.organisation, after);
    if (after.circle != before->circle) {
        auto thing = record::find_thing(transaction, viewer.organisation, id);
        invariant(thing.has_value(), "a document is a thing");
        thing->circle = after.circle;
        record::change_thing(transaction, viewer.organisation, *thing);
        move_answers(transaction, viewer.organisation, id, after.circle);
    }
    JsonWriter facts;
    facts.begin_object().field("from", to_text(before->rule)).field("to", to_text(after.rule));
    append_event(transaction, viewer, ids, now, "write.document_ruled", after,
                 {after.decides.id, after.author.id}, facts.end_object().take());
    return find_document(transaction, id, viewer);
}

Result<void> confirm_reading(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id id, std::int64_t version)
{
    const auto document = find_document(transaction, id, viewer);
    if (!document) return document.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (version < 1 || version > document->version)
        return Refusal::invalid("version", "There is no such version.");
    const auto changed = transaction.execute(R"sql(
        INSERT INTO document_reading (org_id, document_id, person_id, version, read_us)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, document_id, person_id)
        DO UPDATE SET version = excluded.version, read_us = excluded.read_us
        WHERE document_reading.version < excluded.version )sql",
                                             viewer.organisation, id, viewer.person, version, now);
    if (changed == 0) return {}; // she said so before
    JsonWriter facts;
    facts.begin_object().field("version", version);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "write.document_read",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = document->circle,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .data = facts.end_object().take()});
    return {};
}

Result<void> begin_editing(store::Transaction& transaction, Time now, const Viewer& viewer, Id id)
{
    const auto document = find_to_edit(transaction, id, viewer);
    if (!document) return document.error();
    transaction.execute(R"sql(
        INSERT INTO document_editing (org_id, document_id, person_id, since_us) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (org_id, document_id, person_id) DO UPDATE SET since_us = excluded.since_us )sql",
                        viewer.organisation, id, viewer.person, now);
    return {};
}

} // namespace moothall::write
