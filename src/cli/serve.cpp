#include "cli/commands.hpp"

#include "cli/open.hpp"
#include "hall/chores.hpp"
#include "hall/mount.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "store/postgres_node.hpp"
#include "tell/letters_in.hpp"
#include "web/log.hpp"

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <memory>
#include <optional>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

namespace moothall::cli {

namespace {

constexpr const char* serve_help =
    R"(Usage: moothall serve --data DIR [--listen HOST:PORT] [--database URL]

Answers browsers and programs until it is told to stop (SIGTERM or Ctrl+C), which it does gracefully. Prints
"listening on http://…" when it is ready.
)";

/// For tests that hold every route to something: none can be forgotten there.
void print_routes(web::Hall& hall)
{
    for (const auto& route : hall.router().routes())
        std::printf("%s %s\n", std::string(web::to_text(route->method)).c_str(),
                    route->pattern.c_str());
}

/// True when this process serves the folder from now on. Two that did would give the same ids. The
/// lock falls with the process, however it ends, so its file stays open until then.
bool lock_folder(const std::string& folder)
{
    const int file = ::open((folder + "/serve.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error("cannot write in " + folder + ".");
    return ::flock(file, LOCK_EX | LOCK_NB) == 0;
}

/// Keeps what a request needed for the next one. SQLite takes some hundred kilobytes for each table
/// that it sorts or counts in, and gives them back at the end: with what glibc does by itself they
/// go back to the system each time, and a page like the report faults 141 times to have them again,
/// which is a seventh of its processor time. It costs at most a megabyte a thread. Setting one of
/// the two keeps the other from growing by itself, so both are set.
void keep_memory()
{
#ifdef __GLIBC__
    constexpr int kept_bytes_max = 1024 * 1024;
    mallopt(M_TRIM_THRESHOLD, kept_bytes_max);
    mallopt(M_MMAP_THRESHOLD, kept_bytes_max);
#endif
}

} // namespace

int serve_command(Words words)
{
    const Arguments arguments(words, {"data", "listen", "database", "url"}, {"routes"});
    if (arguments.help()) {
        std::fputs(serve_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (!arguments.rest().empty())
        return fail("serve takes options only; --help lists them.", wrong_usage);

    return guarded([&] {
        keep_memory();
        // Blocked before any thread starts, so that only sigwait below gets them.
        sigset_t stops;
        sigemptyset(&stops);
        sigaddset(&stops, SIGTERM);
        sigaddset(&stops, SIGINT);
        pthread_sigmask(SIG_BLOCK, &stops, nullptr);
        std::signal(SIGPIPE, SIG_IGN);

        int code = good;
        auto open = open_hall(arguments, code);
        if (!open) return code;
        if (const auto listen = arguments.value("listen")) open->config.listen = *listen;
        const auto settings = open->config.hall_settings();
        if (!settings) return fail(sentence_of(settings.error()), wrong_usage);

        if (open->database->engine() == store::Engine::sqlite && !arguments.has("routes") &&
            !lock_folder(open->config.data_folder))
            return fail(open->config.data_folder +
                        " is served already. Several servers need PostgreSQL: --database URL.");

        std::unique_ptr<store::PostgresNode> node;
        if (open->database->engine() == store::Engine::postgres && !arguments.has("routes")) {
            node = store::PostgresNode::take(
                open->config.store_settings().url, settings->node, [number = settings->node] {
                    web::log({.level = web::LogLevel::error,
                              .message = "another server took this node number while PostgreSQL "
                                         "was away: this one ends",
                              .route = std::to_string(number)});
                    ::kill(::getpid(), SIGTERM);
                });
            if (!node)
                return fail(
                    "Another server with the node number " + std::to_string(settings->node) +
                    " is on this database. Each needs a number of its own, as both make ids "
                    "of it: set node in " +
                    open->config.data_folder + "/moothall.toml.");
        }

        web::Hall hall(*settings, std::move(open->database), hall::make_hooks());
        hall::mount(hall);
        if (arguments.has("routes")) {
            print_routes(hall);
            return good;
        }
        hall.ids().start_above(hall.database().read(record::newest_event));
        const auto runner = hall::make_runner(hall);
        hall.start();
        runner->start();
        std::optional<jobs::LmtpServer> letters;
        if (!open->config.lmtp.socket.empty()) {
            letters.emplace(open->config.lmtp,
                            tell::make_letter_receiver(hall, open->config.authserv_id));
            letters->start();
        }
        const auto& host = settings->server.host;
        std::printf("listening on http://%s:%u\n",
                    host.find(':') == std::string::npos ? host.c_str() : ("[" + host + "]").c_str(),
                    hall.port());
        std::fflush(stdout);

        int signal = 0;
        sigwait(&stops, &signal);
        if (letters) letters->stop();
        constexpr std::chrono::seconds grace{10};
        hall.stop(grace);
        runner->stop();
        return good;
    });
}

} // namespace moothall::cli
