#include "store/database.hpp"

#include "store/migrate.hpp"
#include "store/postgres.hpp"
#include "store/sqlite.hpp"

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

} // namespace moothall::store
