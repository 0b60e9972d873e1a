// See latency_plot.hpp. 960 x 540, no scripts, no fonts of its own, readable on white paper.
#include "apps/florin_load/measure/latency_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

namespace florin::load {

namespace {
constexpr double left = 84, right = 930, top = 76, bottom = 470;

struct PercentileMark {
  const char* label;
  std::uint64_t per_million;
};
constexpr std::array<PercentileMark, 7> marks{{{"0%", 0},
                                               {"50%", 500'000},
                                               {"90%", 900'000},
                                               {"99%", 990'000},
                                               {"99.9%", 999'000},
                                               {"99.99%", 999'900},
                                               {"99.999%", 999'990}}};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

template <class... Args>
void append_format(std::string& out, const char* format, Args... args) {
  char buffer[512];
  const int n = std::snprintf(buffer, sizeof buffer, format, args...);
  out.append(buffer,
             static_cast<std::size_t>(std::clamp(n, 0, static_cast<int>(sizeof buffer) - 1)));
}

// 0 at 0 %, 1 per factor of ten: 90 % -> 1, 99 % -> 2.
double rarity(std::uint64_t per_million) {
  return std::log10(1e6 / static_cast<double>(1'000'000 - per_million));
}

std::string duration_text(double ns) {
  char buffer[32];
  if (ns < 1e3)
    std::snprintf(buffer, sizeof buffer, "%.3g ns", ns);
  else if (ns < 1e6)
    std::snprintf(buffer, sizeof buffer, "%.3g us", ns / 1e3);
  else if (ns < 1e9)
    std::snprintf(buffer, sizeof buffer, "%.3g ms", ns / 1e6);
  else
    std::snprintf(buffer, sizeof buffer, "%.3g s", ns / 1e9);
  return buffer;
}

struct Scale {
  double rarity_max;
  double log_low, log_high;  // log10 of nanoseconds
  [[nodiscard]] double x(std::uint64_t per_million) const {
    return left + (right - left) * std::min(1.0, rarity(per_million) / rarity_max);
  }
  [[nodiscard]] double y(double ns) const {
    const double share = (std::log10(std::max(ns, 1.0)) - log_low) / (log_high - log_low);
    return bottom - (bottom - top) * std::clamp(share, 0.0, 1.0);
  }
};

Scale scale_for(const Histogram& latency) {
  const double low = std::log10(std::max<double>(1, static_cast<double>(latency.percentile(1))));
  const double high = std::log10(std::max<double>(10, static_cast<double>(latency.max())));
  const double rarest = std::log10(std::max<double>(1000, static_cast<double>(latency.count())));
  return {std::min(6.0, rarest), std::floor(low), std::max(std::ceil(high), std::floor(low) + 1)};
}

void append_grid(std::string& out, const Scale& scale) {
  for (double decade = scale.log_low; decade <= scale.log_high + 1e-9; decade += 1) {
    for (const double step : {1.0, 2.0, 5.0}) {
      const double ns = std::pow(10.0, decade) * step;
      if (std::log10(ns) > scale.log_high + 1e-9) break;
      const double y = scale.y(ns);
      append_format(out, "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s'/>\n", left, y,
                    right, y, step == 1.0 ? "#c8ccd4" : "#eceef2");
      append_format(out, "<text x='%.1f' y='%.1f' text-anchor='end'>%s</text>\n", left - 8, y + 4,
                    duration_text(ns).c_str());
    }
  }
  for (const PercentileMark& mark : marks) {
    if (rarity(mark.per_million) > scale.rarity_max + 1e-9) continue;
    const double x = scale.x(mark.per_million);
    append_format(out, "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#c8ccd4'/>\n", x, top,
                  x, bottom);
    append_format(out, "<text x='%.1f' y='%.1f' text-anchor='middle'>%s</text>\n", x, bottom + 20,
                  mark.label);
  }
}

void append_curve(std::string& out, const Histogram& latency, const Scale& scale) {
  constexpr int steps = 400;
  out += "<polyline fill='none' stroke='#1f5fbf' stroke-width='2.5' points='";
  for (int s = 0; s <= steps; ++s) {
    const double share = 1.0 - std::pow(10.0, -scale.rarity_max * s / steps);
    const auto per_million =
        std::min<std::uint64_t>(999'999, static_cast<std::uint64_t>(share * 1e6));
    append_format(out, "%.1f,%.1f ", scale.x(per_million),
                  scale.y(static_cast<double>(latency.percentile(per_million))));
  }
  append_format(out, "%.1f,%.1f'/>\n", right, scale.y(static_cast<double>(latency.max())));
  for (const PercentileMark& mark : marks) {
    if (mark.per_million == 0 || rarity(mark.per_million) > scale.rarity_max + 1e-9) continue;
    const auto ns = static_cast<double>(latency.percentile(mark.per_million));
    append_format(out, "<circle cx='%.1f' cy='%.1f' r='4' fill='#1f5fbf'/>\n",
                  scale.x(mark.per_million), scale.y(ns));
    append_format(out, "<text x='%.1f' y='%.1f' text-anchor='end' font-weight='bold'>%s</text>\n",
                  scale.x(mark.per_million) - 4, scale.y(ns) - 9, duration_text(ns).c_str());
  }
}
}  // namespace

std::string latency_plot_svg(const Histogram& latency, std::string_view title,
                             std::string_view subtitle) {
  std::string out =
      "<?xml version='1.0' encoding='UTF-8'?>\n<svg xmlns='http://www.w3.org/2000/svg' width='960' "
      "height='540' viewBox='0 0 960 540' font-family='sans-serif' font-size='12' fill='#222'>\n"
      "<rect width='960' height='540' fill='white'/>\n";
  out += "<title>" + escaped(title) +
         "</title>\n<text x='84' y='32' font-size='20' font-weight='bold'>" + escaped(title) +
         "</text>\n<text x='84' y='54' fill='#555'>" + escaped(subtitle) + "</text>\n";
  if (latency.count() == 0)
    return out + "<text x='84' y='270'>no latency was recorded</text>\n</svg>\n";
  const Scale scale = scale_for(latency);
  append_grid(out, scale);
  append_curve(out, latency, scale);
  append_format(
      out,
      "<text x='%.1f' y='%.1f' text-anchor='middle'>percentile of requests (logarithmic: each "
      "decade is ten times rarer)</text>\n",
      (left + right) / 2, bottom + 46);
  append_format(out,
                "<text transform='translate(20 %.1f) rotate(-90)' text-anchor='middle'>latency "
                "(logarithmic)</text>\n",
                (top + bottom) / 2);
  append_format(
      out, "<text x='%.1f' y='%.1f' text-anchor='end' fill='#555'>max %s, %llu latencies</text>\n",
      right, bottom + 46, duration_text(static_cast<double>(latency.max())).c_str(),
      static_cast<unsigned long long>(latency.count()));
  return out + "</svg>\n";
}

}  // namespace florin::load
