// Where a request for a transfer or a transaction says what its refusal is about: the member `param` of its answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/transfer/refused_side.hpp"
#include "domain/transfer/transfer_posting.hpp"

namespace florin {

// In which form it was asked for, which says how answers name its parts.
enum class SentAs : std::uint8_t { transfer, one_posting, postings };

struct RefusedPart {
  std::uint8_t posting = no_posting;  // a transfer's record says none
  RefusedSide side = RefusedSide::none;
};

// A JSON pointer; "": nothing is to blame, or it is not known.
std::string refused_place(SentAs form, std::optional<Rejection> code, RefusedPart part);

}  // namespace florin
