#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Who may write to whom, and what they see of each other: doors, blocks, office hours, presence.
namespace moothall::organise {

enum class Door : std::uint8_t {
    everybody, // who sees her
    circles,   // who shares a circle with her beside Everyone
    nobody,    // nobody who does not talk with her already
};
std::string_view to_text(Door door);
std::optional<Door> door_of(std::string_view text);

struct ChatDoor {
    Door door = Door::everybody;
    bool presence = true;
    std::string zone; // empty: no hours are shown
    std::string days = "12345";
    int from = 9;
    int till = 17;
};
ChatDoor find_door(store::Transaction& transaction, Id organisation, Id person);
/// One event. Presence that is switched off is forgotten at once.
Result<void> save_door(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, const ChatDoor& door);

/// Whether the moment lies in her hours; none when she shows none.
std::optional<bool> is_in_hours(const ChatDoor& door, Time now);

/// Whether the viewer may begin to write to her. What stands in the way is not told apart: a closed
/// door and a block read the same.
Result<void> may_write_to(store::Transaction& transaction, const Viewer& viewer, Id person);
/// Either of the two does not want the other.
bool is_blocked(store::Transaction& transaction, Id organisation, Id one, Id other);
Result<void> set_block(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id person, bool blocked);
std::vector<std::pair<Id, std::string>> list_blocked(store::Transaction& transaction,
                                                     const Viewer& viewer);

/// Notes that these people are there, as far as they let it be seen.
void note_presence(store::Transaction& transaction, Id organisation, const std::vector<Id>& people,
                   Time now);
/// Of these people, those who are there and let the viewer, who may write to them, see it.
std::vector<Id> list_present(store::Transaction& transaction, const Viewer& viewer,
                             const std::vector<Id>& people, Time now);

} // namespace moothall::organise
