// SegmentPreparer: makes the next segment's file (allocated, zero-filled, durable) before it is needed, on a
// helper thread of its own, so that beginning a new segment does not stall a group commit. Also runs the
// journal's other slow errands (sidecars). Without `ahead` everything happens in the caller's thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "persistence/journal/file_system.hpp"

namespace florin::journal {

class SegmentPreparer {
 public:
  SegmentPreparer(FileSystem& files, std::string directory, std::uint64_t bytes, bool ahead,
                  std::chrono::milliseconds retry_pause);
  SegmentPreparer(const SegmentPreparer&) = delete;
  SegmentPreparer& operator=(const SegmentPreparer&) = delete;
  ~SegmentPreparer();  // finishes what was begun

  // Begins making the next file, unless `ahead` is off. While too many files are open it is tried again and again.
  void prepare();
  // Path of a file of at least `bytes`, made now if need be. The caller renames it. A failure to prepare
  // ahead is tried once more here: space may have been freed since.
  Result<std::string, Error> take(std::uint64_t bytes);
  // Until trying again may help; the warning says why.
  void pause(Error why);
  // Runs the errand on the helper thread, behind what is queued.
  void run(std::function<void()> errand);
  // The same, before what is queued.
  void run_next(std::function<void()> errand);
  // Why preparing ahead failed, until it succeeds: an early warning, long before the disk is full for us.
  [[nodiscard]] std::optional<Error> warning() const;
  // Notes an errand's failure that is harmless by itself.
  void warn(Error error);

 private:
  Status<Error> make_file(std::uint64_t bytes);
  void prepare_in_helper();
  void loop();

  FileSystem& files_;
  const std::string directory_;
  const std::string path_;
  const std::uint64_t bytes_;
  const bool ahead_;
  const std::chrono::milliseconds retry_pause_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> errands_;
  bool stopping_ = false;
  bool preparing_ = false;
  bool ready_ = false;
  bool wanted_ = false;  // take() waits for it
  std::optional<Error> warning_;
  std::thread helper_;
};

}  // namespace florin::journal
