// See render.hpp.
#include "apps/florin/render.hpp"

#include "apps/client/text_table.hpp"
#include "apps/florin/json_view.hpp"

namespace florin::cli {

using client::Align;
using client::printable;
using client::TextTable;
using simdjson::dom::element;

namespace {

std::string state_of(const element& account) {
  if (flag_of(account, "closed")) return "closed";
  return flag_of(account, "frozen") ? "frozen" : "open";
}

}  // namespace

std::string render_account(std::string_view body) {
  return with_json(body, [](const element& account) {
    std::string out;
    const std::string currency = " " + text_of(account, "currency");
    field(out, "account", text_of(account, "account_id"));
    field(out, "kind", text_of(account, "kind"));
    field(out, "state", state_of(account));
    field(out, "posted", text_of(account, "posted") + currency);
    field(out, "held", text_of(account, "held") + currency);
    field(out, "available", text_of(account, "available") + currency);
    if (flag_of(account, "allow_negative")) field(out, "allow negative", "yes");
    const std::string limit = text_of(account, "daily_debit_limit");
    if (!limit.empty()) field(out, "daily debit limit", limit + currency);
    metadata_fields(out, account);
    field(out, "position", text_of(account, "position"));
    return out;
  });
}

std::string render_account_list(std::string_view body) {
  return with_json(body, [](const element& page) {
    TextTable table({{"account"},
                     {"kind"},
                     {"state"},
                     {"posted", Align::right},
                     {"held", Align::right},
                     {"available", Align::right},
                     {"currency"}});
    for_each(page, "data", [&](const element& a) {
      table.add_row({text_of(a, "account_id"), text_of(a, "kind"), state_of(a),
                     text_of(a, "posted"), text_of(a, "held"), text_of(a, "available"),
                     text_of(a, "currency")});
    });
    return table.to_string();
  });
}

std::string render_statement(std::string_view body) {
  return with_json(body, [](const element& page) {
    TextTable table({{"time"},
                     {"direction"},
                     {"amount", Align::right},
                     {"counterparty"},
                     {"posted after", Align::right},
                     {"transaction id"},
                     {"position"},
                     {"reference"}});
    for_each(page, "data", [&](const element& e) {
      const bool back = text_of(e, "kind") == "compensation";
      const bool debit = text_of(e, "direction") == "debit";
      table.add_row(
          {text_of(e, "time"), text_of(e, "direction"), (debit ? "-" : "+") + text_of(e, "amount"),
           text_of(e, "counterparty"), text_of(e, "posted_after"), text_of(e, "transaction_id"),
           text_of(e, "position"), (back ? "given back: " : "") + text_of(e, "reference")});
    });
    return table.to_string();
  });
}

std::string render_trial_balance(std::string_view body) {
  return with_json(body, [](const element& balance) {
    TextTable table({{"partition", Align::right},
                     {"position"},
                     {"currency"},
                     {"accounts", Align::right},
                     {"clearing", Align::right},
                     {"total", Align::right}});
    for_each(balance, "partitions", [&](const element& partition) {
      for_each(partition, "currencies", [&](const element& c) {
        table.add_row({text_of(partition, "partition"), text_of(partition, "position"),
                       text_of(c, "currency"), text_of(c, "accounts"), text_of(c, "clearing"),
                       text_of(c, "total")});
      });
    });
    std::string out = table.to_string();
    simdjson::dom::object in_flight;
    if (balance["in_flight"].get(in_flight) == simdjson::SUCCESS)
      for (const auto pair : in_flight) {
        out +=
            "in flight: " + printable(scalar_text(pair.value)) + " " + printable(pair.key) + "\n";
      }
    return out;
  });
}

std::string render_outcome(const client::HttpReply& reply, std::string_view transaction_id,
                           std::string_view command) {
  const std::string id(transaction_id);
  return with_json(reply.body, [&](const element& answer) {
    if (reply.status == 202)
      return "pending (" + printable(text_of(answer, "outcome")) + ")  " + id +
             "\nrepeat with --id " + id + " or ask: florin " + std::string(command) + " show " +
             id + "\n";
    return printable(text_of(answer, "Status")) + "  " + id + "  " +
           printable(text_of(answer, "Position")) +
           (reply.replayed ? "  (replayed: this is the recorded answer)" : "") + "\n";
  });
}

namespace {
std::string advice(const std::string& retry, const client::HttpReply& reply) {
  if (retry == "same_id") {
    const std::string when =
        reply.retry_after_s > 0 ? " after " + std::to_string(reply.retry_after_s) + " s" : "";
    return "repeat the same command" + when + " with the same --id";
  }
  if (retry == "new_id") return "once the reason is gone, try again with a new id (leave out --id)";
  if (retry == "never") return "do not repeat it: the answer will not change";
  return {};
}

std::string executed(const std::string& outcome) {
  if (outcome == "not_executed") return "nothing was executed";
  if (outcome == "executed") return "it was executed";
  if (outcome == "unknown") return "it is not known whether it was executed";
  return {};
}
}  // namespace

std::string render_problem(const client::HttpReply& reply) {
  const std::string status = std::to_string(reply.status);
  return with_json(reply.body, [&](const element& problem) {
    const std::string code = text_of(problem, "code");
    std::string detail = text_of(problem, "detail");
    if (detail.empty()) detail = text_of(problem, "title");
    std::string out =
        "florin: " + (code.empty() ? "HTTP " + status : printable(code) + " (" + status + ")");
    if (!detail.empty()) out += ": " + printable(detail);
    out += '\n';
    const std::string param = text_of(problem, "param");
    if (!param.empty()) out += "  field:   " + printable(param) + "\n";
    const std::string outcome = executed(text_of(problem, "outcome"));
    if (!outcome.empty()) out += "  outcome: " + outcome + "\n";
    const std::string what = advice(text_of(problem, "retry"), reply);
    if (!what.empty()) out += "  advice:  " + what + "\n";
    return out;
  });
}

std::string next_cursor(std::string_view body) {
  simdjson::dom::parser parser;
  element document;
  if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS) return {};
  return text_of(document, "next_cursor");
}

std::size_t page_rows(std::string_view body) {
  simdjson::dom::parser parser;
  element document;
  if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS) return 0;
  std::size_t rows = 0;
  for_each(document, "data", [&](const element&) { ++rows; });
  return rows;
}

}  // namespace florin::cli
