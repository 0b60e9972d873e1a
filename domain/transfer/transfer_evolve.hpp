// Applies facts to the phase status of one transfer. Writes, never checks (it may assert).
// "sent" is derived: what an entry makes due is sent as an effect of that very entry.
#pragma once

#include <span>

#include "domain/transfer/transfer_events.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

TransferState evolve_started(const TransferStarted& event, TransferId id, Timestamp time);
// The same over a state that is no longer needed, whose memory serves again.
void evolve_started(TransferState& transfer, const TransferStarted& event, TransferId id,
                    Timestamp time);
void evolve(TransferState& transfer, const TransferNoted& event);
void evolve(TransferState& transfer, const ClientDeadlineGiven& event);
void evolve(TransferState& transfer, const TryAnswered& event);
void evolve(TransferState& transfer, const TransferDecided& event);
// `at`: of the event, which is where clients hear their refusal.
void evolve(TransferState& transfer, const CancelDecided& event, Position at);
void evolve(TransferState& transfer, const SecondPhaseAnswered& event);

// What is kept of a transfer that ended at `end`.
TransferRecord record_of(const TransferState& transfer, TransferStatus status,
                         std::optional<Rejection> code, Position end);
TransferRecord record_of(const TransferPosted& event, Position at);
TransferRecord record_of(const TransferRefused& event, Position at);
TransferRecord record_of(const SidedRefusal& event, Position at);

// What it moves, in the order in which the client said it.
TransferPostings postings_of(const TransferState& transfer);

// It is about these postings, in this order: what a repeat has to say. A transfer is one posting.
bool is_of_content(const TransferState& transfer, std::span<const TransferPosting> postings,
                   Currency currency);
bool is_of_content(const TransferRecord& record, std::span<const TransferPosting> postings,
                   Currency currency);

// Which side clients hear the refusal of: of one that CancelDecided has decided (refused_at). It follows from the answers of
// the legs, which nothing changes after that; where nobody had answered, only the first payer had been looked at.
RefusedSide refused_side(const TransferState& transfer);
// The same of a transaction: which of its postings; no_posting: a transfer, or it is about none of them.
std::uint8_t refused_posting(const TransferState& transfer);

}  // namespace florin
