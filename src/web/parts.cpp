#include "web/parts.hpp"

#include "text/unicode.hpp"

#include <utility>

namespace moothall::web {

std::string Field::described_by() const
{
    std::string ids;
    if (!hint.empty()) ids = element_id() + "-hint";
    if (!error.empty()) ids += (ids.empty() ? "" : " ") + element_id() + "-error";
    return ids;
}

bool FilledForm::was_sent(std::string_view name) const
{
    return request_.form_fields.has(name) || request_.query_fields.has(name);
}

std::string_view FilledForm::sent(std::string_view name) const
{
    return request_.form_fields.has(name) ? request_.form(name) : request_.query(name);
}

std::string FilledForm::error_of(std::string_view name) const
{
    if (!refusal_ || refusal_->field != name) return {};
    shown_beside_ = true;
    return language_.sentence(*refusal_);
}

Field FilledForm::text(std::string name, std::string_view label, std::string_view otherwise) const
{
    Field field;
    field.value = was_sent(name) ? sent(name) : otherwise;
    field.error = error_of(name);
    field.name = std::move(name);
    field.label = label;
    return field;
}

Field FilledForm::check(std::string name, std::string_view label, bool otherwise) const
{
    Field field;
    // A box that is not ticked is not sent at all: only a sent form says that it was cleared.
    const bool form_was_sent = !request_.form_fields.pairs().empty();
    field.checked = form_was_sent ? request_.form_fields.has(name) : otherwise;
    field.error = error_of(name);
    field.name = std::move(name);
    field.label = label;
    return field;
}

Field FilledForm::choose(std::string name, std::string_view label, std::vector<Choice> choices,
                         std::string_view otherwise) const
{
    const std::string_view value = was_sent(name) ? sent(name) : otherwise;
    for (auto& choice : choices) choice.chosen = choice.value == value;
    Field field;
    field.value = value;
    field.choices = std::move(choices);
    field.error = error_of(name);
    field.name = std::move(name);
    field.label = label;
    return field;
}

std::string FilledForm::sentence() const
{
    if (!refusal_ || shown_beside_) return {};
    return language_.sentence(*refusal_);
}

std::string_view class_of(Tone tone)
{
    switch (tone) {
    case Tone::plain:
        return "";
    case Tone::accent:
        return "accent";
    case Tone::good:
        return "good";
    case Tone::warn:
        return "warn";
    case Tone::bad:
        return "bad";
    }
    return "";
}

namespace {

/// The first character of a word, whole: an accent that follows its letter goes with it.
std::string first_letter(std::string_view word)
{
    std::size_t end = 0;
    const auto is_inside = [&] { return (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80; };
    if (word.empty()) return {};
    do ++end;
    while (end < word.size() && is_inside());
    // U+0300 to U+036F, combining marks, are the bytes CC 80 to CD AF.
    while (end + 1 < word.size() && (word[end] == '\xCC' || word[end] == '\xCD')) end += 2;
    return std::string(word.substr(0, end));
}

} // namespace

Avatar::Avatar(std::string_view name)
{
    const auto parts = words(name);
    if (!parts.empty()) initials = first_letter(parts.front());
    if (parts.size() > 1) initials += first_letter(parts.back());
    if (initials.empty()) initials = "?";
    // FNV-1a: the same colour on every machine and after every start.
    std::uint32_t hash = 2166136261U;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    hue = "hue-" + std::to_string(hash % 6 + 1);
}

std::string_view LoopStop::class_name() const
{
    switch (state) {
    case later:
        return "later";
    case next:
        return "next";
    case done:
        return "done";
    case broken:
        return "broken";
    }
    return "";
}

} // namespace moothall::web
