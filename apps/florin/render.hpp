// From the server's JSON to what a person reads. Pure text to text: a body that is not what api/openapi.yaml promises is
// shown as it is, never hidden.
#pragma once

#include <string>
#include <string_view>

#include "apps/client/http_client.hpp"

namespace florin::cli {

std::string render_account(std::string_view body);
std::string render_account_list(std::string_view body);
std::string render_statement(std::string_view body);
std::string render_trial_balance(std::string_view body);
// The answer to a transfer: one line. `command`: whose `show` asks for it.
std::string render_outcome(const client::HttpReply& reply, std::string_view transaction_id,
                           std::string_view command = "transfer");
// Problem details for stderr: code and detail, whether anything was executed, what to do next.
std::string render_problem(const client::HttpReply& reply);
// "next_cursor" of a page, empty at the end.
std::string next_cursor(std::string_view body);
// How many rows a page has in "data".
std::size_t page_rows(std::string_view body);

}  // namespace florin::cli
