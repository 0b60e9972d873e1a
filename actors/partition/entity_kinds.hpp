// The kinds of entities that a partition keeps. Each is declared once, in its own folder: its row in memory, its key, its
// table in the store, and how it becomes bytes. KindTable makes the rest of it. Add a kind to this list.
#pragma once

#include "actors/account/account_entity.hpp"
#include "actors/entity/kind_table.hpp"
#include "actors/ledger/ledger_entity.hpp"
#include "actors/payment/checkout_entity.hpp"
#include "actors/payment/order_entity.hpp"
#include "actors/payment/payment_key_entity.hpp"
#include "actors/transfer/leg_entity.hpp"
#include "actors/transfer/notes_entity.hpp"
#include "actors/transfer/transfer_entity.hpp"
#include "actors/wallet/asked_step_entity.hpp"
#include "actors/wallet/step_entity.hpp"

namespace florin {

// In the order of their rows in a checkpoint.
using EntityTables =
    KindTables<AccountEntity, LegEntity, TransferEntity, MoneyStepEntity, LedgerEntity,
               AskedStepEntity, OrderEntity, CheckoutEntity, PaymentKeyEntity, NotesEntity>;

}  // namespace florin
