#pragma once

#include "decide/budget.hpp"

/// What the API says of shared budgets, for the files of decide/ that read and write it.
namespace moothall::decide {

/// A number of units of money, or the text of one, in hundredths. Refused (that field) otherwise.
Result<std::int64_t> read_money(const Json& object, std::string_view field);
/// Writes the member "budget" of a decision.
void write_terms_json(JsonWriter& json, const Decision& decision);
void write_json(JsonWriter& json, const Project& project);

} // namespace moothall::decide
