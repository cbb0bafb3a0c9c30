// The same for the tests of the stages from people/ on.
#include "precompiled_stage.hpp"

#include "people/test_house.hpp"
#include "store/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
