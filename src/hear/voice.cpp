#include "hear/voice.hpp"
#include "hear/loop.hpp"

#include "base/invariant.hpp"
#include "hear/listing.hpp"
#include "hear/merge.hpp"
#include "hear/moderation.hpp"
#include "hear/moving.hpp"
#include "hear/search.hpp"
#include "hear/support.hpp"
#include "hear/voice_store.hpp"
#include "people/people.hpp"
#include "text/json.hpp"
#include "text/language.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::hear {

namespace {

constexpr std::size_t excerpt_characters = 120; // two lines, and a list of thirty stays light
constexpr std::size_t mentions_max = 20;

/// A title as it may stand, or what is wrong with it.
Result<std::string> check_title(std::string_view wanted)
{
    auto title = normalise_line(wanted);
    if (title.empty())
        return Refusal::invalid("title", "Please say it in a few words: a title is missing.");
    if (count_characters(title) > title_characters_max)
        return Refusal::invalid("title",
                                "A title has at most 200 characters. Put the rest into the text.");
    return title;
}

/// For whom the viewer writes; refused when she may not.
Result<Id> check_on_behalf(store::Transaction& transaction, const Viewer& viewer, Id wanted)
{
    if (!wanted || wanted == viewer.person) return viewer.person;
    if (!viewer.is_company())
        return Refusal::forbidden("Only people of the company may write for somebody else.");
    const auto person = people::find_person(transaction, wanted, viewer);
    if (!person || person->state == people::PersonState::erased)
        return Refusal::invalid("on_behalf_of", "There is no such person to write for.");
    return wanted;
}

Result<std::vector<Tag>> take_tags(store::Transaction& transaction, IdSource& ids, Time now,
                                   Id organisation, const std::vector<std::string>& names)
{
    if (names.size() > tags_max) return Refusal::invalid("tags", "A voice has at most ten tags.");
    std::vector<Tag> tags;
    for (const auto& name : names) {
        auto tag = take_tag(transaction, ids, now, organisation, name);
        if (!tag) return tag.error();
        if (std::ranges::find(tags, tag->id, &Tag::id) == tags.end())
            tags.push_back(*std::move(tag));
    }
    return tags;
}

std::string facts(std::initializer_list<std::pair<std::string_view, std::string_view>> fields)
{
    JsonWriter json;
    json.begin_object();
    for (const auto& [name, value] : fields) json.field(name, value);
    return json.end_object().take();
}

} // namespace

const std::vector<std::string>& voice_kinds()
{
    static const std::vector<std::string> kinds{"want",      "question", "signal", "call-out",
                                                "challenge", "story",    "thanks", "other"};
    return kinds;
}

bool is_voice_kind(std::string_view kind)
{
    return std::ranges::find(voice_kinds(), kind) != voice_kinds().end();
}

std::string Voice::path() const
{
    auto path = "/voices/" + id.text();
    if (const auto words = slug(title); !words.empty()) path += '-' + words;
    return path;
}

Result<Rendered> render_body(std::string_view title, std::string_view body)
{
    if (has_forbidden_characters(body))
        return Refusal::invalid("body", "The text holds characters that no text has.");
    auto html = render_markdown(body);
    if (!html) {
        auto refusal = html.error();
        refusal.reason = Reason::invalid;
        refusal.field = "body";
        return refusal;
    }
    Rendered rendered;
    rendered.html = *std::move(html);
    const auto plain = plain_text(body);
    rendered.excerpt = normalise_line(clip(plain, excerpt_characters, Ellipsis::shown));
    rendered.language = detect_spoken_language(std::string(title) + "\n" + std::string(body));
    rendered.mentions = mentions(body);
    if (rendered.mentions.size() > mentions_max) rendered.mentions.resize(mentions_max);
    return rendered;
}

/// The people a text names who may see it, each once.
std::vector<Id> find_mentions(store::Transaction& transaction, Id organisation,
                              const std::vector<std::string>& names)
{
    std::vector<Id> people;
    for (const auto& name : names)
        if (const Id person = people::find_mentioned(transaction, organisation, name))
            if (std::ranges::find(people, person) == people.end()) people.push_back(person);
    return people;
}

Result<Voice> say_voice(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, const NewVoice& wanted, const Rendered& rendered)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to say something.");
    const Id circle_id = wanted.circle ? wanted.circle : viewer.everyone;
    const auto circle = people::find_circle(transaction, circle_id, viewer);
    if (!circle) return Refusal::invalid("circle", "There is no such circle that you can see.");
    if (viewer.role_in(circle_id) < Role::member)
        return Refusal::forbidden("You are not a member of this circle. Join it to speak there.");
    if (!is_voice_kind(wanted.kind))
        return Refusal::invalid(
            "kind",
            "A voice is a want, question, signal, call-out, challenge, story, thanks or other.");
    auto title = check_title(wanted.title);
    if (!title) return title.error();
    const auto author = check_on_behalf(transaction, viewer, wanted.on_behalf_of);
    if (!author) return author.error();
    auto tags = take_tags(transaction, ids, now, viewer.organisation, wanted.tags);
    if (!tags) return tags.error();

    const auto statuses = list_statuses(transaction, viewer.organisation);
    const auto* open = find_status(statuses, "open");
    invariant(open != nullptr, "an organisation has an open status");

    Voice voice;
    voice.id = ids.next(now);
    voice.kind = wanted.kind;
    voice.title = *std::move(title);
    voice.body = wanted.body;
    voice.body_html = rendered.html;
    voice.excerpt = rendered.excerpt;
    voice.language = rendered.language;
    voice.status = *open;
    voice.created = wanted.created.value_or(now);
    voice.state = wanted.state;
    if (voice.state == record::State::visible && is_held(transaction, viewer, circle_id))
        voice.state = record::State::held;

    record::save_thing(transaction, viewer.organisation,
                       {voice.id, "voice", circle_id, voice.state, *author, voice.title,
                        voice.created, voice.created});
    insert_voice(transaction, viewer.organisation, voice, viewer.person);
    save_tags(transaction, viewer.organisation, voice.id, *tags);
    if (voice.state == record::State::visible)
        count_voice(transaction, viewer.organisation, voice.id,
                    {circle_id, voice.kind, voice.status.id}, 1);
    index_words(transaction, viewer.organisation, voice.id, voice.title, plain_text(voice.body),
                voice.language);
    auto concerns = find_mentions(transaction, viewer.organisation, rendered.mentions);
    save_mentions(transaction, viewer.organisation, voice.id, concerns);
    follow_by_default(transaction, viewer.organisation, voice.id, *author);
    if (*author != viewer.person) {
        follow_by_default(transaction, viewer.organisation, voice.id, viewer.person);
        concerns.push_back(*author);
    }
    if (const auto hung = files::hang_files(transaction, viewer, voice.id, voice.id, wanted.files);
        !hung)
        return hung.error();
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "hear.voice_said",
                    .thing = voice.id,
                    .actor = viewer.person,
                    .circle = circle_id,
                    .at = now,
                    .state = voice.state,
                    .concerns = std::move(concerns),
                    .data = facts({{"kind", voice.kind}})});
    return *load_voice(transaction, voice.id, viewer);
}

Result<Voice> find_voice(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    auto voice = load_voice(transaction, id, viewer);
    if (!voice) return Refusal::not_found();
    return *std::move(voice);
}

Result<void> must_be_voice(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "voice") return Refusal::not_found();
    return {};
}

bool may_word(store::Transaction& transaction, const Viewer& viewer, Id thing, Id author,
              Id written_by)
{
    if (!viewer.signed_in()) return false;
    if (author == viewer.person) return true;
    if (written_by != viewer.person) return false;
    auto corrected = transaction.query(
        "SELECT 1 FROM revision WHERE org_id = ?1 AND thing_id = ?2 AND editor_id = ?3 LIMIT 1",
        viewer.organisation, thing, author);
    return !corrected.next();
}

Result<Voice> edit_voice(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id id, const VoiceChange& change,
                         const std::optional<Rendered>& rendered)
{
    auto found = find_voice(transaction, id, viewer);
    if (!found) return found.error();
    auto& voice = *found;
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const bool hers = may_word(transaction, viewer, id, voice.author.id, voice.written_by.id);
    const bool steward = viewer.is_steward_of(voice.circle);
    if (!hers && !steward)
        return Refusal::forbidden(
            "Only its author and the circle's stewards may change this voice.");
    if ((change.title || change.body || !change.files.empty()) && !hers)
        return Refusal::forbidden("Only its author may change what was said. Stewards may change "
                                  "its kind, tags and circle.");

    const Counted before{voice.circle, voice.kind, voice.status.id};
    std::optional<std::string> moved_because;
    const auto state_before = voice.state;
    const auto title_before = voice.title;
    const auto body_before = voice.body;
    if (change.kind) {
        if (!is_voice_kind(*change.kind))
            return Refusal::invalid("kind", "A voice is a want, question, signal, call-out, "
                                            "challenge, story, thanks or other.");
        if (*change.kind != voice.kind && has_own_clock(transaction, viewer.organisation, id))
            return Refusal::conflict("What was said against something stays what it is.");
        voice.kind = *change.kind;
    }
    if (change.title) {
        auto title = check_title(*change.title);
        if (!title) return title.error();
        voice.title = *std::move(title);
    }
    std::vector<Id> mentioned;
    if (change.body) {
        invariant(rendered.has_value(), "a changed text was rendered");
        voice.body = *change.body;
        voice.body_html = rendered->html;
        voice.excerpt = rendered->excerpt;
        voice.language = rendered->language;
        mentioned = find_mentions(transaction, viewer.organisation, rendered->mentions);
        save_mentions(transaction, viewer.organisation, id, mentioned);
    }
    if (change.circle && *change.circle != voice.circle) {
        if (voice.merged_into || voice.branches > 0)
            return Refusal::conflict(
                "It is merged with another voice, which stays here. Undo that first.");
        const auto circle = people::find_circle(transaction, *change.circle, viewer);
        if (!circle) return Refusal::invalid("circle", "There is no such circle that you can see.");
        if (viewer.role_in(*change.circle) < Role::member)
            return Refusal::forbidden(
                "You are not a member of this circle. Join it to speak there.");
        if (!hers) {
            auto reason = check_moving(transaction, viewer, voice, *circle, change.moved_because);
            if (!reason) return reason.error();
            moved_because = *std::move(reason);
        }
        voice.circle = *change.circle;
        // What waits for a steward when it is said there waits also when it is moved there.
        if (voice.state == record::State::visible && is_held(transaction, viewer, voice.circle))
            voice.state = record::State::held;
    }
    std::optional<std::vector<Tag>> tags;
    if (change.tags) {
        auto taken = take_tags(transaction, ids, now, viewer.organisation, *change.tags);
        if (!taken) return taken.error();
        tags = *std::move(taken);
    }

    if (const auto hung = files::hang_files(transaction, viewer, id, id, change.files); !hung)
        return hung.error();
    if (state_before == record::State::visible && voice.stands())
        count_voice(transaction, viewer.organisation, id, before, -1);
    if (tags) save_tags(transaction, viewer.organisation, id, *tags);
    if (voice.state == record::State::visible && voice.stands())
        count_voice(transaction, viewer.organisation, id,
                    {voice.circle, voice.kind, voice.status.id}, 1);

    const bool text_changed = voice.title != title_before || voice.body != body_before;
    if (text_changed)
        save_revision(transaction, ids, now, viewer.organisation, id, viewer.person, title_before,
                      body_before);
    update_voice_text(transaction, viewer.organisation, voice);
    record::change_thing(
        transaction, viewer.organisation,
        {id, "voice", voice.circle, voice.state, voice.author.id, voice.title, voice.created, now});
    if (voice.circle != before.circle) // its replies have the audience of what they answer
        transaction.execute(R"sql(
            UPDATE thing SET circle_id = ?3 WHERE org_id = ?1 AND thing_id IN
                (SELECT r.reply_id FROM reply r WHERE r.org_id = ?1 AND r.subject_id = ?2) )sql",
                            viewer.organisation, id, voice.circle);
    if (text_changed)
        index_words(transaction, viewer.organisation, id, voice.title, plain_text(voice.body),
                    voice.language);
    if (!hers || voice.author.id != viewer.person) mentioned.push_back(voice.author.id);
    if (moved_because)
        save_moving(transaction, ids, now, viewer,
                    {.thing = id, .from = before.circle, .to = voice.circle}, *moved_because);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = moved_because  ? "hear.voice_moved"
                            : text_changed ? "hear.voice_edited"
                                           : "hear.voice_sorted",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = voice.circle,
                    .at = now,
                    .state = voice.state,
                    .concerns = std::move(mentioned)});
    return *load_voice(transaction, id, viewer);
}

Result<Voice> answer_officially(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id id, Id status_id, std::string_view reason,
                                const SafeHtml& reason_html)
{
    auto found = find_voice(transaction, id, viewer);
    if (!found) return found.error();
    auto& voice = *found;
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_steward_of(voice.circle))
        return Refusal::forbidden("Only a steward of the circle may answer officially.");
    const auto statuses = list_statuses(transaction, viewer.organisation);
    const auto* status = find_status(statuses, status_id);
    if (status == nullptr) return Refusal::invalid("status", "There is no such status.");
    if (status->id == voice.status.id && reason == voice.official) return std::move(voice);
    if (has_own_clock(transaction, viewer.organisation, id))
        return Refusal::conflict("What was said against something is answered and closed, and has "
                                 "no status.");
    if (status->category == Category::declined && normalise_line(reason).empty())
        return Refusal::invalid("reason", "Say why it is declined, for everybody to read.");

    const auto before = voice.status;
    if (voice.state == record::State::visible && voice.stands()) {
        count_voice(transaction, viewer.organisation, id, {voice.circle, voice.kind, before.id},
                    -1);
        count_voice(transaction, viewer.organisation, id, {voice.circle, voice.kind, status->id},
                    1);
    }
    voice.status = *status;
    voice.official = reason;
    voice.official_html = reason_html;
    voice.official_by = {viewer.person, {}};
    voice.official_at = now;
    update_official(transaction, viewer.organisation, voice);
    // What is called done is done on the line and the clock, too, with a promise or without.
    if (status->category == Category::done)
        reach_stage(transaction, viewer.organisation, id, Stage::act, id, "hear.done", now);
    else if (before.category == Category::done)
        leave_stage(transaction, viewer.organisation, id, Stage::act, id);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = before.id == status->id ? "hear.voice_answered" : "hear.status_changed",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = voice.circle,
                    .at = now,
                    .state = voice.state,
                    .concerns = {voice.author.id},
                    .data = facts({{"from", to_text(before.category)},
                                   {"to", to_text(status->category)},
                                   {"status", status->id.text()}})});
    return *load_voice(transaction, id, viewer);
}

Result<void> choose_answer(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id id, Id reply)
{
    const auto voice = find_voice(transaction, id, viewer);
    if (!voice) return voice.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto merged = list_merged(transaction, id, viewer);
    const bool author =
        voice->author.id == viewer.person || std::ranges::any_of(merged, [&](const Merged& one) {
            return one.author.id == viewer.person;
        });
    if (!author && !viewer.is_steward_of(voice->circle))
        return Refusal::forbidden("Only its author and the circle's stewards may mark the answer.");
    // A reply that came with a merged voice is marked there: so undoing the merge takes the mark
    // along.
    auto places = list_merged_ids(transaction, viewer.organisation, {id});
    places.push_back(id);
    Id place = id;
    Id answerer;
    if (reply) {
        auto rows = transaction.query(R"sql(
            SELECT t.author_id, r.subject_id FROM reply r
            JOIN thing t ON t.org_id = r.org_id AND t.thing_id = r.reply_id
            WHERE r.org_id = ?1 AND t.org_id = ?1 AND r.reply_id = ?2 AND r.subject_id IN_IDS(?3)
              AND t.state = 'visible' )sql",
                                      viewer.organisation, reply, store::IdList{places});
        if (!rows.next()) return Refusal::invalid("reply", "There is no such reply to this voice.");
        answerer = rows->id(0);
        place = rows->id(1);
    }
    const auto changed =
        transaction.execute(R"sql(
        UPDATE voice SET answer_id = CASE WHEN voice_id = ?3 THEN ?4 ELSE 0 END
        WHERE org_id = ?1 AND voice_id IN_IDS(?2)
          AND answer_id <> CASE WHEN voice_id = ?3 THEN ?4 ELSE 0 END )sql",
                            viewer.organisation, store::IdList{places}, place, reply);
    if (changed == 0) return {};
    record::append(transaction, viewer.organisation, ids,
                   {.verb = reply ? "hear.answer_chosen" : "hear.answer_unchosen",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = voice->circle,
                    .at = now,
                    .state = voice->state,
                    .concerns = {reply, answerer, voice->author.id}});
    return {};
}

Result<std::vector<Revision>> list_revisions(store::Transaction& transaction, Id thing,
                                             const Viewer& viewer)
{
    if (const auto seen = people::find_seen(transaction, thing, viewer); !seen) return seen.error();
    std::vector<Revision> revisions;
    for (const auto& row : transaction.query(R"sql(
             SELECT r.revision_id, r.editor_id, p.name, r.at_us, r.title, r.body
             FROM revision r LEFT JOIN person p ON p.org_id = r.org_id AND p.person_id = r.editor_id AND p.org_id = ?1
             WHERE r.org_id = ?1 AND r.thing_id = ?2 ORDER BY r.revision_id DESC LIMIT 100 )sql",
                                             viewer.organisation, thing))
        revisions.push_back(
            {row.id(0), {row.id(1), row.string(2)}, row.time(3), row.string(4), row.string(5)});
    return revisions;
}

} // namespace moothall::hear
