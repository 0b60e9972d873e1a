// Which log of a group a new cluster begins with, when all that is left of the old one are directories: copies of some of
// its nodes, perhaps old, perhaps damaged. Pure; docs/adr/0015 argues why nothing that was acknowledged is left out as
// long as the directories of a majority of the group's voters are there.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "cluster/consensus/consensus_engine.hpp"
#include "persistence/codec/chain_hash.hpp"

namespace florin {

// A group's log in one directory, as far as its chain verifies.
struct ReplicaLog {
  LogIndex last = 0;              // 0: there is none
  consensus::Term last_term = 0;  // of entry `last`
  LogIndex committed =
      0;  // what the directory knows to be committed; above `last`: it has lost some of that
  consensus::Term heard =
      0;  // of its record: what it knows as committed was committed in this term or before
};

// Of entry `index` in log `log`, which has it. Equal hashes: everything up to there is equal.
using HashAt = std::function<Result<Hash, Error>(std::size_t log, LogIndex index)>;

struct ChosenLog {
  std::size_t log = 0;
  LogIndex last = 0;  // all of it is kept
  LogIndex committed =
      0;  // the highest that any directory knows of; above `last`: those entries are nowhere
  // logs whose end was replaced by what was committed later; they were not asked about anything else
  std::vector<std::size_t> replaced;
};

// What is committed, by anybody's knowledge, is in the log that is chosen; of those that have it the one with the latest
// term at its end wins, then the longest: the order in which raft elects. Errc::corrupt: two logs contradict each other in what
// raft allows only one answer to; the text names both by `names`.
Result<ChosenLog, Error> choose_log(std::span<const ReplicaLog> logs,
                                    std::span<const std::string> names, const HashAt& hash_at);

// Is at least one majority of the voters among `there`? True for no voters: there was no group yet.
bool has_majority(const std::vector<consensus::ReplicaId>& voters,
                  const std::vector<consensus::ReplicaId>& there);

// The configuration once the change is in force; removed replicas are added to `retired`.
void apply_change(consensus::ConfState& conf, std::vector<consensus::ReplicaId>& retired,
                  const consensus::Change& change);

}  // namespace florin
