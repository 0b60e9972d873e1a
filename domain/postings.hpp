// What an event posts: which accounts it debits and credits, and by how much. The one list of events that move posted
// money: audits, statements and the simulator's checkers ask here, and none of them keeps a list of its own.
//
// Whoever adds an event to the variant adds a line to postings_of(), which does not compile before: either what the event
// posts, built by one of the functions there, or nothing. Money that is only held or expected (LegTried, LegCancelled)
// is not posted. If one event posts more often than `Postings::capacity`, that grows; readers need no change.
//
// What always holds: within one event, debits and credits add up to the same amount, the clearing account's side
// included; and an account's postings come in the order in which evolve makes them. Where there are several of one account,
// their trails all lead to its posting before the event.
#pragma once

#include <array>
#include <cstdint>

#include "base/assert.hpp"
#include "domain/events.hpp"
#include "domain/wallet/step_name.hpp"

namespace florin {

// One side. The pointers lead into the event that it was read from, and are as valid as that.
struct Posting {
  const AccountId* account = nullptr;  // null: the clearing account of the event's partition
  LegRole side = LegRole::debit;       // debit: posted money leaves the account
  Minor amount = 0;                    // minor units, > 0 in a log that was decided by us
  Currency currency;
  // What a statement says beside it; null for the clearing account, which has none.
  const AccountId* counterparty = nullptr;
  const Uuid* transaction_id = nullptr;  // of a client's transfer; null where `step` is its origin
  const StepName* step =
      nullptr;  // of a payment's step (domain/wallet/); null: the origin is a client
  const PostingTrail* trail = nullptr;
  bool is_taken_back =
      false;  // a saga's step is undone: what its StepApplied posted, the other way round

  [[nodiscard]] bool is_clearing() const noexcept { return account == nullptr; }
  // What it adds to the account: wide, because the smallest amount has no opposite.
  [[nodiscard]] WideMinor change() const noexcept {
    return side == LegRole::credit ? WideMinor{amount} : -WideMinor{amount};
  }
};

// All sides of one event. A value of fixed size: nothing is allocated, whoever asks.
class Postings {
 public:
  static constexpr std::size_t capacity = 8;  // a money step's (domain/wallet/step_postings.hpp)

  Postings() = default;
  void add(const Posting& posting) {
    FLORIN_ASSERT(count_ < capacity, "an event posts no more than Postings can hold");
    sides_[count_++] = posting;
  }
  [[nodiscard]] const Posting* begin() const noexcept { return sides_.data(); }
  [[nodiscard]] const Posting* end() const noexcept { return sides_.data() + count_; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

 private:
  std::array<Posting, capacity> sides_{};
  std::size_t count_ = 0;
};

Postings postings_of(const Event& event);
Postings postings_of(Event&& event) = delete;  // its parts would be gone

}  // namespace florin
