// Reads settings from a TOML file, strictly: unknown sections and keys, wrong types and values out
// of range are errors that show file, line and the source line.
#pragma once

#include <memory>
#include <string>

#include "runtime/config/node_config.hpp"

namespace florin {

// Where the settings stood in the file, for complaints about what is wrong only together.
// A place is "http.listen", "cluster.node[0].peer"; the tables around it are places too.
class TomlPlaces {
 public:
  struct Remark {
    std::string place, title, comment, hint;
    std::string other, other_comment;  // a second place, may be empty
  };
  TomlPlaces();

  [[nodiscard]] bool has(const std::string& place) const;
  // The command line has overruled the file there.
  void overrule(const std::string& place, const std::string& option);
  // Shows the place, or the nearest table around it, or the option that overruled it.
  [[nodiscard]] std::string complain(const Remark& remark) const;

  struct Impl;  // toml11 stays in the .cpp file
  std::shared_ptr<Impl> impl_;
};

// Stores what is right in `config` and returns the complaints about the rest, in the order of the
// file; empty = all well.
std::string read_toml_file(const std::string& path, NodeConfig& config, TomlPlaces& places);

// The same for text; `name` stands for the file in messages.
std::string read_toml_text(const std::string& text, const std::string& name, NodeConfig& config,
                           TomlPlaces& places);

}  // namespace florin
