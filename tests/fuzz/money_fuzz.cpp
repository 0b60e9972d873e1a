// Fuzz: amount text. Whatever is accepted formats back to the same value, and nothing else is ever accepted
// than what the grammar of `Amount` in api/openapi.yaml allows.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/money/amount.hpp"

namespace {
bool in_grammar(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  if (at == 0 || (at > 1 && text[0] == '0')) return false;
  if (at == text.size()) return true;
  if (text[at++] != '.' || at == text.size()) return false;
  for (; at < text.size(); ++at)
    if (text[at] < '0' || text[at] > '9') return false;
  return true;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const int decimals = data[0] % 5;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto amount = florin::parse_amount(text, decimals);
  if (!amount) return 0;
  if (!in_grammar(text) || *amount < 0) std::abort();
  const auto again = florin::parse_amount(florin::format_amount(*amount, decimals), decimals);
  // Formatting fills up with zeros, which may need more digits than a request may have.
  if (again && *again != *amount) std::abort();
  return 0;
}
