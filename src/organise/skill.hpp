#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Skills: what people say they know, in their own words, vouched for by others; and what is asked
/// for and nobody has. Seen by everybody in the hall; nobody is ranked.
namespace moothall::organise {

inline constexpr std::size_t skill_name_characters_max = 60;
inline constexpr std::size_t skill_words_characters_max = 500;
inline constexpr std::int64_t skills_of_a_person_max = 50;

struct Holder {
    hear::Someone person;
    std::string words; // plain text
    std::int64_t vouches = 0;
    bool vouched = false; // by the viewer
};

struct Skill {
    Id id;
    std::string name;
    std::int64_t holders = 0;
    std::int64_t wishes = 0;
    std::vector<Holder> people; // of one skill that is looked at; by name
    bool mine = false;
    bool wished = false; // by the viewer

    bool is_gap() const { return holders == 0 && wishes > 0; }
};

struct SkillPage {
    std::vector<Skill> skills;
    std::string next;
};
/// By name. `gaps` are those asked for that nobody has, the most wanted first.
Result<SkillPage> list_skills(store::Transaction& transaction, const Viewer& viewer, bool gaps,
                              std::string_view after, int limit);
Result<Skill> find_skill(store::Transaction& transaction, Id skill, const Viewer& viewer);
std::vector<Skill> list_skills_of(store::Transaction& transaction, const Viewer& viewer, Id person);

/// "I can do that", or other words for it. One event.
Result<Skill> claim_skill(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, std::string_view name, std::string_view words);
/// "Not any more": what others vouched for goes with it. One event.
Result<Skill> drop_skill(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id skill);
/// Vouches for somebody who has it, or takes that back; nobody vouches for herself. One event.
Result<Skill> vouch(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                    Id skill, Id person, bool vouched);
/// "Somebody here should know this". One event.
Result<Skill> wish_for_skill(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, std::string_view name);
Result<Skill> take_wish_back(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id skill);

} // namespace moothall::organise
