#pragma once

#include "sense/model_file.hpp"

/// The word tables, for commands on files.
namespace moothall::cli {

using sense::checksum_of_file;
using sense::find_model;
using sense::load_model;
using sense::load_model_for;
using sense::LoadedModel;
using sense::MappedFile;

} // namespace moothall::cli
