// Messages: what actors tell each other, and what clients ask of them. Plain values; a partition manager
// routes each to its entity actor by address_of(). The table in actors/README.md says for each who sends
// it, what repeats it and what makes a repeat harmless.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/wire_number.hpp"
#include "domain/account/account_decide.hpp"
#include "domain/account/account_state.hpp"
#include "domain/money/currency_sums.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

// --- from clients --------------------------------------------------------------------------------------

struct OpenAccount {
  static constexpr WireNumber wire{10};
  RequestId request = 0;
  AccountId account;
  Currency currency;
  AccountKind kind = AccountKind::user;
  bool allow_negative = false;
  Minor daily_debit_limit = no_daily_limit;
  Metadata metadata;
  CommandId command{};  // not in the message's bytes: whoever takes it knows who asks
};
struct ChangeAccount {
  static constexpr WireNumber wire{11};
  RequestId request = 0;
  AccountId account;
  AccountChange change = AccountChange::freeze;
  std::string reason;
  CommandId command{};  // as of OpenAccount
};
struct GetAccount {
  static constexpr WireNumber wire{9};
  static constexpr WireNumber wire_follower_read{17};
  RequestId request = 0;
  AccountId account;
};
// A page of the partition's accounts in id order, after `after` (empty = from the start).
struct ListAccounts {
  static constexpr WireNumber wire{15};
  static constexpr WireNumber wire_follower_read{20};
  RequestId request = 0;
  PartitionId partition = 0;
  std::string after;
  std::uint32_t limit = 0;
};
struct StartTransfer {
  static constexpr WireNumber wire{1};
  RequestId request = 0;
  AccountId from;
  AccountId to;
  Uuid transaction_id;
  Minor amount = 0;  // minor units, > 0
  Currency currency;
  Protocol protocol = Protocol::tcc;  // for transfers between partitions
  Timestamp deadline;                 // none = no deadline of the client's
};
// What would Try answer now? Changes nothing; used to order refusals of a request that is itself wrong.
struct CheckLeg {
  static constexpr WireNumber wire{12};
  RequestId request = 0;
  AccountId account;
  LegRole role = LegRole::debit;
  Minor amount = 0;
  Currency currency;
};
// Phase status by transaction id. Of one owner, or of all in this partition; a system account owns none: named here, it
// is the payer (of deposits).
struct GetTransfer {
  static constexpr WireNumber wire{13};
  static constexpr WireNumber wire_follower_read{18};
  RequestId request = 0;
  PartitionId partition = 0;
  Uuid transaction_id;
  AccountId owner;  // empty: any
};
struct GetTrialBalance {
  static constexpr WireNumber wire{14};
  static constexpr WireNumber wire_follower_read{19};
  RequestId request = 0;
  PartitionId partition = 0;
};

// A read that any replica may answer, leader or not: from what is committed, as soon as entry `min_index` is.
template <class Question>
struct FollowerRead {
  static constexpr WireNumber wire = Question::wire_follower_read;

  RequestId request = 0;
  LogIndex min_index = 0;  // 0 = whatever is there
  Question question;       // its own request number means nothing
};

// --- between a coordinator or saga and its legs -------------------------------------------------------

struct TryLeg {
  static constexpr WireNumber wire{2};
  LegKey leg;
  LegContent content;
};
struct ConfirmLeg {
  static constexpr WireNumber wire{3};
  LegKey leg;
  AccountId account;
};
struct CancelLeg {
  static constexpr WireNumber wire{4};
  LegKey leg;
  AccountId account;
};
struct ApplyStep {
  static constexpr WireNumber wire{6};
  LegKey leg;
  LegContent content;
};
struct CompensateStep {
  static constexpr WireNumber wire{7};
  LegKey leg;
  AccountId account;
};
// To the coordinator or saga: the answer to `answered` of one leg.
struct LegAnswered {
  static constexpr WireNumber wire{5};
  LegKey leg;
  LegMessage answered = LegMessage::try_;
  LegAnswer answer;
};
// From partition `coordinator`: every transfer with a leg in `to` that it started at or before `index` is finished,
// durably. One that is open and has no leg there may be older.
struct AdvanceFence {
  static constexpr WireNumber wire{8};
  PartitionId to = 0;
  PartitionId coordinator = 0;
  LogIndex index = 0;
};
// The answer: `participant` keeps no leg of a transfer that `coordinator` started at or before `index`,
// durably.
struct FenceHeard {
  static constexpr WireNumber wire{16};
  PartitionId coordinator = 0;
  PartitionId participant = 0;
  LogIndex index = 0;
};

using Message = std::variant<StartTransfer, TryLeg, ConfirmLeg, CancelLeg, LegAnswered, ApplyStep,
                             CompensateStep, AdvanceFence, GetAccount, OpenAccount, ChangeAccount,
                             CheckLeg, GetTransfer, GetTrialBalance, ListAccounts, FenceHeard,
                             FollowerRead<GetAccount>, FollowerRead<GetTransfer>,
                             FollowerRead<GetTrialBalance>, FollowerRead<ListAccounts>>;

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
  bool created = false;   // with OpenAccount: this request opened it
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
};
struct TransferViews {
  static constexpr WireNumber wire{7};
  std::vector<TransferState> open;
  std::vector<TransferRecord> ended;
  bool more = false;  // there are, or may be, others: too many have this transaction id
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
struct NotAccepted {
  static constexpr WireNumber wire{4};
  enum class Why : std::uint8_t {
    overloaded,
    stopping,
    no_leader,
    lost,
    behind,
    clock_unsure,
    rebuilding
  } why = Why::overloaded;
};

using ReplyBody = std::variant<TransferOutcome, Refused, CheckResult, NotAccepted,
                               std::unique_ptr<AccountView>, std::unique_ptr<AccountPage>,
                               std::unique_ptr<TransferViews>, std::unique_ptr<TrialBalance>>;

// What a reply is about, in eight bytes (actors/messages/subject.hpp).
using Subject = std::uint64_t;

struct Reply {
  RequestId request = 0;
  Position position;  // everything up to it is reflected, nothing later
  ReplyBody body;
  Subject subject = 0;  // of the message that it answers; 0 with NotAccepted
};

// --- addresses -----------------------------------------------------------------------------------------

enum class ActorKind : std::uint8_t { account, coordinator, saga, partition };

// Where an entity actor lives is a function of who it is: anyone can tell or ask it by this, without
// knowing on which node it is or whether it is awake.
struct ActorId {
  ActorKind kind = ActorKind::account;
  PartitionId partition = 0;
  // account id, or transfer position, or transaction id before the transfer has one
  std::string key;
  bool operator==(const ActorId&) const = default;
};

}  // namespace florin
