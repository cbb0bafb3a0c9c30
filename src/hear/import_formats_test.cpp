// Small exports in the formats that other programs write, and what they become here.

#include "hear/import_formats.hpp"

#include "hear/hear.hpp"
#include "hear/import_undo.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::hear {
namespace {

using testing::HasSubstr;

class Exports : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    ImportReport bring_in(std::string_view format, const std::vector<ExportedFile>& files,
                          bool dry_run = false,
                          std::vector<std::pair<std::string, std::string>> statuses = {})
    {
        const auto rows = read_export(format, files);
        EXPECT_TRUE(rows) << (rows ? "" : rows.error().sentence);
        if (!rows) return {};
        const auto viewer = viewer_of(owner);
        ImportWish wish{.origin = "csv:" + std::string(format)};
        wish.dry_run = dry_run;
        wish.statuses = std::move(statuses);
        const auto report =
            import_csv(hall->database(), hall->ids(), hall->clock(), viewer, *rows, wish);
        EXPECT_TRUE(report) << (report ? "" : report.error().sentence);
        return report ? *report : ImportReport{};
    }
    std::vector<Voice> voices()
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return list_voices(transaction, {.sort = Sort::newest, .limit = 100, .with_body = true},
                               viewer)
                .value()
                .voices;
        });
    }
    Voice voice(std::string_view title)
    {
        for (auto& one : voices())
            if (one.title == title) return one;
        ADD_FAILURE() << "no voice " << title;
        return {};
    }
    std::vector<Reply> replies(Id subject)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return list_replies(transaction, subject, viewer, {}, 100).value().replies;
        });
    }
    std::int64_t count(const char* what)
    {
        return read([&](store::Transaction& transaction) {
            auto rows = std::string_view(what) == "support"
                            ? transaction.query("SELECT count(*) FROM support WHERE org_id = ?1",
                                                organisation.id)
                            : transaction.query("SELECT count(*) FROM person WHERE org_id = ?1",
                                                organisation.id);
            rows.next();
            return rows->integer(0);
        });
    }
};

const std::vector<ExportedFile> fider_backup{
    {"users.json",
     R"([{"id":1,"name":"Jon","email":"jon@example.com"},{"id":2,"name":"Arya","email":"arya@example.com"},{"id":3,"name":"No mail","email":""}])"},
    {"posts.json",
     R"([{"id":10,"number":1,"title":"Dark mode","description":"My eyes.","user_id":1,"status":4,"response":"Next year","created_at":"2024-02-01T10:00:00Z"},
        {"id":11,"number":2,"title":"Gone","description":"","user_id":1,"status":6,"created_at":"2024-02-01T10:00:00Z"}])"},
    {"post_votes.json",
     R"([{"user_id":1,"post_id":10,"created_at":"2024-02-01T10:00:00Z"},{"user_id":2,"post_id":10,"created_at":"2024-02-02T10:00:00Z"},{"user_id":3,"post_id":10,"created_at":"2024-02-02T10:00:00Z"}])"},
    {"comments.json",
     R"([{"id":7,"content":"Yes please","post_id":10,"user_id":2,"created_at":"2024-02-03T10:00:00Z","deleted_at":null},{"id":8,"content":"Bad","post_id":10,"user_id":2,"created_at":"2024-02-03T10:00:00Z","deleted_at":"2024-02-04T10:00:00Z"}])"},
    {"tags.json", R"([{"id":5,"name":"design"}])"},
    {"post_tags.json", R"([{"tag_id":5,"post_id":10}])"},
    {"email_verifications.json", "no JSON, and never read"},
};

TEST_P(Exports, of_fider_bring_posts_votes_comments_tags_and_people_once)
{
    const auto tried = bring_in("fider", fider_backup, true);
    EXPECT_EQ(tried.made, 1);
    EXPECT_TRUE(tried.refused.empty());
    EXPECT_TRUE(voices().empty()) << "only looked";

    const auto report = bring_in("fider", fider_backup);
    EXPECT_EQ(report.made, 1);
    EXPECT_EQ(report.people, 3);
    const auto dark = voice("Dark mode");
    EXPECT_EQ(dark.author.name, "Jon");
    EXPECT_EQ(dark.supporters, 3);
    EXPECT_EQ(dark.unattributed, 0) << "nobody is invented";
    EXPECT_EQ(dark.status.category, Category::planned);
    EXPECT_EQ(dark.official, "Next year");
    ASSERT_EQ(dark.tags.size(), 1U);
    EXPECT_EQ(dark.tags[0].name, "design");
    const auto said = replies(dark.id);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].body, "Yes please");
    EXPECT_EQ(said[0].author.name, "Arya");

    const auto again = bring_in("fider", fider_backup);
    EXPECT_EQ(again.made, 0);
    EXPECT_EQ(again.people, 0);
    EXPECT_EQ(voice("Dark mode").supporters, 3);
    EXPECT_EQ(replies(dark.id).size(), 1U);
}

TEST_P(Exports, of_fider_as_a_table_count_votes_apart)
{
    bring_in("fider",
             {{"posts.csv",
               "number,title,description,created_at,created_by,votes_count,comments_count,status,"
               "responded_by,responded_at,response,original_number,original_title,tags\n"
               "1,Dark mode,My eyes,2024-02-01T10:00:00Z,Jon,23,2,completed,,,Done,,,\"design, "
               "ui\"\n"}});
    const auto dark = voice("Dark mode");
    EXPECT_EQ(dark.unattributed, 23);
    EXPECT_EQ(dark.supporters, 0);
    EXPECT_EQ(dark.status.category, Category::done);
    EXPECT_FALSE(dark.author.id) << "a bare name is nobody";
    EXPECT_EQ(dark.tags.size(), 2U);
}

TEST_P(Exports, of_fider_bring_duplicates_as_one_voice_that_can_be_two_again)
{
    const std::vector<ExportedFile> posts{
        {"posts.csv", "number,title,created_at,votes_count,status,original_number\n"
                      "1,Night mode,2024-02-01T10:00:00Z,9,duplicate,2\n"
                      "2,Dark mode,2024-02-02T10:00:00Z,23,open,\n"
                      "3,Of nothing,2024-02-02T10:00:00Z,1,duplicate,99\n"}};
    EXPECT_TRUE(bring_in("fider", posts, true).refused.empty());
    const auto report = bring_in("fider", posts);
    EXPECT_EQ(report.made, 3);
    EXPECT_TRUE(report.refused.empty());
    EXPECT_EQ(voice("Dark mode").unattributed, 23) << "Fider counts those of the duplicate there";
    ASSERT_EQ(voices().size(), 2U);
    EXPECT_EQ(events("hear.duplicate_imported"), 1);

    const auto viewer = viewer_of(owner);
    const auto dark = voice("Dark mode").id;
    const auto merged = read(
        [&](store::Transaction& transaction) { return list_merged(transaction, dark, viewer); });
    ASSERT_EQ(merged.size(), 1U);
    EXPECT_EQ(merged[0].title, "Night mode");
    write([&](store::Transaction& transaction) {
        return unmerge_voice(transaction, hall->ids(), now(), viewer, merged[0].id).value();
    });
    bring_in("fider", posts);
    EXPECT_EQ(voices().size(), 3U) << "what people parted stays apart";
}

TEST_P(Exports, of_duplicates_are_taken_back_whole)
{
    bring_in("fider", {{"posts.csv", "number,title,votes_count,status,original_number\n"
                                     "1,Night mode,9,duplicate,2\n2,Dark mode,23,open,\n"}});
    const auto viewer = viewer_of(owner);
    const auto runs = read(
        [&](store::Transaction& transaction) { return list_imports(transaction, viewer, 10); });
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return undo_import(transaction, hall->ids(), now(), viewer, runs.at(0).id);
    }));
    while (take_back_piece(hall->database(), hall->ids(), hall->clock(), organisation.id,
                           runs[0].id, "Import taken back")) {
    }
    EXPECT_TRUE(voices().empty());
    read([&](store::Transaction& transaction) {
        EXPECT_EQ(count_voices(transaction, viewer).all, 0);
        return 0;
    });
    EXPECT_EQ(events("hear.voice_taken_back"), 2);
}

TEST_P(Exports, with_a_broken_line_come_in_without_it)
{
    const auto report = bring_in("fider", {{"posts.csv", "number,title,status,votes_count\n"
                                                         "1,Good,open,2\n"
                                                         "2,\"Bad\" quotes,open,2\n"
                                                         "3,Good as well,open,no number\n"}});
    EXPECT_EQ(report.made, 2);
    ASSERT_EQ(report.refused.size(), 1U);
    EXPECT_EQ(report.refused[0].line, 3U);
    EXPECT_EQ(voice("Good as well").unattributed, 0) << "nothing is invented";
}

TEST_P(Exports, of_github_bring_issues_and_discussions_and_no_pull_requests)
{
    bring_in(
        "github",
        {{"issues.json",
          R"([{"number":5,"title":"It crashes","body":"Here","state":"closed","state_reason":"not_planned","user":{"login":"octo"},"labels":[{"name":"bug"}],"reactions":{"+1":4},"created_at":"2024-01-01T00:00:00Z"},
                  {"number":6,"title":"Mend it","pull_request":{},"user":{"login":"octo"},"state":"open"}])"},
         {"comments.json",
          R"([{"id":77,"body":"Same here","user":{"login":"hubot"},"issue_url":"https://api.github.com/repos/o/r/issues/5","created_at":"2024-01-02T00:00:00Z"}])"},
         {"discussions.json",
          R"({"data":{"repository":{"discussions":{"nodes":[{"number":9,"title":"How do I?","body":"Tell me","author":{"login":"octo"},"category":{"name":"Q&A","isAnswerable":true},"upvoteCount":2,"createdAt":"2024-01-03T00:00:00Z","comments":{"nodes":[{"id":"DC_1","body":"Like this","author":{"login":"hubot"},"createdAt":"2024-01-04T00:00:00Z"}]}}]}}}})"}});
    EXPECT_EQ(voices().size(), 2U);
    const auto crash = voice("It crashes");
    EXPECT_EQ(crash.kind, "signal");
    EXPECT_EQ(crash.status.category, Category::declined);
    EXPECT_EQ(crash.unattributed, 4);
    EXPECT_EQ(crash.author.name, "octo");
    EXPECT_EQ(replies(crash.id).size(), 1U);
    const auto how = voice("How do I?");
    EXPECT_EQ(how.kind, "question");
    EXPECT_EQ(how.author.id, crash.author.id) << "one person";
    EXPECT_EQ(replies(how.id).size(), 1U);
}

TEST_P(Exports, of_canny_follow_what_was_merged_there)
{
    bring_in(
        "canny",
        {{"posts.json",
          R"({"posts":[{"id":"a","title":"Kept","details":"x","status":"in progress","score":5,"author":{"id":"u1","name":"Uma","email":"uma@example.com"},"created":"2024-01-01T00:00:00.000Z","mergeHistory":[{"post":{"id":"b"}}],"tags":[{"name":"t"}]},
                  {"id":"b","title":"Merged away","status":"open","score":1,"author":null}],"hasMore":false})"},
         {"votes.json",
          R"({"votes":[{"id":"v1","post":{"id":"a"},"voter":{"id":"u2","name":"Vera","email":null},"created":"2024-01-02T00:00:00Z"},{"id":"v2","post":{"id":"b"},"voter":{"id":"u1","name":"Uma","email":"uma@example.com"},"created":"2024-01-02T00:00:00Z"}]})"},
         {"comments.json",
          R"({"items":[{"id":"c1","post":{"id":"b"},"author":{"id":"u2","name":"Vera"},"value":"Me too","created":"2024-01-02T00:00:00Z","internal":false},{"id":"c2","post":{"id":"a"},"author":{"id":"u2","name":"Vera"},"value":"Among us","internal":true}]})"}});
    ASSERT_EQ(voices().size(), 1U);
    const auto kept = voice("Kept");
    EXPECT_EQ(kept.supporters, 2);
    EXPECT_EQ(kept.unattributed, 3) << "five, of whom two are named";
    EXPECT_EQ(kept.status.category, Category::started);
    EXPECT_EQ(replies(kept.id).size(), 1U) << "internal notes stay there";
}

TEST_P(Exports, of_uservoice_have_a_row_for_each_voter)
{
    bring_in("uservoice", {{"suggestions.csv",
                            "ideaId,ideaTitle,ideaDescription,ideaCreatorName,"
                            "ideaCreatorEmailAddress,publicStatusName,"
                            "moderationState,labels,votersCount,createdTimestamp,userName,"
                            "userEmailAddress,linkedIdeaCreationDate\n"
                            "1,Faster,Please,Ann,ann@example.com,Custom "
                            "word,published,\"[\"\"speed\"\"]\",4,2025-07-21 "
                            "03:37:03,Ann,ann@example.com,2025-07-21 03:37:03\n"
                            "1,Faster,Please,Ann,ann@example.com,Custom "
                            "word,published,\"[\"\"speed\"\"]\",4,2025-07-21 "
                            "03:37:03,Ben,Ben@example.com,2025-07-22 03:37:03\n"
                            "1,Faster,Please,Ann,ann@example.com,Custom "
                            "word,published,\"[\"\"speed\"\"]\",4,2025-07-21 "
                            "03:37:03,Ben,ben@example.com,2025-07-22 03:37:03\n"
                            "2,Spam,,X,x@example.com,active,spam,,1,2025-07-21 03:37:03,,,\n"}});
    ASSERT_EQ(voices().size(), 1U);
    const auto faster = voice("Faster");
    EXPECT_EQ(faster.supporters, 2);
    EXPECT_EQ(faster.unattributed, 2);
    EXPECT_EQ(faster.tags.size(), 2U) << "the label, and the status we have no word for";
    EXPECT_EQ(to_rfc3339(faster.created).substr(0, 19), "2025-07-21T03:37:03");
    bring_in("uservoice", {{"s.csv", "suggestion.id,suggestion.title,suggestion.body,suggestion."
                                     "status.name,suggestion.created_timestamp\n"
                                     "9,Other shape,Body,planned,2025-07-21 03:37:03\n"}});
    EXPECT_EQ(voice("Other shape").status.category, Category::planned);
}

TEST_P(Exports, say_how_a_status_is_called_there_and_take_what_is_chosen_for_it)
{
    const std::vector<ExportedFile> posts{
        {"posts.json",
         R"({"posts":[{"id":"a","title":"One","status":"On the list","author":{"id":"u1","name":"Uma","email":"uma@example.com"},"created":"2024-01-01T00:00:00.000Z"},
                      {"id":"b","title":"Two","status":"on the list","author":null},
                      {"id":"c","title":"Three","status":"in progress","author":null}],"hasMore":false})"}};
    read([&](store::Transaction& transaction) {
        const auto statuses = list_statuses(transaction, organisation.id);
        const auto rows = read_export("canny", posts);
        ASSERT_TRUE(rows);
        const auto there = list_statuses_there(*rows, {.origin = "csv:canny"}, statuses);
        ASSERT_TRUE(there);
        ASSERT_EQ(there->size(), 2U);
        EXPECT_EQ((*there)[0].word, "On the list");
        EXPECT_EQ((*there)[0].rows, 2);
        EXPECT_EQ((*there)[0].becomes, find_status(statuses, "open")->id.text());
        EXPECT_EQ((*there)[1].word, "in progress");
        EXPECT_EQ((*there)[1].becomes, find_status(statuses, "started")->id.text());
    });
    const auto tried = bring_in("canny", posts, true, {{"On the list", "planned"}});
    EXPECT_EQ(tried.people, 1);
    ASSERT_EQ(tried.preview.size(), 3U);
    EXPECT_EQ(tried.preview[0].author_becomes, AuthorBecomes::claimable);
    EXPECT_EQ(tried.preview[1].author_becomes, AuthorBecomes::unnamed);
    bring_in("canny", posts, false, {{"On the list", "planned"}});
    for (const auto* title : {"One", "Two"}) {
        EXPECT_EQ(voice(title).status.category, Category::planned);
        EXPECT_TRUE(voice(title).tags.empty()) << "the word is said by the status now";
    }
    EXPECT_EQ(voice("Three").status.category, Category::started);
    EXPECT_EQ(bring_in("canny", posts, true).known_people, 0) << "these voices are here already";
}

TEST_P(Exports, of_discourse_are_archives_and_topics)
{
    bring_in(
        "discourse",
        {{"user_archive.csv",
          "topic_title,categories,is_pm,post_raw,post_cooked,like_count,reply_count,url,created_"
          "at\n"
          "How to?,Support|Help,No,The second,,0,0,https://x/t/how-to/12/2,2024-01-02 00:00:00 "
          "UTC\n"
          "How to?,Support|Help,No,I ask,,3,1,https://x/t/how-to/12/1,2024-01-01 00:00:00 UTC\n"
          "Private,,Yes,Secret,,0,0,https://x/t/p/13/1,2024-01-01 00:00:00 UTC\n"}});
    const auto how = voice("How to?");
    EXPECT_EQ(how.unattributed, 3);
    EXPECT_EQ(replies(how.id).size(), 1U);
    bring_in(
        "discourse",
        {{"t.json",
          R"({"id":40,"title":"A topic","tags":["one"],"created_at":"2024-01-01T00:00:00Z","post_stream":{"posts":[{"id":1,"username":"sam","name":"Sam","raw":"First","created_at":"2024-01-01T00:00:00Z"},{"id":2,"username":"ada","raw":"Second","created_at":"2024-01-02T00:00:00Z"},{"id":3,"username":"ada","raw":"Gone","deleted_at":"2024-01-03T00:00:00Z"}]}})"}});
    const auto topic = voice("A topic");
    EXPECT_EQ(topic.body, "First");
    EXPECT_EQ(topic.author.name, "Sam");
    EXPECT_EQ(replies(topic.id).size(), 1U);
    EXPECT_EQ(voices().size(), 2U) << "private messages stay there";
}

TEST_P(Exports, of_quackback_bring_its_tables)
{
    bring_in(
        "quackback",
        {{"posts.csv", "id,title,body,author_email,author_name,board,status,moderation,tags,vote_"
                       "count,created_at\n"
                       "p1,Ducks,Quack,d@example.com,Donald,Pond,planned,published,\"a,b\",3,2024-"
                       "01-01T00:00:00Z\n"},
         {"votes.csv", "post_id,voter_email,created_at\np1,e@example.com,2024-01-01T00:00:00Z\n"},
         {"comments.csv", "post_id,body,author_email,author_name,is_staff,created_at\np1,Hm,d@"
                          "example.com,Donald,false,2024-01-01T00:00:00Z\n"}});
    const auto ducks = voice("Ducks");
    EXPECT_EQ(ducks.supporters, 1);
    EXPECT_EQ(ducks.unattributed, 2);
    EXPECT_EQ(ducks.tags.size(), 2U);
    EXPECT_EQ(replies(ducks.id).size(), 1U);
}

TEST_P(Exports, of_something_else_are_refused_as_a_whole)
{
    for (const auto& format : import_formats()) {
        EXPECT_FALSE(read_export(format, {{"x.csv", "a,b\n1,2\n"}})) << format;
        EXPECT_FALSE(read_export(format, {{"x.json", R"({"nothing":1})"}})) << format;
        EXPECT_FALSE(read_export(format, {{"x.csv", "\xff\xfe"}})) << format;
    }
    EXPECT_FALSE(read_export("word", {{"x.csv", "a\n"}}));
}

TEST_P(Exports, are_taken_back_but_for_what_people_went_on_with)
{
    const auto people_before = count("person");
    bring_in("fider", fider_backup);
    bring_in(
        "canny",
        {{"p.json", R"([{"id":"a","title":"Stays","author":{"id":"z","name":"Zoe"},"score":2}])"}});
    const auto viewer = viewer_of(owner);
    const auto runs = read(
        [&](store::Transaction& transaction) { return list_imports(transaction, viewer, 10); });
    ASSERT_EQ(runs.size(), 2U);
    const auto stays = voice("Stays");
    write([&](store::Transaction& transaction) {
        return give_support(transaction, hall->ids(), now(), viewer, stays.id, "").value();
    });
    for (const auto& run : runs) {
        ASSERT_TRUE(write([&](store::Transaction& transaction) {
            return undo_import(transaction, hall->ids(), now(), viewer, run.id);
        }));
        EXPECT_EQ(write([&](store::Transaction& transaction) {
                      return undo_import(transaction, hall->ids(), now(), viewer, run.id);
                  })
                      .error()
                      .reason,
                  Reason::conflict)
            << "once";
        while (take_back_piece(hall->database(), hall->ids(), hall->clock(), organisation.id,
                               run.id, "Import taken back")) {
        }
    }
    ASSERT_EQ(voices().size(), 1U);
    EXPECT_EQ(voice("Stays").supporters, 1);
    EXPECT_EQ(voice("Stays").unattributed, 2);
    EXPECT_EQ(count("support"), 1);
    read([&](store::Transaction& transaction) {
        EXPECT_EQ(count_voices(transaction, viewer).all, 1);
        EXPECT_TRUE(list_voices(transaction, {.query = "dark"}, viewer).value().voices.empty());
        return 0;
    });
    EXPECT_EQ(events("hear.voice_taken_back"), 1);
    EXPECT_EQ(events("hear.import_taken_back"), 2);
    EXPECT_GE(count("person"), people_before);

    // The same file brings it in anew, and what stayed is not doubled.
    EXPECT_EQ(bring_in("fider", fider_backup).made, 1);
    EXPECT_EQ(bring_in("canny", {{"p.json", R"([{"id":"a","title":"Stays"}])"}}).unchanged, 1);
    EXPECT_EQ(voice("Dark mode").supporters, 3);
}

MOOTHALL_ON_EACH_ENGINE(Exports);

class Tables : public Exports {
protected:
    Result<ImportReport> bring_in(std::string_view text, std::string file, bool dry_run = false,
                                  std::string source = "csv")
    {
        const auto viewer = viewer_of(owner);
        return import_csv(
            hall->database(), hall->ids(), hall->clock(), viewer, text,
            {.origin = "csv:" + file, .source = std::move(source), .dry_run = dry_run});
    }
};

TEST_P(Tables, are_known_by_their_ids_whatever_their_file_is_called)
{
    const auto* january = "id,title\n501,A bench\n502,A lamp\n";
    const auto* february = "id,title\n501,A bench\n502,A lamp\n503,A tree\n";
    EXPECT_EQ(bring_in(january, "jan.csv")->made, 2);
    EXPECT_EQ(bring_in(february, "feb.csv", true)->made, 1);
    EXPECT_EQ(bring_in(february, "feb.csv")->made, 1);
    EXPECT_EQ(bring_in(february, "feb.csv")->unchanged, 3);
    EXPECT_EQ(bring_in(january, "jan.csv", false, "csv:shop")->made, 2) << "numbered by another";
    // Without ids a row is its file's.
    EXPECT_EQ(bring_in("title\nA bench\n", "one.csv")->made, 1);
    EXPECT_EQ(bring_in("title\nA bench\n", "one.csv")->unchanged, 1);
    EXPECT_EQ(bring_in("title\nA bench\n", "two.csv")->made, 1);
}

TEST_P(Tables, that_came_in_under_the_name_of_their_file_are_still_known)
{
    const auto* text = "id,title\n501,A bench\n";
    EXPECT_EQ(bring_in(text, "jan.csv", false, "")->made, 1); // as it was once
    EXPECT_EQ(bring_in(text, "jan.csv")->made, 0);
}

TEST_P(Tables, name_a_second_row_with_the_same_id)
{
    const auto* text = "id,title\n500,A tree\n501,A bench\n502,A lamp\n501,Another bench\n";
    for (const bool dry_run : {true, false}) {
        const auto report = bring_in(text, "jan.csv", dry_run).value();
        EXPECT_EQ(report.made, 3);
        ASSERT_EQ(report.refused.size(), 1U);
        EXPECT_EQ(report.refused.front().line, 5U);
        EXPECT_EQ(report.refused.front().sentence, "The id 501 stands already on line 3.");
    }
}

TEST_P(Tables, that_cannot_be_read_to_their_end_do_not_come_in_by_half)
{
    using namespace std::string_literals;
    for (const auto& text :
         {"title\nA bench\n\"A lamp\nA tree\n"s, "title\nA bench\nA\0lamp\nA tree\n"s}) {
        const auto report = bring_in(text, "jan.csv");
        ASSERT_FALSE(report);
        EXPECT_THAT(report.error().sentence, HasSubstr("nothing after it can be read"));
        EXPECT_EQ(report.error().arguments, std::vector<std::string>{"3"});
        EXPECT_FALSE(measure_table(text)) << "the page says the same";
    }
    EXPECT_TRUE(voices().empty());
}

MOOTHALL_ON_EACH_ENGINE(Tables);

} // namespace
} // namespace moothall::hear
