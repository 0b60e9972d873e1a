// The command line of florin-psp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apps/florin_psp/core/state.hpp"
#include "apps/florin_psp/pages/shop_pages.hpp"

namespace florin::sandbox {

inline constexpr int exit_clean = 0, exit_usage = 2, exit_cannot_start = 3, exit_disk = 4;

struct Options {
  std::string listen = "127.0.0.1:12111";  // where Stripe's own mock listens
  std::string data_dir = "data/psp";
  std::optional<std::uint64_t> seed;
  Settings settings;
  std::string webhook_url, webhook_secret;
  ShopSettings shop;
};

// An exit code instead: help was asked for and printed, or something is wrong and was said.
struct ParsedOptions {
  std::optional<int> exit_code;
  Options options;
};
ParsedOptions parse_options(int argc, char** argv);

}  // namespace florin::sandbox
