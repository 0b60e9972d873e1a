// Texts made from the table of settings: --help and the table of docs/OPERATIONS.md.
#include <string>

#include "runtime/config/settings.hpp"

namespace florin {
namespace {

constexpr std::string_view help_head = R"(florind: one node of the Florin wallet and payment engine

Usage: florind [options]

Examples:
  florind                                      everything by default, data in ./data
  florind --data-dir /var/lib/florin --http-listen 0.0.0.0:8080
  florind --config /etc/florin/florin.toml --log-level debug
  florind --config /etc/florin/cluster.toml --node 2      a node of a cluster, see below

Options:
  --config FILE
      TOML file with the settings below: '--http-listen X' is 'listen = "X"' in section
      [http]. The command line wins over the file.
  --help, -h
      print this text
  --version, -V
      print version, commit and build type

)";

constexpr std::string_view psp_head = R"([psp.NAME]
  In the file only, once for each payment provider; NAME is what requests and the ledger call it.
)";

constexpr std::string_view psp_tail = R"(  In the file only, who takes what and what it costs:
      [payments.routes]
      USD = "NAME"            # orders in USD that name no provider; default = "NAME": all others
      [[payments.fee]]
      sellers = "merchant"    # or "user"; which kind of account pays this fee
      currency = "USD"        # left out: every currency without a fee of its own, and fixed is 0
      basis_points = 290      # hundredths of a per cent of each payment
      fixed = 30              # beside it, in minor units (cents)

)";

constexpr std::string_view help_tail = R"([[cluster.node]]
  In the file only, once for each node of the cluster:
      [[cluster.node]]
      id = 1                  # 1 to 65535, never used again for another node
      peer = "10.0.0.1:7400"  # where the other nodes reach it
      http = "10.0.0.1:8080"  # where clients reach its API; default of --http-listen there
  The file may be the same on every node; --node N says which one this is.

Stop with SIGTERM or SIGINT; a second one ends the process at once.
Exit codes: 0 stopped when asked, 1 could not start, 2 bad configuration or arguments, 3 data
directory in use, 4 data damaged or missing, 5 disk full, 6 journal failed while running.
)";

std::string_view placeholder(const Setting& setting) {
  if (is_number(setting)) return "N";
  if (is_switch(setting)) return "true|false";
  if (is_list(setting)) return "A,B";
  if (setting.form == "a path") return "PATH";
  if (setting.form.starts_with("HOST")) return "HOST:PORT";
  return "NAME";
}

template <class Config>
std::string default_text(const SettingOf<Config>& setting) {
  static const Config defaults;
  const auto value = toml_value(setting, defaults);
  if (setting.if_unset.empty()) return value;
  return value + " = " + std::string(setting.if_unset);
}

template <class Config>
void append_help(std::string& out, const SettingOf<Config>& setting) {
  out.append("\n      ").append(setting.help);
  out.append("\n      ").append(expectation(setting));
  if (!setting.unit.empty()) out.append(", ").append(setting.unit);
  out.append("; default ").append(default_text(setting)).append("\n");
}

template <class Config>
void append_row(std::string& out, const SettingOf<Config>& setting, const std::string& option) {
  out.append("| `[").append(setting.section).append("] ").append(setting.key).append("` | ");
  out.append(option).append(" | ").append(expectation(setting));
  if (!setting.unit.empty()) out.append(", ").append(setting.unit);
  out.append(" | ").append(default_text(setting)).append(" | ").append(setting.help).append(" |\n");
}

}  // namespace

std::string help_text() {
  std::string out(help_head);
  std::string_view section;
  for (const auto& setting : settings()) {
    if (setting.is_hidden) continue;
    if (setting.section != section) {
      section = setting.section;
      out.append("[").append(section).append("]\n");
    }
    out.append("  ").append(option_name(setting)).append(" ").append(placeholder(setting));
    append_help(out, setting);
  }
  out.append(psp_head);
  for (const auto& setting : psp_settings()) {
    out.append("  ").append(setting.key);
    append_help(out, setting);
  }
  out.append(psp_tail);
  return out.append(help_tail);
}

std::string settings_markdown() {
  std::string out = "| setting | option | value | default | meaning |\n|---|---|---|---|---|\n";
  for (const auto& setting : settings()) {
    if (setting.is_hidden) continue;
    append_row(out, setting, "`" + option_name(setting) + "`");
  }
  for (const auto& setting : psp_settings()) append_row(out, setting, "in the file");
  return out;
}

}  // namespace florin
