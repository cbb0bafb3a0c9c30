#pragma once

#include "sample/cast.hpp"
#include "sample/chance.hpp"

#include <memory>

namespace moothall::sample {

/// What is said, backed, answered, and told of it. The steps refer to the cast, in any order.
std::vector<Step> plan_voices(Cast& cast, Chance& chance);

/// What came of it: themes, decisions, promises, requests, and whether it helped.
std::vector<Step> plan_loop(Cast& cast, Chance& chance);

/// How the company works: procedures, who went round them, and what came of it.
std::vector<Step> plan_procedures(Cast& cast, Chance& chance);

/// What it has written down, and how others would write it.
std::vector<Step> plan_documents(Cast& cast, Chance& chance);

/// Who wrote its software.
std::vector<Step> plan_code(Cast& cast);

/// What is known about its customers, who said so, and what came of a check.
std::vector<Step> plan_facts(Cast& cast);

/// What was told of in the changelog.
std::vector<Step> plan_announcements(Cast& cast);

/// What people could not do here, and what was done about it.
std::vector<Step> plan_barriers(Cast& cast);

/// How a customer and the company agreed to work together.
std::vector<Step> plan_agreements(Cast& cast);

/// The page on which a customer of the company shows strangers how they work together.
std::vector<Step> plan_open_pages(Cast& cast);

/// What was replied to a thing that stands by then: "12 aino words", twelve days ago.
void add_replies(Cast& cast, std::vector<Step>& steps, const Block& block,
                 const std::shared_ptr<Id>& thing);

/// Shared budgets, and what wants would take.
std::vector<Step> plan_budgets(Cast& cast, Chance& chance);

/// Votes on a topic that people handed on to others.
std::vector<Step> plan_delegations(Cast& cast);

/// The author hears that something came of her voice. What happened lately the server tells itself
/// when it starts (tell/).
void tell_author(Cast& cast, Id voice, Id through, Time at);
/// The same for all whose voices reached a stage through a promise, decision or procedure.
void tell_authors(Cast& cast, Id through, Time at);

/// A conversation of loop.txt about a decision: its statements, and camps that vote on them.
void add_conversation(Cast& cast, Chance& chance, std::vector<Step>& steps, const Block& block,
                      const std::shared_ptr<Id>& about);

} // namespace moothall::sample
