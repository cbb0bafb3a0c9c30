#pragma once

#include "store/test_place.hpp"

#include <gtest/gtest.h>

/// What tests of all stages need of the store. A suite that is to run on both engines:
///
///     class Ballots : public store::EachEngine {
///     protected:
///         std::unique_ptr<store::Database> database = open();
///     };
///     MOOTHALL_ON_EACH_ENGINE(Ballots);
///     TEST_P(Ballots, are_counted_once) { database->write(…); }
///
/// Without MOOTHALL_TEST_POSTGRES the PostgreSQL half is skipped and says so.
namespace moothall::store {

/// The base of a suite that runs once on each engine.
class EachEngine : public ::testing::TestWithParam<Engine> {
public:
    static std::string name_of(const ::testing::TestParamInfo<Engine>& info)
    {
        return info.param == Engine::sqlite ? "sqlite" : "postgres";
    }

protected:
    void SetUp() override
    {
        if (!is_available_for_tests(GetParam()))
            GTEST_SKIP() << "MOOTHALL_TEST_POSTGRES is not set, so nothing is tested on PostgreSQL "
                            "(tools/postgres/private.sh makes a server for tests).";
    }

    /// A database with all tables; none where the engine is not available, as the test is skipped.
    static std::unique_ptr<Database> open()
    {
        return is_available_for_tests(GetParam()) ? open_test_database(GetParam()) : nullptr;
    }
    /// The same with other tables.
    static std::unique_ptr<Database> open(std::span<const Migration> migrations,
                                          Settings settings = {})
    {
        if (!is_available_for_tests(GetParam())) return nullptr;
        return open_test_database(GetParam(), migrations, std::move(settings));
    }
};

/// The engines that tests can use here, for suites that have parameters of their own.
inline std::vector<Engine> engines_available()
{
    if (is_available_for_tests(Engine::postgres)) return {Engine::sqlite, Engine::postgres};
    return {Engine::sqlite};
}

} // namespace moothall::store

#define MOOTHALL_ON_EACH_ENGINE(Suite)                                                             \
    INSTANTIATE_TEST_SUITE_P(                                                                      \
        engines, Suite,                                                                            \
        ::testing::Values(::moothall::store::Engine::sqlite, ::moothall::store::Engine::postgres), \
        ::moothall::store::EachEngine::name_of)
