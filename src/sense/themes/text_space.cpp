#include "sense/themes/text_space.hpp"

#include "base/invariant.hpp"
#include "sense/near/threads.hpp"

#include <algorithm>

namespace moothall::sense {

namespace {

constexpr std::size_t texts_per_batch = 4096;

// FNV-1a with a last mix (as in MurmurHash3). Two different texts out of a million meet with a
// chance of one in forty million; they would then share their theme, which harms nobody.
std::uint64_t hash_of(std::string_view text)
{
    std::uint64_t hash = 14695981039346656037ULL;
    for (const auto byte : text)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
    hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDULL;
    hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53ULL;
    return hash ^ (hash >> 33);
}

std::size_t usual_neighbours(std::size_t points)
{
    if (points < 2'000) return 15;
    if (points < 6'000) return 20;
    return points < 200'000 ? 30 : 20;
}

} // namespace

TextSpace::TextSpace(const Model& model, unsigned threads, std::size_t neighbours_max)
    : model_(&model), threads_(threads), points_(model.dimension()), neighbours_(neighbours_max)
{
}

std::optional<TextSpace> TextSpace::build(const Model& model,
                                          std::span<const std::string_view> texts,
                                          const TextSpaceSettings& settings)
{
    invariant(texts.size() < std::numeric_limits<std::uint32_t>::max(),
              "texts are counted in 32 bits");
    std::vector<std::uint64_t> hashes(texts.size());
    for_each_index((texts.size() + texts_per_batch - 1) / texts_per_batch, settings.threads,
                   [&](std::size_t batch) {
                       const auto last = std::min(texts.size(), (batch + 1) * texts_per_batch);
                       for (auto i = batch * texts_per_batch; i < last; ++i)
                           hashes[i] = hash_of(texts[i]);
                   });
    // Distinct texts in the order of their hashes; the first of equal ones stands for all.
    std::vector<std::pair<std::uint64_t, std::uint32_t>> distinct(texts.size());
    for (std::uint32_t i = 0; i < texts.size(); ++i) distinct[i] = {hashes[i], i};
    std::ranges::sort(distinct);
    const auto repeated =
        std::ranges::unique(distinct, {}, [](const auto& entry) { return entry.first; });
    distinct.erase(repeated.begin(), repeated.end());

    auto search = settings.search;
    search.threads = settings.threads;
    search.neighbours_max = settings.neighbours_max.value_or(usual_neighbours(distinct.size()));
    TextSpace space(model, settings.threads, search.neighbours_max);
    space.points_.reserve(distinct.size());
    space.point_by_hash_.reserve(distinct.size());

    // Batches are read by several threads and put together in order.
    std::vector<float> points(texts_per_batch * settings.threads * model.dimension());
    std::vector<std::vector<std::int32_t>> rows(texts_per_batch * settings.threads);
    for (std::size_t first = 0; first < distinct.size(); first += rows.size()) {
        if (search.progress &&
            search.progress("reading", static_cast<double>(first) /
                                           static_cast<double>(distinct.size())) == Continue::no)
            return std::nullopt;
        const auto count = std::min(rows.size(), distinct.size() - first);
        for_each_index((count + 255) / 256, settings.threads, [&](std::size_t part) {
            for (auto i = part * 256; i < std::min(count, (part + 1) * 256); ++i)
                model.embed(texts[distinct[first + i].second],
                            {points.data() + i * model.dimension(), model.dimension()}, rows[i]);
        });
        for (std::size_t i = 0; i < count; ++i) {
            space.point_by_hash_.emplace(distinct[first + i].first,
                                         static_cast<std::uint32_t>(space.points_.size()));
            space.points_.add({points.data() + i * model.dimension(), model.dimension()});
            space.words_.add(rows[i]);
        }
    }
    space.words_.weigh();
    space.point_of_.reserve(texts.size());
    for (const auto hash : hashes) space.point_of_.push_back(space.point_by_hash_.at(hash));

    auto lists = find_neighbours(space.points_, search);
    if (!lists) return std::nullopt;
    space.neighbours_ = std::move(*lists);
    return space;
}

void TextSpace::append(std::string_view text)
{
    const auto [at, is_new] =
        point_by_hash_.emplace(hash_of(text), static_cast<std::uint32_t>(points_.size()));
    point_of_.push_back(at->second);
    if (!is_new) return;
    std::vector<float> point(model_->dimension());
    std::vector<std::int32_t> rows;
    model_->embed(text, point, rows);
    points_.add(point);
    words_.add(rows);
}

void TextSpace::add(std::span<const std::string_view> texts)
{
    for (const auto text : texts) append(text);
    extend_neighbours(neighbours_, points_, threads_);
}

} // namespace moothall::sense
