#include "cli/git_history.hpp"

#include "text/unicode.hpp"

#include <git2.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace moothall::cli {

namespace {

using organise::CodePart;
using organise::CodeShare;

constexpr std::size_t words_kept = 8; // of an author's newest commits to a part
constexpr std::size_t word_characters_max = 100;
constexpr int depth_max = 40; // of folders: a tree may nest without end

template <class Object, void (*release)(Object*)>
struct Release {
    void operator()(Object* object) const { release(object); }
};
template <class Object, void (*release)(Object*)>
using Held = std::unique_ptr<Object, Release<Object, release>>;
using Repository = Held<git_repository, git_repository_free>;
using Walk = Held<git_revwalk, git_revwalk_free>;
using Commit = Held<git_commit, git_commit_free>;
using Tree = Held<git_tree, git_tree_free>;
using Diff = Held<git_diff, git_diff_free>;
using Mailmap = Held<git_mailmap, git_mailmap_free>;
using Signature = Held<git_signature, git_signature_free>;

/// libgit2's state lives as long as somebody reads.
struct Library {
    Library() { git_libgit2_init(); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library() { git_libgit2_shutdown(); }
};

Refusal no_history(const std::string& path)
{
    const auto* error = git_error_last();
    return Refusal::invalid("file", "{1} is no git repository with a commit: {2}")
        .with(path)
        .with(error != nullptr ? error->message : "nothing is there");
}

/// What one author did to one part.
struct Work {
    std::int64_t commits = 0;
    double weight = 0;
    git_time_t newest = 0;
    std::vector<std::string> words;
};
struct Part {
    bool folder = false;
    std::unordered_map<std::string, Work> by; // e-mail
};

class Reader {
public:
    explicit Reader(git_repository* repository) : repository_(repository) {}

    /// The files and folders of a commit's tree.
    bool read_tree(git_commit* head)
    {
        git_tree* tree = nullptr;
        if (git_commit_tree(&tree, head) != 0) return false;
        const Tree held(tree);
        parts_[""].folder = true;
        add_tree(tree, "", 0);
        return true;
    }
    void read_commit(git_commit* commit, git_mailmap* mailmap, git_time_t newest)
    {
        if (git_commit_parentcount(commit) > 1) return; // what it merges was counted
        git_signature* author = nullptr;
        if (git_commit_author_with_mailmap(&author, commit, mailmap) != 0) return;
        const Signature held(author);
        const auto name = normalise_line(author->name != nullptr ? author->name : "");
        const auto email = fold_email(author->email != nullptr ? author->email : "");
        if (email.empty() || name.ends_with("[bot]")) return;
        names_.emplace(email, name); // the newest name is met first
        constexpr double year_seconds = 365.25 * 86400;
        const auto when = git_commit_time(commit);
        const auto age = static_cast<double>(std::max<git_time_t>(0, newest - when));
        const auto* summary = git_commit_summary(commit);
        const auto words =
            clip(normalise_line(summary != nullptr ? summary : ""), word_characters_max);
        for (const auto& path : changed_parts(commit)) {
            auto& work = parts_[path].by[email];
            ++work.commits;
            work.weight += std::exp2(-age / year_seconds);
            work.newest = std::max(work.newest, when);
            if (work.words.size() < words_kept && !words.empty()) work.words.push_back(words);
        }
    }
    std::vector<CodePart> take()
    {
        std::vector<CodePart> taken;
        // Folders first, and of each the shallow ones: where there are too many, deep files go.
        std::vector<const std::pair<const std::string, Part>*> order;
        for (const auto& part : parts_)
            if (!part.second.by.empty() || part.first.empty()) order.push_back(&part);
        const auto rank = [](const auto* part) {
            return std::tuple(!part->second.folder, std::ranges::count(part->first, '/'),
                              std::string_view(part->first));
        };
        std::ranges::sort(order, {}, rank);
        for (const auto* part : order) {
            if (taken.size() == organise::code_parts_max) break;
            CodePart one;
            one.path = part->first;
            one.folder = part->second.folder;
            for (const auto& [email, work] : part->second.by)
                one.shares.push_back({names_[email], email, work.commits, work.weight,
                                      Time(std::chrono::seconds(work.newest)), work.words});
            std::ranges::sort(one.shares, [](const CodeShare& a, const CodeShare& b) {
                return a.weight != b.weight ? a.weight > b.weight : a.email < b.email;
            });
            if (one.shares.size() > organise::code_shares_max)
                one.shares.resize(organise::code_shares_max);
            taken.push_back(std::move(one));
        }
        return taken;
    }

private:
    void add_tree(git_tree* tree, const std::string& above, int depth)
    {
        constexpr std::size_t parts_read_max = 200'000;
        const auto count = git_tree_entrycount(tree);
        for (std::size_t i = 0; i < count && parts_.size() < parts_read_max; ++i) {
            const auto* entry = git_tree_entry_byindex(tree, i);
            const std::string name = git_tree_entry_name(entry);
            if (!is_valid_utf8(name) || has_forbidden_characters(name)) continue;
            const auto path = above.empty() ? name : above + '/' + name;
            const auto type = git_tree_entry_type(entry);
            if (type == GIT_OBJECT_BLOB) parts_[path].folder = false;
            if (type != GIT_OBJECT_TREE || depth >= depth_max) continue;
            git_tree* below = nullptr;
            if (git_tree_lookup(&below, repository_, git_tree_entry_id(entry)) != 0) continue;
            const Tree held(below);
            parts_[path].folder = true;
            add_tree(below, path, depth + 1);
        }
    }
    /// The files that a commit changed and that are there still, with all folders above them.
    std::set<std::string> changed_parts(git_commit* commit)
    {
        std::set<std::string> paths;
        git_tree* now = nullptr;
        if (git_commit_tree(&now, commit) != 0) return paths;
        const Tree held_now(now);
        Tree held_before;
        git_commit* parent = nullptr;
        if (git_commit_parent(&parent, commit, 0) == 0) {
            const Commit held_parent(parent);
            git_tree* before = nullptr;
            if (git_commit_tree(&before, parent) == 0) held_before.reset(before);
        }
        git_diff* diff = nullptr;
        git_diff_options options = GIT_DIFF_OPTIONS_INIT;
        options.flags = GIT_DIFF_SKIP_BINARY_CHECK;
        if (git_diff_tree_to_tree(&diff, repository_, held_before.get(), now, &options) != 0)
            return paths;
        const Diff held_diff(diff);
        for (std::size_t i = 0; i < git_diff_num_deltas(diff); ++i) {
            const auto* path = git_diff_get_delta(diff, i)->new_file.path;
            if (path == nullptr || !parts_.contains(path)) continue;
            std::string part = path;
            while (paths.insert(part).second && !part.empty()) {
                const auto slash = part.rfind('/');
                part.erase(slash == std::string::npos ? 0 : slash);
            }
        }
        return paths;
    }

    git_repository* repository_;
    std::map<std::string, Part> parts_;
    std::map<std::string, std::string> names_;
};

} // namespace

Result<organise::CodeHistory> read_git_history(const std::string& path)
{
    const Library library;
    git_repository* opened = nullptr;
    if (git_repository_open_ext(&opened, path.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr) != 0)
        return no_history(path);
    const Repository repository(opened);
    git_oid head{};
    git_commit* newest = nullptr;
    if (git_reference_name_to_id(&head, opened, "HEAD") != 0 ||
        git_commit_lookup(&newest, opened, &head) != 0)
        return no_history(path);
    const Commit newest_commit(newest);
    git_mailmap* names = nullptr;
    git_mailmap_from_repository(&names, opened);
    const Mailmap mailmap(names);

    organise::CodeHistory history;
    std::string hex(GIT_OID_HEXSZ + 1, '\0');
    git_oid_tostr(hex.data(), hex.size(), &head);
    history.head = hex.substr(0, GIT_OID_HEXSZ);
    Reader reader(opened);
    if (!reader.read_tree(newest)) return no_history(path);
    git_revwalk* walk = nullptr;
    if (git_revwalk_new(&walk, opened) != 0) return no_history(path);
    const Walk held(walk);
    git_revwalk_sorting(walk, GIT_SORT_TIME);
    git_revwalk_push(walk, &head);
    git_oid id{};
    while (history.commits < git_commits_max && git_revwalk_next(&id, walk) == 0) {
        git_commit* commit = nullptr;
        if (git_commit_lookup(&commit, opened, &id) != 0) continue;
        const Commit one(commit);
        reader.read_commit(commit, mailmap.get(), git_commit_time(newest));
        ++history.commits;
    }
    history.parts = reader.take();
    return history;
}

} // namespace moothall::cli
