// What `florin transaction` sends and shows.
#include <gmock/gmock.h>

#include "apps/florin/phase_view.hpp"
#include "apps/florin/render.hpp"
#include "apps/florin/transaction_body.hpp"

namespace florin::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CliPosting, IsReadFromThreeWords) {
  const std::pair<const char*, PostingWords> rows[] = {
      {"alice:bob:12.34", {"alice", "bob", "12.34"}},
      {"alice,bob,12.34", {"alice", "bob", "12.34"}},
      {"shop:1,eu:shop:2,5", {"shop:1", "eu:shop:2", "5"}},
      {"@outside:alice:5", {"@outside:USD", "alice", "5"}},
      {"alice:@outside:5", {"alice", "@outside:USD", "5"}},
      {"@outside:USD:alice:5", {"@outside:USD", "alice", "5"}},
      {"alice:@outside:EUR:5", {"alice", "@outside:EUR", "5"}},
      {"alice,@outside,5", {"alice", "@outside:USD", "5"}},
  };
  for (const auto& [text, words] : rows) {
    const auto posting = parse_posting(text, "USD");
    ASSERT_TRUE(posting) << text;
    EXPECT_EQ(*posting, words) << text;
  }
}

TEST(CliPosting, IsRefusedWhereItDoesNotSayWhoIsWho) {
  for (const char* text :
       {"", "alice", "alice:bob", "a:b:c:5", ":bob:5", "alice::5", "alice:bob:", "alice,bob",
        "a:b:@outside:USD:5", "@outside:USD:a:b:5", "a,b,c,5", "@outside:USD"}) {
    const auto posting = parse_posting(text, "USD");
    ASSERT_FALSE(posting) << text;
    EXPECT_EQ(posting.error().code, Errc::invalid);
    EXPECT_THAT(posting.error().context, HasSubstr("FROM:TO:AMOUNT"));
  }
}

TEST(CliTransaction, SendsWhatWasSaidAndNothingElse) {
  TransactionWords words{
      {{"alice", "bob", "1"}, {"alice", "carol", "2"}}, "USD", "id-1", "", "", ""};
  EXPECT_EQ(transaction_body(words),
            R"({"transaction_id":"id-1","postings":[)"
            R"({"from_account":"alice","to_account":"bob","amount":"1","currency":"USD"},)"
            R"({"from_account":"alice","to_account":"carol","amount":"2","currency":"USD"}]})");
  words.reference = "a\"b";
  words.deadline = "2030-01-01T00:00:00Z";
  EXPECT_THAT(transaction_body(words),
              HasSubstr(R"(}],"deadline":"2030-01-01T00:00:00Z","reference":"a\"b"})"));
}

TEST(CliTransaction, OfAFileGetsAnIdWhereItHasNone) {
  const auto chosen = transaction_of(R"( {"postings":[]})", "", "new");
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->body, R"({"transaction_id":"new","postings":[]})");
  EXPECT_EQ(chosen->id, "new");
  EXPECT_EQ(transaction_of("{}", "asked", "new")->body, R"({"transaction_id":"asked"})");
  const std::string own = R"({"transaction_id":"own","postings":[]})";
  EXPECT_EQ(transaction_of(own, "", "new")->body, own);
  EXPECT_EQ(transaction_of(own, "", "new")->id, "own");
  EXPECT_EQ(transaction_of(own, "asked", "new").error().code, Errc::invalid);
  EXPECT_EQ(transaction_of("[1]", "", "new").error().code, Errc::invalid);
  EXPECT_EQ(transaction_of("{", "", "new").error().code, Errc::invalid);
}

constexpr const char* refused =
    R"({"transaction_id":"t1","status":"cancelled","protocol":"tcc","currency":"USD","decision":"cancel",)"
    R"("reference":"dinner","code":"account_frozen","param":"/postings/1/to_account","postings":[)"
    R"({"from_account":"alice","to_account":"bob","amount":"5.00","currency":"USD"},)"
    R"({"from_account":"carol","to_account":"dave","amount":"12.50","currency":"USD"}],"legs":[)"
    R"({"posting":0,"account":"alice","role":"debit","partition":3,"try":"answered","try_answer":"ok",)"
    R"("second_phase":"answered","out_of_order":false},)"
    R"({"posting":1,"account":"dave","role":"credit","partition":12,"try":"answered",)"
    R"("try_answer":"account_frozen","second_phase":"answered","out_of_order":false}],)"
    R"("started_at":"T1","finished_at":"T2","position":"p3:7:0"})";

TEST(CliTransaction, ShowsItsPostingsAndEveryLeg) {
  const std::string text = render_transaction(refused);
  EXPECT_THAT(text, HasSubstr("status            cancelled\n"));
  EXPECT_THAT(text, HasSubstr("about             /postings/1/to_account\n"));
  EXPECT_THAT(text, HasSubstr("reference         dinner\n"));
  EXPECT_THAT(text, HasSubstr("      1  carol  dave   12.50  USD\n"));
  EXPECT_THAT(text, HasSubstr("      1  credit  dave            12  answered  account_frozen  "));
  EXPECT_THAT(text, Not(HasSubstr("description")));
}

TEST(CliTransaction, IsPointedToWhereATransferIsShown) {
  const std::string text = render_phase_status(
      R"({"transaction_id":"t1","from_account":"alice","postings":[{},{},{}],"legs":[]})");
  EXPECT_THAT(text,
              HasSubstr("postings          3, this is the first: florin transaction show t1\n"));
  EXPECT_THAT(render_phase_status(R"({"transaction_id":"t1","legs":[]})"),
              Not(HasSubstr("postings")));
}

TEST(CliTransaction, ShowsABodyThatIsNoneAsItIs) {
  EXPECT_EQ(render_transaction("<html>\x1b"), "<html>?\n");
}

TEST(CliTransaction, ThatIsPendingIsAskedForByItsOwnCommand) {
  const client::HttpReply pending{202, -1, false, R"({"Status":"pending","outcome":"unknown"})"};
  EXPECT_THAT(render_outcome(pending, "t1", "transaction"),
              HasSubstr("florin transaction show t1\n"));
  EXPECT_THAT(render_outcome(pending, "t1"), HasSubstr("florin transfer show t1\n"));
}

}  // namespace
}  // namespace florin::cli
