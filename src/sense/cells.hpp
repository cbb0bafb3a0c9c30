#pragma once

#include "sense/theme.hpp"

/// Voices of themes by circle, kind and month, as one viewer sees them: what tables of two lenses
/// are added up from. Kept, so nothing is counted when somebody looks.
namespace moothall::sense {

struct VoiceCell {
    Id theme;
    Id circle;
    std::string kind;
    std::int64_t month = 0; // see month_of()
    std::int64_t voices = 0;
};

/// Of all themes of a lens that stand; the caller leaves out themes the viewer does not see.
std::vector<VoiceCell> list_cells(store::Transaction& transaction, std::string_view lens,
                                  const Viewer& viewer);
std::vector<VoiceCell> list_cells_of(store::Transaction& transaction, const std::vector<Id>& themes,
                                     const Viewer& viewer);

} // namespace moothall::sense
