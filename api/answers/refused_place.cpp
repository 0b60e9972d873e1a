// A side of a transfer, or a posting of a transaction and its side.
#include "api/answers/refused_place.hpp"

#include <string_view>

#include "api/requests/transaction_request.hpp"

namespace florin {
namespace {

std::string_view key_of(RefusedSide side) {
  switch (side) {
    case RefusedSide::none: return {};
    case RefusedSide::from: return "/from_account";
    case RefusedSide::to: return "/to_account";
  }
  return {};
}

}  // namespace

std::string refused_place(SentAs form, std::optional<Rejection> code, RefusedPart part) {
  if (!code || !is_about_a_posting(*code)) return {};
  if (form == SentAs::transfer) return std::string(key_of(part.side));
  if (form == SentAs::one_posting) part.posting = 0;
  if (part.posting == no_posting) return {};
  return posting_pointer(part.posting).append(key_of(part.side));
}

}  // namespace florin
