// First what is known to be committed, then who has all of it, then raft's order.
#include "cluster/recovery/choose_log.hpp"

#include <algorithm>
#include <tuple>

namespace florin {
namespace {

using consensus::ReplicaId;

class Choice {
 public:
  Choice(std::span<const ReplicaLog> logs, std::span<const std::string> names,
         const HashAt& hash_at)
      : logs_(logs), names_(names), hash_at_(hash_at) {}

  Result<ChosenLog, Error> run() {
    find_base();
    for (std::size_t log = 0; log < logs_.size(); ++log) FLORIN_TRY_VOID(look_at(log));
    chosen_.last = logs_[chosen_.log].last;
    return chosen_;
  }

 private:
  // What is committed and there.
  [[nodiscard]] LogIndex known(std::size_t log) const {
    return std::min(logs_[log].committed, logs_[log].last);
  }

  // The log that knows most to be committed: all others are held against it.
  void find_base() {
    for (std::size_t log = 0; log < logs_.size(); ++log) {
      if (known(log) > known(base_)) base_ = log;
      chosen_.committed = std::max(chosen_.committed, logs_[log].committed);
    }
    chosen_.log = base_;
  }

  [[nodiscard]] Result<bool, Error> are_equal_up_to(std::size_t log, LogIndex index) const {
    if (index == 0 || log == base_) return true;
    FLORIN_TRY(mine, hash_at_(log, index));
    FLORIN_TRY(its, hash_at_(base_, index));
    return mine == its;
  }

  Status<Error> look_at(std::size_t log) {
    FLORIN_TRY(agree, are_equal_up_to(log, std::min(logs_[log].last, known(base_))));
    if (agree) {
      if (logs_[log].last >= known(base_) && rank(log) > rank(chosen_.log)) chosen_.log = log;
      return Unit{};
    }
    // Its end was written by a leader that did not have what was committed. Such a leader's term is older than the one in
    // which that was committed, and what this log knows as committed itself cannot be among it.
    FLORIN_TRY(committed_agree, are_equal_up_to(log, std::min(known(log), known(base_))));
    if (!committed_agree || logs_[log].last_term >= logs_[base_].heard) return contradict(log);
    chosen_.replaced.push_back(log);
    return Unit{};
  }

  // Latest term, then longest, then who knows more of it as committed: then the first that was given.
  [[nodiscard]] std::tuple<consensus::Term, LogIndex, LogIndex> rank(std::size_t log) const {
    return {logs_[log].last_term, logs_[log].last, known(log)};
  }

  [[nodiscard]] Err<Error> contradict(std::size_t log) const {
    return Err{Error{Errc::corrupt, names_[log] + " and " + names_[base_] +
                                        " contradict each other: up to entry " +
                                        std::to_string(std::min(logs_[log].last, known(base_))) +
                                        " they are different, and both cannot have been agreed. "
                                        "One of them is of another cluster with the "
                                        "same name, was put back as an old copy and went on, or "
                                        "was written by something else. Give "
                                        "the one that tells the truth (florin audit verify, florin "
                                        "replay), and leave the other out"}};
  }

  std::span<const ReplicaLog> logs_;
  std::span<const std::string> names_;
  const HashAt& hash_at_;
  std::size_t base_ = 0;
  ChosenLog chosen_;
};

void drop(std::vector<ReplicaId>& replicas, ReplicaId replica) { std::erase(replicas, replica); }

void put(std::vector<ReplicaId>& replicas, ReplicaId replica) {
  if (std::ranges::find(replicas, replica) != replicas.end()) return;
  replicas.push_back(replica);
  std::ranges::sort(replicas);
}

}  // namespace

Result<ChosenLog, Error> choose_log(std::span<const ReplicaLog> logs,
                                    std::span<const std::string> names, const HashAt& hash_at) {
  return Choice(logs, names, hash_at).run();
}

bool has_majority(const std::vector<ReplicaId>& voters, const std::vector<ReplicaId>& there) {
  const auto count = std::ranges::count_if(
      voters, [&](ReplicaId voter) { return std::ranges::find(there, voter) != there.end(); });
  return voters.empty() || static_cast<std::size_t>(count) >= voters.size() / 2 + 1;
}

void apply_change(consensus::ConfState& conf, std::vector<ReplicaId>& retired,
                  const consensus::Change& change) {
  switch (change.type) {
    case consensus::ChangeType::none: return;
    case consensus::ChangeType::add_learner: return put(conf.learners, change.replica);
    case consensus::ChangeType::promote:
      drop(conf.learners, change.replica);
      return put(conf.voters, change.replica);
    case consensus::ChangeType::remove:
      drop(conf.learners, change.replica);
      drop(conf.voters, change.replica);
      return put(retired, change.replica);
  }
}

}  // namespace florin
