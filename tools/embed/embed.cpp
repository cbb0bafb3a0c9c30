// Writes files into C++ source, so that the program is one file and needs no folder beside it.
//
//     moothall_embed catalogues OUT.cpp fr=fr.mo …     for web/catalogues.hpp
//     moothall_embed assets OUT.cpp FILE…              for web/assets.hpp
//
// Runs at build time only. Assets are compressed here, at the highest levels, because each is sent
// as it is for years; addresses carry a hash of the content, so that caches never ask again.

#include <brotli/encode.h>
#include <sodium.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string read_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A C++ string literal of any bytes, in lines.
std::string literal(std::string_view bytes)
{
    std::string out = "\n    \"";
    std::size_t in_line = 0;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\' || c == '?' || byte < 0x20 || byte > 0x7e) {
            std::array<char, 8> octal{};
            std::snprintf(octal.data(), octal.size(), "\\%03o", static_cast<unsigned>(byte));
            out += octal.data();
            in_line += 4;
        } else {
            out += c;
            ++in_line;
        }
        if (in_line >= 96) {
            out += "\"\n    \"";
            in_line = 0;
        }
    }
    return out + "\"";
}

/// A string_view that keeps zero bytes.
std::string view(std::string_view bytes)
{
    return "std::string_view{" + literal(bytes) + ", " + std::to_string(bytes.size()) + "}";
}

std::string gzip(std::string_view text)
{
    z_stream stream{};
    // 15 bits of window, + 16 for a gzip header (which then names no time and no file).
    if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib does not start");
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    std::string in(text);
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (result != Z_STREAM_END) throw std::runtime_error("zlib does not finish");
    return out;
}

std::string brotli(std::string_view text)
{
    std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
    std::string out(size, '\0');
    if (BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_TEXT,
                              text.size(), reinterpret_cast<const std::uint8_t*>(text.data()),
                              &size, reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_FALSE)
        throw std::runtime_error("brotli does not finish");
    out.resize(size);
    return out;
}

/// Ten hexadecimal digits of BLAKE2b: enough to tell versions of our own files apart.
std::string hash_of(std::string_view content)
{
    std::array<unsigned char, 16> digest{};
    crypto_generichash(digest.data(), digest.size(),
                       reinterpret_cast<const unsigned char*>(content.data()), content.size(),
                       nullptr, 0);
    std::string text;
    for (std::size_t at = 0; at < 5; ++at) {
        std::array<char, 4> pair{};
        std::snprintf(pair.data(), pair.size(), "%02x", static_cast<unsigned>(digest[at]));
        text += pair.data();
    }
    return text;
}

/// Leaves out comments and indentation; what is in strings stays.
std::string without_comments(std::string_view css)
{
    std::string out;
    char quote = 0;
    for (std::size_t at = 0; at < css.size(); ++at) {
        const char c = css[at];
        if (quote == 0 && css.substr(at, 2) == "/*") {
            at = css.find("*/", at + 2);
            if (at == std::string_view::npos) throw std::runtime_error("a CSS comment has no end");
            ++at;
            continue;
        }
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == ' ' || c == '\n' || c == '\t') {
            constexpr std::string_view need_no_space_after = " \n{};,>";
            if (out.empty() || need_no_space_after.find(out.back()) != std::string_view::npos)
                continue;
            out += ' ';
            continue;
        } else if ((c == '{' || c == '}' || c == ';') && !out.empty() && out.back() == ' ') {
            out.pop_back();
        }
        out += c;
    }
    return out;
}

std::string content_type_of(const std::string& extension)
{
    const std::map<std::string, std::string> types{
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".webmanifest", "application/manifest+json"},
    };
    const auto found = types.find(extension);
    if (found == types.end()) throw std::runtime_error("no content type for " + extension);
    return found->second;
}

std::string header(std::string_view include)
{
    return "// Made by tools/embed; do not edit.\n#include \"" + std::string(include) +
           "\"\n\n#ifdef __clang__\n#pragma clang diagnostic ignored \"-Woverlength-strings\"\n"
           "#endif\n\n";
}

std::string catalogues(const std::vector<std::string>& arguments)
{
    auto out = header("web/catalogues.hpp");
    out += "namespace moothall::web {\n\nstd::string_view catalogue_of(std::string_view code)\n{\n";
    for (const auto& argument : arguments) {
        const auto equals = argument.find('=');
        if (equals == std::string::npos) throw std::runtime_error("expected CODE=FILE");
        const auto bytes = read_file(argument.substr(equals + 1));
        out += "    if (code == \"" + argument.substr(0, equals) + "\")\n        return " +
               view(bytes) + ";\n";
    }
    return out + "    return {};\n}\n\n} // namespace moothall::web\n";
}

struct File {
    std::string name, stem, extension, content;
    std::string path() const { return "/assets/" + stem + "." + hash_of(content) + extension; }
};

/// Makes url("icons.svg") in a style sheet name the hashed address.
void resolve_references(std::string& css, const std::vector<File>& files)
{
    for (const auto& file : files) {
        const auto reference = "url(\"" + file.name + "\"";
        for (auto at = css.find(reference); at != std::string::npos;
             at = css.find(reference, at + 1))
            css.replace(at, reference.size(), "url(\"" + file.path() + "\"");
    }
}

std::string assets(const std::vector<std::string>& paths)
{
    std::vector<File> files;
    for (const std::filesystem::path path : paths)
        files.push_back({path.filename().string(), path.stem().string(), path.extension().string(),
                         read_file(path)});
    std::sort(files.begin(), files.end(),
              [](const File& a, const File& b) { return a.name < b.name; });
    for (auto& file : files) {
        if (file.extension != ".css") continue;
        file.content = without_comments(file.content);
        resolve_references(file.content, files);
    }
    auto out = header("web/assets.hpp");
    out += "#include <array>\n\nnamespace moothall::web {\n\nnamespace {\n\n"
           "constexpr std::array<Asset, " +
           std::to_string(files.size()) + "> all{{\n";
    for (const auto& file : files) {
        const auto small_gzip = gzip(file.content);
        const auto small_brotli = brotli(file.content);
        // A picture that is compressed already gains nothing.
        const bool gains = small_brotli.size() * 10 < file.content.size() * 9;
        out += "    {\"" + file.name + "\", \"" + file.path() + "\", \"" +
               content_type_of(file.extension) + "\", \"\\\"" + hash_of(file.content) +
               "\\\"\",\n     " + view(file.content) + ",\n     " +
               view(gains ? small_gzip : std::string{}) + ",\n     " +
               view(gains ? small_brotli : std::string{}) + "},\n";
    }
    return out + "}};\n\n} // namespace\n\nstd::span<const Asset> embedded_assets()\n{\n"
                 "    return all;\n}\n\n} // namespace moothall::web\n";
}

} // namespace

int main(int count, char** words)
{
    try {
        const std::vector<std::string> arguments(words + std::min(count, 1), words + count);
        if (arguments.size() < 2) throw std::runtime_error("expected catalogues|assets OUT.cpp …");
        const std::vector<std::string> rest(arguments.begin() + 2, arguments.end());
        std::string out;
        if (arguments[0] == "catalogues") {
            out = catalogues(rest);
        } else if (arguments[0] == "assets") {
            if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
            out = assets(rest);
        } else {
            throw std::runtime_error("unknown kind: " + arguments[0]);
        }
        std::ofstream file(arguments[1], std::ios::binary);
        file << out;
        file.close();
        if (!file) throw std::runtime_error("cannot write " + arguments[1]);
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "moothall_embed: %s\n", failure.what());
        return 1;
    }
}
