// See tls_context.hpp.
#include "cluster/links/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace florin::links {
namespace {

std::string openssl_text() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown error";
  const char* const reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "error " + std::to_string(code);
}

Err<Error> invalid(const std::string& text) { return Err{Error{Errc::invalid, text}}; }

// What a certificate for one cluster, in use by nobody else, should be: no tickets, no
// renegotiation.
void harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

Status<Error> load_files(SSL_CTX* context, const Tls& tls) {
  if (SSL_CTX_load_verify_file(context, tls.ca_file.c_str()) != 1)
    return invalid("cluster CA certificate " + tls.ca_file + ": " + openssl_text());
  if (SSL_CTX_use_certificate_chain_file(context, tls.cert_file.c_str()) != 1)
    return invalid("node certificate " + tls.cert_file + ": " + openssl_text());
  if (SSL_CTX_use_PrivateKey_file(context, tls.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return invalid("node key " + tls.key_file + ": " + openssl_text());
  if (SSL_CTX_check_private_key(context) != 1)
    return invalid("node key " + tls.key_file + " does not belong to " + tls.cert_file);
  return Unit{};
}

Status<Error> check_own_identity(SSL_CTX* context, const Tls& tls, const NodeIdentity& self) {
  const std::string want = identity_uri(self);
  const auto uri = florin_uri_of(SSL_CTX_get0_certificate(context));
  if (uri == want) return Unit{};
  return invalid("node certificate " + tls.cert_file + " is for " +
                 uri.value_or("no node of Florin") + ", this is " + want +
                 ": make one with `florin cert node --node " + std::to_string(self.node) + "`");
}

}  // namespace

void FreeTlsContext::operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }

Result<TlsContext, Error> make_tls_context(const Tls& tls, const NodeIdentity& self) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_method()));
  if (context == nullptr) return invalid("cannot set up TLS: " + openssl_text());
  harden(context.get());
  FLORIN_TRY_VOID(load_files(context.get(), tls));
  FLORIN_TRY_VOID(check_own_identity(context.get(), tls, self));
  return context;
}

std::optional<std::string> florin_uri_of(X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  std::optional<std::string> found;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* const text = name->d.uniformResourceIdentifier;
    std::string uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                    static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (!uri.starts_with("florin://")) continue;
    if (found) return std::nullopt;
    found = std::move(uri);
  }
  return found;
}

std::optional<NodeIdentity> identity_of_peer(SSL* ssl) {
  X509* const certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return std::nullopt;
  const auto uri = florin_uri_of(certificate);
  return uri ? parse_identity_uri(*uri) : std::nullopt;
}

std::string verify_error_of(SSL* ssl) {
  const long code = SSL_get_verify_result(ssl);
  return code == X509_V_OK ? "" : X509_verify_cert_error_string(code);
}

}  // namespace florin::links
