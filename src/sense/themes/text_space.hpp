#pragma once

#include "sense/model/model.hpp"
#include "sense/near/neighbours.hpp"
#include "sense/near/points.hpp"
#include "sense/near/word_vectors.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace moothall::sense {

struct TextSpaceSettings {
    unsigned threads = 1;
    /// None: 15 below 2,000 texts, 20 below 6,000, 30 below 200,000, 20 above (to save memory).
    /// Larger groups need more neighbours to hold together; chosen with the resolution.
    std::optional<std::size_t> neighbours_max;
    NeighbourSearch search; // its other settings
};

/// Texts laid out by meaning: their points, the words they share, and who is near whom.
///
/// A text that is there twice is one point: a copied mail does not crowd out its neighbours, and
/// adding a copy never changes the themes. Points are in an order of the texts' own (by a hash), so
/// what is built on them does not depend on the order in which texts were given.
class TextSpace {
public:
    /// Nothing when `settings.search.progress` said no. `model` must outlive the space; the texts
    /// need not.
    static std::optional<TextSpace> build(const Model& model,
                                          std::span<const std::string_view> texts,
                                          const TextSpaceSettings& settings);
    /// Adds texts at the end; they get their neighbours at once, in O(texts · points).
    void add(std::span<const std::string_view> texts);

    std::size_t texts() const { return point_of_.size(); }
    /// The point of each text.
    const std::vector<std::uint32_t>& point_of() const { return point_of_; }
    const Points& points() const { return points_; }
    const WordVectors& words() const { return words_; }
    const NeighbourLists& neighbours() const { return neighbours_; }
    const Model& model() const { return *model_; }

private:
    TextSpace(const Model& model, unsigned threads, std::size_t neighbours_max);
    void append(std::string_view text);

    const Model* model_;
    unsigned threads_;
    std::vector<std::uint32_t> point_of_;
    std::unordered_map<std::uint64_t, std::uint32_t> point_by_hash_;
    Points points_;
    WordVectors words_;
    NeighbourLists neighbours_;
};

} // namespace moothall::sense
