#pragma once

#include "organise/request.hpp"

/// The rows of requests; who may do what is said in request.cpp. The save_ functions give false
/// when somebody was faster.
namespace moothall::organise {

/// Whether somebody sees what stands in a circle.
bool sees_into(store::Transaction& transaction, Id organisation, Id circle, Id person);
bool is_asked_already(store::Transaction& transaction, Id organisation, Id about, Id person);

void save_request(store::Transaction& transaction, Id organisation, const Request& request);
void save_candidates(store::Transaction& transaction, Id organisation, Id request,
                     const std::vector<Id>& people);
std::optional<Request> load_request(store::Transaction& transaction, Id request,
                                    const Viewer& viewer);

bool save_taken(store::Transaction& transaction, const Viewer& viewer, Id request, Time now);
bool save_passed_on(store::Transaction& transaction, const Viewer& viewer, const Request& request,
                    Id to, std::string_view why, Time now);
bool save_ended(store::Transaction& transaction, Id organisation, const Request& request,
                RequestState state, std::string_view why, Id answer, Time now);
/// Ends it as answered by the viewer, who may be a candidate that has not taken it first.
bool save_answered(store::Transaction& transaction, const Viewer& viewer, const Request& request,
                   Id answer, Time now);
/// The viewer is no candidate any more.
bool step_aside(store::Transaction& transaction, const Viewer& viewer, Id request);

} // namespace moothall::organise
