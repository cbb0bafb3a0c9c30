#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What a person chose to read of us outside of our pages.
namespace moothall::tell {

struct ReaderChoice {
    bool report = false;           // the monthly report comes by letter
    std::optional<Time> feed_made; // her private feed has an address since then
};
ReaderChoice find_reader_choice(store::Transaction& transaction, Id organisation, Id person);

/// Subscribes to the monthly report, or ends that. One event, which only she sees; none when it was
/// so already.
Result<void> choose_report(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, bool wanted);

/// A new address for her private feed; gives the secret in it, which is stored nowhere: an older
/// address ends. One event, which only she sees.
Result<std::string> make_feed(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer);
/// Ends the address. One event, which only she sees; none when there was no address.
Result<void> end_feed(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer);
/// Whose feed it is; none when the secret is not good (any more).
std::optional<Id> find_feed_owner(store::Transaction& transaction, Id organisation,
                                  std::string_view secret);

/// Removes what is kept of her choices: for when a person is erased.
void forget_reader_choice(store::Transaction& transaction, Id organisation, Id person);

} // namespace moothall::tell
