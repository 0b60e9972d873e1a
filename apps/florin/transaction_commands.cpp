// florin transaction, transaction show.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "apps/florin/commands.hpp"
#include "apps/florin/phase_view.hpp"
#include "apps/florin/render.hpp"
#include "apps/florin/request.hpp"
#include "apps/florin/transaction_body.hpp"

namespace florin::cli {

namespace {
struct TransactionOptions {
  std::vector<std::string> postings;
  std::string file;  // "-": standard input
  TransactionWords words;
};

[[noreturn]] void wrong_usage(const std::string& why) {
  throw CLI::ValidationError("transaction", why);
}

std::string text_of_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) wrong_usage("--file " + path + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

TransactionText from_words(const TransactionOptions& o) {
  TransactionWords words = o.words;
  if (words.id.empty()) words.id = new_transaction_id();
  for (const std::string& text : o.postings) {
    auto posting = parse_posting(text, words.currency);
    if (!posting) wrong_usage(posting.error().context);
    words.postings.push_back(std::move(*posting));
  }
  return {transaction_body(words), words.id};
}

TransactionText from_file(const TransactionOptions& o) {
  auto text = transaction_of(text_of_file(o.file), o.words.id, new_transaction_id());
  if (!text) wrong_usage("--file " + o.file + ": " + text.error().context);
  return std::move(*text);
}

void send_transaction(Globals& globals, const TransactionOptions& o) {
  const TransactionText text = o.file.empty() ? from_words(o) : from_file(o);
  converse(
      globals, "POST", "/v1/wallet/transactions", text.body,
      [&](const client::HttpReply& reply) { return render_outcome(reply, text.id, "transaction"); },
      "  it is not known whether the transaction was executed\n"
      "  repeat it safely: the same command with --id " +
          text.id);
}

void check_together(const TransactionOptions& o) {
  const TransactionWords& words = o.words;
  if (o.postings.empty() == o.file.empty())
    wrong_usage("either --posting, once for each, or --file is needed");
  if (o.file.empty() && words.currency.empty()) wrong_usage("--currency is needed");
  if (!o.file.empty() && !(words.currency.empty() && words.deadline.empty() &&
                           words.reference.empty() && words.description.empty()))
    wrong_usage("with --file everything but --id stands in the file");
}

void add_transaction_status(CLI::App& transaction, Globals& globals) {
  auto id = std::make_shared<std::string>();
  auto account = std::make_shared<std::string>();
  auto read_from = std::make_shared<ReadFrom>();
  CLI::App* command =
      transaction.add_subcommand("show", "Its postings, and how far every leg of them is");
  command->add_option("ID", *id, "transaction id")->required();
  command->add_option(
      "--account", *account,
      "the payer of the first posting (its payee if money comes from outside), when "
      "several used the same id (and faster)");
  add_read_options(*command, *read_from);
  command->footer(
      "Examples:\n  florin transaction show 01890a5d-ac96-774b-bcce-b302099a8057\n"
      "  florin --json transaction show 01890a5d-ac96-774b-bcce-b302099a8057 --account alice");
  command->callback([&globals, id, account, read_from] {
    std::string target = "/v1/wallet/transactions/" + client::percent_encode(*id);
    target = with_parameter(std::move(target), "account", *account);
    converse(globals, "GET", with_read_options(std::move(target), *read_from), {},
             [](const client::HttpReply& r) { return render_transaction(r.body); });
  });
}

void add_transaction_options(CLI::App& command, TransactionOptions& o) {
  command
      .add_option("--posting", o.postings,
                  "FROM:TO:AMOUNT, once for each of 1 to 8; @outside is where money comes from and "
                  "goes to; commas for colons if an id has a colon")
      ->allow_extra_args(false);
  command.add_option("--currency", o.words.currency, "ISO 4217 code of all postings");
  command.add_option(
      "--file", o.file,
      "the request as JSON, - = standard input; a new transaction_id if it has none");
  command.add_option("--id", o.words.id,
                     "transaction id (UUID); repeat a command with the same id to be safe");
  command.add_option("--deadline", o.words.deadline,
                     "RFC 3339 time after which it must not be executed");
  command.add_option("--reference", o.words.reference, "of your own books");
  command.add_option("--description", o.words.description, "for people");
}
}  // namespace

void add_transaction_commands(CLI::App& app, Globals& globals) {
  auto o = std::make_shared<TransactionOptions>();
  CLI::App* command = app.add_subcommand(
      "transaction",
      "Move money between several accounts, all or nothing, or show how that stands");
  command->require_subcommand(0, 1);
  add_transaction_options(*command, *o);
  add_transaction_status(*command, globals);
  command->footer(
      "Examples:\n"
      "  florin transaction --posting alice:shop:9.50 --posting alice:fees:0.50 --currency USD\n"
      "  florin transaction --posting @outside:alice:5.00 --posting @outside:bob:5.00 --currency "
      "USD\n"
      "  florin transaction --file split.json --id 01890a5d-ac96-774b-bcce-b302099a8057\n"
      "  florin transaction show 01890a5d-ac96-774b-bcce-b302099a8057");
  command->callback([&globals, o, command] {
    if (!command->get_subcommands().empty()) return;
    check_together(*o);
    send_transaction(globals, *o);
  });
}

}  // namespace florin::cli
