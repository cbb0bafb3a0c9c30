#pragma once

/// All that other stages may include of organise/: pulling in a person, or whoever knows.
#include "organise/answer_time.hpp"
#include "organise/author.hpp"
#include "organise/barrier.hpp"
#include "organise/candidate.hpp"
#include "organise/chat.hpp"
#include "organise/chat_door.hpp"
#include "organise/chat_keeping.hpp"
#include "organise/code.hpp"
#include "organise/evidence.hpp"
#include "organise/follow_up.hpp"
#include "organise/named.hpp"
#include "organise/naming.hpp"
#include "organise/request.hpp"
#include "organise/skill.hpp"
#include "organise/who_knows.hpp"
