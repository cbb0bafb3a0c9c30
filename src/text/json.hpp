#pragma once

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall {

/// One value of a JSON document (RFC 8259), to be read only.
///
/// Copying is cheap: all values of a document share it. A view handed out by string() or keys()
/// lives as long as any Json of its document. A default Json is of kind absent, and reading from
/// the wrong kind answers nothing instead of failing, so that a handler can ask for
/// `body.find("author").find("name").string()` and check once.
class Json {
public:
    enum class Kind : std::uint8_t {
        absent, // there is no such value
        null,
        boolean,
        integer, // written without fraction and exponent, and fits 64 bits with a sign
        number,  // any other number
        string,
        array,
        object,
    };

    /// Strict: refuses trailing text, invalid UTF-8, a key given twice, numbers beyond a double's
    /// range and more than 32 levels. Two parsers that read a doubled key differently are a known
    /// way around checks, so we do not guess which one was meant.
    static Result<Json> parse(std::string_view text);

    Kind kind() const;
    std::optional<std::string_view> string() const;
    std::optional<std::int64_t> integer() const;
    /// Of an integer too.
    std::optional<double> number() const;
    std::optional<bool> boolean() const;

    /// How many elements an array or members an object has; 0 for anything else.
    std::size_t size() const;
    /// An array's element; absent past the end.
    Json at(std::size_t index) const;
    /// An object's member; absent when there is none.
    Json find(std::string_view key) const;
    /// An object's keys in the order in which they were written.
    std::vector<std::string_view> keys() const;

    explicit operator bool() const { return kind() != Kind::absent; }

private:
    struct Document;
    std::shared_ptr<const Document> document_;
    const void* value_ = nullptr; // a boost::json::value inside *document_
};

/// Writes JSON into one string, as it is told, without a tree in between.
///
/// What it writes is valid JSON in valid UTF-8 whatever the strings hold: bytes that are no UTF-8
/// become U+FFFD. It may also stand inside an HTML script element: U+2028, U+2029, `<!` and `</`
/// are escaped. NaN and infinities become null, because JSON has none.
class JsonWriter {
public:
    explicit JsonWriter(std::size_t bytes_expected = 256) { text_.reserve(bytes_expected); }

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view key);

    JsonWriter& value(std::string_view value);
    JsonWriter& value(const char* value) { return this->value(std::string_view(value)); }
    JsonWriter& value(const std::string& value) { return this->value(std::string_view(value)); }
    JsonWriter& value(bool value);
    JsonWriter& value(double value);
    JsonWriter& value(std::nullptr_t);
    /// As text: a JavaScript number holds only 53 bits.
    JsonWriter& value(Id value);
    /// RFC 3339 in UTC.
    JsonWriter& value(Time value);
    /// YYYY-MM-DD.
    JsonWriter& value(Date value);
    template <std::signed_integral Integer>
        requires(!std::same_as<Integer, char>)
    JsonWriter& value(Integer value)
    {
        return signed_value(value);
    }
    template <std::unsigned_integral Integer>
        requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char>)
    JsonWriter& value(Integer value)
    {
        return unsigned_value(value);
    }
    /// Null when there is none.
    template <class Value>
    JsonWriter& value(const std::optional<Value>& value)
    {
        return value ? this->value(*value) : this->value(nullptr);
    }

    /// A member with its value.
    template <class Value>
    JsonWriter& field(std::string_view name, const Value& value)
    {
        return key(name).value(value);
    }
    JsonWriter& null_field(std::string_view name) { return key(name).value(nullptr); }

    /// Puts in a value that is JSON already, as it is. The caller vouches for it.
    JsonWriter& raw(std::string_view json);

    /// Hands out the text and starts anew. Everything begun must have been ended.
    std::string take();

private:
    void before_value();
    void write_string(std::string_view text);
    JsonWriter& signed_value(std::int64_t value);
    JsonWriter& unsigned_value(std::uint64_t value);

    std::string text_;
    std::size_t depth_ = 0;
    bool comma_due_ = false;
};

} // namespace moothall
