// Asks without threads: what is sent again, what is believed, and what nobody hears.
#include "actors/asks/ask_table.hpp"

#include <gmock/gmock.h>

#include "actors/messages/address.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using Why = NotAccepted::Why;

class EraRouter final : public Router {
 public:
  EraRouter() : Router(PartitionMap(2)) {}
  Taken ask(PartitionId, std::vector<Message>&) override { return {}; }
  using Router::tell;
  void tell(PartitionId, std::vector<Message>) override {}
  [[nodiscard]] std::uint64_t era(PartitionId) const override { return current; }
  std::uint64_t current = 1;
};

class AskTableTest : public testing::Test {
 protected:
  static constexpr AskTime again_for{4'000'000};
  static constexpr AskTime patience{10'000'000};

  static Message transfer(std::uint8_t id = 1) {
    StartTransfer message;
    message.from = words::alice;
    message.to = words::bob;
    message.transaction_id.bytes[0] = id;
    return message;
  }
  static Message change(AccountChange what) {
    return ChangeAccount{.account = words::alice, .change = what, .reason = ""};
  }
  RequestId ask(Message message) {
    std::vector<Addressed> one;
    one.push_back({0, std::move(message)});
    table.open(++number, one, AskTime(0), patience,
               [this](AskReplies replies) { answers.push_back(std::move(replies)); });
    return request_of(one[0].message);
  }
  void deliver(Reply reply) {
    const std::uint64_t of = ask_id::number(reply.request);
    if (auto finished = table.deliver(of, std::span(&reply, 1)))
      finished->done(std::move(finished->replies));
  }
  void refuse(RequestId request, Why why) { deliver({request, {}, NotAccepted{why}}); }
  void complete(RequestId request, const Message& of) {
    deliver({request, {7, 0, 0}, TransferOutcome{}, question_of(of).subject});
  }
  // The number under which it is sent once more; 0: it is not.
  RequestId again(AskTime now = AskTime(50'000)) {
    std::vector<AskTable::Finished> finished;
    const auto due = table.take_due(now, finished);
    for (auto& ask : finished) ask.done(std::move(ask.replies));
    return due.empty() ? 0 : request_of(due.at(0).messages.at(0).message);
  }
  EraRouter router;
  std::vector<RequestId> unfit;
  AskTable table{router, again_for, [this](const Reply& reply) { unfit.push_back(reply.request); },
                 PeerProcess{3, 33}};
  std::uint64_t number = 0;
  std::vector<AskReplies> answers;
};

TEST_F(AskTableTest, AnAnswerAboutSomethingElseIsNobodysAndTheRightOneMayStillCome) {
  const RequestId request = ask(transfer(1));
  complete(request, transfer(2));
  deliver({request, {7, 0, 0}, CheckResult{}, question_of(transfer(1)).subject});
  deliver({request, {7, 0, 0}, std::make_unique<AccountView>(), question_of(transfer(1)).subject});
  EXPECT_THAT(answers, IsEmpty());
  EXPECT_THAT(unfit, SizeIs(3));
  complete(request, transfer(1));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(answers[0][0]->position.index, 7U);
}

TEST_F(AskTableTest, AnAccountIsShownToNobodyWhoAskedForAnother) {
  const RequestId request = ask(GetAccount{.request = 0, .account = words::alice});
  auto view = std::make_unique<AccountView>();
  view->account = words::bob;
  deliver({request,
           {7, 0, 0},
           std::move(view),
           subject_of(GetAccount{.request = 0, .account = words::bob})});
  EXPECT_THAT(answers, IsEmpty());
  EXPECT_THAT(unfit, SizeIs(1));
}

TEST_F(AskTableTest, APlaceThatTheAskDoesNotHaveIsNobodys) {
  const RequestId request = ask(transfer());
  complete(request + 1, transfer());
  EXPECT_THAT(answers, IsEmpty());
  EXPECT_THAT(unfit, SizeIs(1));
}

TEST_F(AskTableTest, ARefusalOfAnEarlierSendingSaysNothingAboutTheNewest) {
  const RequestId first = ask(transfer());
  refuse(first, Why::no_leader);
  const RequestId second = again();
  ASSERT_NE(second, 0U);
  EXPECT_EQ(ask_id::number(second), ask_id::number(first));
  refuse(first, Why::no_leader);  // it has come twice
  EXPECT_EQ(again(), 0U);
  refuse(second, Why::no_leader);
  EXPECT_NE(again(), 0U);
}

TEST_F(AskTableTest, AnAnswerToAnEarlierSendingIsAnAnswer) {
  const RequestId first = ask(transfer());
  router.current = 2;
  ASSERT_NE(again(), 0U);
  complete(first, transfer());
  EXPECT_THAT(answers, SizeIs(1));
}

TEST_F(AskTableTest, OverloadedIsNoAnswerToWhatAnEarlierSendingMayHaveDone) {
  ask(transfer());
  router.current = 2;  // its leader was lost
  const RequestId second = again();
  ASSERT_NE(second, 0U);
  refuse(second, Why::overloaded);
  EXPECT_THAT(answers, IsEmpty()) << "it would say that nothing was executed";
  const RequestId third = again();
  ASSERT_NE(third, 0U);
  complete(third, transfer());
  EXPECT_THAT(answers, SizeIs(1));
  refuse(ask(transfer(2)), Why::overloaded);
  EXPECT_THAT(answers, SizeIs(2)) << "of the first sending it is one";
}

TEST_F(AskTableTest, ThereIsALastSending) {
  RequestId newest = ask(transfer());
  for (std::uint32_t i = 1; i < ask_id::attempts_max; ++i) {
    refuse(newest, Why::no_leader);
    newest = again();
    ASSERT_EQ(ask_id::attempt(newest), i);
  }
  refuse(newest, Why::no_leader);
  EXPECT_EQ(again(), 0U);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(get<NotAccepted>(answers[0][0]->body).why, Why::no_leader);
}

TEST_F(AskTableTest, NumbersOfAsksComeRoundWithoutMeetingAnything) {
  number = ask_id::number_mask;
  const RequestId request = ask(transfer());
  EXPECT_EQ(ask_id::number(request), 0U);
  EXPECT_FALSE(ask_id::is_forwarded(request));
  EXPECT_FALSE(ask_id::is_forwarded(
      ask_id::make(ask_id::number_mask, ask_id::attempts_max - 1, ask_id::items_max - 1)));
  complete(request, transfer());
  EXPECT_THAT(answers, SizeIs(1));
}

// --- what changes something --------------------------------------------------------------------------------

TEST_F(AskTableTest, AChangeOfAnAccountThatMayHaveBeenMadeIsNotSentAgain) {
  for (const AccountChange what :
       {AccountChange::freeze, AccountChange::unfreeze, AccountChange::close}) {
    ask(change(what));
    router.current += 1;
    EXPECT_EQ(again(), 0U) << "its leader was lost, and may have made it";
    const RequestId other = ask(change(what));
    refuse(other, Why::lost);
    EXPECT_EQ(again(), 0U);
  }
  EXPECT_THAT(answers, IsEmpty());
  for (auto& expired : table.take_expired(patience)) {
    EXPECT_FALSE(expired.replies.at(0)) << "not known, and nobody says anything else";
  }
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(AskTableTest, AChangeOfAnAccountThatNobodyTookIsSentAgain) {
  const RequestId first = ask(change(AccountChange::unfreeze));
  refuse(first, Why::no_leader);
  const RequestId second = again();
  ASSERT_NE(second, 0U);
  refuse(first, Why::no_leader);
  EXPECT_EQ(again(), 0U) << "the second may be made this very moment";
  router.current = 2;
  EXPECT_EQ(again(), 0U);
  refuse(second, Why::no_leader);
  EXPECT_NE(again(), 0U) << "and this says that it was not";
}

TEST_F(AskTableTest, AChangeThatNobodyTookInTimeHasNotBeenExecuted) {
  const RequestId first = ask(change(AccountChange::freeze));
  refuse(first, Why::no_leader);
  EXPECT_EQ(again(again_for), 0U);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(get<NotAccepted>(answers[0][0]->body).why, Why::no_leader);
}

TEST_F(AskTableTest, ACommandKeepsItsIdHoweverOftenItIsSent) {
  std::vector<Addressed> one;
  one.push_back({0, change(AccountChange::freeze)});
  table.open(++number, one, AskTime(0), patience, [](const AskReplies&) {});
  const CommandId id = get<ChangeAccount>(one[0].message).command;
  EXPECT_EQ(id.node, 3U);
  EXPECT_EQ(id.process, 33U);
  refuse(request_of(one[0].message), Why::no_leader);
  std::vector<AskTable::Finished> finished;
  const auto due = table.take_due(AskTime(1), finished);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(get<ChangeAccount>(due[0].messages.at(0).message).command, id);
  EXPECT_EQ(ask_id::without_attempt(request_of(due[0].messages.at(0).message)), id.number);
}

// --- what fits what ----------------------------------------------------------------------------------------

std::vector<Message> clients_messages() {
  std::vector<Message> all;
  StartTransfer start;
  start.from = words::alice;
  start.to = words::bob;
  all.emplace_back(start);
  all.emplace_back(OpenAccount{.account = words::alice, .currency = words::usd, .metadata = {}});
  all.emplace_back(ChangeAccount{.account = words::alice, .reason = ""});
  all.emplace_back(GetAccount{0, words::alice});
  all.emplace_back(CheckLeg{.account = words::alice, .currency = words::usd});
  all.emplace_back(GetTransfer{0, 1, {}, words::alice});
  all.emplace_back(GetTrialBalance{0, 1});
  all.emplace_back(ListAccounts{0, 1, "a", 3});
  const PaymentId po = PaymentId::from_trusted("po-1");
  all.emplace_back(GetPayment{0, po});
  all.emplace_back(GetCheckout{0, PaymentId::from_trusted("co-1")});
  all.emplace_back(CancelPayment{0, po});
  TakeHint hint;
  hint.order = po;
  all.emplace_back(hint);
  StartCheckout start_checkout;
  start_checkout.checkout = PaymentId::from_trusted("co-1");
  all.emplace_back(start_checkout);
  all.emplace_back(GetLedgerSums{0, 1});
  all.emplace_back(GetLedgerBalance{0, 1, {LedgerKind::revenue_fees, {}}, words::usd});
  all.emplace_back(ListPayments{0, 1, {}, po, 3});
  all.emplace_back(GetPaymentKey{0, po});
  return all;
}

TEST(Questions, EachIsAnsweredByItsOwnKindsAndBySubjectOnly) {
  const auto all_bodies = [] {
    std::vector<ReplyBody> all;
    all.emplace_back(TransferOutcome{});
    all.emplace_back(Refused{});
    all.emplace_back(CheckResult{});
    all.emplace_back(NotAccepted{});
    all.emplace_back(std::make_unique<AccountView>());
    all.emplace_back(std::make_unique<AccountPage>());
    all.emplace_back(std::make_unique<TransferViews>());
    all.emplace_back(std::make_unique<TrialBalance>());
    all.emplace_back(std::make_unique<CheckoutView>());
    all.emplace_back(std::make_unique<PaymentView>());
    all.emplace_back(HintTaken{});
    all.emplace_back(PaymentRefused{});
    all.emplace_back(std::make_unique<LedgerSumsView>());
    all.emplace_back(std::make_unique<LedgerBalanceView>());
    all.emplace_back(std::make_unique<PaymentPage>());
    all.emplace_back(PaymentKeyView{});
    return all;
  };
  const std::vector<std::vector<std::size_t>> allowed{
      {0, 1, 3},  {1, 3, 4}, {1, 3, 4},  {1, 3, 4},  {2, 3},     {3, 6},
      {3, 7},     {3, 5},    {3, 9, 11}, {3, 8, 11}, {3, 9, 11}, {3, 10, 11},
      {3, 8, 11}, {3, 12},   {3, 13},    {3, 14},    {3, 15}};
  const auto messages = clients_messages();
  ASSERT_EQ(all_bodies().size(), std::variant_size_v<ReplyBody>);
  for (std::size_t m = 0; m < messages.size(); ++m) {
    const Question question = question_of(messages[m]);
    for (ReplyBody& body : all_bodies()) {
      const std::size_t kind = body.index();
      const bool is_allowed = std::ranges::count(allowed[m], kind) == 1;
      const Reply fits{1, {}, std::move(body), question.subject};
      EXPECT_EQ(answers(fits, question), is_allowed) << m << " by " << kind;
      for (std::size_t other = 0; other < messages.size(); ++other) {
        if (other == m || kind == ReplyBody(NotAccepted{}).index()) continue;
        EXPECT_FALSE(answers(fits, question_of(messages[other]))) << m << " is not " << other;
      }
    }
  }
}

TEST(Questions, ContentIsToldApart) {
  const auto differ = [](const auto& x, const auto& y) { return subject_of(x) != subject_of(y); };
  StartTransfer start;
  start.from = words::alice;
  start.to = words::bob;
  StartTransfer other = start;
  other.transaction_id.bytes[15] = 1;
  EXPECT_TRUE(differ(start, other));
  other = start;
  other.from = words::bob;
  other.to = words::alice;
  EXPECT_TRUE(differ(start, other)) << "another owner";
  EXPECT_EQ(subject_of(start), subject_of_transfer(words::alice, start.transaction_id));
  EXPECT_TRUE(differ(GetAccount{0, words::alice}, GetAccount{0, words::bob}));
  const AccountId long_one = AccountId::from_trusted(std::string(AccountId::size_max, 'a'));
  const AccountId long_two =
      AccountId::from_trusted(std::string(AccountId::size_max - 1, 'a') + "b");
  EXPECT_TRUE(differ(GetAccount{0, long_one}, GetAccount{0, long_two}));
  EXPECT_TRUE(differ(ChangeAccount{0, words::alice, AccountChange::freeze, ""},
                     ChangeAccount{0, words::alice, AccountChange::unfreeze, ""}));
  EXPECT_TRUE(differ(ListAccounts{0, 1, "a", 3}, ListAccounts{0, 1, "b", 3}));
  EXPECT_TRUE(differ(ListAccounts{0, 1, "a", 3}, ListAccounts{0, 2, "a", 3}));
  EXPECT_TRUE(differ(GetTrialBalance{0, 1}, GetTrialBalance{0, 2}));
  EXPECT_TRUE(differ(GetLedgerSums{0, 1}, GetLedgerSums{0, 2}));
  const GetLedgerBalance fees{0, 1, {LedgerKind::revenue_fees, {}}, words::usd};
  GetLedgerBalance another = fees;
  another.account.kind = LedgerKind::expenses_rounding;
  EXPECT_TRUE(differ(fees, another));
  const ListPayments list{0, 1, {}, PaymentId::from_trusted("po-1"), 3};
  const auto is_another = [&](auto&& change) {
    ListPayments changed = list;
    change(changed);
    return differ(list, changed);
  };
  EXPECT_TRUE(is_another([](ListPayments& m) { m.partition = 2; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.behind = PaymentId::from_trusted("po-2"); }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.limit = 4; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.statuses = 1; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.sub_status = "done"; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.seller = words::alice; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.buyer = words::alice; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.checkout = m.behind; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.psp = "sandbox"; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.psp_reference = "cs_1"; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.attention = OrderAttention::mismatch; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.from.us = 1; }));
  EXPECT_TRUE(is_another([](ListPayments& m) { m.filter.to.us = 1; }));
  CheckLeg leg{.account = words::alice, .amount = 3, .currency = words::usd};
  CheckLeg more = leg;
  more.amount = 4;
  EXPECT_TRUE(differ(leg, more));
  EXPECT_EQ(question_of(FollowerRead<GetAccount>{1, 2, {0, words::alice}}).subject,
            subject_of(GetAccount{0, words::alice}))
      << "whoever answers it";
}

}  // namespace
}  // namespace florin
