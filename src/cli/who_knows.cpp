#include "cli/who_knows.hpp"

#include "cli/arguments.hpp"
#include "cli/model.hpp"
#include "cli/open.hpp"
#include "cli/table.hpp"
#include "sense/who_knows/who_knows.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <charconv>
#include <cstdio>
#include <unordered_map>

namespace moothall::cli {

namespace {

constexpr const char* who_knows_help =
    R"(Usage: moothall who-knows FILE.csv (--query TEXT | --queries FILE.csv) [OPTIONS]

Finds who can help with a question, by what people wrote.

  FILE.csv         CSV or TSV with a header line: a row for each text, with who wrote it
  --query TEXT     the question
  --queries FILE   many questions, in a column of the same name as the texts; the answers are in
                   their order
  --person COLUMN  who wrote the text; without it one that is called person, author, user or name
  --text COLUMN    the column of the texts; without it one that is called text, body, message …, or
                   the one with the longest cells
  --limit N        how many people for each question; 25 without it
  --json           print JSON and nothing else; rows are numbered from 0
)";

const std::vector<std::string_view> person_names = {"person", "author", "user",
                                                    "name",   "from",   "email"};

class Answers {
public:
    Answers(const Table& table, std::size_t person_column, std::size_t text_column,
            const sense::Model& model)
        : index_(model)
    {
        std::unordered_map<std::string, std::uint32_t> numbers;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const auto& name = table.cell(row, person_column);
            const auto [at, is_new] =
                numbers.emplace(name, static_cast<std::uint32_t>(names_.size()));
            if (is_new) names_.push_back(name);
            index_.add(at->second, table.cell(row, text_column));
        }
    }

    void write_json(JsonWriter& json, std::string_view question, std::size_t limit) const
    {
        json.begin_object().key("people").begin_array();
        for (const auto& knower : index_.find(question, limit)) {
            json.begin_object()
                .field("person", names_[knower.person])
                .field("score", knower.score)
                .key("rows")
                .begin_array();
            for (const auto row : knower.texts) json.value(row);
            json.end_array().end_object();
        }
        json.end_array().end_object();
    }
    void write_text(std::string_view question, std::size_t limit,
                    std::span<const std::string_view> texts) const
    {
        for (const auto& knower : index_.find(question, limit)) {
            std::printf("%6.3f  %s\n", knower.score, names_[knower.person].c_str());
            for (const auto row : knower.texts)
                std::printf("        %s\n",
                            clip(texts[row], characters_shown, Ellipsis::shown).c_str());
        }
    }

private:
    sense::WhoKnows index_;
    std::vector<std::string> names_;
};

int show_who_knows(const Arguments& arguments, std::size_t limit)
{
    const auto& path = arguments.rest().front();
    const auto table = Table::read(path);
    if (!table) return fail(sentence_of(table.error()));
    std::size_t person_column = 0;
    if (const auto name = arguments.value("person")) {
        const auto named = table->column_named(*name);
        if (!named) return fail(sentence_of(named.error()));
        person_column = *named;
    } else if (const auto guessed = table->column_among(person_names)) {
        person_column = *guessed;
    } else {
        return fail(path + ":1: no column says who wrote the text; name it with --person.");
    }
    const auto text_column = table->text_column(arguments.value("text"));
    if (!text_column) return fail(sentence_of(text_column.error()));
    const auto texts = table->column(*text_column);

    std::vector<std::string> questions;
    if (const auto file = arguments.value("queries")) {
        const auto asked = Table::read(*file);
        if (!asked) return fail(sentence_of(asked.error()));
        const auto column = asked->text_column(arguments.value("text"));
        if (!column) return fail(sentence_of(column.error()));
        for (const auto question : asked->column(*column)) questions.emplace_back(question);
    } else {
        questions.push_back(*arguments.value("query"));
    }

    const auto model = load_model_for(texts);
    if (!model) return fail(sentence_of(model.error()));
    const Answers answers(*table, person_column, *text_column, (*model)->model);
    const auto many = arguments.has("queries");
    if (!arguments.has("json")) {
        for (const auto& question : questions) {
            if (many) std::printf("%s\n", question.c_str());
            answers.write_text(question, limit, texts);
        }
        return good;
    }
    JsonWriter json;
    if (many) json.begin_array();
    for (const auto& question : questions) answers.write_json(json, question, limit);
    if (many) json.end_array();
    std::puts(json.take().c_str());
    return good;
}

} // namespace

int who_knows_command(std::span<const std::string_view> words)
{
    const Arguments arguments(words, {"query", "queries", "text", "person", "limit"}, {"json"});
    if (arguments.help()) {
        std::fputs(who_knows_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (arguments.rest().size() != 1)
        return fail("who-knows takes one CSV or TSV file; --help says more.", wrong_usage);
    if (arguments.has("query") == arguments.has("queries"))
        return fail("who-knows takes either --query or --queries; --help says more.", wrong_usage);
    std::size_t limit = 25;
    if (const auto text = arguments.value("limit")) {
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
        if (error != std::errc() || end != text->data() + text->size() || limit == 0)
            return fail("--limit must be a whole number above 0.", wrong_usage);
    }
    return guarded([&] { return show_who_knows(arguments, limit); });
}

} // namespace moothall::cli
