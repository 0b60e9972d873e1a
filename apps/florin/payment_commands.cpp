// florin payment show|list, checkout show.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <array>
#include <memory>

#include "apps/florin/commands.hpp"
#include "apps/florin/payment_view.hpp"
#include "apps/florin/request.hpp"

namespace florin::cli {

namespace {

struct ShownById {
  const char* what;   // the group's own words
  const char* about;  // of its `show`
  const char* id_help;
  const char* path;  // with a slash at its end
  const char* example;
  std::string (*render)(std::string_view body);
};

void add_show(CLI::App& group, Globals& globals, const ShownById& shown) {
  auto id = std::make_shared<std::string>();
  auto read_from = std::make_shared<ReadFrom>();
  CLI::App* command = group.add_subcommand("show", shown.about);
  command->add_option("ID", *id, shown.id_help)->required();
  add_read_options(*command, *read_from);
  command->footer(std::string("Examples:\n") + shown.example);
  command->callback([&globals, id, read_from, shown] {
    converse(globals, "GET",
             with_read_options(shown.path + client::percent_encode(*id), *read_from), {},
             [render = shown.render](const client::HttpReply& r) { return render(r.body); });
  });
}

CLI::App* add_group(CLI::App& app, Globals& globals, const std::string& name,
                    const ShownById& shown) {
  CLI::App* group = app.add_subcommand(name, shown.what);
  group->require_subcommand(1);
  add_show(*group, globals, shown);
  return group;
}

struct Filter {
  const char* option;
  const char* parameter;  // of GET /v1/payments
  const char* help;
};
constexpr std::array<Filter, 10> filters{{
    {"--status", "status", "NOT_STARTED, EXECUTING, SUCCESS or FAILED"},
    {"--sub-status", "sub_status", "as awaiting_payer; of FAILED why, as expired"},
    {"--seller", "seller_account", "account of the seller"},
    {"--buyer", "buyer_account", "account of the buyer"},
    {"--checkout", "checkout_id", "checkout_id"},
    {"--psp", "psp", "provider, by its name here"},
    {"--psp-reference", "psp_reference", "the provider's id of the page or of the payment"},
    {"--attention", "attention", "what people should look at, as dead_letter"},
    {"--from", "from", "created then or later, as 2026-11-22T04:05:06Z"},
    {"--to", "to", "created before"},
}};

struct ListOptions {
  std::array<std::string, filters.size()> chosen;
  std::string cursor;
  std::size_t limit = 20;
  ReadFrom from;
};

std::string list_target(const ListOptions& o) {
  std::string target = "/v1/payments";
  for (std::size_t i = 0; i < filters.size(); ++i)
    target = with_parameter(std::move(target), filters[i].parameter, o.chosen[i]);
  return with_read_options(std::move(target), o.from);
}

void add_payment_list(CLI::App& group, Globals& globals) {
  auto o = std::make_shared<ListOptions>();
  CLI::App* command = group.add_subcommand(
      "list", "Payment orders by id, those that all given options let through");
  for (std::size_t i = 0; i < filters.size(); ++i)
    command->add_option(filters[i].option, o->chosen[i], filters[i].help);
  command->add_option("--limit", o->limit, "how many to show, 0 = all")->capture_default_str();
  command->add_option("--cursor", o->cursor, "go on where an earlier page ended");
  add_read_options(*command, o->from);
  command->footer(
      "Examples:\n  florin payment list --seller shop --status EXECUTING\n"
      "  florin payment list --attention dead_letter --limit 0\n"
      "  florin --json payment list --from 2026-11-22T00:00:00Z --to 2026-11-23T00:00:00Z");
  command->callback([&globals, o] {
    converse_pages(globals, list_target(*o), o->limit, o->cursor, render_payment_list);
  });
}

}  // namespace

void add_payment_commands(CLI::App& app, Globals& globals) {
  CLI::App* payments =
      add_group(app, globals, "payment",
                {"Payment orders: one seller's share of a purchase",
                 "A payment order: how it stands, at whose page it is paid, and its history",
                 "payment_order_id", "/v1/payments/",
                 "  florin payment show po-1\n  florin --json payment show po-1", render_payment});
  add_payment_list(*payments, globals);
  add_group(app, globals, "checkout",
            {"Checkouts: purchases and their payment orders", "A checkout and its payment orders",
             "checkout_id", "/v1/checkouts/",
             "  florin checkout show order-2026-1\n  florin --json checkout show order-2026-1",
             render_checkout});
}

}  // namespace florin::cli
