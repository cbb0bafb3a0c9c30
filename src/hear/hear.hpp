#pragma once

/// All that other stages may include of hear/: voices, support, replies, the loop line, statuses
/// and tags, moderation, stories.
#include "hear/check.hpp"
#include "hear/import_run.hpp"
#include "hear/loop.hpp"
#include "hear/merge.hpp"
#include "hear/moderation.hpp"
#include "hear/reach.hpp"
#include "hear/reply.hpp"
#include "hear/status.hpp"
#include "hear/story.hpp"
#include "hear/support.hpp"
#include "hear/voice.hpp"
