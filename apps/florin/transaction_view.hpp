// A transaction as people see it. Pure text to text, as render.hpp.
#pragma once

#include <string>
#include <string_view>

namespace florin::cli {

// Its phase status: what all share, the postings, then their legs.
std::string render_transaction(std::string_view body);

}  // namespace florin::cli
