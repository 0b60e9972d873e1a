// See params.hpp.
#include "apps/florin_psp/core/params.hpp"

#include <algorithm>
#include <charconv>

#include "apps/florin_psp/model/currency_rules.hpp"

namespace florin::sandbox {
namespace {

constexpr std::size_t metadata_keys_max = 50, metadata_key_max = 40, metadata_value_max = 500;
constexpr std::size_t text_max = 5'000;

bool is_url(std::string_view text) noexcept {
  for (const std::string_view scheme : {"https://", "http://"})
    if (text.starts_with(scheme) && text.size() > scheme.size() && text[scheme.size()] != '/')
      return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '<' || c == '>';
      });
  return false;
}

}  // namespace

const std::string* Params::find(std::string_view name) {
  used_.insert(std::string(name));
  return form_.find(name);
}

std::string Params::text(std::string_view name) {
  const std::string* value = find(name);
  if (value == nullptr) return {};
  if (value->size() > text_max) fault(bad_parameter(name, "Too long.", "parameter_invalid"));
  return *value;
}

std::string Params::required(std::string_view name) {
  std::string value = text(name);
  if (value.empty()) fault(missing_parameter(name));
  return value;
}

std::optional<std::int64_t> Params::integer(std::string_view name) {
  const std::string* text = find(name);
  if (text == nullptr) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec == std::errc{} && parsed.ptr == end && value >= 0) return value;
  fault(bad_parameter(name, "Invalid integer: " + *text, "parameter_invalid_integer"));
  return std::nullopt;
}

std::int64_t Params::required_integer(std::string_view name) {
  if (!has(name)) fault(missing_parameter(name));
  return integer(name).value_or(0);
}

std::string Params::url(std::string_view name) {
  std::string value = text(name);
  if (!value.empty() && !is_url(value))
    fault(bad_parameter(name, "Not a valid URL", "url_invalid"));
  return value;
}

std::string Params::currency(std::string_view name) {
  const std::string value = required(name);
  const auto currency = currency_of(value);
  if (!value.empty() && !currency)
    fault(bad_parameter(name, "Invalid currency: " + value + ".", "invalid_currency"));
  return currency.value_or("");
}

std::string Params::word(std::string_view name, std::initializer_list<std::string_view> words) {
  std::string value = text(name);
  if (has(name) && std::find(words.begin(), words.end(), value) == words.end())
    fault(
        bad_parameter(name, "The sandbox does not take " + std::string(name) + "=" + value + "."));
  return value;
}

void Params::metadata(std::string_view name, Metadata& metadata) {
  for (const auto& [key, value] : form_.children(name)) {
    used_.insert(std::string(name) + "[" + key + "]");
    if (key.empty() || key.size() > metadata_key_max || value.size() > metadata_value_max)
      fault(bad_parameter(name, "Metadata keys have 1 to 40 characters, values 500 at most."));
    if (value.empty()) {
      metadata.erase(key);
    } else {
      metadata[key] = value;
    }
  }
  if (const std::string* all = find(name); all != nullptr && all->empty()) metadata.clear();
  if (metadata.size() > metadata_keys_max)
    fault(bad_parameter(name, "Metadata has 50 keys at most."));
}

std::vector<std::string> Params::list(std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [index, value] : form_.children(name)) {
    used_.insert(std::string(name) + "[" + index + "]");
    values.push_back(value);
  }
  return values;
}

Expansions Params::expand() {
  Expansions wanted;
  for (std::string& path : list("expand")) {
    if (path.starts_with("data.")) path.erase(0, 5);  // of lists
    wanted.insert(std::move(path));
  }
  return wanted;
}

std::optional<StripeError> Params::finish() const {
  if (fault_) return fault_;
  for (const auto& [name, value] : form_.entries())
    if (!used_.contains(name))
      return bad_parameter(name, "Received unknown parameter: " + name, "parameter_unknown");
  return std::nullopt;
}

}  // namespace florin::sandbox
