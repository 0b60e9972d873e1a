// The tables of settings: one row names a setting, its range, unit and meaning, and where it is stored: in NodeConfig, or in
// each of its payment providers. The TOML reader, the command line, --help and docs/OPERATIONS.md are all made from them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/config/node_config.hpp"

namespace florin {

using SettingTarget = std::variant<std::uint32_t*, std::string*, bool*, LogFormat*, LogLevel*,
                                   PspAdapter*, std::vector<std::string>*>;

template <class Config>
struct SettingOf {
  std::string_view section;
  std::string_view key;
  SettingTarget (*target)(Config&);
  std::string_view help;
  std::string_view unit = {};  // of a number, may be empty
  std::uint32_t min = 0;       // of a number
  std::uint32_t max = 0;
  std::string_view if_unset = {};               // what 0, "" or [] means, where it is the default
  bool (*accepts)(std::string_view) = nullptr;  // of a text, or each of a list; nullptr = any
  std::string_view form = {};                   // of a text, "HOST:PORT"
  std::string_view option = {};                 // where it is not made of section and key
  bool is_hidden = false;  // for tests of Florin itself: neither in --help nor in the manual
};
using Setting = SettingOf<NodeConfig>;
// Of every [psp.NAME]; in the file only.
using PspSetting = SettingOf<NodeConfig::Psp>;

std::span<const Setting> settings();
std::span<const PspSetting> psp_settings();

// "--http-listen"; the settings of [node] have no prefix: "--data-dir".
std::string option_name(const Setting& setting);

// --- of a row of either table --------------------------------------------------------------------------------

// "an integer from 1 to 1024", "one of \"text\", \"json\"".
template <class Config>
std::string expectation(const SettingOf<Config>& setting);
// The value in `config`, as it is written in TOML: 16, "./data", ["a", "b"].
template <class Config>
std::string toml_value(const SettingOf<Config>& setting, const Config& config);
template <class Config>
bool is_number(const SettingOf<Config>& setting);
template <class Config>
bool is_switch(const SettingOf<Config>& setting);
// On the command line "a,b".
template <class Config>
bool is_list(const SettingOf<Config>& setting);

// Store a value; false (and nothing stored) if the setting does not take it.
template <class Config>
bool assign_number(const SettingOf<Config>& setting, Config& config, std::int64_t value);
template <class Config>
bool assign_text(const SettingOf<Config>& setting, Config& config, std::string_view value);
template <class Config>
bool assign_switch(const SettingOf<Config>& setting, Config& config, bool value);
template <class Config>
bool assign_list(const SettingOf<Config>& setting, Config& config, std::vector<std::string> values);

// What is wrong with settings that are each right alone; empty = nothing.
std::string find_conflict(const NodeConfig& config);

// The body of --help, and the table of docs/OPERATIONS.md: both tables in one.
std::string help_text();
std::string settings_markdown();

}  // namespace florin
