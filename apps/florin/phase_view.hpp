// The phase status of a transfer, and of a transaction, as people see it. Pure text to text, as render.hpp.
#pragma once

#include <string>
#include <string_view>

namespace florin::cli {

// Of a transfer: what was asked, then the legs as a table.
std::string render_phase_status(std::string_view body);
// Of a transaction: what all share, the postings, then their legs.
std::string render_transaction(std::string_view body);

}  // namespace florin::cli
