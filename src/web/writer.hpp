#pragma once

#include "base/id.hpp"
#include "text/markdown.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

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

/// What a page puts into a hole of its layout: refers to a lambda that outlives the call.
class Block {
public:
    Block() = default;
    template <std::invocable Callable>
        requires(!std::same_as<Callable, Block>)
    Block(const Callable& callable) // NOLINT(google-explicit-constructor): written as a lambda
        : callable_(&callable),
          call_([](const void* what) { (*static_cast<const Callable*>(what))(); })
    {
    }
    explicit operator bool() const { return call_ != nullptr; }
    void operator()() const { call_(callable_); }

private:
    const void* callable_ = nullptr;
    void (*call_)(const void*) = nullptr;
};

/// Whole numbers. A yes or no and a single char have no text of their own.
template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

/// What compiled templates write into. There is no way to write unescaped text that is not a
/// literal or SafeHtml.
class Writer {
public:
    explicit Writer(std::size_t bytes_expected = 16 * 1024) { out_.reserve(bytes_expected); }

    void markup(Markup markup) { out_ += markup.text; }

    /// Text between tags: & < > " ' are escaped.
    void text(std::string_view text);
    void text(Number auto number) { out_ += std::to_string(number); }
    void text(Id id) { out_ += id.text(); }
    void text(const SafeHtml& html) { out_ += html.html; }

    /// The value of a quoted attribute, or the text of <title> and <textarea>.
    void attribute(std::string_view value) { text(value); }
    void attribute(Number auto number) { text(number); }
    void attribute(Id id) { text(id); }

    /// The value of href: http, https, mailto, or a path, query or fragment of ours; anything else
    /// becomes "#".
    void url(std::string_view address);
    /// The value of src, action, hx-get …: a path, query or fragment of ours; anything else becomes
    /// "#".
    void own_url(std::string_view address);
    /// A part of an address whose beginning is fixed ("/people/{{ id }}?q={{ words }}"): all but
    /// letters, digits and - . _ ~ is written as %XX, so that it stays one part.
    void url_part(std::string_view part);
    void url_part(Number auto number) { text(number); }
    void url_part(Id id) { text(id); }

    /// A translated sentence with markup in it: `pattern` is escaped, {first}, {first + 1} … in it
    /// are what the blocks write.
    void sentence(std::string_view pattern, std::size_t first, std::initializer_list<Block> parts);

    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

} // namespace moothall::web
