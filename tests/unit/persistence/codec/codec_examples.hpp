// One fixed example of every event and row, no field at its default. The golden files hold their
// bytes: never change an example, only add.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "persistence/codec/entry_codec.hpp"
#include "persistence/codec/state_codec.hpp"
#include "tests/support/field_filler.hpp"

namespace florin::codec_examples {

inline const AccountId alice = AccountId::from_trusted("alice");
inline const AccountId shop = AccountId::from_trusted("shop:42.b_c-d");
inline const AccountId outside = AccountId::from_trusted("@outside");
inline const Currency eur{{'E', 'U', 'R'}};
inline const Currency jpy{{'J', 'P', 'Y'}};

inline Uuid uuid(std::uint8_t first) {
  Uuid result;
  for (auto& byte : result.bytes) byte = first++;
  return result;
}
inline Hash hash(std::uint8_t first) {
  Hash result;
  for (auto& byte : result) byte = first++;
  return result;
}
inline LegKey leg() { return {{70'000, 300, 258}, 1}; }
inline LegContent content() { return {alice, shop, uuid(0x10), 123'456, eur, LegRole::credit}; }
inline PostingTrail trail() { return {5'000'000'000, 65'536, -42}; }
inline LegAnswer refusal() { return {AnswerCode::refused, Rejection::account_frozen}; }

inline TransferNotes notes() {
  return {"invoice 4711/a", "for caf\u00e9 and bread", {{"cost", "17"}, {"name", "K\u00f6ln"}}, ""};
}
inline StepContent money_step() {
  return {{OriginKind::payment, "po-1.A_b", MoneyRule::parked_credited, 300},
          {70'000, 2, 12},
          alice,
          eur,
          9'999,
          320,
          "sandbox",
          "late_success"};
}

inline CommandSource source() {
  return {{300, 0xfedc'ba98'7654'3210, 1ULL << 40}, "key 7", "192.0.2.1:4711", "c0ffee"};
}

// The events of one list, each with no field at its default.
template <class... E>
void add_filled(std::vector<Event>& events, std::type_identity<std::variant<E...>>) {
  (events.push_back(filled<E>()), ...);
}

// In the order of their wire numbers, which is that in which they came: the golden entries are parts of it. An alternative that
// is missing here fails GoldenEvents.
inline std::vector<Event> all_events() {
  const TransferId transfer = leg().transfer;
  std::vector<Event> events{
      AccountOpened{
          outside, jpy, AccountKind::system, true, 500'000, {{"a", "1"}, {"name", "K\u00f6ln"}}},
      AccountFrozen{alice, "police request 17"},
      AccountUnfrozen{alice, "released"},
      AccountClosed{shop, "moved away"},
      TransferPosted{uuid(0x20), alice, shop, 9'999, eur, {7, 2, 1'000}, trail()},
      TransferRefused{uuid(0x30), alice, shop, 1, eur, Rejection::insufficient_available},
      TransferStarted{uuid(0x40),
                      alice,
                      Protocol::saga,
                      eur,
                      {1'790'000'000'000'001},
                      {{alice, 3, LegRole::debit, 250}, {shop, 1'023, LegRole::credit, 250}}},
      TryAnswered{leg(), refusal()},
      TransferDecided{transfer, Decision::cancel, Rejection::account_frozen, 1, refusal()},
      SecondPhaseAnswered{leg(), true},
      TransferCompleted{transfer},
      TransferCancelled{transfer,
                        Rejection::balance_overflow,
                        {{AnswerCode::ok, std::nullopt}, refusal()},
                        {true, false},
                        {false, true}},
      LegTried{leg(), content()},
      LegRefused{leg(), content(), Rejection::system_account},
      LegConfirmed{leg(), content(), trail()},
      LegCancelled{leg()},
      LegCancelledEarly{leg(), alice},
      StepApplied{leg(), content(), trail()},
      StepCompensated{leg(), content(), trail()},
      FenceAdvanced{9, 123'456'789},
      ReplicaChanged{ReplicaChange::remove, 0x1'0000'0002},
      ClusterFormed{
          {{1, "10.0.0.1:7601", "10.0.0.1:7600"}, {65'535, "n2:7601", "n2:7600"}}, 3, 300},
      NodeAdded{{300, "[2001:db8::3]:7601", "[2001:db8::3]:7600"}},
      NodeDrained{1},
      NodeResumed{200},
      NodeLeaving{300},
      NodeRemoved{65'535},
      RebalanceBegun{},
      RebalanceEnded{},
      ReplicasChosen{258, {2, 0x1'0003, 0xffff'ffff'ffff'ffff}},
      ReplicasSettled{1'000},
      commanded(AccountOpened{outside,
                              jpy,
                              AccountKind::system,
                              true,
                              500'000,
                              {{"a", "1"}, {"name", "K\u00f6ln"}}},
                source()),
      commanded(AccountFrozen{alice, "police request 17"}, source()),
      commanded(AccountUnfrozen{alice, "released"}, source()),
      commanded(AccountClosed{shop, "moved away"}, source()),
      commanded(NodeAdded{{300, "[2001:db8::3]:7601", "[2001:db8::3]:7600"}}, source()),
      commanded(NodeDrained{1}, source()),
      commanded(NodeResumed{200}, source()),
      commanded(NodeLeaving{300}, source()),
      commanded(RebalanceBegun{}, source()),
      ClientDeadlineGiven{transfer, {1'790'000'000'000'777}},
      LeaderClockRead{{1'790'000'000'000'888}},
      NodeRejoined{200},
      commanded(NodeRejoined{200}, source()),
      FormatLevelRaised{513},
      CancelDecided{transfer, Rejection::account_frozen, 1, refusal()},
      AccountMetadataChanged{shop, {{"a", "1"}, {"name", "K\u00f6ln"}}},
      commanded(AccountMetadataChanged{shop, {{"name", "K\u00f6ln"}}}, source()),
      SidedRefusal{{uuid(0x30), alice, shop, 1, eur, Rejection::account_closed}, RefusedSide::to},
      MoneyStepDone{money_step(),
                    {{{outside, alice, 9'999}, trail(), {7, 2, 1'000}},
                     {{alice, shop, 320}, trail(), trail()}}},
      MoneyStepRefused{money_step(), Rejection::account_frozen},
      TransferNoted{transfer, notes()},
      LegNoted{leg(), notes_of_legs(notes())},
  };
  add_filled(events, std::type_identity<AnyOrderEvent>());
  add_filled(events, std::type_identity<AnyCheckoutEvent>());
  events.emplace_back(
      LedgerEntryPosted{money_step(),
                        20'650,
                        "florin",
                        "payment/po-1/card_success/1",
                        {{{LedgerKind::liabilities_suspense, "late_success"}, 9'999, {}},
                         {{LedgerKind::liabilities_wallet, "alice"},
                          -9'999,
                          {5'000'000'000, 65'536, -(static_cast<WideMinor>(1) << 90)}}}});
  add_filled(events, std::type_identity<AnyPaymentKeyEvent>());
  return events;
}

inline EntryHeader header() { return {12, 3, 4'711, {1'790'000'000'123'456}, hash(0x01)}; }

inline AccountState account() {
  AccountState state;
  state.id = alice;
  state.currency = eur;
  state.kind = AccountKind::merchant;
  state.frozen = true;
  state.closed = true;
  state.allow_negative = true;
  state.available = -5;
  state.held = 6;
  state.incoming = 7;
  state.daily_debit_limit = 8;
  state.debited_today = 9;
  state.debit_day = -10;
  state.payments_net = -13;
  state.debt = 14;
  state.last_posting_ordinal = 11;
  state.last_posting_index = 12;
  state.metadata = std::make_unique<const Metadata>(Metadata{{"key", "value"}});
  return state;
}
inline TransferState transfer() {
  TransferState state;
  state.id = leg().transfer;
  state.transaction_id = uuid(0x50);
  state.owner = alice;
  state.protocol = Protocol::saga;
  state.currency = eur;
  state.started_at = {1'790'000'000'000'000};
  state.deadline = {1'790'000'000'000'009};
  state.client_deadline = {1'790'000'000'000'010};
  state.decision = Decision::cancel;
  state.code = Rejection::account_closed;
  state.legs = {{{alice, 3, LegRole::debit, 250},
                 TryStatus::answered,
                 {AnswerCode::ok, std::nullopt},
                 SecondPhaseStatus::sent,
                 true},
                {{shop, 4, LegRole::credit, 250},
                 TryStatus::sent,
                 refusal(),
                 SecondPhaseStatus::answered,
                 false}};
  return state;
}
// Still cancelling, and clients have heard of it.
inline TransferState refused_transfer() {
  TransferState state = transfer();
  state.refused_at = {70'002, 3, 12};
  return state;
}
// Of which clients have not heard yet, and which says what it is for.
inline TransferState noted_transfer() {
  TransferState state = transfer();
  state.has_notes = true;
  return state;
}
// Of two postings.
inline TransferState transaction() {
  TransferState state = refused_transfer();
  LegPhase debit = state.legs.front(), credit = state.legs.back();
  debit.spec = {shop, 4, LegRole::debit, 30};
  credit.spec = {alice, 3, LegRole::credit, 30};
  state.legs.insert(state.legs.begin() + 1, debit);
  state.legs.push_back(credit);
  return state;
}
inline Leg noted_leg() {
  Leg noted{leg(), LegState::tried, std::nullopt, content(), 20'650};
  noted.notes = notes_of_legs(notes());
  return noted;
}
inline Leg stored_leg() {
  return {leg(), LegState::refused, Rejection::account_not_found, content(), 20'650};
}
inline TransferRecord record() {
  return {uuid(0x60),
          alice,
          shop,
          777,
          eur,
          Protocol::tcc,
          false,
          TransferStatus::refused,
          Rejection::same_account,
          {70'000, 1, 12},
          {70'001, 2, 13}};
}
inline TransferRecord refused_record() {
  TransferRecord refused = record();
  refused.status = TransferStatus::cancelled;
  refused.ended = {70'003, 4, 12};
  return refused;
}
inline TransferRecord sided_record() {
  TransferRecord sided = record();
  sided.code = Rejection::account_closed;
  sided.ended = sided.finished;
  sided.side = RefusedSide::to;
  return sided;
}
inline TransferRecord noted_record() {
  TransferRecord noted = record();
  noted.has_notes = true;
  return noted;
}
inline TransferRecord transaction_record() {
  TransferRecord transaction = refused_record();
  transaction.code = Rejection::account_closed;
  transaction.side = RefusedSide::to;
  transaction.transaction = TransactionRecord{
      2, content_hash(std::vector<TransferPosting>{{shop, alice, 777}, {alice, shop, 5}}, eur), 1};
  return transaction;
}
inline AccountState changed_account() {
  AccountState changed = account();
  changed.metadata = std::make_unique<const Metadata>(Metadata{{"name", "K\u00f6ln"}});
  changed.metadata_changed = true;
  return changed;
}
// p0 of 2 after entry 3, as version 1 of the state's format wrote it.
inline constexpr std::string_view meta_of_format_1 =
    "9d0100020300c420000102030405060708090a0b0c0d0e0f1011121314151617"
    "18191a1b1c1d1e1fcf00065bfeda27c240079090000501";
inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}
inline PartitionMeta meta() {
  const WideMinor wide = (static_cast<WideMinor>(1) << 90) + 17;
  return {state_format_version,
          12,
          16,
          4'711,
          4'709,
          21,
          hash(0x02),
          {1'790'000'000'123'456},
          3,
          {{eur, -wide, wide}, {jpy, 5, -5}},
          {{3, 99}, {4, 100}},
          8,
          1'000,
          2'000};
}

// Every field by structured binding: a new field breaks the build here.
inline bool same(const AccountState& x, const AccountState& y) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18] = x;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18] = y;
  const bool metadata = (a18 == nullptr) == (b18 == nullptr) && (a18 == nullptr || *a18 == *b18);
  return metadata &&
         std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17) ==
             std::tie(b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17);
}
inline bool same(const LegPhase& x, const LegPhase& y) {
  const auto& [a1, a2, a3, a4, a5] = x;
  const auto& [b1, b2, b3, b4, b5] = y;
  return std::tie(a1, a2, a3, a4, a5) == std::tie(b1, b2, b3, b4, b5);
}
inline bool same(const TransferState& x, const TransferState& y) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13] = x;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13] = y;
  return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12) ==
             std::tie(b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12) &&
         std::equal(a13.begin(), a13.end(), b13.begin(), b13.end(),
                    [](const LegPhase& a, const LegPhase& b) { return same(a, b); });
}
inline bool same(const Leg& x, const Leg& y) {
  const auto& [a1, a2, a3, a4, a5, a6] = x;
  const auto& [b1, b2, b3, b4, b5, b6] = y;
  return std::tie(a1, a2, a3, a4, a5, a6) == std::tie(b1, b2, b3, b4, b5, b6);
}
inline bool same(const TransferRecord& x, const TransferRecord& y) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15] = x;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15] = y;
  return std::tie(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15) ==
         std::tie(b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15);
}

}  // namespace florin::codec_examples
