// The body of POST /v1/wallet/transactions: what it may say, and all that is wrong with it at once.
#include "api/requests/transaction_request.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

constexpr std::string_view right_id = R"("transaction_id":"00000000-0000-4000-8000-000000000001")";

TransferRequest read_as_transaction(std::string body) {
  const auto object = parse_json_object(body);
  EXPECT_TRUE(object.has_value()) << body;
  TransferRequest request;
  read_transaction(*object, request);
  return request;
}

std::string posting(std::string_view from, std::string_view to, std::string_view amount = "1.00",
                    std::string_view currency = "USD") {
  std::string json = R"({"from_account":")";
  json.append(from).append(R"(","to_account":")").append(to).append(R"(","amount":")");
  return json.append(amount).append(R"(","currency":")").append(currency).append("\"}");
}

std::string list_of(const std::vector<std::string>& postings, std::string_view more = "") {
  std::string body = "{" + std::string(right_id) + R"(,"postings":[)";
  for (std::size_t i = 0; i < postings.size(); ++i) body.append(i ? "," : "").append(postings[i]);
  return body.append("]").append(more).append("}");
}

// "code/place code/place"
std::string wrong_with(std::string body) {
  const TransferRequest request = read_as_transaction(std::move(body));
  std::string all;
  for (const ProblemPart& part : request.wrong.all())
    all.append(all.empty() ? "" : " ").append(part.kind->code).append(part.param);
  return all;
}

TEST(TransactionRequest, HasPostingsInTheOrderOfTheRequest) {
  const TransferRequest request = read_as_transaction(
      list_of({posting("alice", "bob", "1.5"), posting("carol", "@outside:USD", "2")},
              R"(,"deadline":"2030-01-01T00:00:00Z","reference":"r")"));
  EXPECT_TRUE(request.wrong.empty());
  EXPECT_TRUE(request.is_transaction);
  const std::vector<TransferPosting> expected{
      {AccountId::from_trusted("alice"), AccountId::from_trusted("bob"), 150},
      {AccountId::from_trusted("carol"), AccountId::from_trusted("@outside:USD"), 200}};
  EXPECT_EQ(request.postings, expected);
  EXPECT_EQ(request.transfer.from.view(), "alice") << "the first says whose it is";
  EXPECT_EQ(request.transfer.amount, 150);
  EXPECT_EQ(request.transfer.currency.view(), "USD");
  EXPECT_FALSE(request.transfer.deadline.is_none());
  EXPECT_EQ(request.notes->reference, "r");
}

TEST(TransactionRequest, HasOneToEightPostings) {
  const std::vector<std::string> eight(8, posting("a", "b"));
  EXPECT_EQ(read_as_transaction(list_of(eight)).postings.size(), 8U);
  EXPECT_EQ(read_as_transaction(list_of({posting("a", "b")})).postings.size(), 1U);
  EXPECT_EQ(wrong_with(list_of(std::vector<std::string>(9, "17"))), "invalid_request/postings");
  EXPECT_EQ(wrong_with(list_of({})), "invalid_request/postings");
  for (const char* value : {"{}", "null", "\"x\"", "7"})
    EXPECT_EQ(wrong_with("{" + std::string(right_id) + R"(,"postings":)" + value + "}"),
              "invalid_request/postings")
        << value;
  EXPECT_EQ(wrong_with("{" + std::string(right_id) + "}"), "invalid_request/postings");
}

TEST(TransactionRequest, SaysAllThatIsWrongAtItsPlace) {
  EXPECT_EQ(wrong_with(R"({"memo":1,"postings":[)" + posting("a b", "b", "-1") +
                       R"(,17,{"amount":1,"currency":"XXX","x":1,"currency":"USD"}],)"
                       R"("protocol":"2pc","deadline":7,"reference":1,"metadata":{"k":2}})"),
            "unknown_field/memo invalid_request/postings/0/from_account "
            "invalid_request/postings/0/amount invalid_request/postings/1 "
            "unknown_field/postings/2/x duplicate_field/postings/2/currency "
            "invalid_request/postings/2/from_account invalid_request/postings/2/to_account "
            "invalid_request/postings/2/currency invalid_request/postings/2/amount "
            "invalid_request/transaction_id invalid_request/protocol invalid_request/deadline "
            "invalid_request/reference invalid_request/metadata/k");
}

TEST(TransactionRequest, IsRefusedByItsPostings) {
  const struct {
    std::vector<std::string> postings;
    const char* wrong;
  } rows[] = {
      {{posting("a", "b"), posting("c", "c")}, "same_account/postings/1/to_account"},
      {{posting("a", "b", "0"), posting("a", "c", "0.001")},
       "amount_not_positive/postings/0/amount too_many_decimals/postings/1/amount"},
      {{posting("@fees", "b"), posting("c", "@x")},
       "system_account/postings/0/from_account system_account/postings/1/to_account"},
      {{posting("a", "b"), posting("@outside:USD", "@outside:EUR")},
       "currency_mismatch/postings/1/currency"},
      {{posting("a", "b"), posting("@outside:USD", "@outside:USD")},
       "same_account/postings/1/to_account"},
      // Of one outside the partition says it, and records it; unless the request is refused anyway.
      {{posting("a", "@outside:EUR"), posting("c", "d")}, ""},
      {{posting("a", "@outside:EUR"), posting("c", "c")},
       "currency_mismatch/postings/0/currency same_account/postings/1/to_account"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(wrong_with(list_of(row.postings)), row.wrong);
    EXPECT_FALSE(read_as_transaction(list_of(row.postings)).wrong.is_malformed());
  }
}

TEST(TransactionRequest, IsInOneCurrency) {
  EXPECT_EQ(wrong_with(list_of({posting("a", "b"), posting("a", "c", "1", "JPY"), posting("a", "d"),
                                posting("a", "e", "1", "EUR")})),
            "mixed_currencies/postings/1/currency mixed_currencies/postings/3/currency");
  EXPECT_EQ(wrong_with(list_of({posting("a", "b", "1", "XXX"), posting("a", "c", "1", "JPY"),
                                posting("a", "d", "1", "JPY")})),
            "invalid_request/postings/0/currency");
}

// Sagas of several steps are still to come: nobody gets another protocol than was asked for without a word.
TEST(TransactionRequest, OfSeveralPostingsIsNoSaga) {
  constexpr const char* saga = R"(,"protocol":"saga")";
  EXPECT_EQ(wrong_with(list_of({posting("a", "b"), posting("a", "c")}, saga)),
            "invalid_request/protocol");
  EXPECT_EQ(read_as_transaction(list_of({posting("a", "b")}, saga)).transfer.protocol,
            Protocol::saga);
}

// An answer stays small, and still says why it is what it is.
TEST(TransactionRequest, ListsSoManyFaultsAndNoMore) {
  const std::string hostile = R"({"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0})";
  const TransferRequest request =
      read_as_transaction(list_of(std::vector<std::string>(8, hostile), R"(,"protocol":1)"));
  EXPECT_EQ(request.wrong.all().size(), limits::problem_parts_max + 1);
  EXPECT_EQ(request.wrong.all().back().param, "/protocol");
  EXPECT_TRUE(request.wrong.is_malformed());
  EXPECT_EQ(request.wrong.first().kind->code, "unknown_field");
}

TEST(TransactionRequest, IsKnownByItsListAlone) {
  const std::pair<const char*, bool> rows[] = {{R"({"postings":7})", true}, {R"({"a":1})", false}};
  for (const auto& [body, has] : rows) {
    std::string text = body;
    EXPECT_EQ(has_postings(*parse_json_object(text)), has) << body;
  }
}

}  // namespace
}  // namespace florin
