// Blocking reads and writes of a connected socket, which is all that the server and the webhook sender need.
#pragma once

#include <string>
#include <string_view>

#include "apps/client/http_client.hpp"

namespace florin::sandbox {

using client::send_all;
// Appends what comes next to `input`. False: the end, an error, or nothing within `timeout_ms`.
bool receive_more(int socket, std::string& input, int timeout_ms);
// Lets the other side read an answer that it did not wait for, before close() would reset the connection.
void linger(int socket);

}  // namespace florin::sandbox
