// What `florin cert` shows of a certificate that it made. Pure.
#pragma once

#include <string>

#include "cluster/links/certificates.hpp"

namespace florin::cli {

std::string render_certificate(const links::CertificateFiles& files);
std::string certificate_json(const links::CertificateFiles& files);

}  // namespace florin::cli
