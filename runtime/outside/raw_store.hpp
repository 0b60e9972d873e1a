// RawStore: the raw bytes that came from payment providers, answers and webhooks, for people who must look at what was really said.
// The log has their SHA-256, and under that name they lie here: `<directory>/<day>/<sha256>`, for a while.
//
// Promise: files are readable by the node's user only (0600); a day's directory goes when it is older than the days that are kept, and
// a day has a bound in bytes, beyond which nothing more of it is kept. Nothing of it is ever read by the node: what is missing here, or
// cut by a crash, changes no decision. Crash in the middle: a file that ends in .part, which goes with its day.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

namespace florin::outside {

struct RawStoreOptions {
  std::string directory;  // made if it is missing (0700)
  std::int32_t days_kept = 30;
  std::uint64_t day_bytes_max = std::uint64_t{1} << 30;
};

class RawStore {
 public:
  explicit RawStore(RawStoreOptions options) : options_(std::move(options)) {}

  // Any thread; it waits for the disk, so never a handler of an actor. Empty bytes, and those that are here already, are nothing
  // to do. `disk_full`: the day's bound, or the disk's; `io`: what else the operating system says.
  Status<Error> keep(Timestamp now, std::string_view bytes);

 private:
  Status<Error> begin_day(const std::string& day, Timestamp now);
  void forget_before(const std::string& first_kept) const;
  Status<Error> write(const std::string& path, std::string_view bytes) const;

  const RawStoreOptions options_;
  std::mutex mutex_;  // of these:
  std::string day_;   // "2026-11-29"; empty: none yet
  std::uint64_t day_bytes_ = 0;
};

}  // namespace florin::outside
