// Payments in a configuration: providers, routes, fees, secrets; every complaint names setting, value and what to do.
#include "runtime/config/payment_config.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "runtime/config/party_words.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class PaymentConfig : public testing::Test {
 protected:
  PaymentConfig() {
    auto pattern = (std::filesystem::temp_directory_path() / "florin-payments-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
  }
  ~PaymentConfig() override { std::filesystem::remove_all(dir_); }

  std::string file(const std::string& name, std::string_view text) {
    const std::string path = (dir_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  Result<ConfigOutcome, Error> load(std::string_view text) {
    const std::string path = file("florin.toml", text);
    const char* const arguments[] = {"florind", "--config", path.c_str()};
    return load_config(3, arguments);
  }
  std::string complaint(std::string_view text) {
    const auto outcome = load(text);
    if (outcome) return "(accepted)";
    EXPECT_EQ(outcome.error().code, Errc::invalid);
    return outcome.error().context;
  }

  std::filesystem::path dir_;
};

constexpr std::string_view shop = R"(
[payments]
cluster = "shop-eu"
return_url_hosts = ["shop.example", "localhost:3000"]
poll_awaiting_ms = 5000
[payments.routes]
USD = "main"
default = "other"
[[payments.fee]]
sellers = "merchant"
basis_points = 150
[[payments.fee]]
sellers = "merchant"
currency = "USD"
basis_points = 290
fixed = 30
[psp.other]
base_url = "http://127.0.0.1:12111"
secret_key_file = "key"
[psp.main]
base_url = "https://api.example"
secret_key_file = "key"
livemode = true
account = "acct_1"
pins = ["sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
concurrency_max = 4
)";

TEST_F(PaymentConfig, ReadsProvidersRoutesAndFees) {
  const auto outcome = load(shop);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().context;
  const NodeConfig& config = outcome->config;
  ASSERT_EQ(config.psps.size(), 2U);
  EXPECT_EQ(config.psps[0].name, "main");
  EXPECT_TRUE(config.psps[0].livemode);
  EXPECT_EQ(config.psps[0].account, "acct_1");
  EXPECT_EQ(config.psps[0].pins.size(), 1U);
  EXPECT_EQ(config.psps[0].concurrency_max, 4U);
  EXPECT_EQ(config.psps[1].name, "other");
  EXPECT_FALSE(config.psps[1].livemode);

  const auto settings = payment_settings(config);
  ASSERT_TRUE(settings.has_value()) << settings.error().context;
  const Currency usd = *parse_currency("USD");
  const Currency eur = *parse_currency("EUR");
  EXPECT_EQ(settings->cluster, "shop-eu");
  EXPECT_THAT(settings->return_url_hosts, ElementsAre("shop.example", "localhost:3000"));
  EXPECT_EQ(psp_for(*settings, usd, PaymentMethod::hosted)->name, "main");
  EXPECT_EQ(psp_for(*settings, eur, PaymentMethod::hosted)->name, "other");
  EXPECT_EQ(fee_plan_of(*settings, AccountKind::merchant, usd), (FeePlan{290, 30}));
  EXPECT_EQ(fee_plan_of(*settings, AccountKind::merchant, eur), (FeePlan{150, 0}));
  EXPECT_EQ(fee_plan_of(*settings, AccountKind::user, usd), FeePlan{});
  EXPECT_EQ(order_policy(config).poll_awaiting_us, 5'000'000);
}

TEST_F(PaymentConfig, WithoutAnyItTakesNoPayments) {
  const auto settings = payment_settings(NodeConfig{});
  ASSERT_TRUE(settings.has_value());
  EXPECT_TRUE(settings->psps.empty());
}

TEST_F(PaymentConfig, TheMarkIsTheClusterIdWhereNoneIsGiven) {
  NodeConfig config;
  config.cluster.id = "prod-eu";
  EXPECT_EQ(payment_mark(config), "prod-eu");
  config.payments.cluster = "shop";
  EXPECT_EQ(payment_mark(config), "shop");
}

TEST_F(PaymentConfig, ALoneNodeWithAProviderMustSayItsMark) {
  const auto text =
      complaint("[psp.a]\nbase_url = \"https://a.example\"\nsecret_key_file = \"k\"\n");
  EXPECT_THAT(text, HasSubstr("payments.cluster is missing"));
  EXPECT_THAT(text, HasSubstr("write cluster = \"NAME\" below [payments]"));
}

TEST_F(PaymentConfig, NamesWhatAProviderLacks) {
  const auto text = complaint("[payments]\ncluster = \"c\"\n[psp.a]\nlivemode = true\n");
  EXPECT_THAT(text, HasSubstr("base_url is missing in [psp.a]"));
  EXPECT_THAT(text, HasSubstr("secret_key_file is missing in [psp.a]"));
}

TEST_F(PaymentConfig, RefusesWhatAProviderDoesNotHave) {
  EXPECT_THAT(complaint("[psp.a]\nsecret_key = \"sk_live_1\"\n"),
              HasSubstr("[psp.NAME] has adapter, base_url, secret_key_file"));
  EXPECT_THAT(complaint("[psp]\nname = \"a\"\n"),
              HasSubstr("write [psp.NAME] on a line of its own"));
  EXPECT_THAT(complaint("[psp.\"a b\"]\nlivemode = true\n"),
              HasSubstr("bad name of a payment provider"));
  EXPECT_THAT(complaint("[psp.a]\nadapter = \"charges\"\n"), HasSubstr("one of \"sessions\""));
  EXPECT_THAT(complaint("[psp.a]\npins = [\"sha256//short=\"]\n"),
              HasSubstr("bad value for psp.a.pins"));
  EXPECT_THAT(complaint("[psp.a]\npins = [7]\n"), HasSubstr("bad value for psp.a.pins"));
}

TEST_F(PaymentConfig, ABaseUrlIsHttpsOrOnTheLoopback) {
  for (const char* good : {"https://api.example", "https://api.example:8443/v2",
                           "http://127.0.0.1:12111", "http://localhost", "http://[::1]:1"})
    EXPECT_TRUE(is_base_url(good)) << good;
  for (const char* bad :
       {"", "https://", "http://api.example", "http://127.0.0.1.evil.example", "ftp://a",
        "https://a.example/", "https://user@a.example", "https://a.example?x=1", "https://a b"})
    EXPECT_FALSE(is_base_url(bad)) << bad;
  EXPECT_THAT(complaint("[psp.a]\nbase_url = \"http://api.example\"\n"),
              HasSubstr("must be https://HOST[:PORT], or http:// on the loopback"));
}

TEST_F(PaymentConfig, AHostOfAReturnUrlIsLowerCaseWithOrWithoutAPort) {
  for (const char* good : {"shop.example", "localhost:3000", "127.0.0.1", "[::1]:80"})
    EXPECT_TRUE(is_return_host(good)) << good;
  for (const char* bad :
       {"", "Shop.example", "https://shop.example", "shop.example/", "a:", "a:0", "a:1:2"})
    EXPECT_FALSE(is_return_host(bad)) << bad;
  EXPECT_THAT(complaint("[payments]\nreturn_url_hosts = \"shop.example\"\n"),
              HasSubstr("must be a list of HOST"));
}

TEST_F(PaymentConfig, ARouteLeadsToAProviderThatIsThere) {
  const std::string head = "[payments]\ncluster = \"c\"\n[payments.routes]\n";
  EXPECT_THAT(complaint(head + "USD = \"main\"\n"),
              HasSubstr("no payment provider is called \"main\""));
  EXPECT_THAT(complaint(head + "usd = \"main\"\n"),
              HasSubstr("'usd' in [payments.routes] is no currency"));
  EXPECT_THAT(complaint(head + "USD = 7\n"), HasSubstr("must be the name of a payment provider"));
}

TEST_F(PaymentConfig, AFeeSaysWhoPaysItAndInWhichCurrency) {
  const std::string head = "[[payments.fee]]\n";
  EXPECT_THAT(complaint(head + "basis_points = 1\n"), HasSubstr("sellers is missing"));
  EXPECT_THAT(complaint(head + "sellers = \"nobody\"\n"), HasSubstr("bad value for sellers"));
  EXPECT_THAT(complaint(head + "sellers = \"user\"\nbasis_points = 10001\n"),
              HasSubstr("bad value for basis_points"));
  EXPECT_THAT(complaint(head + "sellers = \"user\"\nfixed = 30\n"),
              HasSubstr("fixed needs a currency"));
  EXPECT_THAT(complaint(head + "sellers = \"user\"\n" + head + "sellers = \"user\"\n"),
              HasSubstr("two fees of the same sellers and currency"));
}

TEST_F(PaymentConfig, ACallHasTimeToEndBeforeItCountsAsLost) {
  const std::string psp =
      "[psp.a]\nbase_url = \"https://a.example\"\nsecret_key_file = \"k\"\ncall_ms = 6000\n";
  EXPECT_THAT(complaint("[payments]\ncluster = \"c\"\ncall_patience_ms = 11000\n" + psp),
              HasSubstr("call_patience_ms must be more than call_ms and wait_ms of psp.a"));
  EXPECT_EQ(complaint("[payments]\ncluster = \"c\"\ncall_patience_ms = 11001\n" + psp),
            "(accepted)");
  EXPECT_THAT(complaint("[payments]\ncluster = \"c\"\n" + psp + "connect_ms = 7000\n"),
              HasSubstr("call_ms must be at least connect_ms"));
}

TEST_F(PaymentConfig, SecretsAreLinesOfAFile) {
  const auto two = read_secrets("s", file("two", "whsec_a\r\n\nwhsec_b\n"), 2);
  ASSERT_TRUE(two.has_value()) << two.error().context;
  EXPECT_THAT(*two, ElementsAre("whsec_a", "whsec_b"));
}

TEST_F(PaymentConfig, AWrongFileOfSecretsIsNamedAndNeverShown) {
  const auto said = [&](const std::string& path) {
    const auto secrets = read_secrets("psp.a.secret_key_file", path, 1);
    EXPECT_FALSE(secrets.has_value());
    return secrets ? std::string() : secrets.error().context;
  };
  EXPECT_THAT(said((dir_ / "none").string()), HasSubstr("cannot read it: No such file"));
  EXPECT_THAT(said(file("empty", "\n")), HasSubstr("it is empty"));
  EXPECT_THAT(said(file("two", "sk_1\nsk_2\n")), HasSubstr("it has 2 lines, and may have 1"));
  EXPECT_THAT(said(file("blank", "sk_1 sk_2")), Not(HasSubstr("sk_1")));
  EXPECT_THAT(said(file("large", std::string(5'000, 'x'))), HasSubstr("too large"));
  EXPECT_THAT(said(dir_.string()), HasSubstr("psp.a.secret_key_file = \"" + dir_.string() + "\""));
}

}  // namespace
}  // namespace florin
