// Setting by setting.
#include "runtime/outside/psp_parties.hpp"

#include "runtime/config/payment_config.hpp"

namespace florin::outside {
namespace {

// Who acts for a connected account says so beside the key. Neither stands in what is logged: both are this node's own.
std::vector<std::string> headers_of(const NodeConfig::Psp& psp, const std::string& key) {
  switch (psp.adapter) {
    case PspAdapter::sessions: {
      std::vector<std::string> headers{"Authorization: Bearer " + key};
      if (!psp.account.empty()) headers.push_back("Stripe-Account: " + psp.account);
      return headers;
    }
  }
  return {};
}

}  // namespace

Result<std::vector<OutsideParty>, Error> psp_parties(const NodeConfig& config) {
  std::vector<OutsideParty> parties;
  for (const NodeConfig::Psp& psp : config.psps) {
    FLORIN_TRY(key, read_secrets("psp." + psp.name + ".secret_key_file", psp.secret_key_file, 1));
    OutsideParty party;
    party.port = psp.name;
    party.base_url = psp.base_url;
    party.secret_headers = headers_of(psp, key.front());
    party.ca_file = psp.ca;
    party.pins = psp.pins;
    party.connect_time_max = Milliseconds(psp.connect_ms);
    party.call_time_max = Milliseconds(psp.call_ms);
    party.waiting_time_max = Milliseconds(psp.wait_ms);
    party.under_way_max = psp.concurrency_max;
    party.waiting_max = psp.waiting_max;
    parties.push_back(std::move(party));
  }
  return parties;
}

}  // namespace florin::outside
