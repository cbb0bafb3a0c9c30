#pragma once

#include "hear/voice.hpp"

/// Rows of an import beside the voices themselves: replies, support, and the people behind them.
namespace moothall::hear {

/// Where a row comes in.
struct ImportPlace {
    store::Transaction& transaction;
    IdSource& ids;
    const Viewer& viewer;
    std::string_view origin;
    std::string_view source; // of rows with an id (ImportWish)
    Id run;
    Time now;
};

/// What a row of the same origin became; none: it did not come in.
Id find_brought(const ImportPlace& place, std::string_view source_id);
void note_brought(const ImportPlace& place, std::string_view source_id, Id thing);

/// Whether take_person() would find somebody who is here.
bool is_known_author(const ImportPlace& place, const std::string& key, const std::string& email);

/// The person with that e-mail address, or with that key in the same origin; made, to be claimed by
/// whoever proves the address, when there is none yet (`made` is then added to). Nobody (no id)
/// where only a bare name is known.
Result<Id> take_person(const ImportPlace& place, const std::string& key, const std::string& name,
                       const std::string& email, std::int64_t& made);

/// One event.
void bring_in_reply(const ImportPlace& place, Id voice, Id author, std::string_view source_id,
                    std::string_view body, const Rendered& rendered, Time said);

/// Merges a voice of this run into the one whose duplicate it was there. False: it came in before,
/// and whatever people made of it since stays.
Result<bool> bring_in_duplicate(const ImportPlace& place, Id voice, Id into);

/// False: she backs it already. Named support counts like any other; the run's event tells of it.
bool bring_in_support(const ImportPlace& place, Id voice, Id person, Time since);

} // namespace moothall::hear
