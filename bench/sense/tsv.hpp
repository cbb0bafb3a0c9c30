#pragma once

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

/// The cells of one column of a file with tabs whose first line names the columns.
inline std::vector<std::string> read_column(const char* path, std::string_view name)
{
    std::ifstream file(path);
    const auto cells_of = [](const std::string& line) {
        std::vector<std::string> cells;
        std::istringstream stream(line);
        for (std::string cell; std::getline(stream, cell, '\t');) cells.push_back(cell);
        return cells;
    };
    std::string line;
    std::getline(file, line);
    const auto header = cells_of(line);
    const auto column = static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
    std::vector<std::string> found;
    while (std::getline(file, line)) found.push_back(cells_of(line).at(column));
    return found;
}
