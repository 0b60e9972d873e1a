// LocalMachine: one partition as an automaton. Its states are those of the REAL Partition object, with its log,
// what of it is durable and the effects that wait; its inputs are a message, time, a sync and a crash. Because a
// partition is deterministic, each pair of state and input is run once, on a Partition rebuilt from its log and
// its turns since, and remembered: the exploration of a whole cluster then is arithmetic on state numbers.
//
// Two states are one when they have the same text (local_text.hpp), which holds all that later behaviour depends on:
// rows, log length, who waits, which fences were told and heard, what a tick would do now, the history of the log, and
// the same of every state that a crash can leave behind. Not in it, because nothing decides on them: hashes, times of day, how often something was
// resent (every resend that is due is a move), positions of statements.
//
// Checked once per state: the books, reservations counted again from legs, histories (leg_history.hpp), that replay
// of the log equals the live state, that a checkpoint does, that the same turns give the same bytes, that nothing is
// decided to confirm after the deadline, and that what is owed is sent again for ever.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/entity/slot_index.hpp"
#include "actors/partition/partition.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "sim/explore/explore_case.hpp"
#include "sim/explore/leg_history.hpp"
#include "sim/explore/message_book.hpp"

namespace florin::sim {

using LocalId = std::uint32_t;

struct LocalInput {
  enum class Kind : std::uint8_t { deliver, tick, sync, crash } kind = Kind::deliver;
  std::uint8_t argument = 0;  // the message; of a crash: how many unsynced entries survive it
  bool late = false;          // the deadline passes here before it
  static LocalInput of_code(std::uint32_t code) {
    return {static_cast<Kind>(code >> 16), static_cast<std::uint8_t>(code >> 1 & 0xFF),
            (code & 1) != 0};
  }
  [[nodiscard]] std::uint32_t code() const {
    return static_cast<std::uint32_t>(kind) << 16 | static_cast<std::uint32_t>(argument) << 1 |
           (late ? 1U : 0U);
  }
};

struct ExploreReply {
  std::string text;
  bool replayed = false;
  bool is_cancelled = false;  // it says so of a transfer that had begun
};

struct LocalStep {
  LocalId next = 0;
  std::vector<MessageId> sent;        // by the turn, durable or not
  std::vector<MessageId> released;    // they are under way now
  std::vector<ExploreReply> replies;  // released: the client has them
  bool did_something = false;         // an entry, or a message
  std::string what;                   // for people: the entry's events
  std::string violation;              // empty = none
};

// What the exploration needs to know of a local state.
struct LocalFacts {
  LegHistory history;
  bool late = false;          // its clock is past the deadline
  bool undecided = false;     // the transfer is open here, and undecided
  bool open = false;          // the transfer is open here
  bool answer_waits = false;  // a client waits here, or its reply waits for a sync
  bool tick_does_something = false;
  std::uint8_t unsynced = 0;  // entries
  bool effects_wait = false;
  std::vector<MessageId> unreleased;
  Minor reserved = 0;  // held or incoming, all accounts
  WideMinor clearing = 0;
  std::vector<Minor> balances;  // posted, by leg; 0 = not here
  std::string outcome;          // of the record, when the transfer has ended here
};

class LocalMachine {
 public:
  LocalMachine(const ExploreSetup& setup, PartitionId id, MessageBook& book);
  ~LocalMachine();
  LocalMachine(const LocalMachine&) = delete;
  LocalMachine& operator=(const LocalMachine&) = delete;

  [[nodiscard]] LocalId initial() const { return 0; }
  [[nodiscard]] const std::string& initial_violation() const { return initial_violation_; }
  const LocalStep& step(LocalId from, LocalInput input);
  [[nodiscard]] const LocalFacts& facts(LocalId id) const;
  // That two ways to one state behave alike: runs what was run from each state again, from other ways to it. None =
  // they do, so that naming states by their texts has hidden nothing.
  std::optional<std::string> check_other_ways();
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t steps_run() const;

 private:
  struct State;
  struct Live;

  [[nodiscard]] std::unique_ptr<Live> rebuild(const State& state, LocalStep& step) const;
  LocalStep run(const State& from, LocalInput input);
  void run_turn(State& state, LocalInput input, LocalStep& step);
  void release_durable(State& state, LocalStep& step) const;
  LocalId add(State state, Live* live, LocalStep& step);
  void check_resends(const State& state, Live& live, std::vector<MessageId> sends, LocalStep& step);
  [[nodiscard]] std::uint32_t recovered_text(const std::vector<LogBytes>& log, std::size_t length,
                                             LocalStep& step);
  std::vector<MessageId> number_all(std::vector<Outgoing> outgoing);

  const ExploreSetup& setup_;
  PartitionId id_;
  MessageBook& book_;
  std::vector<std::unique_ptr<State>> states_;
  std::vector<std::pair<LocalId, std::unique_ptr<State>>> other_ways_;  // a few of each state
  SlotIndex by_text_;
  std::vector<std::string> recovered_;  // texts of recovered states, numbered
  std::vector<std::pair<std::uint64_t, std::unique_ptr<LocalStep>>> steps_;
  SlotIndex by_input_;
  std::string initial_violation_;
};

}  // namespace florin::sim
