#include "cli/signals.hpp"

#include "base/time.hpp"
#include "cli/arguments.hpp"
#include "cli/model.hpp"
#include "cli/open.hpp"
#include "cli/table.hpp"
#include "sense/signals/signals.hpp"
#include "sense/themes/labels.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <thread>

namespace moothall::cli {

namespace {

constexpr const char* signals_help = R"(Usage: moothall signals FILE.csv --time COLUMN [OPTIONS]

Finds what people suddenly speak of more than they used to: for each rise the day on which it would
have been raised, knowing nothing later.

  FILE.csv       CSV or TSV with a header line
  --time COLUMN  when each text was written: a date, a time (RFC 3339, or 2025-07-21 03:37:03) or
                 the number of a day
  --text COLUMN  the column of the texts; without it one that is called text, body, message …, or
                 the one with the longest cells
  --json         print JSON and nothing else; rows are numbered from 0
)";

// The days of a column, and how to write one in the form of the file.
class Days {
public:
    static Result<Days> of(const Table& table, std::size_t column, const std::string& path)
    {
        Days days;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const auto& cell = table.cell(row, column);
            auto number = 0.0;
            const auto [end, error] =
                std::from_chars(cell.data(), cell.data() + cell.size(), number);
            const auto is_number = error == std::errc() && end == cell.data() + cell.size();
            const auto time = is_number ? std::nullopt : parse_time(cell);
            if (row == 0) days.are_numbers_ = is_number;
            if (is_number != days.are_numbers_ || (!is_number && !time) ||
                (is_number && !(std::abs(number) < 1e9)))
                return Refusal::malformed(
                           "{1}: row {2} after the header: \"{3}\" is not a time {4}.")
                    .with(path)
                    .with(std::to_string(row + 1))
                    .with(cell)
                    .with(row == 0 ? "that can be read" : "like those before it");
            days.days_.push_back(
                is_number
                    ? static_cast<std::int64_t>(std::floor(number))
                    : std::chrono::floor<std::chrono::days>(*time).time_since_epoch().count());
        }
        return days;
    }
    const std::vector<std::int64_t>& days() const { return days_; }
    bool are_numbers() const { return are_numbers_; }
    std::string text(std::int64_t day) const
    {
        if (are_numbers_) return std::to_string(day);
        return to_text(Date(std::chrono::sys_days(std::chrono::days(day))));
    }

private:
    std::vector<std::int64_t> days_;
    bool are_numbers_ = false;
};

// Signals named by what sets their texts apart from each other and from all the rest.
std::vector<std::string> names_of(const std::vector<sense::Signal>& signals,
                                  std::span<const std::string_view> texts,
                                  const sense::Points& points)
{
    std::vector<std::int32_t> group_of(texts.size(), static_cast<std::int32_t>(signals.size()));
    for (auto i = signals.size(); i-- > 0;)
        for (const auto text : signals[i].texts) group_of[text] = static_cast<std::int32_t>(i);
    std::vector<std::uint32_t> point_of(texts.size());
    std::iota(point_of.begin(), point_of.end(), 0U);
    const auto labels = sense::label_groups(texts, group_of, signals.size() + 1, points, point_of);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < signals.size(); ++i) names.push_back(labels[i].label);
    return names;
}

int show_signals(const Arguments& arguments)
{
    const auto& path = arguments.rest().front();
    const auto table = Table::read(path);
    if (!table) return fail(sentence_of(table.error()));
    const auto time_column = table->column_named(*arguments.value("time"));
    if (!time_column) return fail(sentence_of(time_column.error()));
    const auto text_column = table->text_column(arguments.value("text"));
    if (!text_column) return fail(sentence_of(text_column.error()));
    const auto days = Days::of(*table, *time_column, path);
    if (!days) return fail(sentence_of(days.error()));
    const auto texts = table->column(*text_column);
    const auto model = load_model_for(texts);
    if (!model) return fail(sentence_of(model.error()));

    sense::Points points((*model)->model.dimension());
    points.reserve(texts.size());
    for (const auto text : texts) points.add((*model)->model.embed(text));
    sense::SignalSettings settings;
    settings.threads = std::max(1U, std::thread::hardware_concurrency());
    const auto signals = sense::find_signals(points, days->days(), settings);
    const auto names = names_of(signals, texts, points);

    if (!arguments.has("json")) {
        for (std::size_t i = 0; i < signals.size(); ++i) {
            const auto& signal = signals[i];
            std::printf("%s  %s: %u in a week, %.1f expected\n    %s\n",
                        days->text(signal.day).c_str(), names[i].c_str(), signal.count,
                        signal.expected,
                        clip(texts[signal.heart], characters_shown, Ellipsis::shown).c_str());
        }
        if (signals.empty()) std::puts("Nothing rose above its own base rate.");
        return good;
    }
    JsonWriter json;
    json.begin_object().key("signals").begin_array();
    for (std::size_t i = 0; i < signals.size(); ++i) {
        const auto& signal = signals[i];
        json.begin_object();
        if (days->are_numbers()) {
            json.field("time", signal.day);
        } else {
            json.field("time", days->text(signal.day));
        }
        json.field("label", names[i]).field("count", signal.count);
        json.field("expected", signal.expected).key("rows").begin_array();
        for (const auto row : signal.texts) json.value(row);
        json.end_array().end_object();
    }
    json.end_array().end_object();
    std::puts(json.take().c_str());
    return good;
}

} // namespace

int signals_command(std::span<const std::string_view> words)
{
    const Arguments arguments(words, {"time", "text"}, {"json"});
    if (arguments.help()) {
        std::fputs(signals_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (arguments.rest().size() != 1)
        return fail("signals takes one CSV or TSV file; --help says more.", wrong_usage);
    if (!arguments.has("time"))
        return fail("signals needs --time COLUMN; --help says more.", wrong_usage);
    return guarded([&] { return show_signals(arguments); });
}

} // namespace moothall::cli
