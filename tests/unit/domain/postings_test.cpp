// Which events post, and what: a table over all of them, and the sums that each one's sides must have.
#include "domain/postings.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace florin {
namespace {

const AccountId postings_payer = AccountId::from_trusted("payer");
const AccountId postings_payee = AccountId::from_trusted("payee");
const Currency postings_usd = *parse_currency("USD");

LegContent postings_content(LegRole role) {
  LegContent content;
  content.account = role == LegRole::debit ? postings_payer : postings_payee;
  content.counterparty = role == LegRole::debit ? postings_payee : postings_payer;
  content.amount = 70;
  content.currency = postings_usd;
  content.role = role;
  return content;
}

// "- payer 70, + clearing 70"
std::string postings_text(const Event& event) {
  std::string text;
  for (const Posting& posting : postings_of(event)) {
    if (!text.empty()) text += ", ";
    text += posting.side == LegRole::debit ? "- " : "+ ";
    text += posting.is_clearing() ? "clearing" : posting.account->str();
    text += " " + std::to_string(posting.amount);
  }
  return text;
}

// One of each alternative, with content where it has some, and what it posts; nothing where it is not named.
struct PostingExample {
  Event event;
  std::string posts;
};

std::vector<PostingExample> posting_examples() {
  const LegContent debit = postings_content(LegRole::debit);
  const LegContent credit = postings_content(LegRole::credit);
  return {
      {TransferPosted{{}, postings_payer, postings_payee, 70, postings_usd, {}, {}},
       "- payer 70, + payee 70"},
      {LegConfirmed{{}, debit, {}}, "- payer 70, + clearing 70"},
      {LegConfirmed{{}, credit, {}}, "+ payee 70, - clearing 70"},
      {StepApplied{{}, debit, {}}, "- payer 70, + clearing 70"},
      {StepApplied{{}, credit, {}}, "+ payee 70, - clearing 70"},
      {StepCompensated{{}, debit, {}}, "+ payer 70, - clearing 70"},
      {TransferRefused{{}, postings_payer, postings_payee, 70, postings_usd, {}}, ""},
      {MoneyStepDone{{},
                     {{{postings_payer, postings_payee, 70}, {}, {}},
                      {{postings_payee, postings_payer, 7}, {}, {}}}},
       "- payer 70, + payee 70, - payee 7, + payer 7"},
      {MoneyStepRefused{}, ""},
      {LedgerEntryPosted{}, ""},
      {LegTried{{}, debit}, ""},
      {LegRefused{{}, debit, {}}, ""},
  };
}

template <std::size_t... I>
std::vector<Event> one_of_each(std::index_sequence<I...>) {
  return {Event(std::in_place_index<I>)...};
}
std::vector<Event> one_of_each_event() {
  return one_of_each(std::make_index_sequence<std::variant_size_v<Event>>());
}

TEST(Postings, AreWhatTheEventSays) {
  for (const PostingExample& example : posting_examples())
    EXPECT_EQ(postings_text(example.event), example.posts) << event_name(example.event);
}

TEST(Postings, AreOfTheseEventsOnly) {
  std::vector<std::string> posting;
  for (const Event& event : one_of_each_event())
    if (!postings_of(event).empty()) posting.emplace_back(event_name(event));
  EXPECT_EQ(posting, (std::vector<std::string>{"transfer_posted", "leg_confirmed", "step_applied",
                                               "step_compensated"}));
}

TEST(Postings, OfOneEventAddUpToNothing) {
  for (const PostingExample& example : posting_examples()) {
    std::map<Currency, WideMinor> sums;
    for (const Posting& posting : postings_of(example.event))
      sums[posting.currency] += posting.change();
    for (const auto& [currency, sum] : sums) EXPECT_EQ(sum, 0) << event_name(example.event);
  }
}

TEST(Postings, SayWhatAStatementShows) {
  const Uuid id{{1, 2, 3}};
  const Event event =
      TransferPosted{id, postings_payer, postings_payee, 70, postings_usd, {4, 5, 30}, {6, 7, 170}};
  const Postings postings = postings_of(event);
  ASSERT_EQ(postings.size(), 2U);
  const Posting& debit = *postings.begin();
  const Posting& credit = *(postings.begin() + 1);
  EXPECT_EQ(*debit.counterparty, postings_payee);
  EXPECT_EQ(*credit.counterparty, postings_payer);
  EXPECT_EQ(*debit.trail, (PostingTrail{4, 5, 30}));
  EXPECT_EQ(*credit.trail, (PostingTrail{6, 7, 170}));
  EXPECT_EQ(*debit.transaction_id, id);
}

TEST(Postings, OfTheSmallestAmountHaveAnOpposite) {
  Posting posting;
  posting.amount = INT64_MIN;  // no log of ours has it, but an audit reads logs of others, too
  EXPECT_EQ(posting.change(), -WideMinor{INT64_MIN});
}

}  // namespace
}  // namespace florin
