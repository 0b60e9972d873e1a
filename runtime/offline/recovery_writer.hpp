// Writes the directory of the new cluster's first node, aside: it gets its name when it is whole and durable.
#pragma once

#include <string>
#include <vector>

#include "cluster/recovery/new_founder.hpp"
#include "runtime/offline/recovery_plan.hpp"

namespace florin {

struct RecoveryTarget {
  std::string path;
  std::string cluster;
  ClusterMember founder;
};

// Errc::invalid: the path is taken, or what an interrupted run has left is beside it. Nothing is made.
Status<Error> check_target(const std::string& path);

// Copies the kept logs, lets them go on with the founder, has the result audited, and gives it its name. A crash or an
// error leaves PATH.recovering, or nothing, and never PATH.
Status<Error> write_recovered(const std::vector<RecoverySource>& sources, const RecoveryPlan& plan,
                              const RecoveryTarget& target, const RecoverProgress& progress);

}  // namespace florin
