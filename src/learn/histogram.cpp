#include "learn/histogram.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::learn {

namespace {

/// The number at the front of `text`, which is taken off it.
std::int64_t take_number(std::string_view& text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    invariant(error == std::errc{}, "a kept histogram holds numbers");
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

char take_mark(std::string_view& text)
{
    invariant(!text.empty(), "a kept histogram has all its steps");
    const char mark = text.front();
    text.remove_prefix(1);
    return mark;
}

bool is_nobody(std::int64_t voices)
{
    return voices == 0;
}

} // namespace

void Histogram::add(Step step, std::int64_t span_class, std::int64_t voices)
{
    auto& by_class = voices_[static_cast<std::size_t>(step)];
    const auto place = static_cast<std::size_t>(span_class);
    if (by_class.size() <= place) by_class.resize(place + 1);
    by_class[place] += voices;
}

void Histogram::add(std::string_view text)
{
    for (const auto step : steps) {
        if (text.starts_with(';')) {
            text.remove_prefix(1);
            continue;
        }
        auto span_class = take_number(text);
        for (char mark = take_mark(text); mark != ';'; mark = take_mark(text))
            add(step, span_class++, take_number(text));
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
    for (std::size_t place = 0; place < by_class.size(); ++place)
        if (by_class[place] > 0)
            counts.emplace_back(static_cast<std::int64_t>(place), by_class[place]);
    return spans_of(counts);
}

} // namespace moothall::learn
