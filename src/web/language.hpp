#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::web {

/// Marks an English sentence that is translated elsewhere, by Language::t(): names of kinds, labels
/// of a menu. Translators' tools look for it.
constexpr const char* translatable(const char* key)
{
    return key;
}

/// One language of the interface: gettext catalogue (English sentences are the keys), plural rule,
/// dates and numbers by ICU. Made once at the start; safe from any thread.
class Language {
public:
    /// The language of that code, or English. Codes: en, fr, tr, fi.
    static const Language& of(std::string_view code);
    static const std::vector<std::string>& codes();
    /// The best of ours for an Accept-Language header; none when it names none of ours.
    static const Language* accepted(std::string_view header);

    const std::string& code() const { return code_; }
    /// What people call it themselves: "Suomi".
    const std::string& own_name() const { return own_name_; }

    /// The translation of an English sentence; the sentence itself when there is none.
    std::string_view t(const char* key) const;
    std::string_view t(const std::string& key) const { return t(key.c_str()); }
    /// With {1}, {2} … filled in, in the order of the arguments.
    template <class First, class... Rest>
    std::string t(const char* key, const First& first, const Rest&... rest) const
    {
        return fill(t(key), {to_text(first), to_text(rest)...});
    }
    /// Plural: `count` chooses the form and is {1}; more arguments follow as {2} …
    template <class... Rest>
    std::string tn(const char* singular, const char* plural, std::integral auto count,
                   const Rest&... rest) const
    {
        const auto wide = static_cast<std::int64_t>(count);
        return fill(plural_form(singular, plural, wide), {number(wide), to_text(rest)...});
    }
    std::string sentence(const Refusal& refusal) const;

    std::string number(std::int64_t value) const;               // 12,345 · 12 345
    std::string decimal(double value, int digits) const;        // 3.5 · 3,5
    std::string percent(double share) const;                    // of 1: 71% · 71 % · %71
    std::string list(const std::vector<std::string>& of) const; // Bob, Mei and Aino

    /// Days and clocks are in UTC; pages let the browser show clocks in its own zone.
    std::string day(Time time) const; // 3 May 2026
    std::string day(Date date) const;
    std::string day_short(Time time, Time now) const; // 3 May; with the year when it is another
    std::string day_short(Date date, Time now) const;
    std::string month(Date date) const;         // May 2026
    std::string day_and_clock(Time time) const; // 3 May 2026, 09:30
    std::string ago(Time time, Time now) const; // 4 hours ago · in 3 days · just now
    /// In one unit, rounded: 19 hours · 3 days.
    std::string duration(std::chrono::microseconds length) const;

    static std::string fill(std::string_view pattern, const std::vector<std::string>& arguments);

    Language(const Language&) = delete;
    Language& operator=(const Language&) = delete;
    ~Language();

private:
    friend class Catalogues;
    explicit Language(std::string_view code);
    std::string_view plural_form(const char* singular, const char* plural,
                                 std::int64_t count) const;
    static std::string to_text(std::string_view text) { return std::string(text); }
    std::string to_text(std::integral auto value) const
    {
        static_assert(!std::same_as<decltype(value), bool>, "a yes or no has no text of its own");
        return number(static_cast<std::int64_t>(value));
    }

    std::string code_;
    std::string own_name_;
    struct Parts;
    std::unique_ptr<const Parts> parts_;
};

} // namespace moothall::web
