#include "cli/similar.hpp"

#include "cli/arguments.hpp"
#include "cli/model.hpp"
#include "cli/open.hpp"
#include "cli/table.hpp"
#include "sense/similar/similar.hpp"
#include "text/json.hpp"
#include "text/language.hpp"
#include "text/unicode.hpp"

#include <charconv>
#include <cstdio>

namespace moothall::cli {

namespace {

constexpr const char* similar_help =
    R"(Usage: moothall similar FILE.csv (--query TEXT | --queries FILE.csv) [OPTIONS]

Finds the rows that say what a text says, by meaning and by words.

  FILE.csv        CSV or TSV with a header line
  --query TEXT    the text to look for
  --queries FILE  many texts, in columns of the same names; the answers are in their order
  --text COLUMN   the column of the texts; without it one that is called text, body, message …, or
                  the one with the longest cells
  --title COLUMN  the column of the titles; without it the beginning of the text is the title
  --limit N       how many rows for each text; 10 without it
  --json          print JSON and nothing else; rows are numbered from 0
)";

struct Titled {
    std::string title;
    std::string_view body;
};

Titled titled(std::string_view text)
{
    auto title = sense::title_of(text);
    // The title may be a cleaned or shortened form of the beginning; then the whole is the body.
    const auto body = text.substr(0, title.size()) == title ? text.substr(title.size()) : text;
    return {std::move(title), body};
}

// The rows of a table as titles and bodies.
class Rows {
public:
    static Result<Rows> of(const Table& table, const Arguments& arguments)
    {
        Rows rows(table);
        auto text = table.text_column(arguments.value("text"));
        if (!text) return text.error();
        rows.text_ = *text;
        if (const auto name = arguments.value("title")) {
            auto title = table.column_named(*name);
            if (!title) return title.error();
            rows.title_ = *title;
        } else if (const auto title = table.column_among({"title"})) {
            rows.title_ = title;
        }
        return rows;
    }
    Titled operator[](std::size_t row) const
    {
        const std::string_view text = table_->cell(row, text_);
        if (!title_) return titled(text);
        if (*title_ == text_) return {std::string(text), {}};
        return {table_->cell(row, *title_), text};
    }
    std::vector<std::string_view> texts() const { return table_->column(text_); }

private:
    explicit Rows(const Table& table) : table_(&table) {}

    const Table* table_;
    std::size_t text_ = 0;
    std::optional<std::size_t> title_;
};

std::string language_of(std::span<const std::string_view> texts)
{
    std::string together;
    for (std::size_t i = 0; i < std::min<std::size_t>(texts.size(), 50); ++i) {
        together +=
            texts[i * texts.size() / std::min<std::size_t>(texts.size(), 50)].substr(0, 300);
        together += '\n';
    }
    return detect_language(together);
}

void write_json(JsonWriter& json, const std::vector<sense::Match>& matches)
{
    json.begin_object().key("matches").begin_array();
    for (const auto& match : matches)
        json.begin_object().field("row", match.text).field("score", match.score).end_object();
    json.end_array().end_object();
}

void write_text(std::span<const std::string_view> texts, const std::vector<sense::Match>& matches)
{
    for (const auto& match : matches) {
        std::printf("%7u  %5.2f  %s\n", match.text, match.score,
                    clip(texts[match.text], characters_shown, Ellipsis::shown).c_str());
    }
}

int show_similar(const Arguments& arguments, std::size_t limit)
{
    const auto table = Table::read(arguments.rest().front());
    if (!table) return fail(sentence_of(table.error()));
    const auto rows = Rows::of(*table, arguments);
    if (!rows) return fail(sentence_of(rows.error()));
    const auto texts = rows->texts();

    std::optional<Table> asked;
    std::optional<Rows> questions;
    if (const auto path = arguments.value("queries")) {
        auto read = Table::read(*path);
        if (!read) return fail(sentence_of(read.error()));
        asked = std::move(*read);
        auto found = Rows::of(*asked, arguments);
        if (!found) return fail(sentence_of(found.error()));
        questions = *found;
    }
    const auto model = load_model_for(texts);
    if (!model) return fail(sentence_of(model.error()));
    sense::SimilarTexts index((*model)->model, language_of(texts));
    for (std::size_t row = 0; row < table->rows(); ++row) {
        const auto [title, body] = (*rows)[row];
        index.add(title, body);
    }

    JsonWriter json;
    const auto answer = [&](const Titled& question) {
        const auto matches = index.find(question.title, question.body, limit);
        if (arguments.has("json")) {
            write_json(json, matches);
        } else {
            write_text(texts, matches);
        }
    };
    if (questions) {
        if (arguments.has("json")) json.begin_array();
        for (std::size_t row = 0; row < asked->rows(); ++row) {
            const auto question = (*questions)[row];
            if (!arguments.has("json")) std::printf("%s\n", question.title.c_str());
            answer(question);
        }
        if (arguments.has("json")) json.end_array();
    } else {
        answer(titled(*arguments.value("query")));
    }
    if (arguments.has("json")) std::puts(json.take().c_str());
    return good;
}

} // namespace

int similar_command(std::span<const std::string_view> words)
{
    const Arguments arguments(words, {"query", "queries", "text", "title", "limit"}, {"json"});
    if (arguments.help()) {
        std::fputs(similar_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (arguments.rest().size() != 1)
        return fail("similar takes one CSV or TSV file; --help says more.", wrong_usage);
    if (arguments.has("query") == arguments.has("queries"))
        return fail("similar takes either --query or --queries; --help says more.", wrong_usage);
    std::size_t limit = 10;
    if (const auto text = arguments.value("limit")) {
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
        if (error != std::errc() || end != text->data() + text->size() || limit == 0)
            return fail("--limit must be a whole number above 0.", wrong_usage);
    }
    return guarded([&] { return show_similar(arguments, limit); });
}

} // namespace moothall::cli
