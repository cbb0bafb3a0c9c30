#include "decide/shares/pabulib.hpp"

#include "decide/shares/decimal.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

namespace moothall::decide::shares {

namespace {

constexpr std::size_t shown_max = 60; // of a wrong value in a sentence

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n\v\f";
    const auto begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

bool is_none(std::string_view text)
{
    return text.empty() || lower(text) == "none";
}

/// Cuts the text into records of fields as Python's csv module does with `;` and `"`: a field that
/// begins with a quote runs to its closing one, over lines if need be, and what follows up to the
/// next separator still belongs to it; quotes elsewhere are letters.
class Records {
public:
    explicit Records(std::string_view text) : text_(text) {}

    /// False at the end. `open_quote` is set when a quote is never closed.
    bool next()
    {
        fields.clear();
        line = line_;
        if (at_ >= text_.size()) return false;
        begins_quoted = text_[at_] == '"';
        while (true) {
            read_field();
            if (at_ >= text_.size()) return true;
            const char end = text_[at_++];
            if (end == ';') continue;
            ++line_;
            if (end == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
            return true;
        }
    }

    bool is_blank() const
    {
        return std::ranges::all_of(fields,
                                   [](const auto& field) { return trimmed(field).empty(); });
    }

    std::vector<std::string> fields;
    std::size_t line = 1;
    bool begins_quoted = false; // the first field stood in quotes
    bool open_quote = false;

private:
    void read_field()
    {
        std::string field;
        if (at_ < text_.size() && text_[at_] == '"') {
            ++at_;
            while (true) {
                if (at_ >= text_.size()) {
                    open_quote = true;
                    break;
                }
                const char c = text_[at_++];
                if (c == '"') {
                    if (at_ >= text_.size() || text_[at_] != '"') break;
                    ++at_;
                }
                if (c == '\n') ++line_;
                field.push_back(c);
            }
        }
        const auto end = std::min(text_.find_first_of(";\r\n", at_), text_.size());
        field.append(text_.substr(at_, end - at_));
        at_ = end;
        fields.push_back(std::move(field));
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

template <class Each>
void for_each_in_list(std::string_view list, const Each& each)
{
    while (true) {
        const auto comma = std::min(list.find(','), list.size());
        each(trimmed(list.substr(0, comma)));
        if (comma == list.size()) return;
        list.remove_prefix(comma + 1);
    }
}

enum class Section : std::uint8_t { none, meta, projects, votes };

/// Reads one file. Each step answers false once there is a problem.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text), records_(text) {}

    PabulibReading read()
    {
        if (read_text() && read_all() && check_end()) make_election();
        if (reading_.problem) reading_.election.reset();
        return std::move(reading_);
    }

private:
    struct Amount {
        Decimal decimal;
        std::size_t line = 0;
    };
    struct RawMark {
        std::uint32_t project = 0;
        Decimal points;
    };
    struct RawBallot {
        std::string voter;
        std::size_t line = 0;
        std::vector<RawMark> marks;
    };

    bool refuse(std::size_t line, std::string sentence, std::vector<std::string> arguments = {})
    {
        reading_.problem = {line, std::move(sentence), std::move(arguments)};
        return false;
    }
    void warn(std::size_t line, std::string sentence, std::vector<std::string> arguments = {})
    {
        if (reading_.warnings.size() < PabulibReading::warnings_max)
            reading_.warnings.push_back({line, std::move(sentence), std::move(arguments)});
    }
    static std::string shown(std::string_view text)
    {
        return clip(text, shown_max, Ellipsis::shown);
    }

    std::string_view field(std::optional<std::size_t> column) const
    {
        if (!column || *column >= records_.fields.size()) return {};
        const auto value = trimmed(records_.fields[*column]);
        return is_none(value) ? std::string_view() : value;
    }
    std::optional<std::size_t> column(std::string_view name) const
    {
        const auto found = std::ranges::find(header_, name);
        if (found == header_.end()) return {};
        return static_cast<std::size_t>(found - header_.begin());
    }

    bool read_text()
    {
        if (is_valid_utf8(text_) && text_.find('\0') == std::string_view::npos) return true;
        std::size_t line = 1;
        for (std::size_t at = 0; at <= text_.size(); ++line) {
            const auto end = std::min(text_.find('\n', at), text_.size());
            const auto part = text_.substr(at, end - at);
            if (!is_valid_utf8(part) || part.find('\0') != std::string_view::npos) break;
            at = end + 1;
        }
        return refuse(line, "This line is no text in UTF-8.");
    }

    bool read_all()
    {
        while (records_.next()) {
            if (records_.open_quote)
                return refuse(records_.line, "A quotation mark is opened here and never closed.");
            if (records_.is_blank()) continue;
            const auto title = section_title();
            if (title != Section::none) {
                if (!begin_section(title)) return false;
            } else if (header_.empty()) {
                if (!read_header()) return false;
            } else if (!read_record()) {
                return false;
            }
        }
        return true;
    }

    /// A record with nothing but the name of a section; in quotes it would be a key or an id.
    Section section_title() const
    {
        if (records_.begins_quoted) return Section::none;
        for (std::size_t at = 1; at < records_.fields.size(); ++at)
            if (!trimmed(records_.fields[at]).empty()) return Section::none;
        const auto title = lower(trimmed(records_.fields[0]));
        if (title == "meta") return Section::meta;
        if (title == "projects") return Section::projects;
        if (title == "votes") return Section::votes;
        return Section::none;
    }

    bool begin_section(Section section)
    {
        if (section_ != Section::none && header_.empty())
            return refuse(records_.line, "The section before this one has no header line.");
        const auto expected = static_cast<Section>(static_cast<int>(section_) + 1);
        if (section_ == Section::votes || section != expected)
            return refuse(records_.line,
                          "The sections must be META, PROJECTS and VOTES, once each and in this "
                          "order.");
        section_ = section;
        header_.clear();
        if (section == Section::projects && !take_meta()) return false;
        return true;
    }

    bool read_header()
    {
        if (section_ == Section::none)
            return refuse(records_.line, "The file must begin with a line that says META.");
        for (const auto& name : records_.fields) header_.push_back(lower(trimmed(name)));
        if (section_ == Section::projects) return begin_projects();
        if (section_ == Section::votes) return begin_votes();
        return true;
    }

    bool begin_projects()
    {
        id_ = column("project_id");
        cost_ = column("cost");
        name_ = column("name");
        if (!id_) return refuse(records_.line, "PROJECTS needs a column {1}.", {"project_id"});
        if (!cost_) return refuse(records_.line, "PROJECTS needs a column {1}.", {"cost"});
        for (std::size_t at = 0; at < header_.size(); ++at) {
            if (at == *id_ || at == *cost_ || at == name_ || header_[at].empty()) continue;
            detail_columns_.push_back(at);
            auto& name = header_[at];
            if (name == "target" || name == "targets") name = "beneficiaries";
            if (name == "categories") name = "category";
            reading_.details.project_columns.push_back(name);
        }
        return true;
    }

    bool begin_votes()
    {
        voter_ = column("voter_id");
        vote_ = column("vote");
        points_ = column("points");
        if (!vote_) return refuse(records_.line, "VOTES needs a column {1}.", {"vote"});
        if (kind_ == BallotKind::points && !points_)
            return refuse(records_.line, "VOTES needs a column {1}.", {"points"});
        return true;
    }

    bool read_record()
    {
        const auto& fields = records_.fields;
        if (section_ == Section::meta) return read_meta();
        for (std::size_t at = header_.size(); at < fields.size(); ++at)
            if (!trimmed(fields[at]).empty())
                return refuse(records_.line,
                              "This line has more fields than the header. A field that holds ; "
                              "must stand in quotation marks.");
        return section_ == Section::projects ? read_project() : read_vote();
    }

    bool read_meta()
    {
        if (records_.fields.size() < 2)
            return refuse(records_.line, "A line of META needs a key, a ; and a value.");
        const auto key = std::string(trimmed(records_.fields[0]));
        const auto value = std::string(trimmed(records_.fields[1]));
        reading_.details.meta.emplace_back(key, value);
        if (meta_.contains(lower(key)))
            warn(records_.line, "META says {1} more than once; the last one counts.", {shown(key)});
        meta_[lower(key)] = {value, records_.line};
        return true;
    }

    /// Reads what the rest depends on, once META has ended.
    bool take_meta()
    {
        const auto type = meta_.find("vote_type");
        if (type == meta_.end()) return refuse(records_.line, "META does not say the vote_type.");
        const auto kind = lower(type->second.first);
        if (kind == "approval" || kind == "choose-1")
            kind_ = BallotKind::approval;
        else if (kind == "cumulative" || kind == "scoring")
            kind_ = BallotKind::points;
        else if (kind == "ordinal")
            kind_ = BallotKind::ranking;
        else
            return refuse(type->second.second,
                          "The vote_type is {1}; it must be approval, choose-1, cumulative, "
                          "scoring or ordinal.",
                          {shown(type->second.first)});
        const auto budget = meta_.find("budget");
        if (budget == meta_.end()) return refuse(records_.line, "META does not say the budget.");
        return read_amount(budget->second.first, budget->second.second, "budget", budget_);
    }

    bool read_amount(std::string_view text, std::size_t line, const char* what, Amount& amount)
    {
        // pabutools reads every comma as a point, and 1,000 as one: too dear a mistake to follow.
        const auto comma = text.find(',');
        if (comma != std::string_view::npos && comma <= 3 && text.size() == comma + 4 &&
            text.find_first_not_of("0123456789", comma + 1) == std::string_view::npos)
            return refuse(line,
                          "The {1} is {2}; its comma may part thousands or decimals. Write the "
                          "number without it, or with a point.",
                          {what, shown(text)});
        if (comma != std::string_view::npos && !told_of_comma_) {
            told_of_comma_ = true;
            warn(line, "The comma in {1} is read as a decimal point, as in all amounts here.",
                 {shown(text)});
        }
        const auto [decimal, why] = read_decimal(text, DecimalComma::accepted);
        if (!decimal && why == NoDecimal::no_number)
            return refuse(line, "The {1} is {2}; it must be a number.", {what, shown(text)});
        if (!decimal)
            return refuse(
                line,
                "The {1} {2} is too long a number to count with: at most {3} digits, {4} "
                "of them after the point.",
                {what, shown(text), std::to_string(digits_max), std::to_string(decimals_max)});
        if (decimal->digits < 0)
            return refuse(line, "The {1} is {2}; it must not be negative.", {what, shown(text)});
        amount = {*decimal, line};
        money_decimals_ = std::max(money_decimals_, decimal->decimals);
        return true;
    }

    bool read_project()
    {
        const auto line = records_.line;
        const auto id =
            *id_ < records_.fields.size() ? trimmed(records_.fields[*id_]) : std::string_view();
        if (id.empty()) return refuse(line, "This project has no project_id.");
        if (id.find(',') != std::string_view::npos)
            return refuse(line, "The project_id {1} holds a comma, which parts projects in votes.",
                          {shown(id)});
        const auto index = static_cast<std::uint32_t>(projects_.size());
        if (!project_by_id_.emplace(id, index).second)
            return refuse(line, "The project {1} is listed twice.", {shown(id)});
        const auto cost = field(cost_);
        if (cost.empty()) return refuse(line, "The project {1} has no cost.", {shown(id)});
        Amount amount;
        if (!read_amount(cost, line, "cost", amount)) return false;
        costs_.push_back(amount);
        projects_.push_back({std::string(id), std::string(field(name_)), 0});
        auto& values = reading_.details.project_values.emplace_back();
        for (const auto at : detail_columns_) values.emplace_back(field(at));
        return true;
    }

    bool read_vote()
    {
        RawBallot ballot;
        ballot.line = records_.line;
        ballot.voter = voter_ ? std::string(field(voter_)) : std::to_string(ballots_.size() + 1);
        if (!ballot.voter.empty() && !voters_.insert(ballot.voter).second)
            warn(ballot.line, "The voter {1} has voted before; both ballots count.",
                 {shown(ballot.voter)});
        const auto points = kind_ == BallotKind::points ? field(points_) : std::string_view();
        // As pabutools: a ballot without points is an empty one.
        const bool empty = field(vote_).empty() || (kind_ == BallotKind::points && points.empty());
        if (!empty && !read_marks(ballot)) return false;
        if (kind_ == BallotKind::points && !empty && !read_points(ballot, points)) return false;
        remove_repeated(ballot);
        if (kind_ == BallotKind::ranking) {
            const auto size = static_cast<std::int64_t>(ballot.marks.size());
            for (std::int64_t at = 0; at < size; ++at)
                ballot.marks[static_cast<std::size_t>(at)].points = {size - 1 - at, 0};
        }
        ballots_.push_back(std::move(ballot));
        return true;
    }

    bool read_marks(RawBallot& ballot)
    {
        for_each_in_list(field(vote_), [&](std::string_view id) {
            if (reading_.problem || id.empty()) return;
            const auto found = project_by_id_.find(std::string(id));
            if (found == project_by_id_.end())
                refuse(ballot.line, "The vote names the project {1}, which is not in PROJECTS.",
                       {shown(id)});
            else
                ballot.marks.push_back({found->second, {1, 0}});
        });
        return !reading_.problem;
    }

    bool read_points(RawBallot& ballot, std::string_view points)
    {
        std::size_t at = 0;
        for_each_in_list(points, [&](std::string_view text) {
            if (reading_.problem || (text.empty() && at == ballot.marks.size())) return;
            if (at == ballot.marks.size()) {
                refuse(ballot.line, "There are more points than projects in this vote.");
                return;
            }
            const auto [decimal, why] = read_decimal(text, DecimalComma::refused);
            if (!decimal && why == NoDecimal::no_number)
                refuse(ballot.line, "The points are {1}; they must be numbers.", {shown(text)});
            else if (!decimal)
                refuse(ballot.line,
                       "The points {1} are too long a number to count with: at most {2} digits, "
                       "{3} of them after the point.",
                       {shown(text), std::to_string(digits_max), std::to_string(decimals_max)});
            else
                ballot.marks[at++].points = *decimal;
            if (decimal) points_decimals_ = std::max(points_decimals_, decimal->decimals);
            if (decimal && decimal->digits < 0)
                warn(ballot.line,
                     "Negative points count as opposition: they lower the sum that the greedy rule "
                     "goes by, and no share is paid from them. Only the utilities cost and "
                     "cardinality, which ask who names a project, count them as support.");
        });
        if (reading_.problem) return false;
        if (at < ballot.marks.size())
            return refuse(ballot.line, "There are fewer points than projects in this vote.");
        return true;
    }

    /// The first place of a project on a ballot counts, and the last points given to it.
    void remove_repeated(RawBallot& ballot)
    {
        last_ballot_naming_.resize(projects_.size());
        std::vector<RawMark> kept;
        kept.reserve(ballot.marks.size());
        for (const auto& mark : ballot.marks) {
            auto& last = last_ballot_naming_[mark.project];
            if (last == ballots_.size() + 1) {
                warn(ballot.line, "The vote names the project {1} twice; it counts once.",
                     {shown(projects_[mark.project].id)});
                std::ranges::find(kept, mark.project, &RawMark::project)->points = mark.points;
                continue;
            }
            last = ballots_.size() + 1;
            kept.push_back(mark);
        }
        ballot.marks = std::move(kept);
    }

    bool check_end()
    {
        if (section_ != Section::votes || header_.empty())
            return refuse(records_.line,
                          "The file ends before its votes. It must have the sections "
                          "META, PROJECTS and VOTES, each with a header line.");
        check_count("num_projects", projects_.size());
        check_count("num_votes", ballots_.size());
        return true;
    }

    void check_count(const char* key, std::size_t count)
    {
        const auto said = meta_.find(key);
        if (said != meta_.end() && said->second.first != std::to_string(count))
            warn(said->second.second, "{1} says {2}, but the file has {3}.",
                 {key, shown(said->second.first), std::to_string(count)});
    }

    void make_election()
    {
        std::int64_t room = Election::money_sum_max;
        const auto amount_of = [&](const Amount& amount) {
            const auto value = scaled(amount.decimal, money_decimals_, room);
            if (!value)
                refuse(amount.line, "The amounts of money are too large to be added up exactly.");
            room -= value.value_or(0);
            return value.value_or(0);
        };
        Election::Terms terms;
        terms.kind = kind_;
        terms.budget = amount_of(budget_);
        terms.money_decimals = money_decimals_;
        terms.points_decimals = points_decimals_;
        for (std::size_t at = 0; at < projects_.size() && !reading_.problem; ++at)
            projects_[at].cost = amount_of(costs_[at]);
        if (reading_.problem) return;
        reading_.election.emplace(terms, std::move(projects_));
        add_ballots();
    }

    void add_ballots()
    {
        std::int64_t room = Election::points_sum_max;
        for (auto& ballot : ballots_) {
            std::vector<Mark> marks;
            marks.reserve(ballot.marks.size());
            for (const auto& mark : ballot.marks) {
                const int decimals = kind_ == BallotKind::points ? points_decimals_ : 0;
                const auto points = scaled(mark.points, decimals, room);
                if (!points) {
                    refuse(ballot.line, "The points are too large to be added up exactly.");
                    return;
                }
                room -= *points < 0 ? -*points : *points;
                marks.push_back({mark.project, *points});
            }
            reading_.election->add_ballot(std::move(ballot.voter), std::move(marks));
        }
    }

    std::string_view text_;
    Records records_;
    PabulibReading reading_;
    Section section_ = Section::none;
    std::vector<std::string> header_; // of the section, in lower case

    std::unordered_map<std::string, std::pair<std::string, std::size_t>> meta_; // value and line
    BallotKind kind_ = BallotKind::approval;
    Amount budget_;
    bool told_of_comma_ = false;
    int money_decimals_ = 0;
    int points_decimals_ = 0;

    std::optional<std::size_t> id_;
    std::optional<std::size_t> cost_;
    std::optional<std::size_t> name_;
    std::vector<std::size_t> detail_columns_;
    std::vector<Project> projects_;
    std::vector<Amount> costs_;
    std::unordered_map<std::string, std::uint32_t> project_by_id_;

    std::optional<std::size_t> voter_;
    std::optional<std::size_t> vote_;
    std::optional<std::size_t> points_;
    std::vector<RawBallot> ballots_;
    std::unordered_set<std::string> voters_;
    std::vector<std::size_t> last_ballot_naming_; // by project: a ballot's number from 1
};

} // namespace

PabulibReading read_pabulib(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return Reader(text).read();
}

} // namespace moothall::decide::shares
