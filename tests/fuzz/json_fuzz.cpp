// Fuzz: request bodies at the HTTP edge. Never a crash; whatever is accepted as a transfer or a transaction has amounts, ids and a
// currency that the domain accepts too.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/json/json_reader.hpp"
#include "api/requests/account_request.hpp"
#include "api/requests/transaction_request.hpp"
#include "base/limits.hpp"

namespace {

using namespace florin;

void expect_posting(const AccountId& from, const AccountId& to, Minor amount, bool is_refused) {
  if (!AccountId::parse(from.view()) || !AccountId::parse(to.view())) std::abort();
  if (!is_refused && (amount <= 0 || from == to)) std::abort();
}

void expect_readable(const TransferRequest& request) {
  const StartTransfer& transfer = request.transfer;
  if (!request.wrong.empty()) static_cast<void>(problem_of(request.wrong));
  if (request.wrong.is_malformed()) return;
  if (!request.has_id || !parse_currency(transfer.currency.view())) std::abort();
  const bool is_refused = request.wrong.refusal().has_value();
  expect_posting(transfer.from, transfer.to, transfer.amount, is_refused);
  for (const TransferPosting& posting : request.postings)
    expect_posting(posting.from, posting.to, posting.amount, is_refused);
  const std::size_t postings = request.postings.size();
  if (request.is_transaction != (postings > 0) || postings > limits::postings_max) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string body(reinterpret_cast<const char*>(data), size);
  body.reserve(body.size() + 64);
  const auto object = parse_json_object(body);
  if (!object) return 0;
  TransferRequest request;
  read_transfer(*object, request);
  expect_readable(request);
  read_transaction(*object, request);
  expect_readable(request);
  return 0;
}
