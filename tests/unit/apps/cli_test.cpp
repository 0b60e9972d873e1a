// What the command line shows: tables, problems, completion; and the conversation behind a command.
#include <gtest/gtest.h>

#include "apps/florin/completion.hpp"
#include "apps/florin/phase_view.hpp"
#include "apps/florin/render.hpp"
#include "apps/florin/request.hpp"
#include "tests/unit/apps/fake_node.hpp"

namespace florin::cli {
namespace {

TEST(CliRender, ShowsThePhaseStatusOfEveryLeg) {
  const std::string text = render_phase_status(
      R"({"transaction_id":"t1","status":"confirming","protocol":"tcc","from_account":"alice","to_account":"bob",)"
      R"("amount":"5.00","currency":"USD","decision":"confirm","legs":[)"
      R"({"account":"alice","role":"debit","partition":3,"try":"answered","try_answer":"ok","second_phase":"answered","out_of_order":false},)"
      R"({"account":"bob","role":"credit","partition":12,"try":"sent","second_phase":"none","out_of_order":true}],)"
      R"("started_at":"2026-01-02T03:04:05Z","finished_at":null,"position":"p3:7:0"})");
  EXPECT_NE(text.find("status            confirming\n"), std::string::npos) << text;
  EXPECT_NE(text.find("debit   alice            3  answered  ok      answered      no"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("credit  bob             12  sent              none          yes"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("finished"), std::string::npos) << text;
}

TEST(CliRender, ShowsAStatementWithSigns) {
  const std::string text = render_statement(
      R"({"data":[{"position":"p1:2:0","time":"T","transaction_id":"x","direction":"debit","amount":"1.00",)"
      R"("counterparty":"bob","posted_after":"-3.00"}],"next_cursor":null})");
  EXPECT_NE(text.find("T     debit       -1.00  bob                  -3.00  x"), std::string::npos)
      << text;
}

TEST(CliRender, ShowsWhatATransferIsFor) {
  const std::string status = render_phase_status(
      R"({"transaction_id":"t1","status":"completed","protocol":"local","from_account":"a","to_account":"b",)"
      R"("amount":"5.00","currency":"USD","decision":"confirm","reference":"invoice 1","metadata":{"k":"v"},)"
      R"("legs":[],"started_at":"T","finished_at":"T","position":"p3:7:0"})");
  EXPECT_NE(status.find("reference         invoice 1\n"), std::string::npos) << status;
  EXPECT_NE(status.find("metadata          k = v\n"), std::string::npos) << status;
  EXPECT_EQ(status.find("description"), std::string::npos) << status;
  const std::string statement = render_statement(
      R"({"data":[{"position":"p1:2:0","time":"T","transaction_id":"x","kind":"compensation","direction":"credit",)"
      R"("amount":"1.00","counterparty":"bob","posted_after":"3.00","reference":"rent"}],"next_cursor":null})");
  EXPECT_NE(statement.find("given back: rent"), std::string::npos) << statement;
}

TEST(CliRender, ShowsAnAccountsState) {
  const std::string text = render_account(
      R"({"account_id":"a","currency":"USD","kind":"user","posted":"1.00","held":"0.00","available":"1.00",)"
      R"("frozen":true,"closed":false,"allow_negative":false,"daily_debit_limit":null,"metadata":{"k":"v"}})");
  EXPECT_NE(text.find("state             frozen\n"), std::string::npos) << text;
  EXPECT_NE(text.find("metadata          k = v\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("limit"), std::string::npos) << text;
}

TEST(CliRender, SaysWhatToDoAboutAProblem) {
  client::HttpReply reply{
      422, -1, false,
      R"({"code":"insufficient_available","detail":"alice has 1.00","outcome":"not_executed",)"
      R"("retry":"new_id","param":"/amount"})"};
  const std::string text = render_problem(reply);
  for (const char* must : {"insufficient_available (422): alice has 1.00", "nothing was executed",
                           "a new id", "/amount"})
    EXPECT_NE(text.find(must), std::string::npos) << text;
  const std::string busy = render_problem(
      {503, 2, false, R"({"code":"overloaded","retry":"same_id","outcome":"not_executed"})"});
  EXPECT_NE(busy.find("after 2 s with the same --id"), std::string::npos) << busy;
}

TEST(CliRender, ShowsABodyThatIsNoJsonAsItIs) {
  EXPECT_EQ(render_account("<html>\x1b"), "<html>?\n");
  EXPECT_EQ(render_problem({502, -1, false, "bad gateway"}), "bad gateway\n");
}

TEST(CliRequest, LeavesOutEmptyFields) {
  EXPECT_EQ(json_object({{"a", "x\"y"}, {"b", ""}, {"c", "z"}}), R"({"a":"x\"y","c":"z"})");
}

int exit_code_for(int status, const std::string& body) {
  test::FakeNode node([&](const auto&, const auto&, const auto&) {
    return test::FakeAnswer{status, body, "", false};
  });
  Globals globals;
  globals.url = "http://" + node.address().authority;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  converse(globals, "GET", "/x", "", [](const client::HttpReply& r) { return r.body; });
  testing::internal::GetCapturedStdout();
  testing::internal::GetCapturedStderr();
  return globals.exit_code;
}

TEST(CliRequest, MapsAnswersToExitCodes) {
  EXPECT_EQ(exit_code_for(200, "{}"), exit_ok);
  EXPECT_EQ(exit_code_for(202, R"({"outcome":"executed"})"), exit_ok);
  EXPECT_EQ(exit_code_for(202, R"({"outcome":"unknown"})"), exit_unreachable);
  EXPECT_EQ(exit_code_for(422, R"({"code":"account_frozen"})"), exit_refused);
  EXPECT_EQ(exit_code_for(503, R"({"code":"overloaded"})"), exit_unreachable);
}

std::string page_of(std::size_t rows, const std::string& cursor) {
  std::string body = R"({"data":[)";
  for (std::size_t i = 0; i < rows; ++i) body += i == 0 ? "{}" : ",{}";
  return body + R"(],"next_cursor":)" + (cursor.empty() ? "null}" : "\"" + cursor + "\"}");
}

TEST(CliRequest, FollowsPagesUpToTheLimit) {
  std::vector<std::string> asked;
  test::FakeNode node([&](const auto&, const std::string& target, const auto&) {
    asked.push_back(target);
    return test::FakeAnswer{200, page_of(100 / asked.size(), "c " + std::to_string(asked.size())),
                            "", false};
  });
  Globals globals;
  globals.url = "http://" + node.address().authority;
  testing::internal::CaptureStdout();
  converse_pages(globals, "/v1/accounts", 150, "", render_account_list);
  const std::string shown = testing::internal::GetCapturedStdout();
  EXPECT_EQ(asked, (std::vector<std::string>{"/v1/accounts?limit=100",
                                             "/v1/accounts?limit=50&cursor=c%201"}));
  EXPECT_NE(shown.find("more: --cursor c 2"), std::string::npos) << shown;
}

TEST(CliRequest, GoesOnOverShortAndEmptyPages) {
  const std::vector<std::string> pages{page_of(0, "c1"), page_of(2, "c2"), page_of(0, "c3"),
                                       page_of(1, "")};
  std::vector<std::string> asked;
  test::FakeNode node([&](const auto&, const std::string& target, const auto&) {
    asked.push_back(target);
    return test::FakeAnswer{200, pages.at(asked.size() - 1), "", false};
  });
  Globals globals;
  globals.url = "http://" + node.address().authority;
  testing::internal::CaptureStdout();
  converse_pages(globals, "/v1/payments?status=FAILED", 0, "",
                 [](std::string_view body) { return std::to_string(page_rows(body)) + " rows\n"; });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "2 rows\n1 rows\n");
  EXPECT_EQ(asked.back(), "/v1/payments?status=FAILED&limit=100&cursor=c3");
}

TEST(CliRequest, AListWithoutRowsIsShownOnce) {
  test::FakeNode node([&](const auto&, const auto&, const auto&) {
    return test::FakeAnswer{200, page_of(0, ""), "", false};
  });
  Globals globals;
  globals.url = "http://" + node.address().authority;
  testing::internal::CaptureStdout();
  converse_pages(globals, "/v1/payments", 20, "", [](std::string_view) { return "header\n"; });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "header\n");
}

TEST(CliCompletion, OffersTheWordsOfEachCommand) {
  const std::vector<CommandWords> commands{
      {"", {"account"}, {"--json"}}, {"account", {"show"}, {}}, {"account show", {}, {"--help"}}};
  const std::string bash = completion_script(Shell::bash, commands);
  EXPECT_NE(bash.find("\"account\") words=\"show\""), std::string::npos) << bash;
  EXPECT_NE(bash.find("\"account show\") path=\"account show\""), std::string::npos) << bash;
  EXPECT_NE(completion_script(Shell::zsh, commands).find("bashcompinit"), std::string::npos);
  const std::string fish = completion_script(Shell::fish, commands);
  EXPECT_NE(
      fish.find(
          "__fish_seen_subcommand_from account; and __fish_seen_subcommand_from show' -l help"),
      std::string::npos)
      << fish;
  EXPECT_FALSE(parse_shell("tcsh"));
}

}  // namespace
}  // namespace florin::cli
