// Reads what a file says of payments beside the table of settings: [psp.NAME], [payments.routes] and [[payments.fee]].
#pragma once

#include <string>

#include "runtime/config/toml_reading.hpp"

namespace florin {

class PaymentsReader {
 public:
  // All outlive it.
  PaymentsReader(NodeConfig& config, TomlPlaces::Impl& places, TomlComplaints& complaints)
      : config_(config), places_(places), complaints_(complaints) {}

  // Stores what is right, and complains of the rest; providers stand in the order of their names.
  void read_psps(const toml::value& table);
  void read_routes(const toml::value& table);
  void read_fees(const toml::value& list);

 private:
  void read_psp(const std::string& name, const toml::value& table);
  void read_route(const std::string& currency, const toml::value& value);
  void read_fee(const toml::value& table);

  NodeConfig& config_;
  TomlPlaces::Impl& places_;
  TomlComplaints& complaints_;
};

}  // namespace florin
