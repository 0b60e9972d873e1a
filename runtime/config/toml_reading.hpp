// What the readers of a TOML file share; included by toml_*.cpp only, which alone know toml11.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <toml.hpp>
#include <utility>
#include <vector>

#include "runtime/config/settings.hpp"
#include "runtime/config/toml_file.hpp"

namespace florin {

struct TomlPlaces::Impl {
  std::map<std::string, toml::value> values;
  std::map<std::string, std::string> options;  // place -> option that overruled it
};

// All that is wrong, in the order of the file: toml11's tables have none.
class TomlComplaints {
 public:
  void add(const std::string& title, const toml::value& at, const std::string& comment,
           const std::string& hint) {
    all_.push_back(
        {at.location().line(), toml::format_error("[error] " + title, at, comment, {hint}, false)});
  }
  std::string report() {
    std::ranges::stable_sort(all_, {}, &One::line);
    std::string out;
    for (const One& one : all_) out.append(one.text).append("\n");
    return out;
  }

 private:
  struct One {
    std::uint_least32_t line;
    std::string text;
  };
  std::vector<One> all_;
};

// nullopt: not a list, or something in it is not a text.
inline std::optional<std::vector<std::string>> texts_of(const toml::value& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const toml::value& one : value.as_array()) {
    if (!one.is_string()) return std::nullopt;
    texts.push_back(one.as_string().str);
  }
  return texts;
}

// False: it is not of the setting's type, or out of its range; then nothing is stored.
template <class Config>
bool assign_value(const SettingOf<Config>& setting, Config& config, const toml::value& value) {
  if (value.is_integer()) return assign_number(setting, config, value.as_integer());
  if (value.is_string()) return assign_text(setting, config, value.as_string().str);
  if (value.is_boolean()) return assign_switch(setting, config, value.as_boolean());
  auto texts = texts_of(value);
  return texts && assign_list(setting, config, std::move(*texts));
}

}  // namespace florin
