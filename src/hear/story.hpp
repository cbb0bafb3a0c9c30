#pragma once

#include "hear/voice.hpp"

/// Guest posts: a story is a voice of its kind, and one that is told in Everyone stands on the
/// front page at once. Nobody approves it; a steward may move it to another circle (moving.hpp) or
/// hide it (moderation.hpp), and says why in public.
namespace moothall::hear {

bool stands_on_front(const Voice& voice, Id everyone);

/// The newest stories that stand on the front page, those after the cursor.
Result<VoicePage> list_stories(store::Transaction& transaction, const Viewer& viewer, int limit,
                               std::string after = {});

} // namespace moothall::hear
