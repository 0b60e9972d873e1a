// Whom each message is for: the one list, from which come the address of a message and the handler that it is given to. A new
// message does not compile before it is here.
//
// `actors` has one function for each kind of addressee, and gets the message with what it needs to find it:
//   to_account(message, account id), to_new_transfer(start), to_transfer(answer, protocol), to_partition(message, partition)
// All return the same type. What any replica may answer comes as the question in it, under the request's number.
#pragma once

#include <utility>
#include <variant>

#include "actors/messages/messages.hpp"
#include "domain/transfer/transfer_decide.hpp"

namespace florin {

template <class Actors>
class ToActor {
 public:
  explicit ToActor(Actors& actors) : actors_(actors) {}

  auto operator()(const StartTransfer& m) const { return actors_.to_new_transfer(m); }
  auto operator()(const LegAnswered& m) const {
    return actors_.to_transfer(m, protocol_of(m.answered));
  }

  auto operator()(const TryLeg& m) const { return actors_.to_account(m, m.content.account); }
  auto operator()(const ApplyStep& m) const { return actors_.to_account(m, m.content.account); }
  auto operator()(const ConfirmLeg& m) const { return actors_.to_account(m, m.account); }
  auto operator()(const CancelLeg& m) const { return actors_.to_account(m, m.account); }
  auto operator()(const CompensateStep& m) const { return actors_.to_account(m, m.account); }
  auto operator()(const OpenAccount& m) const { return actors_.to_account(m, m.account); }
  auto operator()(const ChangeAccount& m) const { return actors_.to_account(m, m.account); }
  auto operator()(const GetAccount& m) const { return actors_.to_account(m, m.account); }
  auto operator()(const CheckLeg& m) const { return actors_.to_account(m, m.account); }

  auto operator()(const AdvanceFence& m) const { return actors_.to_partition(m, m.to); }
  auto operator()(const FenceHeard& m) const { return actors_.to_partition(m, m.coordinator); }
  auto operator()(const GetTransfer& m) const { return actors_.to_partition(m, m.partition); }
  auto operator()(const GetTrialBalance& m) const { return actors_.to_partition(m, m.partition); }
  auto operator()(const ListAccounts& m) const { return actors_.to_partition(m, m.partition); }

  template <class Question>
  auto operator()(const FollowerRead<Question>& m) const {
    Question question = m.question;
    question.request = m.request;
    return (*this)(std::as_const(question));
  }

 private:
  Actors& actors_;
};

template <class Actors>
auto dispatch_to(Actors& actors, const Message& message) {
  return std::visit(ToActor<Actors>(actors), message);
}

}  // namespace florin
