#include "cli/opinions.hpp"

#include "cli/arguments.hpp"
#include "cli/open.hpp"
#include "decide/opinions/opinions.hpp"
#include "decide/opinions/read_votes.hpp"
#include "text/json.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace moothall::cli {

namespace {

namespace opinions = decide::opinions;

constexpr const char* opinions_help =
    R"(Usage: moothall opinions VOTES.csv [--statements STATEMENTS.csv] [--compatible] [--json]

Finds groups of people who vote alike on statements: the map, who is in which group, which statements
set each group apart and what all agree on.

  VOTES.csv         one vote a line (participant,statement,vote) or a matrix (participant, then a column
                    for each statement; an empty cell is a statement not seen); the header tells which.
                    A vote is 1 (agree), 0 (pass) or -1 (disagree); the last on a pair counts
  --statements FILE what the statements say (statement,moderated,...,text); moderated -1 is left out.
                    Votes whose signs the counts in it contradict are turned, except with --compatible
  --compatible      what red-dwarf 0.4.0 answers, groups of one person included (where people who voted
                    alike stand at the very edge of its map, its answer hangs on rounding errors, and
                    ours may differ); without it groups are a function of the votes alone, never of one
                    person, and of people with 7 votes or with all there are, if those are fewer
  --json            print JSON and nothing else
)";

/// A file, handed out in pieces: a large one need not fit into memory.
class FileChunks {
public:
    explicit FileChunks(const std::string& path)
        : file_(path, std::ios::binary), buffer_(std::size_t{256} * 1024)
    {
    }
    bool opened() const { return file_.is_open(); }
    bool broke() const { return file_.bad(); }

    std::string_view next()
    {
        file_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        return {buffer_.data(), static_cast<std::size_t>(file_.gcount())};
    }

private:
    std::ifstream file_;
    std::vector<char> buffer_;
};

/// Opens `path` and hands a CSV reader over it to `read`; prints what went wrong.
template <class Read>
auto read_file(const std::string& path, CsvFieldCount field_count, Read read)
    -> std::optional<std::remove_cvref_t<decltype(*read(std::declval<CsvReader&>()))>>
{
    FileChunks chunks(path);
    if (!chunks.opened()) {
        fail("cannot read " + path + ".");
        return {};
    }
    CsvReading reading;
    reading.field_count = field_count;
    CsvReader reader([&] { return chunks.next(); }, reading);
    auto result = read(reader);
    if (chunks.broke()) {
        fail("cannot read " + path + " to its end.");
        return {};
    }
    if (!result) {
        fail(path + ": " + sentence_of(result.error()));
        return {};
    }
    return *std::move(result);
}

const char* name_of(opinions::Direction direction)
{
    return direction == opinions::Direction::agree ? "agree" : "disagree";
}

std::string to_json(const opinions::VoteTable& votes, const opinions::Opinions& found)
{
    std::vector<std::vector<std::size_t>> members(found.groups.size());
    std::vector<std::size_t> ungrouped;
    for (std::size_t person = 0; person < votes.participants(); ++person) {
        if (found.group_of[person] < 0)
            ungrouped.push_back(person);
        else
            members[static_cast<std::size_t>(found.group_of[person])].push_back(person);
    }
    const auto write_people = [&](JsonWriter& json, const std::vector<std::size_t>& people) {
        json.begin_array();
        for (const auto person : people) json.value(votes.participant_id(person));
        json.end_array();
    };
    const auto write_majority = [&](JsonWriter& json,
                                    const std::vector<opinions::ConsensusStatement>& statements) {
        json.begin_array();
        for (const auto& one : statements)
            json.begin_object()
                .field("statement", votes.statement_id(one.statement))
                .field("agrees", one.counts.agree)
                .field("disagrees", one.counts.disagree)
                .field("seen", one.counts.seen)
                .field("p", one.probability)
                .end_object();
        json.end_array();
    };

    JsonWriter json(votes.participants() * 80);
    json.begin_object();
    json.field("participants", votes.participants());
    json.field("statements", votes.statements());
    json.key("groups").begin_array();
    for (std::size_t group = 0; group < found.groups.size(); ++group) {
        json.begin_object();
        json.field("id", std::to_string(group));
        json.field("size", found.groups[group].size);
        json.key("members");
        write_people(json, members[group]);
        json.key("represented_by").begin_array();
        for (const auto& one : found.groups[group].represented_by)
            json.begin_object()
                .field("statement", votes.statement_id(one.statement))
                .field("direction", name_of(one.direction))
                .field("repness", one.repness)
                .field("p", one.probability)
                .end_object();
        json.end_array().end_object();
    }
    json.end_array();
    json.key("map").begin_array();
    for (std::size_t person = 0; person < votes.participants(); ++person) {
        json.begin_object()
            .field("participant", votes.participant_id(person))
            .field("x", found.map.people[person].x)
            .field("y", found.map.people[person].y);
        if (found.group_of[person] < 0)
            json.null_field("group");
        else
            json.field("group", std::to_string(found.group_of[person]));
        json.end_object();
    }
    json.end_array();
    json.key("consensus").begin_object();
    json.key("agree");
    write_majority(json, found.consensus.agree);
    json.key("disagree");
    write_majority(json, found.consensus.disagree);
    json.key("group_informed").begin_array();
    for (const auto& one : found.consensus.group_informed)
        json.begin_object()
            .field("statement", votes.statement_id(one.statement))
            .field("agree", one.agree)
            .field("disagree", one.disagree)
            .end_object();
    json.end_array().end_object();
    json.key("ungrouped");
    write_people(json, ungrouped);
    json.end_object();
    return json.take();
}

/// What people read without --json.
void print_summary(const opinions::VoteTable& votes, const opinions::Opinions& found,
                   const std::vector<opinions::StatementLine>& statements)
{
    std::map<std::string_view, std::string_view> texts;
    for (const auto& statement : statements) texts.emplace(statement.id, statement.text);
    const auto name_of_statement = [&](std::size_t statement) {
        const auto& id = votes.statement_id(statement);
        const auto text = texts.find(id);
        return text == texts.end() || text->second.empty() ? id
                                                           : id + "  " + std::string(text->second);
    };
    std::printf("%zu people cast %zu votes on %zu statements.\n", votes.participants(),
                votes.votes(), votes.statements());
    if (found.groups.empty())
        std::puts("There are no two groups to tell apart.");
    else
        std::printf("They form %zu groups (silhouette %.3f%s).\n", found.groups.size(),
                    found.silhouette, found.silhouette_sampled ? ", of a sample" : "");
    for (std::size_t group = 0; group < found.groups.size(); ++group) {
        std::printf("\nGroup %zu: %zu people\n", group, found.groups[group].size);
        for (const auto& one : found.groups[group].represented_by)
            std::printf("  %-8s %3.0f %% here, %3.0f %% elsewhere  %s\n", name_of(one.direction),
                        100 * one.probability, 100 * one.probability / one.repness,
                        name_of_statement(one.statement).c_str());
    }
    const auto print_majority = [&](const char* title, opinions::Direction direction,
                                    const std::vector<opinions::ConsensusStatement>& majority) {
        if (majority.empty()) return;
        std::printf("\n%s\n", title);
        for (const auto& one : majority)
            std::printf("  %lld of %lld  %s\n", static_cast<long long>(one.counts.of(direction)),
                        static_cast<long long>(one.counts.seen),
                        name_of_statement(one.statement).c_str());
    };
    print_majority("Most people agree", opinions::Direction::agree, found.consensus.agree);
    print_majority("Most people disagree", opinions::Direction::disagree, found.consensus.disagree);
    const auto alone =
        static_cast<std::size_t>(std::count(found.group_of.begin(), found.group_of.end(), -1));
    if (alone > 0 && !found.groups.empty())
        std::printf("\n%zu people are on the map and in no group: they cast too few votes.\n",
                    alone);
}

} // namespace

int opinions_command(std::span<const std::string_view> arguments)
{
    const Arguments words(arguments, {"statements"}, {"compatible", "json"});
    if (words.help()) {
        std::fputs(opinions_help, stdout);
        return good;
    }
    if (!words.error().empty()) return fail(words.error(), wrong_usage);
    if (words.rest().size() != 1)
        return fail("opinions takes one file of votes; --help says more.", wrong_usage);

    return guarded([&] {
        auto votes = read_file(words.rest().front(), CsvFieldCount::as_first, opinions::read_votes);
        if (!votes) return failed;
        std::vector<opinions::StatementLine> statements;
        if (const auto path = words.value("statements")) {
            auto read = read_file(*path, CsvFieldCount::any, opinions::read_statements);
            if (!read) return failed;
            statements = *std::move(read);
            // Compatible is what red-dwarf makes of the file as it stands.
            if (!words.has("compatible") && opinions::are_signs_reversed(*votes, statements)) {
                std::fputs("moothall: judging by the counts of the statements, 1 means disagree in "
                           "these votes; they were read that way.\n",
                           stderr);
                votes->reverse_signs();
            }
            opinions::moderate(*votes, statements);
        }
        opinions::Settings settings;
        if (words.has("compatible")) settings.mode = opinions::Mode::compatible;
        const auto found = opinions::find_opinions(*votes, settings);
        if (words.has("json")) {
            const auto json = to_json(*votes, found);
            std::fwrite(json.data(), 1, json.size(), stdout);
            std::putchar('\n');
        } else {
            print_summary(*votes, found, statements);
        }
        return good;
    });
}

} // namespace moothall::cli
