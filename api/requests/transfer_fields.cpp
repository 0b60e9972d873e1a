// Fields of transfers, checked in the order of the contract. On the path of every item of a batch.
#include "api/requests/transfer_fields.hpp"

#include "api/requests/field_readers.hpp"
#include "api/requests/notes_request.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

using MaybeFault = std::optional<InputFault>;

MaybeFault read_account(std::string_view key, MaybeField field, AccountId& out) {
  if (field == nullptr) return missing_field(key);
  return read_account_id(key, *field, out);
}

MaybeFault read_id(MaybeField field, TransferRequest& out) {
  constexpr std::string_view key = "transaction_id";
  if (field == nullptr) return missing_field(key);
  const auto text = json_text(*field);
  const auto id = text ? Uuid::parse(*text) : std::nullopt;
  if (!id) return bad_field(key, "must be a UUID in its form of 36 characters.");
  out.transfer.transaction_id = *id;
  out.has_id = true;
  return std::nullopt;
}

MaybeFault read_protocol(MaybeField field, Protocol& out) {
  if (field == nullptr) return std::nullopt;
  const auto text = json_text(*field);
  if (text == "tcc")
    out = Protocol::tcc;
  else if (text == "saga")
    out = Protocol::saga;
  else
    return bad_field("protocol", "must be \"tcc\" or \"saga\".");
  return std::nullopt;
}

MaybeFault read_deadline(MaybeField field, Timestamp& out) {
  if (field == nullptr) return std::nullopt;
  const auto text = json_text(*field);
  const auto time = text ? Timestamp::parse_rfc3339(*text) : std::nullopt;
  if (!time) return bad_field("deadline", "must be a time of RFC 3339 in the years 1970 to 9999.");
  out = time->is_none() ? Timestamp{1} : *time;  // 0 would mean that there is no deadline
  return std::nullopt;
}

// What it is for; most say nothing, and pay for nothing.
void read_notes(const TermFields& fields, TransferRequest& out) {
  if (fields.reference == nullptr && fields.description == nullptr && fields.metadata == nullptr)
    return;
  TransferNotes notes;
  if (fields.reference != nullptr)
    read_note("reference", *fields.reference, limits::reference_chars_max, notes.reference,
              out.wrong);
  if (fields.description != nullptr)
    read_note("description", *fields.description, limits::description_chars_max, notes.description,
              out.wrong);
  if (fields.metadata != nullptr)
    read_note_pairs("metadata", *fields.metadata, notes.metadata, out.wrong);
  if (!notes.empty()) out.notes = std::move(notes);
}

// Grammar and number; what is a matter of value becomes a refusal. Its currency comes first: it says how many decimals.
void read_money(const PostingFields& fields, const PostingParts& out, WrongParts& wrong) {
  constexpr std::string_view key = "amount";
  if (fields.amount == nullptr) wrong.add(missing_field(key));
  if (fields.currency == nullptr)
    wrong.add(missing_field("currency"));
  else
    wrong.add(read_currency("currency", *fields.currency, out.currency));
  if (fields.amount == nullptr) return;
  if (out.currency.is_none()) return wrong.add(check_amount(key, *fields.amount));
  AmountText parsed;
  if (auto fault = read_amount(key, *fields.amount, out.currency, parsed))
    return wrong.add(std::move(*fault));
  out.amount = parsed.minor_rounded_up;
  out.rounded = parsed.rounded;
  if (parsed.minor_rounded_up == 0) wrong.refuse(Rejection::amount_not_positive, key);
  if (parsed.too_many_decimals) wrong.refuse(Rejection::too_many_decimals, key);
}

}  // namespace

void read_posting(const PostingFields& fields, const PostingParts& out, WrongParts& wrong) {
  wrong.add(read_account("from_account", fields.from_account, out.from));
  wrong.add(read_account("to_account", fields.to_account, out.to));
  read_money(fields, out, wrong);
}

// A side that could not be read is nobody.
void refuse_parties(const PostingParts& posting, bool is_refused_anyway, WrongParts& wrong) {
  if (!posting.from.empty() && posting.from == posting.to)
    wrong.refuse(Rejection::same_account, "to_account");
  if (!posting.from.is_system() && !posting.to.is_system()) return;
  const auto from = outside_currency(posting.from);
  const auto to = outside_currency(posting.to);
  if (posting.from.is_system() && !from) wrong.refuse(Rejection::system_account, "from_account");
  if (posting.to.is_system() && !to) wrong.refuse(Rejection::system_account, "to_account");
  if (posting.currency.is_none()) return;
  // With a client's account on one side the partition refuses this, and records it. Between two outsides,
  // or when the request is refused anyway, nobody else would.
  const bool mismatch = (from && *from != posting.currency) || (to && *to != posting.currency);
  if (mismatch && (is_refused_anyway || !wrong.empty() || (from && to)))
    wrong.refuse(Rejection::currency_mismatch, "currency");
}

void read_transfer_terms(const TermFields& fields, TransferRequest& out) {
  out.wrong.add(read_id(fields.transaction_id, out));
  out.wrong.add(read_protocol(fields.protocol, out.transfer.protocol));
  out.wrong.add(read_deadline(fields.deadline, out.transfer.deadline));
  read_notes(fields, out);
}

}  // namespace florin
