// The table of settings, read from a file; payment providers are read beside it (toml_payments.cpp).
#include "runtime/config/toml_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

#include "runtime/config/settings.hpp"
#include "runtime/config/toml_payments.hpp"

namespace florin {

TomlPlaces::TomlPlaces() : impl_(std::make_shared<Impl>()) {}

bool TomlPlaces::has(const std::string& place) const {
  return impl_->values.contains(place) || impl_->options.contains(place);
}

void TomlPlaces::overrule(const std::string& place, const std::string& option) {
  impl_->options[place] = option;
}

std::string TomlPlaces::complain(const Remark& remark) const {
  const auto title = "[error] " + remark.title;
  const auto as_text = [&](const std::string& where) {
    return title + "\n " + where + ": " + remark.comment + "\nHint: " + remark.hint + "\n";
  };
  const auto option = impl_->options.find(remark.place);
  if (option != impl_->options.end()) return as_text(option->second);
  auto found = impl_->values.find(remark.place);
  for (auto around = remark.place; found == impl_->values.end();) {
    const auto dot = around.rfind('.');
    if (dot == std::string::npos) return as_text(remark.place);
    found = impl_->values.find(around.erase(dot));
  }
  const auto other = impl_->values.find(remark.other);
  const bool two = other != impl_->values.end();
  return (two ? toml::format_error(title, found->second, remark.comment, other->second,
                                   remark.other_comment, {remark.hint}, false)
              : toml::format_error(title, found->second, remark.comment, {remark.hint}, false)) +
         "\n";
}

namespace {

constexpr std::size_t file_bytes_max = 1024 * 1024;

// A wrong value does not hide the next one.
class Reader {
 public:
  Reader(NodeConfig& config, TomlPlaces::Impl& places)
      : config_(config), places_(places), payments_(config, places, complaints_) {}

  void read(const toml::value& root) {
    for (const auto& [section, value] : root.as_table()) read_section(section, value);
  }

  std::string report() { return complaints_.report(); }

 private:
  void read_section(const std::string& section, const toml::value& value) {
    if (!is_section(section)) {
      const char* what = value.is_table() ? "unknown section" : "setting outside of a section";
      complain(std::string(what) + " '" + section + "'", value, "not known",
               "the sections are " + section_names());
    } else if (!value.is_table()) {
      complain("'" + section + "' must be a section", value, "not a table",
               "write [" + section + "] on a line of its own and its settings below");
    } else {
      places_.values.emplace(section, value);
      if (section == "psp") return payments_.read_psps(value);
      for (const auto& [key, field] : value.as_table()) read_setting(section, key, field);
    }
  }

  void read_setting(const std::string& section, const std::string& key, const toml::value& value) {
    if (section == "cluster" && key == "node") return read_nodes(value);
    if (section == "payments" && key == "routes") return payments_.read_routes(value);
    if (section == "payments" && key == "fee") return payments_.read_fees(value);
    const auto all = settings();
    const auto found = std::ranges::find_if(
        all, [&](const Setting& s) { return s.section == section && s.key == key; });
    if (found == all.end()) {
      complain("unknown setting '" + key + "' in [" + section + "]", value, "not known",
               "[" + section + "] has " + key_names(section));
      return;
    }
    if (assign_value(*found, config_, value)) {
      places_.values.emplace(section + "." + key, value);
      return;
    }
    complain(
        "bad value for " + section + "." + key, value, "must be " + expectation(*found),
        "the default is " + toml_value(*found, NodeConfig{}) + "; leave the line out to use it");
  }

  void read_nodes(const toml::value& value) {
    if (!value.is_array()) {
      return complain("cluster.node must be a list of tables", value, "one value",
                      "write [[cluster.node]] once for each node; the number of this node is "
                      "given with --node N, or self = N in [cluster]");
    }
    for (const auto& node : value.as_array()) {
      if (node.is_table()) {
        read_node("cluster.node[" + std::to_string(config_.cluster.nodes.size()) + "]", node);
      } else {
        complain("cluster.node must be a list of tables", node, "not a table",
                 "write [[cluster.node]] once for each node");
      }
    }
  }

  void read_node(const std::string& place, const toml::value& table) {
    const std::string hint =
        "[[cluster.node]] has id = 1, peer = \"HOST:PORT\", "
        "http = \"HOST:PORT\"";
    NodeConfig::Cluster::Node node;
    places_.values.emplace(place, table);
    for (const auto& [key, value] : table.as_table()) {
      places_.values.emplace(place + "." + key, value);
      if (key == "id") {
        const auto id = value.is_integer() ? value.as_integer() : 0;
        if (id >= 1 && id <= 65535)
          node.id = static_cast<std::uint16_t>(id);
        else
          complain("bad value for id in [[cluster.node]]", value,
                   "must be an integer from 1 to 65535", hint);
      } else if (key == "peer" || key == "http") {
        auto& target = key == "peer" ? node.peer : node.http;
        if (value.is_string()) target = value.as_string().str;
        const auto address = ListenAddress::parse(target);
        if (!address || address->port == 0)
          complain("bad value for " + key + " in [[cluster.node]]", value,
                   "must be HOST:PORT or [IPv6]:PORT, the port not 0", hint);
      } else {
        complain("unknown setting '" + key + "' in [[cluster.node]]", value, "not known", hint);
      }
    }
    for (const char* key : {"id", "peer", "http"}) {
      if (!table.as_table().contains(key))
        complain(std::string(key) + " is missing in [[cluster.node]]", table, "of this node", hint);
    }
    config_.cluster.nodes.push_back(std::move(node));
  }

  void complain(const std::string& title, const toml::value& at, const std::string& comment,
                const std::string& hint) {
    complaints_.add(title, at, comment, hint);
  }

  static bool is_section(std::string_view name) {
    return name == "psp" ||
           std::ranges::any_of(settings(), [&](const Setting& s) { return s.section == name; });
  }

  static std::string key_names(std::string_view section) {
    std::string out;
    for (const auto& setting : settings()) {
      if (setting.section == section) out.append(out.empty() ? "" : ", ").append(setting.key);
    }
    if (section == "cluster") out.append(" and [[cluster.node]]");
    if (section == "payments") out.append(", [payments.routes] and [[payments.fee]]");
    return out;
  }

  static std::string section_names() {
    std::string out;
    std::string_view last;
    for (const auto& setting : settings()) {
      if (setting.section == last) continue;
      last = setting.section;
      out.append(out.empty() ? "[" : ", [").append(last).append("]");
    }
    return out.append(", [psp.NAME]");
  }

  NodeConfig& config_;
  TomlPlaces::Impl& places_;
  TomlComplaints complaints_;
  PaymentsReader payments_;
};

// The parser descends into every bracket, and into every part of a dotted name: what is nested deeper than any setting is
// refused before it is parsed, or a small file would take the whole stack.
class Nesting {
 public:
  // The line where it becomes too deep; 0: nowhere.
  static std::size_t too_deep_at(std::string_view text) {
    Nesting nesting(text);
    while (nesting.at_ < text.size())
      if (nesting.is_too_deep()) return nesting.line_;
    return 0;
  }

 private:
  static constexpr int depth_max = 16;

  explicit Nesting(std::string_view text) : text_(text) {}

  // Takes the next thing: a character, a comment, or a whole string, in which nothing counts.
  bool is_too_deep() {
    const char c = text_[at_++];
    switch (c) {
      case '\n':
        ++line_;
        dots_ = 0;
        return false;
      case '#': at_ = std::min(text_.find('\n', at_), text_.size()); return false;
      case '"':
      case '\'': skip_string(c); return false;
      case '[':
      case '{': return ++depth_ > depth_max;
      case ']':
      case '}': depth_ = std::max(0, depth_ - 1); return false;
      case '.': return ++dots_ > depth_max;
      default: return false;
    }
  }

  void skip_string(char quote) {
    const std::string three(3, quote);
    const bool is_long = text_.substr(at_ - 1).starts_with(three);
    at_ += is_long ? 2 : 0;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') {
        if (!is_long) return;  // not closed: the parser says so
        ++line_;
      }
      if (text_[at_] == '\\' && quote == '"') {
        ++at_;
        continue;
      }
      if (is_long ? !text_.substr(at_).starts_with(three) : text_[at_] != quote) continue;
      at_ += is_long ? 3 : 1;
      return;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  int depth_ = 0, dots_ = 0;
};

}  // namespace

std::string read_toml_text(const std::string& text, const std::string& name, NodeConfig& config,
                           TomlPlaces& places) {
  if (const std::size_t line = Nesting::too_deep_at(text); line != 0)
    return "[error] " + name + ": line " + std::to_string(line) +
           " is nested deeper than any setting\n";
  try {
    std::istringstream stream(text);
    const toml::value root = toml::parse(stream, name);
    Reader reader(config, *places.impl_);
    reader.read(root);
    return reader.report();
  } catch (const std::exception& e) {  // syntax: what() shows file, line and the place
    std::string out = e.what();
    return out.ends_with('\n') ? out : out + '\n';
  }
}

std::string read_toml_file(const std::string& path, NodeConfig& config, TomlPlaces& places) {
  const auto failed = [&](const char* why) {
    return "cannot read the configuration '" + path + "': " + why +
           " (check the path given with --config)\n";
  };
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return failed(std::strerror(errno));
  std::string text(file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return failed(std::strerror(errno));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > file_bytes_max) return failed("it is larger than 1 MiB");
  return read_toml_text(text, path, config, places);
}

}  // namespace florin
