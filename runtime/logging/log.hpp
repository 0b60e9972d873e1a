// Structured logs: a fixed message and named fields, as text or as one JSON object for each line.
//
//   log_info("transfer finished", {{"transfer", id}, {"leg", 1}});
//
// Never blocks: lines go to a bounded queue and one thread writes them; when the queue is full the
// oldest lines are dropped and counted. A disabled level costs one relaxed load, nothing is
// formatted. Before log_init() and after log_shutdown() lines go to standard error at once. Lines
// still queued are lost when the process crashes: the log is for people, the truth is in the
// journal.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };

// A name and a value that is only looked at when the line is written. Both must outlive the call,
// no longer. The names time, level and message are taken.
class LogField {
 public:
  // Writes `object` behind `out`.
  using Append = void (*)(const void* object, std::string& out);
  struct Deferred {
    const void* object;
    Append append;
  };
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, bool, Deferred>;

  LogField(std::string_view key, std::string_view value) : key_(key), value_(value) {}
  LogField(std::string_view key, const std::string& value)
      : key_(key), value_(std::string_view(value)) {}
  LogField(std::string_view key, const char* value) : key_(key), value_(std::string_view(value)) {}
  LogField(std::string_view key, std::same_as<bool> auto value) : key_(key), value_(value) {}
  template <std::signed_integral T>
  LogField(std::string_view key, T value) : key_(key), value_(static_cast<std::int64_t>(value)) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) LogField(std::string_view key, T value)
      : key_(key), value_(static_cast<std::uint64_t>(value)) {}
  // Ids and positions: formatted only if the line is written.
  template <class T>
  requires requires(const T& object, std::string& out) { object.append_to(out); }
  LogField(std::string_view key, const T& object)
      : key_(key), value_(Deferred{&object, [](const void* o, std::string& out) {
                                     static_cast<const T*>(o)->append_to(out);
                                   }}) {}
  template <class T>
  requires requires(const T& object) {
    { object.view() } -> std::same_as<std::string_view>;
  }
  LogField(std::string_view key, const T& object) : key_(key), value_(object.view()) {}

  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  [[nodiscard]] const Value& value() const noexcept { return value_; }

 private:
  std::string_view key_;
  Value value_;
};
using LogFields = std::initializer_list<LogField>;

struct LogOptions {
  LogFormat format = LogFormat::text;
  LogLevel level = LogLevel::info;
  std::string file;  // empty = standard error; a file is appended to
  std::size_t queue_lines_max = 8192;
};

// Starts the writing thread (which has every signal blocked, so that signals reach main only).
[[nodiscard]] Status<Error> log_init(const LogOptions& options);
// Writes what is queued and ends the thread. Safe to call twice.
void log_shutdown() noexcept;
// Lines dropped since the start because the queue was full.
[[nodiscard]] std::uint64_t log_lines_dropped() noexcept;

namespace detail {
inline std::atomic<LogLevel> log_level{LogLevel::info};
void log_write(LogLevel level, std::string_view message, LogFields fields) noexcept;
}  // namespace detail

[[nodiscard]] inline bool log_enabled(LogLevel level) noexcept {
  return level >= detail::log_level.load(std::memory_order_relaxed);
}
inline void log_at(LogLevel level, std::string_view message, LogFields fields = {}) noexcept {
  if (log_enabled(level)) [[unlikely]]
    detail::log_write(level, message, fields);
}
inline void log_debug(std::string_view message, LogFields fields = {}) noexcept {
  log_at(LogLevel::debug, message, fields);
}
inline void log_info(std::string_view message, LogFields fields = {}) noexcept {
  log_at(LogLevel::info, message, fields);
}
inline void log_warning(std::string_view message, LogFields fields = {}) noexcept {
  log_at(LogLevel::warning, message, fields);
}
inline void log_error(std::string_view message, LogFields fields = {}) noexcept {
  log_at(LogLevel::error, message, fields);
}

}  // namespace florin
