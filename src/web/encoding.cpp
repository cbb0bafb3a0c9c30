#include "web/encoding.hpp"

#include "web/accept.hpp"
#include "web/dress.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace moothall::web {

namespace {

/// Shorter answers travel in one packet either way.
constexpr std::size_t encoded_bytes_min = 1024;

/// zlib's effort, 1 to 9. Measured on pages of the hall (bench/README.md): 1 costs a third of what
/// 6 does for an eighth more bytes.
constexpr int gzip_effort = 1;

bool is_text(std::string_view type)
{
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return (type.starts_with("text/") && type != "text/event-stream") ||
           type == "application/json" || type == "application/xml" ||
           type == "application/javascript" || type == "image/svg+xml" ||
           (type.starts_with("application/") &&
            (type.ends_with("+json") || type.ends_with("+xml")));
}

/// The state of zlib, 256 KB, which is kept by each thread: making it anew for each answer costs as
/// much as encoding a small one.
class Deflater {
public:
    Deflater()
    {
        constexpr int window_bits_of_gzip = 15 + 16; // the largest window; 16: with gzip's head
        constexpr int memory_level = 8;
        if (deflateInit2(&stream_, gzip_effort, Z_DEFLATED, window_bits_of_gzip, memory_level,
                         Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    std::string encode(std::string_view text)
    {
        if (deflateReset(&stream_) != Z_OK) throw std::logic_error("zlib lost its state");
        std::string encoded(deflateBound(&stream_, text.size()), '\0');
        // zlib only reads its input, though its type does not say so.
        stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
        stream_.avail_in = static_cast<uInt>(text.size());
        stream_.next_out = reinterpret_cast<Bytef*>(encoded.data());
        stream_.avail_out = static_cast<uInt>(encoded.size());
        if (deflate(&stream_, Z_FINISH) != Z_STREAM_END)
            throw std::logic_error("zlib needs more room than it said");
        encoded.resize(stream_.total_out);
        encoded.shrink_to_fit();
        return encoded;
    }

private:
    z_stream stream_{};
};

} // namespace

std::string_view choose_encoding(std::string_view accept_encoding,
                                 std::initializer_list<std::string_view> offered)
{
    // RFC 9110, section 12.5.3. "*" stands for every coding that is not named.
    const auto weight_of = [&](std::string_view coding, double otherwise) {
        auto rest = accept_encoding;
        while (const auto wish = next_wish(rest)) {
            auto name = wish->name;
            if (same_but_for_case(name, "x-gzip")) name = "gzip"; // section 8.4.1.3
            if (same_but_for_case(name, coding)) return wish->weight;
        }
        return otherwise;
    };
    const double any = weight_of("*", 0);
    std::string_view best;
    double best_weight = 0;
    for (const auto coding : offered) {
        const double weight = weight_of(coding, any);
        if (weight <= best_weight) continue;
        best = coding;
        best_weight = weight;
    }
    // Unencoded is always possible, and preferred only where a client says so.
    return weight_of("identity", 0) > best_weight ? std::string_view{} : best;
}

bool worth_encoding(const Response& response)
{
    if (response.stream || response.shared_body || response.body.size() < encoded_bytes_min)
        return false;
    if (response.status == 204 || response.status == 206 || response.status == 304) return false;
    const auto* type = find_header(response, "Content-Type");
    if (type == nullptr || !is_text(*type)) return false;
    if (find_header(response, "Content-Encoding") != nullptr) return false;
    const auto* caching = find_header(response, "Cache-Control");
    return caching == nullptr || caching->find("no-transform") == std::string::npos;
}

void vary_by_encoding(Response& response)
{
    for (auto& [name, value] : response.headers) {
        if (!same_but_for_case(name, "Vary")) continue;
        if (value != "*" && value.find("Accept-Encoding") == std::string::npos)
            value += ", Accept-Encoding";
        return;
    }
    response.with("Vary", "Accept-Encoding");
}

bool takes_gzip(const Request& request, bool has_session)
{
    const auto site = request.header("sec-fetch-site");
    if (has_session && (site == "cross-site" || site == "same-site")) return false;
    return choose_encoding(request.header("accept-encoding"), {"gzip"}) == "gzip";
}

void gzip(Response& response)
{
    static thread_local Deflater deflater;
    response.body = deflater.encode(response.body);
    response.with("Content-Encoding", "gzip");
}

} // namespace moothall::web
