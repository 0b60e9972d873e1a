// Makes development certificates: an authority for one cluster and certificates for its nodes
// (ECDSA P-256). Used by `florin cert` and by the tests of the links. Real deployments may bring
// certificates of their own; what the links ask of them is in README.md.
//
// Files are never overwritten; key files have mode 0600. After a crash in the middle a file may be
// there without its companion: delete both and run again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/links/link_types.hpp"

namespace florin::links {

struct AuthorityRequest {
  std::string out_dir;  // made if missing; gets ca.crt and ca.key
  std::string cluster;
  std::int64_t days = 3650;
};

struct NodeCertificateRequest {
  std::string ca_dir;  // with ca.crt and ca.key
  // Made if missing; gets node-<n>.crt and node-<n>.key, and ca.crt if it is not there.
  std::string out_dir;
  NodeNumber node = 0;
  // Further subject alternative names, for other tools; links do not look at them.
  std::vector<std::string> hosts;
  std::int64_t days = 825;
};

struct CertificateFiles {
  std::string cluster;
  std::string uri;  // whom the certificate speaks for
  std::string ca_file, cert_file, key_file;
  std::string not_after;  // as in OpenSSL, "Nov 22 11:00:00 2036 GMT"
};

// Errors: invalid (arguments, file exists), missing or corrupt (CA), io.
Result<CertificateFiles, Error> make_authority(const AuthorityRequest& request);
Result<CertificateFiles, Error> make_node_certificate(const NodeCertificateRequest& request);

}  // namespace florin::links
