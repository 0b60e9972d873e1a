// See phase_view.hpp.
#include "apps/florin/phase_view.hpp"

#include "apps/florin/json_view.hpp"

namespace florin::cli {

namespace {
using client::Align;
using client::TextTable;
using simdjson::dom::element;

// What it is for, and how far it is: of both.
void progress_fields(std::string& out, const element& status) {
  field(out, "reference", text_of(status, "reference"));
  field(out, "description", text_of(status, "description"));
  metadata_fields(out, status);
  field(out, "protocol", text_of(status, "protocol"));
  const std::string decision = text_of(status, "decision");
  field(out, "decision", decision.empty() ? "none yet" : decision);
  field(out, "started", text_of(status, "started_at"));
  field(out, "finished", text_of(status, "finished_at"));
  field(out, "position", text_of(status, "position"));
}

// Of a transaction, which a transfer's form shows by its first posting.
std::string more_postings_of(const element& status) {
  std::size_t count = 0;
  for_each(status, "postings", [&](const element&) { ++count; });
  if (count < 2) return {};
  return std::to_string(count) + ", this is the first: florin transaction show " +
         text_of(status, "transaction_id");
}

// Numbered as answers name them: from 0.
std::string postings_table(const element& status) {
  TextTable table(
      {{"posting", Align::right}, {"from"}, {"to"}, {"amount", Align::right}, {"currency"}});
  int number = 0;
  for_each(status, "postings", [&](const element& posting) {
    table.add_row({std::to_string(number++), text_of(posting, "from_account"),
                   text_of(posting, "to_account"), text_of(posting, "amount"),
                   text_of(posting, "currency")});
  });
  return table.to_string();
}

std::string legs_table(const element& status, bool names_postings) {
  std::vector<TextTable::Column> columns{{"leg"},         {"account"}, {"partition", Align::right},
                                         {"try"},         {"answer"},  {"second phase"},
                                         {"out of order"}};
  if (names_postings) columns.insert(columns.begin(), {"posting", Align::right});
  TextTable table(std::move(columns));
  for_each(status, "legs", [&](const element& leg) {
    std::vector<std::string> cells{text_of(leg, "role"),        text_of(leg, "account"),
                                   text_of(leg, "partition"),   text_of(leg, "try"),
                                   text_of(leg, "try_answer"),  text_of(leg, "second_phase"),
                                   text_of(leg, "out_of_order")};
    if (names_postings) cells.insert(cells.begin(), text_of(leg, "posting"));
    table.add_row(std::move(cells));
  });
  return table.to_string();
}
}  // namespace

std::string render_phase_status(std::string_view body) {
  return with_json(body, [](const element& status) {
    std::string out;
    field(out, "transfer", text_of(status, "transaction_id"));
    field(out, "status", text_of(status, "status"));
    field(out, "code", text_of(status, "code"));
    field(out, "amount", text_of(status, "amount") + " " + text_of(status, "currency"));
    field(out, "from", text_of(status, "from_account"));
    field(out, "to", text_of(status, "to_account"));
    field(out, "postings", more_postings_of(status));
    progress_fields(out, status);
    return out + "\n" + legs_table(status, false);
  });
}

std::string render_transaction(std::string_view body) {
  return with_json(body, [](const element& status) {
    std::string out;
    field(out, "transaction", text_of(status, "transaction_id"));
    field(out, "status", text_of(status, "status"));
    field(out, "code", text_of(status, "code"));
    field(out, "about", text_of(status, "param"));
    progress_fields(out, status);
    return out + "\n" + postings_table(status) + "\n" + legs_table(status, true);
  });
}

}  // namespace florin::cli
