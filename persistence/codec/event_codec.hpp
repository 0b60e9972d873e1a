// Events <-> bytes. One event is a msgpack array [number, field...]; the number is the event's
// wire number (in its declaration), and says the version too: a changed event is a new
// alternative with a new number, never a changed one (docs/FORMATS.md; golden files in
// tests/golden/events).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"
#include "domain/events.hpp"

namespace florin {

// Adds the event's bytes at the end of `out`.
void append_event(std::string& out, const Event& event);

// Writes the event's bytes into `buffer` from `used` on, growing the buffer (never shrinking it),
// and returns the new `used`. For builders that keep their memory.
std::size_t write_event(std::string& buffer, std::size_t used, const Event& event);

// Strict: a wrong type, a missing or extra field, an unknown number or enumerator, or a too long
// account id is Errc::corrupt, with event and field in the text. So is an event above the format level `reads`, exactly
// as an unknown one. Never throws, never reads beyond `bytes`.
Result<Event, Error> decode_event(std::string_view bytes, FormatLevel reads = format_level_own);

}  // namespace florin
