// Plain copies, and files of a line or two.
#include "runtime/config/payment_config.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace florin {
namespace {

constexpr std::size_t secret_file_bytes_max = 4'096;
constexpr std::size_t secret_chars_max = 255;
constexpr std::size_t webhook_secrets_max = 2;  // one, and the one that takes its place

bool is_secret(std::string_view text) {
  return text.size() <= secret_chars_max &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

// At most one byte more than a file of secrets may have.
Result<std::string, Error> read_start_of(const std::string& setting, const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(secret_file_bytes_max + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad())
    return Err{Error{Errc::invalid, setting + " = \"" + path + "\": cannot read it: " +
                                        (errno != 0 ? std::strerror(errno) : "no file") +
                                        " (the file must be there and readable by this user)"}};
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

std::int64_t us_of(std::uint32_t ms) { return std::int64_t{ms} * 1'000; }

}  // namespace

Result<std::vector<std::string>, Error> read_secrets(const std::string& setting,
                                                     const std::string& path,
                                                     std::size_t lines_max) {
  FLORIN_TRY(text, read_start_of(setting, path));
  const auto wrong = [&](const std::string& what) {
    return Err{Error{Errc::invalid, setting + " = \"" + path + "\": " + what}};
  };
  if (text.size() > secret_file_bytes_max) return wrong("it is too large for a file of secrets");
  std::vector<std::string> secrets;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    std::string line = text.substr(from, end - from);
    if (line.ends_with('\r')) line.pop_back();
    from = end + 1;
    if (line.empty()) continue;
    if (!is_secret(line))
      return wrong(
          "a line of it is no secret: 1 to 255 visible characters of ASCII, without blanks");
    secrets.push_back(std::move(line));
  }
  if (secrets.empty()) return wrong("it is empty: write the secret into it, in one line");
  if (secrets.size() > lines_max)
    return wrong("it has " + std::to_string(secrets.size()) + " lines, and may have " +
                 std::to_string(lines_max));
  return secrets;
}

std::string payment_mark(const NodeConfig& config) {
  return config.payments.cluster.empty() ? config.cluster.id : config.payments.cluster;
}

Result<PaymentSettings, Error> payment_settings(const NodeConfig& config) {
  PaymentSettings settings;
  settings.cluster = payment_mark(config);
  settings.routes = config.payments.routes;
  settings.fees = config.payments.fees;
  settings.return_url_hosts = config.payments.return_url_hosts;
  for (const NodeConfig::Psp& psp : config.psps) {
    PspSettings one;
    one.name = psp.name;
    one.adapter = psp.adapter;
    one.is_live = psp.livemode;
    if (!psp.webhook_secrets_file.empty()) {
      FLORIN_TRY(secrets, read_secrets("psp." + psp.name + ".webhook_secrets_file",
                                       psp.webhook_secrets_file, webhook_secrets_max));
      one.webhook_secrets = std::move(secrets);
    }
    settings.psps.push_back(std::move(one));
  }
  return settings;
}

OrderPolicy order_policy(const NodeConfig& config) {
  const NodeConfig::Payments& from = config.payments;
  OrderPolicy policy;
  policy.call_patience_us = us_of(from.call_patience_ms);
  policy.backoff_us_first = us_of(from.backoff_first_ms);
  policy.backoff_us_max = us_of(from.backoff_max_ms);
  policy.poll_awaiting_us = us_of(from.poll_awaiting_ms);
  policy.poll_action_us = us_of(from.poll_action_ms);
  policy.poll_pending_us = us_of(from.poll_pending_ms);
  policy.poll_cancelling_us = us_of(from.poll_cancelling_ms);
  policy.poll_unresolved_us = us_of(from.poll_unresolved_ms);
  policy.poll_later_us = us_of(from.poll_later_ms);
  return policy;
}

}  // namespace florin
