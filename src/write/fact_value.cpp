#include "write/fact_value.hpp"

#include "base/words.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::write {

namespace {

constexpr std::pair<FactType, std::string_view> type_names[] = {
    {FactType::text, "text"},       {FactType::number, "number"}, {FactType::date, "date"},
    {FactType::address, "address"}, {FactType::choice, "choice"}, {FactType::reading, "reading"}};

constexpr std::size_t text_characters_max = 500;
constexpr std::size_t street_characters_max = 200;
constexpr std::size_t town_characters_max = 100;
constexpr std::size_t postcode_characters_max = 20;
constexpr int decimals_max = 6;
constexpr std::int64_t whole_max = 1'000'000'000'000; // so that millionths of it fit 64 bits
// Days that a person, a house or a contract may have; beyond them somebody mistyped.
constexpr std::chrono::year first_year{1800};
constexpr std::chrono::year last_year{2200};
constexpr std::chrono::year first_year_of_readings{1900};

/// Without what people put between groups of three digits. Neither of "1.234,5" is taken for the
/// point: what could be read in two ways is refused.
std::string without_gaps(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        constexpr std::string_view gaps[] = {" ", "\u00a0", "\u202f"};
        const auto* const gap = std::ranges::find_if(
            gaps, [&](std::string_view one) { return text.substr(i).starts_with(one); });
        if (gap == std::end(gaps))
            plain += text[i];
        else
            i += gap->size() - 1;
    }
    return plain;
}

bool is_digit(char character)
{
    return '0' <= character && character <= '9';
}

Refusal no_number()
{
    return Refusal::invalid("value", "This is not a number. Write it like 1234.5, with at most six "
                                     "digits after the point.");
}

Result<std::string> read_line(std::string_view written, std::size_t characters_max)
{
    auto line = normalise_line(written);
    if (count_characters(line) > characters_max)
        return Refusal::invalid("value", "This is too long: {1} characters at most.")
            .with(std::to_string(characters_max));
    return line;
}

} // namespace

std::string_view to_text(FactType type)
{
    return word_of(type_names, type);
}

std::optional<FactType> fact_type_of(std::string_view text)
{
    return value_of(type_names, text);
}

std::optional<std::int64_t> parse_amount(std::string_view text)
{
    const auto plain = without_gaps(text);
    std::string_view rest = plain;
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    const auto point = rest.find_first_of(".,");
    const auto whole = rest.substr(0, point);
    const auto fraction =
        point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
    if (whole.empty() || whole.size() > 12 || !std::ranges::all_of(whole, is_digit)) return {};
    if (point != std::string_view::npos && (fraction.empty() || fraction.size() > decimals_max ||
                                            !std::ranges::all_of(fraction, is_digit)))
        return {};
    // "1,234" is a thousand and more to some readers, and a little more than one to others.
    if (point != std::string_view::npos && rest[point] == ',' && fraction.size() == 3 &&
        whole != "0")
        return {};
    std::int64_t amount = 0;
    std::from_chars(whole.data(), whole.data() + whole.size(), amount);
    if (amount >= whole_max) return {};
    amount *= millionths;
    auto worth = millionths;
    for (const char digit : fraction) amount += (digit - '0') * (worth /= 10);
    return negative ? -amount : amount;
}

int digits_of_amount(std::int64_t amount)
{
    int digits = decimals_max;
    while (digits > 0 && amount % 10 == 0) {
        amount /= 10;
        --digits;
    }
    return digits;
}

std::string text_of_amount(std::int64_t amount)
{
    std::string text = amount < 0 ? "-" : "";
    const auto size = amount < 0 ? -amount : amount;
    text += std::to_string(size / millionths);
    if (const int digits = digits_of_amount(amount); digits > 0) {
        const auto fraction = std::to_string(millionths + size % millionths).substr(1);
        text += '.' + fraction.substr(0, static_cast<std::size_t>(digits));
    }
    return text;
}

std::string text_of_address(const Address& address)
{
    const auto& [street, postcode, town, country] = address;
    if (street.empty() && postcode.empty() && town.empty() && country.empty()) return {};
    return street + '\n' + postcode + '\n' + town + '\n' + country;
}

Address address_of(std::string_view text)
{
    std::array<std::string, 4> parts;
    for (auto& part : parts) {
        const auto end = std::min(text.find('\n'), text.size());
        part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {parts[0], parts[1], parts[2], parts[3]};
}

std::string one_line(const Address& address)
{
    auto town = address.postcode;
    if (!town.empty() && !address.town.empty()) town += ' ';
    town += address.town;
    std::string line;
    for (const auto* part : {&address.street, &std::as_const(town), &address.country}) {
        if (!line.empty() && !part->empty()) line += ", ";
        line += *part;
    }
    return line;
}

Result<FactValue> read_address(const Address& written)
{
    Address address;
    struct Part {
        const std::string& from;
        std::string& to;
        std::size_t characters_max;
    };
    for (const auto& [from, to, most] :
         {Part{written.street, address.street, street_characters_max},
          Part{written.postcode, address.postcode, postcode_characters_max},
          Part{written.town, address.town, town_characters_max},
          Part{written.country, address.country, town_characters_max}}) {
        auto line = read_line(from, most);
        if (!line) return line.error();
        to = *std::move(line);
    }
    auto text = text_of_address(address);
    if (!text.empty() && address.street.empty() && address.town.empty())
        return Refusal::invalid("value", "An address needs a street or a town.");
    return FactValue{std::move(text), 0};
}

Result<FactValue> read_fact_value(FactType type, const std::vector<std::string>& choices,
                                  std::string_view written)
{
    if (type == FactType::address) return read_address(address_of(written));
    auto line = read_line(written, text_characters_max);
    if (!line) return line.error();
    if (line->empty()) return FactValue{};
    switch (type) {
    case FactType::number:
    case FactType::reading: {
        const auto amount = parse_amount(*line);
        if (!amount) return no_number();
        return FactValue{text_of_amount(*amount), *amount};
    }
    case FactType::date: {
        const auto date = parse_date(*line);
        if (!date) return Refusal::invalid("value", "A day is written as 2026-05-31.");
        if (date->year() < first_year || date->year() >= last_year)
            return Refusal::invalid("value", "This day is too far away: from 1800 to 2199.");
        return FactValue{moothall::to_text(*date), 0};
    }
    case FactType::choice:
        if (std::ranges::find(choices, *line) == choices.end())
            return Refusal::invalid("value", "Choose among what is shown.");
        break;
    case FactType::text:
    case FactType::address:
        break;
    }
    return FactValue{*std::move(line), 0};
}

Result<Date> read_reading_day(std::string_view written, Time now)
{
    const auto date = parse_date(written);
    if (!date) return Refusal::invalid("taken_on", "A day is written as 2026-05-31.");
    if (date->year() < first_year_of_readings)
        return Refusal::invalid("taken_on", "A meter was not read before 1900.");
    if (std::chrono::sys_days(*date) >
        std::chrono::floor<std::chrono::days>(now) + std::chrono::days{1})
        return Refusal::invalid("taken_on", "This day is still to come.");
    return *date;
}

} // namespace moothall::write
