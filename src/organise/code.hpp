#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"
#include "text/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Who wrote which part of the code, so that whoever has a question about it reaches them.
namespace moothall::organise {

/// Somebody's part in a file or folder, as the history of a repository tells it.
struct CodeShare {
    std::string name;
    std::string email;
    std::int64_t commits = 0;
    double weight = 0; // one for a commit of the newest day, half for one that is a year older
    Time newest;
    std::vector<std::string> words; // what her newest commits say they do, the newest first
};
struct CodePart {
    std::string path; // "src/billing"; empty: all of it
    bool folder = true;
    std::vector<CodeShare> shares; // the greatest first
};
/// What was read from a repository (cli/git_history.hpp).
struct CodeHistory {
    std::string head;
    std::int64_t commits = 0;
    std::vector<CodePart> parts; // folders before what is in them
};

inline constexpr std::size_t code_parts_max = 10'000;
inline constexpr std::size_t code_shares_max = 5;
inline constexpr std::size_t code_things_max = 500;

struct CodeReport {
    std::int64_t folders = 0;
    std::int64_t files = 0;
    std::int64_t people = 0;     // who wrote it
    std::int64_t new_people = 0; // of them, who were not here: they claim it by signing in
};

/// Brings a repository in, or anew: what it said before is replaced. Its circle (none: that in
/// which the company is among itself) says who sees it; one that is here already stays where it is
/// unless a circle is named. Authors are known by their e-mail address. One event, beside those of
/// new people.
Result<CodeReport> save_code(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& owner, std::string_view name, Id circle,
                             const CodeHistory& history);

struct CodeRepository {
    Id id;
    std::string name;
    std::int64_t commits = 0;
    Time read;
    std::string path() const;
};
/// Those that the viewer sees, by name after `after`.
std::vector<CodeRepository> list_code(store::Transaction& transaction, const Viewer& viewer,
                                      std::string_view after, int limit);

/// Somebody who wrote a component.
struct CodeAuthor {
    hear::Someone person;
    bool reachable = false; // has an account, so that one can write to her
    std::int64_t commits = 0;
    Time newest;
};
struct CodeLine {
    std::string name; // within its folder
    std::string path; // of its page
    bool folder = false;
    std::string who; // who knows it best, if anybody is to be named
};
struct CodeComponent {
    CodeRepository repository;
    std::string path; // within the repository
    bool folder = true;
    Id thing; // to talk about: itself, or the nearest folder above that is one
    std::vector<CodeAuthor> authors;
    std::vector<CodeLine> below;
    std::string next; // a cursor; empty: no more
    std::string title() const
    {
        return path.empty() ? repository.name : repository.name + '/' + path;
    }
};
/// The component at "NAME/src/billing", or of such an id, if the viewer sees its repository.
/// `limit` of what is in it, after the cursor `after`.
Result<CodeComponent> find_code(store::Transaction& transaction, const Viewer& viewer,
                                std::string_view path, std::string_view after, int limit);

/// For when a person is erased, and for her own data.
void forget_code_author(store::Transaction& transaction, Id organisation, Id person);
void write_own_code(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person);

} // namespace moothall::organise
