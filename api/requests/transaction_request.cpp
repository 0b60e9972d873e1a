// A transaction: its postings one by one, then what all of them share. What is wrong with each is said at its own place.
#include "api/requests/transaction_request.hpp"

#include "api/requests/transfer_fields.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

constexpr std::array<std::string_view, 7> transaction_names{
    "transaction_id", "postings", "protocol", "deadline", "reference", "description", "metadata"};
constexpr std::string_view postings_key = transaction_names[1];
constexpr std::array<std::string_view, 4> posting_names{"from_account", "to_account", "amount",
                                                        "currency"};

// Postings as they are read: each with the currency that was sent with it, none where there was no right one.
struct ReadPostings {
  std::vector<TransferPosting>& postings;
  std::array<Currency, limits::postings_max> currencies{};
  bool& rounded;

  [[nodiscard]] PostingParts parts(std::size_t i) {
    TransferPosting& posting = postings[i];
    return {posting.from, posting.to, posting.amount, currencies[i], rounded};
  }
};

// None: it is not there, or it is no list of as many as there may be.
std::optional<JsonArray> array_of_postings(MaybeField field, WrongParts& wrong) {
  JsonArray array;
  if (field == nullptr)
    wrong.add(missing_field(postings_key));
  else if (field->get(array))
    wrong.add(bad_field(postings_key, "must be an array."));
  else if (array.size() == 0 || array.size() > limits::postings_max)
    wrong.add(bad_field(postings_key, "must have 1 to 8 elements."));
  else
    return array;
  return std::nullopt;
}

void read_one_posting(const JsonValue& value, const PostingParts& out, WrongParts& wrong) {
  JsonObject object;
  if (value.get(object))
    return wrong.add({EdgeCode::invalid_request, "", "A posting must be a JSON object."});
  JsonFields<posting_names.size()> fields;
  wrong.read_fields(object, posting_names, fields);
  bool rounded = false;
  read_posting({.from_account = field_at(fields, 0),
                .to_account = field_at(fields, 1),
                .amount = field_at(fields, 2),
                .currency = field_at(fields, 3)},
               {out.from, out.to, out.amount, out.currency, rounded}, wrong);
  out.rounded = out.rounded || rounded;
}

// All of the first one's that can be read; each that has another is named.
void refuse_other_currencies(const ReadPostings& read, WrongParts& wrong) {
  Currency common;
  for (std::size_t i = 0; i < read.postings.size(); ++i) {
    const Currency currency = read.currencies[i];
    if (currency.is_none()) continue;
    if (common.is_none()) common = currency;
    if (currency == common) continue;
    WrongParts other;
    other.add({EdgeCode::mixed_currencies, "/currency",
               std::string(problem_kind(EdgeCode::mixed_currencies).detail)});
    wrong.add_at(posting_pointer(i), std::move(other));
  }
}

void refuse_all_parties(ReadPostings& read, bool is_refused_anyway, WrongParts& wrong) {
  for (std::size_t i = 0; i < read.postings.size(); ++i) {
    WrongParts of_posting;
    refuse_parties(read.parts(i), is_refused_anyway, of_posting);
    if (!of_posting.empty()) wrong.add_at(posting_pointer(i), std::move(of_posting));
  }
}

void refuse_sides(ReadPostings& read, WrongParts& wrong) {
  WrongParts by_sides;
  refuse_all_parties(read, false, by_sides);
  refuse_all_parties(read, !wrong.empty() || !by_sides.empty(), wrong);
}

void read_postings(MaybeField field, ReadPostings& read, WrongParts& wrong) {
  const auto array = array_of_postings(field, wrong);
  if (!array) return;
  read.postings.resize(array->size());
  std::size_t place = 0;
  for (const JsonValue& value : *array) {
    WrongParts of_posting;
    read_one_posting(value, read.parts(place), of_posting);
    if (!of_posting.empty()) wrong.add_at(posting_pointer(place), std::move(of_posting));
    ++place;
  }
  refuse_other_currencies(read, wrong);
}

// The first posting says whose the transaction is.
void take_first_posting(const ReadPostings& read, StartTransfer& transfer) {
  if (read.postings.empty()) return;
  transfer.from = read.postings.front().from;
  transfer.to = read.postings.front().to;
  transfer.amount = read.postings.front().amount;
  transfer.currency = read.currencies.front();
}

}  // namespace

std::string posting_pointer(std::size_t posting) {
  return json_pointer(postings_key).append("/").append(std::to_string(posting));
}

bool has_postings(const JsonObject& object) {
  return object.at_key(postings_key).error() == simdjson::SUCCESS;
}

void read_transaction(const JsonObject& object, TransferRequest& out) {
  out = TransferRequest{};
  out.is_transaction = true;
  JsonFields<transaction_names.size()> fields;
  out.wrong.read_fields(object, transaction_names, fields);
  ReadPostings read{out.postings, {}, out.rounded};
  read_postings(field_at(fields, 1), read, out.wrong);
  take_first_posting(read, out.transfer);
  read_transfer_terms({.transaction_id = field_at(fields, 0),
                       .protocol = field_at(fields, 2),
                       .deadline = field_at(fields, 3),
                       .reference = field_at(fields, 4),
                       .description = field_at(fields, 5),
                       .metadata = field_at(fields, 6)},
                      out);
  if (out.postings.size() > 1 && out.transfer.protocol == Protocol::saga)
    out.wrong.add(
        bad_field(transaction_names[2], "must be \"tcc\" for several postings: sagas are of one."));
  refuse_sides(read, out.wrong);
}

}  // namespace florin
