// See setup.hpp.
#include "apps/florin_load/setup.hpp"

#include <algorithm>

#include "apps/client/decimal.hpp"
#include "apps/client/http_message.hpp"
#include "apps/client/json_text.hpp"
#include "apps/florin_load/http/answers.hpp"
#include "apps/florin_load/http/bulk.hpp"

namespace florin::load {

namespace {
constexpr std::size_t create_depth = 16;
constexpr std::uint32_t deposit_batch = 1000;
constexpr std::size_t deposit_batches_in_flight = 8;  // gentle: the node's inboxes are bounded

void append_post(std::string& out, const HttpEngine& engine, std::string_view target,
                 std::string_view body) {
  client::append_request(out, "POST", target, engine.address().authority, body);
}
}  // namespace

void append_single_request(std::string& out, const HttpEngine& engine, Ledger& ledger,
                           std::uint32_t transfer) {
  static thread_local std::string body;
  body.clear();
  ledger.append_json(body, transfer);
  const bool is_transaction = ledger.at(transfer).postings != 0;
  append_post(out, engine,
              is_transaction ? "/v1/wallet/transactions" : "/v1/wallet/balance_transfer", body);
}

void append_batch_request(std::string& out, const HttpEngine& engine, Ledger& ledger,
                          const std::vector<std::uint32_t>& transfers) {
  static thread_local std::string body;
  body.assign("{\"transfers\":[");
  for (const std::uint32_t transfer : transfers) {
    ledger.append_json(body, transfer);
    body += ',';
  }
  body.back() = ']';
  body += '}';
  append_post(out, engine, "/v1/wallet/balance_transfers", body);
}

Result<std::vector<bool>, Error> create_accounts(HttpEngine& engine, Ledger& ledger, bool merchant,
                                                 bool show_progress) {
  std::vector<bool> created(ledger.accounts().count());
  BulkJob job;
  job.label = "accounts";
  job.count = ledger.accounts().count();
  job.write_request = [&](std::size_t item, std::string& out) {
    std::string body = "{\"account_id\":\"";
    body.append(ledger.name(static_cast<std::uint32_t>(item))).append("\",\"currency\":\"");
    body.append(ledger.currency()).append("\",\"kind\":\"");
    body.append(merchant && item == 0 ? "merchant" : "user").append("\"}");
    append_post(out, engine, "/v1/accounts", body);
  };
  job.on_answer = [&](std::size_t item, const client::HttpAnswer& answer) {
    if (answer.status >= 500) return Next::later;
    const std::string_view posted = client::peek_string(answer.body, "posted");
    if (answer.status != 200 && answer.status != 201) return Next::stop;
    const auto balance = client::read_decimal(posted, client::decimals_in(posted));
    if (!balance) return Next::stop;
    created[item] = answer.status == 201;
    ledger.set_decimals(client::decimals_in(posted));
    ledger.balance(static_cast<std::uint32_t>(item)) = *balance;
    return Next::done;
  };
  engine.set_depth(create_depth);
  auto result = run_bulk(engine, job, show_progress);
  if (!result) return Err{result.error()};
  return created;
}

Result<Unit, Error> deposit_to_all(HttpEngine& engine, Ledger& ledger, std::uint32_t amount_minor,
                                   bool show_progress) {
  const std::uint32_t count = ledger.accounts().count();
  const std::uint32_t first = ledger.size();
  for (std::uint32_t account = 0; account < count; ++account)
    ledger.add(outside, account, amount_minor, 0);
  // Those of an item's deposits that were not acknowledged yet. One request per item is out at a time, so this
  // is the same list when its answer comes.
  const auto open_of = [&](std::size_t item) {
    const auto begin = first + static_cast<std::uint32_t>(item) * deposit_batch;
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = begin; i < std::min(begin + deposit_batch, first + count); ++i)
      if (ledger.at(i).state != TransferState::success) open.push_back(i);
    return open;
  };
  BulkJob job;
  job.label = "deposits x1000";
  job.count = (count + deposit_batch - 1) / deposit_batch;
  job.in_flight_max = deposit_batches_in_flight;
  job.write_request = [&](std::size_t item, std::string& out) {
    append_batch_request(out, engine, ledger, open_of(item));
  };
  job.on_answer = [&](std::size_t item, const client::HttpAnswer& answer) {
    if (answer.status >= 500) return Next::later;
    if (answer.status != 200) return Next::stop;
    const auto transfers = open_of(item);
    Next next = Next::done;
    const bool read = read_batch_answer(answer.body, transfers.size(),
                                        [&](std::size_t i, const TransferAnswer& a) {
                                          if (a.verdict == Verdict::success)
                                            ledger.settle(transfers[i], TransferState::success);
                                          else if (a.verdict == Verdict::refused)
                                            next = Next::stop;
                                          else if (next == Next::done)
                                            next = Next::later;
                                        });
    return read ? next : Next::stop;
  };
  engine.set_depth(1);
  auto result = run_bulk(engine, job, show_progress);
  if (!result) return Err{result.error()};
  return Unit{};
}

}  // namespace florin::load
