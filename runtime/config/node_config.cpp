// Puts defaults, file and command line together, in this order.
#include "runtime/config/node_config.hpp"

#include <algorithm>
#include <charconv>

#include "runtime/config/build_info.hpp"
#include "runtime/config/cluster_rules.hpp"
#include "runtime/config/command_line.hpp"
#include "runtime/config/payment_rules.hpp"
#include "runtime/config/settings.hpp"
#include "runtime/config/toml_file.hpp"

namespace florin {
namespace {

std::string place_of(const Setting& setting) {
  return std::string(setting.section).append(".").append(setting.key);
}

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from < list.size();) {
    const auto end = std::min(list.find(',', from), list.size());
    parts.push_back(list.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

bool assign_option(const Setting& setting, NodeConfig& config, const std::string& value) {
  if (is_switch(setting)) {
    return (value == "true" || value == "false") && assign_switch(setting, config, value == "true");
  }
  if (is_list(setting)) return assign_list(setting, config, parts_of(value));
  if (!is_number(setting)) return assign_text(setting, config, value);
  std::int64_t number = 0;
  const auto* const last = value.data() + value.size();
  const auto [end, failed] = std::from_chars(value.data(), last, number);
  return failed == std::errc{} && end == last && assign_number(setting, config, number);
}

}  // namespace

Result<ConfigOutcome, Error> load_config(int argc, const char* const* argv) {
  FLORIN_TRY(line, parse_command_line(argc, argv));
  if (line.help) return ConfigOutcome{.run = false, .config = {}, .text = help_text()};
  if (line.version) return ConfigOutcome{.run = false, .config = {}, .text = version_text()};

  ConfigOutcome outcome;
  std::string complaints;
  TomlPlaces places;
  if (line.config_file) complaints = read_toml_file(*line.config_file, outcome.config, places);
  for (const auto& [setting, value] : line.given) {
    places.overrule(place_of(*setting), option_name(*setting));
    if (assign_option(*setting, outcome.config, value)) continue;
    complaints += option_name(*setting) + ": '" + value + "' is not accepted: must be " +
                  expectation(*setting) + " (default " + toml_value(*setting, NodeConfig{}) + ")\n";
  }
  if (complaints.empty()) complaints = find_conflict(outcome.config);
  if (complaints.empty()) {
    for (const auto& find : {find_cluster_faults, find_payment_faults})
      for (const auto& remark : find(outcome.config)) complaints += places.complain(remark);
  }
  if (!complaints.empty()) return Err{Error{Errc::invalid, std::move(complaints)}};
  const auto* const self = outcome.config.self();
  if (self != nullptr && !places.has("http.listen")) outcome.config.http.listen = self->http;
  return outcome;
}

}  // namespace florin
