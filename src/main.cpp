#include "cli/commands.hpp"
#include "files/picture_reader.hpp"

#include <string_view>
#include <vector>

int main(int argc, char** argv)
{
    const std::vector<std::string_view> words(argv + 1, argv + argc);
    // Started by itself, to read one picture and do nothing else.
    if (words.size() == 1 && words.front() == moothall::files::picture_reader_word)
        return moothall::files::read_picture();
    return moothall::cli::run(words);
}
