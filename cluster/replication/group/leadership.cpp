// When a leadership begins and what it counts.
#include "cluster/replication/group/leadership.hpp"

namespace florin {

bool Leadership::see_leader(consensus::ReplicaId leader) {
  if (leader == leader_) return false;
  if (leader != 0) ++elections_;
  leader_ = leader;
  return true;
}

bool Leadership::may_decide(const GroupLog& log) const {
  if (led_term_ == 0 || reign_ != 0 || pause_ticks_ > 0) return false;
  return term_start_term_ == led_term_ && log.given() == log.last();
}

void Leadership::begin(Reign reign, LogIndex next_proposal) {
  reign_ = reign;
  next_proposal_ = next_proposal;
  question_.forget();
}

void Leadership::tick() {
  if (pause_ticks_ > 0) --pause_ticks_;
  question_.tick();
  leaderless_ticks_ = leader_ == 0 ? leaderless_ticks_ + 1 : 0;
}

}  // namespace florin
