// florin account create|show|list|freeze|unfreeze|close|metadata and florin statement.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>
#include <vector>

#include "apps/client/json_text.hpp"
#include "apps/florin/commands.hpp"
#include "apps/florin/render.hpp"
#include "apps/florin/request.hpp"

namespace florin::cli {

namespace {
std::string show_account(const client::HttpReply& reply) { return render_account(reply.body); }

std::string account_target(const std::string& account) {
  return "/v1/accounts/" + client::percent_encode(account);
}

struct CreateOptions {
  std::string account, currency, kind, limit;
  bool allow_negative = false;
  std::vector<std::string> metadata;
};

// "KEY=VALUE" as a member; `option`: where it was written.
void append_pair(std::string& body, const std::string& pair, const char* option) {
  const std::size_t equals = pair.find('=');
  if (equals == std::string::npos) throw CLI::ValidationError(option, "write KEY=VALUE");
  client::append_json_string(body, pair.substr(0, equals));
  body += ':';
  client::append_json_string(body, pair.substr(equals + 1));
}

std::string create_body(const CreateOptions& o) {
  std::string body = json_object({{"account_id", o.account},
                                  {"currency", o.currency},
                                  {"kind", o.kind},
                                  {"daily_debit_limit", o.limit}});
  body.pop_back();
  if (o.allow_negative) body += ",\"allow_negative\":true";
  for (std::size_t i = 0; i < o.metadata.size(); ++i) {
    body += i == 0 ? ",\"metadata\":{" : ",";
    append_pair(body, o.metadata[i], "--metadata");
  }
  return body + (o.metadata.empty() ? "}" : "}}");
}

void add_create(CLI::App& group, Globals& globals) {
  auto o = std::make_shared<CreateOptions>();
  CLI::App* command = group.add_subcommand("create", "Open an account");
  command->add_option("ACCOUNT", o->account, "1-64 of A-Z a-z 0-9 . _ : -")->required();
  command->add_option("CURRENCY", o->currency, "ISO 4217 code")->required();
  command->add_option("--kind", o->kind, "user (default) or merchant");
  command->add_option("--daily-debit-limit", o->limit, "most that may leave per UTC day");
  command->add_flag("--allow-negative", o->allow_negative, "the balance may go below zero");
  command->add_option("--metadata", o->metadata, "KEY=VALUE, may be repeated")
      ->allow_extra_args(false);
  command->footer(
      "Examples:\n  florin account create alice USD\n"
      "  florin account create shop EUR --kind merchant --metadata city=Delft");
  command->callback(
      [&globals, o] { converse(globals, "POST", "/v1/accounts", create_body(*o), show_account); });
}

void add_show(CLI::App& group, Globals& globals) {
  auto account = std::make_shared<std::string>();
  auto from = std::make_shared<ReadFrom>();
  CLI::App* command = group.add_subcommand("show", "Balances and state of one account");
  command->add_option("ACCOUNT", *account)->required();
  add_read_options(*command, *from);
  command->footer(
      "Examples:\n  florin account show alice\n"
      "  florin account show alice --consistency follower --min-position p3:1842:0");
  command->callback([&globals, account, from] {
    converse(globals, "GET", with_read_options(account_target(*account), *from), {}, show_account);
  });
}

struct PageOptions {
  std::string account, cursor;
  std::size_t limit = 20;
};

void add_page_options(CLI::App& command, PageOptions& o) {
  command.add_option("--limit", o.limit, "how many to show, 0 = all")->capture_default_str();
  command.add_option("--cursor", o.cursor, "go on where an earlier page ended");
}

void add_list(CLI::App& group, Globals& globals) {
  auto o = std::make_shared<PageOptions>();
  CLI::App* command = group.add_subcommand("list", "All accounts, page by page");
  add_page_options(*command, *o);
  command->footer("Example:\n  florin account list --limit 50");
  command->callback([&globals, o] {
    converse_pages(globals, "/v1/accounts", o->limit, o->cursor, render_account_list);
  });
}

void add_change(CLI::App& group, Globals& globals, const std::string& verb,
                const std::string& help) {
  auto account = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  CLI::App* command = group.add_subcommand(verb, help);
  command->add_option("ACCOUNT", *account)->required();
  command->add_option("--reason", *reason, "kept with the event");
  command->footer("Example:\n  florin account " + verb + " alice --reason \"court order 17\"");
  command->callback([&globals, account, reason, verb] {
    const std::string body = reason->empty() ? "" : json_object({{"reason", *reason}});
    converse(globals, "POST", account_target(*account) + "/" + verb, body, show_account);
  });
}

struct MetadataOptions {
  std::string account;
  std::vector<std::string> set, remove;
};

// A merge patch (RFC 7396): null removes.
std::string metadata_body(const MetadataOptions& o) {
  std::string body = "{";
  for (const std::string& pair : o.set) {
    if (body.size() > 1) body += ',';
    append_pair(body, pair, "PAIRS");
  }
  for (const std::string& key : o.remove) {
    if (body.size() > 1) body += ',';
    client::append_json_string(body, key);
    body += ":null";
  }
  return body + "}";
}

void add_metadata(CLI::App& group, Globals& globals) {
  auto o = std::make_shared<MetadataOptions>();
  CLI::App* command =
      group.add_subcommand("metadata", "Set or remove what is written on an account");
  command->add_option("ACCOUNT", o->account)->required();
  command->add_option("PAIRS", o->set, "KEY=VALUE of each pair to set");
  command->add_option("--remove", o->remove, "KEY to remove, may be repeated")
      ->allow_extra_args(false);
  command->footer(
      "Examples:\n  florin account metadata shop city=Delft\n"
      "  florin account metadata shop city=Delft owner=anna --remove phone");
  command->callback([&globals, o] {
    if (o->set.empty() && o->remove.empty())
      throw CLI::ValidationError("PAIRS", "say what to set, or --remove KEY");
    converse(globals, "PATCH", account_target(o->account) + "/metadata", metadata_body(*o),
             [](const client::HttpReply& reply) {
               return (reply.replayed ? "nothing to change\n" : "") + render_account(reply.body);
             });
  });
}

void add_statement(CLI::App& app, Globals& globals) {
  auto o = std::make_shared<PageOptions>();
  auto from = std::make_shared<ReadFrom>();
  CLI::App* command = app.add_subcommand("statement", "Entries of an account, newest first");
  command->add_option("ACCOUNT", o->account)->required();
  add_page_options(*command, *o);
  add_read_options(*command, *from);
  command->footer("Examples:\n  florin statement alice\n  florin statement alice --limit 0 --json");
  command->callback([&globals, o, from] {
    const std::string target = with_read_options(account_target(o->account) + "/entries", *from);
    converse_pages(globals, target, o->limit, o->cursor, render_statement);
  });
}
}  // namespace

void add_account_commands(CLI::App& app, Globals& globals) {
  CLI::App* group = app.add_subcommand("account", "Open, look at, freeze and close accounts");
  group->require_subcommand(1);
  add_create(*group, globals);
  add_show(*group, globals);
  add_list(*group, globals);
  add_change(*group, globals, "freeze", "No money may flow in or out");
  add_change(*group, globals, "unfreeze", "Lift a freeze");
  add_change(*group, globals, "close", "Close for ever; needs a zero balance and nothing held");
  add_metadata(*group, globals);
  add_statement(app, globals);
}

}  // namespace florin::cli
