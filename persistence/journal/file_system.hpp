// FileSystem: the port through which the journal touches a disk. Real in posix_file_system.hpp, in memory
// with faults in persistence/memory/memory_file_system.hpp, virtual in the simulator.
//
// Errors: Errc::disk_full when there is no space, Errc::missing when a file to open does not exist, Errc::unavailable
// when too many files are open (trying again may help), else Errc::io. The text holds the path and what the operating
// system said.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin {

// One open file. Reading is safe from many threads; writing from one. The destructor closes.
class File {
 public:
  virtual ~File() = default;
  // May write fewer bytes than given, at least one (a short write); see write_fully().
  virtual Result<std::size_t, Error> write_some_at(std::uint64_t offset,
                                                   std::string_view bytes) = 0;
  // Fills `into`; fewer bytes only at the end of the file.
  virtual Result<std::size_t, Error> read_at(std::uint64_t offset, std::span<char> into) = 0;
  // fdatasync: all written bytes and the file's size are on the disk when this returns.
  virtual Status<Error> sync_data() = 0;
  // Makes [0, bytes) allocated and zero from the present end on, durably, so that later writes in there
  // neither grow the file nor can run out of space.
  virtual Status<Error> preallocate(std::uint64_t bytes) = 0;
  virtual Result<std::uint64_t, Error> size() = 0;
};

enum class OpenMode : std::uint8_t { read, write, create_or_truncate };

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<File>, Error> open(const std::string& path, OpenMode mode) = 0;
  // Durable, the directories above it included. Fine when it exists.
  virtual Status<Error> create_directories(const std::string& path) = 0;
  // Names (not paths) of the directory's entries, sorted.
  virtual Result<std::vector<std::string>, Error> list(const std::string& directory) = 0;
  virtual Status<Error> rename(const std::string& from, const std::string& to) = 0;
  virtual Status<Error> remove(const std::string& path) = 0;
  // Makes creations, renames and removals in the directory durable.
  virtual Status<Error> sync_directory(const std::string& directory) = 0;
};

// Repeats write_some_at() until all is written or an error comes.
Status<Error> write_fully(File& file, std::uint64_t offset, std::string_view bytes);
// The file is `bytes` when this returns, durably; a crash leaves that or what was there. Written aside as PATH.tmp.
Status<Error> replace_file(FileSystem& files, const std::string& path, std::string_view bytes);

}  // namespace florin
