#pragma once

#include "sense/model/model_for_tests.hpp"

#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

/// Texts with the labels that people gave them, and how well a grouping agrees with those.
namespace moothall::sense {

/// Where the data is that may not be published; none in most places.
inline std::optional<std::string> data_folder()
{
    const auto* folder = std::getenv("MOOTHALL_DATA");
    if (folder == nullptr || *folder == '\0') return std::nullopt;
    return std::string(folder);
}

/// The rows of a TSV without quoting (IANA text/tab-separated-values): a quote is a quote there.
inline std::vector<std::vector<std::string>> tsv_rows(const std::string& path)
{
    std::vector<std::vector<std::string>> rows;
    std::istringstream file(read_text(path));
    for (std::string line; std::getline(file, line);) {
        auto& fields = rows.emplace_back();
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, '\t');) fields.push_back(cell);
    }
    return rows;
}

struct Labelled {
    std::vector<std::string> labels;
    std::vector<std::string> texts;

    /// A TSV with the columns label and text.
    static Labelled read(const std::string& path)
    {
        const auto rows = tsv_rows(path);
        Labelled data;
        std::map<std::string, std::size_t> columns;
        for (std::size_t i = 0; i < rows.at(0).size(); ++i) columns[rows[0][i]] = i;
        for (std::size_t row = 1; row < rows.size(); ++row) {
            data.labels.push_back(rows[row].at(columns.at("label")));
            data.texts.push_back(rows[row].at(columns.at("text")));
        }
        return data;
    }
    std::vector<std::string_view> views() const { return {texts.begin(), texts.end()}; }
};

/// The harmonic mean of homogeneity and completeness, in [0, 1] (Rosenberg and Hirschberg,
/// "V-measure: a conditional entropy-based external cluster evaluation measure", 2007).
template <class Label, class Group>
double v_measure(const std::vector<Label>& labels, const std::vector<Group>& groups)
{
    std::map<Label, double> by_label;
    std::map<Group, double> by_group;
    std::map<std::pair<Label, Group>, double> by_both;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        ++by_label[labels[i]];
        ++by_group[groups[i]];
        ++by_both[{labels[i], groups[i]}];
    }
    const auto total = static_cast<double>(labels.size());
    const auto entropy = [&](const auto& counts) {
        double sum = 0;
        for (const auto& [key, count] : counts) sum -= count / total * std::log(count / total);
        return sum;
    };
    const auto labels_entropy = entropy(by_label);
    const auto groups_entropy = entropy(by_group);
    const auto shared = labels_entropy + groups_entropy - entropy(by_both);
    if (labels_entropy + groups_entropy <= 0) return 1;
    return 2 * shared / (labels_entropy + groups_entropy);
}

} // namespace moothall::sense
