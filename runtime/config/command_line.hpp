// The command line of florind, split into options; values are judged later, by the table of
// settings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "runtime/config/settings.hpp"

namespace florin {

struct CommandLine {
  struct Given {
    const Setting* setting;
    std::string value;
  };
  bool help = false;
  bool version = false;
  std::optional<std::string> config_file;
  std::vector<Given> given;  // in the order of the table
};

// Unknown options, missing values and repeated options are Errc::invalid.
Result<CommandLine, Error> parse_command_line(int argc, const char* const* argv);

}  // namespace florin
