#pragma once

#include "decide/budget.hpp"

/// The rows of projects. Only decide/ includes this; the rules are in budget.cpp.
namespace moothall::decide {

void save_project(store::Transaction& transaction, Id organisation, const Project& project);
void update_project(store::Transaction& transaction, Id organisation, const Project& project);
void save_judgement(store::Transaction& transaction, Id organisation, Id project,
                    Judgement judgement, const std::string& reason);
void save_about(store::Transaction& transaction, Id organisation, Id project,
                const std::vector<Id>& about);
std::vector<Id> list_project_about(store::Transaction& transaction, Id organisation, Id project);
/// Whether that changed anything; the kept number follows.
bool save_stander(store::Transaction& transaction, Id organisation, Id project, Id person,
                  Time now);
bool remove_stander(store::Transaction& transaction, Id organisation, Id project, Id person);
std::int64_t count_projects(store::Transaction& transaction, Id organisation, Id decision);
std::optional<Project> load_project(store::Transaction& transaction, Id project,
                                    const Viewer& viewer);

} // namespace moothall::decide
