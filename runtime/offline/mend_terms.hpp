// Mends the stored terms of a stopped cluster's node that a peer's lie has moved above the bound. Writes the directory:
// needs its lock, so the node is stopped; all nodes of the cluster must be, and it runs on each of them
// (docs/OPERATIONS.md says the order, docs/adr/0012 why that is safe).
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/replication/replicated_log.hpp"

namespace florin {

struct MendedTerm {
  GroupNumber group = 0;
  consensus::Term before = 0, after = 0;
};

// The groups whose term was mended, all in one block: a crash leaves all of them as they were, or none.
// Errc::missing: no data directory; locked: a node uses it; mismatch: it is of no cluster; invalid: no term is above the
// bound, and nothing was written; corrupt: a log does not allow it, and nothing was written.
Result<std::vector<MendedTerm>, Error> mend_terms(const std::string& data_dir);

}  // namespace florin
