#include "web/money.hpp"

#include "web/icu_text.hpp"
#include "web/language.hpp"

#include <unicode/numberformatter.h>
#include <unicode/ucurr.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <utility>

namespace moothall::web {

namespace {

using Sign = std::pair<std::string_view, const char16_t*>;

/// Signs that stand for one currency where people write them alone. That $ is the American one
/// makes no difference: it is written as it was.
constexpr std::array<Sign, 12> currency_signs{{{"€", u"EUR"},
                                               {"£", u"GBP"},
                                               {"$", u"USD"},
                                               {"¥", u"JPY"},
                                               {"₺", u"TRY"},
                                               {"₹", u"INR"},
                                               {"₩", u"KRW"},
                                               {"₴", u"UAH"},
                                               {"₪", u"ILS"},
                                               {"₫", u"VND"},
                                               {"zł", u"PLN"},
                                               {"Kč", u"CZK"}}};

/// From what ICU writes for nothing at all of that currency.
AroundAmount ask_icu(const std::u16string& code, UNumberUnitWidth width, const Language& language,
                     const AroundAmount& otherwise)
{
    UErrorCode status = U_ZERO_ERROR;
    if (ucurr_isAvailable(code.c_str(), U_DATE_MIN, U_DATE_MAX, &status) == 0) return otherwise;
    const auto nothing =
        to_utf8(icu::number::NumberFormatter::withLocale(icu::Locale(language.code().c_str()))
                    .unit(icu::CurrencyUnit(code.c_str(), status))
                    .unitWidth(width)
                    .precision(icu::number::Precision::integer())
                    .formatInt(0, status)
                    .toString(status));
    const auto zero = nothing.find('0');
    if (U_FAILURE(status) || zero == std::string::npos) return otherwise;
    return {nothing.substr(0, zero), nothing.substr(zero + 1)};
}

} // namespace

AroundAmount around_amount(std::string_view unit, const Language& language)
{
    const AroundAmount last{{}, "\u00a0" + std::string(unit)};
    const auto* const sign = std::ranges::find(currency_signs, unit, &Sign::first);
    const bool is_sign = sign != currency_signs.end();
    const auto is_capital = [](char c) { return 'A' <= c && c <= 'Z'; };
    if (!is_sign && (unit.size() != 3 || !std::ranges::all_of(unit, is_capital))) return last;

    // A page has hundreds of amounts, and ICU thinks for some 20 µs about each. There are no more
    // entries than codes of three letters.
    static std::mutex mutex;
    static std::map<std::pair<std::string, std::string>, AroundAmount> known;
    const std::pair key{language.code(), std::string(unit)};
    const std::lock_guard lock(mutex);
    const auto found = known.find(key);
    if (found != known.end()) return found->second;
    const auto around =
        is_sign ? ask_icu(sign->second, UNUM_UNIT_WIDTH_NARROW, language, last)
                : ask_icu({unit.begin(), unit.end()}, UNUM_UNIT_WIDTH_SHORT, language, last);
    known.emplace(key, around);
    return around;
}

} // namespace moothall::web
