// Messages and replies between nodes: every alternative there and back, byte for byte as in
// tests/golden/messages, and nothing that a peer could send does harm.
#include "actors/messages/message_codec.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <tuple>

#include "actors/messages/message_fields.hpp"
#include "tests/support/field_filler.hpp"
#include "tests/unit/persistence/codec/codec_examples.hpp"

namespace florin {
namespace {

namespace fs = std::filesystem;
namespace ex = codec_examples;
const fs::path golden_folder = fs::path(FLORIN_SOURCE_DIR) / "tests/golden/messages";
const Timestamp later{1'790'000'000'000'001};

// As the examples of the codec of payments' events: no field at its default.
template <class T>
std::unique_ptr<T> filled_pointer() {
  return std::make_unique<T>(filled<T>());
}

// One example of every alternative in the order of their wire numbers, no field at its default.
std::vector<Message> all_messages() {
  return {
      StartTransfer{1'000, ex::alice, ex::shop, ex::uuid(0x10), 250, ex::eur, Protocol::saga,
                    later},
      TryLeg{ex::leg(), ex::content()},
      ConfirmLeg{ex::leg(), ex::alice},
      CancelLeg{ex::leg(), ex::shop},
      LegAnswered{ex::leg(), LegMessage::compensate, ex::refusal()},
      ApplyStep{ex::leg(), ex::content()},
      CompensateStep{ex::leg(), ex::outside},
      AdvanceFence{3, 1'023, 5'000'000'000},
      GetAccount{UINT64_MAX, ex::alice},
      OpenAccount{7, ex::outside, ex::jpy, AccountKind::system, true, 500, {{"a", "1"}, {"b", ""}}},
      ChangeAccount{8, ex::alice, AccountChange::close, "moved away"},
      CheckLeg{9, ex::alice, LegRole::credit, 77, ex::eur},
      GetTransfer{10, 12, ex::uuid(0x20), ex::shop},
      GetTrialBalance{11, 13},
      ListAccounts{12, 14, "alice", 100},
      FenceHeard{15, 16, 4'711},
      FollowerRead<GetAccount>{17, 5'000'000'000, {18, ex::alice}},
      FollowerRead<GetTransfer>{19, 4'712, {20, 21, ex::uuid(0x30), ex::shop}},
      FollowerRead<GetTrialBalance>{22, 4'713, {23, 24}},
      FollowerRead<ListAccounts>{25, 4'714, {26, 27, "bob", 28}},
      ChangeMetadata{29, ex::alice, {{{"a", "1"}, {"name", "K\u00f6ln"}}, {"b", "old"}}},
      StartNotedTransfer{
          {1'001, ex::alice, ex::shop, ex::uuid(0x10), 250, ex::eur, Protocol::tcc, later},
          ex::notes()},
      TryNotedLeg{{ex::leg(), ex::content()}, notes_of_legs(ex::notes())},
      ApplyNotedStep{{ex::leg(), ex::content()}, notes_of_legs(ex::notes())},
      StartTransaction{1'002,
                       ex::uuid(0x11),
                       ex::eur,
                       {{ex::alice, ex::shop, 250}, {ex::outside, ex::alice, 70'000}},
                       Protocol::saga,
                       later,
                       ex::notes()},
      filled<GetPayment>(),
      filled<FollowerRead<GetPayment>>(),
      filled<CancelPayment>(),
      filled<TakeHint>(),
      filled<ReserveOrder>(),
      filled<ReleaseOrder>(),
      filled<BeginOrder>(),
      filled<CheckoutHeard>(),
      filled<MoneyStepAnswered>(),
      filled<MoneyStepEntered>(),
      filled<OrderCallCame>(),
      filled<StartCheckout>(),
      filled<GetCheckout>(),
      filled<FollowerRead<GetCheckout>>(),
      filled<OrderAnswered>(),
      filled<TellCheckout>(),
      filled<DoMoneyStep>(),
      filled<EnterMoneyStep>(),
      filled<ReserveKey>(),
      filled<ReleaseKey>(),
      filled<KeepKey>(),
      filled<KeyAnswered>(),
      filled<GetPaymentKey>(),
      filled<GetLedgerSums>(),
      filled<FollowerRead<GetLedgerSums>>(),
      filled<GetLedgerBalance>(),
      filled<FollowerRead<GetLedgerBalance>>(),
      filled<ListPayments>(),
      filled<FollowerRead<ListPayments>>(),
  };
}

AccountView view() {
  return {ex::alice,
          ex::eur,
          AccountKind::merchant,
          -5,
          6,
          true,
          true,
          true,
          8,
          {{"key", "value"}},
          {70'000, 300, 258},
          true};
}

std::vector<Reply> all_replies() {
  const Position position{4'711, 3, 12};
  const WideMinor wide = (static_cast<WideMinor>(1) << 90) + 17;
  std::vector<ReplyBody> bodies;
  bodies.emplace_back(TransferOutcome{TransferStatus::cancelled, Rejection::account_frozen, true});
  bodies.emplace_back(Refused{Rejection::insufficient_available});
  bodies.emplace_back(CheckResult{Rejection::system_account});
  bodies.emplace_back(NotAccepted{NotAccepted::Why::stopping});
  bodies.emplace_back(std::make_unique<AccountView>(view()));
  bodies.emplace_back(std::make_unique<AccountPage>(AccountPage{{view(), AccountView{}}}));
  bodies.emplace_back(
      std::make_unique<TransferViews>(TransferViews{{ex::transfer()}, {ex::record()}, true}));
  bodies.emplace_back(
      std::make_unique<TrialBalance>(TrialBalance{{{ex::eur, -wide, wide}, {ex::jpy, 5, -5}}}));
  bodies.emplace_back(filled_pointer<CheckoutView>());
  bodies.emplace_back(filled_pointer<PaymentView>());
  bodies.emplace_back(HintTaken{});
  bodies.emplace_back(filled<PaymentRefused>());
  bodies.emplace_back(filled_pointer<PaymentPage>());
  bodies.emplace_back(filled<PaymentKeyView>());
  bodies.emplace_back(std::make_unique<LedgerSumsView>(
      LedgerSumsView{{{{LedgerKind::assets_psp, "sandbox"}, ex::eur, wide},
                      {{LedgerKind::liabilities_wallet, ""}, ex::eur, -wide}},
                     {{ex::eur, wide, 5, wide - 5}}}));
  bodies.emplace_back(
      std::make_unique<LedgerBalanceView>(LedgerBalanceView{-wide, position, true, wide, 7}));
  std::vector<Reply> replies;
  for (ReplyBody& body : bodies)
    replies.push_back({99, position, std::move(body), 0x1234'5678'9abc'def0});
  return replies;
}

// --- the same in every field: a new field breaks the build here ----------------------------------------

bool same(const StartTransfer& x, const StartTransfer& y) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8] = x;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8] = y;
  return std::tie(a1, a2, a3, a4, a5, a6, a7, a8) == std::tie(b1, b2, b3, b4, b5, b6, b7, b8);
}
bool same(const StartNotedTransfer& x, const StartNotedTransfer& y) {
  return same(static_cast<const StartTransfer&>(x), static_cast<const StartTransfer&>(y)) &&
         x.notes == y.notes;
}
bool same(const StartTransaction& x, const StartTransaction& y) {
  const auto& [a1, a2, a3, a4, a5, a6, a7] = x;
  const auto& [b1, b2, b3, b4, b5, b6, b7] = y;
  return std::tie(a1, a2, a3, a4, a5, a6, a7) == std::tie(b1, b2, b3, b4, b5, b6, b7);
}
bool same(const OpenAccount& x, const OpenAccount& y) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a_command] = x;  // it does not travel: see ForwardedAsks
  const auto& [b1, b2, b3, b4, b5, b6, b7, b_command] = y;
  static_cast<void>(a_command), static_cast<void>(b_command);
  return std::tie(a1, a2, a3, a4, a5, a6, a7) == std::tie(b1, b2, b3, b4, b5, b6, b7);
}
bool same(const TransferOutcome& x, const TransferOutcome& y) {
  const auto& [a1, a2, a3, a4, a5, a6] = x;
  const auto& [b1, b2, b3, b4, b5, b6] = y;
  return std::tie(a1, a2, a3, a4, a5, a6) == std::tie(b1, b2, b3, b4, b5, b6);
}
bool same(const CheckLeg& x, const CheckLeg& y) {
  const auto& [a1, a2, a3, a4, a5] = x;
  const auto& [b1, b2, b3, b4, b5] = y;
  return std::tie(a1, a2, a3, a4, a5) == std::tie(b1, b2, b3, b4, b5);
}
bool same(const ChangeAccount& x, const ChangeAccount& y) {
  const auto& [a1, a2, a3, a4, a_command] = x;
  const auto& [b1, b2, b3, b4, b_command] = y;
  static_cast<void>(a_command), static_cast<void>(b_command);
  return std::tie(a1, a2, a3, a4) == std::tie(b1, b2, b3, b4);
}
bool same(const ChangeMetadata& x, const ChangeMetadata& y) {
  const auto& [a1, a2, a3, a_command] = x;
  const auto& [b1, b2, b3, b_command] = y;
  static_cast<void>(a_command), static_cast<void>(b_command);
  return std::tie(a1, a2, a3) == std::tie(b1, b2, b3);
}
template <class T>
requires std::same_as<T, GetTransfer> || std::same_as<T, ListAccounts>
bool same(const T& x, const T& y) {
  const auto& [a1, a2, a3, a4] = x;
  const auto& [b1, b2, b3, b4] = y;
  return std::tie(a1, a2, a3, a4) == std::tie(b1, b2, b3, b4);
}
template <class T>
requires std::same_as<T, LegAnswered> || std::same_as<T, AdvanceFence> ||
    std::same_as<T, FenceHeard>
bool same(const T& x, const T& y) {
  const auto& [a1, a2, a3] = x;
  const auto& [b1, b2, b3] = y;
  return std::tie(a1, a2, a3) == std::tie(b1, b2, b3);
}
template <class T>
requires std::same_as<T, TryLeg> || std::same_as<T, ApplyStep> || std::same_as<T, ConfirmLeg> ||
    std::same_as<T, CancelLeg> || std::same_as<T, CompensateStep> || std::same_as<T, GetAccount> ||
    std::same_as<T, GetTrialBalance> || std::same_as<T, TrialBalance>
bool same(const T& x, const T& y) {
  const auto& [a1, a2] = x;
  const auto& [b1, b2] = y;
  return std::tie(a1, a2) == std::tie(b1, b2);
}
template <class T>
requires std::same_as<T, TryNotedLeg> || std::same_as<T, ApplyNotedStep>
bool same(const T& x, const T& y) {
  return std::tie(x.leg, x.content, x.notes) == std::tie(y.leg, y.content, y.notes);
}
template <class T>
requires std::same_as<T, Refused> || std::same_as<T, CheckResult> || std::same_as<T, NotAccepted>
bool same(const T& x, const T& y) {
  const auto& [a1] = x;
  const auto& [b1] = y;
  return a1 == b1;
}
// Of payments: they list their fields themselves, and all of them travel but whose command it was.
template <class T>
concept OfPayments = codec::ListsItsFields<T>;
template <OfPayments T>
bool same(const T& x, const T& y) {
  return T::fields(x) == T::fields(y);
}
template <class T>
bool same(const FollowerRead<T>& x, const FollowerRead<T>& y) {
  const auto& [a1, a2, a3] = x;
  const auto& [b1, b2, b3] = y;
  return a1 == b1 && a2 == b2 && same(a3, b3);
}
bool same(const AccountView& x, const AccountView& y) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12] = x;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12] = y;
  return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12) ==
         std::tie(b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12);
}
template <class T>
bool all_same(const std::vector<T>& x, const std::vector<T>& y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const T& a, const T& b) {
    using ex::same;
    return same(a, b);
  });
}
bool same(const AccountPage& x, const AccountPage& y) {
  const auto& [a1] = x;
  const auto& [b1] = y;
  return std::equal(a1.begin(), a1.end(), b1.begin(), b1.end(),
                    [](const AccountView& a, const AccountView& b) { return same(a, b); });
}
bool same(const TransferViews& x, const TransferViews& y) {
  const auto& [a1, a2, a3, a4] = x;
  const auto& [b1, b2, b3, b4] = y;
  return all_same(a1, b1) && all_same(a2, b2) && a3 == b3 && a4 == b4;
}
template <class T>
bool same(const std::unique_ptr<T>& x, const std::unique_ptr<T>& y) {
  return x != nullptr && y != nullptr && same(*x, *y);
}
template <class... T>
bool same(const OneOf<std::variant<T...>>& x, const OneOf<std::variant<T...>>& y) {
  return visit(
      [&](const auto& a) {
        const auto* b = get_if<std::remove_cvref_t<decltype(a)>>(&y);
        return b != nullptr && same(a, *b);
      },
      x);
}
bool same(const Reply& x, const Reply& y) {
  const auto& [a1, a2, a3, a4] = x;
  const auto& [b1, b2, b3, b4] = y;
  return a1 == b1 && a2 == b2 && same(a3, b3) && a4 == b4;
}

// --- the bytes -----------------------------------------------------------------------------------------

std::string encoded(const std::vector<Message>& messages, PartitionId to = 300) {
  std::string bytes;
  encode_messages(bytes, to, messages);
  return bytes;
}
std::string encoded(const std::vector<Reply>& replies) {
  std::string bytes;
  encode_replies(bytes, replies);
  return bytes;
}

// The bytes of each example alone, by the name of its file.
std::map<std::string, std::string> all_examples() {
  std::map<std::string, std::string> files;
  const auto name = [](const char* what, unsigned wire_number) {
    const std::string number = std::to_string(wire_number);
    return std::string(what) + (number.size() < 2 ? "_0" : "_") + number + ".hex";
  };
  for (const Message& message : all_messages())
    files[name("message", wire::number_of_value(message))] = encoded(std::vector<Message>{message});
  for (Reply& reply : all_replies()) {
    const auto file = name("reply", wire::number_of_value(reply.body));
    std::vector<Reply> one;
    one.push_back(std::move(reply));
    files[file] = encoded(one);
  }
  return files;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text += digits[byte >> 4];
    text += digits[byte & 15];
    if ((i + 1) % 32 == 0 || i + 1 == bytes.size()) text += '\n';
  }
  return text;
}

Error messages_error(std::string_view bytes) {
  const auto decoded = decode_messages(bytes);
  EXPECT_FALSE(decoded);
  return decoded ? Error{} : decoded.error();
}

TEST(MessageCodec, EveryAlternativeHasAnExample) {
  const auto messages = all_messages();
  ASSERT_EQ(messages.size(), std::variant_size_v<Message>);
  for (std::size_t i = 1; i < messages.size(); ++i)
    EXPECT_GT(wire::number_of_value(messages[i]), wire::number_of_value(messages[i - 1]));
  const auto replies = all_replies();
  ASSERT_EQ(replies.size(), std::variant_size_v<ReplyBody>);
  for (std::size_t i = 1; i < replies.size(); ++i)
    EXPECT_GT(wire::number_of_value(replies[i].body), wire::number_of_value(replies[i - 1].body));
}

// A level that nodes read gains no word: what came later is of a later one, or they would take it for a lie.
TEST(MessageCodec, EveryWordIsOfTheLevelThatItCameWith) {
  const auto level_of_message = [](int number) -> FormatLevel {
    if ((number >= 21 && number < 30) || (number >= 48 && number < 60) || number >= 64) return 3;
    return number >= 30 ? 2 : 0;
  };
  for (const Message& message : all_messages()) {
    const int number = wire::number_of_value(message);
    EXPECT_EQ(wire::level_of_value(message), level_of_message(number)) << "message " << number;
  }
  for (const Reply& reply : all_replies()) {
    const int number = wire::number_of_value(reply.body);
    const FormatLevel level = number == 24 || number == 25 ? 3 : number >= 20 ? 2 : 0;
    EXPECT_EQ(wire::level_of_value(reply.body), level) << "reply " << number;
  }
}

TEST(MessageCodec, MessagesComeBackTheSameInEveryField) {
  const auto messages = all_messages();
  const auto batch = decode_messages(encoded(messages));
  ASSERT_TRUE(batch) << batch.error().context;
  EXPECT_EQ(batch->to, 300);
  ASSERT_EQ(batch->messages.size(), messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i)
    EXPECT_TRUE(same(batch->messages[i], messages[i])) << i;
}

TEST(MessageCodec, RepliesComeBackTheSameInEveryField) {
  const auto replies = all_replies();
  const auto decoded = decode_replies(encoded(replies));
  ASSERT_TRUE(decoded) << decoded.error().context;
  ASSERT_EQ(decoded->size(), replies.size());
  for (std::size_t i = 0; i < replies.size(); ++i)
    EXPECT_TRUE(same((*decoded)[i], replies[i])) << i;
}

TEST(MessageCodec, DefaultsAndEmptyBatchesComeBack) {
  const std::vector<Message> messages{StartTransfer{}, OpenAccount{}, ListAccounts{},
                                      LegAnswered{}};
  const auto batch = decode_messages(encoded(messages, 0));
  ASSERT_TRUE(batch) << batch.error().context;
  for (std::size_t i = 0; i < messages.size(); ++i)
    EXPECT_TRUE(same(batch->messages[i], messages[i])) << i;
  EXPECT_TRUE(decode_messages(encoded(std::vector<Message>{}))->messages.empty());
  EXPECT_TRUE(decode_replies(encoded(std::vector<Reply>{}))->empty());
  std::vector<Reply> replies;
  replies.push_back({1, {}, std::make_unique<TransferViews>()});
  replies.push_back({2, {}, CheckResult{}});
  const auto decoded = decode_replies(encoded(replies));
  ASSERT_TRUE(decoded) << decoded.error().context;
  for (std::size_t i = 0; i < replies.size(); ++i)
    EXPECT_TRUE(same((*decoded)[i], replies[i])) << i;
}

// A field more than others have; and others beside them have none.
TEST(MessageCodec, TransfersThatWereRefusedComeBackAmongOthers) {
  std::vector<Reply> replies;
  replies.push_back({1,
                     {},
                     std::make_unique<TransferViews>(
                         TransferViews{{ex::refused_transfer(), ex::transfer()},
                                       {ex::record(), ex::refused_record(), ex::record()},
                                       false})});
  const auto decoded = decode_replies(encoded(replies));
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_TRUE(same((*decoded)[0], replies[0]));
}

// Notes are there only where there are some: what says nothing of them has the bytes that it always had.
TEST(MessageCodec, WhatATransferIsForComesBack) {
  TransferOutcome outcome{TransferStatus::completed, std::nullopt, true};
  std::vector<Reply> plain;
  plain.push_back({1, {}, outcome});
  plain.push_back(
      {2, {}, std::make_unique<TransferViews>(TransferViews{{}, {ex::record()}, false})});
  outcome.notes = notes_of_legs(ex::notes());
  std::vector<Reply> noted;
  noted.push_back({1, {}, outcome});
  noted.push_back({2,
                   {},
                   std::make_unique<TransferViews>(
                       TransferViews{{ex::noted_transfer(), ex::refused_transfer()},
                                     {ex::record(), ex::noted_record()},
                                     false,
                                     {{ex::noted_transfer().id, ex::notes()},
                                      {ex::noted_record().started, {"a", "", {}, ""}}}})});
  for (const auto* replies : {&plain, &noted}) {
    const auto decoded = decode_replies(encoded(*replies));
    ASSERT_TRUE(decoded) << decoded.error().context;
    for (std::size_t i = 0; i < replies->size(); ++i)
      EXPECT_TRUE(same((*decoded)[i], (*replies)[i])) << i;
  }
  const auto& views = *get<std::unique_ptr<TransferViews>>(noted[1].body);
  EXPECT_EQ(views.notes_of(ex::noted_record().started)->reference, "a");
  EXPECT_EQ(views.notes_of({1, 2, 3}), nullptr);
}

// Which posting was refused is said only of a transaction: all others keep their bytes.
TEST(MessageCodec, WhichPostingWasRefusedComesBack) {
  std::vector<Reply> replies;
  for (const std::uint8_t posting : {no_posting, std::uint8_t{0}, std::uint8_t{7}})
    for (const RefusedSide side : {RefusedSide::none, RefusedSide::to})
      replies.push_back({1,
                         {1, 2, 3},
                         TransferOutcome{TransferStatus::cancelled, Rejection::account_closed, true,
                                         side, posting}});
  replies.push_back({2,
                     {},
                     std::make_unique<TransferViews>(TransferViews{
                         {ex::transaction()}, {ex::transaction_record(), ex::record()}, false})});
  const auto decoded = decode_replies(encoded(replies));
  ASSERT_TRUE(decoded) << decoded.error().context;
  for (std::size_t i = 0; i < replies.size(); ++i)
    EXPECT_TRUE(same((*decoded)[i], replies[i])) << i;
}

// A transaction lies elsewhere with all its postings: no message is larger for it.
TEST(MessageSizes, DoNotGrowWithTransactions) {
  static_assert(sizeof(StartTransaction) < sizeof(StartTransfer));
  struct Before {
    TransferStatus status;
    std::optional<Rejection> code;
    bool replayed;
    RefusedSide side;
    MaybeBoxed<LegNotes> notes;
  };
  static_assert(sizeof(TransferOutcome) == sizeof(Before));
}

// Of nearly all transfers nobody says what they are for: those pay nothing for it.
TEST(MessageSizes, GrowWithNotesOnlyWhereThereAreSome) {
  static_assert(sizeof(StartNotedTransfer) == sizeof(StartTransfer) + sizeof(void*));
  static_assert(sizeof(TryNotedLeg) == sizeof(TryLeg) + sizeof(void*));
  static_assert(sizeof(TransferNoted) == sizeof(TransferId) + sizeof(void*));
  static_assert(sizeof(LegNoted) == sizeof(LegKey) + sizeof(void*));
  // Others are the largest of their variants, as they were before.
  EXPECT_GT(sizeof(Message), sizeof(StartNotedTransfer) + alignof(Message));
  EXPECT_GT(sizeof(Message), sizeof(TryNotedLeg) + alignof(Message));
  EXPECT_GT(sizeof(ReplyBody), sizeof(TransferOutcome) + alignof(ReplyBody));
  // It has its place where nothing was.
  struct Without {
    Timestamp client_deadline;
    Decision decision;
    std::optional<Rejection> code;
    std::optional<Position> refused_at;
  };
  struct With {
    Timestamp client_deadline;
    Decision decision;
    bool has_notes;
    std::optional<Rejection> code;
    std::optional<Position> refused_at;
  };
  static_assert(sizeof(With) == sizeof(Without));
}

TEST(MessageCodec, AddsAtTheEndOfWhatIsThere) {
  std::string bytes = "head";
  encode_messages(bytes, 300, all_messages());
  EXPECT_EQ(bytes, "head" + encoded(all_messages()));
  bytes = "head";
  encode_replies(bytes, all_replies());
  EXPECT_EQ(bytes, "head" + encoded(all_replies()));
}

TEST(MessageCodec, LongBatchesAndTextsComeBack) {
  std::vector<Message> messages;
  for (int i = 0; i < 70'000; ++i)
    messages.emplace_back(FenceHeard{1, 2, static_cast<LogIndex>(i)});
  messages.emplace_back(
      ChangeAccount{8, ex::alice, AccountChange::close, std::string(100'000, 'r')});
  const auto batch = decode_messages(encoded(messages));
  ASSERT_TRUE(batch) << batch.error().context;
  ASSERT_EQ(batch->messages.size(), messages.size());
  EXPECT_TRUE(same(batch->messages.back(), messages.back()));
  EXPECT_TRUE(same(batch->messages[69'999], messages[69'999]));
}

// With a field more than others, which keep the bytes that the version before reads.
TEST(MessageCodec, AnOutcomeHasASideOnlyWhereThereIsOne) {
  for (const RefusedSide side : {RefusedSide::none, RefusedSide::from, RefusedSide::to}) {
    std::vector<Reply> one;
    one.push_back({5,
                   {1, 2, 3},
                   TransferOutcome{TransferStatus::refused, Rejection::account_closed, true, side},
                   9});
    const auto decoded = decode_replies(encoded(one));
    ASSERT_TRUE(decoded) << decoded.error().context;
    EXPECT_EQ(get<TransferOutcome>(decoded->at(0).body).side, side);
  }
}

// A file that exists is never rewritten. FLORIN_REWRITE_GOLDEN=1 creates those that are missing.
TEST(MessageCodec, EncodingGivesTheGoldenBytes) {
  const char* create = std::getenv("FLORIN_REWRITE_GOLDEN");
  for (const auto& [name, bytes] : all_examples()) {
    const fs::path path = golden_folder / name;
    if (!fs::exists(path) && create != nullptr && std::string_view(create) == "1")
      std::ofstream(path) << to_hex(bytes);
    std::ifstream file(path);
    EXPECT_TRUE(file) << path << " is missing: run with FLORIN_REWRITE_GOLDEN=1 and commit it";
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), to_hex(bytes)) << name;
  }
}

TEST(MessageCodec, NoGoldenFileIsWithoutItsKind) {
  const auto examples = all_examples();
  std::size_t files = 0;
  for (const auto& file : fs::directory_iterator(golden_folder)) {
    EXPECT_TRUE(examples.contains(file.path().filename().string())) << file.path();
    ++files;
  }
  EXPECT_EQ(files, examples.size());
}

TEST(MessageCodec, CutAtAnyByteIsCorrupt) {
  for (const auto& [name, bytes] : all_examples()) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const std::string cut(bytes, 0, size);  // of its own, so that reading beyond it is noticed
      const Errc code =
          name[0] == 'm' ? messages_error(cut).code : decode_replies(cut).error().code;
      ASSERT_EQ(code, Errc::corrupt) << name << " cut at " << size;
    }
  }
}

TEST(MessageCodec, AnyChangedByteIsRefusedOrAnotherValueAndNeverACrash) {
  for (const auto& [name, bytes] : all_examples()) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      // Each bit, and the type bytes of what is long or not ours: arrays, texts, maps, extensions, floats.
      for (const int flip :
           {1, 2, 4, 8, 16, 32, 64, 128, -0xdd, -0xdb, -0xdf, -0xc7, -0xcb, -0xc1}) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(flip > 0 ? bytes[at] ^ flip : -flip);
        if (name[0] == 'm') {
          const auto batch = decode_messages(changed);
          if (batch)
            ASSERT_EQ(batch->messages.size(), 1U);
          else
            ASSERT_EQ(batch.error().code, Errc::corrupt);
        } else {
          const auto replies = decode_replies(changed);
          if (replies)
            ASSERT_EQ(replies->size(), 1U);
          else
            ASSERT_EQ(replies.error().code, Errc::corrupt);
        }
      }
    }
  }
}

TEST(MessageCodec, TrailingBytesAreCorrupt) {
  EXPECT_EQ(messages_error(encoded(all_messages()) + '\0').code, Errc::corrupt);
  EXPECT_EQ(decode_replies(encoded(all_replies()) + '\0').error().code, Errc::corrupt);
}

TEST(MessageCodec, AnErrorNamesTheField) {
  using namespace std::string_view_literals;
  const auto names = [](std::string_view bytes, const char* text) {
    EXPECT_NE(messages_error(bytes).context.find(text), std::string::npos)
        << messages_error(bytes).context;
  };
  names("\x93\x02\x05\x93\x09\x01\xa1g"sv, "field version: out of range");
  names("\x93\x01\xa1x\x93\x09\x01\xa1g"sv, "field to: wrong type");
  names("\x93\x01\x05\x93\x7f\x01\xa1g"sv, "field kind of message: out of range");
  names("\x93\x01\x05\x93\x00\x01\xa1g"sv, "field kind of message: out of range");
  names("\x93\x01\x05\x94\x09\x01\xa1g\x01"sv, "field message: wrong number of fields");
  names("\x93\x01\x05\x93\x09\x01\x02"sv, "field account: wrong type");
  names("\x93\x01\x05\x95\x0b\x01\xa1g\x03\xa1r"sv, "field change: out of range");
  const std::string no_legs = [] {
    std::vector<Reply> replies;
    replies.push_back(
        {1, {}, std::make_unique<TransferViews>(TransferViews{{TransferState{}}, {}, false})});
    return encoded(replies);
  }();
  const auto decoded = decode_replies(no_legs);
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().context.find("field legs"), std::string::npos)
      << decoded.error().context;
}

TEST(MessageCodec, AListThatClaimsMoreThanItsBytesIsCorruptAndTakesNoMemory) {
  const std::string_view claims("\xdd\xff\xff\xff\xff\x01\x05\x93\x09\x01\xa1g", 12);
  EXPECT_EQ(messages_error(claims).code, Errc::corrupt);
  EXPECT_EQ(messages_error(std::string(100'000, '\x91')).code, Errc::corrupt)
      << "nested too deeply";
}

}  // namespace
}  // namespace florin
