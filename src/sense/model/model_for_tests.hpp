#pragma once

#include "sense/model/model.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

/// Files for the tests of the engines, which themselves never open one.
namespace moothall::sense {

inline std::string source_file(const std::string& path)
{
    return std::string(MOOTHALL_SOURCE_DIR) + "/" + path;
}

inline std::string read_text(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::byte> read_bytes(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::vector<std::byte> bytes(std::filesystem::file_size(path));
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file) throw std::runtime_error("cannot read " + path);
    return bytes;
}

inline const Model& english()
{
    static const auto bytes = read_bytes(source_file("model/en-192bg.fmse"));
    static const auto model = Model::read(bytes);
    return *model;
}

} // namespace moothall::sense
