#pragma once

#include "base/viewer.hpp"
#include "sense/model_file.hpp"
#include "sense/similar/similar.hpp"
#include "sense/similar/spelling.hpp"
#include "store/database.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

/// What the server keeps in memory of what voices mean.
namespace moothall::sense {

/// A word table that this process reads, for whoever runs it to tell one from another.
struct TableInUse {
    std::string name;
    std::string checksum; // see checksum_of_file()
};
/// All of them, by name.
std::vector<TableInUse> tables_in_use();

/// The word tables, each loaded when it is first needed.
class Tables {
public:
    /// None where the file is missing or broken; that is said once.
    const LoadedModel* find(std::string_view table);
    /// "en-192bg.fmse 0123456789abcdef" of those in use.
    std::vector<std::string> in_use() const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<LoadedModel>, std::less<>> loaded_;
    std::map<std::string, std::string, std::less<>> checksums_;
};

/// A voice as the engines read it.
struct VoiceText {
    Id voice;
    Id circle;
    bool is_public = false; // its circle is
    std::string title;
    std::string body; // without marks, and without what the title says already
    Time said{};
    std::string kind;

    std::string whole() const;
};
/// What stands in a body that the title does not say: an imported text begins with its title.
std::string body_beside(std::string_view title, std::string_view markdown);

/// The visible voices of an organisation, the oldest first: to be read in pieces.
std::vector<Id> list_visible_voices(store::Transaction& transaction, Id organisation);
/// The visible voices of an organisation that were said since then, in the order of their ids.
std::vector<VoiceText> read_voice_texts(store::Transaction& transaction, Id organisation,
                                        Time since);
/// Of these voices the visible ones.
std::vector<VoiceText> read_voice_texts(store::Transaction& transaction, Id organisation,
                                        const std::vector<Id>& voices);

/// The voices of one organisation by meaning and words: for what was said before, for search, and
/// for the theme of a new voice. Kept in memory, about 800 bytes a voice, and made anew at the
/// start: reading texts and placing them (300,000 a second) takes no longer than reading stored
/// points would. Safe from many threads.
class Mind {
public:
    Mind(const LoadedModel& table, std::string language);

    void put(const VoiceText& voice);
    void take_out(Id voice);

    /// Voices like a text, the most alike first. Only of `circles` and of public ones.
    struct Found {
        Id voice;
        double score;
        double meaning;
        double words;
    };
    std::vector<Found> find(std::string_view title, std::string_view body, std::size_t limit,
                            const Viewer& viewer) const;
    /// The same among what everybody sees, without the voice itself.
    std::vector<Found> find_public(const VoiceText& voice, std::size_t limit) const;

    /// A query whose unknown words are replaced by the nearest that public voices use.
    std::string mended(std::string_view query) const;

    /// As near in meaning as this, a voice is about what a query asks for.
    double about_min() const { return about_min_; }

    std::size_t size() const;
    std::size_t bytes() const; // about

private:
    struct Entry {
        Id voice;
        Id circle;
        bool is_public;
    };
    std::vector<Found> to_found(const std::vector<Match>& matches) const;

    mutable std::shared_mutex mutex_;
    SimilarTexts texts_;
    std::vector<Entry> entries_;
    std::unordered_map<Id, std::uint32_t> number_of_;
    Spelling spelling_; // of the words of public voices
    std::size_t dimension_;
    double about_min_;
};

} // namespace moothall::sense
