// Many independent requests that must all be answered in the end: account creation, deposits, reading back.
// Repeats what was lost or answered "later"; so every request given to it must be safe to repeat.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "apps/florin_load/http/http_engine.hpp"
#include "apps/florin_load/measure/progress.hpp"

namespace florin::load {

enum class Next {
  done,   // this item is finished
  again,  // ask once more at once (the item has changed: next page)
  later,  // ask the same again after Retry-After, or 200 ms
  stop,   // give up everything: the answer is not what this run can live with
};

struct BulkJob {
  std::string label;
  std::size_t count = 0;
  std::size_t in_flight_max = SIZE_MAX;
  std::int64_t give_up_ns = 60'000'000'000;  // no answer at all for so long: unavailable
  std::int64_t deadline_ns = INT64_MAX;      // monotonic; after it open items are abandoned
  std::function<void(std::size_t item, std::string& out)> write_request;
  std::function<Next(std::size_t item, const client::HttpAnswer& answer)> on_answer;
};

// Number of items that were abandoned at the deadline (0 without one).
// Errc::unavailable: silent for give_up_ns. Errc::invalid: on_answer said stop; the text shows the answer.
Result<std::size_t, Error> run_bulk(HttpEngine& engine, const BulkJob& job, bool show_progress);

}  // namespace florin::load
