#pragma once

#include "base/result.hpp"
#include "write/document.hpp"

#include <cstdint>
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
};

/// Refused (a field is named) when a value of ours cannot be read. The title is that of the front
/// matter, or its first heading, or the name of the file.
Result<DocumentFile> read_document_file(std::string name, std::string_view text);

/// `words` in place of the document's own.
std::string write_document_file(const Document& document, const std::string& readers_name,
                                std::string_view words);

/// Where each document stands as a file: under the folder of the one above it, neighbours by their
/// place and title; without ".md". One whose parent is not among them stands at the top.
std::unordered_map<Id, std::string> name_document_files(const std::vector<Document>& documents);

/// "the-manual" of "the-manual/reading"; empty: it stands at the top.
std::string_view folder_of(std::string_view name);

} // namespace moothall::write
