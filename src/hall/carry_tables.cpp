// What an export holds, table by table. A new table of a stage gets its entry here, in the order in
// which rows can be written (those that others point at come first), or a line with the reason in
// tables_left_out() (carry_left_out.cpp); carry_test.cpp fails until it has either.

#include "hall/carry_tables.hpp"

#include <array>

namespace moothall::hall {

namespace {

// clang-format off
constexpr CarriedTable carried[] = {
    {"organisation", "iitttttttnn",
     "org_id everyone_id name url accent logo language sign_up sign_up_domains sample created_us",
     R"sql(SELECT org_id, everyone_id, name, url, accent, logo, language, sign_up,
           sign_up_domains, sample, created_us FROM org WHERE org_id = ?1 ORDER BY org_id)sql",
     R"sql(INSERT INTO org (org_id, everyone_id, name, url, accent, logo, language, sign_up,
           sign_up_domains, sample, created_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
           ?11))sql"},
    {"hosts", "ti",
     "host org_id",
     R"sql(SELECT host, org_id FROM host WHERE org_id = ?1 ORDER BY host)sql",
     R"sql(INSERT INTO host (host, org_id) VALUES (?1, ?2))sql"},
    {"things", "iitititnni",
     "org_id thing_id kind circle_id state author_id title created_us changed_us subject_id",
     R"sql(SELECT org_id, thing_id, kind, circle_id, state, author_id, title, created_us,
           changed_us, subject_id FROM thing WHERE org_id = ?1 ORDER BY CASE kind WHEN 'circle' THEN 0 ELSE
           1 END, thing_id)sql",
     R"sql(INSERT INTO thing (org_id, thing_id, kind, circle_id, state, author_id, title,
           created_us, changed_us, subject_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
           ?10))sql"},
    {"circles", "iittttttnn",
     "org_id circle_id name purpose kind visibility joining moderation members created_us",
     R"sql(SELECT org_id, circle_id, name, purpose, kind, visibility, joining, moderation,
           members, created_us FROM circle WHERE org_id = ?1 ORDER BY circle_id)sql",
     R"sql(INSERT INTO circle (org_id, circle_id, name, purpose, kind, visibility, joining,
           moderation, members, created_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))sql"},
    {"people", "iittTTtnntttnt-n",
     "org_id person_id name name_fold email email_fold state owner trusted about language theme shortcuts mail password_hash created_us",
     R"sql(SELECT org_id, person_id, name, name_fold, email, email_fold, state, owner, trusted,
           about, language, theme, shortcuts, mail, '', created_us FROM person WHERE org_id = ?1
           ORDER BY person_id)sql",
     R"sql(INSERT INTO person (org_id, person_id, name, name_fold, email, email_fold, state,
           owner, trusted, about, language, theme, shortcuts, mail, password_hash, created_us)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16))sql"},
    {"memberships", "iiitn",
     "org_id circle_id person_id role since_us",
     R"sql(SELECT org_id, circle_id, person_id, role, since_us FROM membership WHERE org_id = ?1
           ORDER BY circle_id, person_id)sql",
     R"sql(INSERT INTO membership (org_id, circle_id, person_id, role, since_us) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"circle_blocks", "iiiin",
     "org_id circle_id person_id blocked_by blocked_us",
     R"sql(SELECT org_id, circle_id, person_id, blocked_by, blocked_us FROM circle_block WHERE
           org_id = ?1 ORDER BY circle_id, person_id)sql",
     R"sql(INSERT INTO circle_block (org_id, circle_id, person_id, blocked_by, blocked_us) VALUES
           (?1, ?2, ?3, ?4, ?5))sql"},
    {"identities", "itti",
     "org_id issuer subject person_id",
     R"sql(SELECT org_id, issuer, subject, person_id FROM identity WHERE org_id = ?1 ORDER BY
           issuer, subject)sql",
     R"sql(INSERT INTO identity (org_id, issuer, subject, person_id) VALUES (?1, ?2, ?3, ?4))sql"},
    {"settings", "itt",
     "org_id name value",
     R"sql(SELECT org_id, name, value FROM setting WHERE org_id = ?1 AND name NOT LIKE
           '%password%' AND name NOT LIKE '%secret%' AND name NOT LIKE '%key' AND name NOT LIKE
           '%token%' ORDER BY name)sql",
     R"sql(INSERT INTO setting (org_id, name, value) VALUES (?1, ?2, ?3))sql"},
    {"statuses", "iittn",
     "org_id status_id name category position",
     R"sql(SELECT org_id, status_id, name, category, position FROM status WHERE org_id = ?1
           ORDER BY status_id)sql",
     R"sql(INSERT INTO status (org_id, status_id, name, category, position) VALUES (?1, ?2, ?3,
           ?4, ?5))sql"},
    {"tags", "iitt",
     "org_id tag_id name name_fold",
     R"sql(SELECT org_id, tag_id, name, name_fold FROM tag WHERE org_id = ?1 ORDER BY tag_id)sql",
     R"sql(INSERT INTO tag (org_id, tag_id, name, name_fold) VALUES (?1, ?2, ?3, ?4))sql"},
    {"voices", "iitthttiinnnndithinninnnin",
     "org_id voice_id kind body body_html excerpt language status_id written_by supporters unconfirmed unattributed replies hot answer_id official official_html official_by official_us said_us run_id inherited unattributed_inherited branches merged_into apart",
     R"sql(SELECT org_id, voice_id, kind, body, body_html, excerpt, language, status_id,
           written_by, supporters, unconfirmed, unattributed, replies, hot, answer_id, official,
           official_html, official_by, official_us, said_us, run_id, inherited, unattributed_inherited,
           branches, merged_into, apart FROM voice WHERE org_id = ?1 ORDER BY voice_id)sql",
     R"sql(INSERT INTO voice (org_id, voice_id, kind, body, body_html, excerpt, language,
           status_id, written_by, supporters, unconfirmed, unattributed, replies, hot,
           answer_id, official, official_html, official_by, official_us, said_us, run_id, inherited,
           unattributed_inherited, branches, merged_into, apart) VALUES (?1,
           ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
           ?21, ?22, ?23, ?24, ?25, ?26))sql"},
    {"voice_merges", "iiiiin",
     "org_id voice_id into_id root_id merged_by merged_us",
     R"sql(SELECT org_id, voice_id, into_id, root_id, merged_by, merged_us FROM voice_merge WHERE
           org_id = ?1 ORDER BY voice_id)sql",
     R"sql(INSERT INTO voice_merge (org_id, voice_id, into_id, root_id, merged_by, merged_us)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6))sql"},
    {"merge_objections", "iiiin",
     "org_id voice_id into_id person_id created_us",
     R"sql(SELECT org_id, voice_id, into_id, person_id, created_us FROM merge_objection WHERE
           org_id = ?1 ORDER BY voice_id, into_id, person_id)sql",
     R"sql(INSERT INTO merge_objection (org_id, voice_id, into_id, person_id, created_us) VALUES
           (?1, ?2, ?3, ?4, ?5))sql"},
    {"merge_proposals", "iiiidttnin",
     "org_id proposal_id older_id newer_id score words state found_us settled_by settled_us",
     R"sql(SELECT org_id, proposal_id, older_id, newer_id, score, words, state, found_us,
           settled_by, settled_us FROM merge_proposal WHERE org_id = ?1 ORDER BY proposal_id)sql",
     R"sql(INSERT INTO merge_proposal (org_id, proposal_id, older_id, newer_id, score, words,
           state, found_us, settled_by, settled_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
           ?10))sql"},
    {"voice_tags", "iii",
     "org_id voice_id tag_id",
     R"sql(SELECT org_id, voice_id, tag_id FROM voice_tag WHERE org_id = ?1 ORDER BY voice_id,
           tag_id)sql",
     R"sql(INSERT INTO voice_tag (org_id, voice_id, tag_id) VALUES (?1, ?2, ?3))sql"},
    {"voice_counts", "iitin",
     "org_id circle_id kind status_id voices",
     R"sql(SELECT org_id, circle_id, kind, status_id, voices FROM voice_count WHERE org_id = ?1
           ORDER BY circle_id, kind, status_id)sql",
     R"sql(INSERT INTO voice_count (org_id, circle_id, kind, status_id, voices) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"tag_counts", "iiin",
     "org_id circle_id tag_id voices",
     R"sql(SELECT org_id, circle_id, tag_id, voices FROM tag_count WHERE org_id = ?1 ORDER BY
           circle_id, tag_id)sql",
     R"sql(INSERT INTO tag_count (org_id, circle_id, tag_id, voices) VALUES (?1, ?2, ?3, ?4))sql"},
    {"supports", "iiitnn",
     "org_id voice_id person_id matters confirmed created_us",
     R"sql(SELECT org_id, voice_id, person_id, matters, confirmed, created_us FROM support WHERE
           org_id = ?1 ORDER BY voice_id, person_id)sql",
     R"sql(INSERT INTO support (org_id, voice_id, person_id, matters, confirmed, created_us)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6))sql"},
    {"replies", "iiiithti",
     "org_id reply_id subject_id parent_id body body_html language written_by",
     R"sql(SELECT org_id, reply_id, subject_id, parent_id, body, body_html, language, written_by
           FROM reply WHERE org_id = ?1 ORDER BY reply_id)sql",
     R"sql(INSERT INTO reply (org_id, reply_id, subject_id, parent_id, body, body_html,
           language, written_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql"},
    {"revisions", "iiiintt",
     "org_id thing_id revision_id editor_id at_us title body",
     R"sql(SELECT org_id, thing_id, revision_id, editor_id, at_us, title, body FROM revision
           WHERE org_id = ?1 ORDER BY thing_id, revision_id)sql",
     R"sql(INSERT INTO revision (org_id, thing_id, revision_id, editor_id, at_us, title, body)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"},
    {"follows", "iiinn",
     "org_id thing_id person_id replies outcome",
     R"sql(SELECT org_id, thing_id, person_id, replies, outcome FROM follow WHERE org_id = ?1
           ORDER BY thing_id, person_id)sql",
     R"sql(INSERT INTO follow (org_id, thing_id, person_id, replies, outcome) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"mentions", "iii",
     "org_id thing_id person_id",
     R"sql(SELECT org_id, thing_id, person_id FROM mention WHERE org_id = ?1 ORDER BY thing_id,
           person_id)sql",
     R"sql(INSERT INTO mention (org_id, thing_id, person_id) VALUES (?1, ?2, ?3))sql"},
    {"complaints", "iiitnni",
     "org_id thing_id person_id reason created_us settled_us settled_by",
     R"sql(SELECT org_id, thing_id, person_id, reason, created_us, settled_us, settled_by FROM
           complaint WHERE org_id = ?1 ORDER BY thing_id, person_id)sql",
     R"sql(INSERT INTO complaint (org_id, thing_id, person_id, reason, created_us, settled_us,
           settled_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"},
    {"hidings", "iitin",
     "org_id thing_id reason hidden_by hidden_us",
     R"sql(SELECT org_id, thing_id, reason, hidden_by, hidden_us FROM hiding WHERE org_id = ?1
           ORDER BY thing_id)sql",
     R"sql(INSERT INTO hiding (org_id, thing_id, reason, hidden_by, hidden_us) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"imports", "iitinnnnntitnnntnn",
     "org_id run_id origin started_by started_us ended_us made unchanged refused state circle_id columns rows_all rows_done people trouble taken_back kept",
     R"sql(SELECT org_id, run_id, origin, started_by, started_us, ended_us, made, unchanged,
           refused, state, circle_id, columns, rows_all, rows_done, people, trouble, taken_back,
           kept FROM import_run WHERE org_id = ?1 AND state IN ('done', 'cancelled', 'failed', 'undone') ORDER BY
           run_id)sql",
     R"sql(INSERT INTO import_run (org_id, run_id, origin, started_by, started_us, ended_us,
           made, unchanged, refused, state, circle_id, columns, rows_all, rows_done, people,
           trouble, taken_back, kept) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
           ?13, ?14, ?15, ?16, ?17, ?18))sql"},
    {"import_refusals", "iinnt",
     "org_id run_id number line sentence",
     R"sql(SELECT f.org_id, f.run_id, f.number, f.line, f.sentence FROM import_refusal f JOIN
           import_run r ON r.org_id = f.org_id AND r.run_id = f.run_id WHERE f.org_id = ?1 AND
           r.org_id = ?1 AND r.state IN ('done', 'cancelled', 'failed', 'undone') ORDER BY f.run_id,
           f.number)sql",
     R"sql(INSERT INTO import_refusal (org_id, run_id, number, line, sentence) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"sources", "ittii",
     "org_id origin source_id thing_id run_id",
     R"sql(SELECT org_id, origin, source_id, thing_id, run_id FROM source WHERE org_id = ?1
           ORDER BY origin, source_id)sql",
     R"sql(INSERT INTO source (org_id, origin, source_id, thing_id, run_id) VALUES (?1, ?2, ?3,
           ?4, ?5))sql"},
    {"requests", "iiiiittntntnnni",
     "org_id request_id about_id person_id asker_id topic words due_us state ended why asked_us taken_us ended_us answer_id",
     R"sql(SELECT org_id, request_id, about_id, person_id, asker_id, topic, words, due_us, state,
           ended, why, asked_us, taken_us, ended_us, answer_id FROM request WHERE org_id = ?1
           ORDER BY request_id)sql",
     R"sql(INSERT INTO request (org_id, request_id, about_id, person_id, asker_id, topic, words,
           due_us, state, ended, why, asked_us, taken_us, ended_us, answer_id) VALUES (?1, ?2,
           ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15))sql"},
    {"request_candidates", "iii",
     "org_id request_id person_id",
     R"sql(SELECT org_id, request_id, person_id FROM request_candidate WHERE org_id = ?1 ORDER BY
           request_id, person_id)sql",
     R"sql(INSERT INTO request_candidate (org_id, request_id, person_id) VALUES (?1, ?2, ?3))sql"},
    {"answer_times", "iinn",
     "org_id subject_id bucket answers",
     R"sql(SELECT org_id, subject_id, bucket, answers FROM answer_time WHERE org_id = ?1 ORDER BY
           subject_id, bucket)sql",
     R"sql(INSERT INTO answer_time (org_id, subject_id, bucket, answers) VALUES (?1, ?2, ?3, ?4))sql"},
    {"answer_times_hidden", "ii",
     "org_id person_id",
     R"sql(SELECT org_id, person_id FROM answer_time_hidden WHERE org_id = ?1 ORDER BY person_id)sql",
     R"sql(INSERT INTO answer_time_hidden (org_id, person_id) VALUES (?1, ?2))sql"},
    {"chats", "iiiitiinninn",
     "org_id chat_id circle_id about_id once_key opened_by asked_id answered last_sequence waits_for waits_us opened_us",
     R"sql(SELECT org_id, chat_id, circle_id, about_id, once_key, opened_by, asked_id, answered,
           last_sequence, waits_for, waits_us, opened_us FROM chat WHERE org_id = ?1 ORDER BY chat_id)sql",
     R"sql(INSERT INTO chat (org_id, chat_id, circle_id, about_id, once_key, opened_by, asked_id,
           answered, last_sequence, waits_for, waits_us, opened_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6,
           ?7, ?8, ?9, ?10, ?11, ?12))sql"},
    {"chat_members", "iiinnnnn",
     "org_id chat_id person_id since_us until_sequence read_sequence unread last_us",
     R"sql(SELECT org_id, chat_id, person_id, since_us, until_sequence, read_sequence, unread, last_us
           FROM chat_member WHERE org_id = ?1 ORDER BY chat_id, person_id)sql",
     R"sql(INSERT INTO chat_member (org_id, chat_id, person_id, since_us, until_sequence,
           read_sequence, unread, last_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql"},
    {"chat_lines", "iinittiithn",
     "org_id chat_id sequence author_id client_id kind person_id thing_id body body_html said_us",
     R"sql(SELECT org_id, chat_id, sequence, author_id, client_id, kind, person_id, thing_id, body,
           body_html, said_us FROM chat_line WHERE org_id = ?1 ORDER BY chat_id, sequence)sql",
     R"sql(INSERT INTO chat_line (org_id, chat_id, sequence, author_id, client_id, kind, person_id,
           thing_id, body, body_html, said_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
           ?11))sql"},
    {"chat_keepings", "iiiiiiiittttin",
     "org_id keeping_id chat_id proposed_by agrees_id asked_by answered_by circle_id title question answer state voice_id made_us",
     R"sql(SELECT org_id, keeping_id, chat_id, proposed_by, agrees_id, asked_by, answered_by,
           circle_id, title, question, answer, state, voice_id, made_us FROM chat_keeping WHERE
           org_id = ?1 ORDER BY keeping_id)sql",
     R"sql(INSERT INTO chat_keeping (org_id, keeping_id, chat_id, proposed_by, agrees_id, asked_by,
           answered_by, circle_id, title, question, answer, state, voice_id, made_us) VALUES (?1, ?2,
           ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14))sql"},
    {"chat_doors", "iitnttnn",
     "org_id person_id door presence zone days from_hour till_hour",
     R"sql(SELECT org_id, person_id, door, presence, zone, days, from_hour, till_hour FROM chat_door
           WHERE org_id = ?1 ORDER BY person_id)sql",
     R"sql(INSERT INTO chat_door (org_id, person_id, door, presence, zone, days, from_hour,
           till_hour) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql"},
    {"chat_blocks", "iiin",
     "org_id person_id blocked_id since_us",
     R"sql(SELECT org_id, person_id, blocked_id, since_us FROM chat_block WHERE org_id = ?1 ORDER BY
           person_id, blocked_id)sql",
     R"sql(INSERT INTO chat_block (org_id, person_id, blocked_id, since_us) VALUES (?1, ?2, ?3,
           ?4))sql"},
    {"skills", "iittnn",
     "org_id skill_id name name_fold holders wishes",
     R"sql(SELECT org_id, skill_id, name, name_fold, holders, wishes FROM skill WHERE org_id = ?1
           ORDER BY skill_id)sql",
     R"sql(INSERT INTO skill (org_id, skill_id, name, name_fold, holders, wishes) VALUES (?1, ?2,
           ?3, ?4, ?5, ?6))sql"},
    {"skill_holders", "iiitnn",
     "org_id skill_id person_id words vouches since_us",
     R"sql(SELECT org_id, skill_id, person_id, words, vouches, since_us FROM skill_holder WHERE
           org_id = ?1 ORDER BY skill_id, person_id)sql",
     R"sql(INSERT INTO skill_holder (org_id, skill_id, person_id, words, vouches, since_us) VALUES
           (?1, ?2, ?3, ?4, ?5, ?6))sql"},
    {"skill_vouches", "iiiin",
     "org_id skill_id person_id voucher_id since_us",
     R"sql(SELECT org_id, skill_id, person_id, voucher_id, since_us FROM skill_vouch WHERE org_id =
           ?1 ORDER BY skill_id, person_id, voucher_id)sql",
     R"sql(INSERT INTO skill_vouch (org_id, skill_id, person_id, voucher_id, since_us) VALUES (?1,
           ?2, ?3, ?4, ?5))sql"},
    {"skill_wishes", "iiin",
     "org_id skill_id person_id since_us",
     R"sql(SELECT org_id, skill_id, person_id, since_us FROM skill_wish WHERE org_id = ?1 ORDER BY
           skill_id, person_id)sql",
     R"sql(INSERT INTO skill_wish (org_id, skill_id, person_id, since_us) VALUES (?1, ?2, ?3,
           ?4))sql"},
    {"not_named", "ii",
     "org_id person_id",
     R"sql(SELECT org_id, person_id FROM who_knows_hidden WHERE org_id = ?1 ORDER BY person_id)sql",
     R"sql(INSERT INTO who_knows_hidden (org_id, person_id) VALUES (?1, ?2))sql"},
    {"commitments", "iiiitntnntiniiin",
     "org_id commitment_id person_id to_id to_kind due_us state settled overdue why settled_by settled_us voice_id decision_id request_id callouts",
     R"sql(SELECT org_id, commitment_id, person_id, to_id, to_kind, due_us, state, settled,
           overdue, why, settled_by, settled_us, voice_id, decision_id, request_id, callouts FROM
           commitment WHERE org_id = ?1 ORDER BY commitment_id)sql",
     R"sql(INSERT INTO commitment (org_id, commitment_id, person_id, to_id, to_kind, due_us,
           state, settled, overdue, why, settled_by, settled_us, voice_id, decision_id,
           request_id, callouts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
           ?14, ?15, ?16))sql"},
    {"commitment_moves", "iiinntn",
     "org_id commitment_id move_id from_us to_us why at_us",
     R"sql(SELECT org_id, commitment_id, move_id, from_us, to_us, why, at_us FROM commitment_move
           WHERE org_id = ?1 ORDER BY commitment_id, move_id)sql",
     R"sql(INSERT INTO commitment_move (org_id, commitment_id, move_id, from_us, to_us, why,
           at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"},
    {"commitment_counts", "iitn",
     "org_id circle_id state commitments",
     R"sql(SELECT org_id, circle_id, state, commitments FROM commitment_count WHERE org_id = ?1
           ORDER BY circle_id, state)sql",
     R"sql(INSERT INTO commitment_count (org_id, circle_id, state, commitments) VALUES (?1, ?2,
           ?3, ?4))sql"},
    {"callouts", "iiiiitnninit",
     "org_id callout_id about_id raiser_id called_id state opened_us answered_us answer_id closed_us closed_by why",
     R"sql(SELECT org_id, callout_id, about_id, raiser_id, called_id, state, opened_us,
           answered_us, answer_id, closed_us, closed_by, why FROM callout WHERE org_id = ?1 ORDER
           BY callout_id)sql",
     R"sql(INSERT INTO callout (org_id, callout_id, about_id, raiser_id, called_id, state,
           opened_us, answered_us, answer_id, closed_us, closed_by, why) VALUES (?1, ?2, ?3, ?4,
           ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12))sql"},
    // Who cast which ballot is in no export. So a vote that is open when a hall moves is opened anew
    // where it goes: here it is proposed, with an empty roll.
    {"decisions", "iitttttttnntnnnntttttntttint",
     "org_id decision_id state method belief beneficiary measure target review_on places score_most ties voters opened_us closes_us closed_us outcome why result root withdrawal asked_us review_result review_value review_words reviewed_by reviewed_us weights",
     R"sql(SELECT org_id, decision_id, CASE WHEN state = 'voting' THEN 'proposed' ELSE state END,
           method, belief, beneficiary, measure, target, review_on, places, score_most, ties, CASE
           WHEN state = 'voting' THEN 0 ELSE voters END, CASE WHEN state = 'voting' THEN 0 ELSE
           opened_us END, closes_us, closed_us, outcome, why, result, root, withdrawal, asked_us,
           review_result, review_value, review_words, reviewed_by, reviewed_us, weights FROM decision WHERE
           org_id = ?1 ORDER BY decision_id)sql",
     R"sql(INSERT INTO decision (org_id, decision_id, state, method, belief, beneficiary, measure,
           target, review_on, places, score_most, ties, voters, opened_us, closes_us, closed_us,
           outcome, why, result, root, withdrawal, asked_us, review_result, review_value,
           review_words, reviewed_by, reviewed_us, weights) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
           ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26,
           ?27, ?28))sql"},
    {"decision_options", "iint",
     "org_id decision_id position label",
     R"sql(SELECT org_id, decision_id, position, label FROM decision_option WHERE org_id = ?1 ORDER
           BY decision_id, position)sql",
     R"sql(INSERT INTO decision_option (org_id, decision_id, position, label) VALUES (?1, ?2, ?3,
           ?4))sql"},
    {"electorates", "iinittnnn",
     "org_id decision_id position circle_id threshold quorum roll voters delegated",
     R"sql(SELECT org_id, decision_id, position, circle_id, threshold, quorum, CASE WHEN
           decision_id IN (SELECT o.decision_id FROM decision o WHERE o.org_id = ?1 AND o.state =
           'voting') THEN 0 ELSE roll END, CASE WHEN decision_id IN (SELECT o.decision_id FROM
           decision o WHERE o.org_id = ?1 AND o.state = 'voting') THEN 0 ELSE voters END,
           delegated FROM electorate WHERE org_id = ?1 ORDER BY decision_id, position)sql",
     R"sql(INSERT INTO electorate (org_id, decision_id, position, circle_id, threshold, quorum,
           roll, voters, delegated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"},
    {"delegations", "iiiitinnnni",
     "org_id delegation_id from_id to_id topic_kind topic_id given_us accepted_us until_us ended_us ended_by",
     R"sql(SELECT org_id, delegation_id, from_id, to_id, topic_kind, topic_id, given_us,
           accepted_us, until_us, ended_us, ended_by FROM delegation WHERE org_id = ?1 ORDER BY
           delegation_id)sql",
     R"sql(INSERT INTO delegation (org_id, delegation_id, from_id, to_id, topic_kind, topic_id,
           given_us, accepted_us, until_us, ended_us, ended_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
           ?8, ?9, ?10, ?11))sql"},
    {"rolls", "iiin",
     "org_id decision_id person_id electorate",
     R"sql(SELECT org_id, decision_id, person_id, electorate FROM roll WHERE org_id = ?1 AND
           decision_id NOT IN (SELECT o.decision_id FROM decision o WHERE o.org_id = ?1 AND o.state
           = 'voting') ORDER BY decision_id, person_id, electorate)sql",
     R"sql(INSERT INTO roll (org_id, decision_id, person_id, electorate) VALUES (?1, ?2, ?3, ?4))sql"},
    {"roll_changes", "iiinintin",
     "org_id decision_id change_id electorate person_id added reason changed_by changed_us",
     R"sql(SELECT org_id, decision_id, change_id, electorate, person_id, added, reason, changed_by,
           changed_us FROM roll_change WHERE org_id = ?1 ORDER BY decision_id, change_id)sql",
     R"sql(INSERT INTO roll_change (org_id, decision_id, change_id, electorate, person_id, added,
           reason, changed_by, changed_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"},
    {"boxed_ballots", "iintt",
     "org_id decision_id position text leaf",
     R"sql(SELECT org_id, decision_id, position, text, leaf FROM boxed_ballot WHERE org_id = ?1
           ORDER BY decision_id, position)sql",
     R"sql(INSERT INTO boxed_ballot (org_id, decision_id, position, text, leaf) VALUES (?1, ?2, ?3,
           ?4, ?5))sql"},
    {"objections", "iiitn",
     "org_id decision_id person_id reason raised_us",
     R"sql(SELECT org_id, decision_id, person_id, reason, raised_us FROM objection WHERE org_id =
           ?1 AND decision_id NOT IN (SELECT o.decision_id FROM decision o WHERE o.org_id = ?1 AND
           o.state = 'voting') ORDER BY decision_id, person_id)sql",
     R"sql(INSERT INTO objection (org_id, decision_id, person_id, reason, raised_us) VALUES (?1,
           ?2, ?3, ?4, ?5))sql"},
    {"arguments", "iiit",
     "org_id decision_id reply_id side",
     R"sql(SELECT org_id, decision_id, reply_id, side FROM argument WHERE org_id = ?1 ORDER BY
           decision_id, reply_id)sql",
     R"sql(INSERT INTO argument (org_id, decision_id, reply_id, side) VALUES (?1, ?2, ?3, ?4))sql"},
    {"decisions_about", "iii",
     "org_id decision_id thing_id",
     R"sql(SELECT org_id, decision_id, thing_id FROM decision_about WHERE org_id = ?1 ORDER BY
           decision_id, thing_id)sql",
     R"sql(INSERT INTO decision_about (org_id, decision_id, thing_id) VALUES (?1, ?2, ?3))sql"},
    {"budgets", "iinttntn",
     "org_id decision_id amount unit ballot points proposers explaining",
     R"sql(SELECT org_id, decision_id, amount, unit, ballot, points, proposers, explaining FROM
           budget WHERE org_id = ?1 ORDER BY decision_id)sql",
     R"sql(INSERT INTO budget (org_id, decision_id, amount, unit, ballot, points, proposers,
           explaining) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql"},
    {"projects", "iiinntthttn",
     "org_id project_id decision_id number cost place words words_html judgement reason standers",
     R"sql(SELECT org_id, project_id, decision_id, CASE WHEN decision_id IN (SELECT o.decision_id
           FROM decision o WHERE o.org_id = ?1 AND o.state = 'voting') THEN 0 ELSE number END, cost,
           place, words, words_html, judgement, reason, standers FROM project WHERE org_id = ?1
           ORDER BY project_id)sql",
     R"sql(INSERT INTO project (org_id, project_id, decision_id, number, cost, place, words,
           words_html, judgement, reason, standers) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
           ?11))sql"},
    {"project_standers", "iiin",
     "org_id project_id person_id since_us",
     R"sql(SELECT org_id, project_id, person_id, since_us FROM project_stander WHERE org_id = ?1
           ORDER BY project_id, person_id)sql",
     R"sql(INSERT INTO project_stander (org_id, project_id, person_id, since_us) VALUES (?1, ?2,
           ?3, ?4))sql"},
    {"projects_about", "iii",
     "org_id project_id thing_id",
     R"sql(SELECT org_id, project_id, thing_id FROM project_about WHERE org_id = ?1 ORDER BY
           project_id, thing_id)sql",
     R"sql(INSERT INTO project_about (org_id, project_id, thing_id) VALUES (?1, ?2, ?3))sql"},
    {"project_needs", "iinnn",
     "org_id decision_id number cost votes",
     R"sql(SELECT org_id, decision_id, number, cost, votes FROM project_need WHERE org_id = ?1
           ORDER BY decision_id, number)sql",
     R"sql(INSERT INTO project_need (org_id, decision_id, number, cost, votes) VALUES (?1, ?2, ?3,
           ?4, ?5))sql"},
    {"voice_efforts", "iinin",
     "org_id voice_id effort set_by set_us",
     R"sql(SELECT org_id, voice_id, effort, set_by, set_us FROM voice_effort WHERE org_id = ?1
           ORDER BY voice_id)sql",
     R"sql(INSERT INTO voice_effort (org_id, voice_id, effort, set_by, set_us) VALUES (?1, ?2, ?3,
           ?4, ?5))sql"},
    {"circle_revenues", "iinin",
     "org_id circle_id revenue set_by set_us",
     R"sql(SELECT org_id, circle_id, revenue, set_by, set_us FROM circle_revenue WHERE org_id = ?1
           ORDER BY circle_id)sql",
     R"sql(INSERT INTO circle_revenue (org_id, circle_id, revenue, set_by, set_us) VALUES (?1, ?2,
           ?3, ?4, ?5))sql"},
    {"goals", "iithtttntt",
     "org_id goal_id words words_html measure target due position outcome why",
     R"sql(SELECT org_id, goal_id, words, words_html, measure, target, due, position, outcome, why
           FROM goal WHERE org_id = ?1 ORDER BY goal_id)sql",
     R"sql(INSERT INTO goal (org_id, goal_id, words, words_html, measure, target, due, position,
           outcome, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))sql"},
    {"goal_revisions", "iiitttttiin",
     "org_id goal_id revision_id title words measure target due owner_id changed_by changed_us",
     R"sql(SELECT org_id, goal_id, revision_id, title, words, measure, target, due, owner_id,
           changed_by, changed_us FROM goal_revision WHERE org_id = ?1 ORDER BY goal_id,
           revision_id)sql",
     R"sql(INSERT INTO goal_revision (org_id, goal_id, revision_id, title, words, measure, target,
           due, owner_id, changed_by, changed_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
           ?11))sql"},
    {"goal_voices", "iiitin",
     "org_id goal_id voice_id side put_by put_us",
     R"sql(SELECT org_id, goal_id, voice_id, side, put_by, put_us FROM goal_voice WHERE org_id = ?1
           ORDER BY goal_id, voice_id)sql",
     R"sql(INSERT INTO goal_voice (org_id, goal_id, voice_id, side, put_by, put_us) VALUES (?1, ?2,
           ?3, ?4, ?5, ?6))sql"},
    {"conversations", "iiithttnnnninnnnnnnnn",
     "org_id conversation_id about_id words words_html state moderation anonymous opens_us closes_us closed_us closed_by next_number statements waiting people visitors votes visitor_votes revision grouped",
     R"sql(SELECT org_id, conversation_id, about_id, words, words_html, state, moderation,
           anonymous, opens_us, closes_us, closed_us, closed_by, next_number, statements,
           waiting, people, visitors, votes, visitor_votes, revision, -1 FROM conversation WHERE
           org_id = ?1 ORDER BY conversation_id)sql",
     R"sql(INSERT INTO conversation (org_id, conversation_id, about_id, words, words_html, state,
           moderation, anonymous, opens_us, closes_us, closed_us, closed_by, next_number,
           statements, waiting, people, visitors, votes, visitor_votes, revision, grouped) VALUES
           (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
           ?20, ?21))sql"},
    {"statements", "iiintittinnnnnnnndddd",
     "org_id conversation_id statement_id number text author_id state reason judged_by judged_us created_us agrees disagrees passes visitor_agrees visitor_disagrees visitor_passes centre axis_x axis_y extremity",
     R"sql(SELECT org_id, conversation_id, statement_id, number, text, author_id, state, reason,
           judged_by, judged_us, created_us, agrees, disagrees, passes, visitor_agrees,
           visitor_disagrees, visitor_passes, centre, axis_x, axis_y, extremity FROM statement
           WHERE org_id = ?1 ORDER BY conversation_id, statement_id)sql",
     R"sql(INSERT INTO statement (org_id, conversation_id, statement_id, number, text, author_id,
           state, reason, judged_by, judged_us, created_us, agrees, disagrees, passes,
           visitor_agrees, visitor_disagrees, visitor_passes, centre, axis_x, axis_y, extremity)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
           ?18, ?19, ?20, ?21))sql"},
    {"participants", "iiiittnddnn",
     "org_id conversation_id participant_id person_id visitor label votes x y opinion_group revision",
     R"sql(SELECT org_id, conversation_id, participant_id, person_id, visitor, label, votes, x,
           y, opinion_group, revision FROM participant WHERE org_id = ?1 ORDER BY
           conversation_id, participant_id)sql",
     R"sql(INSERT INTO participant (org_id, conversation_id, participant_id, person_id, visitor,
           label, votes, x, y, opinion_group, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
           ?9, ?10, ?11))sql"},
    {"statement_votes", "iiiinn",
     "org_id conversation_id participant_id statement_id vote cast_us",
     R"sql(SELECT org_id, conversation_id, participant_id, statement_id, vote, cast_us FROM
           statement_vote WHERE org_id = ?1 ORDER BY conversation_id, participant_id,
           statement_id)sql",
     R"sql(INSERT INTO statement_vote (org_id, conversation_id, participant_id, statement_id,
           vote, cast_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6))sql"},
    {"pages", "iithn",
     "org_id page_id words words_html version",
     R"sql(SELECT org_id, page_id, words, words_html, version FROM page WHERE org_id = ?1 ORDER BY
           page_id)sql",
     R"sql(INSERT INTO page (org_id, page_id, words, words_html, version) VALUES (?1, ?2, ?3, ?4,
           ?5))sql"},
    {"page_versions", "iinttttnini",
     "org_id page_id version title purpose words said mends written_by written_us suggested_by",
     R"sql(SELECT org_id, page_id, version, title, purpose, words, said, mends, written_by,
           written_us, suggested_by FROM page_version WHERE org_id = ?1 ORDER BY page_id, version)sql",
     R"sql(INSERT INTO page_version (org_id, page_id, version, title, purpose, words, said, mends,
           written_by, written_us, suggested_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
           ?11))sql"},
    {"documents", "iiiintttiinntnn",
     "org_id document_id home_id parent_id place rule why review_on decides_id card_id confirm_from template paragraphs next_paragraph suggestions",
     R"sql(SELECT org_id, document_id, home_id, parent_id, place, rule, why, review_on, decides_id,
           card_id, confirm_from, template, paragraphs, next_paragraph, suggestions FROM document
           WHERE org_id = ?1 ORDER BY document_id)sql",
     R"sql(INSERT INTO document (org_id, document_id, home_id, parent_id, place, rule, why,
           review_on, decides_id, card_id, confirm_from, template, paragraphs, next_paragraph,
           suggestions) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15))sql"},
    {"suggestions", "iiintttttinnn",
     "org_id suggestion_id document_id version title words why state reason settled_by settled_us into_version made_us",
     R"sql(SELECT org_id, suggestion_id, document_id, version, title, words, why, state, reason,
           settled_by, settled_us, into_version, made_us FROM suggestion WHERE org_id = ?1 ORDER BY
           suggestion_id)sql",
     R"sql(INSERT INTO suggestion (org_id, suggestion_id, document_id, version, title, words, why,
           state, reason, settled_by, settled_us, into_version, made_us) VALUES (?1, ?2, ?3, ?4, ?5,
           ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13))sql"},
    {"document_comments", "iiintin",
     "org_id reply_id document_id paragraph quote settled_by settled_us",
     R"sql(SELECT org_id, reply_id, document_id, paragraph, quote, settled_by, settled_us FROM
           document_comment WHERE org_id = ?1 ORDER BY reply_id)sql",
     R"sql(INSERT INTO document_comment (org_id, reply_id, document_id, paragraph, quote,
           settled_by, settled_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"},
    {"document_readings", "iiinn",
     "org_id document_id person_id version read_us",
     R"sql(SELECT org_id, document_id, person_id, version, read_us FROM document_reading WHERE
           org_id = ?1 ORDER BY document_id, person_id)sql",
     R"sql(INSERT INTO document_reading (org_id, document_id, person_id, version, read_us) VALUES
           (?1, ?2, ?3, ?4, ?5))sql"},
    {"procedures", "iitnnntntin",
     "org_id procedure_id state threshold mending_days bypasses due overdue why retired_by retired_us",
     R"sql(SELECT org_id, procedure_id, state, threshold, mending_days, bypasses, due, overdue, why,
           retired_by, retired_us FROM procedure WHERE org_id = ?1 ORDER BY procedure_id)sql",
     R"sql(INSERT INTO procedure (org_id, procedure_id, state, threshold, mending_days, bypasses,
           due, overdue, why, retired_by, retired_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
           ?10, ?11))sql"},
    {"bypasses", "iiiintittinn",
     "org_id bypass_id procedure_id person_id version for_whom for_id why happened voice_id logged_us mended_in",
     R"sql(SELECT org_id, bypass_id, procedure_id, person_id, version, for_whom, for_id, why,
           happened, voice_id, logged_us, mended_in FROM bypass WHERE org_id = ?1 ORDER BY
           bypass_id)sql",
     R"sql(INSERT INTO bypass (org_id, bypass_id, procedure_id, person_id, version, for_whom,
           for_id, why, happened, voice_id, logged_us, mended_in) VALUES (?1, ?2, ?3, ?4, ?5, ?6,
           ?7, ?8, ?9, ?10, ?11, ?12))sql"},
    {"open_pages", "iiithtin",
     "org_id page_id circle_id words words_html state decision_id opened_us",
     R"sql(SELECT org_id, page_id, circle_id, words, words_html, state, decision_id, opened_us FROM
           open_page WHERE org_id = ?1 ORDER BY page_id)sql",
     R"sql(INSERT INTO open_page (org_id, page_id, circle_id, words, words_html, state,
           decision_id, opened_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql"},
    {"open_page_titles", "iii",
     "org_id page_id thing_id",
     R"sql(SELECT org_id, page_id, thing_id FROM open_page_title WHERE org_id = ?1 ORDER BY
           page_id, thing_id)sql",
     R"sql(INSERT INTO open_page_title (org_id, page_id, thing_id) VALUES (?1, ?2, ?3))sql"},
    {"open_page_people", "iiin",
     "org_id page_id person_id agreed_us",
     R"sql(SELECT org_id, page_id, person_id, agreed_us FROM open_page_person WHERE org_id = ?1
           ORDER BY page_id, person_id)sql",
     R"sql(INSERT INTO open_page_person (org_id, page_id, person_id, agreed_us) VALUES (?1, ?2, ?3,
           ?4))sql"},
    {"files", "iiiiitttntnntnn",
     "org_id file_id thing_id subject_id author_id name media_type alt bytes hash width height small_hash small_bytes added_us",
     R"sql(SELECT org_id, file_id, thing_id, subject_id, author_id, name, media_type, alt, bytes,
           hash, width, height, small_hash, small_bytes, added_us FROM file WHERE org_id = ?1 ORDER
           BY file_id)sql",
     R"sql(INSERT INTO file (org_id, file_id, thing_id, subject_id, author_id, name, media_type,
           alt, bytes, hash, width, height, small_hash, small_bytes, added_us) VALUES (?1, ?2, ?3,
           ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15))sql"},
    {"file_uses", "iinn",
     "org_id person_id files bytes",
     R"sql(SELECT org_id, person_id, files, bytes FROM file_use WHERE org_id = ?1 ORDER BY
           person_id)sql",
     R"sql(INSERT INTO file_use (org_id, person_id, files, bytes) VALUES (?1, ?2, ?3, ?4))sql"},
    {"loop_steps", "iinitn",
     "org_id thing_id stage about_id verb at_us",
     R"sql(SELECT org_id, thing_id, stage, about_id, verb, at_us FROM loop_step WHERE org_id = ?1 ORDER
           BY thing_id, stage, about_id)sql",
     R"sql(INSERT INTO loop_step (org_id, thing_id, stage, about_id, verb, at_us) VALUES (?1, ?2, ?3,
           ?4, ?5, ?6))sql"},
    {"voice_checks", "iiintn",
     "org_id voice_id person_id helped words created_us",
     R"sql(SELECT org_id, voice_id, person_id, helped, words, created_us FROM voice_check WHERE org_id =
           ?1 ORDER BY voice_id, person_id)sql",
     R"sql(INSERT INTO voice_check (org_id, voice_id, person_id, helped, words, created_us) VALUES (?1,
           ?2, ?3, ?4, ?5, ?6))sql"},
    {"themes", "iittniin",
     "org_id theme_id lens words by_hand typical_id merged_into ended_us",
     R"sql(SELECT org_id, theme_id, lens, words, by_hand, typical_id, merged_into, ended_us FROM
           theme WHERE org_id = ?1 ORDER BY theme_id)sql",
     R"sql(INSERT INTO theme (org_id, theme_id, lens, words, by_hand, typical_id, merged_into,
           ended_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))sql"},
    {"theme_voices", "iitiidn",
     "org_id voice_id lens theme_id put_by nearness put_us",
     R"sql(SELECT org_id, voice_id, lens, theme_id, put_by, nearness, put_us FROM theme_voice
           WHERE org_id = ?1 ORDER BY voice_id, lens)sql",
     R"sql(INSERT INTO theme_voice (org_id, voice_id, lens, theme_id, put_by, nearness, put_us)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"},
    {"theme_aparts", "iiiin",
     "org_id voice_id theme_id said_by said_us",
     R"sql(SELECT org_id, voice_id, theme_id, said_by, said_us FROM theme_apart WHERE org_id =
           ?1 ORDER BY voice_id, theme_id)sql",
     R"sql(INSERT INTO theme_apart (org_id, voice_id, theme_id, said_by, said_us) VALUES (?1,
           ?2, ?3, ?4, ?5))sql"},
    {"theme_counts", "iiinnnnnnnnnt",
     "org_id theme_id circle_id voices people circles support vital important first_us last_us weeks_from weeks",
     R"sql(SELECT org_id, theme_id, circle_id, voices, people, circles, support, vital,
           important, first_us, last_us, weeks_from, weeks FROM theme_count WHERE org_id = ?1
           ORDER BY theme_id, circle_id)sql",
     R"sql(INSERT INTO theme_count (org_id, theme_id, circle_id, voices, people, circles,
           support, vital, important, first_us, last_us, weeks_from, weeks) VALUES (?1, ?2, ?3,
           ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13))sql"},
    {"theme_cells", "iiitnn",
     "org_id theme_id circle_id kind month voices",
     R"sql(SELECT org_id, theme_id, circle_id, kind, month, voices FROM theme_cell WHERE org_id
           = ?1 ORDER BY theme_id, circle_id, kind, month)sql",
     R"sql(INSERT INTO theme_cell (org_id, theme_id, circle_id, kind, month, voices) VALUES (?1,
           ?2, ?3, ?4, ?5, ?6))sql"},
    {"theme_runs", "ittdnnnnnnndnnt",
     "org_id state step share cancel started_us ended_us voices themes unassigned new_voices resolution afresh cpu_us model",
     R"sql(SELECT org_id, state, step, share, cancel, started_us, ended_us, voices, themes,
           unassigned, new_voices, resolution, afresh, cpu_us, model FROM theme_run WHERE org_id
           = ?1 ORDER BY org_id)sql",
     R"sql(INSERT INTO theme_run (org_id, state, step, share, cancel, started_us, ended_us,
           voices, themes, unassigned, new_voices, resolution, afresh, cpu_us, model) VALUES
           (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15))sql"},
    {"rises", "iiiiinndttin",
     "org_id rise_id theme_id heart_id first_id day voices expected state reason answered_by answered_us",
     R"sql(SELECT org_id, rise_id, theme_id, heart_id, first_id, day, voices, expected, state,
           reason, answered_by, answered_us FROM rise WHERE org_id = ?1 ORDER BY rise_id)sql",
     R"sql(INSERT INTO rise (org_id, rise_id, theme_id, heart_id, first_id, day, voices,
           expected, state, reason, answered_by, answered_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6,
           ?7, ?8, ?9, ?10, ?11, ?12))sql"},
    {"rise_voices", "iii",
     "org_id rise_id voice_id",
     R"sql(SELECT org_id, rise_id, voice_id FROM rise_voice WHERE org_id = ?1 ORDER BY rise_id,
           voice_id)sql",
     R"sql(INSERT INTO rise_voice (org_id, rise_id, voice_id) VALUES (?1, ?2, ?3))sql"},
    {"events", "iitiiitnt",
     "org_id event_id verb thing_id actor_id circle_id audience at_us data",
     R"sql(SELECT org_id, event_id, verb, thing_id, actor_id, circle_id, audience, at_us, data
           FROM event WHERE org_id = ?1 ORDER BY event_id)sql",
     R"sql(INSERT INTO event (org_id, event_id, verb, thing_id, actor_id, circle_id, audience,
           at_us, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"},
    {"event_things", "iii",
     "org_id thing_id event_id",
     R"sql(SELECT org_id, thing_id, event_id FROM event_thing WHERE org_id = ?1 ORDER BY
           thing_id, event_id)sql",
     R"sql(INSERT INTO event_thing (org_id, thing_id, event_id) VALUES (?1, ?2, ?3))sql"},
    {"seals", "inntt",
     "org_id seq at_us leaves hash",
     R"sql(SELECT org_id, seq, at_us, leaves, hash FROM seal WHERE org_id = ?1 ORDER BY seq)sql",
     R"sql(INSERT INTO seal (org_id, seq, at_us, leaves, hash) VALUES (?1, ?2, ?3, ?4, ?5))sql"},
    {"followers_of_the_log", "iti",
     "org_id name event_id",
     R"sql(SELECT org_id, name, event_id FROM consumer WHERE org_id = ?1 AND name <>
           'learn' ORDER BY name)sql",
     R"sql(INSERT INTO consumer (org_id, name, event_id) VALUES (?1, ?2, ?3))sql"},
    {"readers", "iiin-n",
     "org_id person_id digest_id report feed_hash feed_made_us",
     R"sql(SELECT org_id, person_id, digest_id, report, '', feed_made_us FROM reader WHERE
           org_id = ?1 ORDER BY person_id)sql",
     R"sql(INSERT INTO reader (org_id, person_id, digest_id, report, feed_hash, feed_made_us)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6))sql"},
    {"notifications", "iiiiitnnin",
     "org_id person_id notification_id event_id thing_id reason created_us read_us because_id lettered",
     R"sql(SELECT org_id, person_id, notification_id, event_id, thing_id, reason, created_us,
           read_us, because_id, lettered FROM notification WHERE org_id = ?1 ORDER BY person_id, notification_id)sql",
     R"sql(INSERT INTO notification (org_id, person_id, notification_id, event_id, thing_id,
           reason, created_us, read_us, because_id, lettered) VALUES (?1, ?2, ?3, ?4, ?5, ?6,
           ?7, ?8, ?9, ?10))sql"},
};
// clang-format on

} // namespace

std::span<const CarriedTable> carried_tables()
{
    return carried;
}

std::string_view table_of(const CarriedTable& carried_table)
{
    constexpr std::string_view start = "INSERT INTO ";
    auto sql = std::string_view(carried_table.insert.text);
    sql.remove_prefix(start.size());
    return sql.substr(0, sql.find(' '));
}

std::vector<std::string_view> columns_of(const CarriedTable& carried_table)
{
    std::vector<std::string_view> parts;
    auto text = carried_table.columns;
    while (true) {
        const auto end = text.find(' ');
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

} // namespace moothall::hall
