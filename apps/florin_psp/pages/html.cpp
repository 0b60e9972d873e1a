// See html.hpp.
#include "apps/florin_psp/pages/html.hpp"

namespace florin::sandbox {
namespace {

constexpr std::string_view style =
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:46rem;padding:0 1rem;color:#223}\n"
    "h1{font-size:1.5rem}label{display:block;margin:.8rem 0}input{font:inherit;padding:.4rem;"
    "width:100%;box-sizing:border-box}\n"
    "button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:4px;background:#2457c5;"
    "color:#fff;cursor:pointer;margin-right:.6rem}button.second{background:#667}\n"
    ".note{color:#667;font-size:.9rem}.bad{background:#fde8e8;border-left:4px solid #c22;"
    "padding:.6rem}.good{background:#e6f6ea;border-left:4px solid #283;padding:.6rem}\n"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .5rem;"
    "border-bottom:1px solid #dde;font-size:.9rem}pre{overflow:auto;background:#f4f5f8;"
    "padding:.6rem;font-size:.8rem}\n";

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

Answer html_page(std::string_view title, std::string_view body,
                 const std::vector<std::string>& form_origins, std::string_view head) {
  std::string policy =
      "default-src 'none'; style-src 'self'; base-uri 'none'; "
      "frame-ancestors 'none'; form-action 'self'";
  for (const std::string& origin : form_origins) policy += ' ' + origin;
  Answer answer;
  answer.content_type = "text/html; charset=utf-8";
  answer.headers = {{"Content-Security-Policy", policy},
                    {"Referrer-Policy", "no-referrer"},
                    {"X-Content-Type-Options", "nosniff"}};
  answer.body = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
                html_escaped(title) + "</title>" + std::string(head) +
                "<meta name=\"viewport\" content=\"width=device-width\">"
                "<link rel=\"stylesheet\" href=\"/_style.css\"></head><body>\n<h1>" +
                html_escaped(title) + "</h1>\n" + std::string(body) +
                "\n<p class=\"note\">florin-psp, a sandbox: no money moves here.</p>"
                "</body></html>\n";
  return answer;
}

Answer redirect_to(std::string_view url) {
  Answer answer = html_page("See other", "<p>You are taken on.</p>");
  answer.status = 303;
  answer.headers.emplace_back("Location", url);
  return answer;
}

std::string origin_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (!url.starts_with("http") || scheme_end == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  // what would end a policy's directive stands in no host
  if (host.empty() || host.find_first_of(";,' \"*@") != std::string_view::npos) return {};
  return std::string(url.substr(0, scheme_end + 3)) + std::string(host);
}

Answer style_sheet() {
  Answer answer;
  answer.content_type = "text/css; charset=utf-8";
  answer.body = style;
  return answer;
}

}  // namespace florin::sandbox
