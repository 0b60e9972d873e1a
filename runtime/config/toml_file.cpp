// The only file that knows toml11.
#include "runtime/config/toml_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <toml.hpp>
#include <vector>

#include "runtime/config/settings.hpp"

namespace florin {
namespace {

constexpr std::size_t file_bytes_max = 1024 * 1024;

struct Complaint {
  std::uint_least32_t line;
  std::string text;
};

// Collects complaints; a wrong value does not hide the next one.
class Reader {
 public:
  explicit Reader(NodeConfig& config) : config_(config) {}

  void read(const toml::value& root) {
    for (const auto& [section, value] : root.as_table()) read_section(section, value);
  }

  std::string report() {
    std::ranges::stable_sort(complaints_, {}, &Complaint::line);  // toml11's tables have no order
    std::string out;
    for (const auto& complaint : complaints_) out.append(complaint.text).append("\n");
    return out;
  }

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
      for (const auto& [key, field] : value.as_table()) read_setting(section, key, field);
    }
  }

  void read_setting(const std::string& section, const std::string& key, const toml::value& value) {
    const auto all = settings();
    const auto found = std::ranges::find_if(
        all, [&](const Setting& s) { return s.section == section && s.key == key; });
    if (found == all.end()) {
      complain("unknown setting '" + key + "' in [" + section + "]", value, "not known",
               "[" + section + "] has " + key_names(section));
      return;
    }
    const bool taken = value.is_integer()  ? assign_number(*found, config_, value.as_integer())
                       : value.is_string() ? assign_text(*found, config_, value.as_string().str)
                                           : false;
    if (taken) return;
    complain(
        "bad value for " + section + "." + key, value, "must be " + expectation(*found),
        "the default is " + toml_value(*found, NodeConfig{}) + "; leave the line out to use it");
  }

  void complain(const std::string& title, const toml::value& at, const std::string& comment,
                const std::string& hint) {
    complaints_.push_back(
        {at.location().line(), toml::format_error("[error] " + title, at, comment, {hint}, false)});
  }

  static bool is_section(std::string_view name) {
    return std::ranges::any_of(settings(), [&](const Setting& s) { return s.section == name; });
  }

  static std::string key_names(std::string_view section) {
    std::string out;
    for (const auto& setting : settings()) {
      if (setting.section == section) out.append(out.empty() ? "" : ", ").append(setting.key);
    }
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
    return out;
  }

  NodeConfig& config_;
  std::vector<Complaint> complaints_;
};

}  // namespace

std::string read_toml_text(const std::string& text, const std::string& name, NodeConfig& config) {
  try {
    std::istringstream stream(text);
    const toml::value root = toml::parse(stream, name);
    Reader reader(config);
    reader.read(root);
    return reader.report();
  } catch (const std::exception& e) {  // syntax: what() shows file, line and the place
    std::string out = e.what();
    return out.ends_with('\n') ? out : out + '\n';
  }
}

std::string read_toml_file(const std::string& path, NodeConfig& config) {
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
  return read_toml_text(text, path, config);
}

}  // namespace florin
