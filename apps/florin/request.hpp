// One command = one conversation with the node: send, show, set the exit code.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "apps/client/http_client.hpp"
#include "apps/florin/commands.hpp"

namespace florin::cli {

using Render = std::function<std::string(const client::HttpReply&)>;

// Sends and prints: JSON as it came with --json, else render(reply); problems and unreachable servers go to
// stderr. Sets globals.exit_code. `on_unknown` is printed when no answer came (the outcome is unknown).
// Returns the answer, if there was one.
std::optional<client::HttpReply> converse(Globals& globals, std::string_view method,
                                          const std::string& target, const std::string& body,
                                          const Render& render, const std::string& on_unknown = {});

// Which replica of a cluster may answer a read.
struct ReadFrom {
  std::string consistency, min_position;
};
void add_read_options(CLI::App& command, ReadFrom& from);
// `target` with a parameter behind the query that it has; without a value it stays as it is.
std::string with_parameter(std::string target, std::string_view name, std::string_view value);
// The same with what was chosen.
std::string with_read_options(std::string target, const ReadFrom& from);

// Like converse for lists: follows next_cursor until `limit` items are shown (0: all), over pages that are short or empty; with
// --json one page per line. `target` without limit; it may have a query.
void converse_pages(Globals& globals, const std::string& target, std::size_t limit,
                    const std::string& cursor,
                    const std::function<std::string(std::string_view body)>& render);

// {"a":"x","b":"y"}; fields with an empty value are left out.
std::string json_object(
    std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

// A new transaction id.
std::string new_transaction_id();

}  // namespace florin::cli
