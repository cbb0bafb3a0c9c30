#pragma once

/// All that other stages may include of files/: pictures and other files that hang on things.
#include "files/file.hpp"
#include "files/picture_reader.hpp"
#include "files/shelf.hpp"
#include "files/upload.hpp"
