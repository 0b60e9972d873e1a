// The routes of api/openapi.yaml, one function each. A route reads its request, asks the partitions and answers the
// call once, then or later, on whatever thread the answer comes.
#pragma once

#include "api/api_context.hpp"

namespace florin {

// account_routes.cpp
void post_account(const ApiContext& context, const CallPtr& call);
void get_account(const ApiContext& context, const CallPtr& call);
void freeze_account(const ApiContext& context, const CallPtr& call);
void unfreeze_account(const ApiContext& context, const CallPtr& call);
void close_account(const ApiContext& context, const CallPtr& call);
void patch_account_metadata(const ApiContext& context, const CallPtr& call);
// account_list.cpp
void list_accounts(const ApiContext& context, const CallPtr& call);
// entries.cpp
void get_entries(const ApiContext& context, const CallPtr& call);
// balance_transfer.cpp, balance_transfers.cpp, transfer_status.cpp
void post_balance_transfer(const ApiContext& context, const CallPtr& call);
void post_balance_transfers(const ApiContext& context, const CallPtr& call);
void get_transfer(const ApiContext& context, const CallPtr& call);
// The same of transactions: in balance_transfer.cpp, transfer_status.cpp
void post_transaction(const ApiContext& context, const CallPtr& call);
void get_transaction(const ApiContext& context, const CallPtr& call);
// payments.cpp, payment_list.cpp, payment_reads.cpp, webhooks.cpp
void post_payment(const ApiContext& context, const CallPtr& call);
void list_payments(const ApiContext& context, const CallPtr& call);
void get_payment(const ApiContext& context, const CallPtr& call);
void cancel_payment(const ApiContext& context, const CallPtr& call);
void get_checkout(const ApiContext& context, const CallPtr& call);
void post_psp_webhook(const ApiContext& context, const CallPtr& call);
// books.cpp
void get_trial_balance(const ApiContext& context, const CallPtr& call);
// ledger.cpp
void get_ledger_balances(const ApiContext& context, const CallPtr& call);
void get_ledger_balance(const ApiContext& context, const CallPtr& call);
void get_ledger_entries(const ApiContext& context, const CallPtr& call);
// operation.cpp
void get_healthz(const ApiContext& context, const CallPtr& call);
void get_readyz(const ApiContext& context, const CallPtr& call);
void get_metrics(const ApiContext& context, const CallPtr& call);
void get_cluster_chains(const ApiContext& context, const CallPtr& call);
void get_cluster(const ApiContext& context, const CallPtr& call);
// cluster_changes.cpp
void post_cluster_node(const ApiContext& context, const CallPtr& call);
void drain_cluster_node(const ApiContext& context, const CallPtr& call);
void resume_cluster_node(const ApiContext& context, const CallPtr& call);
void rejoin_cluster_node(const ApiContext& context, const CallPtr& call);
void remove_cluster_node(const ApiContext& context, const CallPtr& call);
void rebalance_cluster(const ApiContext& context, const CallPtr& call);
void get_version(const ApiContext& context, const CallPtr& call);

}  // namespace florin
