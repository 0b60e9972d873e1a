// A standalone SVG of a latency distribution in the manner of HdrHistogram: percentile on a logarithmic x axis
// (each step right is ten times rarer), latency on a logarithmic y axis.
#pragma once

#include <string>
#include <string_view>

#include "apps/florin_load/measure/histogram.hpp"

namespace florin::load {

// Latencies in nanoseconds. `subtitle` says what was run. Well-formed XML whatever the texts hold.
std::string latency_plot_svg(const Histogram& latency, std::string_view title,
                             std::string_view subtitle);

}  // namespace florin::load
