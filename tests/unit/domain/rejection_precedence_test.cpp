// One request with everything wrong, mended one thing at a time: each refusal shows in the order of
// Rejection. A new Rejection fails here until it has its place (or its reason to have none).
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "domain/account/account_decide.hpp"
#include "domain/transfer/participant_decide.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;

struct Request {
  bool account_exists = false;
  AccountState account;
  LegContent content{alice, bob, uuid(1), 100, usd, LegRole::debit};
  Timestamp now = noon;

  [[nodiscard]] std::optional<Rejection> answer() const {
    return decide_try(account_exists ? &account : nullptr, nullptr, {{1, 0, 0}, 0}, content, now)
        .answer.rejection;
  }
};

struct Row {
  std::optional<Rejection> shows;
  std::function<void(Request&)> mend;
};

std::set<Rejection> walk(Request request, const std::vector<Row>& rows) {
  std::set<Rejection> shown;
  std::optional<Rejection> last;
  for (const Row& row : rows) {
    EXPECT_EQ(request.answer(), row.shows);
    if (row.shows) {
      EXPECT_TRUE(!last || *last < *row.shows) << "in the order of the enum";
      shown.insert(*row.shows);
    }
    last = row.shows;
    if (row.mend) row.mend(request);
  }
  return shown;
}

std::set<Rejection> walk_debit() {
  Request request;
  request.account.currency = usd;
  request.account.available = INT64_MIN + 10;  // too little, and too near the edge to go on
  request.account.frozen = true;
  request.account.closed = true;
  request.account.daily_debit_limit = 99;
  return walk(
      std::move(request),
      {
          {Rejection::account_not_found, [](Request& r) { r.account_exists = true; }},
          {Rejection::insufficient_available, [](Request& r) { r.account.allow_negative = true; }},
          {Rejection::account_frozen, [](Request& r) { r.account.frozen = false; }},
          {Rejection::account_closed, [](Request& r) { r.account.closed = false; }},
          {Rejection::balance_overflow, [](Request& r) { r.account.available = 0; }},
          {Rejection::daily_limit_exceeded, [](Request& r) { r.account.daily_debit_limit = 100; }},
          {std::nullopt, {}},
      });
}

std::set<Rejection> walk_debit_in_another_currency() {
  Request request;
  request.account.currency = eur;
  request.account.frozen = true;
  request.account.closed = true;
  request.account.daily_debit_limit = 99;
  request.account.allow_negative = true;
  request.account.available = INT64_MIN + 10;
  return walk(std::move(request),
              {
                  {Rejection::account_not_found, [](Request& r) { r.account_exists = true; }},
                  {Rejection::account_frozen, [](Request& r) { r.account.frozen = false; }},
                  {Rejection::account_closed, [](Request& r) { r.account.closed = false; }},
                  {Rejection::currency_mismatch, [](Request& r) { r.account.currency = usd; }},
                  {Rejection::balance_overflow, [](Request& r) { r.account.available = 0; }},
                  {Rejection::daily_limit_exceeded,
                   [](Request& r) { r.account.daily_debit_limit = no_daily_limit; }},
                  {std::nullopt, {}},
              });
}

std::set<Rejection> walk_credit() {
  Request request;
  request.content.role = LegRole::credit;
  request.account.currency = eur;
  request.account.available = INT64_MAX;
  request.account.frozen = true;
  request.account.closed = true;
  return walk(std::move(request),
              {
                  {Rejection::account_not_found, [](Request& r) { r.account_exists = true; }},
                  {Rejection::account_frozen, [](Request& r) { r.account.frozen = false; }},
                  {Rejection::account_closed, [](Request& r) { r.account.closed = false; }},
                  {Rejection::currency_mismatch, [](Request& r) { r.account.currency = usd; }},
                  {Rejection::balance_overflow, [](Request& r) { r.account.available = 0; }},
                  {std::nullopt, {}},
              });
}

// Where the refusals that no leg gives are tested.
bool belongs_elsewhere(Rejection rejection) {
  switch (rejection) {
    case Rejection::account_not_found:
    case Rejection::insufficient_available:
    case Rejection::account_frozen:
    case Rejection::account_closed:
    case Rejection::currency_mismatch:
    case Rejection::balance_overflow:
    case Rejection::daily_limit_exceeded: return false;
    case Rejection::deadline_passed:        // CoordinatorActor: no participant judges it
    case Rejection::transfer_not_found:     // api: asking for a transfer
    case Rejection::transaction_id_reused:  // CoordinatorActor
    case Rejection::account_exists:         // AccountDecide: opening
    case Rejection::same_account:           // api, and CoordinatorActor
    case Rejection::amount_not_positive:    // api, and CoordinatorActor
    case Rejection::too_many_decimals:      // Amount
    case Rejection::account_not_empty:      // AccountDecide: closing
    case Rejection::system_account:         // api
    case Rejection::metadata_full:          // AccountDecide: changing metadata
      return true;
  }
  return false;
}

TEST(RejectionPrecedence, OfADebitIsTheOrderOfTheEnum) { walk_debit(); }
TEST(RejectionPrecedence, OfADebitInAnotherCurrencyIsTheOrderOfTheEnum) {
  walk_debit_in_another_currency();
}
TEST(RejectionPrecedence, OfACreditIsTheOrderOfTheEnum) { walk_credit(); }

TEST(RejectionPrecedence, HasACaseForEveryRejection) {
  std::set<Rejection> shown = walk_debit();
  shown.merge(walk_debit_in_another_currency());
  shown.merge(walk_credit());
  for (const Rejection rejection : all_rejections)
    EXPECT_NE(shown.contains(rejection), belongs_elsewhere(rejection)) << to_string(rejection);
}

}  // namespace
}  // namespace florin
