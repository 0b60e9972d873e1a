// Who is at the other end: an authority that vouches for it, and its key pinned, one of several. Whatever does not fit is not sent.
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>

#include <filesystem>

#include "base/sha256.hpp"
#include "cluster/links/certificates.hpp"
#include "runtime/outside/outside_executor.hpp"
#include "tests/component/runtime/outside_kit.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin::outside {
namespace {

using psp::HttpEnd;
using psp::HttpFault;

struct FreeSsl {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

// Certificates of 127.0.0.1 in a directory of their own.
class Certificates {
 public:
  Certificates() {
    std::string pattern = (std::filesystem::temp_directory_path() / "florin_psp_XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    EXPECT_TRUE(links::make_authority({directory_ + "/ca", "shop"}).has_value());
    links::NodeCertificateRequest request;
    request.ca_dir = directory_ + "/ca";
    request.out_dir = directory_;
    request.node = 1;
    request.hosts = {"127.0.0.1"};
    const auto made = links::make_node_certificate(request);
    EXPECT_TRUE(made.has_value());
    if (made) files_ = *made;
  }
  ~Certificates() { std::filesystem::remove_all(directory_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  [[nodiscard]] const links::CertificateFiles& files() const { return files_; }

  // As `openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64` says it.
  [[nodiscard]] std::string pin() const {
    FILE* const file = std::fopen(files_.cert_file.c_str(), "r");
    const std::unique_ptr<X509, FreeSsl> certificate(
        PEM_read_X509(file, nullptr, nullptr, nullptr));
    std::fclose(file);
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
    const Sha256 digest =
        sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    unsigned char text[64];
    EVP_EncodeBlock(text, digest.data(), static_cast<int>(digest.size()));
    return "sha256//" + std::string(reinterpret_cast<const char*>(text));
  }

 private:
  std::string directory_;
  links::CertificateFiles files_;
};

class OutsideTlsTest : public testing::Test {
 protected:
  OutsideTlsTest() : context_(SSL_CTX_new(TLS_server_method())) {
    ::signal(SIGPIPE, SIG_IGN);  // as the node does (runtime/signals.hpp)
    const auto& files = certificates_.files();
    EXPECT_EQ(
        SSL_CTX_use_certificate_file(context_.get(), files.cert_file.c_str(), SSL_FILETYPE_PEM), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_.get(), files.key_file.c_str(), SSL_FILETYPE_PEM),
              1);
  }

  void serve(test::Party& party) {
    const std::unique_ptr<SSL, FreeSsl> tls(SSL_new(context_.get()));
    SSL_set_fd(tls.get(), party.descriptor());
    if (SSL_accept(tls.get()) != 1) return;
    std::string request;
    char bytes[4096];
    while (request.find("\r\n\r\na=1") == std::string::npos) {
      const int got = SSL_read(tls.get(), bytes, sizeof bytes);
      if (got <= 0) return;
      request.append(bytes, static_cast<std::size_t>(got));
    }
    requests_.add();
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
    party.wait_for_end();
  }

  psp::HttpAnswer call(std::vector<std::string> pins, const std::string& ca_file) {
    OutsideParty party;
    party.port = "psp";
    party.base_url = "https://127.0.0.1:" + std::to_string(server_.port());
    party.pins = std::move(pins);
    party.ca_file = ca_file;
    test::Callers callers;
    ExecutorOptions options;
    options.parties = {std::move(party)};
    options.answered = [&](CallAnswer answer) { callers.hear(std::move(answer)); };
    auto executor = OutsideExecutor::start(std::move(options));
    EXPECT_TRUE(executor.has_value());
    if (!executor) return {};
    const auto bytes = psp::request_bytes({psp::HttpMethod::post, "/v1/a", {}, "a=1"});
    (*executor)->submit(
        {"psp", words::uuid(1), 0, std::make_shared<const std::string>(*bytes), ActorId{}});
    psp::HttpAnswer answer = callers.wait_for(1).at(0).http;
    (*executor)->stop();
    return answer;
  }
  void expect_not_sent(const psp::HttpAnswer& answer, HttpFault fault) {
    EXPECT_EQ(answer.end, HttpEnd::not_sent);
    EXPECT_EQ(answer.fault, fault) << psp::to_string(answer.fault);
    EXPECT_EQ(requests_.value(), 0);
  }

  Certificates certificates_;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
  test::Count requests_;
  const std::string other_pin_ = "sha256//" + std::string(43, 'A') + "=";
  test::PartyServer server_{[this](test::Party& party) { serve(party); }};
};

TEST_F(OutsideTlsTest, OneThatItsAuthorityVouchesForIsCalled) {
  EXPECT_EQ(call({}, certificates_.files().ca_file).status, 200);
}

TEST_F(OutsideTlsTest, OneOfSeveralPinsIsEnough) {
  EXPECT_EQ(call({other_pin_, certificates_.pin()}, certificates_.files().ca_file).status, 200);
}

TEST_F(OutsideTlsTest, WithAnotherPinNothingIsSent) {
  expect_not_sent(call({other_pin_}, certificates_.files().ca_file), HttpFault::wrong_pin);
}

TEST_F(OutsideTlsTest, OneThatNobodyVouchesForIsNotSentAnythingPinOrNot) {
  expect_not_sent(call({certificates_.pin()}, ""), HttpFault::no_tls);
}

}  // namespace
}  // namespace florin::outside
