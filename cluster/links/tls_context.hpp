// The TLS side of links, without sockets: TLS 1.3 only, both sides show a certificate of our
// authority, and who that certificate speaks for. OpenSSL's types, no Asio.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/links/node_identity.hpp"

namespace florin::links {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const noexcept;
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

// Errors name the file. The certificate must speak for `self`: a node never starts with another's.
Result<TlsContext, Error> make_tls_context(const Tls& tls, const NodeIdentity& self);

// The first florin:// URI among the subject alternative names; nullopt when there is none or more
// than one.
std::optional<std::string> florin_uri_of(X509* certificate);
// Of the peer, after the handshake.
std::optional<NodeIdentity> identity_of_peer(SSL* ssl);
// Why its certificate was not taken; empty when that was not the trouble.
std::string verify_error_of(SSL* ssl);

}  // namespace florin::links
