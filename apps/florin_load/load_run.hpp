// The measured part. Open loop (rate > 0): request i is due at start + i / rate whatever the server does, and its
// latency counts from that moment, so a slow answer is charged to all requests that queued behind it (no
// coordinated omission). Closed loop (rate 0): a fixed number of requests is always outstanding.
// A transfer that was lost or met "overloaded" is repeated with the same id until it has a final answer. A transaction counts as one
// transfer, however many postings it has.
#pragma once

#include <cstdint>
#include <map>
#include <queue>
#include <string>
#include <vector>

#include "apps/florin_load/http/answers.hpp"
#include "apps/florin_load/http/http_engine.hpp"
#include "apps/florin_load/measure/histogram.hpp"
#include "apps/florin_load/measure/progress.hpp"
#include "apps/florin_load/workload/ledger.hpp"
#include "apps/florin_load/workload/transfer_source.hpp"

namespace florin::load {

struct RunOptions {
  std::uint64_t transfers = 0;  // 0: until `seconds`
  double seconds = 0;
  double rate = 0;             // transfers per second; 0 = closed loop
  std::size_t in_flight = 64;  // requests
  std::size_t batch = 0;       // transfers per request; 0 = single requests
  std::size_t postings = 0;    // of each: transactions of so many, 1-8; 0 = transfers
  // after it an unanswered transfer is left for resolve_pending
  std::int64_t retry_for_ns = 60'000'000'000;
  bool show_progress = false;
};

struct RunResult {
  Histogram latency;  // per transfer, nanoseconds, from due time to final (or pending) answer
  std::int64_t elapsed_ns = 0;
  std::uint64_t issued = 0;
  std::uint64_t not_issued = 0;  // due but never sent: the server was too far behind the schedule
  std::uint64_t success = 0;
  std::uint64_t refused = 0;
  std::uint64_t pending = 0;
  std::uint64_t replayed = 0;            // answers marked Florin-Replayed
  std::uint64_t retried_overloaded = 0;  // transfers sent again after 5xx or a transient code
  std::uint64_t retried_lost = 0;        // transfers sent again after a lost connection or time-out
  std::uint64_t wrong_answers = 0;       // not the contract: other id, unreadable batch
  std::uint64_t cross = 0;               // issued transfers between two partitions
  std::map<std::string, std::uint64_t> by_code;
  std::map<int, std::uint64_t> by_http_status;
};

class LoadRun : public AnswerHandler {
 public:
  LoadRun(HttpEngine& engine, Ledger& ledger, TransferSource& source, RunOptions options);
  // Errc::unavailable when the server stays silent for retry_for_ns.
  Result<RunResult, Error> run();

  void on_answer(std::uint64_t tag, const client::HttpAnswer& answer, std::int64_t now_ns) override;
  void on_lost(std::uint64_t tag, std::int64_t now_ns) override;

 private:
  using Unit = std::vector<std::uint32_t>;  // what one request asks for: by row of the ledger
  using Due = std::pair<std::int64_t, std::uint32_t>;

  [[nodiscard]] bool issuing(std::int64_t now_ns) const noexcept;
  [[nodiscard]] std::int64_t due_ns(std::uint64_t transfer) const noexcept;
  [[nodiscard]] bool fresh_is_due(std::int64_t now_ns) const noexcept;
  [[nodiscard]] std::int64_t wake_ns(std::int64_t now_ns) const noexcept;
  void send_all_due(std::int64_t now_ns);
  void send(Unit unit, std::int64_t now_ns);
  Unit take_retries(std::int64_t now_ns);
  Unit take_fresh(std::int64_t now_ns);
  std::uint32_t draw_one(std::int64_t due_ns);
  void conclude(std::uint32_t index, const TransferAnswer& answer, std::int64_t retry_after_ns,
                std::int64_t now_ns);
  void retry(std::uint32_t index, std::int64_t after_ns, std::int64_t now_ns);

  HttpEngine& engine_;
  Ledger& ledger_;
  TransferSource& source_;
  RunOptions options_;
  RunResult result_;
  std::size_t unit_size_;
  std::uint64_t planned_;  // UINT64_MAX: until the time is over
  std::int64_t start_ns_ = 0;
  std::int64_t end_ns_ = INT64_MAX;
  std::int64_t last_answer_ns_ = 0;
  std::vector<Draw> drawn_;  // of the transaction that is being made
  std::vector<Unit> units_;  // by tag
  std::vector<std::uint64_t> free_tags_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> retries_;
};

// After the run: repeats every transfer without a final answer until it has one. Returns how many still have
// none after `for_ns`.
Result<std::uint64_t, Error> resolve_pending(HttpEngine& engine, Ledger& ledger,
                                             std::int64_t for_ns, bool show_progress);

}  // namespace florin::load
