#include "decide/receipts/ballot_box.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace moothall::decide::receipts {
namespace {

TEST(Sha256, digests_are_those_of_the_standard)
{
    // NIST, "Examples with intermediate values", SHA-256, and FIPS 180-2 appendix B.3.
    EXPECT_EQ(to_hex(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("")),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(to_hex(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                            "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu")),
              "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, does_not_ask_in_which_pieces_it_is_fed)
{
    EXPECT_TRUE(rc::check([](const std::string& text, std::uint8_t cut) {
        const auto at = std::min<std::size_t>(cut, text.size());
        Sha256 hash;
        hash.add(std::string_view(text).substr(0, at)).add(std::string_view(text).substr(at));
        RC_ASSERT(hash.digest() == sha256(text));
    }));
}

TEST(Sha256, hex_reads_what_it_wrote)
{
    const auto hash = sha256("moot");
    EXPECT_EQ(parse_hex(to_hex(hash)), hash);
    EXPECT_FALSE(parse_hex("00").has_value());
    EXPECT_FALSE(parse_hex(std::string(64, 'g')).has_value());
}

/// The tree as RFC 9162 defines it, from the top: MTH(D[n]), section 2.1.1.
Hash tree_hash(std::span<const std::string> ballots)
{
    if (ballots.empty()) return sha256("");
    if (ballots.size() == 1) return leaf_hash(ballots.front());
    std::size_t half = 1;
    while (half * 2 < ballots.size()) half *= 2;
    return Sha256()
        .add(std::uint8_t{1})
        .add(tree_hash(ballots.first(half)))
        .add(tree_hash(ballots.subspan(half)))
        .digest();
}

std::vector<std::string> invent_ballots(std::size_t count)
{
    std::vector<std::string> ballots;
    for (std::size_t at = 0; at < count; ++at)
        ballots.push_back("code-" + std::to_string(at * 7919) + " bikes>trams");
    return ballots;
}

TEST(BallotBox, its_root_is_that_of_the_standard_for_every_size)
{
    for (std::size_t size = 0; size <= 70; ++size) {
        const auto ballots = invent_ballots(size);
        EXPECT_EQ(BallotBox(ballots).root(), tree_hash(ballots)) << size;
    }
}

TEST(BallotBox, roots_are_those_of_the_published_test_vectors)
{
    // Certificate Transparency's reference tests (google/certificate-transparency,
    // merkletree/merkle_tree_test.cc): the same hashes in RFC 6962 and RFC 9162.
    const std::vector<std::string> leaves{std::string(),
                                          std::string("\x00", 1),
                                          "\x10",
                                          "\x20\x21",
                                          "\x30\x31",
                                          "\x40\x41\x42\x43",
                                          "\x50\x51\x52\x53\x54\x55\x56\x57",
                                          "\x60\x61\x62\x63\x64\x65\x66\x67"
                                          "\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
    const std::vector<const char*> roots{
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    for (std::size_t size = 1; size <= leaves.size(); ++size)
        EXPECT_EQ(to_hex(BallotBox(std::span(leaves).first(size)).root()), roots[size - 1]) << size;
}

TEST(BallotBox, every_ballot_of_every_size_has_a_receipt_that_leads_to_the_root)
{
    for (std::size_t size = 1; size <= 70; ++size) {
        const auto ballots = invent_ballots(size);
        const BallotBox box(ballots);
        for (std::size_t index = 0; index < size; ++index) {
            const auto receipt = box.receipt(index);
            EXPECT_EQ(receipt.leaf, leaf_hash(ballots[index]));
            EXPECT_TRUE(verify(receipt)) << index << " of " << size;
        }
    }
}

TEST(BallotBox, a_receipt_with_anything_changed_leads_nowhere)
{
    EXPECT_TRUE(rc::check([](std::uint16_t seed, std::uint8_t bit) {
        const std::size_t size = 2 + seed % 60;
        const BallotBox box(invent_ballots(size));
        const auto index = static_cast<std::size_t>(seed) * 31 % size;
        const auto good = box.receipt(index);
        const auto flip = [&](Hash& hash) {
            hash[bit / 8] = static_cast<std::uint8_t>(hash[bit / 8] ^ (1U << (bit % 8)));
        };
        auto other_leaf = good;
        flip(other_leaf.leaf);
        RC_ASSERT(!verify(other_leaf));
        auto other_path = good;
        flip(other_path.path[seed % other_path.path.size()]);
        RC_ASSERT(!verify(other_path));
        auto other_root = good;
        flip(other_root.root);
        RC_ASSERT(!verify(other_root));
        auto longer = good;
        longer.path.push_back(good.leaf);
        RC_ASSERT(!verify(longer));
        auto shorter = good;
        shorter.path.pop_back();
        RC_ASSERT(!verify(shorter));
        auto elsewhere = good;
        elsewhere.index = (index + 1) % size;
        RC_ASSERT(!verify(elsewhere));
        auto outside = good;
        outside.index = size;
        RC_ASSERT(!verify(outside));
    }));
}

TEST(BallotBox, a_pair_of_hashes_cannot_pass_for_a_ballot)
{
    const auto ballots = invent_ballots(4);
    const BallotBox box(ballots);
    const auto first = box.receipt(0);
    const auto pair = box.receipt(2).path.back(); // the hash above ballots 0 and 1
    EXPECT_NE(leaf_hash(std::string(first.leaf.begin(), first.leaf.end()) +
                        std::string(first.path[0].begin(), first.path[0].end())),
              pair);
}

TEST(Receipt, reads_what_it_wrote_and_refuses_a_foreign_ballot)
{
    const auto ballots = invent_ballots(9);
    const auto receipt = BallotBox(ballots).receipt(4);
    for (const auto& json : {to_json(receipt), to_json(receipt, ballots[4])}) {
        const auto again = parse_receipt(json);
        ASSERT_TRUE(again.has_value());
        EXPECT_EQ(again->leaf, receipt.leaf);
        EXPECT_EQ(again->index, receipt.index);
        EXPECT_EQ(again->size, receipt.size);
        EXPECT_EQ(again->path, receipt.path);
        EXPECT_EQ(again->root, receipt.root);
    }
    EXPECT_FALSE(parse_receipt(to_json(receipt, ballots[5])).has_value());
    for (const auto* broken : {"", "{}", "[]", R"({"leaf":"00"})"})
        EXPECT_FALSE(parse_receipt(broken).has_value()) << broken;
}

/// docs/check-receipt.py, run as a voter runs it.
class CheckReceipt : public testing::Test {
protected:
    void SetUp() override
    {
        if (std::system("python3 -c '' 2>/dev/null") != 0) GTEST_SKIP() << "left out: no python3";
        folder_ = std::filesystem::temp_directory_path() /
                  ("moothall-receipts-" +
                   std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "-" +
                   std::to_string(reinterpret_cast<std::uintptr_t>(this)));
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    bool accepts(const std::string& receipt, const std::string& box = "")
    {
        std::ofstream(folder_ / "receipt.json") << receipt;
        auto command = "python3 " MOOTHALL_SOURCE_DIR "/docs/check-receipt.py " +
                       (folder_ / "receipt.json").string();
        if (!box.empty()) {
            std::ofstream(folder_ / "box.txt") << box;
            command += " " + (folder_ / "box.txt").string();
        }
        return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
    }

    std::filesystem::path folder_;
};

std::string as_lines(const std::vector<std::string>& ballots)
{
    std::string lines;
    for (const auto& ballot : ballots) lines += ballot + "\n";
    return lines;
}

TEST_F(CheckReceipt, accepts_good_ones_of_many_sizes)
{
    for (const std::size_t size : {1U, 3U, 6U, 33U}) {
        auto ballots = invent_ballots(size);
        ballots.back() = "code-ş7 vélo>tram";
        const BallotBox box(ballots);
        EXPECT_TRUE(accepts(to_json(box.receipt(size - 1), ballots[size - 1])));
        EXPECT_TRUE(accepts(to_json(box.receipt(size / 2)), as_lines(ballots)));
    }
}

TEST_F(CheckReceipt, is_short_enough_to_be_read)
{
    std::ifstream script(MOOTHALL_SOURCE_DIR "/docs/check-receipt.py");
    std::size_t lines = 0;
    for (std::string line; std::getline(script, line);) ++lines;
    EXPECT_GT(lines, 10U);
    EXPECT_LE(lines, 50U);
}

TEST_F(CheckReceipt, refuses_bad_ones)
{
    const auto ballots = invent_ballots(6);
    const BallotBox box(ballots);
    const auto good = box.receipt(2);
    auto other_place = good;
    other_place.index = 3;
    EXPECT_FALSE(accepts(to_json(other_place)));
    auto other_root = good;
    other_root.root = sha256("another box");
    EXPECT_FALSE(accepts(to_json(other_root)));
    auto outside = good;
    outside.index = 6;
    EXPECT_FALSE(accepts(to_json(outside)));
    EXPECT_FALSE(accepts(to_json(good, "code-1 something else")));
    auto changed = ballots;
    changed[2] = "code-15838 trams>bikes";
    EXPECT_FALSE(accepts(to_json(good), as_lines(changed)));
    EXPECT_TRUE(accepts(to_json(good), as_lines(ballots)));
    // The same ballot at the same place of a longer box.
    auto longer = ballots;
    longer.emplace_back("code-1 one more");
    EXPECT_FALSE(accepts(to_json(good), as_lines(longer)));
}

} // namespace
} // namespace moothall::decide::receipts
