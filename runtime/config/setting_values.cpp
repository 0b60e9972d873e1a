// Values of settings: read, stored and shown by the row of a table.
#include <algorithm>
#include <array>
#include <type_traits>

#include "base/overloaded.hpp"
#include "runtime/config/settings.hpp"

namespace florin {
namespace {

template <class E>
struct Choice {
  std::string_view name;
  E value;
};
constexpr std::array log_formats{Choice{"text", LogFormat::text}, Choice{"json", LogFormat::json}};
constexpr std::array log_levels{Choice{"debug", LogLevel::debug}, Choice{"info", LogLevel::info},
                                Choice{"warning", LogLevel::warning},
                                Choice{"error", LogLevel::error}};
constexpr std::array psp_adapters{Choice{"sessions", PspAdapter::sessions}};
constexpr const auto& choices_of(LogFormat) { return log_formats; }
constexpr const auto& choices_of(LogLevel) { return log_levels; }
constexpr const auto& choices_of(PspAdapter) { return psp_adapters; }

// A TOML basic string; settings hold paths and addresses, so there are no control characters.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts)
    out.append(out.size() == 1 ? "" : ", ").append(quoted(text));
  return out += ']';
}

std::string one_of(const auto& choices) {
  std::string out = "one of";
  for (const auto& choice : choices) out.append(" \"").append(choice.name).append("\",");
  out.pop_back();
  return out;
}

std::string name_of(auto value) {
  for (const auto& choice : choices_of(value))
    if (choice.value == value) return '"' + std::string(choice.name) + '"';
  return {};
}

template <class Config>
bool takes(const SettingOf<Config>& setting, std::string_view text) {
  return setting.accepts == nullptr || setting.accepts(text);
}

template <class Target, class Config>
bool holds(const SettingOf<Config>& setting) {
  Config any;
  return holds_alternative<Target>(setting.target(any));
}

}  // namespace

template <class Config>
bool is_number(const SettingOf<Config>& setting) {
  return holds<std::uint32_t*>(setting);
}
template <class Config>
bool is_switch(const SettingOf<Config>& setting) {
  return holds<bool*>(setting);
}
template <class Config>
bool is_list(const SettingOf<Config>& setting) {
  return holds<std::vector<std::string>*>(setting);
}

template <class Config>
std::string expectation(const SettingOf<Config>& setting) {
  Config any;
  return visit(
      Overloaded{
          [&](std::uint32_t*) {
            return "an integer from " + std::to_string(setting.min) + " to " +
                   std::to_string(setting.max);
          },
          [&](std::string*) { return std::string(setting.form); },
          [](bool*) { return std::string("true or false"); },
          [&](std::vector<std::string>*) { return "a list of " + std::string(setting.form); },
          [](auto* choice) { return one_of(choices_of(*choice)); },
      },
      setting.target(any));
}

template <class Config>
std::string toml_value(const SettingOf<Config>& setting, const Config& config) {
  Config copy = config;
  return visit(Overloaded{
                   [](std::uint32_t* number) { return std::to_string(*number); },
                   [](std::string* text) { return quoted(*text); },
                   [](bool* on) { return std::string(*on ? "true" : "false"); },
                   [](std::vector<std::string>* texts) { return quoted_list(*texts); },
                   [](auto* choice) { return name_of(*choice); },
               },
               setting.target(copy));
}

template <class Config>
bool assign_number(const SettingOf<Config>& setting, Config& config, std::int64_t value) {
  const auto target = setting.target(config);
  if (!holds_alternative<std::uint32_t*>(target)) return false;
  if (value < setting.min || value > setting.max) return false;
  *std::get<std::uint32_t*>(target) = static_cast<std::uint32_t>(value);
  return true;
}

template <class Config>
bool assign_text(const SettingOf<Config>& setting, Config& config, std::string_view value) {
  return visit(Overloaded{
                   [](std::uint32_t*) { return false; },
                   [](bool*) { return false; },
                   [](std::vector<std::string>*) { return false; },
                   [&](std::string* text) {
                     if (!takes(setting, value)) return false;
                     *text = value;
                     return true;
                   },
                   [&](auto* target) {
                     for (const auto& choice : choices_of(*target)) {
                       if (choice.name != value) continue;
                       *target = choice.value;
                       return true;
                     }
                     return false;
                   },
               },
               setting.target(config));
}

template <class Config>
bool assign_switch(const SettingOf<Config>& setting, Config& config, bool value) {
  const auto target = setting.target(config);
  if (!holds_alternative<bool*>(target)) return false;
  *std::get<bool*>(target) = value;
  return true;
}

template <class Config>
bool assign_list(const SettingOf<Config>& setting, Config& config,
                 std::vector<std::string> values) {
  const auto target = setting.target(config);
  if (!holds_alternative<std::vector<std::string>*>(target)) return false;
  if (!std::ranges::all_of(values, [&](const auto& one) { return takes(setting, one); }))
    return false;
  *std::get<std::vector<std::string>*>(target) = std::move(values);
  return true;
}

#define FLORIN_FOR_TABLE(Config)                                                  \
  template bool is_number(const SettingOf<Config>&);                              \
  template bool is_switch(const SettingOf<Config>&);                              \
  template bool is_list(const SettingOf<Config>&);                                \
  template std::string expectation(const SettingOf<Config>&);                     \
  template std::string toml_value(const SettingOf<Config>&, const Config&);       \
  template bool assign_number(const SettingOf<Config>&, Config&, std::int64_t);   \
  template bool assign_text(const SettingOf<Config>&, Config&, std::string_view); \
  template bool assign_switch(const SettingOf<Config>&, Config&, bool);           \
  template bool assign_list(const SettingOf<Config>&, Config&, std::vector<std::string>);
FLORIN_FOR_TABLE(NodeConfig)
FLORIN_FOR_TABLE(NodeConfig::Psp)
#undef FLORIN_FOR_TABLE

}  // namespace florin
