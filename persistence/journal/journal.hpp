// Journal: the log of all partitions of one node in segment files (segment/segment_format.hpp has the bytes).
//
// Promises
//  - sync() returns after everything appended is on the disk: one write and one fdatasync for all partitions.
//  - Segments are kept for ever, and are allocated and zero-filled before use: a full disk is refused before
//    a byte of the block is written, and nothing that was acknowledged is lost.
//  - A write or fsync that fails is the end: every later call returns the same error. Running out of descriptors is
//    not: nothing was written then, and a new segment is tried again for a while.
//  - Opening cuts the torn tail of the one write that was under way at a crash, and refuses (Errc::corrupt
//    with file and offset) any damage before it. After close_cleanly() no damage at all counts as torn.
//    Not distinguishable from a torn write: damage in the very last block of a log that was not closed.
//
// With `replaceable` (the raft logs of a cluster's node) an entry may have the index of one that is there: it
// replaces that one, and all behind it are dropped. Replaced entries are not found any more by read(),
// last_index() and scan(), from the moment when the new one is durable; in the files they stay. A partition
// may then be any log, or a single value that is always written as entry 1.
//
// After a crash: all that was synced is there. What was appended since the last sync() and fits into one
// block (block_bytes_max) is there whole or not at all, replacements included: either every one of these
// entries is there, or the log is what the last sync() left. More than that is written as several blocks in
// the order of append(), and a crash may leave the first of them only: so append first what may stand alone
// (the entries of a log) and last what speaks of it (the group's term, vote and commit index). Several Readys
// may share a sync().
//
// Threads: append(), sync() and close_cleanly() from one thread; reading from any, beside it.
// One journal per directory and process at a time: hold a DataDirLock.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "persistence/event_log.hpp"
#include "persistence/journal/file_cache.hpp"
#include "persistence/journal/file_system.hpp"
#include "persistence/journal/segment/segment_catalogue.hpp"
#include "persistence/journal/segment/segment_preparer.hpp"

namespace florin {

struct JournalOptions {
  std::string directory;
  // Random number of the data directory, made when it was created. 0 (reading only): take the first segment's.
  std::uint64_t data_id = 0;
  std::size_t partitions = 0;  // 0 (reading only): take the first segment's
  // An index may be written again. Fixed when the log is begun; reading only: take the first segment's.
  bool replaceable = false;
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;
  // A buffer of this size is written at once; an entry that is larger is a block of its own. At most block_bytes_max.
  std::size_t block_bytes = std::size_t{256} << 20;
  // false: no helper thread, all work in the caller's (for the simulator)
  bool prepare_ahead = true;
  bool read_only = false;       // changes nothing on the disk, a torn tail is only reported
  FileSystem* files = nullptr;  // null: the real disk
  // Where the journal keeps how far it has reached (log_end.hpp); empty: nowhere. Reading only: compared, if it is there.
  std::string end_file;
  // While too many files are open, a new segment waits, and with it everything that wants to be durable.
  std::chrono::milliseconds open_retry_pause{100};
  std::uint32_t open_retries_max = 300;
};

// What opening found.
struct RecoveryReport {
  std::size_t segments = 0;
  bool closed_cleanly = false;  // the last stop was close_cleanly(); true for a new log
  // of a torn last write, never acknowledged (only seen, if read_only)
  std::uint64_t cut_bytes = 0;
  std::string cut_file;
  std::uint64_t cut_offset = 0;
  std::size_t rebuilt_indexes = 0;  // sidecars that were missing or damaged
};

class Journal final : public EventLogWriter, public EventLogReader {
 public:
  // Errors besides the disk's: corrupt (file and offset), missing (a segment file, by name, or the end of the log, which
  // `end_file` knows), mismatch
  // (partitions, data id or format version are not those of the directory), invalid (options).
  static Result<std::unique_ptr<Journal>, Error> open(JournalOptions options);
  // Without close_cleanly() before it this is a crash: what was not synced is gone.
  ~Journal() override;

  // Entries of a partition come in order of their index, without gaps (back: see `replaceable`). Copies into
  // the block's buffer. A buffer of block_bytes_max is written at once.
  Status<Error> append(const LogEntry& entry) override;
  Status<Error> sync() override;
  // Syncs, then marks the log as closed: the last call of the writer.
  Status<Error> close_cleanly();

  Result<std::string, Error> read(PartitionId partition, LogIndex index) override;
  [[nodiscard]] LogIndex last_index(PartitionId partition) const override;
  // Each entry once and each partition in order of its index, whatever was replaced, as of the beginning of
  // the call. `after` of the largest LogIndex leaves a partition out. Errc::missing when `after` is behind the log's
  // end: state that is ahead of its log means that log files were lost.
  Status<Error> scan(const std::vector<LogIndex>& after,
                     const std::function<Status<Error>(const LogEntryView&)>& visit,
                     const std::function<void(std::uint64_t, std::uint64_t)>& progress) override;

  [[nodiscard]] const RecoveryReport& report() const noexcept { return report_; }
  [[nodiscard]] std::size_t partitions() const noexcept { return options_.partitions; }
  [[nodiscard]] std::uint64_t data_id() const noexcept { return options_.data_id; }
  // The last block that is durable, counted from 1; 0: none. Its writer's, or before anybody writes.
  [[nodiscard]] journal::BlockSequence last_block() const;
  // The next segment could not be prepared, or a sidecar not be written: warn a person before it hurts.
  [[nodiscard]] std::optional<Error> warning() const;

  static constexpr std::size_t block_bytes_max = journal::block_bytes_max;
  static constexpr std::uint64_t segment_bytes_max = std::uint64_t{1} << 30;

 private:
  friend class JournalRecovery;
  explicit Journal(JournalOptions options);

  Status<Error> read_noted_end();  // journal_recovery.cpp

  // journal_writer.cpp
  Status<Error> begin_writing();
  void note_end();
  Status<Error> fail(Error error);
  Status<Error> write_block(std::uint32_t flags);
  Status<Error> write_block_unguarded(std::uint32_t flags);
  Status<Error> begin_segment(std::uint64_t block_bytes);
  // Again while too many files are open, a bounded number of times. A step may be done any number of times.
  template <class Step>
  auto patiently(Step step) -> decltype(step());
  void seal(journal::Segment segment);
  void reset_block();

  // journal_reader.cpp
  Result<std::uint32_t, Error> frame_offset(const journal::SegmentCatalogue::Place& place);
  Result<std::string, Error> read_frame(const std::string& path, std::uint32_t offset,
                                        PartitionId partition, LogIndex index);
  Status<Error> rebuild_index(std::uint64_t segment_number);
  Result<std::size_t, Error> first_segment_needed(const journal::SegmentCatalogue::Snapshot& log,
                                                  const std::vector<LogIndex>& after) const;

  JournalOptions options_;
  FileSystem& files_;
  RecoveryReport report_;
  journal::SegmentCatalogue catalogue_;
  journal::FileCache read_files_;
  std::mutex rebuild_mutex_;

  // The writer's own.
  std::unique_ptr<File> active_;
  std::uint64_t active_bytes_ = 0;  // size of the active segment's file
  std::uint64_t write_offset_ = 0;  // where the next block goes
  journal::BlockSequence next_sequence_ = 1;
  journal::BlockSequence noted_end_ = 0;    // last block that options_.end_file names, or will
  journal::BlockSequence note_end_at_ = 1;  // the block that it is to name next, when it is durable
  std::string block_;                       // block header's room, then the frames
  std::vector<journal::SegmentCatalogue::NewFrame> frames_;  // offsets from the block's begin
  std::vector<LogIndex> next_append_;
  bool last_block_is_closing_mark_ = false;
  std::optional<Error> failed_;
  std::unique_ptr<journal::SegmentPreparer> preparer_;  // last: its thread uses the members above
};

}  // namespace florin
