#pragma once

#include "base/id.hpp"
#include "text/markdown.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace moothall::web {

/// Markup that can only come from a template in the source.
struct Markup {
    std::string_view text;
    consteval Markup(const char* literal) // NOLINT(google-explicit-constructor): made by the
                                          // template compiler only
        : text(literal)
    {
    }
};

/// What compiled templates write into. There is no way to write unescaped text that is not a
/// literal or SafeHtml.
class Writer {
public:
    explicit Writer(std::size_t bytes_expected = 16 * 1024) { out_.reserve(bytes_expected); }

    void markup(Markup markup) { out_ += markup.text; }
    /// Text or the value of a quoted attribute: & < > " ' are escaped.
    void text(std::string_view text);
    void text(std::integral auto number) { out_ += std::to_string(number); }
    void text(Id id) { out_ += id.text(); }
    /// In text only; the compiler refuses it in attributes.
    void text(const text::SafeHtml& html) { out_ += html.html; }
    /// The value of href, src, action …: http, https, mailto, or a path, query or fragment of ours;
    /// anything else becomes "#".
    void url(std::string_view address);

    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

} // namespace moothall::web
