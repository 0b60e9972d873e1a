// What is asked for a transfer request, and what the replies mean.
#include "api/answers/transfer_plan.hpp"

#include <algorithm>
#include <array>

#include "api/api_context.hpp"
#include "api/requests/transaction_request.hpp"
#include "base/limits.hpp"
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

TransferAnswer not_accepted(const NotAccepted& refused) {
  return failed(problem_kind(code_of(refused.why)), std::nullopt);
}

TransferAnswer ended(SentAs form, const TransferOutcome& outcome, const Position& position) {
  TransferAnswer answer;
  if (outcome.status == TransferStatus::completed) {
    answer.kind = TransferAnswer::Kind::success;
    answer.position = position;
    answer.notes = outcome.notes;
  } else {
    answer = failed(problem_kind(outcome.code.value_or(Rejection::deadline_passed)), position);
    answer.param = refused_place(form, outcome.code, {outcome.refused_posting, outcome.side});
  }
  answer.replayed = outcome.replayed;
  return answer;
}

// In order; a transfer is one.
TransferPostings postings_of(const TransferRequest& request) {
  if (!request.postings.empty()) return request.postings;
  return {{request.transfer.from, request.transfer.to, request.transfer.amount}};
}

// Of (owner, id) there is at most one, open or ended.
bool is_used_otherwise(const TransferViews& views, const TransferRequest& request) {
  const TransferPostings postings = postings_of(request);
  const auto is_other = [&](const auto& used) {
    return request.rounded || !is_of_content(used, postings, request.transfer.currency);
  };
  return std::ranges::any_of(views.open, is_other) || std::ranges::any_of(views.ended, is_other);
}

Message instruction_of(const TransferRequest& request) {
  const StartTransfer& transfer = request.transfer;
  if (request.postings.size() > 1) {
    StartTransaction transaction{0,
                                 transfer.transaction_id,
                                 transfer.currency,
                                 request.postings,
                                 transfer.protocol,
                                 transfer.deadline,
                                 {}};
    if (request.notes) transaction.notes = *request.notes;
    return transaction;
  }
  if (request.notes) return StartNotedTransfer{transfer, *request.notes};
  return transfer;
}

SentAs form_of(const TransferRequest& request) {
  if (!request.is_transaction) return SentAs::transfer;
  return request.postings.size() > 1 ? SentAs::postings : SentAs::one_posting;
}

}  // namespace

// transfer path 1/13: the request is read; its payer (a deposit's payee) says which partition decides.
TransferPlan::TransferPlan(const TransferRequest& request, const PartitionMap& map,
                           std::vector<Addressed>& out)
    : first_(out.size()), form_(form_of(request)) {
  if (request.wrong.empty()) {
    const StartTransfer& first = request.transfer;
    out.push_back({map.partition_of(owner_of(first.from, first.to)), instruction_of(request)});
    return;
  }
  auto refused = std::make_unique<RefusedRequest>(RefusedRequest{request, {}});
  ask_about(*refused, map, out);
  refused_ = std::move(refused);
}

// Each side with all that the postings before it want of the same account, as their Tries would find it.
void TransferPlan::ask_about(RefusedRequest& refused, const PartitionMap& map,
                             std::vector<Addressed>& out) {
  const StartTransfer& transfer = refused.request.transfer;
  const TransferPostings postings = postings_of(refused.request);
  const auto look_at = [&](std::size_t posting, LegRole role) {
    const auto side = role == LegRole::debit ? &TransferPosting::from : &TransferPosting::to;
    const AccountId& account = postings[posting].*side;
    if (account.is_system()) return;
    Minor amount = 0;
    for (std::size_t i = 0; i <= posting; ++i)
      if (postings[i].*side == account)
        amount = add_saturating(amount, postings[i].amount);  // too much is too much in any sum
    refused.looks.push_back({out.size(), posting, role});
    out.push_back(
        {map.partition_of(account), CheckLeg{0, account, role, amount, transfer.currency}});
  };
  for (std::size_t i = 0; i < postings.size(); ++i) {
    look_at(i, LegRole::debit);
    look_at(i, LegRole::credit);
  }
  const AccountId& owner = owner_of(transfer.from, transfer.to);
  if (!owner.is_system()) {
    const PartitionId partition = map.partition_of(owner);
    out.push_back({partition, GetTransfer{0, partition, transfer.transaction_id, owner}});
  }
  count_ = static_cast<std::uint32_t>(out.size() - first_);
}

TransferAnswer TransferPlan::answer(const AskReplies& replies) const {
  if (refused_) return refused(replies);
  const auto& reply = replies.at(first_);
  if (!reply) return {};
  if (const auto* outcome = body_as<TransferOutcome>(reply))
    return ended(form_, *outcome, reply->position);
  if (const auto* no = body_as<Refused>(reply))
    return failed(problem_kind(no->code), reply->position);
  if (const auto* no = body_as<NotAccepted>(reply)) return not_accepted(*no);
  return failed(problem_kind(EdgeCode::internal_error), std::nullopt);
}

// Somebody may have heard it unmarked: it is a repeat.
std::optional<TransferAnswer> refusal_seen(const TransferViews& views,
                                           const TransferRequest& request) {
  if (is_used_otherwise(views, request)) return std::nullopt;
  const auto seen = [&](TransferStatus status, const auto& refused, RefusedSide side,
                        std::uint8_t posting, const Position& at) {
    return ended(form_of(request), {status, refused.code, true, side, posting}, at);
  };
  for (const TransferState& open : views.open)
    if (open.refused_at)
      return seen(TransferStatus::cancelled, open, refused_side(open), refused_posting(open),
                  *open.refused_at);
  for (const TransferRecord& record : views.ended)
    if (record.status != TransferStatus::completed)
      return seen(record.status, record, record.side, record.refused_posting(), record.finished);
  return std::nullopt;
}

// Where the first posting is that this code was found against; "": it is about none.
std::string TransferPlan::place_found(Rejection code, const AskReplies& replies) const {
  std::array<std::optional<Rejection>, limits::postings_max> from, to;
  for (const Look& look : refused_->looks)
    if (const auto* check = body_as<CheckResult>(replies.at(look.reply)))
      (look.role == LegRole::debit ? from : to)[look.posting] = check->rejection;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (from[i] == code || to[i] == code)
      return refused_place(form_, code,
                           {static_cast<std::uint8_t>(i), refused_side(code, from[i], to[i])});
  return {};
}

// Says all that is wrong with the request itself; before it what its state has against it, if that is the answer.
TransferAnswer TransferPlan::refused(const AskReplies& replies) const {
  const WrongParts& wrong = refused_->request.wrong;
  const std::optional<Rejection> own = wrong.refusal();
  std::optional<Rejection> code = own;
  std::optional<Position> position;
  for (std::size_t i = first_; i < first_ + count_; ++i) {
    const auto& reply = replies.at(i);
    if (const auto* no = body_as<NotAccepted>(reply)) return not_accepted(*no);
    if (!reply) return failed(problem_kind(EdgeCode::overloaded), std::nullopt);
    position = reply->position;  // the last one is of the owner's partition, if it has an owner
    if (const auto* check = body_as<CheckResult>(reply)) code = first_of(code, check->rejection);
    const auto* views = view_as<TransferViews>(reply);
    if (views != nullptr && is_used_otherwise(*views, refused_->request))
      code = first_of(code, Rejection::transaction_id_reused);
  }
  TransferAnswer answer = failed(problem_kind(*code), position);
  answer.errors = wrong.all();
  if (code == own) {
    answer.param = wrong.first().param;
    return answer;
  }
  answer.param = place_found(*code, replies);
  answer.errors.emplace(answer.errors.begin(), *answer.problem, answer.param);
  return answer;
}

}  // namespace florin
