// Which program this is: for --version, GET /v1/version and the metric florin_build_info.
#pragma once

#include <string>
#include <string_view>

namespace florin {

struct BuildInfo {
  std::string_view version;     // "0.1.0"
  std::string_view git_commit;  // 12 digits, "-dirty" behind it if the tree was changed
  std::string_view build_type;  // "Release", "Debug"
};

const BuildInfo& build_info() noexcept;

// "florind 0.1.0 (commit 83c03c6f1c2a, Release)\n"
std::string version_text();

}  // namespace florin
