// Fuzz: request bodies at the HTTP edge. Never a crash; whatever is accepted as a transfer has an amount,
// ids and a currency that the domain accepts too.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/json/json_reader.hpp"
#include "api/requests/account_request.hpp"
#include "api/requests/transfer_request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  std::string body(reinterpret_cast<const char*>(data), size);
  body.reserve(body.size() + 64);
  const auto object = parse_json_object(body);
  if (!object) return 0;
  TransferRequest request;
  read_transfer(*object, request);
  if (!request.wrong.is_malformed()) {
    const StartTransfer& transfer = request.transfer;
    if (!request.has_id || !AccountId::parse(transfer.from.view()) ||
        !AccountId::parse(transfer.to.view()) || !parse_currency(transfer.currency.view()))
      std::abort();
    if (!request.wrong.refusal() && (transfer.amount <= 0 || transfer.from == transfer.to))
      std::abort();
  }
  if (!request.wrong.empty()) static_cast<void>(problem_of(request.wrong));
  return 0;
}
