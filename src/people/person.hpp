#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::people {

enum class PersonState : std::uint8_t {
    unconfirmed, // spoke without an account, or was brought in by an import: may claim it by her
                 // e-mail
    active,
    deactivated, // cannot sign in; what she said stays
    erased,      // her data is gone
};
std::string_view to_text(PersonState state);

struct Person {
    Id id;
    std::string name;
    std::string email; // for herself and the owners only; empty: none known
    PersonState state = PersonState::active;
    bool owner = false;
    bool trusted = false;
    std::string about;
    std::string language;
    std::string theme = "auto";
    bool shortcuts = true;
    std::string mail = "now";
    bool has_password = false;
    Time created;
};

/// Somebody, as a voice or reply names her. An erased person has an empty name.
struct Someone {
    Id id;
    std::string name;
};

struct NewPerson {
    std::string name;  // empty: a neutral one, until she gives hers (newcomer.hpp)
    std::string email; // may be empty
    PersonState state = PersonState::active;
    bool owner = false;
    Id actor; // who brought her in; none: she herself
};

/// Makes a person with her thing, her membership of Everyone, and one event. Refused when the
/// e-mail address is not one or belongs to somebody already.
Result<Person> create_person(store::Transaction& transaction, IdSource& ids, Time now,
                             Id organisation, Id everyone, const NewPerson& wanted);

/// A person as the viewer may see her: e-mail and settings are empty unless it is herself or an
/// owner looks.
Result<Person> find_person(store::Transaction& transaction, Id person, const Viewer& viewer);
/// For sign-in and commands: all of her, whoever looks.
std::optional<Person> find_person_by_email(store::Transaction& transaction, Id organisation,
                                           std::string_view email);
std::optional<Person> find_person_by_id(store::Transaction& transaction, Id organisation,
                                        Id person);

/// Active people whose name starts so (folded), for @-mentions and "on behalf of".
std::vector<Person> list_people_named(store::Transaction& transaction, std::string_view start,
                                      const Viewer& viewer, int limit);
/// The id of the one active person a mention means: her whole name, or its first word if only one
/// has it.
Id find_mentioned(store::Transaction& transaction, Id organisation, std::string_view name);

struct PersonChange {
    std::optional<std::string> name;
    std::optional<std::string> about;
    std::optional<std::string> language; // en, fr, tr, fi; empty: as the browser asks
    std::optional<std::string> theme;    // auto, light, dark
    std::optional<std::string> mail;     // now, daily, weekly, never
    std::optional<bool> shortcuts;
};
/// What a person changes about herself; each field checked. One event.
Result<Person> change_person(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, const PersonChange& change);
/// Writes all that can change of a person.
void save_person(store::Transaction& transaction, Id organisation, const Person& person, Time now);
void save_password(store::Transaction& transaction, Id organisation, Id person,
                   std::string_view hash);
std::string find_password_hash(store::Transaction& transaction, Id organisation,
                               std::string_view email);

} // namespace moothall::people
