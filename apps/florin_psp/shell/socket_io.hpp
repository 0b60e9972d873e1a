// Blocking reads and writes of a connected socket, which is all that the server and the webhook sender need.
#pragma once

#include <string>
#include <string_view>

namespace florin::sandbox {

// False: the other side is gone, or takes nothing for too long (SO_SNDTIMEO).
bool send_all(int socket, std::string_view bytes);
// Appends what comes next to `input`. False: the end, an error, or nothing within `timeout_ms`.
bool receive_more(int socket, std::string& input, int timeout_ms);
// Lets the other side read an answer that it did not wait for, before close() would reset the connection.
void linger(int socket);

}  // namespace florin::sandbox
