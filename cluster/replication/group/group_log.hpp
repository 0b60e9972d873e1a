// GroupLog: the entries of one group in the journal, the newest of them in memory, and how far they have been given
// to the replica.
//
// Promises
//  - Entries stand without gaps, and none that was given is ever replaced.
//  - What is written here is durable when the journal has been synced: whoever speaks of it before that lies after a
//    crash.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/consensus/consensus_message.hpp"
#include "cluster/replication/replica_entry.hpp"
#include "persistence/event_log.hpp"

namespace florin {

class GroupLog {
 public:
  struct Entry {
    consensus::Term term;
    EntryBytes bytes;
  };

  // Both ends of the journal outlive it. `given`: what the caller has evolved already.
  GroupLog(PartitionId stream, LogIndex given, EventLogWriter& writer, EventLogReader& reader)
      : stream_(stream),
        last_(reader.last_index(stream)),
        given_(given),
        writer_(&writer),
        reader_(&reader) {}

  [[nodiscard]] LogIndex last() const { return last_; }    // of the journal
  [[nodiscard]] LogIndex given() const { return given_; }  // by take_committed()
  [[nodiscard]] Result<Entry, Error> at(LogIndex index) const;
  // The bytes of the entries that a message of raft carries. Nothing when the log no longer has them: within one cycle a
  // leader may send entries, then hear of a later leader that replaces them. Such a message is lost, as any may be.
  [[nodiscard]] Result<std::optional<std::vector<EntryBytes>>, Error> payloads_of(
      const consensus::MessageView& message) const;
  // Out of the journal only.
  [[nodiscard]] Result<std::string, Error> stored(LogIndex index) const {
    return reader_->read(stream_, index);
  }

  // At a start, in order up to last(): an entry that is not committed stays in memory.
  void keep(consensus::Term term, EntryBytes bytes);
  // Into the journal's block; replaces what was there and behind it.
  Status<Error> write(LogIndex index, consensus::Term term, EntryBytes bytes);
  // Everything up to `last` that was not given before: it counts as given from now on.
  Result<std::vector<EntryBytes>, Error> take_committed(LogIndex last);
  void trim(std::size_t bytes_max);

 private:
  [[nodiscard]] LogIndex tail_first() const { return last_ - tail_.size() + 1; }

  PartitionId stream_;
  LogIndex last_;
  LogIndex given_;
  std::deque<Entry> tail_;  // newest entries, up to `last_`
  std::size_t tail_bytes_ = 0;
  EventLogWriter* writer_;
  EventLogReader* reader_;
};

}  // namespace florin
