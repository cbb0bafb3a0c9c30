#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moothall {

/// Why somebody was told no. The web layer turns it into an HTTP status.
enum class Reason : std::uint8_t {
    malformed,       // 400: cannot be read at all
    unauthenticated, // 401
    forbidden,       // 403: seen, but not allowed
    not_found,       // 404: absent, or not to be seen: the two must not differ
    conflict,        // 409
    gone,            // 410: a link or code that was good once
    too_large,       // 413
    unsupported,     // 415
    invalid,         // 422: a field is wrong
    too_often,       // 429
};

/// Somebody asked for what cannot be: a reason, a sentence for the person and maybe a form field.
///
/// `sentence` is an English gettext key; `{1}` … in it stand for `arguments`, filled in after
/// translation. A Refusal is an answer, not a failure: failures of the world are exceptions.
struct Refusal {
    Reason reason;
    std::string sentence;
    std::string field;
    std::vector<std::string> arguments;
    std::chrono::seconds retry_after{0};

    static Refusal malformed(std::string sentence)
    {
        return make(Reason::malformed, {}, std::move(sentence));
    }
    static Refusal unauthenticated(std::string sentence)
    {
        return make(Reason::unauthenticated, {}, std::move(sentence));
    }
    static Refusal forbidden(std::string sentence)
    {
        return make(Reason::forbidden, {}, std::move(sentence));
    }
    /// What does not exist and what one may not see are refused in exactly this way.
    static Refusal not_found()
    {
        return make(Reason::not_found, {}, "There is nothing here that you can see.");
    }
    static Refusal conflict(std::string sentence)
    {
        return make(Reason::conflict, {}, std::move(sentence));
    }
    static Refusal gone(std::string sentence)
    {
        return make(Reason::gone, {}, std::move(sentence));
    }
    static Refusal invalid(std::string field, std::string sentence)
    {
        return make(Reason::invalid, std::move(field), std::move(sentence));
    }
    static Refusal too_often(std::chrono::seconds retry_after)
    {
        auto refusal =
            make(Reason::too_often, {}, "Too many tries. Please wait a little and try again.");
        refusal.retry_after = retry_after;
        return refusal;
    }

    /// Gives the sentence its `{1}`, `{2}` … in order.
    Refusal with(std::string argument) &&
    {
        arguments.push_back(std::move(argument));
        return std::move(*this);
    }

private:
    static Refusal make(Reason reason, std::string field, std::string sentence)
    {
        return {reason, std::move(sentence), std::move(field), {}, std::chrono::seconds{0}};
    }
};

/// A value or a Refusal.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Refusal> {
    using base = boost::system::result<T, Refusal>;

public:
    using base::base;
};

/// Asked by boost::system when `.value()` is taken of a refusal: that is a bug of ours.
[[noreturn]] void throw_exception_from_error(const Refusal& refusal,
                                             const boost::source_location& where);

} // namespace moothall
