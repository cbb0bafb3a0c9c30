#include "cli/config.hpp"

#include "web/network_address.hpp"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace moothall::cli {

namespace {

Refusal wrong(const toml::node& node, const std::string& sentence)
{
    return Refusal::malformed("moothall.toml, line " + std::to_string(node.source().begin.line) +
                              ": " + sentence);
}

/// Lays one key of the file over the configuration.
Result<void> read_key(Config& config, std::string_view key, const toml::node& node)
{
    const auto text = node.value<std::string>();
    const auto number = node.value<std::int64_t>();
    const auto truth = node.value<bool>();
    if (key == "database" && text) {
        config.database_url = *text;
    } else if (key == "listen" && text) {
        config.listen = *text;
    } else if (key == "node" && number && *number >= 0 && *number < 1000) {
        config.node = static_cast<std::uint16_t>(*number);
    } else if (key == "threads" && number && *number >= 0 && *number <= 256) {
        config.threads = static_cast<unsigned>(*number);
    } else if (key == "rate_limits" && truth) {
        config.rate_limits = *truth;
    } else if (key == "private_addresses" && truth) {
        config.private_addresses = *truth;
    } else if (key == "proxies" && node.is_array()) {
        for (const auto& proxy : *node.as_array()) {
            const auto address = proxy.value<std::string>();
            if (!address) return wrong(node, "proxies is a list of addresses in quotes.");
            if (!web::is_address_or_range(*address))
                return wrong(proxy, "\"" + *address +
                                        "\" in proxies is no address or range of them, such as "
                                        "10.0.0.1 or 10.0.0.0/8.");
            config.proxies.push_back(*address);
        }
    } else if (key == "lmtp" && text) {
        if (!text->starts_with('/'))
            return wrong(node, "lmtp is the whole path of a socket, such as "
                               "/run/moothall/lmtp.sock.");
        config.lmtp.socket = *text;
    } else if (key == "lmtp_group" && text) {
        config.lmtp.group = *text;
    } else if (key == "authserv_id" && text) {
        config.authserv_id = *text;
    } else if (key == "limits" && node.is_table()) {
        for (const auto& [act, allowance] : *node.as_table()) {
            const auto words = allowance.value<std::string>();
            if (!words) return wrong(allowance, "a limit reads like \"20 per hour\".");
            config.limits.emplace_back(act.str(), *words);
        }
    } else {
        return wrong(node, "\"" + std::string(key) +
                               "\" is not a setting of ours, or has a value that does not fit it.");
    }
    return {};
}

Refusal unreadable_limit(const std::string& name, const std::string& words)
{
    return Refusal::malformed("moothall.toml: the limit " + name + " = \"" + words +
                              "\" cannot be read. It reads like voice = \"20 per hour\".");
}

} // namespace

store::Settings Config::store_settings() const
{
    store::Settings settings;
    settings.url = database_url.empty() ? "sqlite:" + data_folder + "/moothall.db" : database_url;
    return settings;
}

Result<web::HallSettings> Config::hall_settings() const
{
    web::HallSettings settings;
    settings.data_folder = data_folder;
    settings.node = node;
    settings.rate_limits = rate_limits;
    settings.private_addresses = private_addresses;
    settings.takes_letters = !lmtp.socket.empty();
    settings.server.proxies = proxies;
    settings.server.threads =
        threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
    const auto colon = listen.rfind(':');
    unsigned port = 0;
    const auto digits = colon == std::string::npos ? std::string_view{}
                                                   : std::string_view(listen).substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
        port > 65535)
        return Refusal::malformed("The address to listen on reads like 127.0.0.1:8080, not \"" +
                                  listen + "\".");
    settings.server.host = listen.substr(0, colon);
    if (settings.server.host.starts_with('[') && settings.server.host.ends_with(']'))
        settings.server.host = settings.server.host.substr(1, settings.server.host.size() - 2);
    settings.server.port = static_cast<std::uint16_t>(port);
    for (const auto& [name, words] : limits) {
        const auto act = web::act_of(name);
        const auto allowance = web::Allowance::parse(words);
        if (!act || !allowance) return unreadable_limit(name, words);
        settings.limits.of(*act) = *allowance;
    }
    return settings;
}

Result<Config> load_config(const std::string& data_folder)
{
    Config config;
    config.data_folder = data_folder;
    const auto path = std::filesystem::path(data_folder) / "moothall.toml";
    std::ifstream file(path);
    if (!file) return config;
    std::ostringstream text;
    text << file.rdbuf();
    const auto parsed = toml::parse(text.view(), path.string());
    if (!parsed)
        return Refusal::malformed("moothall.toml, line " +
                                  std::to_string(parsed.error().source().begin.line) + ": " +
                                  std::string(parsed.error().description()));
    for (const auto& [key, node] : parsed.table())
        if (const auto known = read_key(config, key.str(), node); !known) return known.error();
    return config;
}

void write_first_config(const Config& config)
{
    const auto path = std::filesystem::path(config.data_folder) / "moothall.toml";
    if (std::filesystem::exists(path)) return;
    std::ofstream file(path);
    file << "# Settings of the server. What people see is set on its own pages, under Settings.\n"
            "# All lines are optional; docs/operating.md explains them.\n\n";
    if (config.database_url.empty())
        file << "# database = \"postgresql://moothall@localhost/moothall\"\n";
    else
        file << "database = \"" << config.database_url << "\"\n";
    file << "# listen = \"127.0.0.1:8080\"\n"
            "# proxies = [\"127.0.0.1\"]        # whose X-Forwarded-* headers are believed\n"
            "# node = 0                        # another number for each server on one database\n"
            "# threads = 0                     # 0: one for each core\n"
            "# rate_limits = true\n"
            "# private_addresses = false       # may owners name a provider in this network?\n"
            "# lmtp = \"/run/moothall/lmtp.sock\"  # where the mail server hands over what people "
            "write\n"
            "# lmtp_group = \"postfix\"          # whose programs may do that\n"
            "# authserv_id = \"mail.example\"    # whose Authentication-Results are believed\n"
            "# [limits]\n"
            "# voice = \"20 per hour\"\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_read |
                                           std::filesystem::perms::owner_write);
}

} // namespace moothall::cli
