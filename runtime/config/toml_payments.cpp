// One function for each form. Whether providers, routes and fees fit together is said later (payment_rules.hpp).
#include "runtime/config/toml_payments.hpp"

#include <optional>

#include "domain/payment/payment_id.hpp"

namespace florin {
namespace {

constexpr const char* routes_hint =
    "write USD = \"NAME\" below [payments.routes], or default = \"NAME\" for all other currencies; "
    "NAME is that of a "
    "[psp.NAME]";
constexpr const char* fee_hint =
    "[[payments.fee]] has sellers = \"merchant\" or \"user\", currency = \"USD\", basis_points = "
    "290 (0 to 10000), "
    "fixed = 30 (minor units, 0 to 1000000000)";

constexpr std::int64_t fixed_max = 1'000'000'000;

std::string psp_keys() {
  std::string out;
  for (const auto& setting : psp_settings())
    out.append(out.empty() ? "" : ", ").append(setting.key);
  return out;
}

bool store_number(const toml::value& value, std::int64_t most, auto& target) {
  if (!value.is_integer() || value.as_integer() < 0 || value.as_integer() > most) return false;
  target = static_cast<std::remove_reference_t<decltype(target)>>(value.as_integer());
  return true;
}

bool store_kind(const toml::value& value, AccountKind& kind) {
  if (!value.is_string()) return false;
  const std::string& name = value.as_string().str;
  kind = name == "user" ? AccountKind::user : AccountKind::merchant;
  return name == "user" || name == "merchant";
}

bool store_currency(const toml::value& value, std::optional<Currency>& currency) {
  if (value.is_string()) currency = parse_currency(value.as_string().str);
  return currency.has_value();
}

}  // namespace

// --- [psp.NAME] --------------------------------------------------------------------------------------------------

void PaymentsReader::read_psps(const toml::value& table) {
  for (const auto& [name, value] : table.as_table()) {
    if (!value.is_table())
      complaints_.add("'" + name + "' is no payment provider", value, "not a table",
                      "write [psp.NAME] on a line of its own and its settings below");
    else
      read_psp(name, value);
  }
  std::ranges::sort(config_.psps, {}, &NodeConfig::Psp::name);
}

void PaymentsReader::read_psp(const std::string& name, const toml::value& table) {
  const std::string place = "psp." + name;
  places_.values.emplace(place, table);
  if (!PaymentId::parse(name))
    complaints_.add("bad name of a payment provider", table, "this one",
                    "1 to 64 characters of A-Z a-z 0-9 . _ -; a name with a point in quotes");
  NodeConfig::Psp psp;
  psp.name = name;
  for (const auto& [key, value] : table.as_table()) {
    places_.values.emplace(place + "." + key, value);
    const auto all = psp_settings();
    const auto found = std::ranges::find(all, std::string_view(key), &PspSetting::key);
    if (found == all.end())
      complaints_.add("unknown setting '" + key + "' in [" + place + "]", value, "not known",
                      "[psp.NAME] has " + psp_keys());
    else if (!assign_value(*found, psp, value))
      complaints_.add("bad value for " + place + "." + key, value, "must be " + expectation(*found),
                      std::string(found->help));
  }
  config_.psps.push_back(std::move(psp));
}

// --- [payments.routes] -------------------------------------------------------------------------------------------

void PaymentsReader::read_routes(const toml::value& table) {
  if (!table.is_table())
    return complaints_.add("payments.routes must be a section", table, "not a table", routes_hint);
  places_.values.emplace("payments.routes", table);
  for (const auto& [currency, value] : table.as_table()) read_route(currency, value);
}

void PaymentsReader::read_route(const std::string& currency, const toml::value& value) {
  PaymentRoute route;
  if (currency != "default") {
    route.currency = parse_currency(currency);
    if (!route.currency)
      return complaints_.add("'" + currency + "' in [payments.routes] is no currency", value,
                             "not known", routes_hint);
  }
  if (!value.is_string())
    return complaints_.add("bad value for payments.routes." + currency, value,
                           "must be the name of a payment provider", routes_hint);
  route.psp = value.as_string().str;
  places_.values.emplace("payments.routes." + currency, value);
  config_.payments.routes.push_back(std::move(route));
}

// --- [[payments.fee]] --------------------------------------------------------------------------------------------

void PaymentsReader::read_fees(const toml::value& list) {
  if (!list.is_array())
    return complaints_.add("payments.fee must be a list of tables", list, "one value", fee_hint);
  for (const toml::value& fee : list.as_array()) {
    if (fee.is_table())
      read_fee(fee);
    else
      complaints_.add("payments.fee must be a list of tables", fee, "not a table", fee_hint);
  }
}

void PaymentsReader::read_fee(const toml::value& table) {
  const std::string place = "payments.fee[" + std::to_string(config_.payments.fees.size()) + "]";
  places_.values.emplace(place, table);
  SellerFee fee;
  for (const auto& [key, value] : table.as_table()) {
    places_.values.emplace(place + "." + key, value);
    const bool is_known =
        key == "sellers" || key == "currency" || key == "basis_points" || key == "fixed";
    const bool is_taken = (key == "sellers" && store_kind(value, fee.kind)) ||
                          (key == "currency" && store_currency(value, fee.currency)) ||
                          (key == "basis_points" &&
                           store_number(value, fee_basis_points_max, fee.plan.basis_points)) ||
                          (key == "fixed" && store_number(value, fixed_max, fee.plan.fixed));
    if (!is_known)
      complaints_.add("unknown setting '" + key + "' in [[payments.fee]]", value, "not known",
                      fee_hint);
    else if (!is_taken)
      complaints_.add("bad value for " + key + " in [[payments.fee]]", value, "not of its form",
                      fee_hint);
  }
  if (!table.as_table().contains("sellers"))
    complaints_.add("sellers is missing in [[payments.fee]]", table, "of this fee", fee_hint);
  config_.payments.fees.push_back(std::move(fee));
}

}  // namespace florin
