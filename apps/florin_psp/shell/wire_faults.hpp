// Answers on their way to the wire, and what goes wrong there.
#pragma once

#include <atomic>
#include <string>

#include "apps/florin_psp/shell/service.hpp"

namespace florin::sandbox {

// Head and body.
std::string wire_text(const Reply& reply, bool keep_alive);

// Writes the answer as its fault will have it. False: the connection has to end (or has ended).
bool carry_out(int socket, const Reply& reply, bool keep_alive,
               const std::atomic<bool>& is_stopping);

}  // namespace florin::sandbox
