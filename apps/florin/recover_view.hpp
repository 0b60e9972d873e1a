// What `florin recover-cluster` shows: a report into text and JSON. Pure.
#pragma once

#include <string>

#include "apps/florin/commands.hpp"
#include "runtime/offline/recover_cluster.hpp"

namespace florin::cli {

Exit exit_for(const RecoverReport& report) noexcept;
std::string render_recovered(const RecoverReport& report, const std::string& to);
std::string recovered_json(const RecoverReport& report);

}  // namespace florin::cli
