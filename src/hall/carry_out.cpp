// The way out; the way in is in carry.cpp.

#include "base/invariant.hpp"
#include "hall/carry.hpp"
#include "hall/carry_tables.hpp"
#include "text/json.hpp"

#include <memory>
#include <optional>

namespace moothall::hall {

namespace {

/// All rows of a table, one after the other. SQLite reads them as they are asked for; PostgreSQL
/// sends all that is asked for at once, so it is asked for a piece at a time.
class LongAnswer {
public:
    LongAnswer(store::Transaction& transaction, store::SqlLiteral select, Id organisation)
        : transaction_(&transaction), by_pieces_(transaction.engine() == store::Engine::postgres)
    {
        if (!by_pieces_) {
            rows_.emplace(transaction.query(select, organisation));
            return;
        }
        transaction.execute(store::Sql("DECLARE carried NO SCROLL CURSOR FOR ") + select,
                            organisation);
        fetch();
    }

    /// The next row; none after the last.
    const store::Row* next()
    {
        if (!rows_) return nullptr;
        if (rows_->next()) {
            any_ = true;
            return &rows_->row();
        }
        if (by_pieces_ && any_) {
            fetch();
            return next();
        }
        rows_.reset();
        if (by_pieces_) transaction_->execute("CLOSE carried");
        return nullptr;
    }

private:
    void fetch()
    {
        rows_.emplace(transaction_->query("FETCH 1000 FROM carried"));
        any_ = false;
    }

    store::Transaction* transaction_;
    bool by_pieces_;
    bool any_ = false; // of this piece
    std::optional<store::Rows> rows_;
};

void write_row(JsonWriter& json, const CarriedTable& kind,
               const std::vector<std::string_view>& columns, const store::Row& row)
{
    json.begin_object();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto column = static_cast<int>(i);
        switch (kind.kinds[i]) {
        case 'i':
            if (row.id(column))
                json.field(columns[i], row.id(column));
            else
                json.null_field(columns[i]);
            break;
        case 'n':
            json.field(columns[i], row.integer(column));
            break;
        case 'd':
            json.field(columns[i], row.number(column));
            break;
        case 'T':
            if (row.is_null(column)) {
                json.null_field(columns[i]);
                break;
            }
            json.field(columns[i], row.text(column));
            break;
        case 't':
        case 'h':
            json.field(columns[i], row.text(column));
            break;
        default:
            break; // a secret
        }
    }
    json.end_object();
}

/// The lines of one file of an export, and their number when all are read.
class TableText {
public:
    TableText(store::Transaction& transaction, Id organisation, const CarriedTable& kind)
        : transaction_(&transaction), organisation_(organisation), kind_(&kind),
          columns_(columns_of(kind))
    {
        invariant(columns_.size() == kind.kinds.size(), "each column of an export has its kind");
    }

    bool more(std::string& text)
    {
        constexpr std::size_t piece_bytes = 65536;
        if (!answer_) answer_.emplace(*transaction_, kind_->select, organisation_);
        while (text.size() < piece_bytes) {
            const auto* row = answer_->next();
            if (row == nullptr) return false;
            JsonWriter json;
            write_row(json, *kind_, columns_, *row);
            text += json.take();
            text += '\n';
            ++rows_;
        }
        return true;
    }

    std::string_view file() const { return kind_->file; }
    std::int64_t rows() const { return rows_; }

private:
    store::Transaction* transaction_;
    Id organisation_;
    const CarriedTable* kind_;
    std::vector<std::string_view> columns_;
    std::optional<LongAnswer> answer_;
    std::int64_t rows_ = 0;
};

} // namespace

std::vector<ArchivePart> export_organisation(store::Transaction& transaction, Id organisation)
{
    std::vector<std::shared_ptr<TableText>> tables;
    std::vector<ArchivePart> parts;
    for (const auto& kind : carried_tables()) {
        const auto table = std::make_shared<TableText>(transaction, organisation, kind);
        tables.push_back(table);
        parts.push_back({.name = std::string(kind.file) + ".jsonl",
                         .text = {},
                         .path = {},
                         .more = [table](std::string& text) { return table->more(text); }});
    }
    // The last, as it says how many rows there were.
    parts.push_back({.name = "manifest.json",
                     .text = {},
                     .path = {},
                     .more = [tables, organisation](std::string& text) {
                         JsonWriter manifest;
                         manifest.begin_object().field("format", "moothall");
                         manifest.field("version", export_version);
                         manifest.field("organisation", organisation).key("rows").begin_object();
                         for (const auto& table : tables)
                             manifest.field(table->file(), table->rows());
                         text += manifest.end_object().end_object().take() + "\n";
                         return false;
                     }});
    return parts;
}

} // namespace moothall::hall
