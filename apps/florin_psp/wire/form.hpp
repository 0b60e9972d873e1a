// Form: application/x-www-form-urlencoded with Stripe's bracket names, as bodies, queries and our own journal lines
// use it. Pure. Brackets arrive bare or as %5B and %5D, blanks as %20 or '+': both are taken.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace florin::sandbox {

// Everything but unreserved characters (RFC 3986, 2.3) becomes %XX.
std::string form_encode(std::string_view text);
// nullopt: a '%' without two hex digits behind it, or bytes that are no UTF-8.
std::optional<std::string> form_decode(std::string_view text);

class Form {
 public:
  using Entry = std::pair<std::string, std::string>;  // "metadata[a]", value; both decoded

  static constexpr std::size_t entries_max = 1'000;

  // Splits at '&', then at the first '=': a bracket in a value is text. A name that comes twice keeps the last value.
  // The error says what is wrong, for a person.
  static Result<Form, std::string> parse(std::string_view text);

  // nullptr: there is none. "" is a value: Stripe's null.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  // Of "metadata": the entries metadata[x] as {x, value}; deeper ones are not among them.
  [[nodiscard]] std::vector<Entry> children(std::string_view name) const;
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
  // Sorted and encoded: equal for forms that say the same, in whatever order.
  [[nodiscard]] std::string canonical() const;

  void set(std::string_view name, std::string_view value);

 private:
  std::vector<Entry> entries_;
};

}  // namespace florin::sandbox
