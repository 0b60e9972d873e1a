// See certificates.hpp. OpenSSL 3's EVP and X509 interfaces.
#include "cluster/links/certificates.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "cluster/links/node_identity.hpp"
#include "cluster/links/tls_context.hpp"

namespace florin::links {
namespace {

namespace fs = std::filesystem;

template <auto free_function>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    free_function(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;

struct Authority {
  Certificate certificate;
  Key key;
  std::string cluster;
};

// What is to be certified.
struct Subject {
  std::string common_name;
  std::string alternative_names;  // in the syntax of openssl.cnf
  std::int64_t days = 0;
  bool is_authority = false;
};

Err<Error> invalid(std::string text) { return Err{Error{Errc::invalid, std::move(text)}}; }

Err<Error> io_error(const std::string& path) {
  return Err{Error{Errc::io, path + ": " + std::strerror(errno)}};
}

Err<Error> openssl_error(const std::string& what) {
  const char* const reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return Err{Error{Errc::io, what + ": " + (reason == nullptr ? "OpenSSL failed" : reason)}};
}

bool add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) |
                                        0x40);  // positive, and never with leading zeros
  const std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(bytes, sizeof bytes, nullptr));
  return number != nullptr &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_names_and_dates(X509* certificate, X509* issuer, const Subject& subject) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(subject.common_name.c_str());
  constexpr long backdate_s = 300;  // clocks of nodes differ a little
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -backdate_s) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), static_cast<int>(subject.days), 0,
                          nullptr) != nullptr;
}

bool add_extensions(X509* certificate, X509* issuer, const Subject& subject) {
  const bool ca = subject.is_authority;
  return add_extension(certificate, issuer, NID_basic_constraints,
                       ca ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
         add_extension(certificate, issuer, NID_key_usage,
                       ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature") &&
         (ca || add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth,clientAuth")) &&
         add_extension(certificate, issuer, NID_subject_alt_name, subject.alternative_names) &&
         add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
}

// `authority` null: signs itself.
Certificate certify(const Subject& subject, EVP_PKEY* key, const Authority* authority) {
  Certificate made(X509_new());
  if (made == nullptr) return nullptr;
  X509* const issuer = authority == nullptr ? made.get() : authority->certificate.get();
  const bool ok =
      X509_set_pubkey(made.get(), key) == 1 && set_names_and_dates(made.get(), issuer, subject) &&
      add_extensions(made.get(), issuer, subject) &&
      X509_sign(made.get(), authority == nullptr ? key : authority->key.get(), EVP_sha256()) != 0;
  return ok ? std::move(made) : nullptr;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  return PEM_write_bio_X509(bio.get(), certificate) == 1 ? text_of(bio.get()) : "";
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  const int ok =
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return ok == 1 ? text_of(bio.get()) : "";
}

std::string not_after_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  return ASN1_TIME_print(bio.get(), X509_get0_notAfter(certificate)) == 1 ? text_of(bio.get()) : "";
}

Status<Error> make_directory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Err{Error{Errc::io, path + ": " + error.message()}};
  return Unit{};
}

Status<Error> refuse_existing(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(path, ignored))) return Unit{};
  return invalid(path +
                 " exists and is not overwritten: choose another --out or remove it yourself");
}

// Only if it does not exist yet.
Status<Error> write_new(const std::string& path, const std::string& text, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (file < 0) return io_error(path);
  const bool ok = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                  ::fsync(file) == 0;
  const int error = errno;
  ::close(file);
  errno = error;
  if (!ok) return io_error(path);
  return Unit{};
}

constexpr mode_t private_mode = 0600, public_mode = 0644;

Status<Error> write_pair(const CertificateFiles& files, X509* certificate, EVP_PKEY* key) {
  FLORIN_TRY_VOID(write_new(files.key_file, pem_of(key), private_mode));
  return write_new(files.cert_file, pem_of(certificate), public_mode);
}

Result<Bio, Error> open_file(const std::string& path) {
  Bio bio(BIO_new_file(path.c_str(), "r"));
  if (bio != nullptr) return bio;
  ERR_clear_error();
  return Err{Error{Errc::missing, path + " cannot be read: " + std::strerror(errno) +
                                      "; make an authority first with `florin cert ca`"}};
}

Result<Authority, Error> load_authority(const std::string& directory) {
  const std::string certificate_file = directory + "/ca.crt", key_file = directory + "/ca.key";
  FLORIN_TRY(certificate_bio, open_file(certificate_file));
  FLORIN_TRY(key_bio, open_file(key_file));
  Authority authority{
      Certificate(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr)),
      Key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr)),
      {}};
  if (authority.certificate == nullptr || authority.key == nullptr)
    return Err{Error{Errc::corrupt, directory + ": ca.crt or ca.key is not PEM"}};
  if (X509_check_private_key(authority.certificate.get(), authority.key.get()) != 1)
    return Err{Error{Errc::mismatch, key_file + " does not belong to " + certificate_file}};
  const auto uri = florin_uri_of(authority.certificate.get());
  const auto cluster = uri ? parse_authority_uri(*uri) : std::nullopt;
  if (!cluster)
    return invalid(certificate_file + " names no cluster: it was not made by `florin cert ca`");
  authority.cluster = *cluster;
  return authority;
}

Result<std::string, Error> alternative_names(const NodeCertificateRequest& request,
                                             const std::string& uri) {
  std::string names = "URI:" + uri;
  for (const std::string& host : request.hosts) {
    const bool is_plain =
        !host.empty() && host.find_first_not_of(
                             "0123456789abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:") == std::string::npos;
    if (!is_plain) return invalid("--host \"" + host + "\": want a host name or an IP address");
    const std::unique_ptr<ASN1_OCTET_STRING, Freer<ASN1_OCTET_STRING_free>> ip(
        a2i_IPADDRESS(host.c_str()));
    ERR_clear_error();
    names += (ip != nullptr ? ",IP:" : ",DNS:") + host;
  }
  return names;
}

Status<Error> check_days(std::int64_t days) {
  if (days >= 1 && days <= 36'500) return Unit{};
  return invalid("--days " + std::to_string(days) + ": want 1 to 36500");
}

// The node needs the authority's certificate beside its own.
Status<Error> copy_authority(const Authority& authority, const std::string& to) {
  std::error_code ignored;
  if (!fs::exists(to, ignored))
    return write_new(to, pem_of(authority.certificate.get()), public_mode);
  FLORIN_TRY(bio, open_file(to));
  const Certificate there(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (there != nullptr && X509_cmp(there.get(), authority.certificate.get()) == 0) return Unit{};
  ERR_clear_error();
  return invalid(to + " is another authority's certificate: choose another --out");
}

}  // namespace

Result<CertificateFiles, Error> make_authority(const AuthorityRequest& request) {
  if (!is_valid_cluster_id(request.cluster))
    return invalid("--cluster \"" + request.cluster + "\": want 1 to 64 of a-z A-Z 0-9 . _ -");
  FLORIN_TRY_VOID(check_days(request.days));
  CertificateFiles files{request.cluster,
                         authority_uri(request.cluster),
                         request.out_dir + "/ca.crt",
                         request.out_dir + "/ca.crt",
                         request.out_dir + "/ca.key",
                         {}};
  FLORIN_TRY_VOID(refuse_existing(files.cert_file));
  FLORIN_TRY_VOID(refuse_existing(files.key_file));
  FLORIN_TRY_VOID(make_directory(request.out_dir));
  const Key key(EVP_EC_gen("P-256"));
  if (key == nullptr) return openssl_error("cannot make a key");
  // A common name has at most 64 characters, so the cluster is only in the URI.
  const Certificate certificate = certify(
      {"Florin cluster authority", "URI:" + files.uri, request.days, true}, key.get(), nullptr);
  if (certificate == nullptr) return openssl_error("cannot make the certificate");
  FLORIN_TRY_VOID(write_pair(files, certificate.get(), key.get()));
  files.not_after = not_after_of(certificate.get());
  return files;
}

Result<CertificateFiles, Error> make_node_certificate(const NodeCertificateRequest& request) {
  if (request.node == 0) return invalid("--node: want a number of 1 to 65535");
  FLORIN_TRY_VOID(check_days(request.days));
  FLORIN_TRY(authority, load_authority(request.ca_dir));
  const std::string base = request.out_dir + "/node-" + std::to_string(request.node);
  CertificateFiles files{authority.cluster,
                         identity_uri({authority.cluster, request.node}),
                         request.out_dir + "/ca.crt",
                         base + ".crt",
                         base + ".key",
                         {}};
  FLORIN_TRY(names, alternative_names(request, files.uri));
  FLORIN_TRY_VOID(refuse_existing(files.cert_file));
  FLORIN_TRY_VOID(refuse_existing(files.key_file));
  FLORIN_TRY_VOID(make_directory(request.out_dir));
  FLORIN_TRY_VOID(copy_authority(authority, files.ca_file));
  const Key key(EVP_EC_gen("P-256"));
  if (key == nullptr) return openssl_error("cannot make a key");
  const Certificate certificate =
      certify({"florin-node-" + std::to_string(request.node), names, request.days, false},
              key.get(), &authority);
  if (certificate == nullptr) return openssl_error("cannot make the certificate");
  FLORIN_TRY_VOID(write_pair(files, certificate.get(), key.get()));
  files.not_after = not_after_of(certificate.get());
  return files;
}

}  // namespace florin::links
