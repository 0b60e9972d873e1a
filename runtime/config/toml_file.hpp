// Reads settings from a TOML file, strictly: unknown sections and keys, wrong types and values out
// of range are errors that show file, line and the source line.
#pragma once

#include <string>

#include "runtime/config/node_config.hpp"

namespace florin {

// Stores what is right in `config` and returns the complaints about the rest, in the order of the
// file; empty = all well.
std::string read_toml_file(const std::string& path, NodeConfig& config);

// The same for text; `name` stands for the file in messages.
std::string read_toml_text(const std::string& text, const std::string& name, NodeConfig& config);

}  // namespace florin
