// See faults.hpp.
#include "apps/florin_psp/core/faults.hpp"

#include <algorithm>
#include <charconv>

#include "apps/client/random.hpp"
#include "apps/florin_psp/wire/json_object.hpp"
#include "base/assert.hpp"

namespace florin::sandbox {
namespace {

using enum FaultKind;
using enum FaultPlace;

constexpr std::int64_t delay_default_ms = 2'000;
constexpr std::int64_t delay_max_ms = 600'000;

constexpr std::array<FaultName, fault_kinds> names{{
    {hang_before, "hang_before", call_before},
    {reset_before, "reset_before", call_before},
    {close_before, "close_before", call_before},
    {unavailable, "unavailable", call_before},
    {bad_gateway, "bad_gateway", call_before},
    {throttled, "throttled", call_before},
    {unauthorized, "unauthorized", call_before},
    {status, "status", call_before},
    {hang_after, "hang_after", call_after},
    {reset_after, "reset_after", call_after},
    {close_after, "close_after", call_after},
    {error_500, "error_500", call_after},
    {cut, "cut", call_after},
    {stall, "stall", call_after},
    {slow, "slow", call_after},
    {empty, "empty", call_after},
    {html, "html", call_after},
    {webhook_late, "webhook_late", webhook},
    {webhook_twice, "webhook_twice", webhook},
    {webhook_reordered, "webhook_reordered", webhook},
    {webhook_contradictory, "webhook_contradictory", webhook},
    {webhook_lost, "webhook_lost", webhook},
    {risk_deny, "risk_deny", risk},
    {risk_review, "risk_review", risk},
    {risk_silent, "risk_silent", risk},
}};

// FNV-1a: the same on every machine, and good enough to seed a generator.
std::uint64_t hash_of(std::string_view text, std::uint64_t hash) noexcept {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return hash * 0x100000001B3ULL + 0x2F;  // so that "a","b" is not "ab",""
}

// Absent: `value` stays. False: it is no number from `least` to `most`.
bool read_number(const Form& form, std::string_view name, std::int64_t least, std::int64_t most,
                 std::int64_t& value) {
  const std::string* text = form.find(name);
  if (text == nullptr) return true;
  const char* const end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  return parsed.ec == std::errc{} && parsed.ptr == end && value >= least && value <= most;
}

std::string value_of(const Form& form, std::string_view name) {
  const std::string* text = form.find(name);
  return text != nullptr ? *text : std::string();
}

bool is_one_of(FaultPlace place, std::initializer_list<FaultPlace> places) {
  return std::find(places.begin(), places.end(), place) != places.end();
}

std::optional<std::string> unknown_parameter(const Form& form,
                                             std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : form.entries())
    if (std::find(known.begin(), known.end(), name) == known.end() && !name.starts_with("rate["))
      return "unknown parameter: " + name;
  return std::nullopt;
}

}  // namespace

const std::array<FaultName, fault_kinds>& fault_names() noexcept { return names; }

std::string_view to_string(FaultKind kind) noexcept {
  for (const FaultName& name : names)
    if (name.kind == kind) return name.name;
  return "none";
}

FaultPlace place_of(FaultKind kind) noexcept {
  for (const FaultName& name : names)
    if (name.kind == kind) return name.place;
  FLORIN_ASSERT(false, "a fault without a place");
}

std::optional<FaultKind> fault_kind_of(std::string_view text) noexcept {
  for (const FaultName& name : names)
    if (name.name == text) return name.kind;
  return std::nullopt;
}

Fault FaultPlan::take(std::string_view order, std::string_view operation,
                      std::initializer_list<FaultPlace> places) {
  for (auto rule = rules_.begin(); rule != rules_.end(); ++rule) {
    if (!is_one_of(place_of(rule->fault.kind), places)) continue;
    if ((!rule->order.empty() && rule->order != order) ||
        (!rule->operation.empty() && rule->operation != operation))
      continue;
    const Fault fault = rule->fault;
    if (--rule->count == 0) rules_.erase(rule);
    count(fault);
    return fault;
  }
  if (rates_.empty()) return {};
  const std::uint64_t attempt =
      attempts_[{std::string(order), std::string(operation) + '/' +
                                         std::to_string(static_cast<int>(*places.begin()))}]++;
  client::Random random(hash_of(operation, hash_of(order, seed_)) + attempt);
  auto drawn = static_cast<int>(random.below(per_mille));
  for (const auto& [kind, rate] : rates_) {
    if (!is_one_of(place_of(kind), places)) continue;
    drawn -= rate;
    if (drawn >= 0) continue;
    const Fault fault{kind, delay_default_ms, 503, {}};
    count(fault);
    return fault;
  }
  return {};
}

void FaultPlan::taken(const Fault& fault, std::string_view order, std::string_view operation) {
  if (fault.kind == none) return;
  count(fault);
  for (auto rule = rules_.begin(); rule != rules_.end(); ++rule) {
    if (rule->fault.kind != fault.kind || (!rule->order.empty() && rule->order != order) ||
        (!rule->operation.empty() && rule->operation != operation))
      continue;
    if (--rule->count == 0) rules_.erase(rule);
    return;
  }
}

void FaultPlan::count(const Fault& fault) { ++met_[fault.kind]; }

std::optional<std::string> FaultPlan::configure(const Form& form) {
  if (value_of(form, "clear") == "true") {
    rules_.clear();
    rates_.clear();
    return std::nullopt;
  }
  if (form.find("kind") != nullptr) return add_rule(form);
  return set_rates(form);
}

std::optional<std::string> FaultPlan::add_rule(const Form& form) {
  if (auto fault = unknown_parameter(
          form, {"kind", "order", "operation", "count", "delay_ms", "status", "should_retry"}))
    return fault;
  const auto kind = fault_kind_of(value_of(form, "kind"));
  if (!kind) {
    std::string text = "kind is one of";
    for (const FaultName& name : names) text += ' ' + std::string(name.name);
    return text;
  }
  if (rules_.size() == rules_max) return "too many rules: clear=true removes them";
  FaultRule rule{{*kind, delay_default_ms, 503, value_of(form, "should_retry")},
                 value_of(form, "order"),
                 value_of(form, "operation")};
  std::int64_t status_code = rule.fault.status;
  if (!read_number(form, "count", 1, 1'000'000, rule.count) ||
      !read_number(form, "delay_ms", 0, delay_max_ms, rule.fault.delay_ms) ||
      !read_number(form, "status", 400, 599, status_code))
    return "count is 1 to 1000000, delay_ms 0 to 600000, status 400 to 599";
  const std::string& retry = rule.fault.should_retry;
  if (!retry.empty() && retry != "true" && retry != "false") return "should_retry is true or false";
  rule.fault.status = static_cast<int>(status_code);
  rules_.push_back(std::move(rule));
  return std::nullopt;
}

std::optional<std::string> FaultPlan::set_rates(const Form& form) {
  if (auto fault = unknown_parameter(form, {"seed"})) return fault;
  std::int64_t seed = static_cast<std::int64_t>(seed_);
  if (!read_number(form, "seed", 0, INT64_MAX, seed)) return "seed is a number from 0 on";
  std::map<FaultKind, int> rates;
  std::map<FaultPlace, std::int64_t> sums;
  for (const auto& [name, value] : form.children("rate")) {
    const auto kind = fault_kind_of(name);
    std::int64_t rate = 0;
    if (!kind || !read_number(form, "rate[" + name + "]", 0, per_mille, rate))
      return "rate[" + name + "]: a kind of fault, and 0 to 1000 per mille";
    if (rate != 0) rates[*kind] = static_cast<int>(rate);
    const FaultPlace place = place_of(*kind);
    sums[place == call_after ? call_before : place] += rate;
  }
  if (rates.empty() && form.find("seed") == nullptr)
    return "kind=..., or seed=... and rate[kind]=..., or clear=true";
  for (const auto& [place, sum] : sums)
    if (sum > per_mille) return "the rates of one place are more than 1000 per mille together";
  seed_ = static_cast<std::uint64_t>(seed);
  rates_ = std::move(rates);
  return std::nullopt;
}

std::string FaultPlan::json() const {
  std::vector<std::string> rules;
  for (const FaultRule& rule : rules_)
    rules.push_back(JsonObject()
                        .text("kind", to_string(rule.fault.kind))
                        .text_or_null("order", rule.order)
                        .text_or_null("operation", rule.operation)
                        .number("count", rule.count)
                        .number("delay_ms", rule.fault.delay_ms)
                        .done());
  JsonObject rates, met;
  for (const auto& [kind, rate] : rates_) rates.number(to_string(kind), rate);
  for (const FaultName& name : names) {
    const auto found = met_.find(name.kind);
    met.number(name.name, found == met_.end() ? 0 : found->second);
  }
  return JsonObject()
      .list("rules", rules)
      .number("seed", static_cast<std::int64_t>(seed_))
      .raw("rates", rates.done())
      .raw("met", met.done())
      .done();
}

}  // namespace florin::sandbox
