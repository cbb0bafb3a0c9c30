#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

/// What came of closed budgets, written out once: with a hundred projects that is most of their
/// page, and nothing in it depends on who looks.
namespace moothall::decide {

struct WrittenResult {
    std::string lead; // a sentence or two
    std::string html;
};

/// Kept in memory by web::Hall, for the budgets that were looked at lately. From any thread.
class BudgetResults {
public:
    /// None when it was not written yet. `state` is all that it may change with.
    std::shared_ptr<const WrittenResult> find(const std::string& budget,
                                              const std::string& state) const;
    void keep(const std::string& budget, const std::string& state,
              std::shared_ptr<const WrittenResult> written);

private:
    struct Kept {
        std::string state;
        std::shared_ptr<const WrittenResult> written;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Kept>
        kept_; // by budget: the id comes first, and the newest has the largest
};

} // namespace moothall::decide
