// The table of routes.
#include "api/route_table.hpp"

#include <array>

#include "api/routes/routes.hpp"

namespace florin {
namespace {

constexpr auto get = HttpMethod::get;
constexpr auto post = HttpMethod::post;
constexpr auto patch = HttpMethod::patch;

// The busiest first.
constexpr std::array<Route, 35> table{{
    {post, "/v1/wallet/balance_transfer", BodyRule::json, false, post_balance_transfer},
    {post, "/v1/wallet/balance_transfers", BodyRule::json, false, post_balance_transfers,
     limits::body_bytes_max},
    {post, "/v1/wallet/transactions", BodyRule::json, false, post_transaction},
    {get, "/v1/accounts/{account_id}", BodyRule::ignored, false, get_account},
    {get, "/v1/wallet/balance_transfers/{transaction_id}", BodyRule::ignored, false, get_transfer},
    {get, "/v1/wallet/transactions/{transaction_id}", BodyRule::ignored, false, get_transaction},
    {get, "/v1/accounts/{account_id}/entries", BodyRule::ignored, false, get_entries},
    {post, "/v1/accounts", BodyRule::json, false, post_account},
    {get, "/v1/accounts", BodyRule::ignored, false, list_accounts},
    {post, "/v1/accounts/{account_id}/freeze", BodyRule::optional_json, false, freeze_account},
    {post, "/v1/accounts/{account_id}/unfreeze", BodyRule::optional_json, false, unfreeze_account},
    {post, "/v1/accounts/{account_id}/close", BodyRule::optional_json, false, close_account},
    {patch, "/v1/accounts/{account_id}/metadata", BodyRule::merge_patch, false,
     patch_account_metadata},
    {get, "/v1/ledger/trial_balance", BodyRule::ignored, false, get_trial_balance},
    {get, "/v1/ledger/balances", BodyRule::ignored, false, get_ledger_balances},
    {get, "/v1/ledger/balances/{ledger_account}", BodyRule::ignored, false, get_ledger_balance},
    {get, "/v1/ledger/entries", BodyRule::ignored, false, get_ledger_entries},
    {post, "/v1/payments", BodyRule::json, false, post_payment, limits::small_body_bytes_max, true},
    {get, "/v1/payments", BodyRule::ignored, false, list_payments, limits::small_body_bytes_max,
     true},
    {get, "/v1/payments/{payment_order_id}", BodyRule::ignored, false, get_payment,
     limits::small_body_bytes_max, true},
    {post, "/v1/payments/{payment_order_id}/cancel", BodyRule::optional_json, false, cancel_payment,
     limits::small_body_bytes_max, true},
    {get, "/v1/checkouts/{checkout_id}", BodyRule::ignored, false, get_checkout,
     limits::small_body_bytes_max, true},
    {post, "/v1/webhooks/psp/{name}", BodyRule::ignored, false, post_psp_webhook,
     limits::webhook_body_bytes_max},
    {get, "/healthz", BodyRule::ignored, true, get_healthz},
    {get, "/readyz", BodyRule::ignored, true, get_readyz},
    {get, "/metrics", BodyRule::ignored, true, get_metrics},
    {get, "/v1/cluster", BodyRule::ignored, true, get_cluster},
    {get, "/v1/cluster/chains", BodyRule::ignored, true, get_cluster_chains},
    {post, "/v1/cluster/nodes", BodyRule::json, true, post_cluster_node},
    {post, "/v1/cluster/nodes/{node}/drain", BodyRule::optional_json, true, drain_cluster_node},
    {post, "/v1/cluster/nodes/{node}/resume", BodyRule::optional_json, true, resume_cluster_node},
    {post, "/v1/cluster/nodes/{node}/rejoin", BodyRule::optional_json, true, rejoin_cluster_node},
    {post, "/v1/cluster/nodes/{node}/remove", BodyRule::optional_json, true, remove_cluster_node},
    {post, "/v1/cluster/rebalance", BodyRule::optional_json, true, rebalance_cluster},
    {get, "/v1/version", BodyRule::ignored, true, get_version},
}};

static_assert(
    limits::small_body_bytes_max >=
        limits::metadata_pairs_max * 12 *
                (limits::metadata_key_chars_max + limits::metadata_value_chars_max) +
            16'384,
    "full metadata, every character escaped as a pair of surrogates, of an account, or of a "
    "transaction of eight postings");

std::string_view name_of(HttpMethod method) {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::post: return "POST";
    case HttpMethod::patch: return "PATCH";
    case HttpMethod::other: break;
  }
  return "?";
}

struct PathMatch {
  bool matches = false;
  std::string_view argument;
};

PathMatch match_path(std::string_view pattern, std::string_view path) {
  const auto open = pattern.find('{');
  if (open == std::string_view::npos) return {pattern == path, {}};
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(pattern.find('}') + 1);
  if (!path.starts_with(before)) return {};
  path.remove_prefix(before.size());
  const std::string_view argument = path.substr(0, path.find('/'));
  return {!argument.empty() && path.substr(argument.size()) == after, argument};
}

}  // namespace

RouteMatch match_route(HttpMethod method, std::string_view path) {
  RouteMatch match;
  for (const Route& route : table) {
    const PathMatch found = match_path(route.pattern, path);
    if (!found.matches) continue;
    if (route.method == method) return {&route, found.argument, {}};
    match.allow.append(match.allow.empty() ? "" : ", ").append(name_of(route.method));
  }
  return match;
}

std::span<const Route> all_routes() { return table; }

std::string route_name(const Route& route) {
  return std::string(name_of(route.method)).append(" ").append(route.pattern);
}

std::string_view segment_name(const Route& route) {
  const auto open = route.pattern.find('{');
  if (open == std::string_view::npos) return {};
  return route.pattern.substr(open + 1, route.pattern.find('}') - open - 1);
}

std::string_view path_before(const Route& route) {
  return route.pattern.substr(0, route.pattern.find('{'));
}

bool is_media_type_ok(const Route& route, const HttpRequest& request) {
  if (route.body == BodyRule::ignored) return true;
  const std::string_view type = request.content_type();
  if (type.empty()) return route.body == BodyRule::optional_json && request.body.empty();
  std::string_view essence = type.substr(0, type.find(';'));
  while (!essence.empty() && (essence.back() == ' ' || essence.back() == '\t'))
    essence.remove_suffix(1);
  if (route.body == BodyRule::merge_patch &&
      http_equal_ignoring_case(essence, "application/merge-patch+json"))
    return true;
  return http_equal_ignoring_case(essence, "application/json");
}

}  // namespace florin
