#include "web/language.hpp"

#include "base/invariant.hpp"
#include "web/accept.hpp"
#include "web/catalogues.hpp"
#include "web/dates.hpp"
#include "web/icu_text.hpp"

#include <boost/locale/gnu_gettext.hpp>
#include <boost/locale/message.hpp>
#include <unicode/dcfmtsym.h>
#include <unicode/listformatter.h>
#include <unicode/numberformatter.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <locale>

namespace moothall::web {

namespace {

using Messages = boost::locale::message_format<char>;
namespace gettext = boost::locale::gnu_gettext;

/// The languages of the interface. British dates for English: the day first, as in the others.
struct Known {
    const char* code;
    const char* own_name;
    const char* locale;
};
constexpr std::array<Known, 4> known_languages{{{"en", "English", "en_GB"},
                                                {"fr", "Français", "fr"},
                                                {"tr", "Türkçe", "tr"},
                                                {"fi", "Suomi", "fi"}}};

icu::UnicodeString from_utf8(std::string_view text)
{
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

/// A std::locale that holds the catalogue of a language; the classic one when there is none.
std::locale messages_of(std::string_view code)
{
    const auto bytes = catalogue_of(code);
    if (bytes.empty()) return std::locale::classic();
    gettext::messages_info info;
    info.language = code;
    info.encoding = "UTF-8";
    info.domains.emplace_back("moothall");
    info.paths.emplace_back("");
    info.callback = [bytes](const std::string&, const std::string&) {
        return std::vector<char>(bytes.begin(), bytes.end());
    };
    return {std::locale::classic(), gettext::create_messages_facet<char>(info)};
}

} // namespace

/// Everything that is read or made once. All of it is only read afterwards.
struct Language::Parts {
    std::locale holder;
    const Messages* messages = nullptr;
    std::string group_mark; // between thousands
    DatePattern day, day_of_this_year, month, day_and_clock;
    Durations durations;
    icu::number::LocalizedNumberFormatter number, percent;
    // A formatter that is made for each number reads the data of its language each time: 30 µs.
    std::array<std::string, 101> percents;
    std::array<icu::number::LocalizedNumberFormatter, 4> decimals; // by their digits
    std::unique_ptr<icu::ListFormatter> list;
};

Language::Language(std::string_view code) : code_(code)
{
    const auto* known = std::find_if(known_languages.begin(), known_languages.end(),
                                     [&](const Known& one) { return one.code == code; });
    invariant(known != known_languages.end(), "only our own languages are made");
    own_name_ = known->own_name;

    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale where(known->locale);
    const icu::DecimalFormatSymbols symbols(where, status);
    auto parts = std::make_unique<Parts>();
    parts->holder = messages_of(code);
    if (std::has_facet<Messages>(parts->holder))
        parts->messages = &std::use_facet<Messages>(parts->holder);
    parts->group_mark =
        to_utf8(symbols.getConstSymbol(icu::DecimalFormatSymbols::kGroupingSeparatorSymbol));
    parts->day = DatePattern(known->locale, "dMMMMy");
    parts->day_of_this_year = DatePattern(known->locale, "dMMMM");
    parts->month = DatePattern(known->locale, "MMMMy");
    parts->day_and_clock = DatePattern(known->locale, "dMMMMyHm");
    parts->durations = Durations(known->locale);
    parts->number = icu::number::NumberFormatter::withLocale(where);
    parts->percent =
        parts->number.unit(icu::NoUnit::percent()).precision(icu::number::Precision::integer());
    for (std::size_t at = 0; at < parts->percents.size(); ++at)
        parts->percents[at] =
            to_utf8(parts->percent.formatDouble(static_cast<double>(at), status).toString(status));
    for (std::size_t digits = 0; digits < parts->decimals.size(); ++digits)
        parts->decimals[digits] = parts->number.precision(
            icu::number::Precision::fixedFraction(static_cast<std::int32_t>(digits)));
    parts->list.reset(icu::ListFormatter::createInstance(where, status));
    invariant(U_SUCCESS(status), "ICU has the data of our languages");
    parts_ = std::move(parts);
}

Language::~Language() = default;

/// All of them, made on first use and kept until the end.
class Catalogues {
public:
    static const Catalogues& get()
    {
        static const Catalogues all;
        return all;
    }
    const Language* find(std::string_view code) const
    {
        for (const auto& one : languages_)
            if (one->code() == code) return one.get();
        return nullptr;
    }
    const std::vector<std::string>& codes() const { return codes_; }

private:
    Catalogues()
    {
        for (const auto& known : known_languages) {
            codes_.emplace_back(known.code);
            languages_.push_back(std::unique_ptr<const Language>(new Language(known.code)));
        }
    }
    std::vector<std::string> codes_;
    std::vector<std::unique_ptr<const Language>> languages_;
};

const Language& Language::of(std::string_view code)
{
    const auto& all = Catalogues::get();
    const auto* found = all.find(code);
    return found != nullptr ? *found : *all.find("en");
}

const std::vector<std::string>& Language::codes()
{
    return Catalogues::get().codes();
}

const Language* Language::accepted(std::string_view header)
{
    // RFC 9110, section 12.5.4: "fr-CH, fr;q=0.9, en;q=0.8". Only the first part of a tag counts
    // for us, and of equal weights the first one named.
    const Language* best = nullptr;
    double best_weight = 0;
    while (const auto wish = next_wish(header)) {
        if (wish->weight <= best_weight) continue;
        const auto code = wish->name.substr(0, wish->name.find('-'));
        for (const auto& known : known_languages) {
            if (!same_but_for_case(code, known.code)) continue;
            best = &of(known.code);
            best_weight = wish->weight;
        }
    }
    return best;
}

std::string_view Language::t(const char* key) const
{
    if (parts_->messages == nullptr) return key;
    const auto* found = parts_->messages->get(0, nullptr, key);
    return found != nullptr ? found : key;
}

std::string_view Language::plural_form(const char* singular, const char* plural,
                                       std::int64_t count) const
{
    if (parts_->messages != nullptr) {
        // The rules look at the last digits and at small numbers only: a large count keeps its own.
        constexpr std::int64_t large = 1'000'000;
        const auto small = static_cast<int>(count < large ? std::max<std::int64_t>(count, 0)
                                                          : count % large + large);
        if (const auto* found = parts_->messages->get(0, nullptr, singular, small)) return found;
    }
    return count == 1 ? singular : plural;
}

std::string Language::fill(std::string_view pattern, const std::vector<std::string>& arguments)
{
    std::string out;
    std::size_t written = 0;
    for (std::size_t at = pattern.find('{'); at != std::string_view::npos;
         at = pattern.find('{', at + 1)) {
        if (at + 2 >= pattern.size() || pattern[at + 2] != '}') continue;
        const char digit = pattern[at + 1];
        if (digit < '1' || digit > '9') continue;
        const auto index = static_cast<std::size_t>(digit - '1');
        if (index >= arguments.size()) continue;
        out.append(pattern, written, at - written);
        out += arguments[index];
        written = at + 3;
    }
    out.append(pattern, written);
    return out;
}

std::string Language::sentence(const Refusal& refusal) const
{
    return fill(t(refusal.sentence), refusal.arguments);
}

std::string Language::number(std::int64_t value) const
{
    const auto digits = std::to_string(value);
    const auto first = value < 0 ? 1U : 0U;
    if (digits.size() - first <= 3) return digits;
    std::string out(digits, 0, first);
    for (std::size_t at = first; at < digits.size(); ++at) {
        if (at > first && (digits.size() - at) % 3 == 0) out += parts_->group_mark;
        out += digits[at];
    }
    return out;
}

std::string Language::decimal(double value, int digits) const
{
    UErrorCode status = U_ZERO_ERROR;
    if (0 <= digits && digits < std::ssize(parts_->decimals))
        return to_utf8(parts_->decimals[static_cast<std::size_t>(digits)]
                           .formatDouble(value, status)
                           .toString(status));
    return to_utf8(parts_->number.precision(icu::number::Precision::fixedFraction(digits))
                       .formatDouble(value, status)
                       .toString(status));
}

std::string Language::percent(double share) const
{
    const auto whole = std::round(share * 100);
    if (0 <= whole && whole < static_cast<double>(parts_->percents.size()))
        return parts_->percents[static_cast<std::size_t>(whole)];
    UErrorCode status = U_ZERO_ERROR;
    return to_utf8(parts_->percent.formatDouble(whole, status).toString(status));
}

std::string Language::list(const std::vector<std::string>& of) const
{
    std::vector<icu::UnicodeString> items;
    items.reserve(of.size());
    for (const auto& one : of) items.push_back(from_utf8(one));
    icu::UnicodeString joined;
    UErrorCode status = U_ZERO_ERROR;
    parts_->list->format(items.data(), static_cast<std::int32_t>(items.size()), joined, status);
    return to_utf8(joined);
}

namespace {

Time midnight_of(Date date)
{
    return Time{std::chrono::sys_days{date}};
}

Date date_of(Time time)
{
    return Date{std::chrono::floor<std::chrono::days>(time)};
}

} // namespace

std::string Language::day(Time time) const
{
    return parts_->day.write(time);
}

std::string Language::day(Date date) const
{
    return day(midnight_of(date));
}

std::string Language::day_short(Time time, Time now) const
{
    const bool this_year = date_of(time).year() == date_of(now).year();
    return (this_year ? parts_->day_of_this_year : parts_->day).write(time);
}

std::string Language::day_short(Date date, Time now) const
{
    return day_short(midnight_of(date), now);
}

std::string Language::month(Date date) const
{
    return parts_->month.write(midnight_of(date));
}

std::string Language::day_and_clock(Time time) const
{
    return parts_->day_and_clock.write(time);
}

std::string Language::ago(Time time, Time now) const
{
    constexpr std::chrono::seconds moment{45};
    if (time <= now + moment && now <= time + moment) return std::string(t("just now"));
    return time < now ? parts_->durations.ago(now - time) : parts_->durations.ahead(time - now);
}

std::string Language::duration(std::chrono::microseconds length) const
{
    return parts_->durations.plain(length);
}

} // namespace moothall::web
