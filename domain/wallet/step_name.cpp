// Grammar and text of step names.
#include "domain/wallet/step_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace florin {
namespace {

constexpr std::size_t payments_id_size_max = 64;
constexpr std::array step_origins{OriginKind::payment, OriginKind::refund, OriginKind::dispute,
                                  OriginKind::payout};

constexpr bool is_payments_id_character(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

// Up to the next slash, or the end.
std::string_view take_part(std::string_view& text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view part = text.substr(0, slash);
  text.remove_prefix(std::min(slash + 1, text.size()));
  return part;
}

}  // namespace

std::string_view to_string(OriginKind kind) noexcept {
  switch (kind) {
    case OriginKind::client: return "client";
    case OriginKind::payment: return "payment";
    case OriginKind::refund: return "refund";
    case OriginKind::dispute: return "dispute";
    case OriginKind::payout: return "payout";
  }
  return "unknown";
}

bool is_payments_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= payments_id_size_max &&
         std::ranges::all_of(text, is_payments_id_character);
}

bool is_valid(const StepName& name) noexcept {
  return std::ranges::find(step_origins, name.origin) != step_origins.end() &&
         is_payments_id(name.id) && name.n >= 1 && name.n <= step_attempts_max;
}

std::string to_string(const StepName& name) {
  std::string text(to_string(name.origin));
  text += '/';
  text += name.id;
  text += '/';
  text += to_string(name.rule);
  text += '/';
  text += std::to_string(name.n);
  return text;
}

std::optional<StepName> parse_step_name(std::string_view text) {
  const std::string_view whole = text;
  const std::string_view origin = take_part(text);
  StepName name;
  name.id = take_part(text);
  const auto rule = parse_money_rule(take_part(text));
  if (!rule) return std::nullopt;
  name.rule = *rule;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), name.n);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  for (const OriginKind kind : step_origins)
    if (to_string(kind) == origin) name.origin = kind;
  // Written back, it is the same: so each name has one text ("01" is no attempt, "client" no origin).
  if (!is_valid(name) || to_string(name) != whole) return std::nullopt;
  return name;
}

}  // namespace florin
