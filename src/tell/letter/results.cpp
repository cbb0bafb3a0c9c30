#include "tell/letter/results.hpp"

#include <optional>
#include <utility>

namespace moothall::tell {

namespace {

std::string lower(std::string_view text)
{
    std::string small;
    for (const char c : text) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return small;
}

/// The words of a field (RFC 8601, section 2.2): comments in brackets are left out, quotes taken
/// off, ";" and "=" stand alone. What is quoted is never one of those two.
struct Word {
    std::string text;
    bool mark = false; // ";" or "="
};
std::vector<Word> words_of(std::string_view field)
{
    constexpr std::size_t words_max = 500;
    std::vector<Word> found;
    std::string word;
    int comment = 0;
    const auto end_word = [&] {
        if (!word.empty()) found.push_back({std::exchange(word, {})});
    };
    for (std::size_t at = 0; at < field.size() && found.size() < words_max; ++at) {
        const char c = field[at];
        if (c == '\\' && comment > 0) {
            ++at;
        } else if (c == '(') {
            end_word();
            ++comment;
        } else if (c == ')' && comment > 0) {
            --comment;
        } else if (comment > 0) {
            continue;
        } else if (c == '"') {
            for (++at; at < field.size() && field[at] != '"'; ++at) {
                if (field[at] == '\\' && at + 1 < field.size()) ++at;
                word += field[at];
            }
        } else if (c == ';' || c == '=') {
            end_word();
            found.push_back({std::string(1, c), true});
        } else if (c == ' ' || c == '\t') {
            end_word();
        } else {
            word += c;
        }
    }
    end_word();
    return found;
}

bool is_mark(const Word& word, char mark)
{
    return word.mark && word.text.front() == mark;
}

/// One "method=result ptype.property=value …".
struct Finding {
    std::string method;
    std::string result;
    std::vector<std::pair<std::string, std::string>> properties;
};

/// The findings of a field that `authserv_id` wrote; none when another did.
std::optional<std::vector<Finding>> read_findings(std::string_view field,
                                                  std::string_view authserv_id)
{
    const auto words = words_of(field);
    if (words.empty() || words[0].mark || lower(words[0].text) != lower(authserv_id)) return {};
    // What was meant for another server must not be read as ours: its name stands right there, with
    // at most a version before the first semicolon.
    std::size_t at = 1;
    if (at < words.size() && !words[at].mark) ++at;
    if (at < words.size() && !is_mark(words[at], ';')) return {};
    std::vector<Finding> findings;
    while (at < words.size()) {
        ++at; // the semicolon
        std::vector<std::pair<std::string, std::string>> pairs;
        while (at < words.size() && !is_mark(words[at], ';')) {
            if (at + 2 < words.size() && !words[at].mark && is_mark(words[at + 1], '=') &&
                !words[at + 2].mark) {
                pairs.emplace_back(lower(words[at].text), lower(words[at + 2].text));
                at += 3;
            } else {
                ++at; // "none", or what we do not know
            }
        }
        if (pairs.empty()) continue;
        Finding finding;
        finding.method = pairs.front().first.substr(0, pairs.front().first.find('/'));
        finding.result = pairs.front().second;
        finding.properties.assign(pairs.begin() + 1, pairs.end());
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::string domain_of(std::string_view address)
{
    return std::string(address.substr(address.rfind('@') + 1));
}

/// Whether a domain that signed or sent answers for `domain`: it is the same, or stands above it.
bool answers_for(std::string_view signer, std::string_view domain)
{
    if (signer.find('.') == std::string_view::npos) return signer == domain;
    return signer == domain || (domain.size() > signer.size() && domain.ends_with(signer) &&
                                domain[domain.size() - signer.size() - 1] == '.');
}

bool is_aligned(const Finding& finding, std::string_view domain)
{
    for (const auto& [name, value] : finding.properties) {
        if (finding.method == "dkim" && (name == "header.d" || name == "header.i") &&
            answers_for(domain_of(value), domain))
            return true;
        if (finding.method == "spf" && name == "smtp.mailfrom" &&
            answers_for(domain_of(value), domain))
            return true;
        if (finding.method == "dmarc" && name == "header.from" && domain_of(value) == domain)
            return true;
    }
    return false;
}

} // namespace

Sender judge_sender(const std::vector<std::string>& results, std::string_view authserv_id,
                    std::string_view domain)
{
    if (authserv_id.empty()) return Sender::unknown;
    const auto from = lower(domain);
    bool proven = false;
    bool failed = false;
    for (const auto& field : results) {
        const auto findings = read_findings(field, authserv_id);
        if (!findings) continue;
        for (const auto& finding : *findings) {
            if (finding.method == "dmarc" && finding.result == "fail") return Sender::forged;
            const bool counts =
                finding.method == "dkim" || finding.method == "spf" || finding.method == "dmarc";
            if (counts && finding.result == "pass" && is_aligned(finding, from)) proven = true;
            // "softfail", "neutral" and errors say that nobody knows.
            if (counts && finding.result == "fail") failed = true;
        }
    }
    if (proven) return Sender::proven;
    return failed ? Sender::forged : Sender::unknown;
}

} // namespace moothall::tell
