#pragma once

/// All that other stages may include of people/: persons, circles, who may see and do what,
/// sign-in.
#include "people/circle.hpp"
#include "people/organisation.hpp"
#include "people/person.hpp"
#include "people/person_json.hpp"
#include "people/session.hpp"
#include "people/sight.hpp"
