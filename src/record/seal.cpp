// The hash chain over the log.
//
// Every second or so the sealer takes the events that are in no seal yet and writes one more link:
// the list of their hashes ("leaves") and the SHA-256 of the link before it, its own number, the
// time and that list. (Links of older versions left the time out; they stay as they are, and none
// of them may follow one of today's.) Whoever changes, removes, inserts or reorders a sealed event
// must also rewrite every later link; whoever does that, or cuts the log, no longer has the head
// that was printed or mailed before. It is the hash chain of Haber and Stornetta, "How to
// time-stamp a digital document", Journal of Cryptology 3(2), 1991, section 5.1, with a list of
// leaves in each link so that the first bad event can be named.
//
// Cost: one query for each link, SHA-256 over some 300 bytes for each event. Limits: an event that
// is removed before it is sealed leaves no trace; one inserted in the last `settling` is sealed
// like any other.

#include "record/record.hpp"

#include "text/json.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace moothall::record {

namespace {

// Transactions of several nodes commit out of the order of their ids. An event is sealed once this
// has passed since it was made, and one that shows up later than that is still taken for twice as
// long.
constexpr std::chrono::seconds settling{3};
constexpr std::chrono::seconds overlap{60};
// The sealer passes every two seconds, and commands seal what they find (cli/open.hpp), so an event
// that is this much older than the newest one and in no link was in one once.
constexpr std::chrono::minutes seal_wait_max{10};
constexpr std::size_t leaves_max = 1000; // in one link, so that a check holds little in memory

std::string sha256(std::string_view text)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * sizeof digest);
    for (const unsigned char byte : digest) {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

std::string link_hash(std::string_view before, std::int64_t seq, std::int64_t at_us,
                      std::string_view leaves)
{
    return sha256(std::string(before) + '\n' + std::to_string(seq) + '\n' + std::to_string(at_us) +
                  '\n' + std::string(leaves));
}

/// Of the links that older versions wrote: when they were made could be changed unseen.
std::string timeless_link_hash(std::string_view before, std::int64_t seq, std::string_view leaves)
{
    return sha256(std::string(before) + '\n' + std::to_string(seq) + '\n' + std::string(leaves));
}

/// The hash of every event in `ids`, as it stands in the tables now. Absent ones are left out.
std::map<Id, std::string> leaves_of(store::Transaction& transaction, Id organisation,
                                    const std::vector<Id>& ids)
{
    std::unordered_map<Id, std::vector<Id>> things;
    for (const auto& row : transaction.query(R"sql(
             SELECT event_id, thing_id FROM event_thing
             WHERE org_id = ?1 AND event_id IN_IDS(?2) ORDER BY event_id, thing_id )sql",
                                             organisation, store::IdList{ids}))
        things[row.id(0)].push_back(row.id(1));

    std::map<Id, std::string> leaves;
    for (const auto& row : transaction.query(R"sql(
             SELECT event_id, verb, thing_id, actor_id, circle_id, audience, at_us, data FROM event
             WHERE org_id = ?1 AND event_id IN_IDS(?2) )sql",
                                             organisation, store::IdList{ids})) {
        JsonWriter json;
        json.begin_array().value(row.integer(0)).value(row.text(1)).value(row.integer(2));
        json.value(row.integer(3)).value(row.integer(4)).value(row.text(5)).value(row.integer(6));
        json.value(row.text(7)).begin_array();
        for (const Id thing : things[row.id(0)]) json.value(thing.value);
        json.end_array().end_array();
        leaves.emplace(row.id(0), sha256(json.take()));
    }
    return leaves;
}

struct Leaf {
    Id event;
    std::string hash;
};

/// Reads "event:hash event:hash …".
std::vector<Leaf> parse_leaves(std::string_view text)
{
    std::vector<Leaf> leaves;
    while (!text.empty()) {
        const auto space = text.find(' ');
        const auto one = text.substr(0, space);
        const auto colon = one.find(':');
        const auto id = Id::parse(one.substr(0, colon));
        if (!id || colon == std::string_view::npos) return {};
        leaves.push_back({*id, std::string(one.substr(colon + 1))});
        text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    }
    return leaves;
}

/// An id as old as what is made that long before `id`.
Id before(Id id, std::chrono::milliseconds by = overlap)
{
    constexpr int bits_below_milliseconds = 22;
    return Id{std::max<std::int64_t>(0, id.value - (by.count() << bits_below_milliseconds))};
}

/// The lowest id that an event made at `time` can have.
Id first_id_at(Time time)
{
    return IdSource().next(time);
}

/// Where the chain ends, and the settled events that are in none of its links.
struct Unsealed {
    std::int64_t seq = 0;
    std::string head;
    std::vector<Id> waiting;
};

/// `enough` of them at least, or all.
Unsealed find_unsealed(store::Transaction& transaction, Id organisation, Time now,
                       std::size_t enough)
{
    // Links are read from the last one back, until one is so old that neither it nor those before
    // it hold an event of the overlap. Events are the measure of that and never the clock: it may
    // be set back, and a quiet hall has sealed nothing in the last minutes.
    Unsealed found;
    std::unordered_set<Id> sealed;
    Id newest_sealed;
    for (std::int64_t below = std::numeric_limits<std::int64_t>::max(); below > 1;) {
        // In pieces: PostgreSQL hands over all rows that are asked for, and the chain is long.
        std::int64_t lowest = 1;
        for (const auto& row :
             transaction.query("SELECT seq, hash, leaves FROM seal WHERE org_id = ?1 AND seq < ?2 "
                               "ORDER BY seq DESC LIMIT 64",
                               organisation, below)) {
            lowest = row.integer(0);
            const auto leaves = parse_leaves(row.text(2));
            if (found.head.empty()) {
                found.seq = lowest;
                found.head = row.string(1);
                if (!leaves.empty()) newest_sealed = leaves.back().event;
            }
            // Without leaves it was changed by somebody; the audit says so.
            if (leaves.empty() || leaves.back().event < before(before(newest_sealed))) {
                lowest = 1;
                break;
            }
            for (const auto& leaf : leaves) sealed.insert(leaf.event);
        }
        below = lowest;
    }
    // Page by page, for an import writes more than one holds within the overlap, and all of the
    // first pages may be sealed.
    constexpr std::int64_t page = 10'000;
    const Id until = first_id_at(now - settling);
    Id last = before(newest_sealed);
    for (std::int64_t read = page; read == page && found.waiting.size() < enough;) {
        read = 0;
        for (const auto& row : transaction.query(R"sql(
                 SELECT event_id FROM event WHERE org_id = ?1 AND event_id > ?2 AND event_id < ?3
                 ORDER BY event_id LIMIT ?4 )sql",
                                                 organisation, last, until, page)) {
            ++read;
            last = row.id(0);
            if (!sealed.contains(last)) found.waiting.push_back(last);
        }
    }
    return found;
}

} // namespace

bool has_unsealed(store::Transaction& transaction, Id organisation, Time now)
{
    Id newest;
    for (const auto& row : transaction.query(
             "SELECT coalesce(max(event_id), 0) FROM event WHERE org_id = ?1 AND event_id < ?2",
             organisation, first_id_at(now - settling)))
        newest = row.id(0);
    if (!newest) return false;
    {
        auto rows = transaction.query(
            "SELECT leaves FROM seal WHERE org_id = ?1 ORDER BY seq DESC LIMIT 1", organisation);
        if (!rows.next()) return true;
        const auto leaves = parse_leaves(rows->text(0));
        if (leaves.empty()) return true;
        // An event that is older than a sealed one may come in after it, from a change that waited
        // for a lock while others went on: it is looked for as long as it would be taken. It may
        // also be the last that was sealed, so a newer one does not say that something waits.
        if (leaves.back().event >= newest && newest <= first_id_at(now - 2 * overlap)) return false;
    }
    return !find_unsealed(transaction, organisation, now, 1).waiting.empty();
}

std::int64_t seal(store::Transaction& transaction, Id organisation, Time now)
{
    constexpr std::size_t sealed_at_once = 100'000;
    auto [seq, head, waiting] = find_unsealed(transaction, organisation, now, sealed_at_once);
    for (std::size_t at = 0; at < waiting.size(); at += leaves_max) {
        const std::vector<Id> batch(waiting.begin() + static_cast<std::ptrdiff_t>(at),
                                    waiting.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                          waiting.size(), at + leaves_max)));
        std::string leaves;
        for (const auto& [event, hash] : leaves_of(transaction, organisation, batch)) {
            if (!leaves.empty()) leaves += ' ';
            leaves += event.text() + ':' + hash;
        }
        head = link_hash(head, ++seq, now.time_since_epoch().count(), leaves);
        const auto written = transaction.execute(R"sql(
            INSERT INTO seal (org_id, seq, at_us, leaves, hash) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (org_id, seq) DO NOTHING )sql",
                                                 organisation, seq, now, leaves, head);
        // Another node is sealing: it has these events in its links, or finds them next time.
        if (written == 0) return static_cast<std::int64_t>(at);
    }
    return static_cast<std::int64_t>(waiting.size());
}

namespace {

/// Checks one link's events against the tables; false when one differs, named in `audit`.
bool check_leaves(store::Transaction& transaction, Id organisation, const std::vector<Leaf>& leaves,
                  Audit& audit)
{
    std::vector<Id> ids;
    for (const auto& leaf : leaves) ids.push_back(leaf.event);
    const auto today = leaves_of(transaction, organisation, ids);
    for (const auto& leaf : leaves) {
        const auto found = today.find(leaf.event);
        if (found == today.end())
            audit.fault = "Event " + leaf.event.text() + " was sealed and is gone.";
        else if (found->second != leaf.hash)
            audit.fault = "Event " + leaf.event.text() + " was changed after it was sealed.";
        if (!audit.fault.empty()) {
            audit.first_bad_event = leaf.event;
            return false;
        }
    }
    return true;
}

struct Head {
    std::int64_t seq = 0;
    std::string hash;
};

std::optional<Head> parse_head(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return {};
    Head head;
    const auto [end, error] = std::from_chars(text.data(), text.data() + colon, head.seq);
    if (error != std::errc{} || end != text.data() + colon) return {};
    head.hash = text.substr(colon + 1);
    return head;
}

} // namespace

Audit audit(store::Transaction& transaction, Id organisation, std::string_view known_head)
{
    Audit audit;
    std::optional<Head> known;
    if (!known_head.empty()) {
        known = parse_head(known_head);
        if (!known) {
            audit.fault = "The head to compare with is not one: it reads like 12:9f86d0….";
            return audit;
        }
    }

    std::vector<Id> sealed; // of a large log 8 bytes for each event
    Id newest_sealed;
    std::int64_t seq = 0;
    std::string head;
    bool times_count = false; // from the first link on that has the time in its hash
    bool known_found = !known || known->seq == 0; // "0:" was the head before the first link
    // The links are read one by one: the check of one asks further questions of the same
    // connection.
    for (;;) {
        auto rows = transaction.query("SELECT seq, leaves, hash, at_us FROM seal WHERE org_id = "
                                      "?1 AND seq > ?2 ORDER BY seq LIMIT 1",
                                      organisation, seq);
        if (!rows.next()) break;
        if (rows->integer(0) != seq + 1) {
            audit.fault = "Link " + std::to_string(seq + 1) + " of the chain is gone.";
            return audit;
        }
        seq = rows->integer(0);
        const auto leaves = parse_leaves(rows->text(1));
        const bool timed = link_hash(head, seq, rows->integer(3), rows->text(1)) == rows->text(2);
        const bool good = timed || (!times_count &&
                                    timeless_link_hash(head, seq, rows->text(1)) == rows->text(2));
        times_count = times_count || timed;
        // A wrong event is named before the wrong link it makes.
        if (!check_leaves(transaction, organisation, leaves, audit)) return audit;
        if (!good || leaves.empty()) {
            audit.fault = "Link " + std::to_string(seq) + " of the chain was changed.";
            return audit;
        }
        head = rows->string(2);
        for (const auto& leaf : leaves) {
            // Twice is no fault: both hashes are those of the event as it stands.
            sealed.push_back(leaf.event);
            newest_sealed = std::max(newest_sealed, leaf.event);
        }
        if (known && known->seq == seq) {
            if (known->hash != head) {
                audit.fault = "Link " + std::to_string(seq) +
                              " is not the one of the head you keep: the log was rewritten.";
                return audit;
            }
            known_found = true;
        }
    }
    std::ranges::sort(sealed);
    const auto repeated = std::ranges::unique(sealed);
    sealed.erase(repeated.begin(), repeated.end());
    audit.events = std::ssize(sealed);
    if (seq > 0) audit.head = std::to_string(seq) + ':' + head;
    if (!known_found) {
        audit.fault = "The head you keep is link " + std::to_string(known->seq) +
                      ", and the log ends at link " + std::to_string(seq) +
                      ": its end was cut off.";
        return audit;
    }

    const Id settled = before(newest_sealed);
    Id newest;
    for (const auto& row : transaction.query(
             "SELECT coalesce(max(event_id), 0) FROM event WHERE org_id = ?1", organisation))
        newest = row.id(0);
    const Id sealed_by_now = before(newest, seal_wait_max);
    // A piece at a time: PostgreSQL sends all that is asked for at once.
    constexpr std::int64_t piece = 10'000;
    Id last;
    for (std::int64_t read = piece; read == piece;) {
        read = 0;
        for (const auto& row :
             transaction.query("SELECT event_id FROM event WHERE org_id = ?1 AND event_id > ?2 "
                               "ORDER BY event_id LIMIT ?3",
                               organisation, last, piece)) {
            ++read;
            last = row.id(0);
            if (std::ranges::binary_search(sealed, last)) continue;
            if (last < settled)
                audit.fault =
                    "Event " + last.text() +
                    " is in no link of the chain, though later ones are: it was inserted.";
            else if (last < sealed_by_now)
                audit.fault = "Event " + last.text() +
                              " is in no link of the chain, though the log goes on for long after "
                              "it: its link was taken away.";
            if (!audit.fault.empty()) {
                audit.first_bad_event = last;
                return audit;
            }
            ++audit.unsealed;
        }
    }
    for (const auto& row : transaction.query(R"sql(
             SELECT et.event_id FROM event_thing et
             LEFT JOIN event e ON e.org_id = et.org_id AND e.event_id = et.event_id
             WHERE et.org_id = ?1 AND e.event_id IS NULL ORDER BY et.event_id LIMIT 1 )sql",
                                             organisation)) {
        audit.fault = "Event " + row.id(0).text() + " is gone, and a thing still names it.";
        audit.first_bad_event = row.id(0);
    }
    return audit;
}

} // namespace moothall::record
