// The messages that a partition hears itself: they are for none of its entities.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>

#include "actors/messages/actor_id.hpp"
#include "actors/messages/message_declaration.hpp"
#include "base/ids.hpp"
#include "base/wire_number.hpp"
#include "cluster/partition_map.hpp"
#include "domain/ledger/ledger_account.hpp"
#include "domain/money/currency.hpp"
#include "domain/payment/order/order_events.hpp"
#include "domain/payment/order/order_filter.hpp"

namespace florin {

// --- from clients --------------------------------------------------------------------------------------

// A page of the partition's accounts in id order, after `after` (empty = from the start).
struct ListAccounts {
  static constexpr WireNumber wire{15};
  static constexpr WireNumber wire_follower_read{20};
  static constexpr MessageUse use = MessageUse::question;
  RequestId request = 0;
  PartitionId partition = 0;
  std::string after;
  std::uint32_t limit = 0;
};
// Phase status by transaction id. Of one owner, or of all in this partition; a system account owns none: named here, it
// is the payer (of deposits).
struct GetTransfer {
  static constexpr WireNumber wire{13};
  static constexpr WireNumber wire_follower_read{18};
  static constexpr MessageUse use = MessageUse::question;
  RequestId request = 0;
  PartitionId partition = 0;
  Uuid transaction_id;
  AccountId owner;  // empty: any
};
struct GetTrialBalance {
  static constexpr WireNumber wire{14};
  static constexpr WireNumber wire_follower_read{19};
  static constexpr MessageUse use = MessageUse::question;
  RequestId request = 0;
  PartitionId partition = 0;
};
// The ledger of this partition: what it adds up to.
struct GetLedgerSums {
  static constexpr WireNumber wire{60, payments_level};
  static constexpr WireNumber wire_follower_read{61, payments_level};
  static constexpr MessageUse use = MessageUse::question;
  static constexpr std::array field_names{"request", "partition"};
  static auto fields(auto& self) { return std::tie(self.request, self.partition); }
  RequestId request = 0;
  PartitionId partition = 0;
};
// ... and one of its accounts.
struct GetLedgerBalance {
  static constexpr WireNumber wire{62, payments_level};
  static constexpr WireNumber wire_follower_read{63, payments_level};
  static constexpr MessageUse use = MessageUse::question;
  static constexpr std::array field_names{"request", "partition", "account", "currency"};
  static auto fields(auto& self) {
    return std::tie(self.request, self.partition, self.account, self.currency);
  }
  RequestId request = 0;
  PartitionId partition = 0;
  LedgerAccount account;
  Currency currency;
};
// A page of the partition's payment orders in the order of their ids, of those that the filter lets through. It may be short, or empty,
// and not be the last one: a partition looks at a bounded number for it (limits::payments_seen_max).
struct ListPayments {
  static constexpr WireNumber wire{64, payment_keys_level};
  static constexpr WireNumber wire_follower_read{65, payment_keys_level};
  static constexpr MessageUse use = MessageUse::question;
  static constexpr std::array field_names{"request", "partition", "filter", "behind", "limit"};
  static auto fields(auto& self) {
    return std::tie(self.request, self.partition, self.filter, self.behind, self.limit);
  }
  RequestId request = 0;
  PartitionId partition = 0;
  OrderFilter filter;
  PaymentId behind;  // none = from the start
  std::uint32_t limit = 0;
};

// --- between partitions --------------------------------------------------------------------------------

// From partition `coordinator`: every transfer with a leg in `to` that it started at or before `index` is finished,
// durably. One that is open and has no leg there may be older.
struct AdvanceFence {
  static constexpr WireNumber wire{8};
  static constexpr MessageUse use = MessageUse::between_partitions;
  PartitionId to = 0;
  PartitionId coordinator = 0;
  LogIndex index = 0;
};
// The answer: `participant` keeps no leg of a transfer that `coordinator` started at or before `index`,
// durably.
struct FenceHeard {
  static constexpr WireNumber wire{16};
  static constexpr MessageUse use = MessageUse::between_partitions;
  PartitionId coordinator = 0;
  PartitionId participant = 0;
  LogIndex index = 0;
};

struct PartitionMessages {
  static constexpr ActorKind actor{"partition"};
  using Any = std::variant<AdvanceFence, FenceHeard, GetTransfer, GetTrialBalance, ListAccounts,
                           GetLedgerSums, GetLedgerBalance, ListPayments, FollowerRead<GetTransfer>,
                           FollowerRead<GetTrialBalance>, FollowerRead<ListAccounts>,
                           FollowerRead<GetLedgerSums>, FollowerRead<GetLedgerBalance>,
                           FollowerRead<ListPayments>>;

  static PartitionId key_of(const AdvanceFence& m) { return m.to; }
  static PartitionId key_of(const FenceHeard& m) { return m.coordinator; }
  static PartitionId key_of(const ClientQuestion auto& m) { return m.partition; }

  static ActorId address_of(PartitionId id, const PartitionMap&) { return {actor, id, {}}; }
  static std::optional<PartitionId> place_of(PartitionId id, const PartitionMap&) { return id; }
  static ToldBy told_by(const AdvanceFence& m) { return {m.coordinator, m.index}; }
  static ToldBy told_by(const FenceHeard& m) { return {m.participant, m.index}; }
};

}  // namespace florin
