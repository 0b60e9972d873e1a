// florin payment show, checkout show.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

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

void add_group(CLI::App& app, Globals& globals, const std::string& name, const ShownById& shown) {
  CLI::App* group = app.add_subcommand(name, shown.what);
  group->require_subcommand(1);
  add_show(*group, globals, shown);
}

}  // namespace

void add_payment_commands(CLI::App& app, Globals& globals) {
  add_group(app, globals, "payment",
            {"Payment orders: one seller's share of a purchase",
             "A payment order: how it stands, at whose page it is paid, and its history",
             "payment_order_id", "/v1/payments/",
             "  florin payment show po-1\n  florin --json payment show po-1", render_payment});
  add_group(app, globals, "checkout",
            {"Checkouts: purchases and their payment orders", "A checkout and its payment orders",
             "checkout_id", "/v1/checkouts/",
             "  florin checkout show order-2026-1\n  florin --json checkout show order-2026-1",
             render_checkout});
}

}  // namespace florin::cli
