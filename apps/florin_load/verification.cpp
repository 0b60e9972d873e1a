// See verification.hpp.
#include "apps/florin_load/verification.hpp"

#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "apps/client/decimal.hpp"
#include "apps/client/http_client.hpp"
#include "apps/client/json_text.hpp"
#include "apps/florin_load/http/bulk.hpp"

namespace florin::load {

namespace {
constexpr std::size_t differences_max = 20;
constexpr std::size_t read_depth = 8;
constexpr int settle_attempts = 50;  // 5 s for the last confirmations to reach the trial balance
constexpr unsigned settle_wait_us = 100'000;

using simdjson::dom::element;

std::string_view text_of(const element& object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

void append_get(std::string& out, const HttpEngine& engine, std::string_view target) {
  client::append_request(out, "GET", target, engine.address().authority, {});
}

Result<Unit, Error> check_balances(HttpEngine& engine, Ledger& ledger, bool show_progress,
                                   Verification& result) {
  BulkJob job;
  job.label = "balances";
  job.count = ledger.accounts().count();
  job.write_request = [&](std::size_t item, std::string& out) {
    append_get(out, engine,
               "/v1/accounts/" + std::string(ledger.name(static_cast<std::uint32_t>(item))));
  };
  job.on_answer = [&](std::size_t item, const client::HttpAnswer& answer) {
    if (answer.status >= 500) return Next::later;
    const auto account = static_cast<std::uint32_t>(item);
    const std::string name(ledger.name(account));
    ++result.balances_checked;
    const std::string expected = client::decimal_text(ledger.balance(account), ledger.decimals());
    for (const std::string_view field : {"posted", "available"}) {
      const std::string_view found = client::peek_string(answer.body, field);
      if (answer.status != 200 || found != expected)
        result.differs(name + ": " + std::string(field) + " is " + std::string(found) +
                       ", our books say " + expected + " (HTTP " + std::to_string(answer.status) +
                       ")");
    }
    if (!client::is_zero_decimal(client::peek_string(answer.body, "held")))
      result.differs(
          name + ": money is still held: " + std::string(client::peek_string(answer.body, "held")));
    return Next::done;
  };
  auto done = run_bulk(engine, job, show_progress);
  if (!done) return Err{done.error()};
  return Unit{};
}

// Checks one answer of /v1/ledger/trial_balance. Returns whether anything is in flight.
bool check_trial_balance(const element& body, Verification& result) {
  result.partitions_balanced = 0;
  simdjson::dom::array partitions;
  if (body["partitions"].get(partitions) != simdjson::SUCCESS) {
    result.differs("trial balance: no \"partitions\"");
    return false;
  }
  for (const element partition : partitions) {
    bool balanced = true;
    std::int64_t id = -1;
    if (partition["partition"].get(id) != simdjson::SUCCESS) id = -1;
    simdjson::dom::array currencies;
    if (partition["currencies"].get(currencies) != simdjson::SUCCESS)
      balanced = false;
    else
      for (const element currency : currencies) {
        const std::string_view total = text_of(currency, "total");
        if (client::is_zero_decimal(total)) continue;
        balanced = false;
        result.differs("trial balance of partition " + std::to_string(id) + ": total is " +
                       std::string(total) + " " + std::string(text_of(currency, "currency")));
      }
    if (balanced) ++result.partitions_balanced;
  }
  bool in_flight = false;
  simdjson::dom::object amounts;
  if (body["in_flight"].get(amounts) == simdjson::SUCCESS)
    for (const auto field : amounts) {
      std::string_view amount;
      in_flight |= field.value.get(amount) != simdjson::SUCCESS || !client::is_zero_decimal(amount);
    }
  return in_flight;
}

// GET at the first of these nodes that serves it now; the last answer or error if none does.
Result<client::HttpReply, Error> get_from_any(const std::vector<client::ServerAddress>& nodes,
                                              std::string_view target) {
  for (std::size_t i = 0;; ++i) {
    auto reply = client::HttpClient(nodes[i]).get(target);
    if ((reply && reply->status < 500) || i + 1 == nodes.size()) return reply;
  }
}

Result<Unit, Error> check_books(const std::vector<client::ServerAddress>& nodes,
                                Verification& result) {
  simdjson::dom::parser parser;
  bool in_flight = true;
  std::string last;
  for (int attempt = 0; attempt < settle_attempts && in_flight && result.holds(); ++attempt) {
    if (attempt != 0) ::usleep(settle_wait_us);
    auto reply = get_from_any(nodes, "/v1/ledger/trial_balance");
    if (!reply) return Err{reply.error()};
    if (nodes.size() > 1 && reply->status == 503 && attempt + 1 < settle_attempts)
      continue;  // an election
    element body;
    if (reply->status != 200 || parser.parse(reply->body).get(body) != simdjson::SUCCESS) {
      result.differs("trial balance: HTTP " + std::to_string(reply->status) + " or unreadable");
      return Unit{};
    }
    in_flight = check_trial_balance(body, result);
    last = reply->body.substr(reply->body.find("\"in_flight\"") == std::string::npos
                                  ? 0
                                  : reply->body.find("\"in_flight\""));
  }
  if (in_flight && result.holds())
    result.differs("trial balance: money is in flight although nothing is open: " +
                   last.substr(0, 200));
  return Unit{};
}

// Reads one account's statement page by page, newest entry first.
class StatementReader {
 public:
  StatementReader(Ledger& ledger, const std::vector<bool>& created, Verification& result)
      : ledger_(ledger), created_(created), result_(result) {}

  struct Page {
    std::uint32_t account = 0;
    std::string cursor;
    std::optional<std::int64_t> posted_after;  // what the next (older) entry must have left
  };

  Next read(Page& page, const client::HttpAnswer& answer) {
    element body;
    simdjson::dom::array data;
    if (answer.status != 200 ||
        parser_.parse(answer.body.data(), answer.body.size()).get(body) != simdjson::SUCCESS ||
        body["data"].get(data) != simdjson::SUCCESS) {
      result_.differs(std::string(ledger_.name(page.account)) + ": statement: HTTP " +
                      std::to_string(answer.status) + " or unreadable");
      return Next::done;
    }
    for (const element entry : data) check_entry(page, entry);
    const std::string_view cursor = text_of(body, "next_cursor");
    page.cursor = cursor;
    if (!cursor.empty()) return Next::again;
    if (created_[page.account] && page.posted_after.value_or(0) != 0)
      result_.differs(std::string(ledger_.name(page.account)) +
                      ": the statement does not begin at zero");
    return Next::done;
  }

 private:
  void check_entry(Page& page, const element& entry) {
    ++result_.entries_read;
    const std::string name(ledger_.name(page.account));
    const bool debit = text_of(entry, "direction") == "debit";
    const auto amount = client::read_decimal(text_of(entry, "amount"), ledger_.decimals());
    const auto posted = client::read_decimal(text_of(entry, "posted_after"), ledger_.decimals());
    if (!amount || !posted)
      return result_.differs(name + ": an entry without amount or posted_after");
    if (page.posted_after.value_or(*posted) != *posted)
      result_.differs(name + ": posted_after " + std::string(text_of(entry, "posted_after")) +
                      " does not lead to the next entry");
    page.posted_after = *posted + (debit ? *amount : -*amount);
    check_transfer(page.account, debit, *amount, entry);
  }

  void check_transfer(std::uint32_t account, bool debit, std::int64_t amount,
                      const element& entry) {
    const std::string_view id_text = text_of(entry, "transaction_id");
    const std::string where =
        std::string(ledger_.name(account)) + ": entry " + std::string(id_text);
    Uuid id;
    const Ledger::Rows rows = client::read_uuid(id_text, id) ? ledger_.find(id) : Ledger::Rows{};
    if (rows.size() == 0) {
      if (created_[account]) result_.differs(where + " is not a transfer of this run");
      return;
    }
    const auto is_this = [&](const Transfer& posting) {
      const std::uint32_t self = debit ? posting.from : posting.to;
      const std::uint32_t other = debit ? posting.to : posting.from;
      return self == account && text_of(entry, "counterparty") == ledger_.name(other) &&
             amount == posting.amount_minor;
    };
    Transfer* found = find_row(rows, debit, is_this);
    if (found == nullptr) {
      result_.differs(where + " has another side, counterparty or amount than was asked for");
      found = &ledger_.at(rows.begin);
    }
    if (found->state != TransferState::success)
      result_.differs(where + " is on the statement but was not acknowledged as success");
    bool& seen = debit ? found->on_debit_statement : found->on_credit_statement;
    if (seen) result_.differs(where + " is there twice");
    seen = true;
  }

  // Of a transaction's postings one that fits, and was not seen on this side yet, if there is one: two may be alike.
  template <class IsThis>
  Transfer* find_row(Ledger::Rows rows, bool debit, IsThis&& is_this) {
    Transfer* found = nullptr;
    for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
      Transfer& posting = ledger_.at(row);
      if (!is_this(posting)) continue;
      found = &posting;
      if (!(debit ? posting.on_debit_statement : posting.on_credit_statement)) break;
    }
    return found;
  }

  Ledger& ledger_;
  const std::vector<bool>& created_;
  Verification& result_;
  simdjson::dom::parser parser_;
};

std::vector<std::uint32_t> choose_accounts(std::uint32_t count,
                                           const VerificationOptions& options) {
  std::vector<std::uint32_t> chosen(count);
  std::iota(chosen.begin(), chosen.end(), 0U);
  if (options.statements_max >= count) return chosen;
  client::Random random(options.seed);
  for (std::uint32_t i = 1; i < options.statements_max;
       ++i)  // account 0, the hot one, is always read
    std::swap(chosen[i], chosen[i + static_cast<std::uint32_t>(random.below(count - i))]);
  chosen.resize(options.statements_max);
  return chosen;
}

Result<Unit, Error> read_statements(HttpEngine& engine, Ledger& ledger,
                                    const std::vector<bool>& created,
                                    const VerificationOptions& options, Verification& result) {
  const auto chosen = choose_accounts(ledger.accounts().count(), options);
  std::vector<StatementReader::Page> pages(chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) pages[i].account = chosen[i];
  StatementReader reader(ledger, created, result);
  BulkJob job;
  job.label = "statements";
  job.count = pages.size();
  job.write_request = [&](std::size_t item, std::string& out) {
    std::string target =
        "/v1/accounts/" + std::string(ledger.name(pages[item].account)) + "/entries?limit=100";
    if (!pages[item].cursor.empty())
      target += "&cursor=" + client::percent_encode(pages[item].cursor);
    append_get(out, engine, target);
  };
  job.on_answer = [&](std::size_t item, const client::HttpAnswer& answer) {
    return answer.status >= 500 ? Next::later : reader.read(pages[item], answer);
  };
  auto done = run_bulk(engine, job, options.show_progress);
  if (!done) return Err{done.error()};
  result.statements_read = pages.size();

  std::vector<bool> was_read(ledger.accounts().count());
  for (const std::uint32_t account : chosen) was_read[account] = true;
  for (std::uint32_t i = 0; i < ledger.size(); ++i) {
    const Transfer& t = ledger.at(i);
    if (t.state != TransferState::success) continue;
    ++result.transfers_acknowledged;
    const bool debit_missing = t.from != outside && was_read[t.from] && !t.on_debit_statement;
    const bool credit_missing = t.to != outside && was_read[t.to] && !t.on_credit_statement;
    if (debit_missing || credit_missing) {
      std::string id(client::uuid_chars, ' ');
      client::write_uuid(t.id, id.data());
      result.differs("acknowledged transfer " + id + " is missing on the statement of " +
                     std::string(ledger.name(debit_missing ? t.from : t.to)));
    } else if ((t.from == outside || t.on_debit_statement) &&
               (t.to == outside || t.on_credit_statement)) {
      ++result.transfers_on_both;
    } else if (t.on_debit_statement || t.on_credit_statement) {
      ++result.transfers_on_one;
    }
  }
  return Unit{};
}
}  // namespace

void Verification::differs(std::string text) {
  if (++difference_count <= differences_max) differences.push_back(std::move(text));
}

Result<Verification, Error> verify(HttpEngine& engine, Ledger& ledger,
                                   const std::vector<bool>& created,
                                   const VerificationOptions& options) {
  Verification result;
  const std::int64_t start = monotonic_ns();
  engine.set_depth(read_depth);
  if (auto books = check_books(engine.nodes(), result); !books) return Err{books.error()};
  if (auto balances = check_balances(engine, ledger, options.show_progress, result); !balances)
    return Err{balances.error()};
  if (auto read = read_statements(engine, ledger, created, options, result); !read)
    return Err{read.error()};
  result.seconds = static_cast<double>(monotonic_ns() - start) / 1e9;
  return result;
}

Result<std::uint32_t, Error> ask_partition_count(const std::vector<client::ServerAddress>& nodes) {
  auto reply = get_from_any(nodes, "/v1/ledger/trial_balance");
  if (!reply) return Err{reply.error()};
  simdjson::dom::parser parser;
  simdjson::dom::array partitions;
  if (reply->status != 200 ||
      parser.parse(reply->body)["partitions"].get(partitions) != simdjson::SUCCESS ||
      partitions.size() == 0)
    return Err{Error{Errc::unavailable,
                     "GET /v1/ledger/trial_balance answered " + std::to_string(reply->status) +
                         ": cannot learn the number of partitions; give --partitions"}};
  return static_cast<std::uint32_t>(partitions.size());
}

}  // namespace florin::load
