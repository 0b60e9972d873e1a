// The bytes that stand for a transaction's content.
#include "domain/transfer/transfer_posting.hpp"

#include <string>

#include "base/little_endian.hpp"

namespace florin {

Sha256 content_hash(std::span<const TransferPosting> postings, Currency currency) {
  std::string bytes = "florin transaction 1";
  append_text(bytes, currency.view());
  append_le<std::uint32_t>(bytes, static_cast<std::uint32_t>(postings.size()));
  for (const TransferPosting& posting : postings) {
    append_text(bytes, posting.from.view());
    append_text(bytes, posting.to.view());
    append_le<std::uint64_t>(bytes, static_cast<std::uint64_t>(posting.amount));
  }
  return sha256(bytes);
}

}  // namespace florin
