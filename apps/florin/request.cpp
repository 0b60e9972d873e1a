// See request.hpp.
#include "apps/florin/request.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>

#include "apps/client/json_text.hpp"
#include "apps/client/uuid_v7.hpp"
#include "apps/florin/render.hpp"

namespace florin::cli {

namespace {
constexpr std::size_t page_max = 100;

int exit_for(const client::HttpReply& reply) {
  if (reply.status == 202)  // executed: the money will arrive; unknown: the caller has to ask again
    return client::peek_string(reply.body, "outcome") == "executed" ? exit_ok : exit_unreachable;
  if (reply.ok()) return exit_ok;
  return reply.status >= 500 ? exit_unreachable : exit_refused;
}

void print(FILE* to, std::string_view text) {
  if (text.empty()) return;
  std::fwrite(text.data(), 1, text.size(), to);
  if (!text.ends_with('\n')) std::fputc('\n', to);
}

void report(Globals& globals, const Error& error, const std::string& on_unknown) {
  std::fprintf(stderr, "florin: %s\n", error.context.c_str());
  if (error.code == Errc::unavailable && !on_unknown.empty()) print(stderr, on_unknown);
  globals.exit_code = error.code == Errc::unavailable ? exit_unreachable : exit_usage;
}
}  // namespace

std::optional<client::HttpReply> converse(Globals& globals, std::string_view method,
                                          const std::string& target, const std::string& body,
                                          const Render& render, const std::string& on_unknown) {
  const auto address = client::parse_url(globals.url);
  if (!address) {
    report(globals, address.error(), {});
    return std::nullopt;
  }
  client::HttpClient http(*address, globals.timeout_s);
  const auto reply = http.request(method, target, body);
  if (!reply) {
    report(globals, reply.error(), on_unknown);
    return std::nullopt;
  }
  globals.exit_code = exit_for(*reply);
  if (globals.json)
    print(stdout, reply->body);
  else if (reply->ok())
    print(stdout, render(*reply));
  else
    print(stderr, render_problem(*reply));
  return *reply;
}

void add_read_options(CLI::App& command, ReadFrom& from) {
  command
      .add_option("--consistency", from.consistency,
                  "leader (default: never old) or follower (of the node asked)")
      ->check(CLI::IsMember({"leader", "follower"}));
  command.add_option("--min-position", from.min_position,
                     "with follower: show everything up to this position, as p3:1842:0");
}

std::string with_parameter(std::string target, std::string_view name, std::string_view value) {
  if (value.empty()) return target;
  target += target.find('?') == std::string::npos ? '?' : '&';
  return target.append(name).append("=").append(client::percent_encode(value));
}

std::string with_read_options(std::string target, const ReadFrom& from) {
  target = with_parameter(std::move(target), "consistency", from.consistency);
  return with_parameter(std::move(target), "min_position", from.min_position);
}

void converse_pages(Globals& globals, const std::string& target, std::size_t limit,
                    const std::string& cursor,
                    const std::function<std::string(std::string_view body)>& render) {
  std::string next = cursor;
  std::size_t shown = 0;
  do {
    const std::size_t page = limit == 0 ? page_max : std::min(page_max, limit - shown);
    std::string full = target + (target.find('?') == std::string::npos ? "?" : "&") +
                       "limit=" + std::to_string(page);
    if (!next.empty()) full += "&cursor=" + client::percent_encode(next);
    // A page without rows says something only when it is all there is.
    const auto render_page = [&](const client::HttpReply& r) {
      const bool is_all = shown == 0 && next_cursor(r.body).empty();
      return page_rows(r.body) != 0 || is_all ? render(r.body) : std::string();
    };
    const auto reply = converse(globals, "GET", full, {}, render_page);
    next = reply && reply->ok() ? next_cursor(reply->body) : "";
    shown += reply ? page_rows(reply->body) : 0;
  } while (!next.empty() && (limit == 0 || shown < limit));
  if (!next.empty() && !globals.json) std::printf("more: --cursor %s\n", next.c_str());
}

std::string json_object(
    std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out = "{";
  for (const auto& [key, value] : fields) {
    if (value.empty()) continue;
    if (out.size() > 1) out += ',';
    client::append_json_string(out, key);
    out += ':';
    client::append_json_string(out, value);
  }
  return out + "}";
}

std::string new_transaction_id() {
  client::UuidV7 ids;
  std::string text(client::uuid_chars, ' ');
  client::write_uuid(ids.next(), text.data());
  return text;
}

}  // namespace florin::cli
