// The only file compiled anew for every commit.
#include "runtime/config/build_info.hpp"

#include "florin_git_commit.hpp"

namespace florin {

const BuildInfo& build_info() noexcept {
  static constexpr BuildInfo info{FLORIN_VERSION, FLORIN_GIT_COMMIT, FLORIN_BUILD_TYPE};
  return info;
}

std::string version_text() {
  const auto& info = build_info();
  std::string out = "florind ";
  out.append(info.version).append(" (commit ").append(info.git_commit);
  return out.append(", ").append(info.build_type).append(")\n");
}

}  // namespace florin
