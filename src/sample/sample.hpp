#pragma once

#include "base/id.hpp"
#include "files/files.hpp"
#include "people/organisation.hpp"
#include "store/database.hpp"

/// Northwater, the sample company: a utility that also does professional services, with its
/// customers and villages. Its people and their words are made up.
namespace moothall::sample {

/// How far back the sample goes. Its organisation is founded so long before `now`, so that all ids
/// are in the order of what happened.
inline constexpr std::chrono::days history{550};

/// What happened in these last days is told to people when the server starts, because it is news
/// still (tell/tell_of_events.cpp); of what was before, the record only says that they were told.
inline constexpr std::chrono::days notices_since{2};

/// Fills a hall that was founded `history` ago with people, circles, voices and what came of them,
/// through the same functions that pages call: counts and log are those of a real hall. The same
/// `now` and a fresh `ids` give the same hall. What they attached is put on the shelf.
void fill_sample(store::Transaction& transaction, IdSource& ids, Time now,
                 const people::Founded& founded, files::Shelf& shelf);

} // namespace moothall::sample
