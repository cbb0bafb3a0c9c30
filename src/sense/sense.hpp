#pragma once

/// All that other stages may include of sense/: themes over voices. The engines in its subfolders
/// are libraries of their own, for the command line.
#include "sense/engine.hpp"
#include "sense/knowing.hpp"
#include "sense/revenue.hpp"
#include "sense/rise.hpp"
#include "sense/theme.hpp"
#include "sense/theme_figures.hpp"
