// Subject: what a question of a client and its answer are about. Eight bytes stand for the content (account, transaction,
// partition ...): who answers computes them from the message that it handles, who asked from the message that it sent.
//
// Not a secret and no checksum: it tells two questions of one process apart when their numbers have been mixed up.
#pragma once

#include "actors/messages/messages.hpp"

namespace florin {

Subject subject_of(const StartTransfer& message);
Subject subject_of(const StartTransaction& message);
// The same, from what a coordinator keeps: the owner (owner_of()) and the client's id.
Subject subject_of_transfer(const AccountId& owner, const Uuid& transaction_id);
Subject subject_of(const OpenAccount& message);
Subject subject_of(const ChangeAccount& message);
Subject subject_of(const ChangeMetadata& message);
Subject subject_of(const GetAccount& message);
Subject subject_of(const ListAccounts& message);
Subject subject_of(const CheckLeg& message);
Subject subject_of(const GetTransfer& message);
Subject subject_of(const GetTrialBalance& message);
Subject subject_of(const GetLedgerSums& message);
Subject subject_of(const GetLedgerBalance& message);
Subject subject_of(const ListPayments& message);
Subject subject_of(const GetPaymentKey& message);
Subject subject_of(const StartCheckout& message);
// The same, from the checkout that has been started.
Subject subject_of_checkout(const PaymentId& checkout, const Sha256& content);
Subject subject_of(const GetCheckout& message);
Subject subject_of(const GetPayment& message);
Subject subject_of(const CancelPayment& message);
Subject subject_of(const TakeHint& message);

}  // namespace florin
