// A proof by real encodings: soft limit + the largest events of one message + the timers and fences of one tick <= an
// entry <= a block <= every frame that carries one. Every kind of event has a largest example here.
#include <gtest/gtest.h>

#include "actors/messages/message_codec.hpp"
#include "actors/messages/message_size.hpp"
#include "base/limits.hpp"
#include "base/overloaded.hpp"
#include "cluster/replication/node_frame.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "persistence/codec/event_codec.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/memory/memory_file_system.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

AccountId longest_id(char c) {
  return AccountId::from_trusted(std::string(AccountId::size_max, c));
}
std::string four_byte_text(std::size_t chars) {
  std::string text;
  for (std::size_t i = 0; i < chars; ++i) text += "\U0001F600";
  return text;
}
Metadata full_metadata() {
  Metadata metadata;
  for (std::size_t i = 0; i < limits::metadata_pairs_max; ++i)
    metadata.emplace_back(four_byte_text(limits::metadata_key_chars_max),
                          four_byte_text(limits::metadata_value_chars_max));
  return metadata;
}
const TransferId last_transfer{UINT64_MAX, UINT32_MAX, UINT16_MAX};
const LegKey last_leg{last_transfer, UINT8_MAX};
const LegAnswer long_answer{AnswerCode::refused, Rejection::balance_overflow};
const PostingTrail long_trail{UINT64_MAX, UINT32_MAX, INT64_MIN};
LegContent long_content() {
  Uuid id;
  id.bytes.fill(0xff);
  return {longest_id('a'), longest_id('b'), id, INT64_MAX, words::usd, LegRole::credit};
}

// Nobody fills these in yet; whoever does has to bound them by this.
CommandSource long_source() {
  const std::string text(256, 's');
  return {{UINT16_MAX, UINT64_MAX, UINT64_MAX}, text, text, text};
}

StepContent longest_step() {
  const std::string name(64, 'n');
  return {{OriginKind::payout, name, MoneyRule::dispute_withdrawn, step_attempts_max},
          {UINT64_MAX, UINT32_MAX, UINT16_MAX},
          longest_id('a'),
          words::usd,
          INT64_MAX,
          INT64_MAX,
          name,
          name};
}

TransferNotes longest_notes() {
  return {four_byte_text(limits::reference_chars_max),
          four_byte_text(limits::description_chars_max), full_metadata(), ""};
}

// The largest that a partition can make of each kind. A new one does not compile without its example.
Event largest(const Event& kind) {
  const LegContent content = long_content();
  const std::string reason = four_byte_text(limits::reason_chars_max);
  return visit(
      Overloaded{
          [&](AccountOpened e) -> Event {
            e = {longest_id('a'), words::usd,     AccountKind::system, true,
                 INT64_MAX,       full_metadata()};
            return e;
          },
          [&](const AccountFrozen&) -> Event {
            return AccountFrozen{content.account, reason};
          },
          [&](const AccountUnfrozen&) -> Event {
            return AccountUnfrozen{content.account, reason};
          },
          [&](const AccountClosed&) -> Event {
            return AccountClosed{content.account, reason};
          },
          [&](const AccountMetadataChanged&) -> Event {
            return AccountMetadataChanged{longest_id('a'), full_metadata()};
          },
          [&](const TransferPosted&) -> Event {
            return TransferPosted{content.transaction_id,
                                  content.account,
                                  content.counterparty,
                                  INT64_MAX,
                                  words::usd,
                                  long_trail,
                                  long_trail};
          },
          [&](const TransferRefused&) -> Event {
            return TransferRefused{content.transaction_id,
                                   content.account,
                                   content.counterparty,
                                   INT64_MAX,
                                   words::usd,
                                   Rejection::balance_overflow};
          },
          [&](const SidedRefusal&) -> Event {
            return SidedRefusal{{content.transaction_id, content.account, content.counterparty,
                                 INT64_MAX, words::usd, Rejection::account_closed},
                                RefusedSide::to};
          },
          [&](const TransferNoted&) -> Event {
            return TransferNoted{last_transfer, longest_notes()};
          },
          [&](const LegNoted&) -> Event {
            return LegNoted{last_leg, notes_of_legs(longest_notes())};
          },
          [&](TransferStarted e) -> Event {
            e.transaction_id = content.transaction_id;
            e.owner = content.account;
            e.deadline = {INT64_MIN};
            for (std::size_t i = 0; i < limits::legs_max; ++i)
              e.legs.push_back({content.account, UINT16_MAX, LegRole::credit, INT64_MAX});
            return e;
          },
          [&](const TryAnswered&) -> Event {
            return TryAnswered{last_leg, long_answer};
          },
          [&](const ClientDeadlineGiven&) -> Event {
            return ClientDeadlineGiven{last_transfer, {INT64_MIN}};
          },
          [&](const LeaderClockRead&) -> Event { return LeaderClockRead{{INT64_MIN}}; },
          [&](const TransferDecided&) -> Event {
            return TransferDecided{last_transfer, Decision::cancel, Rejection::balance_overflow, 15,
                                   long_answer};
          },
          [&](const CancelDecided&) -> Event {
            return CancelDecided{last_transfer, Rejection::balance_overflow, 15, long_answer};
          },
          [&](const SecondPhaseAnswered&) -> Event {
            return SecondPhaseAnswered{last_leg, true};
          },
          [&](const TransferCompleted&) -> Event { return TransferCompleted{last_transfer}; },
          [&](TransferCancelled e) -> Event {
            e.transfer = last_transfer;
            e.try_answers.assign(limits::legs_max, long_answer);
            e.answered.assign(limits::legs_max, true);
            e.out_of_order.assign(limits::legs_max, true);
            return e;
          },
          [&](const LegTried&) -> Event {
            return LegTried{last_leg, content};
          },
          [&](const LegRefused&) -> Event {
            return LegRefused{last_leg, content, Rejection::balance_overflow};
          },
          [&](const LegConfirmed&) -> Event {
            return LegConfirmed{last_leg, content, long_trail};
          },
          [&](const LegCancelled&) -> Event { return LegCancelled{last_leg}; },
          [&](const LegCancelledEarly&) -> Event {
            return LegCancelledEarly{last_leg, content.account};
          },
          [&](const StepApplied&) -> Event {
            return StepApplied{last_leg, content, long_trail};
          },
          [&](const StepCompensated&) -> Event {
            return StepCompensated{last_leg, content, long_trail};
          },
          [&](const FenceAdvanced&) -> Event {
            return FenceAdvanced{UINT16_MAX, UINT64_MAX};
          },
          [&](const ReplicaChanged&) -> Event {
            return ReplicaChanged{ReplicaChange::remove, UINT64_MAX};
          },
          [&]<AccountCommandEvent E>(const Commanded<E>&) -> Event {
            return Commanded<E>{get<E>(largest(E{})), long_source()};
          },
          [&](const MoneyStepDone&) -> Event {
            const PostedMove move{
                {content.account, content.counterparty, INT64_MAX}, long_trail, long_trail};
            return MoneyStepDone{longest_step(), std::vector<PostedMove>(step_moves_max, move)};
          },
          [&](const MoneyStepRefused&) -> Event {
            return MoneyStepRefused{longest_step(), Rejection::balance_overflow};
          },
          [&](const LedgerEntryPosted&) -> Event {
            const EntryLine line{{LedgerKind::expenses_written_off, std::string(65, 'x')},
                                 INT64_MIN,
                                 {UINT64_MAX, UINT32_MAX, -(static_cast<WideMinor>(1) << 126)}};
            return LedgerEntryPosted{longest_step(), INT32_MIN, std::string(64, 'a'),
                                     to_string(longest_step().name),
                                     std::vector<EntryLine>(2 * step_moves_max, line)};
          },
          [&](const MembershipEvent auto& e) -> Event { return e; },  // of the meta group only
          [&](const OwnEvent auto& e) -> Event { return e; }},
      kind);
}

template <class E>
std::size_t bytes_of_event() {
  std::string bytes;
  EntryBuilder builder;
  builder.begin();
  builder.add(largest(E{}));
  return builder.event_bytes();
}

// All that one message, or one due timer, can make: every event of a transfer with all its legs here.
std::size_t largest_of_one_message() {
  const std::size_t transfer =
      bytes_of_event<TransferStarted>() + bytes_of_event<TransferNoted>() +
      bytes_of_event<ClientDeadlineGiven>() + bytes_of_event<LeaderClockRead>() +
      bytes_of_event<TransferDecided>() + bytes_of_event<TransferCancelled>() +
      limits::legs_max * (bytes_of_event<LegTried>() + bytes_of_event<TryAnswered>() +
                          bytes_of_event<LegConfirmed>() + bytes_of_event<SecondPhaseAnswered>() +
                          2 * bytes_of_event<LegNoted>() + bytes_of_event<StepApplied>() +
                          bytes_of_event<StepCompensated>());
  return std::max({transfer, bytes_of_event<Commanded<AccountOpened>>(),
                   bytes_of_event<Commanded<AccountFrozen>>(), bytes_of_event<TransferPosted>()});
}

// The order's own terms, as the edge lets them in.
OrderTerms longest_terms() {
  OrderTerms terms;
  terms.buyer = longest_id('b');
  terms.seller = longest_id('s');
  terms.amount = terms.psp_amount = terms.fee = INT64_MAX;
  terms.currency = words::usd;
  terms.psp = std::string(64, 'p');
  terms.return_url = std::string(limits::psp_url_chars_max, 'u');
  terms.expires_at = {INT64_MAX};
  return terms;
}
PaymentId longest_payment_id(char c) {
  return PaymentId::from_trusted(std::string(PaymentId::size_max, c));
}
std::size_t bytes_of_one(const Event& event) {
  EntryBuilder builder;
  builder.begin();
  builder.add(event);
  return builder.event_bytes();
}

// A checkout whose orders are all in its own partition is received, reserved, accepted and begun in one turn, and each order makes
// its first request. It is the largest that one message leads to; only a lone node, or a small cluster, has such.
TEST(TurnBounds, ACheckoutOfTheMostOrdersIsFarLessThanAnEntry) {
  CheckoutReceived received;
  received.checkout = longest_payment_id('c');
  received.orders.assign(limits::checkout_orders_max,
                         {longest_payment_id('o'), longest_terms(), Sha256{}});
  OrderCallBegun call;
  call.order = longest_payment_id('o');
  call.key = std::string(limits::psp_reference_chars_max, 'k');
  call.request = std::string(limits::psp_request_bytes_max, 'r');
  OrderReserved reserved;
  reserved.order = call.order;
  reserved.claim = {received.checkout, last_transfer};
  constexpr std::size_t small = 512;  // moved twice, begun, reserved and begun by the checkout
  const std::size_t each = bytes_of_one(reserved) + bytes_of_one(call) +
                           bytes_of_one(OrderBegun{call.order, longest_terms()}) + 4 * small;
  OrderMoved moved;
  moved.order = call.order;
  moved.note = std::string(limits::psp_code_chars_max, 'n');
  EXPECT_LT(bytes_of_one(moved), small);
  const std::size_t all = bytes_of_one(received) + limits::checkout_orders_max * each;
  EXPECT_LE(limits::turn_bytes_soft + 2 * all, limits::entry_bytes_max / 8);
}

TEST(TurnBounds, TheLargestTurnIsAnEntry) {
  const std::size_t fences = limits::partitions_max * bytes_of_event<FenceAdvanced>();
  constexpr std::size_t header = 80;
  // A tick may be one timer beyond the limit, then come fences; a turn of messages one message beyond it.
  const std::size_t turn = limits::turn_bytes_soft + 2 * largest_of_one_message() + fences +
                           bytes_of_event<ReplicaChanged>() + header;
  EXPECT_LE(turn, limits::turn_bytes_soft + 256 * 1024) << "what comes on top is small";
  EXPECT_LE(turn, limits::entry_bytes_max);
  EXPECT_GT(bytes_of_event<AccountOpened>(), 34'000U) << "full metadata is what it says";
}

TEST(TurnBounds, AnEntryIsLessThanABlockAndAnyFrame) {
  static_assert(limits::entry_bytes_max < Journal::block_bytes_max);
  static_assert(limits::entry_bytes_max + 1024 * 1024 <= limits::frame_bytes_max);
  std::string frame;
  const std::string message(56 + 24 + 200, 'x');
  append_raft_message(frame, message,
                      {std::make_shared<const std::string>(limits::entry_bytes_max, 'e')});
  EXPECT_LE(frame.size(), limits::frame_bytes_max);
  const std::vector<std::string> entry{std::string(1'000, 'e')};
  EXPECT_EQ(encode_entries_frame(1, 1, entry).size(),
            1'000 + entries_frame_bytes_first + entries_frame_bytes_per_entry);
}

TEST(TurnBounds, EveryLargestEventIsSmallBesideTheLimit) {
  for (std::size_t i = 0; i < std::variant_size_v<Event>; ++i) {
    // By its number: the variant is made from nothing.
    Event kind;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((I == i ? void(kind.emplace<I>()) : void()), ...);
    }
    (std::make_index_sequence<std::variant_size_v<Event>>{});
    EntryBuilder builder;
    builder.begin();
    builder.add(largest(kind));
    EXPECT_LT(builder.event_bytes(), limits::turn_bytes_soft / 16) << event_name(kind);
  }
}

// A segment of one mebibyte: a larger entry has one of its own, and is found again.
TEST(TurnBounds, AnEntryLargerThanASegmentIsWrittenAndReadAgain) {
  MemoryFileSystem files;
  JournalOptions options;
  options.directory = "log";
  options.data_id = 7;
  options.partitions = 1;
  options.segment_bytes = 1 << 20;
  options.prepare_ahead = false;
  options.files = &files;
  const std::vector<std::string> entries{std::string(100, 'a'), std::string(2'500'000, 'b'),
                                         std::string(100, 'c'),
                                         std::string(limits::entry_bytes_max, 'd')};
  {
    auto journal = Journal::open(options);
    ASSERT_TRUE(journal) << journal.error().context;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ASSERT_TRUE((*journal)->append({0, i + 1, entries[i]}));
      ASSERT_TRUE((*journal)->sync());
    }
  }
  auto again = Journal::open(options);
  ASSERT_TRUE(again) << again.error().context;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto read = (*again)->read(0, i + 1);
    ASSERT_TRUE(read) << read.error().context;
    EXPECT_TRUE(*read == entries[i]) << i;
  }
}

OrderClaim longest_claim() { return {longest_payment_id('c'), last_transfer}; }
ListPayments longest_list() {
  ListPayments message{UINT64_MAX, UINT16_MAX, {}, longest_payment_id('o'), UINT32_MAX};
  message.filter = {UINT8_MAX,
                    std::string(64, 's'),
                    longest_id('a'),
                    longest_id('b'),
                    longest_payment_id('c'),
                    std::string(64, 'p'),
                    std::string(limits::psp_reference_chars_max, 'r'),
                    OrderAttention::step_too_long,
                    {INT64_MAX},
                    {INT64_MAX}};
  return message;
}
StartCheckout longest_checkout() {
  StartCheckout start;
  start.request = UINT64_MAX;
  start.checkout = longest_payment_id('c');
  start.orders.assign(limits::checkout_orders_max,
                      {longest_payment_id('o'), longest_terms(), Sha256{}});
  return start;
}

// --- frames of messages ------------------------------------------------------------------------------------

TEST(MessageSize, IsNeverLessThanItIsInAFrame) {
  OpenAccount open;
  open.request = UINT64_MAX;
  open.account = longest_id('a');
  open.daily_debit_limit = INT64_MIN;
  open.metadata = full_metadata();
  ChangeAccount change{UINT64_MAX, longest_id('a'), AccountChange::close,
                       four_byte_text(limits::reason_chars_max)};
  const StartTransfer start{
      UINT64_MAX, longest_id('a'), longest_id('b'), long_content().transaction_id,
      INT64_MAX,  words::usd,      Protocol::saga,  {INT64_MIN}};
  const std::vector<Message> all{
      start,
      StartNotedTransfer{start, longest_notes()},
      StartTransaction{
          UINT64_MAX,
          long_content().transaction_id,
          words::usd,
          TransferPostings(limits::postings_max, {longest_id('a'), longest_id('b'), INT64_MAX}),
          Protocol::saga,
          {INT64_MIN},
          longest_notes()},
      TryLeg{last_leg, long_content()},
      TryNotedLeg{{last_leg, long_content()}, notes_of_legs(longest_notes())},
      ApplyStep{last_leg, long_content()},
      ApplyNotedStep{{last_leg, long_content()}, notes_of_legs(longest_notes())},
      ConfirmLeg{last_leg, longest_id('a')},
      CancelLeg{last_leg, longest_id('a')},
      CompensateStep{last_leg, longest_id('a')},
      LegAnswered{last_leg, LegMessage::compensate, long_answer},
      AdvanceFence{UINT16_MAX, UINT16_MAX, UINT64_MAX},
      FenceHeard{UINT16_MAX, UINT16_MAX, UINT64_MAX},
      GetAccount{UINT64_MAX, longest_id('a')},
      open,
      change,
      CheckLeg{UINT64_MAX, longest_id('a'), LegRole::credit, INT64_MAX, words::usd},
      GetTransfer{UINT64_MAX, UINT16_MAX, long_content().transaction_id, longest_id('a')},
      GetTrialBalance{UINT64_MAX, UINT16_MAX},
      ListAccounts{UINT64_MAX, UINT16_MAX, std::string(500, 'x'), UINT32_MAX},
      FollowerRead<ListAccounts>{
          UINT64_MAX, UINT64_MAX, {UINT64_MAX, UINT16_MAX, std::string(500, 'x'), UINT32_MAX}},
      longest_checkout(),
      GetCheckout{UINT64_MAX, longest_payment_id('c')},
      FollowerRead<GetCheckout>{UINT64_MAX, UINT64_MAX, {UINT64_MAX, longest_payment_id('c')}},
      GetLedgerSums{UINT64_MAX, UINT16_MAX},
      GetLedgerBalance{
          UINT64_MAX, UINT16_MAX, {LedgerKind::assets_debt, longest_id('a').str()}, words::usd},
      longest_list(),
      FollowerRead<ListPayments>{UINT64_MAX, UINT64_MAX, longest_list()},
      GetPayment{UINT64_MAX, longest_payment_id('o')},
      FollowerRead<GetPayment>{UINT64_MAX, UINT64_MAX, {UINT64_MAX, longest_payment_id('o')}},
      CancelPayment{UINT64_MAX, longest_payment_id('o')},
      TakeHint{UINT64_MAX,
               longest_payment_id('o'),
               std::string(64, 'p'),
               std::string(limits::psp_reference_chars_max, 'h'),
               std::string(limits::psp_code_chars_max, 't'),
               std::string(limits::psp_reference_chars_max, 'o'),
               std::string(limits::psp_reference_chars_max, 'p'),
               {INT64_MAX},
               {}},
      ReserveOrder{longest_payment_id('o'), longest_claim(), {}},
      ReleaseOrder{longest_payment_id('o'), longest_claim()},
      GetPaymentKey{UINT64_MAX, longest_payment_id('k')},
      ReserveKey{longest_payment_id('k'), longest_claim()},
      ReleaseKey{longest_payment_id('k'), longest_claim()},
      KeepKey{longest_payment_id('k'), longest_claim()},
      KeyAnswered{longest_claim(), OrderReply::taken, longest_payment_id('c')},
      BeginOrder{longest_payment_id('o'), longest_claim(), longest_terms()},
      OrderAnswered{longest_claim(), longest_payment_id('o'), OrderReply::not_found,
                    longest_payment_id('h')},
      TellCheckout{longest_claim(), longest_payment_id('o'), OrderWord::failed},
      CheckoutHeard{longest_payment_id('o'), longest_claim(), OrderWord::failed},
      DoMoneyStep{longest_step()},
      EnterMoneyStep{longest_step(), INT32_MIN, std::string(ledger_actor_size_max, 'a')},
      MoneyStepAnswered{longest_step().name, last_transfer, StepAnswerCode::refused,
                        Rejection::balance_overflow},
      MoneyStepEntered{longest_step().name, last_transfer, EnterCode::fenced},
      OrderCallCame{longest_payment_id('o'), long_content().transaction_id, UINT32_MAX, true,
                    std::string(600'000, 'b')}};
  for (const Message& message : all) {
    std::string bytes;
    encode_messages(bytes, UINT16_MAX, {&message, 1});
    EXPECT_LE(bytes.size(), bytes_of(message)) << words::text(message);
  }
}

TEST(MessageSize, OfRepliesIsNeverLessThanItIsInAFrame) {
  const auto view = [] {
    AccountView made;
    made.account = longest_id('a');
    made.available = made.held = INT64_MIN;
    made.daily_debit_limit = INT64_MAX;
    made.metadata = full_metadata();
    made.last_posting = last_transfer;
    return made;
  };
  std::vector<Reply> all;
  const auto add = [&](ReplyBody body) {
    all.push_back({UINT64_MAX, last_transfer, std::move(body)});
  };
  TransferOutcome noted{TransferStatus::completed, std::nullopt, true};
  noted.notes = notes_of_legs(longest_notes());
  const Reply of_noted{UINT64_MAX, last_transfer, noted};
  std::string noted_bytes;
  encode_replies(noted_bytes, {&of_noted, 1});
  EXPECT_LE(noted_bytes.size(), bytes_of(of_noted));
  add(TransferOutcome{TransferStatus::refused, Rejection::balance_overflow, true, RefusedSide::to,
                      7});
  add(Refused{Rejection::balance_overflow});
  add(CheckResult{Rejection::balance_overflow});
  add(NotAccepted{NotAccepted::Why::behind});
  add(std::make_unique<AccountView>(view()));
  auto page = std::make_unique<AccountPage>();
  for (std::size_t i = 0; i < limits::page_limit_max; ++i) page->accounts.push_back(view());
  add(std::move(page));
  auto views = std::make_unique<TransferViews>();
  TransferState open;
  open.id = last_transfer;
  open.transaction_id = long_content().transaction_id;
  open.owner = longest_id('a');
  open.deadline = open.started_at = {INT64_MIN};
  open.code = Rejection::balance_overflow;
  for (std::size_t i = 0; i < limits::legs_max; ++i)
    open.legs.push_back({{longest_id('a'), UINT16_MAX, LegRole::credit, INT64_MAX},
                         TryStatus::answered,
                         long_answer,
                         SecondPhaseStatus::answered,
                         true});
  views->open.assign(3, open);
  TransferRecord ended;
  ended.transaction_id = open.transaction_id;
  ended.owner = ended.other = longest_id('a');
  ended.amount = INT64_MAX;
  ended.code = Rejection::balance_overflow;
  ended.started = ended.finished = last_transfer;
  ended.ended = last_transfer;
  ended.transaction = TransactionRecord{UINT8_MAX, Sha256{}, UINT8_MAX};
  views->ended.assign(5, ended);
  add(std::move(views));
  auto balance = std::make_unique<TrialBalance>();
  const WideMinor wide = (static_cast<WideMinor>(INT64_MAX) << 60) + 1;
  balance->currencies.assign(150, {words::usd, wide, -wide});
  add(std::move(balance));
  auto checkout = std::make_unique<CheckoutView>();
  checkout->checkout = longest_payment_id('c');
  checkout->state.taken = checkout->state.taken_by = longest_payment_id('t');
  checkout->state.orders.assign(limits::checkout_orders_max,
                                {longest_payment_id('o'), longest_terms(), Sha256{}});
  add(std::move(checkout));
  auto payment = std::make_unique<PaymentView>();
  payment->order = longest_payment_id('o');
  OrderState& order = payment->state;
  order.claim = longest_claim();
  order.flags.assign(limits::order_flags_max, longest_claim());
  order.terms = longest_terms();
  order.object = order.payment = order.attempt = std::string(limits::psp_reference_chars_max, 'r');
  order.payer_url = std::string(limits::psp_url_chars_max, 'u');
  order.call.key = std::string(limits::psp_reference_chars_max, 'k');
  order.hints.assign(limits::order_hints_max, order.object);
  OrderHistoryLine line;
  line.at = last_transfer;
  line.time = {INT64_MAX};
  line.note = std::string(limits::psp_code_chars_max, 'n');
  order.history.assign(limits::order_history_max, line);
  auto payments = std::make_unique<PaymentPage>();
  payments->payments.assign(limits::page_rows_max, *payment);
  payments->seen_up_to = longest_payment_id('o');
  add(std::move(payments));
  add(std::move(payment));
  add(HintTaken{});
  add(PaymentKeyView{longest_payment_id('c')});
  add(PaymentRefused{PaymentRefusal::not_ready, longest_payment_id('o')});
  auto sums = std::make_unique<LedgerSumsView>();
  const LedgerAccount longest_account{LedgerKind::assets_psp, std::string(64, 'p')};
  sums->rows.assign(150, {longest_account, words::usd, wide});
  sums->wallets.assign(150, {words::usd, wide, -wide, wide});
  add(std::move(sums));
  add(std::make_unique<LedgerBalanceView>(
      LedgerBalanceView{wide, last_transfer, true, -wide, wide}));
  ASSERT_EQ(all.size(), std::variant_size_v<ReplyBody>);
  for (const Reply& reply : all) {
    std::string bytes;
    encode_replies(bytes, {&reply, 1});
    EXPECT_LE(bytes.size(), bytes_of(reply)) << reply.body.index();
    EXPECT_LE(bytes.size(), limits::frame_bytes_max / 4) << reply.body.index();
  }
}

TEST(MessageSize, PartsAreInOrderBoundedAndComplete) {
  std::vector<Message> messages;
  for (RequestId request = 1; request <= 1'000; ++request)
    messages.emplace_back(GetAccount{request, words::alice});
  RequestId next = 1;
  const std::size_t done = in_parts(messages, 10'000, [&](std::span<const Message> part) {
    std::size_t bytes = 0;
    for (const Message& message : part) {
      EXPECT_EQ(get<GetAccount>(message).request, next++);
      bytes += bytes_of(message);
    }
    EXPECT_LE(bytes, 10'000U);
    return true;
  });
  EXPECT_EQ(done, 1'000U);
  int parts = 0;
  const auto fails_third = [&](std::span<const Message>) { return ++parts < 3; };
  EXPECT_EQ(in_parts(messages, 1, fails_third), 2U)
      << "one at a time, and what was sent is counted";
}

}  // namespace
}  // namespace florin
