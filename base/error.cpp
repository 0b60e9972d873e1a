// Stable names of error codes: they are in logs and in docs/ERRORS.md.
#include "base/error.hpp"

namespace florin {

std::string_view to_string(Errc code) noexcept {
  switch (code) {
    case Errc::io: return "io";
    case Errc::disk_full: return "disk_full";
    case Errc::corrupt: return "corrupt";
    case Errc::missing: return "missing";
    case Errc::locked: return "locked";
    case Errc::mismatch: return "mismatch";
    case Errc::invalid: return "invalid";
    case Errc::unavailable: return "unavailable";
    case Errc::disk_lost: return "disk_lost";
  }
  return "unknown";
}

}  // namespace florin
