// Journal: the inputs of the sandbox, one a line, on disk before anything they led to is seen.
//
// File "journal": first "florin-psp <format> seed=<number>", then "<first 8 hex digits of SHA-256> <input>". A
// last line that is torn (a crash while it was written) is cut; a damaged one before it is an error.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::sandbox {

class Journal {
 public:
  // Opens or makes `directory`/journal, takes its lock, and gives each line to `replay`, which says whether it
  // understood. `seed`: of a new journal. Errc: io, locked, corrupt, mismatch (of another version).
  static Result<Journal, Error> open(const std::string& directory, std::uint64_t seed,
                                     const std::function<void(std::uint64_t seed)>& begin,
                                     const std::function<bool(std::string_view line)>& replay);
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;
  ~Journal();

  // Written and synced. After an error the journal takes nothing more: the process ends.
  Status<Error> append(std::string_view line);

 private:
  Journal(int file, std::string path) : file_(file), path_(std::move(path)) {}
  Status<Error> write(std::string_view text);

  int file_;
  std::string path_;
};

}  // namespace florin::sandbox
