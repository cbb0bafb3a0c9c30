#include "store/test_place.hpp"

#include "base/invariant.hpp"
#include "store/postgres_wire.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>

namespace moothall::store {

namespace {

std::string postgres_address()
{
    const char* address = std::getenv("MOOTHALL_TEST_POSTGRES"); // NOLINT(concurrency-mt-unsafe)
    return address ? address : "";
}

/// The same server, another database: postgresql://user@host:port/NAME?options.
std::string with_database(const std::string& address, const std::string& name)
{
    const auto host = address.find("://") + 3;
    const auto options = std::min(address.find('?', host), address.size());
    const auto path = std::min(address.find('/', host), options);
    return address.substr(0, path) + "/" + name + address.substr(options);
}

std::string unused_name()
{
    static std::atomic<unsigned> number = 0;
    return "moothall_test_" + std::to_string(::getpid()) + "_" + std::to_string(++number);
}

void on_server(const std::string& address, const std::string& statement)
{
    const auto handle = connect_postgres(address);
    const PostgresResult result(PQexec(handle.get(), statement.c_str()));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        throw_postgres_error(result.get(), statement);
}

std::filesystem::path new_folder()
{
    // In memory where there is such a place: tests do not wait for the disk.
    const std::filesystem::path memory = "/dev/shm";
    const bool writable = ::access(memory.c_str(), W_OK) == 0;
    auto folder = (writable ? memory : std::filesystem::temp_directory_path()) / unused_name();
    std::filesystem::remove_all(folder); // of an earlier process of this number
    std::filesystem::create_directory(folder);
    return folder;
}

/// Tells schemas apart.
std::string key_of(std::span<const Migration> migrations)
{
    std::string key;
    for (const auto& migration : migrations)
        key += checksum(migration.sqlite) + checksum(migration.postgres);
    return key;
}

/// The closed file of a database with these tables, to be copied.
const std::string& template_file(std::span<const Migration> migrations)
{
    struct Template {
        TestPlace place{Engine::sqlite};
        std::string file = place.folder() + "/hall.db";
    };
    static std::mutex mutex;
    static std::map<std::string, Template> templates;
    const std::lock_guard lock(mutex);
    auto [found, is_new] = templates.try_emplace(key_of(migrations));
    if (is_new) {
        Settings settings;
        settings.url = found->second.place.url();
        Database::open(settings, migrations);
    }
    return found->second.file;
}

/// Keeps what the migrations put into tables, in a schema that nobody else looks at.
constexpr const char* remember_first_rows = R"(
DO $$
DECLARE
    one record;
    filled boolean;
BEGIN
    CREATE SCHEMA first_rows;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', one.tablename) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE first_rows.%1$I AS TABLE public.%1$I', one.tablename);
        END IF;
    END LOOP;
END $$)";

/// Foreign keys sleep meanwhile, so the order does not matter.
constexpr const char* restore_first_rows = R"(
SET session_replication_role = replica;
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM public.%I', one.tablename);
    END LOOP;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'first_rows' LOOP
        EXECUTE format('INSERT INTO public.%1$I SELECT * FROM first_rows.%1$I', one.tablename);
    END LOOP;
END $$)";

/// Databases on the test server that wait to be used again, by their schema.
class Shelf {
public:
    static Shelf& of_process()
    {
        static Shelf shelf;
        return shelf;
    }

    std::unique_ptr<TestPlace> take(const std::string& key)
    {
        const std::lock_guard lock(mutex_);
        auto& places = places_[key];
        if (places.empty()) return nullptr;
        auto place = std::move(places.back());
        places.pop_back();
        return place;
    }
    void put_back(const std::string& key, std::unique_ptr<TestPlace> place)
    {
        try {
            on_server(place->url(), restore_first_rows);
        } catch (const Failure&) {
            return; // the test broke it, or the server is gone: the next makes a new one
        }
        const std::lock_guard lock(mutex_);
        places_[key].push_back(std::move(place));
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::vector<std::unique_ptr<TestPlace>>> places_;
};

std::unique_ptr<Database> open_on_postgres(std::span<const Migration> migrations, Settings settings)
{
    const auto key = key_of(migrations);
    auto place = Shelf::of_process().take(key);
    const bool is_new = !place;
    if (is_new) place = std::make_unique<TestPlace>(Engine::postgres);
    settings.url = place->url();
    auto database = Database::open(settings, migrations);
    if (is_new) on_server(settings.url, remember_first_rows);
    const auto put_back = [key](TestPlace* used) {
        Shelf::of_process().put_back(key, std::unique_ptr<TestPlace>(used));
    };
    database->keep(std::shared_ptr<TestPlace>(place.release(), put_back));
    return database;
}

} // namespace

bool is_available_for_tests(Engine engine)
{
    return engine == Engine::sqlite || !postgres_address().empty();
}

TestPlace::TestPlace(Engine engine) : engine_(engine)
{
    invariant(is_available_for_tests(engine), "MOOTHALL_TEST_POSTGRES names a server");
    if (engine == Engine::sqlite) {
        folder_ = new_folder();
        url_ = "sqlite:" + folder_ + "/hall.db";
        return;
    }
    name_ = unused_name();
    on_server(postgres_address(), "DROP DATABASE IF EXISTS " + name_);
    on_server(postgres_address(), "CREATE DATABASE " + name_ + " TEMPLATE template0");
    url_ = with_database(postgres_address(), name_);
}

TestPlace::~TestPlace()
{
    if (engine_ == Engine::sqlite) {
        std::error_code ignored; // a folder that stays harms nobody
        std::filesystem::remove_all(folder_, ignored);
        return;
    }
    try {
        on_server(postgres_address(), "DROP DATABASE " + name_ + " WITH (FORCE)");
    } catch (const Failure&) {
        return; // the server is gone already, and the database with it
    }
}

std::unique_ptr<Database> open_test_database(Engine engine)
{
    return open_test_database(engine, migrations());
}

std::unique_ptr<Database> open_test_database(Engine engine, std::span<const Migration> migrations,
                                             Settings settings)
{
    if (engine == Engine::postgres) return open_on_postgres(migrations, std::move(settings));
    auto place = std::make_shared<TestPlace>(Engine::sqlite);
    std::filesystem::copy_file(template_file(migrations), place->folder() + "/hall.db");
    settings.url = place->url();
    auto database = Database::open(settings, migrations);
    database->keep(std::move(place));
    return database;
}

} // namespace moothall::store
