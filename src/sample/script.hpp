#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the people of the sample company said, as written down in src/sample/data/.
namespace moothall::sample {

struct SourceFile {
    std::string_view name;
    std::string_view text;
};
/// Embedded at build; by name.
std::span<const SourceFile> source_files();

/// "one | two | three"
std::vector<std::string> parts_of(std::string_view line);

/// people.txt: key | name | e-mail | language | about her.
struct PersonLine {
    std::string key;
    std::string name;
    std::string email;
    std::string language;
    std::string about;
};

/// circles.txt: key | name | kind | visibility | joining | stewards | members | purpose.
struct CircleLine {
    std::string key;
    std::string name;
    std::string kind;
    std::string visibility;
    std::string joining;
    std::vector<std::string> stewards;
    std::vector<std::string> members;
    std::string purpose;
};

struct ReplyLine {
    std::string author;
    std::string body;
    bool to_previous = false; // answers the reply before it
    bool is_answer = false;
};

struct OfficialLine {
    std::string by;
    std::string status; // as the voice's first line says, unless the answer names one
    std::string reason;
    int days_ago = 0; // 0: some time after what was said before it
};

/// voices_*.txt. A voice begins with a line
///
///     @ kind circle author days-ago supporters status | tags
///
/// where `bob>aino` as author means that Bob wrote it for Aino. Then its title, its body, and what
/// came of it: `> who: a reply`, `>> who: a reply to that reply`, `* who: the reply that became the
/// answer`, `= who: the official answer`, which goes with the status of the first line; an earlier
/// one names its own, and may say when: `= who planned 300: an official answer`.
struct VoiceLine {
    std::string kind;
    std::string circle;
    std::string writer;
    std::string on_behalf_of; // empty: the writer herself
    int days_ago = 0;
    int supporters = 0;
    std::string status;
    std::vector<std::string> tags;
    std::string title;
    std::string body;
    std::vector<ReplyLine> replies;
    std::vector<OfficialLine> officials;
};

/// loop.txt: what came of the voices. A block begins with `@ kind` (theme, decision, conversation,
/// goal, promise, request, procedure, document, announcement, check, skill, wish, chat, budget,
/// estimates, delegation, fact-kind, place or fact) and holds lines `field: value`; a field may
/// stand there several times. Voices and decisions are named by the beginning of their title,
/// people and circles by their keys. When something happened is said in days ago; a day that was
/// agreed on (due, review, closes) in days from today.
struct Block {
    std::string kind;
    std::vector<std::pair<std::string, std::string>> fields;

    bool has(std::string_view field) const;
    /// The first of this name; a mistake in the data stops when there is none.
    const std::string& text(std::string_view field) const;
    int number(std::string_view field) const;
    std::vector<std::string> all(std::string_view field) const;
};
/// The first word of a value and the rest, as in "62 held".
std::pair<std::string, std::string> first_word(std::string_view text);
int read_number(std::string_view text);

struct Script {
    std::vector<PersonLine> people;
    std::vector<CircleLine> circles;
    std::vector<VoiceLine> voices;
    std::vector<Block> blocks;
};

/// Reads the embedded files. A mistake in them is a bug of ours and stops with a sentence.
Script read_script();

} // namespace moothall::sample
