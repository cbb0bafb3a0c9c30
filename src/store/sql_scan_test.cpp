#include "store/sql_scan.hpp"

#include <gtest/gtest.h>

namespace moothall::store {
namespace {

std::string postgres(std::string_view sql)
{
    return translate(sql, Engine::postgres);
}
std::string sqlite(std::string_view sql)
{
    return translate(sql, Engine::sqlite);
}

TEST(Translation, numbers_parameters_for_postgres)
{
    EXPECT_EQ(postgres("SELECT ?1, ?10 FROM t WHERE a=?1"), "SELECT $1, $10 FROM t WHERE a=$1");
    EXPECT_EQ(sqlite("SELECT ?1"), "SELECT ?1");
}

TEST(Translation, leaves_quotes_and_comments_alone)
{
    for (const auto* sql : {"SELECT '?1', 'it''s ?1', \"a?1\"\"?2\"", "SELECT 1 -- ?1 IN_IDS(?1)\n",
                            "SELECT /* ?1 /* ?2 */ ?3 */ 1", "SELECT $$ ?1 $$, $a$ ?1 $$ ?2 $a$",
                            "SELECT a ? 'b'", "SELECT '?1", "SELECT /* ?1"})
        EXPECT_EQ(postgres(sql), sql);
    EXPECT_EQ(postgres("SELECT 'a' || ?1 || '?2' -- ?3\n, ?4"),
              "SELECT 'a' || $1 || '?2' -- ?3\n, $4");
    EXPECT_EQ(postgres("SELECT 5 - ?1 / ?2"), "SELECT 5 - $1 / $2");
}

TEST(Translation, spells_lists_of_ids_for_each_engine)
{
    EXPECT_EQ(postgres("a IN_IDS(?12) AND b"), "a = ANY($12::bigint[]) AND b");
    EXPECT_EQ(sqlite("a IN_IDS(?12) AND b"), "a IN (SELECT value FROM json_each(?12)) AND b");
    EXPECT_EQ(postgres("a NOT \n IN_IDS(?2)"), "a <> ALL($2::bigint[])");
    EXPECT_EQ(sqlite("a NOT IN_IDS(?2)"), "a NOT IN (SELECT value FROM json_each(?2))");
    EXPECT_EQ(sqlite("NOT a, MAIN_IDS(?1), IN_IDS(1)"), "NOT a, MAIN_IDS(?1), IN_IDS(1)");
}

TEST(Translation, counts_parameters)
{
    EXPECT_EQ(parameter_count("SELECT 1"), 0U);
    EXPECT_EQ(parameter_count("SELECT ?2, ?1, '?9' -- ?8"), 2U);
    EXPECT_EQ(parameter_count("a IN_IDS(?11)"), 11U);
}

} // namespace
} // namespace moothall::store
