#pragma once

#include "base/result.hpp"
#include "write/document.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// A document as a file of Markdown with front matter, as many programs read it, and a circle's
/// tree as folders of such files. Texts in, texts out: no database.
///
/// Front matter are lines of `key: value` between two lines of `---`. We write texts as JSON
/// strings, which YAML reads as they are, and read plain and singly quoted ones too. Keys that are
/// not ours, and what is indented under one, are let alone.
namespace moothall::write {

inline constexpr std::string_view document_file_ending = ".md";
inline constexpr std::size_t document_name_bytes_max = 240;

/// What a file says beside the text, in words that can be compared: "place" is "7", "parent" the id
/// of what it stands under or "none". What is written in full sentences is here as a hash.
using FileFields = std::map<std::string, std::string, std::less<>>;

/// What a file says of a document; what it does not say, it leaves as it is.
struct DocumentFile {
    std::string name; // "the-manual/reading.md"
    Id id;            // none: known by its place in the tree
    std::optional<std::int64_t> version;
    std::string title;
    std::optional<std::string> purpose;
    std::string words;
    std::optional<Rule> rule;
    std::optional<std::string> why;
    std::optional<std::string> review_on; // a day, or nothing
    Id readers;
    Id decides;
    std::optional<std::int64_t> place;
    std::optional<bool> is_template;
    std::optional<bool> confirm;
    std::optional<Id> parent; // none: it stands at the top
    std::string files;        // what hangs on it, as the stage that brings it in reads it
    /// The fields as they were when the file was taken out, so that what was changed in the file
    /// can be told from what was changed here since; also "folder". Empty: an older file, or one of
    /// another program, which means what it says.
    FileFields was;
    std::map<std::string, int, std::less<>> lines; // where each field stands; from 1
    int words_line = 1;                            // where the words begin

    /// What it says of these fields itself.
    FileFields fields() const;
};

/// The same of a document as it stands; `parent` is what the viewer may know of.
FileFields fields_of(const Document& document, Id parent);
/// Of a folder in which a file lies, as "folder" has it.
std::string folder_mark(std::string_view folder);

/// Refused (a field is named) when a value of ours cannot be read. The title is that of the front
/// matter, or its first heading, or the name of the file.
Result<DocumentFile> read_document_file(std::string name, std::string_view text);

/// The line of a file that it was refused for; 0: of none.
std::int64_t line_of_field(std::string_view text, const Refusal& refused);

/// What stands around a document's words in its file.
struct FileFrame {
    std::string readers_name;
    Id parent; // that is taken out too; none: at the top
    std::string parent_title;
    std::string_view folder; // in which it lies
    std::string files;
};
std::string write_document_file(const Document& document, const FileFrame& frame,
                                std::string_view words);

/// Where each document stands as a file: under the folder of the one above it, neighbours by their
/// place and title; without ".md". One whose parent is not among them stands at the top, and one so
/// deep that its name would get longer than programs take lies beside the one above it: what it
/// stands under is said in the file itself. At most document_name_bytes_max long.
std::unordered_map<Id, std::string> name_document_files(const std::vector<Document>& documents);

/// "the-manual" of "the-manual/reading"; empty: it stands at the top.
std::string_view folder_of(std::string_view name);

} // namespace moothall::write
