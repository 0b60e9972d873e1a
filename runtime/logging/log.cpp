// The only file that knows spdlog.
#include "runtime/logging/log.hpp"

#include <pthread.h>
#include <signal.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/logging/log_line.hpp"

namespace florin {
namespace {

constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%fZ %-7l %v";
constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})";

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

struct Output {
  std::shared_ptr<spdlog::logger> logger;
  LogFormat format;
};

std::shared_ptr<Output> make_output(std::shared_ptr<spdlog::logger> logger, LogFormat format) {
  const char* pattern = format == LogFormat::json ? json_pattern : text_pattern;
  logger->set_formatter(
      std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
  logger->set_level(spdlog::level::trace);  // log_enabled() has decided
  logger->flush_on(
      spdlog::level::trace);  // by the writing thread: a line is in the file when it is written
  return std::make_shared<Output>(Output{std::move(logger), format});
}

// All outputs live until the process ends, so that a thread that logs during shutdown never holds a
// dead one.
struct LogState {
  LogState()
      : fallback(make_output(std::make_shared<spdlog::logger>(
                                 "stderr", std::make_shared<spdlog::sinks::stderr_sink_mt>()),
                             LogFormat::text)) {
    current = fallback.get();
  }
  std::mutex mutex;  // init and shutdown only
  std::shared_ptr<Output> fallback;
  std::vector<std::shared_ptr<Output>> outputs;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::uint64_t dropped_before = 0;
  std::atomic<const Output*> current;
};

LogState& state() {
  static auto* const forever = new LogState;  // never destroyed: other statics may log at exit
  return *forever;
}

spdlog::sink_ptr open_sink(const std::string& file) {
  if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
}

// A signal is delivered to any thread that does not block it; only main may take the stop signals.
std::shared_ptr<spdlog::details::thread_pool> start_thread(std::size_t queue_lines_max) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  struct Restore {
    const sigset_t& mask;
    ~Restore() { pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
  } restore{before};
  return std::make_shared<spdlog::details::thread_pool>(queue_lines_max, 1);
}

}  // namespace

Status<Error> log_init(const LogOptions& options) {
  log_shutdown();
  try {
    auto& s = state();
    const std::scoped_lock lock(s.mutex);
    auto sink = open_sink(options.file);
    s.pool = start_thread(options.queue_lines_max);
    s.outputs.push_back(make_output(
        std::make_shared<spdlog::async_logger>("florin", std::move(sink), s.pool,
                                               spdlog::async_overflow_policy::overrun_oldest),
        options.format));
    detail::log_level.store(options.level, std::memory_order_relaxed);
    s.current = s.outputs.back().get();
    return Unit{};
  } catch (const std::exception& e) {
    return Err{Error{Errc::io, "cannot log to '" + options.file + "': " + e.what() +
                                   " (set log.file to a path that can be written)"}};
  }
}

void log_shutdown() noexcept {
  auto& s = state();
  const std::scoped_lock lock(s.mutex);
  s.current = s.fallback.get();
  if (!s.pool) return;
  s.dropped_before += s.pool->overrun_counter();
  s.pool.reset();  // writes what is queued, then joins
}

std::uint64_t log_lines_dropped() noexcept {
  auto& s = state();
  const std::scoped_lock lock(s.mutex);
  return s.dropped_before + (s.pool ? s.pool->overrun_counter() : 0);
}

void detail::log_write(LogLevel level, std::string_view message, LogFields fields) noexcept {
  try {
    thread_local std::string line;
    line.clear();
    const Output& output = *state().current.load(std::memory_order_acquire);
    if (output.format == LogFormat::json) {
      append_json_line(line, message, fields);
    } else {
      append_text_line(line, message, fields);
    }
    output.logger->log(spdlog::source_loc{}, to_spdlog(level),
                       spdlog::string_view_t(line.data(), line.size()));
  } catch (...) {  // out of memory: losing the line is better than losing the node
  }
}

}  // namespace florin
