#include "text/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

namespace moothall {

namespace json = boost::json;

namespace {

constexpr std::size_t depth_max = 32;

/// Builds the tree, and differs from boost::json's own parser in two points: it refuses a key given
/// twice (Boost keeps the last), and it rounds numbers exactly (Boost 1.81 may miss the last bit).
class TreeHandler {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    explicit TreeHandler(json::value& root) : root_(&root) {}

    const std::optional<std::string>& doubled_key() const { return doubled_key_; }

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }

    bool on_object_begin(json::error_code&)
    {
        return open(json::value(json::object_kind, root_->storage()));
    }
    bool on_object_end(std::size_t, json::error_code&) { return close(); }
    bool on_array_begin(json::error_code&)
    {
        return open(json::value(json::array_kind, root_->storage()));
    }
    bool on_array_end(std::size_t, json::error_code&) { return close(); }

    bool on_key_part(json::string_view part, std::size_t, json::error_code&)
    {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code& error)
    {
        key_.append(part.data(), part.size());
        if (open_.back()->get_object().contains(key_)) {
            doubled_key_ = key_;
            error = json::error::syntax;
            return false;
        }
        return true;
    }

    bool on_string_part(json::string_view part, std::size_t, json::error_code&)
    {
        string_.append(part.data(), part.size());
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code&)
    {
        string_.append(part.data(), part.size());
        add(json::value(json::string_view(string_), root_->storage()));
        string_.clear();
        return true;
    }

    bool on_number_part(json::string_view part, json::error_code&)
    {
        number_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t value, json::string_view, json::error_code&)
    {
        number_.clear();
        add(json::value(value, root_->storage()));
        return true;
    }
    bool on_uint64(std::uint64_t value, json::string_view, json::error_code&)
    {
        number_.clear();
        add(json::value(static_cast<double>(value), root_->storage()));
        return true;
    }
    bool on_double(double, json::string_view part, json::error_code& error)
    {
        number_.append(part.data(), part.size());
        double exact = 0;
        const auto read = std::from_chars(number_.data(), number_.data() + number_.size(), exact);
        // Too small for a double is zero for all purposes of ours; too large is a mistake.
        if (read.ec == std::errc::result_out_of_range && !is_tiny(number_)) {
            error = json::error::exponent_overflow;
            return false;
        }
        number_.clear();
        add(json::value(exact, root_->storage()));
        return true;
    }
    bool on_bool(bool value, json::error_code&)
    {
        add(json::value(value, root_->storage()));
        return true;
    }
    bool on_null(json::error_code&)
    {
        add(json::value(nullptr, root_->storage()));
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

private:
    /// from_chars says "out of range" for both ends; a negative exponent tells which.
    static bool is_tiny(std::string_view number)
    {
        const auto exponent = number.find_first_of("eE");
        if (exponent == std::string_view::npos) return number.find('.') != std::string_view::npos;
        return exponent + 1 < number.size() && number[exponent + 1] == '-';
    }

    /// Puts the value at its place. Pointers to open containers stay good, because only the
    /// innermost one ever grows.
    json::value* add(json::value&& value)
    {
        if (open_.empty()) {
            *root_ = std::move(value);
            return root_;
        }
        auto* const parent = open_.back();
        if (parent->is_array()) return &parent->get_array().emplace_back(std::move(value));
        auto* const added = &parent->get_object().emplace(key_, std::move(value)).first->value();
        key_.clear();
        return added;
    }
    bool open(json::value&& container)
    {
        open_.push_back(add(std::move(container)));
        return true;
    }
    bool close()
    {
        open_.pop_back();
        return true;
    }

    json::value* root_;
    std::vector<json::value*> open_;
    std::string key_, string_, number_; // of the value being read
    std::optional<std::string> doubled_key_;
};

const json::value* as_value(const void* pointer)
{
    return static_cast<const json::value*>(pointer);
}

} // namespace

struct Json::Document {
    json::monotonic_resource memory;
    json::value root = json::value(json::storage_ptr(&memory)); // braces would make it an array
};

Result<Json> Json::parse(std::string_view text)
{
    auto document = std::make_shared<Document>();
    json::parse_options options;
    options.max_depth = depth_max;
    json::basic_parser<TreeHandler> parser(options, document->root);

    json::error_code error;
    const auto read = parser.write_some(false, text.data(), text.size(), error);
    const auto at = std::to_string(read);
    if (const auto& doubled = parser.handler().doubled_key())
        return Refusal::malformed("This JSON gives the field {1} twice.").with(*doubled);
    if (error == json::error::too_deep)
        return Refusal::malformed("This JSON nests deeper than {1} levels.")
            .with(std::to_string(depth_max));
    if (error == json::error::incomplete)
        return Refusal::malformed("This JSON breaks off before its end.");
    if (error == json::error::exponent_overflow)
        return Refusal::malformed("This JSON holds a number that is too large, at byte {1}.")
            .with(at);
    if (error) return Refusal::malformed("This is not JSON from byte {1} on.").with(at);
    if (read != text.size())
        return Refusal::malformed("Something follows after the end of the JSON, at byte {1}.")
            .with(at);

    Json root;
    root.value_ = &document->root;
    root.document_ = std::move(document);
    return root;
}

Json::Kind Json::kind() const
{
    if (value_ == nullptr) return Kind::absent;
    switch (as_value(value_)->kind()) {
    case json::kind::null:
        return Kind::null;
    case json::kind::bool_:
        return Kind::boolean;
    case json::kind::int64:
        return Kind::integer;
    case json::kind::uint64:
    case json::kind::double_:
        return Kind::number;
    case json::kind::string:
        return Kind::string;
    case json::kind::array:
        return Kind::array;
    case json::kind::object:
        return Kind::object;
    }
    return Kind::absent;
}

std::optional<std::string_view> Json::string() const
{
    if (kind() != Kind::string) return std::nullopt;
    const auto& text = as_value(value_)->get_string();
    return std::string_view(text.data(), text.size());
}

std::optional<std::int64_t> Json::integer() const
{
    if (kind() != Kind::integer) return std::nullopt;
    return as_value(value_)->get_int64();
}

std::optional<double> Json::number() const
{
    if (kind() == Kind::integer) return static_cast<double>(as_value(value_)->get_int64());
    if (kind() != Kind::number) return std::nullopt;
    return as_value(value_)->get_double();
}

std::optional<bool> Json::boolean() const
{
    if (kind() != Kind::boolean) return std::nullopt;
    return as_value(value_)->get_bool();
}

std::size_t Json::size() const
{
    if (kind() == Kind::array) return as_value(value_)->get_array().size();
    if (kind() == Kind::object) return as_value(value_)->get_object().size();
    return 0;
}

Json Json::at(std::size_t index) const
{
    Json element;
    if (kind() != Kind::array || index >= size()) return element;
    element.document_ = document_;
    element.value_ = &as_value(value_)->get_array()[index];
    return element;
}

Json Json::find(std::string_view key) const
{
    Json member;
    if (kind() != Kind::object) return member;
    const auto* const found = as_value(value_)->get_object().if_contains(key);
    if (found == nullptr) return member;
    member.document_ = document_;
    member.value_ = found;
    return member;
}

std::vector<std::string_view> Json::keys() const
{
    std::vector<std::string_view> keys;
    if (kind() != Kind::object) return keys;
    const auto& object = as_value(value_)->get_object();
    keys.reserve(object.size());
    for (const auto& member : object) keys.emplace_back(member.key().data(), member.key().size());
    return keys;
}

} // namespace moothall
