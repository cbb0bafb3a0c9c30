#pragma once

/// All that other stages may include of write/: pages with their versions, documents, procedures,
/// facts, and what changed between two texts.
#include "write/comment.hpp"
#include "write/document.hpp"
#include "write/document_file.hpp"
#include "write/fact.hpp"
#include "write/fact_file.hpp"
#include "write/lines/difference.hpp"
#include "write/lines/words.hpp"
#include "write/page.hpp"
#include "write/person_data.hpp"
#include "write/procedure.hpp"
#include "write/suggestion.hpp"
