#include "learn/histogram.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::learn {

namespace {

// Most spans are shorter than what a decade has of classes: one allocation for each step.
constexpr std::size_t classes_expected = 256;

/// Reads a kept text from its front.
class Reader {
public:
    explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    std::int64_t take_number()
    {
        // Most numbers are small.
        if (end_ - at_ > 1 && is_digit(at_[0]) && !is_digit(at_[1])) return *at_++ - '0';
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(at_, end_, number);
        if (error != std::errc{}) invariant(false, "a kept histogram holds numbers");
        at_ = end;
        return number;
    }

    char take_mark()
    {
        if (at_ == end_) invariant(false, "a kept histogram has all its steps");
        return *at_++;
    }

    bool is_at(char mark) const { return at_ != end_ && *at_ == mark; }

private:
    static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

    const char* at_;
    const char* end_;
};

bool is_nobody(std::int64_t voices)
{
    return voices == 0;
}

} // namespace

void Histogram::add(Step step, std::int64_t span_class, std::int64_t voices)
{
    auto& by_class = voices_[static_cast<std::size_t>(step)];
    const auto place = static_cast<std::size_t>(span_class);
    if (by_class.size() <= place) {
        by_class.reserve(classes_expected);
        by_class.resize(place + 1);
    }
    by_class[place] += voices;
}

void Histogram::add(std::string_view text)
{
    Reader reader(text);
    for (const auto step : steps) {
        if (reader.is_at(';')) {
            reader.take_mark();
            continue;
        }
        auto span_class = reader.take_number();
        for (char mark = reader.take_mark(); mark != ';'; mark = reader.take_mark())
            add(step, span_class++, reader.take_number());
    }
}

void Histogram::add(const Histogram& other)
{
    for (std::size_t step = 0; step < steps.size(); ++step) {
        const auto& others = other.voices_[step];
        auto& own = voices_[step];
        if (own.size() < others.size()) own.resize(others.size());
        for (std::size_t place = 0; place < others.size(); ++place) own[place] += others[place];
    }
}

Histogram Histogram::negative() const
{
    auto turned = *this;
    for (auto& by_class : turned.voices_)
        for (auto& voices : by_class) voices = -voices;
    return turned;
}

bool Histogram::is_empty() const
{
    return std::ranges::all_of(
        voices_, [](const auto& by_class) { return std::ranges::all_of(by_class, is_nobody); });
}

std::string Histogram::text() const
{
    std::string text;
    for (const auto& by_class : voices_) {
        const auto first = std::ranges::find_if_not(by_class, is_nobody);
        const auto last = std::find_if_not(by_class.rbegin(), by_class.rend(), is_nobody).base();
        if (first < last) text += std::to_string(first - by_class.begin());
        for (auto place = first; place < last; ++place) {
            text += place == first ? ':' : ',';
            text += std::to_string(*place);
        }
        text += ';';
    }
    return text;
}

Spans Histogram::spans(Step step) const
{
    const auto& by_class = voices_[static_cast<std::size_t>(step)];
    std::vector<std::pair<std::int64_t, std::int64_t>> counts;
    counts.reserve(by_class.size());
    for (std::size_t place = 0; place < by_class.size(); ++place)
        if (by_class[place] > 0)
            counts.emplace_back(static_cast<std::int64_t>(place), by_class[place]);
    return spans_of(counts);
}

} // namespace moothall::learn
