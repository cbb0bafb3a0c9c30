// The same for the stages from people/ on: also the seams that each of their files works with.
#include "precompiled.hpp"

#include "people/people.hpp"
#include "people/sight.hpp"
#include "record/record.hpp"
#include "web/api.hpp"
#include "web/frame.hpp"
#include "web/hall.hpp"
