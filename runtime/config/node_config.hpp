// NodeConfig: every setting of a node with its default, and how to read it from a file and the
// command line.
//
// Names, ranges, units and help texts are rows of one table (settings.cpp); the defaults are the
// initialisers here. The command line wins over the file, the file over the defaults.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "runtime/logging/log.hpp"

namespace florin {

struct NodeConfig {
  struct Node {
    std::string data_dir = "./data";
    std::uint32_t partitions = 16;
  } node;
  struct Log {
    LogFormat format = LogFormat::text;
    LogLevel level = LogLevel::info;
    std::string file;  // empty = standard error
  } log;
  struct Http {
    std::string listen = "127.0.0.1:8080";
    std::uint32_t threads = 0;  // 0 = by the number of cores
    std::uint32_t connections_max = 4096;
    std::string tls_certificate;  // empty = plain HTTP
    std::string tls_key;
    std::uint32_t request_patience_ms = 10'000;
  } http;
  struct Engine {
    std::uint32_t scheduler_threads = 0;  // 0 = one for each core
    std::uint32_t resident_accounts_max = 2'000'000;
    std::uint32_t inbox_messages_max = limits::inbox_messages_max;
    std::uint32_t turn_messages_max = limits::turn_messages_max;
    std::uint32_t try_timeout_ms = limits::try_timeout_us / 1000;
    std::uint32_t resend_after_ms = limits::resend_after_us / 1000;
  } engine;
  struct Journal {
    std::uint32_t segment_mib = 64;
  } journal;
  struct State {
    std::uint32_t checkpoint_interval_ms = 2000;
    std::uint32_t checkpoint_dirty_max = 200'000;
  } state;
};

// HOST:PORT, [IPv6]:PORT. Port 0 lets the system choose.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
  static Result<ListenAddress, Error> parse(std::string_view text);
};

struct ConfigOutcome {
  bool run = true;  // false: print `text` to standard output and exit with 0 (--help, --version)
  NodeConfig config;
  std::string text;
};

// Reads the command line and the file it names. Errors are Errc::invalid, exit code 2; the text
// holds all complaints found, each with option or file, line and source, and what to do.
Result<ConfigOutcome, Error> load_config(int argc, const char* const* argv);

}  // namespace florin
