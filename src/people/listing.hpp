#pragma once

#include "people/circle.hpp"
#include "people/person.hpp"
#include "text/place.hpp"

/// People and circles, a page at a time.
namespace moothall::people {

/// As list_people_named(), after the last one of the page before.
std::vector<Person> list_people_after(store::Transaction& transaction, std::string_view start,
                                      const Viewer& viewer, const NamePlace& after, int limit);

NamePlace place_of(const Person& person);
NamePlace place_of(const Member& member);

/// All circles that the viewer may know of, where list_circles() gives as many as a form can offer.
std::vector<Circle> list_all_circles(store::Transaction& transaction, const Viewer& viewer);

} // namespace moothall::people
