#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace moothall::people {

enum class CircleKind : std::uint8_t { company, customer, community, team, forum };
/// Public: all see what is in it. Listed: all see that it exists. Private: only members know of it.
enum class Visibility : std::uint8_t { open, listed, closed };
enum class Joining : std::uint8_t { open, invitation };
enum class Moderation : std::uint8_t { off, newcomers };

std::string_view to_text(CircleKind kind);
std::string_view to_text(Visibility visibility); // public | listed | private
std::string_view to_text(Joining joining);
std::string_view to_text(Moderation moderation);
std::string_view to_text(Role role);
std::optional<CircleKind> circle_kind_of(std::string_view text);
std::optional<Visibility> visibility_of(std::string_view text);
std::optional<Role> role_of(std::string_view text);

struct Circle {
    Id id;
    std::string name;
    std::string purpose;
    CircleKind kind = CircleKind::community;
    Visibility visibility = Visibility::open;
    Joining joining = Joining::invitation;
    Moderation moderation = Moderation::off;
    std::int64_t members = 0;
    Time created;
    Role mine = Role::none; // the viewer's
    /// Hidden by a steward of the hall, or opened by a newcomer and not looked at yet: until it is
    /// shown it is private, whatever its stewards wish.
    bool withheld = false;
};

/// A circle of the company itself: its members may write for customers.
inline bool is_company(CircleKind kind)
{
    return kind == CircleKind::company || kind == CircleKind::team;
}

/// Makes a circle; its maker and the organisation's owners become stewards. Where the hall looks at
/// what newcomers say first, one of theirs that others would see is withheld. Refused (invalid) on
/// an empty name, or that of another circle that she may know. One event.
Result<Circle> create_circle(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& maker, Circle wanted);
/// Changes name, purpose, visibility, joining, moderation. Refused unless the viewer is a steward
/// of it.
Result<Circle> change_circle(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& steward, Circle changed);

/// Takes a circle that others see out of their sight, as a steward of the hall may, or gives it
/// back as it was. No event: callers write theirs.
void withhold_circle(store::Transaction& transaction, Id organisation, Id circle);
void give_back_circle(store::Transaction& transaction, Id organisation, Id circle);
/// Whether what this person says to all waits for a steward of the hall first: she is new, and the
/// hall wants that.
bool is_looked_at_first(store::Transaction& transaction, const Viewer& viewer, Id circle);

/// The public forums that stand open, the newest first, those after `after` (none: from the start).
std::vector<Circle> list_forums(store::Transaction& transaction, const Viewer& viewer, Id before,
                                int limit);

/// A circle whose name the viewer may know: public and listed ones, and her own; a steward of the
/// hall also knows what is withheld.
Result<Circle> find_circle(store::Transaction& transaction, Id circle, const Viewer& viewer);
/// All of those, hers first, then by name. A hall has tens or hundreds, not thousands, in view.
std::vector<Circle> list_circles(store::Transaction& transaction, const Viewer& viewer);
/// The circles of a person that the viewer may know of, and whose members she may see.
std::vector<Circle> list_circles_of(store::Transaction& transaction, Id person,
                                    const Viewer& viewer);
/// By person, the public circles of customers and communities, but for Everyone: whose they are as
/// everybody may know.
std::unordered_map<Id, std::vector<Id>>
list_open_circles(store::Transaction& transaction, Id organisation, const std::vector<Id>& people);
/// Whoever looks; for commands.
std::optional<Circle> find_circle_by_id(store::Transaction& transaction, Id organisation,
                                        Id circle);
std::optional<Circle> find_circle_by_name(store::Transaction& transaction, Id organisation,
                                          std::string_view name);

struct Member {
    Id person;
    std::string name;
    Role role;
    Time since;
};
/// Members by name after `after`; refused unless the viewer sees into the circle.
Result<std::vector<Member>> list_members(store::Transaction& transaction, Id circle,
                                         const Viewer& viewer, std::string_view after_name,
                                         int limit);

/// What somebody became in a circle.
struct RoleChange {
    Id circle;
    Role role; // none: taken out
};

/// Sets or takes (Role::none) a role, whoever asks; keeps the member count. No event: callers write
/// theirs.
void set_role(store::Transaction& transaction, Id organisation, Id circle, Id person, Role role,
              Time now);
/// The rule around set_role: stewards change others; anybody may leave, and join where joining is
/// open. The last steward cannot go. One event; cuts the person's open streams.
Result<void> change_role(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id circle, Id person, Role role);

/// Memberships for a Viewer.
std::vector<Membership> list_memberships(store::Transaction& transaction, Id organisation,
                                         Id person);
std::vector<Id> list_public_circles(store::Transaction& transaction, Id organisation);

} // namespace moothall::people
