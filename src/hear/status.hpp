#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::hear {

/// What a status means, whatever an organisation calls it.
enum class Category : std::uint8_t { open, under_review, planned, started, done, declined };

std::string_view to_text(Category category);
std::optional<Category> category_of(std::string_view text);

struct Status {
    Id id;
    std::string name; // an English name of ours is translated when shown; another is shown as it is
    Category category = Category::open;
    std::int64_t position = 0;
};

/// One status for each category; called when an organisation is founded.
void create_default_statuses(store::Transaction& transaction, IdSource& ids, Time now,
                             Id organisation);
/// All of an organisation's, in order; there are few.
std::vector<Status> list_statuses(store::Transaction& transaction, Id organisation);
/// By id, by name, or the first of a category: what the API's `status` may say.
const Status* find_status(const std::vector<Status>& statuses, std::string_view text);
const Status* find_status(const std::vector<Status>& statuses, Id id);

/// Adds (no id) or changes one. Refused unless the viewer is a steward of the hall. One event.
Result<Status> save_status(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Status status);
/// Removes one that no voice has; refused otherwise, and for the last of category open. One event.
Result<void> remove_status(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id status);

struct Tag {
    Id id;
    std::string name;
};

std::vector<Tag> list_tags(store::Transaction& transaction, Id organisation);
std::optional<Tag> find_tag(store::Transaction& transaction, Id organisation,
                            std::string_view name);
/// Finds or makes a tag. Names are compared folded. Refused on an empty or too long name.
Result<Tag> take_tag(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                     std::string_view name);
/// Renames a tag, or removes it from all voices (empty name). Stewards of the hall only. One event.
Result<void> change_tag(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id tag, std::string_view name);

} // namespace moothall::hear
