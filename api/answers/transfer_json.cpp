// Phase status as JSON: the words of the contract for each state.
#include "api/answers/notes_json.hpp"
#include "api/answers/transfer_view.hpp"

namespace florin {
namespace {

std::string_view to_text(TransferStatus status) {
  switch (status) {
    case TransferStatus::trying: return "trying";
    case TransferStatus::confirming: return "confirming";
    case TransferStatus::cancelling: return "cancelling";
    case TransferStatus::completed: return "completed";
    case TransferStatus::cancelled: return "cancelled";
    case TransferStatus::refused: return "refused";
  }
  return "trying";
}

std::string_view to_text(Protocol protocol) {
  switch (protocol) {
    case Protocol::local: return "local";
    case Protocol::tcc: return "tcc";
    case Protocol::saga: return "saga";
  }
  return "local";
}

std::string_view to_text(TryStatus status) {
  switch (status) {
    case TryStatus::not_sent: return "not_sent";
    case TryStatus::sent: return "sent";
    case TryStatus::answered: return "answered";
  }
  return "not_sent";
}

std::string_view to_text(SecondPhaseStatus status) {
  switch (status) {
    case SecondPhaseStatus::none: return "none";
    case SecondPhaseStatus::sent: return "sent";
    case SecondPhaseStatus::answered: return "answered";
  }
  return "none";
}

// A refusal says why; the other answers are the words of the participant contract.
std::string_view to_text(const LegAnswer& answer) {
  switch (answer.code) {
    case AnswerCode::ok: return "ok";
    case AnswerCode::ok_empty: return "ok_empty";
    case AnswerCode::refused: return answer.rejection ? to_string(*answer.rejection) : "refused";
    case AnswerCode::cancelled: return "cancelled";
    case AnswerCode::cancelled_before_try: return "cancelled_before_try";
    case AnswerCode::leg_mismatch: return "leg_mismatch";
    case AnswerCode::try_not_found: return "try_not_found";
    case AnswerCode::already_confirmed: return "already_confirmed";
    case AnswerCode::already_cancelled: return "already_cancelled";
    case AnswerCode::fenced: return "fenced";
  }
  return "ok";
}

// `posting`: whose leg it is; none: of a transfer, which has one.
void write_leg(JsonWriter& json, const LegPhase& leg, std::optional<std::size_t> posting) {
  json.begin_object();
  if (posting) json.key("posting").number(*posting);
  json.key("account").plain(leg.spec.account.view());
  json.key("role").plain(leg.spec.role == LegRole::debit ? "debit" : "credit");
  json.key("partition").number(leg.spec.partition);
  json.key("try").plain(to_text(leg.try_status));
  if (leg.try_status == TryStatus::answered) json.key("try_answer").plain(to_text(leg.try_answer));
  json.key("second_phase").plain(to_text(leg.second_phase));
  json.key("out_of_order").boolean(leg.out_of_order);
  json.end_object();
}

void write_decision(JsonWriter& json, Decision decision) {
  switch (decision) {
    case Decision::none: json.null(); return;
    case Decision::confirm: json.plain("confirm"); return;
    case Decision::cancel: json.plain("cancel"); return;
  }
}

void write_postings(JsonWriter& json, const TransferState& transfer) {
  json.key("postings").begin_array();
  for (std::size_t i = 0; i < transfer.postings(); ++i) {
    json.begin_object();
    json.key("from_account").plain(transfer.debit(i).account.view());
    json.key("to_account").plain(transfer.credit(i).account.view());
    json.key("amount").amount(transfer.debit(i).amount, transfer.currency);
    json.key("currency").plain(transfer.currency.view());
    json.end_object();
  }
  json.end_array();
}

void write_refusal(JsonWriter& json, const TransferView& view, bool names_postings) {
  const auto& code = view.transfer.code;
  if (!code) return;
  json.key("code").plain(to_string(*code));
  if (!names_postings) return;
  const SentAs form = view.transfer.is_transaction() ? SentAs::postings : SentAs::one_posting;
  const std::string place = refused_place(form, code, view.refused);
  if (!place.empty()) json.key("param").plain(place);
}

void write_legs(JsonWriter& json, const TransferState& transfer, bool names_postings) {
  json.key("legs").begin_array();
  for (std::size_t i = 0; i < transfer.legs.size(); ++i)
    write_leg(json, transfer.legs[i],
              names_postings ? std::optional(transfer.posting_of(i)) : std::nullopt);
  json.end_array();
}

// What they begin with.
void write_head(JsonWriter& json, const TransferView& view) {
  json.begin_object();
  json.key("transaction_id").uuid(view.transfer.transaction_id);
  json.key("status").plain(to_text(view.status));
  json.key("protocol").plain(to_text(view.transfer.protocol));
}

void write_rest(JsonWriter& json, const TransferView& view, const Position& position,
                bool names_postings) {
  const TransferState& transfer = view.transfer;
  json.key("currency").plain(transfer.currency.view());
  json.key("decision");
  write_decision(json, transfer.decision);
  if (view.notes) write_notes(json, *view.notes);
  write_refusal(json, view, names_postings);
  if (names_postings) write_postings(json, transfer);
  write_legs(json, transfer, names_postings);
  json.key("started_at").plain(transfer.started_at.to_rfc3339());
  if (view.finished_at) json.key("finished_at").plain(view.finished_at->to_rfc3339());
  json.key("position").position(position);
  json.end_object();
}

}  // namespace

void write_transfer(JsonWriter& json, const TransferView& view, const Position& position) {
  const TransferState& transfer = view.transfer;
  write_head(json, view);
  json.key("from_account").plain(transfer.debit().account.view());
  json.key("to_account").plain(transfer.credit().account.view());
  json.key("amount").amount(transfer.debit().amount, transfer.currency);
  write_rest(json, view, position, transfer.is_transaction());
}

void write_transaction(JsonWriter& json, const TransferView& view, const Position& position) {
  write_head(json, view);
  write_rest(json, view, position, true);
}

}  // namespace florin
