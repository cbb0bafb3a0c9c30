#pragma once

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/viewer.hpp"
#include "files/files.hpp"
#include "people/organisation.hpp"
#include "sample/script.hpp"
#include "store/database.hpp"

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

/// The people, circles and voices of the sample by the names that its script gives them.
namespace moothall::sample {

/// A refusal here is a mistake in the data.
template <class T>
// NOLINTNEXTLINE(performance-unnecessary-value-param): of one without a value nothing is moved on
T must(Result<T> result, const std::string& where)
{
    if (!result) throw std::logic_error("sample: " + where + ": " + result.error().sentence);
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Something that is said or done; all of the sample's steps are taken in the order of their time.
struct Step {
    Time at;
    std::function<void(Time)> take;
    std::size_t order = 0; // among those of the same moment: as planned
};

class Cast {
public:
    Cast(store::Transaction& opened, IdSource& id_source, Time present,
         const people::Founded& organisation_founded, files::Shelf& files_shelf);

    /// Lets people in and opens their circles, in the days after the founding.
    void enter();

    Id person(const std::string& key) const;
    Id circle(const std::string& key) const;
    bool is_person(const std::string& key) const { return people_.contains(key); }
    bool is_circle(const std::string& key) const { return circles_.contains(key); }
    const Viewer& viewer(const std::string& key);
    /// Who is in a circle, as in the script.
    const std::vector<std::string>& members(const std::string& circle) const;
    bool is_member(const std::string& circle, const std::string& key) const;
    /// Whether somebody sees into a circle.
    bool sees(const std::string& key, const std::string& circle) const;
    const CircleLine& circle_line(const std::string& key) const;

    /// The one voice whose title begins so.
    const VoiceLine& voice_line(std::string_view title_begin) const;
    void keep_voice(const VoiceLine& line, Id voice) { voices_[&line] = voice; }
    /// Refused by an exception when it was not said yet.
    Id voice(const VoiceLine& line) const;
    Id voice(std::string_view title_begin) const { return voice(voice_line(title_begin)); }

    /// So many days ago, at the beginning of the day.
    Time day(int days_ago) const;
    /// A day that was agreed on: so many days from today.
    Date date(int days_from_today) const;

    store::Transaction& transaction;
    IdSource& ids;
    const Time now;
    const people::Founded& founded;
    files::Shelf& shelf;
    const Id organisation;
    const Id everyone;
    Script script;

private:
    void bring_people();
    void open_circles();
    void join(Id circle, const std::string& circle_key, const std::string& key, Role role,
              Time& at);

    std::map<std::string, Id> people_;
    std::map<std::string, Id> circles_;
    std::map<std::string, std::vector<std::string>> members_;
    std::map<std::string, Viewer> viewers_;
    std::map<const VoiceLine*, Id> voices_;
};

} // namespace moothall::sample
