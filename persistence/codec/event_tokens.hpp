// Decoding of one event from tokens, shared by the event and the entry codec. Private to
// persistence/codec.
#pragma once

#include <span>
#include <string>

#include "domain/events.hpp"
#include "persistence/codec/tokens.hpp"

namespace florin::codec {

// Empty = `out` is the event; else what is wrong, with event and field. Events above the level `reads` are unknown.
std::string read_event(std::span<const Token> tokens, Event& out, FormatLevel reads);

}  // namespace florin::codec
