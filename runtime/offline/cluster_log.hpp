// How offline commands open the log of a cluster's node, which has more streams than partitions: nothing is prepared ahead.
#pragma once

#include <memory>
#include <string>

#include "cluster/replication/replicated_log.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"

namespace florin {

inline JournalOptions cluster_log_options(const DataDirectory& directory) {
  JournalOptions options;
  options.directory = directory.log_path();
  options.data_id = directory.identity().id;
  options.partitions = LogStreams{directory.identity().partitions}.count();
  options.prepare_ahead = false;
  return options;
}

// To write it; how far it reaches is noted, as a node does.
inline Result<std::unique_ptr<Journal>, Error> open_cluster_log(const DataDirectory& directory) {
  JournalOptions options = cluster_log_options(directory);
  options.end_file = directory.log_end_path();
  options.replaceable = true;
  return Journal::open(options);
}

// For people.
inline std::string name_of(GroupNumber group, const LogStreams& streams) {
  return group == streams.partitions ? "the meta group" : "partition " + std::to_string(group);
}

}  // namespace florin
