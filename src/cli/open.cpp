#include "cli/open.hpp"

#include "people/founding.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "web/language.hpp"

#include <unistd.h>

#include <filesystem>

namespace moothall::cli {

namespace {

/// Ids of commands come from nodes that no server has (config.cpp allows 0 to 999).
std::uint16_t command_node()
{
    return static_cast<std::uint16_t>(1000 + getpid() % 24);
}

} // namespace

std::optional<Config> find_config(const Arguments& arguments, int& code)
{
    const auto data = arguments.value(data_option);
    if (!data || data->empty()) {
        code = fail("say which folder holds the hall: --data DIR.", wrong_usage);
        return {};
    }
    auto config = load_config(*data);
    if (!config) {
        code = fail(config.error().sentence);
        return {};
    }
    if (const auto url = arguments.value(database_option)) config->database_url = *url;
    return *std::move(config);
}

std::unique_ptr<OpenHall> open_hall(const Arguments& arguments, int& code)
{
    auto config = find_config(arguments, code);
    if (!config) return nullptr;
    if (config->database_url.empty() &&
        !std::filesystem::exists(config->data_folder + "/moothall.db")) {
        code = fail("there is no hall in " + config->data_folder + "; moothall init makes one.");
        return nullptr;
    }
    auto hall = std::make_unique<OpenHall>();
    hall->config = *std::move(config);
    hall->database = store::Database::open(hall->config.store_settings());
    hall->ids = std::make_unique<IdSource>(command_node());
    return hall;
}

Result<web::Organisation> choose_organisation(OpenHall& hall, const Arguments& arguments)
{
    const auto all = hall.database->read(people::list_organisations);
    if (all.empty())
        return Refusal::conflict("There is no organisation in this hall; moothall init makes one.");
    const auto url = arguments.value(url_option);
    if (!url) {
        // One organisation may answer to several hosts.
        for (const auto& [name, organisation] : all)
            if (organisation.id != all.front().second.id)
                return Refusal::conflict("This hall has several organisations: say with --url "
                                         "which one is meant.");
        return all.front().second;
    }
    const auto host = people::host_of(*url);
    for (const auto& [name, organisation] : all)
        if (name == host) return organisation;
    return Refusal::conflict("No organisation of this hall answers to {1}.").with(*url);
}

Result<Viewer> find_owner(store::Transaction& transaction, const web::Organisation& organisation)
{
    const Id owner = people::find_first_owner(transaction, organisation.id);
    auto viewer = people::make_viewer(transaction, organisation.id, organisation.everyone, owner);
    if (!viewer) return Refusal::conflict("This organisation has no active owner to act for.");
    return *std::move(viewer);
}

Result<Id> choose_circle(OpenHall& hall, const web::Organisation& organisation,
                         const Arguments& arguments)
{
    const auto name = arguments.value("circle");
    if (!name) return Id{};
    const auto circle = hall.database->read([&](store::Transaction& transaction) {
        auto found = people::find_circle_by_name(transaction, organisation.id, *name);
        if (!found)
            if (const auto id = Id::parse(*name))
                found = people::find_circle_by_id(transaction, organisation.id, *id);
        return found ? found->id : Id{};
    });
    if (!circle) return Refusal::conflict("there is no circle \"{1}\".").with(*name);
    return circle;
}

int guarded(const std::function<int()>& work)
{
    try {
        return work();
    } catch (const std::exception& error) {
        return fail(error.what());
    }
}

void seal_what_waits(OpenHall& hall)
{
    const auto now = hall.clock.now();
    for (const auto& [host, organisation] : hall.database->read(people::list_organisations)) {
        const Id id = organisation.id;
        const bool left = hall.database->read([&](store::Transaction& transaction) {
            return record::has_unsealed(transaction, id, now - std::chrono::minutes{1});
        });
        if (left)
            hall.database->write(
                [&](store::Transaction& transaction) { record::seal(transaction, id, now); });
    }
}

FreshFolder::FreshFolder(std::filesystem::path folder)
    : folder_(std::move(folder)), was_there_(std::filesystem::exists(folder_))
{
    const bool empty = !was_there_ || (std::filesystem::is_directory(folder_) &&
                                       std::filesystem::is_empty(folder_));
    kept_ = !empty;
    if (was_there_) return;
    std::filesystem::create_directories(folder_);
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
}

FreshFolder::~FreshFolder()
{
    if (kept_) return;
    std::error_code ignored; // what cannot be removed stays; why the command failed is said already
    if (was_there_)
        for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored))
            std::filesystem::remove_all(entry.path(), ignored);
    else
        std::filesystem::remove_all(folder_, ignored);
}

std::string sentence_of(const Refusal& refusal)
{
    return web::Language::fill(refusal.sentence, refusal.arguments);
}

} // namespace moothall::cli
