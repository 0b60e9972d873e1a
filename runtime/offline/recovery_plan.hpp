// What is kept of each group, and whether anything may be missing: decided on the sources, before a byte is written.
#pragma once

#include <vector>

#include "cluster/membership/cluster_map.hpp"
#include "cluster/recovery/new_founder.hpp"
#include "runtime/offline/recover_cluster.hpp"
#include "runtime/offline/recovery_source.hpp"

namespace florin {

struct RecoveryPlan {
  std::vector<ChosenLog> chosen;  // by group
  std::vector<GroupEnd> ends;
  ClusterMap map;  // of the log that is kept
};

// They are of one cluster; Errc::mismatch names two that are not.
Status<Error> check_sources(const std::vector<RecoverySource>& sources);
Result<RecoveryPlan, Error> plan_recovery(const std::vector<RecoverySource>& sources);
// For people; findings are not in it.
RecoverReport report_of(const std::vector<RecoverySource>& sources, const RecoveryPlan& plan);

}  // namespace florin
