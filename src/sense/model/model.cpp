#include "sense/model/model.hpp"

#include "base/invariant.hpp"
#include "sense/model/kernels.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace moothall::sense {

static_assert(std::endian::native == std::endian::little, "the tables are read where they lie");

namespace {

struct Header {
    char magic[4];
    std::uint32_t version;
    std::uint32_t kind;
    std::uint32_t dimension;
    std::uint32_t rows;
    std::uint32_t tokens_max;
    std::uint32_t piece_bytes_max;
    std::uint32_t flags;
    std::uint64_t strings;
    std::uint64_t scales;
    std::uint64_t matrix;
    std::uint64_t scores;
};
static_assert(sizeof(Header) == 64);

constexpr std::uint32_t flag_lower_case = 1;
constexpr std::uint32_t flag_pairs = 2;
constexpr std::uint32_t rows_limit = 1U << 24;
constexpr std::uint32_t dimension_limit = 4096;
constexpr std::uint32_t tokens_limit = 4096;
constexpr char pair_mark = '\x01';

Refusal refused(std::string sentence)
{
    return Refusal::malformed(std::move(sentence));
}

// A checked view of `count` values that begin `offset` bytes into the file; empty when they lie in
// the header, do not fit or are not aligned.
template <class T>
std::span<const T> part(std::span<const std::byte> file, std::uint64_t offset, std::uint64_t count)
{
    if (offset < sizeof(Header) || offset % alignof(T) != 0 || offset > file.size() ||
        count > (file.size() - offset) / sizeof(T))
        return {};
    return {reinterpret_cast<const T*>(file.data() + offset), static_cast<std::size_t>(count)};
}

bool all_finite(std::span<const float> values)
{
    return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

// The spelling of each row.
class Pieces {
public:
    static Result<Pieces> read(std::span<const std::byte> file, const Header& header)
    {
        Pieces pieces;
        const auto count = std::uint64_t{header.rows} + 1;
        pieces.offsets_ = part<std::uint32_t>(file, header.strings, count);
        if (pieces.offsets_.empty())
            return refused("The word table ends before the offsets of its words.");
        if (!std::ranges::is_sorted(pieces.offsets_))
            return refused("The offsets of the words in the word table are not in order.");
        pieces.bytes_ = part<char>(file, header.strings + count * sizeof(std::uint32_t),
                                   pieces.offsets_.back());
        if (pieces.bytes_.size() < pieces.offsets_.back())
            return refused("The word table ends before the last of its words.");
        return pieces;
    }

    std::string_view operator[](std::size_t row) const
    {
        return {bytes_.data() + offsets_[row], offsets_[row + 1] - offsets_[row]};
    }
    std::size_t size() const { return offsets_.size() - 1; }

private:
    std::span<const std::uint32_t> offsets_;
    std::span<const char> bytes_;
};

} // namespace

Result<Model> Model::read(std::span<const std::byte> file)
{
    Header header{};
    if (file.size() < sizeof header)
        return refused("The word table is shorter than its header: it is not one, or was cut off.");
    invariant(std::bit_cast<std::uintptr_t>(file.data()) % alignof(float) == 0,
              "a word table is read from aligned memory");
    std::memcpy(&header, file.data(), sizeof header);
    if (std::memcmp(header.magic, "FMSE", 4) != 0)
        return refused("This is not a word table: it does not begin with FMSE.");
    if (header.version != 1)
        return refused("The word table is of another version than 1, the one that can be read.");
    if (header.kind > 1) return refused("The word table splits words in a way that is not known.");
    if (header.rows == 0 || header.rows > rows_limit)
        return refused("The word table has no rows, or more than 16 million.");
    if (header.dimension == 0 || header.dimension > dimension_limit)
        return refused("The rows of the word table hold no numbers, or more than 4,096.");
    if (header.tokens_max == 0 || header.tokens_max > tokens_limit)
        return refused("The word table reads no words of a text, or more than 4,096.");
    if (header.piece_bytes_max == 0 || header.piece_bytes_max > piece_bytes_limit)
        return refused("The longest word of the word table is empty, or longer than 256 bytes.");

    Model model;
    model.splitting_ = header.kind == 0 ? Splitting::longest_piece : Splitting::likelihood;
    model.dimension_ = header.dimension;
    model.scales_ = part<float>(file, header.scales, header.rows);
    model.matrix_ =
        part<std::int8_t>(file, header.matrix, std::uint64_t{header.rows} * header.dimension);
    if (model.scales_.empty() || model.matrix_.empty())
        return refused("The word table ends before its numbers do.");
    if (!all_finite(model.scales_))
        return refused("A scale in the word table is not a finite number.");

    auto& vocabulary = model.vocabulary_;
    vocabulary.tokens_max = header.tokens_max;
    vocabulary.piece_bytes_max = header.piece_bytes_max;
    vocabulary.lower_case = (header.flags & flag_lower_case) != 0;
    if (model.splitting_ == Splitting::likelihood) {
        vocabulary.scores = part<float>(file, header.scores, header.rows);
        if (vocabulary.scores.empty() || !all_finite(vocabulary.scores))
            return refused("The word table lacks the probabilities of its words.");
        vocabulary.unknown_score = std::ranges::min(vocabulary.scores) - 10.0F;
    }

    const auto pieces = Pieces::read(file, header);
    if (!pieces) return pieces.error();
    const auto is_pair = [&](std::size_t row) {
        return (header.flags & flag_pairs) != 0 &&
               (*pieces)[row].find(pair_mark) != std::string_view::npos;
    };
    std::size_t pair_count = 0;
    for (std::size_t row = 0; row < pieces->size(); ++row) pair_count += is_pair(row) ? 1 : 0;
    model.has_pairs_ = pair_count > 0;

    vocabulary.pieces = PieceTable(pieces->size() - pair_count);
    for (std::size_t row = 0; row < pieces->size(); ++row) {
        if (is_pair(row)) continue;
        if (vocabulary.pieces.add((*pieces)[row], static_cast<std::int32_t>(row)) !=
            PieceTable::Added::yes)
            return refused("A word stands twice in the word table, or too many look alike.");
    }
    model.pairs_ = PairTable(pair_count);
    for (std::size_t row = 0; row < pieces->size(); ++row) {
        if (!is_pair(row)) continue;
        const auto piece = (*pieces)[row];
        const auto cut = piece.find(pair_mark);
        const auto left = vocabulary.pieces.find(piece.substr(0, cut));
        const auto right = vocabulary.pieces.find(piece.substr(cut + 1));
        if (left < 0 || right < 0)
            return refused("The word table pairs a word that it does not have.");
        if (model.pairs_.add(left, right, static_cast<std::int32_t>(row)) != PieceTable::Added::yes)
            return refused("A pair of words stands twice in the word table.");
    }
    return model;
}

void Model::tokenize(std::string_view text, std::vector<std::int32_t>& rows) const
{
    rows.clear();
    if (splitting_ == Splitting::longest_piece) {
        split_by_longest_piece(vocabulary_, text, rows);
    } else {
        split_by_likelihood(vocabulary_, text, rows);
    }
    if (!has_pairs_) return;
    const auto pieces = rows.size();
    for (std::size_t i = 0; i + 1 < pieces; ++i) {
        const auto row = pairs_.find(rows[i], rows[i + 1]);
        if (row >= 0) rows.push_back(row);
    }
}

void Model::embed(std::string_view text, std::span<float> out,
                  std::vector<std::int32_t>& rows) const
{
    invariant(out.size() == dimension_, "a point has as many numbers as the table's rows");
    tokenize(text, rows);
    std::ranges::fill(out, 0.0F);
    for (const auto row : rows) {
        const auto at = static_cast<std::size_t>(row);
        add_scaled(out.data(), matrix_.data() + at * dimension_, scales_[at], dimension_);
    }
    const auto squares = sum_of_squares(out.data(), dimension_);
    if (!std::isfinite(squares) || squares <= 0) {
        std::ranges::fill(out, 0.0F);
        return;
    }
    const auto factor = 1.0F / std::sqrt(squares);
    for (auto& value : out) value *= factor;
}

std::vector<float> Model::embed(std::string_view text) const
{
    std::vector<float> point(dimension_);
    std::vector<std::int32_t> rows;
    embed(text, point, rows);
    return point;
}

} // namespace moothall::sense
