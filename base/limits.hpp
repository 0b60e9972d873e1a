// Every bound of the system in one place. A queue, loop, batch or time-out without a row here is a bug.
#pragma once

#include <cstddef>
#include <cstdint>

namespace florin::limits {

inline constexpr std::size_t body_bytes_max = 8 * 1024 * 1024;  // of a batch
// Of any other request. The largest: eight postings, full metadata and texts, every character escaped (12 bytes).
inline constexpr std::size_t small_body_bytes_max = 128 * 1024;
inline constexpr std::size_t bodies_bytes_max = 256 * 1024 * 1024;  // of all at a time
inline constexpr std::size_t header_bytes_max = 16 * 1024;
inline constexpr std::size_t batch_transfers_max = 10'000;  // and postings of all its transactions
inline constexpr std::size_t metadata_pairs_max = 16;
inline constexpr std::size_t metadata_key_chars_max = 40;
inline constexpr std::size_t metadata_value_chars_max = 500;
inline constexpr std::size_t metadata_changes_max =
    32;  // of one patch: sixteen removed, and sixteen set
inline constexpr std::size_t reason_chars_max = 500;
// Of what a client says a transfer is for.
inline constexpr std::size_t reference_chars_max = 64;
inline constexpr std::size_t description_chars_max = 255;
inline constexpr std::size_t amount_digits_max = 18;
inline constexpr std::size_t wrong_keys_max =
    8;  // unknown or repeated keys that an answer names, of one object
inline constexpr std::size_t page_limit_max = 100;
inline constexpr std::size_t page_limit_default = 20;
inline constexpr std::size_t page_rows_max = page_limit_max + 1;  // one more: is there a next page?
// Of one transaction id, from one partition: how many are named, and how many are looked at to find them.
inline constexpr std::size_t same_id_found_max = 21;
inline constexpr std::size_t same_id_rows_max = 1'000;
// Of a page of payments: so many orders one partition looks at for it, whatever the filter lets through.
inline constexpr std::size_t payments_seen_max = 1'000;

inline constexpr std::size_t partitions_max = 1024;
inline constexpr std::size_t legs_max = 16;
inline constexpr std::size_t postings_max = legs_max / 2;  // of a transaction: each has two legs

// Payments at the edge.
inline constexpr std::size_t payment_orders_taken_max = 1;  // of a checkout that is asked for
inline constexpr std::size_t problem_parts_max = 64;        // that one answer lists
inline constexpr std::size_t return_url_chars_max = 1'024;
inline constexpr std::size_t idempotency_key_chars_max = 255;
inline constexpr std::size_t webhook_body_bytes_max = 256 * 1024;
inline constexpr std::int64_t webhook_patience_us = 5'000'000;      // until it must be in the log
inline constexpr std::int64_t payment_expires_us_min = 60'000'000;  // ahead
inline constexpr std::int64_t payment_expires_us_max = 24LL * 3'600 * 1'000'000;
inline constexpr std::int64_t payment_expires_us_default = 30LL * 60 * 1'000'000;

// A partition's inbox (messages) and how far turns may run ahead of the disk.
inline constexpr std::size_t inbox_messages_max = 65'536;
inline constexpr std::size_t turn_messages_max = 8'192;
inline constexpr std::size_t turns_in_flight_max = 4;
// Transfers to other partitions that one partition has under way, a transaction counted by its postings. While one of those
// is dead what was sent to it stays open, in memory: beyond this the next is `overloaded`.
inline constexpr std::size_t open_transfers_max = 131'072;
// Reads of many rows: how many wait in a partition, and the rows that a turn gives them before others go on.
inline constexpr std::size_t long_reads_max = 1'000;
inline constexpr std::size_t turn_read_rows_max = 1'000;
// FollowerReads that are answered before others go on.
inline constexpr std::size_t round_reads_max = 128;
inline constexpr std::size_t entry_bytes_max = 32 * 1024 * 1024;
// A turn takes no further message when its entry, or its replies, have grown to this. What one message, all timers of
// a tick and all fences may add behind it is far less than what is left to entry_bytes_max
// (tests/unit/actors/partition/turn_bounds_test.cpp).
inline constexpr std::size_t turn_bytes_soft = 1024 * 1024;
inline constexpr std::size_t turn_tells_max = 65'536;  // the same, of messages for other partitions
// Replies of one partition that wait until they may leave: above this it takes no turn that only reads.
inline constexpr std::size_t waiting_reply_bytes_max = 64 * 1024 * 1024;
// Changed rows of one partition that wait for a checkpoint: above this one is due.
inline constexpr std::size_t checkpoint_dirty_bytes_max = 64 * 1024 * 1024;

// Between nodes: asks, tells and replies are cut into frames of about this size, and so is a log that is fetched. A
// frame that carries entries has at least one, and a link takes the largest (cluster/links/peer_links.hpp).
inline constexpr std::size_t message_frame_bytes = 4 * 1024 * 1024;
inline constexpr std::size_t piece_bytes = 4 * 1024 * 1024;
// A round of the consensus takes no further frame, and no further proposal, above this: all that it writes is one block
// of the journal (static_assert in cluster/replication/replicated_log.cpp).
inline constexpr std::size_t round_bytes_soft = 32 * 1024 * 1024;
inline constexpr std::size_t raft_message_bytes = 32 * 1024 * 1024;  // payloads (glue/ready.go)
inline constexpr std::size_t frame_bytes_max = 64 * 1024 * 1024;     // of any frame of any link

// Protocol times, microseconds.
inline constexpr std::int64_t try_timeout_us = 10'000'000;  // an unanswered Try counts as no
inline constexpr std::int64_t resend_after_us = 1'000'000;  // first resend of what is owed
inline constexpr std::int64_t resend_backoff_us_max = 30'000'000;
// After a start, or with a new leader, so many open entities of a partition are looked at once; of more, so many a second.
inline constexpr std::size_t woken_at_once_max = 4'096;
inline constexpr std::size_t woken_per_second_max = 100'000;
// Entities that sleep until a time: so long before it they are looked up in the store; so many a tick of a partition looks
// up, and acts on, ten times a second; and when more are waiting, so many a second are looked up. All partitions of
// a node may be late at the same time.
inline constexpr std::int64_t due_window_us = 1'000'000;
inline constexpr std::size_t due_per_turn_max = 512;
inline constexpr std::size_t due_per_second_max = 5'000;
// until a replica has what a read wants to see
inline constexpr std::int64_t follower_read_wait_us = 2'000'000;
// Two clocks further apart than this do not agree.
inline constexpr std::int64_t clock_offset_max_us = 2'000'000;

}  // namespace florin::limits
