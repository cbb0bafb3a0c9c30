#pragma once

#include "base/viewer.hpp"
#include "cli/arguments.hpp"
#include "cli/config.hpp"
#include "store/database.hpp"
#include "web/organisation.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace moothall::cli {

/// What a command on a hall works with. `ids` never collide with those of a running server.
struct OpenHall {
    Config config;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<IdSource> ids;
    Clock clock;
};

/// The options that every command on a hall takes: --data, --database, --url.
inline constexpr std::string_view data_option = "data";
inline constexpr std::string_view database_option = "database";
inline constexpr std::string_view url_option = "url";

/// The configuration of --data (must be a hall unless `fresh`), with --database over it; an error
/// is printed and the exit code is in `code`.
std::optional<Config> find_config(const Arguments& arguments, int& code);
/// Opens the database of a hall that exists; an error is printed and the exit code is in `code`.
std::unique_ptr<OpenHall> open_hall(const Arguments& arguments, int& code);

/// The organisation of --url, or the only one there is, or the oldest one.
Result<web::Organisation> choose_organisation(OpenHall& hall, const Arguments& arguments);

/// The command line acts as an owner: whoever holds the disk may do all that she may.
Result<Viewer> find_owner(store::Transaction& transaction, const web::Organisation& organisation);
/// The circle of --circle, by its name or id; none without that option.
Result<Id> choose_circle(OpenHall& hall, const web::Organisation& organisation,
                         const Arguments& arguments);

/// Seals the events that a command before left, as no server was there to do it: events wait for
/// their seal for seconds, and the audit takes those that wait longer for ones whose seal was taken
/// away. A command that writes events calls it first, and last if it takes long.
void seal_what_waits(OpenHall& hall);

/// A folder in which a command makes a hall. It is made when it is absent; what was made in it
/// goes away again unless it is kept, so that whoever tries again finds it as it was. One that held
/// something before is let alone.
class FreshFolder {
public:
    explicit FreshFolder(std::filesystem::path folder);
    ~FreshFolder();
    FreshFolder(const FreshFolder&) = delete;
    FreshFolder& operator=(const FreshFolder&) = delete;
    void keep() { kept_ = true; }

private:
    std::filesystem::path folder_;
    bool was_there_;
    bool kept_ = false;
};

/// Runs `work`; failures of the world are printed as one line and give `failed`.
int guarded(const std::function<int()>& work);

/// A refusal as one line for the command line.
std::string sentence_of(const Refusal& refusal);

} // namespace moothall::cli
