// OutsideExecutor: makes the calls that partitions owe to the world outside, on a thread of its own, and tells what came of them.
//
// Promise: every call that is taken is answered once: `not_sent` only if no byte of it left, `unknown` whenever it may have been
// executed. It never sends a call again by itself: what is owed is a function of logged state, and whoever owes it asks again.
// A call that is under way is not made a second time beside itself; its answer is for both who asked.
// Bounds: calls under way and waiting, for each party; time of each of its parts; bytes of requests and answers.
// Crash anywhere: nothing here is durable, nor needs to be.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "actors/messages/outside_call.hpp"
#include "runtime/engine/control/thread_end.hpp"
#include "runtime/metrics/outside_metrics.hpp"
#include "runtime/outside/curl_call.hpp"
#include "runtime/outside/outside_line.hpp"
#include "runtime/outside/outside_party.hpp"

namespace florin::outside {

struct ExecutorOptions {
  std::vector<OutsideParty> parties;
  // Any thread; must not block. CallAnswer::bytes are psp::answer_bytes.
  std::function<void(CallAnswer)> answered;
  // On the thread, before `answered`: of what came from outside, the whole. Empty: nobody keeps it.
  std::function<void(const OutsideCall&, const psp::HttpAnswer&)> keep_raw = {};
  // After end(): so long may what was sent still be answered.
  Milliseconds drain_time_max{3'000};
  std::size_t incoming_max = 4'096;  // that the thread has not looked at
};

class OutsideExecutor {
 public:
  // `invalid`: a party's settings (check_party), or two of one name.
  static Result<std::unique_ptr<OutsideExecutor>, Error> start(ExecutorOptions options);
  ~OutsideExecutor() { stop(); }
  OutsideExecutor(const OutsideExecutor&) = delete;
  OutsideExecutor& operator=(const OutsideExecutor&) = delete;

  // --- any thread, never block ---------------------------------------------------------------------------------
  void submit(OutsideCall call);
  // ThreadPorts: `passed` when the thread has come by, `ended` as its last.
  void pass(std::function<void()> passed);
  void end(std::function<void()> ended);
  // Takes nothing new from now on. True: nothing waits and nothing is under way.
  bool is_drained();
  // One for each party, as long as this lives.
  [[nodiscard]] const std::deque<OutsideMetrics>& metrics() const { return metrics_; }

  // Ends the thread and waits for it.
  void stop();

 private:
  explicit OutsideExecutor(ExecutorOptions options);

  using CallName = std::pair<std::string, Uuid>;  // port and id

  void run();
  bool take_incoming();  // false: it is time to end
  void accept(OutsideCall call);
  void start_waiting();
  void start_one(OutsideLine& line);
  void collect_ended();
  void ended(CurlCall& call, CURLcode code);
  void refuse_late();
  void give_up();
  void refuse_waiting();
  // Of one that is in `names_`, and of one that is not.
  void tell_taken(const OutsideCall& call, const psp::HttpAnswer& answer);
  void refuse_taken(const OutsideCall& call, psp::HttpFault fault);
  void tell(const OutsideCall& call, const psp::HttpAnswer& answer);
  void refuse(const OutsideCall& call, psp::HttpFault fault);
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] int wait_ms() const;
  void wake();

  const ExecutorOptions options_;
  std::deque<OutsideMetrics> metrics_;
  CurlMulti multi_;

  std::mutex mutex_;  // of these:
  std::vector<OutsideCall> incoming_;
  std::vector<std::function<void()>> passing_;
  bool is_closed_ = false;  // nothing new
  bool is_ending_ = false;

  std::atomic<std::size_t> open_{0};  // taken and not answered

  // The thread's own.
  std::map<std::string, OutsideLine, std::less<>> lines_;  // by port
  struct UnderWay {
    OutsideCall call;
    OutsideLine* line = nullptr;
    std::unique_ptr<CurlCall> exchange;
    std::int64_t began_us = 0;
  };
  std::map<CurlCall*, UnderWay> under_way_;
  std::set<CallName> names_;  // of all that waits or is under way
  bool ends_ = false;
  std::int64_t ends_by_us_ = 0;

  ThreadEnd end_;
  std::thread thread_;
};

}  // namespace florin::outside
