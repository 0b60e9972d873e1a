// ExploreWorld: all partitions of one case, the messages under way between them and the client, as one small value;
// the moves that are possible in it, and what each leads to.
//
// Moves: a message is delivered; delivered while a copy stays under way (costs a duplication); lost (a loss); the same
// after the deadline has passed at its receiver; the log of a partition is synced and its effects leave; a partition
// crashes, with any part of its unsynced entries surviving (a crash); time makes a partition resend or fence; the
// client asks again.
//
// What is left out, because it leads nowhere new:
//  - a resend or repeat of what is still under way, or whose answer is, is a duplication and costs one; when nothing of
//    it is left it is free, so that losses never end an exploration;
//  - the deadline passes at a partition just before something that minds it;
//  - with no crash left in the budget every turn is synced at once: waiting longer is a slow message;
//  - a turn takes one message: two in one entry are two entries that no crash separates.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "sim/explore/local_machine.hpp"

namespace florin::sim {

struct ExploreBudget {
  std::uint8_t duplications = 0;
  std::uint8_t losses = 0;
  std::uint8_t crashes = 0;
  std::uint8_t unsynced_max = 1;  // entries that a partition may be ahead of its disk
};

struct ExploreState {
  static constexpr std::size_t partitions_max = 4;
  static constexpr std::size_t messages_max = 24;

  std::array<LocalId, partitions_max> local{};
  std::array<MessageId, messages_max> under_way{};  // sorted; no_message behind the last
  std::uint8_t duplications = 0;                    // left
  std::uint8_t losses = 0;
  std::uint8_t crashes = 0;
  std::uint8_t reply = 0;     // what the client was told, by number; 0 = nothing yet
  std::uint8_t unmarked = 0;  // replies without the mark of a repeat
  std::uint8_t confirms = 0;  // a Confirm has left
  std::uint8_t cancels = 0;   // a Cancel or Compensate has left
  std::uint8_t spare = 0;
  bool operator==(const ExploreState&) const = default;
};
static_assert(std::has_unique_object_representations_v<ExploreState>, "it is hashed by its bytes");

struct ExploreMove {
  enum class Kind : std::uint8_t {
    deliver,
    duplicate,
    lose,
    sync,
    crash,
    tick,
    ask
  } kind = Kind::deliver;
  std::uint8_t partition = 0;
  std::uint8_t argument = 0;  // the message; of a crash: entries that survive
  bool late = false;          // the deadline passes there before
  std::uint8_t cost = 0;      // duplications
};

class ExploreWorld {
 public:
  ExploreWorld(const ExploreCase& explored, ExploreBudget budget);

  [[nodiscard]] const ExploreState& initial() const { return initial_; }
  // In a fixed order. `quiet` = nothing happens any more by itself: an end state (crashes may still come).
  void moves(const ExploreState& state, std::vector<ExploreMove>& moves, bool& quiet);
  // The state behind a move; `violation` gets what is wrong with it, if anything. `told` (may be null): for people.
  ExploreState after(const ExploreState& state, const ExploreMove& move, std::string& violation,
                     std::string* told = nullptr);
  // The move alone, without running it.
  [[nodiscard]] std::string words_of(const ExploreState& state, const ExploreMove& move) const;
  // Of an end state.
  [[nodiscard]] std::string end_violation(const ExploreState& state) const;
  // See LocalMachine::check_other_ways(); empty = well.
  [[nodiscard]] std::string check_other_ways();
  [[nodiscard]] const std::string& initial_violation() const { return initial_violation_; }
  [[nodiscard]] std::size_t local_states() const;
  [[nodiscard]] std::size_t turns_run() const;
  [[nodiscard]] std::size_t distinct_messages() const { return book_.size(); }

 private:
  void sync_all(ExploreState& state, std::string& violation, std::string* told);
  void apply(ExploreState& state, std::uint8_t partition, const LocalStep& step,
             std::string& violation, std::string* told);
  void add_message(ExploreState& state, MessageId id, std::string& violation) const;
  void hear(ExploreState& state, const ExploreReply& reply, std::string& violation);
  void delivery_moves(const ExploreState& state, std::vector<ExploreMove>& moves) const;
  void tick_moves(const ExploreState& state, std::uint8_t at, std::vector<ExploreMove>& moves,
                  bool& quiet);
  void crash_moves(const ExploreState& state, std::uint8_t at, std::vector<ExploreMove>& moves);
  [[nodiscard]] std::uint8_t cost_of(const ExploreState& state, std::uint8_t sender,
                                     const LocalStep& step) const;
  [[nodiscard]] bool chain_lives(const ExploreState& state, std::uint8_t sender,
                                 MessageId id) const;
  [[nodiscard]] bool client_waits_in_vain(const ExploreState& state) const;
  [[nodiscard]] bool may_run(const ExploreState& state, std::uint8_t at) const;
  [[nodiscard]] const LocalFacts& facts(const ExploreState& state, std::uint8_t at) const {
    return machines_[at]->facts(state.local[at]);
  }
  [[nodiscard]] std::string mixed_legs(const ExploreState& state) const;

  ExploreSetup setup_;
  ExploreBudget budget_;
  MessageBook book_;
  std::vector<std::unique_ptr<LocalMachine>> machines_;
  MessageId request_ = no_message;
  std::vector<std::string> replies_{""};  // texts, by number
  ExploreState initial_;
  std::string initial_violation_;
};

}  // namespace florin::sim
