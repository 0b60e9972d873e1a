// See certificate_view.hpp.
#include "apps/florin/certificate_view.hpp"

#include <utility>
#include <vector>

#include "apps/client/json_text.hpp"

namespace florin::cli {
namespace {

std::vector<std::pair<std::string, std::string>> fields(const links::CertificateFiles& files) {
  return {{"identity", files.uri}, {"cluster", files.cluster},   {"certificate", files.cert_file},
          {"key", files.key_file}, {"authority", files.ca_file}, {"valid_until", files.not_after}};
}

}  // namespace

std::string render_certificate(const links::CertificateFiles& files) {
  constexpr std::size_t width = 18;
  std::string out;
  for (const auto& [name, value] : fields(files))
    out += name + std::string(width - name.size(), ' ') + value + "\n";
  return out;
}

std::string certificate_json(const links::CertificateFiles& files) {
  std::string out = "{";
  for (const auto& [name, value] : fields(files)) {
    if (out.size() > 1) out += ',';
    client::append_json_string(out, name);
    out += ':';
    client::append_json_string(out, value);
  }
  return out + "}";
}

}  // namespace florin::cli
