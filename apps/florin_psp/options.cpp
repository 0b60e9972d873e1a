// See options.hpp. The only file of this program that sees CLI11.
#include "apps/florin_psp/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace florin::sandbox {
namespace {

constexpr const char* footer =
    "When it is ready it prints one line: florin-psp listens on http://127.0.0.1:12111\n\n"
    "Exit codes: 0 stopped by SIGINT or SIGTERM, 2 usage, 3 cannot start (address, data\n"
    "directory), 4 the journal cannot be written.\n\n"
    "Examples:\n"
    "  florin-psp                                      state in data/psp, http://127.0.0.1:12111\n"
    "  florin-psp --listen 127.0.0.1:0 --data-dir /tmp/psp --seed 7\n"
    "  florin-psp --florin http://127.0.0.1:8080 \\\n"
    "    --webhook http://127.0.0.1:8080/v1/webhooks/psp/sandbox --webhook-secret whsec_1\n"
    "  curl -u sk_test_1: http://127.0.0.1:12111/v1/checkout/sessions \\\n"
    "    -d mode=payment -d success_url=http://127.0.0.1:12111/ -d 'line_items[0][quantity]=1' \\\n"
    "    -d 'line_items[0][price_data][currency]=usd' -d "
    "'line_items[0][price_data][unit_amount]=1099' \\\n"
    "    -d 'line_items[0][price_data][product_data][name]=Mug'\n"
    "  curl http://127.0.0.1:12111/_faults -d kind=reset_after -d order=po-1\n"
    "  curl http://127.0.0.1:12111/_faults -d seed=7 -d 'rate[hang_after]=50' -d 'rate[cut]=50'\n"
    "  curl http://127.0.0.1:12111/_clock -d advance_s=3600\n";

void add_options(CLI::App& app, Options& o) {
  app.add_option("--listen", o.listen, "ip:port; port 0 = any free one")
      ->envname("FLORIN_PSP_LISTEN")
      ->capture_default_str();
  app.add_option("--data-dir", o.data_dir, "where its state survives a restart")
      ->envname("FLORIN_PSP_DATA_DIR")
      ->capture_default_str();
  app.add_option("--seed", o.seed,
                 "of ids, for a new data directory (default: by chance); one that exists keeps its "
                 "own");
  app.add_option("--processing-s", o.settings.processing_s,
                 "seconds that a card of the processing kind, and a pending refund, take")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  app.add_option("--public-url", o.settings.public_url,
                 "http://host:port that pages' addresses begin with (default: as the caller says "
                 "it in Host)");
  app.add_option("--webhook", o.webhook_url, "http:// address that gets every event");
  app.add_option("--webhook-secret", o.webhook_secret, "what these are signed with: whsec_...")
      ->envname("FLORIN_PSP_WEBHOOK_SECRET");
  app.add_option("--florin", o.shop.florin_url, "the node that the shop at /_shop pays through");
  app.add_option("--seller", o.shop.seller, "the account that the shop's sales go to")
      ->capture_default_str();
  app.add_option("--currency", o.shop.currency, "of the shop, with two decimals")
      ->capture_default_str();
}

}  // namespace

ParsedOptions parse_options(int argc, char** argv) {
  ParsedOptions parsed;
  CLI::App app("florin-psp: a payment service provider to test against", "florin-psp");
  app.footer(footer);
  add_options(app, parsed.options);
  try {
    app.parse(argc, argv);
    if (parsed.options.webhook_url.empty() != parsed.options.webhook_secret.empty())
      throw CLI::ValidationError("--webhook and --webhook-secret go together");
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    parsed.exit_code = code == 0 ? exit_clean : exit_usage;
  }
  return parsed;
}

}  // namespace florin::sandbox
