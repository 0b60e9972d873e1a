// See transaction_view.hpp.
#include "apps/florin/transaction_view.hpp"

#include "apps/florin/json_view.hpp"

namespace florin::cli {

namespace {
using client::Align;
using client::TextTable;
using simdjson::dom::element;

void common_fields(std::string& out, const element& status) {
  field(out, "transaction", text_of(status, "transaction_id"));
  field(out, "status", text_of(status, "status"));
  field(out, "code", text_of(status, "code"));
  field(out, "about", text_of(status, "param"));
  field(out, "reference", text_of(status, "reference"));
  field(out, "description", text_of(status, "description"));
  simdjson::dom::object metadata;
  if (status["metadata"].get(metadata) == simdjson::SUCCESS)
    for (const auto pair : metadata)
      field(out, "metadata", std::string(pair.key) + " = " + scalar_text(pair.value));
  field(out, "protocol", text_of(status, "protocol"));
  const std::string decision = text_of(status, "decision");
  field(out, "decision", decision.empty() ? "none yet" : decision);
  field(out, "started", text_of(status, "started_at"));
  field(out, "finished", text_of(status, "finished_at"));
  field(out, "position", text_of(status, "position"));
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

std::string legs_table(const element& status) {
  TextTable table({{"posting", Align::right},
                   {"leg"},
                   {"account"},
                   {"partition", Align::right},
                   {"try"},
                   {"answer"},
                   {"second phase"},
                   {"out of order"}});
  for_each(status, "legs", [&](const element& leg) {
    table.add_row({text_of(leg, "posting"), text_of(leg, "role"), text_of(leg, "account"),
                   text_of(leg, "partition"), text_of(leg, "try"), text_of(leg, "try_answer"),
                   text_of(leg, "second_phase"), text_of(leg, "out_of_order")});
  });
  return table.to_string();
}
}  // namespace

std::string render_transaction(std::string_view body) {
  return with_json(body, [](const element& status) {
    std::string out;
    common_fields(out, status);
    return out + "\n" + postings_table(status) + "\n" + legs_table(status);
  });
}

}  // namespace florin::cli
