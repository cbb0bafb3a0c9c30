#pragma once

#include <unicode/unistr.h>

#include <string>

namespace moothall::web {

/// What ICU gives, as we keep text.
inline std::string to_utf8(const icu::UnicodeString& text)
{
    std::string out;
    return text.toUTF8String(out);
}

} // namespace moothall::web
