// What is asked for a transfer request, and what the replies mean.
#include "api/answers/transfer_plan.hpp"

#include <algorithm>

#include "api/api_context.hpp"
#include "domain/transfer/transfer_evolve.hpp"

namespace florin {
namespace {

TransferAnswer failed(const ProblemKind& kind, std::optional<Position> position) {
  TransferAnswer answer;
  answer.kind = TransferAnswer::Kind::failed;
  answer.problem = &kind;
  answer.position = position;
  return answer;
}

// Where the side is said in the request; "": none is to blame.
std::string place_of(RefusedSide side) {
  switch (side) {
    case RefusedSide::none: return {};
    case RefusedSide::from: return "/from_account";
    case RefusedSide::to: return "/to_account";
  }
  return {};
}

TransferAnswer not_accepted(const NotAccepted& refused) {
  return failed(problem_kind(code_of(refused.why)), std::nullopt);
}

TransferAnswer ended(const TransferOutcome& outcome, const Position& position) {
  TransferAnswer answer;
  if (outcome.status == TransferStatus::completed) {
    answer.kind = TransferAnswer::Kind::success;
    answer.position = position;
    answer.notes = outcome.notes;
  } else {
    answer = failed(problem_kind(outcome.code.value_or(Rejection::deadline_passed)), position);
    answer.param = place_of(outcome.side);
  }
  answer.replayed = outcome.replayed;
  return answer;
}

// Of (owner, id) there is at most one, open or ended.
bool is_used_otherwise(const TransferViews& views, const TransferRequest& request) {
  const StartTransfer& sent = request.transfer;
  const auto is_other = [&](const AccountId& from, const AccountId& to, Minor amount,
                            Currency currency) {
    return request.rounded || from != sent.from || to != sent.to || amount != sent.amount ||
           currency != sent.currency;
  };
  return std::ranges::any_of(views.open,
                             [&](const TransferState& open) {
                               return is_other(open.debit().account, open.credit().account,
                                               open.debit().amount, open.currency);
                             }) ||
         std::ranges::any_of(views.ended, [&](const TransferRecord& record) {
           return is_other(record.payer(), record.payee(), record.amount, record.currency);
         });
}

}  // namespace

// transfer path 1/13: the request is read; its payer (a deposit's payee) says which partition decides.
TransferPlan::TransferPlan(const TransferRequest& request, const PartitionMap& map,
                           std::vector<Addressed>& out)
    : first_(out.size()) {
  const StartTransfer& transfer = request.transfer;
  if (request.wrong.empty()) {
    const PartitionId owner = map.partition_of(owner_of(transfer.from, transfer.to));
    if (request.notes)
      out.push_back({owner, StartNotedTransfer{transfer, *request.notes}});
    else
      out.push_back({owner, transfer});
    return;
  }
  refused_ = std::make_unique<const TransferRequest>(request);
  ask_about(map, out);
}

void TransferPlan::ask_about(const PartitionMap& map, std::vector<Addressed>& out) {
  const StartTransfer& transfer = refused_->transfer;
  const auto check = [&](const AccountId& account, LegRole role) {
    if (account.is_system()) return;
    out.push_back({map.partition_of(account),
                   CheckLeg{0, account, role, transfer.amount, transfer.currency}});
  };
  check(transfer.from, LegRole::debit);
  check(transfer.to, LegRole::credit);
  const AccountId& owner = owner_of(transfer.from, transfer.to);
  if (!owner.is_system()) {
    const PartitionId partition = map.partition_of(owner);
    out.push_back({partition, GetTransfer{0, partition, transfer.transaction_id, owner}});
  }
  count_ = out.size() - first_;
}

TransferAnswer TransferPlan::answer(const AskReplies& replies) const {
  if (refused_) return refused(replies);
  const auto& reply = replies.at(first_);
  if (!reply) return {};
  if (const auto* outcome = body_as<TransferOutcome>(reply))
    return ended(*outcome, reply->position);
  if (const auto* no = body_as<Refused>(reply))
    return failed(problem_kind(no->code), reply->position);
  if (const auto* no = body_as<NotAccepted>(reply)) return not_accepted(*no);
  return failed(problem_kind(EdgeCode::internal_error), std::nullopt);
}

// Somebody may have heard it unmarked: it is a repeat.
std::optional<TransferAnswer> refusal_seen(const TransferViews& views,
                                           const TransferRequest& request) {
  if (is_used_otherwise(views, request)) return std::nullopt;
  for (const TransferState& open : views.open)
    if (open.refused_at)
      return ended({TransferStatus::cancelled, open.code, true, refused_side(open)},
                   *open.refused_at);
  for (const TransferRecord& record : views.ended)
    if (record.status != TransferStatus::completed)
      return ended({record.status, record.code, true, record.side}, record.finished);
  return std::nullopt;
}

// Says all that is wrong with the request itself; before it what its state has against it, if that is the answer.
TransferAnswer TransferPlan::refused(const AskReplies& replies) const {
  const std::optional<Rejection> own = refused_->wrong.refusal();
  std::optional<Rejection> code = own;
  std::optional<Rejection> from, to;
  std::optional<Position> position;
  for (std::size_t i = first_; i < first_ + count_; ++i) {
    const auto& reply = replies.at(i);
    if (const auto* no = body_as<NotAccepted>(reply)) return not_accepted(*no);
    if (!reply) return failed(problem_kind(EdgeCode::overloaded), std::nullopt);
    position = reply->position;  // the last one is of the owner's partition
    if (const auto* check = body_as<CheckResult>(reply)) {
      const bool is_payer = i == first_ && !refused_->transfer.from.is_system();
      (is_payer ? from : to) = check->rejection;
      code = first_of(code, check->rejection);
    }
    const auto* views = view_as<TransferViews>(reply);
    if (views != nullptr && is_used_otherwise(*views, *refused_))
      code = first_of(code, Rejection::transaction_id_reused);
  }
  TransferAnswer answer = failed(problem_kind(*code), position);
  answer.errors = refused_->wrong.all();
  if (code == own) {
    answer.param = refused_->wrong.first().param;
    return answer;
  }
  answer.param = place_of(refused_side(*code, from, to));
  answer.errors.emplace(answer.errors.begin(), *answer.problem, answer.param);
  return answer;
}

}  // namespace florin
