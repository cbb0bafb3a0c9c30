#include "cli/commands.hpp"

#include <string_view>
#include <vector>

int main(int argc, char** argv)
{
    const std::vector<std::string_view> words(argv + 1, argv + argc);
    return moothall::cli::run(words);
}
