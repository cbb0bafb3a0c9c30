#include "store/database.hpp"

#include "store/migrate.hpp"
#include "store/postgres.hpp"
#include "store/sqlite.hpp"

#include <mutex>

namespace moothall::store {

std::unique_ptr<Database> Database::open(const Settings& settings)
{
    return open(settings, store::migrations());
}

std::unique_ptr<Database> Database::open(const Settings& settings,
                                         std::span<const Migration> migrations)
{
    const std::string_view url = settings.url;
    if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
        return open_postgres(settings, migrations);
    constexpr std::string_view scheme = "sqlite:";
    return open_sqlite(std::string(url.starts_with(scheme) ? url.substr(scheme.size()) : url),
                       settings, migrations);
}

struct Hearing::Gate {
    std::mutex mutex;
    std::function<void(std::string_view)> listener;
};

Hearing::Hearing(Database& database, std::function<void(std::string_view)> listener)
    : gate_(std::make_shared<Gate>())
{
    gate_->listener = std::move(listener);
    database.listen([gate = gate_](std::string_view notice) {
        const std::lock_guard lock(gate->mutex);
        if (gate->listener) gate->listener(notice);
    });
}

Hearing::~Hearing()
{
    const std::lock_guard lock(gate_->mutex);
    gate_->listener = nullptr;
}

} // namespace moothall::store
