#include "cli/git_history.hpp"

#include <git2.h>
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <unistd.h>

namespace moothall::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A repository in a folder of its own, written commit by commit.
class GitHistory : public ::testing::Test {
protected:
    void SetUp() override
    {
        git_libgit2_init();
        folder_ =
            std::filesystem::temp_directory_path() / ("moothall-git-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
        ASSERT_EQ(git_repository_init(&repository_, folder_.c_str(), 1), 0);
        ASSERT_EQ(git_index_new(&index_), 0);
    }
    void TearDown() override
    {
        git_index_free(index_);
        git_repository_free(repository_);
        git_libgit2_shutdown();
        std::filesystem::remove_all(folder_);
    }
    void put(const std::string& path, const std::string& text)
    {
        git_index_entry entry{};
        entry.mode = GIT_FILEMODE_BLOB;
        entry.path = path.c_str();
        ASSERT_EQ(git_blob_create_from_buffer(&entry.id, repository_, text.data(), text.size()), 0);
        ASSERT_EQ(git_index_add(index_, &entry), 0);
    }
    void remove(const std::string& path) { git_index_remove(index_, path.c_str(), 0); }
    void commit(const std::string& name, const std::string& email, int day, const char* words)
    {
        git_oid tree_id{};
        git_tree* tree = nullptr;
        ASSERT_EQ(git_index_write_tree_to(&tree_id, index_, repository_), 0);
        ASSERT_EQ(git_tree_lookup(&tree, repository_, &tree_id), 0);
        git_signature* author = nullptr;
        ASSERT_EQ(git_signature_new(&author, name.c_str(), email.c_str(), day * 86400, 0), 0);
        git_commit* parent = nullptr;
        git_oid head{};
        if (git_reference_name_to_id(&head, repository_, "HEAD") == 0)
            git_commit_lookup(&parent, repository_, &head);
        const git_commit* parents[] = {parent};
        git_oid made{};
        ASSERT_EQ(git_commit_create(&made, repository_, "HEAD", author, author, nullptr, words,
                                    tree, parent != nullptr ? 1 : 0, parents),
                  0);
        git_commit_free(parent);
        git_signature_free(author);
        git_tree_free(tree);
    }
    static const organise::CodePart* part(const organise::CodeHistory& history,
                                          std::string_view path)
    {
        for (const auto& one : history.parts)
            if (one.path == path) return &one;
        return nullptr;
    }
    static std::vector<std::string> writers(const organise::CodeHistory& history,
                                            std::string_view path)
    {
        std::vector<std::string> emails;
        if (const auto* found = part(history, path))
            for (const auto& share : found->shares) emails.push_back(share.email);
        return emails;
    }

    std::filesystem::path folder_;
    git_repository* repository_ = nullptr;
    git_index* index_ = nullptr;
};

TEST_F(GitHistory, tells_who_wrote_each_file_and_folder_the_newest_first)
{
    put("src/billing/reading.cpp", "1");
    put("src/billing/tariff.cpp", "1");
    put("README", "1");
    commit("Mei", "Mei@northwater.example", 1000, "Read meters");
    put("src/billing/reading.cpp", "2");
    commit("Mei", "mei@northwater.example", 1001, "Round readings");
    put("src/billing/reading.cpp", "3");
    commit("Bob", "bob@northwater.example", 1000 + 3 * 365, "Read meters by radio");

    const auto history = read_git_history(folder_.string()).value();
    EXPECT_EQ(history.commits, 3);
    EXPECT_EQ(history.head.size(), 40U);
    // Two commits that are three years older weigh a quarter of one.
    EXPECT_THAT(writers(history, "src/billing/reading.cpp"),
                ElementsAre("bob@northwater.example", "mei@northwater.example"));
    EXPECT_THAT(writers(history, "src/billing/tariff.cpp"), ElementsAre("mei@northwater.example"));
    EXPECT_THAT(writers(history, "src/billing"),
                ElementsAre("bob@northwater.example", "mei@northwater.example"));
    EXPECT_THAT(writers(history, ""), SizeIs(2));
    const auto& shares = part(history, "src/billing")->shares;
    EXPECT_EQ(shares[1].commits, 2);
    EXPECT_NEAR(shares[1].weight, 2 * std::exp2(-3.0), 0.01);
    EXPECT_EQ(shares[1].name, "Mei");
    EXPECT_THAT(shares[1].words, ElementsAre("Round readings", "Read meters"));
    EXPECT_TRUE(part(history, "src")->folder);
    EXPECT_FALSE(part(history, "README")->folder);
}

TEST_F(GitHistory, names_only_what_is_there_still_and_no_robots)
{
    put("old.cpp", "1");
    put("new.cpp", "1");
    commit("Mei", "mei@northwater.example", 1000, "Both");
    remove("old.cpp");
    commit("renovate[bot]", "bot@example.org", 1001, "Bump");
    put("new.cpp", "2");
    commit("renovate[bot]", "bot@example.org", 1002, "Bump");
    const auto history = read_git_history(folder_.string()).value();
    EXPECT_EQ(part(history, "old.cpp"), nullptr);
    EXPECT_THAT(writers(history, "new.cpp"), ElementsAre("mei@northwater.example"));
}

TEST_F(GitHistory, says_when_there_is_none)
{
    EXPECT_EQ(read_git_history(folder_.string()).error().field, "file"); // without a commit
    EXPECT_EQ(read_git_history("/nonexistent").error().field, "file");
}

TEST_F(GitHistory, takes_an_author_by_the_name_that_mailmap_gives)
{
    put(".mailmap", "Mei Chen <mei@northwater.example> <mei@home.example>\n");
    put("a", "1");
    commit("m", "mei@home.example", 1000, "One");
    const auto history = read_git_history(folder_.string()).value();
    EXPECT_THAT(writers(history, "a"), ElementsAre("mei@northwater.example"));
    EXPECT_EQ(part(history, "a")->shares[0].name, "Mei Chen");
}

} // namespace
} // namespace moothall::cli
