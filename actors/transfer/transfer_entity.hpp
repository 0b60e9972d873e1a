// The kind of transfers: all that are open.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <string_view>

#include "actors/entity/kind_table.hpp"
#include "actors/entity/stored_as.hpp"
#include "actors/entity/waiter.hpp"
#include "actors/messages/messages.hpp"
#include "actors/transfer/transfer_hints.hpp"
#include "actors/transfer/transfer_messages.hpp"
#include "actors/transfer/transfer_sides.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

// What the actor of an open transfer knows beyond its state. It may be lost at any time.
struct TransferMemory {
  boost::container::small_vector<Waiter, 1> waiters;  // who waits here for the end
  std::uint32_t resends = 0;  // how often what is owed was sent again, and when it is next:
  Timestamp resend_at;
  // Of one without a deadline, as this leader counts it from its first look: in the partition's time, put off by what
  // that jumps when a clock is confirmed. None: not yet.
  Timestamp try_ends;

  void forget() {
    waiters.clear();
    resends = 0;
    resend_at = try_ends = {};
  }
};

// An open transfer as its own actor has it: its state changes by events only.
struct OpenTransfer {
  const TransferState& state;
  TransferMemory& memory;
};

struct TransferRow {
  TransferState state;
  std::uint32_t dirty_at = not_dirty;
  bool stored = false;
  TransferMemory memory;

  void put_away() {  // all but the state
    dirty_at = not_dirty;
    stored = false;
    memory.forget();
  }
  [[nodiscard]] const TransferId& key() const { return state.id; }
  [[nodiscard]] OpenTransfer own() { return {state, memory}; }
};

// The last three bits are the ordinal's: transfers that started one after the other lie side by side in an
// index, eight places to a cache line, and are asked for one after the other, too.
struct HashTransferId {
  std::size_t operator()(const TransferId& id) const {
    std::uint64_t x =
        id.index * 0x9E3779B97F4A7C15U ^ (std::uint64_t{id.ordinal >> 3} << 20 | id.partition);
    x ^= x >> 32;
    x *= 0xD6E8FEB86659FD93U;
    return ((x ^ x >> 32) & ~std::uint64_t{7}) | (id.ordinal & 7);
  }
};

struct TransferEntity : StoredAs<TransferRow, &TransferRow::state, decode_transfer> {
  using Messages = TransferMessages;
  using Sides = TransferSides;
  using Hints = TransferHints;
  using Row = TransferRow;
  using Key = TransferId;
  using Hash = HashTransferId;
  static constexpr Table table = Table::transfers;
  static constexpr std::string_view name = "transfer";

  // Not HashTransferId, which may change: times of resends are part of what a history gives.
  static std::uint64_t jitter(const Key& id) {
    std::uint64_t x =
        id.index * 0x9E3779B97F4A7C15U ^ (std::uint64_t{id.ordinal} << 20 | id.partition);
    x ^= x >> 32;
    x *= 0xD6E8FEB86659FD93U;
    return x ^ x >> 32;
  }
};

}  // namespace florin
