// Params: a call's parameters, read by name and checked. The first fault is kept; whatever nobody asked for is a
// fault, too (Stripe's parameter_unknown), so that a client's mistake never goes unseen.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "apps/florin_psp/core/object_json.hpp"
#include "apps/florin_psp/model/objects.hpp"
#include "apps/florin_psp/wire/form.hpp"
#include "apps/florin_psp/wire/stripe_error.hpp"

namespace florin::sandbox {

class Params {
 public:
  explicit Params(const Form& form) : form_(form) {}

  [[nodiscard]] bool has(std::string_view name) const { return form_.find(name) != nullptr; }
  // Empty when absent.
  std::string text(std::string_view name);
  std::string required(std::string_view name);
  // Absent: nullopt. A fault, and nullopt, unless it is digits: "1.5" and "-1" are none.
  std::optional<std::int64_t> integer(std::string_view name);
  std::int64_t required_integer(std::string_view name);
  // "http://" or "https://" and a host; empty when absent.
  std::string url(std::string_view name);
  // Lower case.
  std::string currency(std::string_view name);
  // One of the words, or absent (empty).
  std::string word(std::string_view name, std::initializer_list<std::string_view> words);
  // Puts name[key]=value into `metadata`; an empty value removes the key (Stripe's null).
  void metadata(std::string_view name, Metadata& metadata);
  std::vector<std::string> list(std::string_view name);
  Expansions expand();
  // Taken and of no effect here.
  void ignore(std::string_view name) { used_.insert(std::string(name)); }

  void fault(StripeError error) {
    if (!fault_) fault_ = std::move(error);
  }
  // After all was read: the first fault, else the first parameter that nobody asked for.
  [[nodiscard]] std::optional<StripeError> finish() const;

 private:
  const std::string* find(std::string_view name);

  const Form& form_;
  std::set<std::string, std::less<>> used_;
  std::optional<StripeError> fault_;
};

}  // namespace florin::sandbox
