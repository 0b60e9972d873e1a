// SimClients: all clients of the cluster: they do what the workload says, give up, repeat and remember.
//
// Fault model: a request or its answer may be lost or late (SimNetwork), nobody answers before patience is
// over, a client repeats with the same id up to its number of attempts, and others repeat the same id at the
// same time, or with other content (actions of the workload). After healing every request without a definite
// answer is repeated until it has one: so at the end it is known what happened to each.
// Why the system must survive it: see plan/workload.hpp.
#pragma once

#include <functional>
#include <vector>

#include "actors/messages/messages.hpp"
#include "sim/checker.hpp"
#include "sim/ports/event_queue.hpp"
#include "sim/trace.hpp"

namespace florin::sim {

class SimClients {
 public:
  // Sends a request to the node that hosts the partition, over the network.
  using Send = std::function<void(PartitionId to, Message message, RequestId request)>;

  SimClients(const SimOptions& options, const Workload& workload, EventQueue& events, Trace& trace,
             Checkers& checkers, Send send);

  // Puts all actions of the workload into the event queue.
  void begin();
  // From now on nobody gives up.
  void heal();
  // Reads every account once more; unanswered() says when all are there.
  void read_all_accounts();
  void receive(const Answer& answer, RequestId request);

  [[nodiscard]] std::size_t unanswered() const { return unanswered_; }
  [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
  [[nodiscard]] std::string oldest_unanswered() const;

 private:
  struct Attempt {
    std::uint32_t operation;
    std::uint32_t attempt;
  };
  void add(const Action& action);
  void attempt(std::uint32_t operation);
  void give_up(std::uint32_t operation, std::uint32_t attempt);
  Message message_of(const Operation& operation, RequestId request) const;
  [[nodiscard]] LogIndex min_index_of(const Action& action) const;
  [[nodiscard]] PartitionId home_of(const Action& action) const;

  const SimOptions& options_;
  const Workload& workload_;
  EventQueue& events_;
  Trace& trace_;
  Checkers& checkers_;
  Send send_;
  std::vector<Operation> operations_;
  std::vector<Attempt> attempts_;  // by request id - 1
  std::vector<LogIndex> heard_;    // by partition: the newest entry that any answer was from
  std::size_t unanswered_ = 0;
  bool healed_ = false;
};

// What a reply says, in plain numbers.
Answer answer_of(const Reply& reply);
AccountSeen account_seen(const AccountView& view);

// --- what an action means, for those who send it and those who judge its answers
Currency currency_of(const std::string& code);
Uuid transaction_id_of(const Action& action);
// By which a transfer is known: its client's account and the transaction id.
std::pair<std::string, std::array<std::uint8_t, 16>> owned_id_of(const Workload& workload,
                                                                 const Action& action);
// These are the terms that an open_account asks for.
// `metadata_changed`: since it was opened.
bool has_terms(const Workload& workload, const Action& action, const AccountSeen& terms,
               bool metadata_changed);
// What its newest attempt says that the transfer is for: nothing, of most; of one in four something else with each attempt, and
// sometimes nothing, so that a repeat has other notes than what is recorded.
NotesSeen notes_sent(const Operation& operation);
// What the metadata is after a patch of the workload, by its number. Of one in five it are ten pairs more, so that an account
// comes to its limit.
MetadataPatch metadata_patch_of(const Action& action);

}  // namespace florin::sim
