// What a page costs: the style guide, which has every part once, and a list of fifty rows.
//
//     bench_page [ROUNDS]      prints microseconds of CPU and bytes for each page

#include "web/style_page.hpp"
#include "web/templates.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

using namespace moothall;

double cpu_us()
{
    std::timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void measure(const char* name, int rounds, const auto& write)
{
    std::size_t bytes = 0;
    for (int round = 0; round < rounds / 10; ++round) bytes = write();
    const double start = cpu_us();
    for (int round = 0; round < rounds; ++round) bytes = write();
    std::printf("%-32s %8.1f us %8zu bytes\n", name, (cpu_us() - start) / rounds, bytes);
}

} // namespace

int main(int count, char** words)
{
    const int rounds = count > 1 ? std::atoi(words[1]) : 5000;
    web::Organisation organisation;
    organisation.name = "Northwater";
    const Viewer viewer;
    web::Frame frame;
    frame.title = "Style guide";
    frame.organisation = &organisation;
    frame.viewer = &viewer;
    for (const auto* code : {"en", "fr"}) {
        const auto& language = web::Language::of(code);
        const auto page = web::make_style_page(frame, language);
        measure((std::string("style guide, ") + code).c_str(), rounds, [&] {
            web::Writer out(64 * 1024);
            web::html::style(out, language, page);
            return out.take().size();
        });
        const auto now = Time{std::chrono::seconds{1'780'000'000}};
        measure((std::string("50 rows, ") + code).c_str(), rounds, [&] {
            web::Writer out;
            for (int row = 0; row < 50; ++row) {
                web::html::support(out, language, page.supportable);
                web::html::chip(out, language, page.chips[2]);
                out.text("Let me send the meter reading myself & don't shut the water <off>");
                out.text(language.ago(now - std::chrono::hours{row}, now));
                out.text(language.day(now - std::chrono::hours{row}));
                out.text(language.tn("{1} reply", "{1} replies", row));
            }
            return out.take().size();
        });
    }
}
