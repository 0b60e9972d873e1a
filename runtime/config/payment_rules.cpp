// One function for each rule; each remark says what to write instead.
#include "runtime/config/payment_rules.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace florin {
namespace {

using PaymentRemarks = std::vector<TomlPlaces::Remark>;

// Two objects with the same mark, and with another cluster's order ids, could not be told apart.
void check_mark(const NodeConfig& config, PaymentRemarks& out) {
  if (config.psps.empty() || !config.payments.cluster.empty() || config.is_cluster()) return;
  out.push_back(
      {"payments.cluster",
       "payments.cluster is missing",
       "a payment provider is given, and this node has no cluster.id to mark its objects with",
       "write cluster = \"NAME\" below [payments], another one than any other installation has "
       "that shares the "
       "account at the provider",
       {},
       {}});
}

void check_given(const NodeConfig& config, PaymentRemarks& out) {
  for (const auto& psp : config.psps) {
    for (const auto& [key, text, hint] :
         {std::tuple{"base_url", &psp.base_url, "write base_url = \"https://api.example\""},
          std::tuple{"secret_key_file", &psp.secret_key_file,
                     "write secret_key_file = \"PATH\": a file that only this user may read, with "
                     "the key in one line"}}) {
      if (!text->empty()) continue;
      out.push_back({"psp." + psp.name,
                     std::string(key) + " is missing in [psp." + psp.name + "]",
                     "of this payment provider",
                     hint,
                     {},
                     {}});
    }
  }
}

void check_pins(const NodeConfig& config, PaymentRemarks& out) {
  for (const auto& psp : config.psps) {
    if (psp.pins.empty() || psp.base_url.empty() || psp.base_url.starts_with("https://")) continue;
    out.push_back({"psp." + psp.name + ".pins", "pins without TLS", "nothing to hold them against",
                   "leave them out, or let base_url be https://", "psp." + psp.name + ".base_url",
                   "plain HTTP"});
  }
}

void check_call_times(const NodeConfig& config, PaymentRemarks& out) {
  for (const auto& psp : config.psps) {
    if (psp.call_ms < psp.connect_ms)
      out.push_back({"psp." + psp.name + ".call_ms",
                     "call_ms must be at least connect_ms",
                     "connect_ms is " + std::to_string(psp.connect_ms),
                     "call_ms is all of a call, its connection too",
                     {},
                     {}});
    const std::uint64_t longest = std::uint64_t{psp.call_ms} + psp.wait_ms;
    if (config.payments.call_patience_ms <= longest)
      out.push_back({"payments.call_patience_ms",
                     "call_patience_ms must be more than call_ms and wait_ms of psp." + psp.name,
                     "they are " + std::to_string(longest) + " ms together",
                     "a call that is still under way must not be made again beside itself",
                     {},
                     {}});
  }
}

void check_routes(const NodeConfig& config, PaymentRemarks& out) {
  std::string names;
  for (const auto& psp : config.psps) names.append(names.empty() ? "" : ", ").append(psp.name);
  for (const auto& route : config.payments.routes) {
    if (std::ranges::find(config.psps, route.psp, &NodeConfig::Psp::name) != config.psps.end())
      continue;
    const std::string key = route.currency ? std::string(route.currency->view()) : "default";
    out.push_back({"payments.routes." + key,
                   "no payment provider is called \"" + route.psp + "\"",
                   "not the name of a [psp.NAME]",
                   names.empty() ? "write [psp." + route.psp + "] and its settings"
                                 : "the providers are " + names,
                   {},
                   {}});
  }
}

void check_fees(const NodeConfig& config, PaymentRemarks& out) {
  const auto& fees = config.payments.fees;
  for (std::size_t i = 0; i < fees.size(); ++i) {
    const std::string place = "payments.fee[" + std::to_string(i) + "]";
    if (fees[i].plan.fixed != 0 && !fees[i].currency)
      out.push_back({place + ".fixed",
                     "fixed needs a currency",
                     "of which currency are these minor units?",
                     "write currency = \"USD\" beside it",
                     {},
                     {}});
    const auto is_same = [&](const SellerFee& other) {
      return other.kind == fees[i].kind && other.currency == fees[i].currency;
    };
    const auto first = std::ranges::find_if(fees, is_same) - fees.begin();
    if (static_cast<std::size_t>(first) != i)
      out.push_back({"payments.fee[" + std::to_string(first) + "]",
                     "two fees of the same sellers and currency", "first here",
                     "leave out one of them", place, "again here"});
  }
}

}  // namespace

std::vector<TomlPlaces::Remark> find_payment_faults(const NodeConfig& config) {
  PaymentRemarks out;
  for (const auto check :
       {check_mark, check_given, check_pins, check_call_times, check_routes, check_fees})
    check(config, out);
  return out;
}

}  // namespace florin
