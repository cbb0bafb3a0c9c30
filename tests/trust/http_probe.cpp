// A toy application on the HTTP layer alone, for hostile.py and slowloris.py: what they find here
// is the layer's own fault and nobody else's. Usage: http_probe PORT
#include "text/json.hpp"
#include "web/server.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace moothall;
using namespace moothall::web;

constexpr std::size_t big_file_bytes = 8 * 1024 * 1024;

const auto big_file = std::make_shared<const std::string>(big_file_bytes, 'x');

std::mutex lines_mutex;
std::vector<std::shared_ptr<EventStream>> lines;

/// Sends an event to everybody who listens; tells how many that are.
std::size_t shout()
{
    const std::lock_guard lock(lines_mutex);
    std::erase_if(lines, [](const auto& line) {
        return !line->send("changed", "1", R"({"thing":"0abcdefghjkmn","event":"0abcdefghjkmn"})");
    });
    return lines.size();
}

Response not_allowed(std::string methods)
{
    return Response::text("This method is not served here.\n", 405)
        .with("Allow", std::move(methods));
}

/// Takes a post as the real API takes a voice: a title that is text, in JSON and nothing else.
Response take_post(const Request& request)
{
    const auto type = request.header("content-type");
    if (type != "application/json" && !type.starts_with("application/json;"))
        return Response::text("Only JSON is taken here.\n", 415);
    const auto post = Json::parse(request.body);
    if (!post) return Response::text("This is no JSON.\n", 400);
    const auto title = post->find("title").string();
    if (!title || title->empty()) return Response::text("A post has a title.\n", 422);
    return Response::json("{\"id\":\"1\"}\n", 201).with("Location", "/api/v1/posts/1");
}

Response answer(const Request& request)
{
    const bool reads = request.method == Method::get || request.method == Method::head;
    const std::string_view path = request.path_text;
    if (path == "/api/v1/posts")
        return request.method == Method::post ? take_post(request) : not_allowed("POST");
    if (path == "/form") {
        if (request.method != Method::post) return not_allowed("POST");
        return Response::text(std::to_string(request.form_fields.pairs().size()) + " fields, " +
                              std::to_string(request.uploads.size()) + " files\n");
    }
    const bool known = path == "/" || path == "/healthz" || path == "/login" || path == "/go" ||
                       path == "/events" || path == "/shout" || path.starts_with("/static/");
    if (known && !reads) return not_allowed("GET, HEAD");
    if (path == "/") {
        std::string page(1024, ' ');
        return Response::html("<!doctype html><title>Probe</title><p>Hello" + page);
    }
    if (path == "/healthz") return Response::text("good\n");
    if (path == "/login") return Response::see_other("/");
    if (path == "/go") return Response::see_other(std::string(request.query("to")));
    if (path == "/static/app.css") {
        auto file = Response::text("body { color: black }\n");
        file.headers.front().second = "text/css; charset=utf-8";
        return file;
    }
    if (path == "/static/big.bin") {
        Response file;
        file.shared_body = big_file;
        return file.with("Content-Type", "application/octet-stream");
    }
    if (path == "/events") {
        Response stream;
        stream.stream = [](std::shared_ptr<EventStream> line) {
            line->send("hello", "1", "there");
            const std::lock_guard lock(lines_mutex);
            lines.push_back(std::move(line));
        };
        return stream;
    }
    if (path == "/shout") return Response::text(std::to_string(shout()) + " heard it\n");
    return Response::text("There is nothing here.\n", 404);
}

} // namespace

int main(int argc, char** argv)
{
    std::uint16_t port = 0;
    if (argc != 2 ||
        std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), port).ec != std::errc{}) {
        std::fputs("usage: http_probe PORT\n", stderr);
        return 2;
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    ServerSettings settings;
    settings.port = port;
    Application application;
    application.body_bytes_max = [](Method, const std::string&) -> std::size_t {
        return 1024 * 1024;
    };
    application.knows_host = [](const std::string& host) { return host.starts_with("127.0.0.1"); };
    application.handle = [](Request&& request, const Answer& give) { give(answer(request)); };
    Server server(settings, application);
    server.start();
    std::printf("listening on http://127.0.0.1:%d\n", static_cast<int>(server.port()));
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    server.stop(std::chrono::seconds{2});
    return 0;
}
