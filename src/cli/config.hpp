#pragma once

#include "base/result.hpp"
#include "jobs/lmtp.hpp"
#include "store/database.hpp"
#include "web/hall.hpp"

#include <string>
#include <string_view>

namespace moothall::cli {

/// What a command on a hall knows before it opens the database: DIR/moothall.toml, and what the
/// command line says instead.
struct Config {
    std::string data_folder;
    std::string database_url; // empty: DIR/moothall.db
    std::string listen = "127.0.0.1:8080";
    std::vector<std::string> proxies;
    std::uint16_t node = 0;
    unsigned threads = 0; // 0: as many as the machine has cores
    bool rate_limits = true;
    bool private_addresses = false;
    std::vector<std::pair<std::string, std::string>> limits; // act → "20 per hour"

    store::Settings store_settings() const;
    jobs::LmtpSettings lmtp;
    std::string authserv_id; // whose Authentication-Results are believed

    /// Refused when `listen` is no HOST:PORT or a limit cannot be read.
    Result<web::HallSettings> hall_settings() const;
};

/// Reads DIR/moothall.toml if it is there. Refused, naming the line, when it cannot be read or says
/// something that we do not know.
Result<Config> load_config(const std::string& data_folder);

/// Writes a moothall.toml with comments, unless there is one.
void write_first_config(const Config& config);

} // namespace moothall::cli
