// florin transfer, transfer show, deposit, withdraw, trial-balance.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>

#include "apps/florin/commands.hpp"
#include "apps/florin/phase_view.hpp"
#include "apps/florin/render.hpp"
#include "apps/florin/request.hpp"

namespace florin::cli {

namespace {
struct TransferOptions {
  std::string from, to, amount, currency, id, protocol, deadline;
};

void send_transfer(Globals& globals, const TransferOptions& o) {
  const std::string id = o.id.empty() ? new_transaction_id() : o.id;
  const std::string body = json_object({{"from_account", o.from},
                                        {"to_account", o.to},
                                        {"amount", o.amount},
                                        {"currency", o.currency},
                                        {"transaction_id", id},
                                        {"protocol", o.protocol},
                                        {"deadline", o.deadline}});
  converse(
      globals, "POST", "/v1/wallet/balance_transfer", body,
      [&](const client::HttpReply& reply) { return render_outcome(reply, id); },
      "  it is not known whether the transfer was executed\n"
      "  repeat it safely: the same command with --id " +
          id);
}

void add_terms(CLI::App& command, TransferOptions& o, bool required) {
  command.add_option("AMOUNT", o.amount, "major units, as 12.34")->required(required);
  command.add_option("CURRENCY", o.currency, "ISO 4217 code")->required(required);
  command.add_option("--id", o.id,
                     "transaction id (UUID); repeat a command with the same id to be safe");
  command.add_option("--deadline", o.deadline, "RFC 3339 time after which it must not be executed");
}

void add_phase_status(CLI::App& transfer, Globals& globals) {
  auto id = std::make_shared<std::string>();
  auto from = std::make_shared<std::string>();
  auto read_from = std::make_shared<ReadFrom>();
  CLI::App* command =
      transfer.add_subcommand("show", "Phase status of a transfer: every leg of it");
  command->add_option("ID", *id, "transaction id")->required();
  command->add_option("--from", *from, "the payer, when several used the same id (and faster)");
  add_read_options(*command, *read_from);
  command->footer(
      "Example:\n  florin transfer show 01890a5d-ac96-774b-bcce-b302099a8057 --from alice");
  command->callback([&globals, id, from, read_from] {
    std::string target = "/v1/wallet/balance_transfers/" + client::percent_encode(*id);
    if (!from->empty()) target += "?from_account=" + client::percent_encode(*from);
    target = with_read_options(std::move(target), *read_from);
    converse(globals, "GET", target, {},
             [](const client::HttpReply& r) { return render_phase_status(r.body); });
  });
}

void add_transfer(CLI::App& app, Globals& globals) {
  auto o = std::make_shared<TransferOptions>();
  CLI::App* command =
      app.add_subcommand("transfer", "Move money between two accounts, or show a transfer");
  command->require_subcommand(0, 1);
  command->add_option("FROM", o->from, "the payer");
  command->add_option("TO", o->to, "the payee");
  add_terms(*command, *o, false);
  command->add_option("--protocol", o->protocol, "tcc or saga, across partitions");
  add_phase_status(*command, globals);
  command->footer(
      "Examples:\n  florin transfer alice bob 12.34 USD\n"
      "  florin transfer alice bob 12.34 USD --id 01890a5d-ac96-774b-bcce-b302099a8057\n"
      "  florin transfer show 01890a5d-ac96-774b-bcce-b302099a8057");
  command->callback([&globals, o, command] {
    if (!command->get_subcommands().empty()) return;
    if (o->from.empty() || o->to.empty() || o->amount.empty() || o->currency.empty())
      throw CLI::ValidationError("transfer", "FROM TO AMOUNT CURRENCY are all needed");
    send_transfer(globals, *o);
  });
}

// Deposits come from, withdrawals go to, the outside world's account of the currency.
void add_outside(CLI::App& app, Globals& globals, bool deposit) {
  auto o = std::make_shared<TransferOptions>();
  const std::string verb = deposit ? "deposit" : "withdraw";
  CLI::App* command =
      app.add_subcommand(verb, deposit ? "Bring money into an account from outside"
                                       : "Pay money out of an account to the outside");
  command->add_option("ACCOUNT", deposit ? o->to : o->from)->required();
  add_terms(*command, *o, true);
  command->footer("Example:\n  florin " + verb + " alice 100.00 USD");
  command->callback([&globals, o, deposit] {
    (deposit ? o->from : o->to) = "@outside:" + o->currency;
    send_transfer(globals, *o);
  });
}

void add_trial_balance(CLI::App& app, Globals& globals) {
  CLI::App* command =
      app.add_subcommand("trial-balance", "The books of every partition; totals must be zero");
  command->footer("Example:\n  florin trial-balance");
  command->callback([&globals] {
    converse(globals, "GET", "/v1/ledger/trial_balance", {},
             [](const client::HttpReply& r) { return render_trial_balance(r.body); });
  });
}
}  // namespace

void add_transfer_commands(CLI::App& app, Globals& globals) {
  add_transfer(app, globals);
  add_outside(app, globals, true);
  add_outside(app, globals, false);
  add_trial_balance(app, globals);
}

}  // namespace florin::cli
