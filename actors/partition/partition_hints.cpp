// Asks for the memory that messages and events are going to need, as each kind says (entity/memory_hints.hpp).
#include <type_traits>
#include <variant>

#include "actors/entity/memory_hints.hpp"
#include "actors/partition/partition_state.hpp"

namespace florin {

// What a kind may ask for at this stage. Nothing else of a stage is done at another one.
template <class Kind, Ahead stage>
class PartitionState::RowsAhead {
 public:
  using Key = typename Kind::Key;

  explicit RowsAhead(const PartitionState& here) : here_(here), table_(here.tables_.of<Kind>()) {}

  [[nodiscard]] PartitionId partition() const { return here_.id_; }

  void known(const Key& key) const {
    if constexpr (stage == Ahead::index || stage == Ahead::beyond)
      table_.prefetch_index(key);
    else
      table_.prefetch_entity(key);
  }
  void made(const Key& key) const {
    if constexpr (stage == Ahead::index) table_.prefetch_index(key);
    room();
  }
  void room() const {
    if constexpr (stage == Ahead::entity) table_.prefetch_free(entities_ahead);
  }

  // --- what is known of transfers ----------------------------------------------------------------------
  // By this id, whether open or ended.
  void asked_for(const Uuid& transaction_id) const {
    begins(transaction_id);
    if constexpr (stage == Ahead::index) here_.records_.prefetch(transaction_id);
  }
  void begins(const Uuid& transaction_id) const {
    if constexpr (stage == Ahead::index) prefetch_id(transaction_id);
  }
  // The transfer is here by now; its id is about to go from the open ones to the records.
  void ends(const TransferId& id) const {
    if constexpr (stage == Ahead::beyond) {
      const TransferRow* row = here_.transfers_.likely(id);
      if (row == nullptr) return;
      prefetch_id(row->state.transaction_id);
      here_.records_.prefetch(row->state.transaction_id);
    }
  }
  // Null: there is no such transfer near.
  [[nodiscard]] const AccountId* likely_owner(const TransferId& id) const {
    const TransferRow* row = here_.transfers_.likely(id);
    return row == nullptr ? nullptr : &row->state.owner;
  }

 private:
  void prefetch_id(const Uuid& transaction_id) const {
    here_.transfers_by_transaction_id_.prefetch(TransactionIndex::hash(transaction_id));
  }

  const PartitionState& here_;
  const KindTable<Kind>& table_;
};

// Of one kind; false: it has nothing to say of this.
template <class Kind, Ahead stage, class What>
constexpr bool PartitionState::has_hint() {
  if constexpr (is_beyond(stage))
    return HasHintBeyond<Kind, RowsAhead<Kind, stage>, What>;
  else
    return HasHint<Kind, RowsAhead<Kind, stage>, What>;
}

template <Ahead stage, class What>
constexpr bool PartitionState::is_hinted() {
  return EntityTables::any_kind(
      []<class Kind>(std::type_identity<Kind>) { return has_hint<Kind, stage, What>(); });
}

template <Ahead stage, class What>
void PartitionState::take_hints(const What& what) const {
  EntityTables::for_each_kind([&]<class Kind>(std::type_identity<Kind>) {
    if constexpr (has_hint<Kind, stage, What>()) {
      const RowsAhead<Kind, stage> rows(*this);
      if constexpr (is_beyond(stage))
        Kind::Hints::want_beyond(rows, what);
      else
        Kind::Hints::want(rows, what);
    }
  });
}

// Compares with those that there is something for, few beyond the first stages: a visit would be an indirect call for each.
template <Ahead stage, class... Whats>
void PartitionState::prefetch_for(const OneOf<std::variant<Whats...>>& what) const {
  const auto take = [&]<class What>(std::type_identity<What>) {
    if constexpr (is_hinted<stage, What>()) {
      const What* const one = get_if<What>(&what);
      if (one != nullptr) take_hints<stage>(*one);
      return one != nullptr;
    }
    return false;
  };
  static_cast<void>((take(std::type_identity<Whats>{}) || ...));
}

template <Ahead stage>
void PartitionState::prefetch(const Message& message) const {
  prefetch_for<stage>(message);
}
template <Ahead stage>
void PartitionState::prefetch(const Event& event) const {
  prefetch_for<stage>(event);
}

template void PartitionState::prefetch<Ahead::index>(const Message&) const;
template void PartitionState::prefetch<Ahead::entity>(const Message&) const;
template void PartitionState::prefetch<Ahead::beyond>(const Message&) const;
template void PartitionState::prefetch<Ahead::beyond_entity>(const Message&) const;
template void PartitionState::prefetch<Ahead::index>(const Event&) const;
template void PartitionState::prefetch<Ahead::entity>(const Event&) const;
template void PartitionState::prefetch<Ahead::beyond>(const Event&) const;

}  // namespace florin
