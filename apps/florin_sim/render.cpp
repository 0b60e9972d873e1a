// Text and JSON.
#include "apps/florin_sim/render.hpp"

#include <algorithm>
#include <cstdio>

namespace florin::sim {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::uint64_t per_second(std::uint64_t count, std::chrono::milliseconds took) {
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(1, took.count()));
  return count * 1'000 / ms;
}

}  // namespace

void Summary::add(const RunReport& report) {
  ++seeds;
  if (report.outcome == Outcome::ok)
    ++ok;
  else
    failures.push_back(report);
  entries += report.entries;
  requests += report.requests;
  completed += report.completed;
  refused += report.refused;
  crashes += report.crashes;
  packets += report.packets;
  packets_lost += report.packets_lost;
  simulated_us += report.simulated_us;
  hash ^= mix(report.seed, report.trace_hash);
}

std::string seed_arguments(std::uint64_t seed, RunKind kind) {
  return (kind == RunKind::cluster ? "--cluster --seed " : "--seed ") + std::to_string(seed);
}

std::string hex(std::uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string line_of(const RunReport& r) {
  std::string text =
      (r.kind == RunKind::cluster ? "cluster seed " : "seed ") + std::to_string(r.seed) + " " +
      std::string(to_string(r.outcome)) + " trace " + hex(r.trace_hash) + " events " +
      std::to_string(r.events) + " entries " + std::to_string(r.entries) + " requests " +
      std::to_string(r.requests) + " completed " + std::to_string(r.completed) + " refused " +
      std::to_string(r.refused) + " crashes " + std::to_string(r.crashes) + " packets " +
      std::to_string(r.packets) + " lost " + std::to_string(r.packets_lost);
  if (r.outcome != Outcome::ok) text += "\n  " + r.checker + ": " + r.what;
  return text;
}

std::string replay_line(const RunReport& r) {
  return "./dev sim " + seed_arguments(r.seed, r.kind) + " --trace";
}

std::string text_of(const Summary& s) {
  return std::to_string(s.seeds) + (s.kind == RunKind::cluster ? " cluster" : "") + " seeds, " +
         std::to_string(s.ok) + " ok, " + std::to_string(s.failures.size()) + " failed; " +
         std::to_string(per_second(s.seeds, s.took)) + " seeds/s; " + std::to_string(s.requests) +
         " requests, " + std::to_string(s.completed) + " transfers completed, " +
         std::to_string(s.refused) + " refused, " + std::to_string(s.entries) + " entries, " +
         std::to_string(s.crashes) + " crashes, " + std::to_string(s.packets_lost) + " of " +
         std::to_string(s.packets) + " packets lost, " +
         std::to_string(s.simulated_us / 3'600'000'000U) + " h simulated; hash of all traces " +
         hex(s.hash);
}

std::string json_of(const Summary& s) {
  std::string text =
      std::string("{\"kind\":\"") + (s.kind == RunKind::cluster ? "cluster" : "solo") +
      "\",\"seeds\":" + std::to_string(s.seeds) + ",\"ok\":" + std::to_string(s.ok) +
      ",\"seeds_per_second\":" + std::to_string(per_second(s.seeds, s.took)) +
      ",\"milliseconds\":" + std::to_string(s.took.count()) +
      ",\"requests\":" + std::to_string(s.requests) +
      ",\"transfers_completed\":" + std::to_string(s.completed) +
      ",\"transfers_refused\":" + std::to_string(s.refused) +
      ",\"entries\":" + std::to_string(s.entries) + ",\"crashes\":" + std::to_string(s.crashes) +
      ",\"packets\":" + std::to_string(s.packets) +
      ",\"packets_lost\":" + std::to_string(s.packets_lost) + ",\"trace_hash\":\"" + hex(s.hash) +
      "\",\"failures\":[";
  for (std::size_t i = 0; i < s.failures.size(); ++i) {
    const RunReport& r = s.failures[i];
    text += std::string(i == 0 ? "" : ",") + "{\"seed\":" + std::to_string(r.seed) +
            ",\"outcome\":" + quoted(std::string(to_string(r.outcome))) +
            ",\"checker\":" + quoted(r.checker) + ",\"what\":" + quoted(r.what) +
            ",\"trace_hash\":\"" + hex(r.trace_hash) + "\",\"replay\":" + quoted(replay_line(r)) +
            "}";
  }
  return text + "]}";
}

std::string progress_line(const Summary& s, std::uint64_t count) {
  constexpr std::uint64_t width = 30;
  const std::uint64_t done = count == 0 ? width : s.seeds * width / count;
  std::string bar(done, '#');
  bar.resize(width, '.');
  return "[" + bar + "] " + std::to_string(s.seeds) + "/" + std::to_string(count) + " seeds, " +
         std::to_string(s.failures.size()) + " failed, " +
         std::to_string(per_second(s.seeds, s.took)) + "/s";
}

}  // namespace florin::sim
