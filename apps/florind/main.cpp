// florind: one node. Reads its settings, recovers its data directory, serves HTTP, and stops in order.
// Exit codes are those of runtime/config/exit_code.hpp.
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "api/api_handler.hpp"
#include "api/http/http_server.hpp"
#include "apps/florind/heap.hpp"
#include "persistence/lmdb/lmdb_crash_mark.hpp"
#include "runtime/config/build_info.hpp"
#include "runtime/config/exit_code.hpp"
#include "runtime/config/node_config.hpp"
#include "runtime/config/open_files.hpp"
#include "runtime/config/payment_config.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/node.hpp"
#include "runtime/signals.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds drain_time_max{2000};
constexpr milliseconds stop_time_max{2500};  // with the drain: a stop ends within 5 s

// While the log is replayed the edge already answers health checks; there is nothing else to ask yet.
class NoNodeYet final : public Gateway {
 public:
  void ask(std::vector<Addressed> messages, milliseconds,
           std::function<void(AskReplies)> done) override {
    AskReplies replies(messages.size());
    for (auto& reply : replies) reply = Reply{0, {}, NotAccepted{NotAccepted::Why::stopping}};
    done(std::move(replies));
  }
};

class NoLogYet final : public EventLogReader {
 public:
  Result<std::string, Error> read(PartitionId, LogIndex) override {
    return Err{Error{Errc::unavailable, "the log is being replayed"}};
  }
  LogIndex last_index(PartitionId) const override { return 0; }
  Status<Error> scan(const std::vector<LogIndex>&,
                     const std::function<Status<Error>(const LogEntryView&)>&,
                     const std::function<void(std::uint64_t, std::uint64_t)>&) override {
    return Err{Error{Errc::unavailable, "the log is being replayed"}};
  }
};

// Hands requests to whoever answers now: first the handler that knows no node, then the node's. Both count into the same
// metrics, so a connection may open before one of them and end before the other.
class FrontDoor final : public HttpHandler {
 public:
  explicit FrontDoor(HttpHandler& first) : handler_(&first) {}
  void switch_to(HttpHandler& handler) { handler_.store(&handler, std::memory_order_release); }
  void handle(HttpRequest request, Respond respond) override {
    handler_.load(std::memory_order_acquire)->handle(std::move(request), std::move(respond));
  }
  [[nodiscard]] std::size_t body_bytes_max(const HttpRequest& header) const override {
    return handler_.load(std::memory_order_acquire)->body_bytes_max(header);
  }
  void observe(const HttpObservation& answer) noexcept override {
    handler_.load(std::memory_order_acquire)->observe(answer);
  }
  void connection_opened() noexcept override {
    handler_.load(std::memory_order_acquire)->connection_opened();
  }
  void connection_closed() noexcept override {
    handler_.load(std::memory_order_acquire)->connection_closed();
  }

 private:
  std::atomic<HttpHandler*> handler_;
};

int fail(const Error& error, std::string_view doing) {
  log_error(doing, {{"reason", error.context}, {"code", to_string(error.code)}});
  log_shutdown();
  return static_cast<int>(exit_code_for(error.code));
}

// A log that cannot be written is the end: nothing more is acknowledged, and what was is durable. No
// orderly stop: it would have to write.
void stop_on_fatal(const Error& error) {
  if (error.code == Errc::disk_lost) {
    log_error("the node stops: its disk is not the one that was there",
              {{"reason", error.context}, {"code", to_string(error.code)}});
    log_shutdown();
    std::_Exit(static_cast<int>(ExitCode::disk_lost));
  }
  if (error.code == Errc::mismatch) {  // seen only when others were heard
    log_error("the node stops: it does not fit its cluster",
              {{"reason", error.context}, {"code", to_string(error.code)}});
    log_shutdown();
    std::_Exit(static_cast<int>(ExitCode::bad_config));
  }
  log_error("the node stops: nothing more can be made durable",
            {{"reason", error.context}, {"code", to_string(error.code)}});
  log_shutdown();
  const ExitCode code =
      error.code == Errc::disk_full ? ExitCode::disk_full : ExitCode::journal_failed;
  std::_Exit(static_cast<int>(code));
}

// How many files may be open, as many as the system lets us have.
std::uint64_t raise_open_files_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return open_files_unknown;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

// The connections that this limit leaves room for; none = too few to run at all.
Result<std::size_t, Error> affordable_connections(const NodeConfig& config) {
  FLORIN_TRY(plan, plan_open_files(raise_open_files_limit(), config));
  if (plan.connections_max < config.http.connections_max)
    log_warning("fewer connections than connections_max: raise the limit of open files (ulimit -n)",
                {{"connections_max", config.http.connections_max},
                 {"connections", plan.connections_max},
                 {"open_files_max", plan.limit},
                 {"kept_for_log_state_and_links", plan.reserved}});
  return plan.connections_max;
}

HttpServerOptions server_options(const NodeConfig& config, std::size_t connections_max) {
  HttpServerOptions options;
  options.listen = config.http.listen;
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  options.threads = config.http.threads != 0 ? config.http.threads : (cores + 1) / 2;
  options.connections_max = connections_max;
  options.bodies_bytes_max = std::size_t{config.http.bodies_mib} << 20;
  options.certificate_file = config.http.tls_certificate;
  options.key_file = config.http.tls_key;
  return options;
}

ApiOptions api_options(const NodeConfig& config, PaymentSettings payments) {
  const BuildInfo& build = build_info();
  return {milliseconds(config.http.request_patience_ms), std::string(build.version),
          std::string(build.git_commit), std::string(build.build_type), std::move(payments)};
}

void say_how_to_talk(const NodeConfig& config, const HttpServer& server,
                     const RecoverySummary& recovery) {
  const auto ms = std::chrono::duration_cast<milliseconds>(recovery.duration).count();
  log_info("ready", {{"address", server.address()},
                     {"data_dir", config.node.data_dir},
                     {"partitions", config.node.partitions},
                     {"entries_replayed", recovery.entries_replayed},
                     {"open_transfers", recovery.open_transfers},
                     {"torn_bytes_cut", recovery.torn_bytes_cut},
                     {"recovery_ms", ms}});
}

int run(const NodeConfig& config, std::size_t connections_max) {
  Metrics metrics(config.node.partitions);
  NoNodeYet no_node;
  NoLogYet no_log;
  const PartitionMap map(config.node.partitions);
  auto payments = payment_settings(config);
  if (!payments) return fail(payments.error(), "cannot start");
  ApiHandler recovering({no_node, no_log, map, metrics, [] { return false; }, {}},
                        api_options(config, *payments));
  FrontDoor front_door(recovering);
  auto server = HttpServer::start(server_options(config, connections_max), front_door);
  if (!server) return fail(server.error(), "cannot listen");

  auto started = Node::start(config, metrics, stop_on_fatal);
  if (!started) return fail(started.error(), "cannot start");
  const std::unique_ptr<Node> node = std::move(*started);
  {
    ApiHandler api(node->services(), api_options(config, std::move(*payments)));
    front_door.switch_to(api);
    say_how_to_talk(config, **server, node->recovery());

    const StopReason reason = wait_for_stop();
    log_info("stopping", {{"why", reason.text}});
    (*server)->stop_accepting();
    node->begin_drain();
    (*server)->drain(drain_time_max);
    const bool clean = node->stop(stop_time_max);
    log_info("stopped", {{"checkpointed", clean}});
    front_door.switch_to(recovering);
  }
  const auto later = requested_stop();
  return static_cast<int>(later ? later->exit_code : ExitCode::clean);
}

}  // namespace
}  // namespace florin

int main(int argc, char** argv) {
  using namespace florin;
  prefer_huge_pages();
  block_stop_signals();  // before any thread exists
  lmdb::install_crash_marks();
  auto loaded = load_config(argc, argv);
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().context.c_str());
    return static_cast<int>(ExitCode::bad_config);
  }
  if (!loaded->run) {
    std::fputs(loaded->text.c_str(), stdout);
    return 0;
  }
  const NodeConfig& config = loaded->config;
  LogOptions log_options;
  log_options.format = config.log.format;
  log_options.level = config.log.level;
  log_options.file = config.log.file;
  if (auto status = log_init(log_options); !status) {
    std::fprintf(stderr, "%s\n", status.error().context.c_str());
    return static_cast<int>(ExitCode::bad_config);
  }
  const auto connections = affordable_connections(config);
  const int code =
      connections ? run(config, *connections) : fail(connections.error(), "cannot start");
  log_shutdown();
  return code;
}
