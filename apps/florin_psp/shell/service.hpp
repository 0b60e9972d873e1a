// Service: the core with a clock, a journal and a lock. What it answers is on disk.
// Threads: any; requests are executed one at a time, and wait for no other while a fault holds one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "apps/client/random.hpp"
#include "apps/florin_psp/core/psp.hpp"
#include "apps/florin_psp/shell/journal.hpp"

namespace florin::sandbox {

struct Reply {
  Answer answer;
  Fault fault;  // for who writes it to the wire
  std::string request_id;
};

struct ServiceOptions {
  std::string data_dir;
  std::uint64_t seed = 0;  // of a new journal
  Settings settings;
  std::function<std::int64_t()> now_ms;            // since 1970
  std::function<void(const Error&)> on_lost_disk;  // does not return
};

class Service {
 public:
  static Result<std::unique_ptr<Service>, Error> open(ServiceOptions options);

  Reply handle(Call call);

  // Waits until webhooks are due; empty: stop() was called. What is given is given to nobody else until report().
  std::vector<WebhookToSend> wait_for_webhooks(std::size_t max);
  void report(std::uint64_t delivery, bool is_taken);
  // Applies timers until stop().
  void run_timers();
  void stop();

 private:
  using Lock = std::unique_lock<std::mutex>;

  explicit Service(ServiceOptions options);
  Reply call_api(Lock& lock, const Call& call);
  Reply ask_risk(Call call);
  Answer change(Input input);
  void keep(const Input& input);
  void keep_fault(const Begun& begun);
  void apply_timers();
  void wait_until(Lock& lock, std::int64_t at_ms);

  ServiceOptions options_;
  std::unique_ptr<Psp> psp_;
  std::unique_ptr<Journal> journal_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::uint64_t> in_flight_;  // webhooks
  client::Random request_ids_;
  bool is_stopping_ = false;
};

}  // namespace florin::sandbox
