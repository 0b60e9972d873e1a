// Input: one thing that changes the state. The journal is the list of them, and a restart is applying them again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "apps/florin_psp/core/faults.hpp"
#include "apps/florin_psp/wire/call.hpp"

namespace florin::sandbox {

enum class InputKind {
  call,       // an operation of the API was executed
  page,       // a page's form, or one of the sandbox's own addresses (/_faults, /_clock, /_webhook)
  fault,      // one was met
  tick,       // time has come for a timer
  delivered,  // a webhook was taken
  refused,    // it was not
};

struct Input {
  InputKind kind = InputKind::tick;
  std::int64_t at_ms = 0;  // of the real clock
  Call call = {};          // of call and page; never a card's number, never an API key
  Fault fault = {};        // of call: FaultKind::error_500 or nothing; of fault: the one
  std::string order = {}, operation = {};  // of fault
  std::uint64_t delivery = 0;              // of delivered and refused
};

// One line without its end, form-encoded.
std::string encode_input(const Input& input);
std::optional<Input> decode_input(std::string_view line);

}  // namespace florin::sandbox
