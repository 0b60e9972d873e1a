// The table of settings: one row names a setting, its range, unit and meaning, and where it is in
// NodeConfig. The TOML reader, the command line, --help and docs/OPERATIONS.md are all made from
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/config/node_config.hpp"

namespace florin {

using SettingTarget = std::variant<std::uint32_t*, std::string*, bool*, LogFormat*, LogLevel*>;

struct Setting {
  std::string_view section;
  std::string_view key;
  SettingTarget (*target)(NodeConfig&);
  std::string_view help;
  std::string_view unit = {};  // of a number, may be empty
  std::uint32_t min = 0;       // of a number
  std::uint32_t max = 0;
  std::string_view if_unset = {};               // what 0 or "" means, where it is the default
  bool (*accepts)(std::string_view) = nullptr;  // of a text; nullptr = any
  std::string_view form = {};                   // of a text, "HOST:PORT"
  std::string_view option = {};                 // where it is not made of section and key
  bool is_hidden = false;  // for tests of Florin itself: neither in --help nor in the manual
};

std::span<const Setting> settings();

// "--http-listen"; the settings of [node] have no prefix: "--data-dir".
std::string option_name(const Setting& setting);
// "an integer from 1 to 1024", "one of \"text\", \"json\"".
std::string expectation(const Setting& setting);
// The value in `config`, as it is written in TOML: 16, "./data".
std::string toml_value(const Setting& setting, const NodeConfig& config);
bool is_number(const Setting& setting);
bool is_switch(const Setting& setting);

// Store a value; false (and nothing stored) if the setting does not take it.
bool assign_number(const Setting& setting, NodeConfig& config, std::int64_t value);
bool assign_text(const Setting& setting, NodeConfig& config, std::string_view value);
bool assign_switch(const Setting& setting, NodeConfig& config, bool value);

// What is wrong with settings that are each right alone; empty = nothing.
std::string find_conflict(const NodeConfig& config);

// The body of --help, and the table of docs/OPERATIONS.md.
std::string help_text();
std::string settings_markdown();

}  // namespace florin
