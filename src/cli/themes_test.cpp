#include "cli/themes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace moothall::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* hostile = " <script src=//evil.example/x.js></script>";

std::string read_whole(const std::filesystem::path& path)
{
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

TEST(ThemesCommand, writes_a_report_that_needs_nothing_from_anywhere)
{
    const std::string source = MOOTHALL_SOURCE_DIR;
    ::setenv("MOOTHALL_MODEL", (source + "/model").c_str(), 1);
    const auto folder =
        std::filesystem::temp_directory_path() / ("moothall-themes-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto voices = folder / "what <b>they<b> said.tsv";
    const auto page = folder / "report.html";
    {
        std::ofstream file(voices, std::ios::binary);
        std::istringstream lines(
            read_whole(source + "/src/sense/themes/testdata/banking_nine_intents.tsv"));
        std::string line;
        std::getline(lines, line);
        file << line << '\n';
        while (std::getline(lines, line)) file << line << hostile << '\n';
    }

    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const std::array<std::string, 5> words{voices.string(), "--text", "text", "--html",
                                           page.string()};
    const std::vector<std::string_view> arguments(words.begin(), words.end());
    EXPECT_EQ(themes_command(arguments), 0);
    testing::internal::GetCapturedStdout();
    testing::internal::GetCapturedStderr();

    const auto report = read_whole(page);
    std::filesystem::remove_all(folder);
    EXPECT_THAT(report, AllOf(HasSubstr("<svg"), HasSubstr("<rect width=\"100.00\""),
                              HasSubstr("lost"), HasSubstr("</html>")));
    EXPECT_THAT(report, HasSubstr("what &lt;b&gt;they&lt;b&gt; said.tsv"));
    EXPECT_THAT(report, HasSubstr("&lt;script"));
    EXPECT_THAT(report, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<b>"))));
    for (const auto* outside : {"http:", "https:", "<link", "@import", "url(", "<img", "<iframe"})
        EXPECT_THAT(report, Not(HasSubstr(outside)));
}

} // namespace
} // namespace moothall::cli
