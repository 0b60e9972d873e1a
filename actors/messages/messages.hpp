// Messages: what actors tell each other, and what clients ask of them. Plain values; a partition manager
// routes each to its entity actor by address_of(). The table in actors/README.md says for each who sends
// it, what repeats it and what makes a repeat harmless.
//
// Each kind of actors declares those that it hears beside it (actors/<kind>/<kind>_messages.hpp); Message is all of them, flat.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "actors/account/account_messages.hpp"
#include "actors/messages/actor_id.hpp"
#include "actors/messages/ledger_replies.hpp"
#include "actors/messages/message_declaration.hpp"
#include "actors/messages/partition_messages.hpp"
#include "actors/messages/payment_replies.hpp"
#include "actors/payment/payment_messages.hpp"
#include "actors/transfer/transfer_messages.hpp"
#include "actors/wallet/wallet_messages.hpp"
#include "base/ids.hpp"
#include "base/maybe_boxed.hpp"
#include "base/wire_number.hpp"
#include "domain/account/account_state.hpp"
#include "domain/money/currency_sums.hpp"
#include "domain/transfer/transfer_notes.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

// All who hear messages. Add a kind's list to them. The order means nothing outside a process: what is sent is the wire
// number of each.
using AllMessages =
    MessageLists<TransferMessages, AccountMessages, PartitionMessages, CheckoutMessages,
                 OrderMessages, PaymentKeyMessages, WalletMessages>;
class Message : public OneOf<AllMessages::Any> {
 public:
  using OneOf::OneOf;
};
template <>
const AlternativeOps& OneOf<AllMessages::Any>::ops_of(std::size_t place);

// The first that a list has: `of(std::type_identity<List>)` gives an optional message of that list, or nothing at all.
template <class Of>
std::optional<Message> message_of_a_kind(Of&& of) {
  std::optional<Message> found;
  AllMessages::for_each([&]<class List>(std::type_identity<List> list) {
    if constexpr (!std::is_void_v<decltype(of(list))>)
      if (auto message = of(list); message && !found) found.emplace(std::move(*message));
  });
  return found;
}

// --- replies -------------------------------------------------------------------------------------------

struct AccountView {
  static constexpr WireNumber wire{5};
  AccountId account;
  Currency currency;
  AccountKind kind = AccountKind::user;
  Minor available = 0;
  Minor held = 0;
  bool frozen = false;
  bool closed = false;
  bool allow_negative = false;
  Minor daily_debit_limit = no_daily_limit;
  Metadata metadata;
  Position last_posting;  // head of the statement's chain; none = no postings
  bool created = false;   // with OpenAccount: this request opened it; ChangeMetadata: it changed it
};
struct AccountPage {
  static constexpr WireNumber wire{6};
  std::vector<AccountView> accounts;
};
// A transfer's end. `position` of the reply is its recorded position.
struct TransferOutcome {
  static constexpr WireNumber wire{1};
  TransferStatus status = TransferStatus::completed;  // completed, cancelled or refused
  std::optional<Rejection> code;
  bool replayed = false;
  RefusedSide side = RefusedSide::none;  // whose account the code is about, where it is recorded
  // Of a transaction: which posting the code is about, from 0; the side is of that one. no_posting: none of them, or a transfer.
  std::uint8_t refused_posting = no_posting;
  MaybeBoxed<LegNotes> notes = {};  // the recorded ones, of one that has completed with some
};
struct TransferViews {
  static constexpr WireNumber wire{7};
  std::vector<TransferState> open;
  std::vector<TransferRecord> ended;
  bool more = false;  // there are, or may be, others: too many have this transaction id
  std::vector<NotedTransfer> notes = {};  // of those of them that have some

  // Of the one that began there; null: it has none.
  [[nodiscard]] const TransferNotes* notes_of(const TransferId& began) const {
    for (const NotedTransfer& noted : notes)
      if (noted.transfer == began) return &noted.notes;
    return nullptr;
  }
};
struct CheckResult {
  static constexpr WireNumber wire{3};
  std::optional<Rejection> rejection;
};
struct TrialBalance {
  static constexpr WireNumber wire{8};
  std::vector<CurrencySums> currencies;
  Timestamp recomputed_at =
      {};  // from all stored rows, which agreed with these running sums; none: not yet
};
struct Refused {
  static constexpr WireNumber wire{2};
  Rejection code = Rejection::account_not_found;
};
// The partition could not take the message: nothing was decided. But `lost`: it was decided by a leader that
// lost its partition before the decision was committed, and may or may not have been; ask again with the same id.
// `behind`: the entry that a FollowerRead wants to see has not come in time.
// `clock_unsure`: it has a deadline, and the leader's clock is not to be trusted. Nothing is recorded.
// `rebuilding`: its stored state was damaged and is being made again from the log.
// `level_too_low`: it would be logged in words that a node of the cluster does not know yet.
struct NotAccepted {
  static constexpr WireNumber wire{4};
  enum class Why : std::uint8_t {
    overloaded,
    stopping,
    no_leader,
    lost,
    behind,
    clock_unsure,
    rebuilding,
    level_too_low
  } why = Why::overloaded;
};

using AnyReplyBody =
    std::variant<TransferOutcome, Refused, CheckResult, NotAccepted, std::unique_ptr<AccountView>,
                 std::unique_ptr<AccountPage>, std::unique_ptr<TransferViews>,
                 std::unique_ptr<TrialBalance>, std::unique_ptr<CheckoutView>,
                 std::unique_ptr<PaymentView>, HintTaken, PaymentRefused,
                 std::unique_ptr<LedgerSumsView>, std::unique_ptr<LedgerBalanceView>,
                 std::unique_ptr<PaymentPage>, PaymentKeyView>;
class ReplyBody : public OneOf<AnyReplyBody> {
 public:
  using OneOf::OneOf;
  ReplyBody(ReplyBody&& other) = default;
  ReplyBody& operator=(ReplyBody&& other) = default;
};
template <>
const AlternativeOps& OneOf<AnyReplyBody>::ops_of(std::size_t place);

// What a reply is about, in eight bytes (actors/messages/subject.hpp).
using Subject = std::uint64_t;

struct Reply {
  RequestId request = 0;
  Position position;  // everything up to it is reflected, nothing later
  ReplyBody body;
  Subject subject = 0;  // of the message that it answers; 0 with NotAccepted
};

}  // namespace florin

template <>
struct std::variant_size<florin::Message> : std::variant_size<florin::Message::Any> {};
template <std::size_t I>
struct std::variant_alternative<I, florin::Message>
    : std::variant_alternative<I, florin::Message::Any> {};

template <>
struct std::variant_size<florin::ReplyBody> : std::variant_size<florin::ReplyBody::Any> {};
template <std::size_t I>
struct std::variant_alternative<I, florin::ReplyBody>
    : std::variant_alternative<I, florin::ReplyBody::Any> {};
