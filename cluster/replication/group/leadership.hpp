// Leadership: who leads a group as far as raft here knows, and under which reign this replica may decide. Pure.
//
// It leads from the moment when the first entry of its term is committed and given, and nothing is on its way: then all that
// anybody was ever told is in what was given. A crash ends it without a word, and no reign comes again in a process.
#pragma once

#include <cstdint>
#include <utility>

#include "cluster/replication/group/group_log.hpp"
#include "cluster/replication/group/leader_question.hpp"
#include "cluster/replication/replicated_log_ports.hpp"

namespace florin {

class Leadership {
 public:
  [[nodiscard]] consensus::Role role() const { return role_; }
  [[nodiscard]] consensus::ReplicaId leader() const { return leader_; }
  [[nodiscard]] std::uint64_t elections() const { return elections_; }  // leaders seen
  [[nodiscard]] std::uint32_t leaderless_ticks() const { return leaderless_ticks_; }
  // For raft this replica leads; it need not decide yet.
  [[nodiscard]] bool is_raft_leader() const { return led_term_ != 0; }
  [[nodiscard]] Reign reign() const { return reign_; }  // 0: may not decide
  [[nodiscard]] bool is_in(Reign reign) const { return reign_ != 0 && reign_ == reign; }
  LeaderQuestion& question() { return question_; }
  [[nodiscard]] const LeaderQuestion& question() const { return question_; }

  // True: another one than before.
  bool see_leader(consensus::ReplicaId leader);
  // `led`: the term of which this replica is the leader, or 0. True: another than before; then any reign has to end
  // first.
  [[nodiscard]] bool is_other_term(consensus::Term led) const { return led != led_term_; }
  void see_role(consensus::Role role, consensus::Term led) {
    role_ = role;
    led_term_ = led;
  }
  // The first entry of a term is in the log.
  void term_begins(consensus::Term term) { term_start_term_ = term; }

  [[nodiscard]] bool may_decide(const GroupLog& log) const;
  void begin(Reign reign, LogIndex next_proposal);
  // True: there was a reign.
  bool end() { return std::exchange(reign_, 0) != 0; }
  // No reign before that.
  void pause(std::uint32_t ticks) { pause_ticks_ = ticks; }
  // Proposals of a reign come in order: the index of the next one, which it is now.
  LogIndex take_next_proposal() { return next_proposal_++; }
  void tick();

 private:
  consensus::Role role_ = consensus::Role::follower;
  consensus::ReplicaId leader_ = 0;
  consensus::Term led_term_ = 0;         // 0: not the leader
  consensus::Term term_start_term_ = 0;  // of the newest entry without events
  Reign reign_ = 0;                      // 0: not leading
  LogIndex next_proposal_ = 0;
  std::uint32_t pause_ticks_ = 0;
  std::uint64_t elections_ = 0;
  std::uint32_t leaderless_ticks_ = 0;
  LeaderQuestion question_;
};

}  // namespace florin
