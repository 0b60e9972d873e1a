// FormFields: application/x-www-form-urlencoded as the simulated provider takes it apart: the body of a POST, the query of a
// GET. Written for it alone: a fault of whoever encodes must not be one of whoever reads.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace florin::sim {

class FormFields {
 public:
  // nullopt: a field without `=`, a broken escape, or a name that comes twice.
  static std::optional<FormFields> parse(std::string_view text);

  // Empty: it is not there.
  [[nodiscard]] const std::string& text(std::string_view name) const;
  // nullopt: it is not there, or no whole number above or equal 0.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> fields_;
};

}  // namespace florin::sim
