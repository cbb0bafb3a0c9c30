#pragma once

/// All that other stages may include of write/: pages with their versions, procedures, and what
/// changed between two texts.
#include "write/lines/difference.hpp"
#include "write/page.hpp"
#include "write/person_data.hpp"
#include "write/procedure.hpp"
