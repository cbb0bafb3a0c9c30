#include "web/hall.hpp"

#include "store/test_database.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <thread>

namespace moothall::web {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr Id served_hall{0x1000};
constexpr Id served_everyone{0x2000};

/// One connection to the hall, as a browser or program has it.
class Wire {
public:
    explicit Wire(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("nobody listens");
    }
    ~Wire() { ::close(socket_); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void send(std::string_view text) const
    {
        ASSERT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }
    /// All that came until it holds `wanted`, or the other side closed, or ten seconds were over.
    const std::string& until(std::string_view wanted)
    {
        std::array<char, 4096> buffer;
        while (wanted.empty() || text_.find(wanted) == std::string::npos) {
            pollfd ready{socket_, POLLIN, 0};
            if (::poll(&ready, 1, 10'000) != 1) break;
            const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
            if (count <= 0) break;
            text_.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return text_;
    }
    const std::string& until_closed() { return until({}); }

private:
    int socket_;
    std::string text_;
};

Response get_hello(const Request& request, Context& context)
{
    return Response::html("<p>Hello " + std::string(request.query("name")) + " at " +
                          context.organisation.name);
}

Response post_event(const Request& request, Context& context)
{
    context.transaction.notify(
        "e:" + served_hall.text() + ':' + context.ids.next(context.now).text() +
        ":hear.voice_said:" + Id{1}.text() + ':' + served_everyone.text() + ":visible");
    return Response::see_other("/?name=" + std::string(request.form("name")));
}

Response get_stream(const Request& /*request*/, Context& context)
{
    Response response;
    response.stream = [&live = context.hall.live(),
                       viewer = context.viewer](std::shared_ptr<EventStream> stream) {
        live.subscribe(std::move(stream), viewer, {});
    };
    return response;
}

class OverTheWire : public ::testing::Test {
protected:
    OverTheWire()
    {
        HallSettings settings;
        settings.server.port = 0;
        Hooks hooks;
        hooks.organisations = [](store::Transaction&) {
            Organisation organisation;
            organisation.id = served_hall;
            organisation.everyone = served_everyone;
            organisation.name = "Northwater";
            organisation.url = "http://northwater.example";
            return std::vector<std::pair<std::string, Organisation>>{
                {"northwater.example", organisation}};
        };
        hooks.public_circles = [](store::Transaction&, Id) { return std::vector{served_everyone}; };
        hall = std::make_unique<Hall>(settings, store::open_test_database(store::Engine::sqlite),
                                      hooks);
        hall->router().get("/", get_hello);
        hall->router().post("/events", post_event);
        hall->router().get("/stream", get_stream);
        mount_operations(*hall);
        hall->start();
    }

    std::string ask(std::string_view text) const
    {
        Wire wire(hall->port());
        wire.send(text);
        return wire.until_closed();
    }

    std::unique_ptr<Hall> hall;
};

TEST_F(OverTheWire, a_page_comes_with_its_headers_once)
{
    const auto answer =
        ask("GET /?name=Ada HTTP/1.1\r\nHost: northwater.example\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(answer, HasSubstr("<p>Hello Ada at Northwater"));
    for (const std::string_view name : {"content-security-policy:", "cache-control:", "etag:",
                                        "x-content-type-options:", "referrer-policy:"}) {
        std::string lowered(answer);
        for (auto& c : lowered) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        const auto first = lowered.find(name);
        EXPECT_NE(first, std::string::npos) << name;
        EXPECT_EQ(lowered.find(name, first + 1), std::string::npos) << name;
    }
}

TEST_F(OverTheWire, a_foreign_host_gets_nothing_and_ours_gets_health)
{
    EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
                Not(HasSubstr("Northwater")));
    EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                HasSubstr("\r\n\r\nalive\n"));
    EXPECT_THAT(ask("OPTIONS /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: POST\r\n")));
    EXPECT_THAT(ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                HasSubstr("moothall_connections_total "));
}

TEST_F(OverTheWire, a_listener_hears_of_a_write_and_is_told_goodbye)
{
    Wire listener(hall->port());
    listener.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    listener.until("\r\n\r\n");
    for (int look = 0; look < 1000 && hall->live().listeners() == 0; ++look)
        std::this_thread::sleep_for(5ms);

    const std::string body = "name=Ada";
    EXPECT_THAT(ask("POST /events HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
                    "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
                    "Content-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body),
                AllOf(StartsWith("HTTP/1.1 303 "), HasSubstr("Location: /?name=Ada\r\n")));
    EXPECT_THAT(listener.until("changed"), HasSubstr("event: changed\nid: "));
    hall->stop(1s);
    EXPECT_THAT(listener.until_closed(), HasSubstr("event: bye\n"));
}

} // namespace

} // namespace moothall::web
