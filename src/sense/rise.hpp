#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "sense/mind.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Signals: what people suddenly speak of more than they used to. The engine that sees them is in
/// signals/; here they become something that people answer in the open.
namespace moothall::sense {

struct Rise {
    Id id;
    std::string title;
    Id theme; // of most of its voices; none: of no theme
    std::string theme_title;
    Id first; // the voice that said it first
    hear::Someone first_by;
    Time day{};
    std::int64_t voices = 0; // in the week before
    double expected = 0;
    std::string state; // open | decided | set_aside
    std::string reason;
    hear::Someone answered_by;
    std::optional<Time> answered_at;

    std::string path() const { return "/signals/" + id.text(); }
};

Result<Rise> find_rise(store::Transaction& transaction, Id rise, const Viewer& viewer);
/// Open ones first, then the newest of the others; `limit` in all.
std::vector<Rise> list_rises(store::Transaction& transaction, const Viewer& viewer, int limit);
/// Its voices, the earliest first, whoever looks: the caller asks the rule of sight.
std::vector<Id> list_rise_voices(store::Transaction& transaction, Id organisation, Id rise,
                                 int limit);

/// It asks for no change: says why, for everybody to read. People of the company and stewards of
/// the hall. One event.
Result<Rise> set_rise_aside(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id rise, std::string_view reason);

/// Looks once a day at what everybody sees, and raises what rose and is not known yet; gives how
/// many. One event for each.
std::size_t raise_signals(store::Database& database, Tables& tables, IdSource& ids, Time now,
                          Id organisation);

/// Those about these themes or voices are decided on from now on.
void note_decided(store::Transaction& transaction, Id organisation, const std::vector<Id>& about,
                  Time now);

} // namespace moothall::sense
