#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "web/language.hpp"
#include "web/request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the shared parts of pages (src/web/templates/_*.html) are given to show. Plain data: a page
/// fills it in, the part writes it. docs/look.md says which part is for what.
namespace moothall::web {

// -- forms ----------------------------------------------------------------------------------------

/// One of several things to choose.
struct Choice {
    std::string value;
    std::string label;
    std::string hint = {};
    bool chosen = false;
};

/// A form's field, filled again with what was sent, with what was wrong beside it. All texts are in
/// the reader's language already.
struct Field {
    std::string name;
    std::string label;
    std::string hint = {};
    std::string value = {};
    std::string error = {};
    bool required = false;
    std::string type = "text";     // of an input: email, password, search, url, number, date …
    std::string autocomplete = {}; // "email", "name", "current-password" …
    std::string placeholder = {};
    int characters_max = 0; // 0: none said
    int rows = 5;           // of a text area
    bool checked = false;
    std::vector<Choice> choices = {};
    std::string id = {}; // empty: the name; to be set when a page has the name twice

    const std::string& element_id() const { return id.empty() ? name : id; }
    /// What aria-describedby names: the hint, the error, both or nothing.
    std::string described_by() const;
};

/// Makes the fields of a form from what was sent (nothing on a first look) and from what was
/// refused.
class FilledForm {
public:
    /// A form that starts with the values of `request` (its query or form fields), or, with a
    /// refusal, is shown as it was sent.
    FilledForm(const Language& language, const Request& request,
               std::optional<Refusal> refusal = std::nullopt)
        : language_(language), request_(request), refusal_(std::move(refusal))
    {
    }

    /// `otherwise` is the value when nothing was sent under that name.
    Field text(std::string name, std::string_view label, std::string_view otherwise = {}) const;
    Field check(std::string name, std::string_view label, bool otherwise = false) const;
    /// A select or radio buttons: the choice that was sent, or `otherwise`, is marked.
    Field choose(std::string name, std::string_view label, std::vector<Choice> choices,
                 std::string_view otherwise = {}) const;

    /// The sentence above the form: what was refused, when no field shows it.
    std::string sentence() const;
    bool refused() const { return refusal_.has_value(); }

private:
    bool was_sent(std::string_view name) const;
    std::string_view sent(std::string_view name) const;
    std::string error_of(std::string_view name) const;

    const Language& language_;
    const Request& request_;
    std::optional<Refusal> refusal_;
    mutable bool shown_beside_ = false; // a field took the error
};

// -- lists ----------------------------------------------------------------------------------------

/// A tab, a filter or a way to sort; `count` is shown when it is not negative.
struct Tab {
    std::string label;
    std::string path;
    bool here = false;
    std::int64_t count = -1;
};

/// The way through a long list. Empty paths are not shown.
struct Pages {
    std::string first_path;
    std::string next_path;
    std::string shown; // "30 of 1,204 voices", empty: nothing
};

/// What to say where there is nothing, and what to do about it.
struct Empty {
    std::string title;
    std::string text;
    std::string action_label = {}; // empty: nothing can be done here
    std::string action_path = {};
};

// -- people and states ----------------------------------------------------------------------------

/// The look of a state: the colour says it again, it never says it alone.
enum class Tone : std::uint8_t { plain, accent, good, warn, bad };
/// The class of a tone: "", "accent", "good", "warn" or "bad".
std::string_view class_of(Tone tone);

/// A word on a coloured ground: a status.
struct Chip {
    std::string label;
    Tone tone = Tone::plain;
};

/// What happened, at the top of the page.
struct Notice {
    Tone tone = Tone::plain;
    std::string text;
};

/// A circle with initials, in one of six colours that stays the same for a name.
struct Avatar {
    explicit Avatar(std::string_view name);
    std::string initials; // one or two letters
    std::string hue;      // "hue-1" … "hue-6"
};

/// The button of "me too".
struct Support {
    std::string path; // where the form goes; empty: the viewer cannot (shown as a number only)
    std::string csrf;
    std::int64_t count = 0;
    bool pressed = false;
    std::string element_id =
        {}; // htmx puts the answer in its place; empty: the page is loaded anew
};

/// One stop of the loop line.
struct LoopStop {
    enum State : std::uint8_t { later, next, done, broken };
    State state = later;
    std::string label; // "Heard"
    std::string text;  // "3 May, by Aino; 86 others since"
    std::string path = {};
    std::string note = {}; // "answered in 4 hours"
    std::string_view class_name() const;
};

/// Where the loop of a voice stands: its seven stops, and that in one word for lists.
struct LoopLine {
    std::vector<LoopStop> stops;
    std::string now; // "Decided"
    /// The place of a stop in the small picture: 6, 18, 30 …
    static int x_of(int number) { return number * 12 - 6; }
};

} // namespace moothall::web
