// Error: the world said no (disk, file, network, configuration). Never a business refusal (that is a
// Rejection) and never a bug (that is FLORIN_ASSERT).
#pragma once

#include <string>
#include <string_view>

namespace florin {

enum class Errc {
  io,           // the operating system refused: the text holds path and errno
  disk_full,    // no space left: nothing more is accepted, nothing acknowledged is lost
  corrupt,      // bytes on disk are not what was written: file and offset are in the text
  missing,      // a file that must exist does not
  locked,       // another process holds the data directory
  mismatch,     // data directory and configuration disagree (partitions, format version)
  invalid,      // configuration or argument is wrong: names the field and what to do
  unavailable,  // not reachable now; trying again may help
  disk_lost,  // the node's disk is empty, older or a copy: needs a person, starting again does not help
};

// Stable lower-case name, as in docs/ERRORS.md.
std::string_view to_string(Errc code) noexcept;

struct Error {
  Errc code = Errc::io;
  std::string context;  // for a person: what, where, why, and what to do
};

}  // namespace florin
